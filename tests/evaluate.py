"""A brute-force evaluator of terms at concrete sizes, sharing nothing with the library but the nodes.

Scoping is by environment: a sum binds its index in a fresh inner environment, so shadowing needs no
renaming and no care. Derivatives are taken exactly, with a nilpotent unit per ``D`` node. Values are
exact fractions; ``exp``, ``log`` and opaque functions either are stand-ins (rational functions with
exp(0) = 1 and log(1) = 0: the laws under test know no more about them, so equality can be exact) or
have their real meaning in mpmath.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Any

import mpmath

from symderiv.terms import (
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
)

Scalar = Any  # Fraction or mpmath.mpf
Location = tuple[str, tuple[int, ...]]
_units = count()
LABELS = "t"  # an array of class numbers: its entries may stand as an index


class Undefined(Exception):
    """The term has no value here: a division by zero, a logarithm outside its domain."""


@dataclass(frozen=True)
class Jet:
    """``sum of coefficient * product of units`` with every unit squaring to zero."""

    parts: Mapping[frozenset[int], Scalar]

    @staticmethod
    def of(value: Any) -> Jet:
        if isinstance(value, Jet):
            return value
        return Jet({frozenset(): Fraction(value) if isinstance(value, int) else value})  # int / int is a float

    @property
    def real(self) -> Scalar:
        return self.parts.get(frozenset(), Fraction(0))

    @property
    def small(self) -> Jet:
        return Jet({units: v for units, v in self.parts.items() if units})

    def coefficient(self, unit: int) -> Jet:
        """The derivative by one unit, still a jet in the others."""
        return Jet({units - {unit}: v for units, v in self.parts.items() if unit in units})

    def __add__(self, other: Jet) -> Jet:
        both = dict(self.parts)
        for units, v in other.parts.items():
            both[units] = both.get(units, 0) + v
        return Jet(both)

    def __mul__(self, other: Jet) -> Jet:
        out: dict[frozenset[int], Scalar] = {}
        for a, u in self.parts.items():
            for b, v in other.parts.items():
                if not a & b:
                    out[a | b] = out.get(a | b, 0) + u * v
        return Jet(out)

    def compose(self, derivatives: Callable[[int], Scalar]) -> Jet:
        """f(self), given f's derivatives at the real part: a Taylor series that ends."""
        out, term, order = Jet.of(derivatives(0)), self.small, 1
        factorial = 1
        while term.parts:
            factorial *= order
            out = out + term * Jet.of(derivatives(order) * Fraction(1, factorial) if order > 1 else derivatives(1))
            term, order = Jet({k: v for k, v in (term * self.small).parts.items() if v}), order + 1
        return out

    def inverse(self) -> Jet:
        a = self.real
        if not a:
            raise Undefined("division by zero")
        return self.compose(lambda n: (-1) ** n * int(_factorial(n)) / a ** (n + 1))


def _factorial(n: int) -> Fraction:
    return Fraction(1) if n < 2 else n * _factorial(n - 1)


def number(value: int | Fraction) -> Jet:
    return Jet.of(Fraction(value))


@dataclass(frozen=True)
class StandIn:
    """Rational functions in the place of exp, log and fractional powers."""

    def exp(self, u: Jet) -> Jet:
        return number(1) + u + u * u * number(Fraction(1, 3))

    def log(self, u: Jet) -> Jet:
        return (u + number(-1)) * (u + number(2)).inverse()

    def power(self, base: Jet, exponent: Jet) -> Jet:
        if base.parts == number(1).parts:
            return number(1)
        return base + exponent * base + exponent * number(Fraction(1, 7))


@dataclass(frozen=True)
class Real:
    """The real meaning, with 40 digits."""

    def value(self, v: Scalar) -> Scalar:
        return mpmath.mpf(v.numerator) / v.denominator if isinstance(v, int | Fraction) else v

    def exp(self, u: Jet) -> Jet:
        with mpmath.workdps(40):
            return u.compose(lambda n: mpmath.exp(self.value(u.real)))

    def log(self, u: Jet) -> Jet:
        if u.real <= 0:
            raise Undefined("logarithm of a number that is not positive")
        with mpmath.workdps(40):
            a = self.value(u.real)
            return u.compose(lambda n: (-1) ** (n - 1) * int(_factorial(n - 1)) / a**n if n else mpmath.log(a))

    def power(self, base: Jet, exponent: Jet) -> Jet:
        return self.exp(self.log(base) * exponent)


