"""Numbers in many digits that know how large the rounding errors of a computation in doubles would be.

The errors are of first order, in units of eps: every number is rounded, and a sum as often as its largest summand. So
they are relative to what is added up, and are those of the formula as it stands, if nothing overflowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from flint import arb, ctx
from numeric.exact import Exact

from symderiv.derivation import Derivation
from symderiv.engine.derive import result_axes
from symderiv.terms import Entry, Symbol

EPS, SMALLEST = float(np.finfo(np.float64).eps), float(np.finfo(np.float64).tiny)
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
        return Rounded(found, abs(self.value) * b.error + abs(b.value) * self.error + abs(found))

    def __neg__(self) -> Rounded:
        return Rounded(-self.value, self.error)

    def __rtruediv__(self, other: Any) -> Rounded:
        return rounded(other) * self._by(1 / self.value, 1 / self.value**2)

    def __truediv__(self, other: Any) -> Rounded:
        return self * (1 / rounded(other))

    def __pow__(self, n: int) -> Rounded:
        return self._by(self.value**n, n * self.value ** (n - 1))

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

    def off(self, found: Any) -> float:
        """The largest error of a result in units of what is excused; inf where it is not finite and should be.

        Entries that are no numbers, or about as large as a double can be, count 0.
        """
        return max((_off(float(x), u) for x, u in zip(np.ravel(found), self.entries, strict=True)), default=0.0)


def _excused(u: Rounded) -> arb:
    return EPS * u.error + SMALLEST / EPS


def _off(found: float, u: Rounded) -> float:
    if not (u.value.is_finite() and u.error.is_finite() and abs(u.value) + u.error < LARGEST * EPS):
        return 0.0
    return float((abs(arb(found) - u.value) / _excused(u)).upper()) if np.isfinite(found) else np.inf


def value_and_gradient(derivation: Derivation, values: Mapping[str, Any]) -> tuple[Known, Known]:
    """The value of a problem and its derivatives by every entry of the variable, in many digits.

    What is derived has no part in the numbers; the errors excused are those of the one formula or of the other.
    Raises `Unknown` where even these digits are not enough.
    """
    statement, (variable,) = derivation.statement, derivation.statement.variables
    name = variable.array if isinstance(variable, Entry) else variable.name
    before = ctx.prec
    try:
        for ctx.prec in BITS:
            exact = Exact(statement, values, name, rounded)
            found = [exact.at(statement.value, at) for at in _places(exact, result_axes(statement, ()))]
            slopes = [s.get(n, rounded(0)) for _, s in found for n in range(int(np.size(values[name])))]
            derived = [exact.at(derivation.trace.result, at)[0] for at in _places(exact, result_axes(statement))]
            value, gradient = Known([v for v, _ in found]), Known(list(map(_larger, slopes, derived)))
            if value.enough and gradient.enough:
                return value, gradient
    finally:
        ctx.prec = before
    raise Unknown


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
