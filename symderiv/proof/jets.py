"""Derivatives of numbers: values with nilpotent parts, one bit for each derivative around.

A jet is a number plus multiples of products of units that square to 0, one unit for each derivative
taken: f(a + u) = f(a) + f'(a) u. The multiple of a product of units is the mixed derivative. A number
stands for the jet without such parts. (The dual numbers of Clifford, in several units.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import flint

from symderiv.proof import balls
from symderiv.proof.balls import ZERO, NoValue, Number

Value = Any  # a number or a Jet
Series = Callable[[Number, int], Sequence[Number]]
"""A function's Taylor coefficients at a number, up to an order."""


@dataclass(frozen=True, slots=True)
class Jet:
    """Multiples by the set of units, a set being the bits of a whole number; bit set 0 is the value itself."""

    parts: dict[int, Number]

    def __add__(self, other: Value) -> Value:
        parts = dict(self.parts)
        for units, v in _parts(other).items():
            parts[units] = parts[units] + v if units in parts else v
        return _jet(parts)

    __radd__ = __add__

    def __mul__(self, other: Value) -> Value:
        if type(other) is Jet:
            return _jet(_product(self.parts, other.parts))
        return _jet({units: v * other for units, v in self.parts.items()})

    __rmul__ = __mul__

    def __neg__(self) -> Jet:
        return Jet({units: -v for units, v in self.parts.items()})


def _parts(a: Value) -> dict[int, Number]:
    return a.parts if type(a) is Jet else {0: a}


def _product(some: dict[int, Number], others: dict[int, Number]) -> dict[int, Number]:
    parts: dict[int, Number] = {}
    for units, v in some.items():
        for more, w in others.items():
            if not units & more:
                both = units | more
                parts[both] = parts[both] + v * w if both in parts else v * w
    return parts


def _jet(parts: dict[int, Number]) -> Value:
    """The jet without parts that are exactly 0; a number where no other part is left."""
    left = {units: v for units, v in parts.items() if not units or type(v) is not flint.fmpq or v}
    return Jet(left) if len(left) > 1 else left[0]


def value(a: Value) -> Number:
    """The number without its derivatives."""
    return a.parts[0] if type(a) is Jet else a


def moved(a: Value, unit: int) -> Value:
    """The number plus a unit."""
    return Jet({**_parts(a), unit: balls.ONE})


def derivative(a: Value, unit: int) -> Value:
    """The multiple of a unit, still a jet in the others.

    >>> x = moved(balls.rational(3), 1)
    >>> derivative(x * x * x, 1)
    27
    """
    parts = {units & ~unit: v for units, v in _parts(a).items() if units & unit}
    return _jet({0: ZERO, **parts})


def applied(series: Series, a: Value) -> Value:
    """A function of a jet: its Taylor series, which ends."""
    if type(a) is not Jet:
        return series(a, 0)[0]
    small = {units: v for units, v in a.parts.items() if units}
    order = 0
    for units in small:
        order |= units
    first, *others = series(a.parts[0], order.bit_count())
    found, term = {0: first}, small
    for n, c in enumerate(others):
        term = _product(term, small) if n else small
        for units, v in term.items():
            found[units] = found[units] + v * c if units in found else v * c
    return _jet(found)


def inverse(a: Number, order: int) -> list[Number]:
    """The series of 1/a."""
    one = balls.inverse(a)
    found = [one]
    for _ in range(order):
        found.append(-(found[-1] * one))
    return found


def exponential(a: Number, order: int) -> list[Number]:
    """The series of the exponential function."""
    found = [balls.exponential(a)]
    for n in range(1, order + 1):
        found.append(found[-1] * balls.rational(Fraction(1, n)))
    return found


def logarithm(a: Number, order: int) -> list[Number]:
    """The series of the natural logarithm."""
    found = [balls.logarithm(a)]
    if order:
        one = balls.inverse(a)
        term = one
        for n in range(1, order + 1):
            found.append(term * balls.rational(Fraction((-1) ** (n - 1), n)))
            term = term * one
    return found


def whole_power(n: int) -> Series:
    """The series of a power with a whole exponent."""

    def series(a: Number, order: int) -> list[Number]:
        found = [balls.whole_power(a, n)]
        for m in range(1, order + 1):
            c = comb(n, m) if n >= 0 else (-1) ** m * comb(m - n - 1, m)
            found.append(balls.whole_power(a, n - m) * balls.rational(c) if c else ZERO)
        return found

    return series


def root_power(exponent: Fraction) -> Series:
    """The series of a power with a rational exponent that is not whole; at 0 it has a value at most."""

    def series(a: Number, order: int) -> list[Number]:
        if balls.sign(a) == 0 and exponent > 0:
            if order:
                raise NoValue("a derivative of a root at 0")
            return [ZERO]
        one = balls.inverse(a)
        found = [balls.real_power(a, balls.rational(exponent))]
        for m in range(1, order + 1):
            found.append(found[-1] * one * balls.rational((exponent - m + 1) / m))
        return found

    return series


def general_power(base: Value, exponent: Value) -> Value:
    """base to the exponent, which is exp(exponent log base): the base must be positive."""
    if type(base) is not Jet and type(exponent) is not Jet:
        return balls.real_power(base, exponent)
    return applied(exponential, exponent * applied(logarithm, base))