@dataclass
class World:
    """Values of all free names and arrays; ``looked_up`` records which names were asked for."""

    symbols: dict[str, Any]
    arrays: Callable[[str, tuple[int, ...]], Fraction]
    meaning: StandIn | Real = field(default_factory=StandIn)
    seeds: dict[Location, Jet] = field(default_factory=dict)
    looked_up: set[str] = field(default_factory=set)

    def name(self, name: str, bound: Mapping[str, Any]) -> Jet:
        if name in bound:
            return Jet.of(bound[name])
        self.looked_up.add(name)
        return Jet.of(self.symbols[name])

    def changed(self, **symbols: Any) -> World:
        return World({**self.symbols, **symbols}, self.arrays, self.meaning)


def table(seed: int) -> Callable[[str, tuple[int, ...]], Fraction]:
    """Pairwise different small fractions for all entries of all arrays, the same on every machine; labels are whole."""

    def entry(array: str, at: tuple[int, ...]) -> Fraction:
        h = seed * 7 + 3
        for c in (*array.encode(), *(1000 + a for a in at)):
            h = (h * 131 + c) % 10007
        if array == LABELS:
            return Fraction(1 + h % 3)
        return Fraction(h % 41 - 17, 1 + h % 5)

    return entry


def evaluate(t: Term, world: World) -> Any:
    """The value of a term in a world, a Fraction where that is possible; raises `Undefined`."""
    return _value(t, world, {}).real


def _value(t: Term, w: World, bound: Mapping[str, Any]) -> Jet:
    match t:
        case Number(value):
            return number(value)
        case Symbol(name):
            return w.name(name, bound)
        case Entry(array, indices):
            at = (array, tuple(_position(i, w, bound) for i in indices))
            return w.seeds.get(at) or number(w.arrays(*at))
        case Delta(left, right):
            return number(int(_position(left, w, bound) == _position(right, w, bound)))
        case Plus(many):
            return _total(_value(u, w, bound) for u in many)
        case Times(many):
            product = number(1)
            for u in many:
                product = product * _value(u, w, bound)
            return product
        case Neg(body):
            return number(-1) * _value(body, w, bound)
        case Quotient(top, bottom):
            return _value(top, w, bound) * _value(bottom, w, bound).inverse()
        case Power(base, exponent):
            return _power(_value(base, w, bound), _value(exponent, w, bound), w)
        case Exp(body):
            return w.meaning.exp(_value(body, w, bound))
        case Log(body):
            return w.meaning.log(_value(body, w, bound))
        case Big():
            return _big(t, w, bound)
        case D(body, variable):
            return _derivative(body, variable, w, bound)
        case Stop(body):
            return Jet.of(_value(body, w, bound).real)
        case Function(name, many):
            return _opaque(name, [_value(u, w, bound) for u in many])
    raise AssertionError(f"no meaning for {type(t).__name__}")


def _position(i: Term, w: World, bound: Mapping[str, Any]) -> int:
    value = _value(i, w, bound).real
    assert value == int(value), "an index is a whole number"
    return int(value)


def _total(values: Any) -> Jet:
    total = number(0)
    for v in values:
        total = total + v
    return total


def _big(t: Big, w: World, bound: Mapping[str, Any]) -> Jet:
    left_out = {_position(e, w, bound) for e in t.excluded}
    size = _position(t.size, w, bound)
    return _total(_value(t.body, w, {**bound, t.index.name: n}) for n in range(1, size + 1) if n not in left_out)


def _power(base: Jet, exponent: Jet, w: World) -> Jet:
    e = exponent.real
    if exponent.small.parts or e != int(e) or abs(e) > 8:
        return w.meaning.power(base, exponent)
    product = number(1)
    for _ in range(abs(int(e))):
        product = product * base
    return product if e >= 0 else product.inverse()


def _derivative(body: Term, variable: Term, w: World, bound: Mapping[str, Any]) -> Jet:
    unit = next(_units)
    moving = _value(variable, w, bound) + Jet({frozenset((unit,)): Fraction(1)})
    if isinstance(variable, Symbol):
        return _value(body, w, {**bound, variable.name: moving}).coefficient(unit)
    assert isinstance(variable, Entry), "a variable is an entry or a symbol"
    at = (variable.array, tuple(_position(i, w, bound) for i in variable.indices))
    before = w.seeds.get(at)
    w.seeds[at] = moving
    try:
        return _value(body, w, bound).coefficient(unit)
    finally:
        w.seeds.pop(at)
        if before is not None:
            w.seeds[at] = before


def _opaque(name: str, values: list[Jet]) -> Jet:
    out = number(len(name))
    for place, v in enumerate(values, 2):
        out = out * v + number(place) * v * v + number(1)
    return out
