"""A point as plain data, and what a claim says there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from symderiv.proof import balls
from symderiv.proof.evaluation import Location
from symderiv.proof.model import Model
from symderiv.proof.places import Places
from symderiv.proof.special import described

LONGEST = 1_000_000  # bits of the largest number whose bounds are written out


@dataclass(frozen=True)
class Logarithm:
    """The natural logarithm of a positive fraction: a value where a given fact such as ``Sum e^z = 1`` asks for it."""

    argument: Fraction

    def __str__(self) -> str:
        return f"log({self.argument})"


Values = Fraction | Logarithm | int | tuple[Any, ...]


@dataclass(frozen=True)
class Point:
    """Sizes, free indices and values by name: nested tuples for arrays, first axis outside.

    Values are exact, class numbers whole numbers from 1 on; ``functions`` says what stands for a function
    that may be any.
    """

    sizes: Mapping[str, int]
    indices: Mapping[str, int]
    values: Mapping[str, Values]
    functions: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        where = [f"{name} = {value}" for name, value in (*self.sizes.items(), *self.indices.items())]
        where += [f"{name} = {shown(value)}" for name, value in self.values.items()]
        return ", ".join((*where, *self.functions.values()))

    def to_dict(self) -> dict[str, Any]:
        """The point as plain data; numbers as text, class numbers as they are."""
        return {
            "sizes": dict(self.sizes),
            "indices": dict(self.indices),
            "values": {name: _plain(value) for name, value in self.values.items()},
            "functions": dict(self.functions),
        }


@dataclass(frozen=True)
class Interval:
    """Two exact bounds between which a number certainly lies; one and the same where it is rational."""

    lower: Fraction
    upper: Fraction

    def __str__(self) -> str:
        if self.lower == self.upper:
            return str(self.lower)
        for digits in range(12, 0, -1):
            low, high = (_decimal(bound, digits) for bound in (self.lower, self.upper))
            if low == high:
                return f"{low}..."
        return f"[{_decimal(self.lower, 6)}, {_decimal(self.upper, 6)}]"

    def apart_from(self, other: Interval) -> bool:
        """Whether no number lies in both."""
        return self.upper < other.lower or other.upper < self.lower

    def to_dict(self) -> dict[str, str]:
        """The bounds as text."""
        return {"lower": str(self.lower), "upper": str(self.upper)}


def interval(a: balls.Number) -> Interval:
    """The interval of a number; raises `balls.Unclear` where nothing bounds it."""
    exact = balls.as_fraction(a)
    if exact is not None:
        return Interval(exact, exact)
    b = balls.ball(a)
    if not b.is_finite() or abs(int(b.mid().man_exp()[1])) > LONGEST:
        raise balls.Unclear("a number too large to enclose")
    return Interval(*(Fraction(int(q.p), int(q.q)) for q in (b.lower().fmpq(), b.upper().fmpq())))


def point_of(model: Model, indices: Mapping[str, int], places: Places) -> Point:
    """A model and free indices as plain data."""
    entries: dict[str, dict[tuple[int, ...], Values]] = {}
    for (name, at), number in model.numbers.items():
        entries.setdefault(name, {})[at] = _value(number)
    for (name, at), label in model.labels.items():
        entries.setdefault(name, {})[at] = label
    values = {name: _nested(found) for name, found in sorted(entries.items())}
    functions = {name: described(name, many, rank) for name, (rank, many) in places.names.ranks.items()}
    return Point(dict(model.sizes), dict(indices), values, functions)


def model_of(point: Point, places: Places) -> Model:
    """The point as numbers again."""
    labels = places.claim.statement.scope.labels
    numbers: dict[Location, balls.Number] = {}
    classes: dict[Location, int] = {}
    for name, values in point.values.items():
        for at, value in _entries(values):
            if name in labels:
                assert isinstance(value, int)
                classes[name, at] = value
            elif isinstance(value, Logarithm):
                numbers[name, at] = balls.logarithm(balls.rational(value.argument))
            else:
                assert isinstance(value, Fraction)
                numbers[name, at] = balls.rational(value)
    outer = {name: point.indices[name] for name in places.fixed}
    return Model(dict(point.sizes), outer, numbers, classes)


def _value(number: balls.Number) -> Fraction | Logarithm:
    exact = balls.as_fraction(number)
    if exact is not None:
        return exact
    argument = balls.as_fraction(balls.exponential(number))
    assert argument is not None, "values are rational or logarithms of rational numbers"
    return Logarithm(argument)


def _nested(entries: Mapping[tuple[int, ...], Values]) -> Values:
    if () in entries:
        return entries[()]
    firsts = sorted({at[0] for at in entries})
    return tuple(_nested({at[1:]: v for at, v in entries.items() if at[0] == first}) for first in firsts)


def _entries(values: Values, at: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Values]]:
    if isinstance(values, tuple):
        for n, inner in enumerate(values, 1):
            yield from _entries(inner, (*at, n))
    else:
        yield at, values


def shown(values: Values) -> str:
    """A value as text: ``(0, 1)``."""
    if isinstance(values, tuple):
        return f"({', '.join(map(shown, values))}{',' if len(values) == 1 else ''})"
    return str(values)


def _plain(values: Values) -> Any:
    if isinstance(values, tuple):
        return [_plain(v) for v in values]
    return values if isinstance(values, int) else str(values)


def _decimal(bound: Fraction, digits: int) -> str:
    context = Context(prec=digits, rounding="ROUND_DOWN")
    return str(context.divide(Decimal(bound.numerator), Decimal(bound.denominator)))
