"""Numbers in many digits that know how large the rounding errors of a computation in doubles would be.

The errors are in units of eps: every number is rounded, and a sum as often as its largest summand. So
they are relative to what is added up, and are those of the formula as it stands, if nothing overflowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import mul
from typing import Any

import numpy as np
from flint import arb, ctx
from numeric.exact import Dual, Exact

from symderiv.derivation import Derivation
from symderiv.engine.derive import result_axes
from symderiv.terms import Entry, Symbol

EPS = float(np.finfo(np.float64).eps)
SMALLEST = 1e-100  # smaller differences may be those of a factor that underflowed
LARGEST = float(np.finfo(np.float64).max)
BITS = (256, 4096, 16384)  # precisions to try in turn: exponentials of large numbers cancel
ENOUGH = 2.0**-60  # how well a value is known, in units of what it is compared with


@dataclass(frozen=True)
class Rounded:
    """A ball, and the error of a double in its place in units of eps."""

    value: arb
    error: arb

    def __add__(self, other: Any) -> Rounded:
        b = rounded(other)
        return Rounded(self.value + b.value, self.error + b.error + abs(self.value) + abs(b.value))

    def __mul__(self, other: Any) -> Rounded:
        b = rounded(other)
        found = self.value * b.value
        both = EPS * self.error * b.error  # of second order: all there is where both factors are 0
        return Rounded(found, abs(self.value) * b.error + abs(b.value) * self.error + abs(found) + both)

    def __neg__(self) -> Rounded:
        return Rounded(-self.value, self.error)

    def __rtruediv__(self, other: Any) -> Rounded:
        return rounded(other) * self._by(1 / self.value, 1 / self.value**2)

    def __truediv__(self, other: Any) -> Rounded:
        return self * (1 / rounded(other))

    def __pow__(self, n: int) -> Rounded:
        return 1 / self**-n if n < 0 else reduce(mul, [self] * n, rounded(1))

    def _by(self, value: arb, slope: arb) -> Rounded:
        return Rounded(value, abs(slope) * self.error + abs(value))

    def exp(self) -> Rounded:
        found = self.value.exp()
        return self._by(found, found)

    def log(self) -> Rounded:
        return self._by(self.value.log(), 1 / self.value)

    __radd__, __rmul__ = __add__, __mul__


def rounded(x: Any) -> Rounded:
    """A number as it is rounded to a double; a `Rounded` is one already."""
    return x if isinstance(x, Rounded) else Rounded(arb(x), abs(arb(x)))


@dataclass(frozen=True)
class Known:
    """Entries of a result, from the first axis to the last."""

    entries: list[Rounded]

    @property
    def enough(self) -> bool:
        """Whether there were enough digits for what is a number at all."""
        return all(not u.value.is_finite() or u.value.rad() <= _excused(u) * ENOUGH for u in self.entries)

    @property
    def finite(self) -> bool:
        """Whether every entry is a number that fits into a double."""
        return all(u.value.is_finite() and u.error.is_finite() and abs(u.value) < LARGEST * EPS for u in self.entries)

    def off(self, found: Any) -> float:
        """The largest error of a result in units of what is excused; inf where it is not finite and should be.

        Entries that are no numbers, or about as large as a double can be, count 0.
        """
        return max((_off(float(x), u) for x, u in zip(np.ravel(found), self.entries, strict=True)), default=0.0)

    def off_silently(self, found: Any) -> float:
        """The same for the entries of the result that are finite: what is nan or inf says itself that it is wrong."""
        pairs = zip(np.ravel(found), self.entries, strict=True)
        return max((_off(float(x), u) for x, u in pairs if np.isfinite(x)), default=0.0)


def _excused(u: Rounded) -> arb:
    return EPS * u.error + SMALLEST


def _off(found: float, u: Rounded) -> float:
    if not (u.value.is_finite() and u.error.is_finite() and abs(u.value) + u.error < LARGEST * EPS):
        return 0.0
    return float((abs(arb(found) - u.value) / _excused(u)).upper()) if np.isfinite(found) else np.inf


def value_and_gradient(
    derivation: Derivation, values: Mapping[str, Any], as_derived: bool = True
) -> tuple[Known, Known]:
    """The value of a problem and its derivatives by every entry of the variable, in many digits.

    What is derived has no part in the numbers; the errors excused are those of the value differentiated forwards, or
    with ``as_derived`` those of the derived formula where they are larger. Raises `Unknown` where even these digits
    are not enough.
    """
    statement = derivation.statement

    def at(exact: Exact) -> tuple[Known, Known]:
        found = [exact.at(statement.value, at) for at in _places(exact, result_axes(statement, ()))]
        slopes = _slopes(found, exact)
        if as_derived:
            derived = [exact.at(derivation.trace.result, at)[0] for at in _places(exact, result_axes(statement))]
            slopes = list(map(_larger, slopes, derived))
        return Known([v for v, _ in found]), Known(slopes)

    value, gradient = _known(derivation, values, at)
    return value, gradient


def hessian(derivation: Derivation, values: Mapping[str, Any]) -> Known:
    """The derivatives of the derived gradient by every entry of the variable, in many digits; errors are the same."""

    def at(exact: Exact) -> tuple[Known]:
        places = _places(exact, result_axes(derivation.statement))
        return (Known(_slopes([exact.at(derivation.trace.result, at) for at in places], exact)),)

    return _known(derivation, values, at)[0]


def _known(
    derivation: Derivation, values: Mapping[str, Any], at: Callable[[Exact], tuple[Known, ...]]
) -> tuple[Known, ...]:
    """What there are enough digits for."""
    (variable,) = derivation.statement.variables
    name = variable.array if isinstance(variable, Entry) else variable.name
    before = ctx.prec
    try:
        for ctx.prec in BITS:
            found = at(Exact(derivation.statement, values, name, rounded))
            if all(known.enough for known in found):
                return found
    finally:
        ctx.prec = before
    raise Unknown


def _slopes(found: Sequence[Dual], exact: Exact) -> list[Rounded]:
    """Derivatives by every entry of the variable, for each value in turn."""
    every = range(int(np.size(exact.values[exact.variable])))
    return [slopes.get(n, rounded(0)) for _, slopes in found for n in every]


def _places(exact: Exact, axes: Sequence[Symbol]) -> Iterator[dict[str, int]]:
    scope = exact.statement.scope
    for at in product(*(range(1, exact.size(scope.indices[s.name]) + 1) for s in axes)):
        yield dict(zip((s.name for s in axes), at, strict=True))


def _larger(one: Rounded, other: Rounded) -> Rounded:
    """The first with the larger error of the two, where the second is a number."""
    known = other.error.is_finite() and other.error > one.error
    return Rounded(one.value, other.error) if known else one


class Unknown(Exception):
    """More digits are lost than there are."""
