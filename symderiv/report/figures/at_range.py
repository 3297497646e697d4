"""Where exponentials leave the range of numbers: the value as defined against the generated code, both run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

import numpy as np

from symderiv.errors import InputError, Refused
from symderiv.printing.plain import plain
from symderiv.report.example import evaluate
from symderiv.report.figures.doubles import NUMPY
from symderiv.report.figures.drawn import Drawn, Saying
from symderiv.report.figures.overflow import Overflow, overflow
from symderiv.report.figures.setting import Given, Setting, moved, values
from symderiv.statement import Statement
from symderiv.terms import Entry, number

REACH = tuple(700.0 + n for n in range(21))
TRIED = 16  # numbers of the example that are moved
DIGITS = 6


def overflow_of(setting: Setting) -> Drawn | None:
    """The value where one number of its variable goes from 700 to 720, or from -700 to -720.

    Its precondition: a first derivative of a number by an array; worked out as defined, the value is a number at
    the near end and none at the far end, while the code has one throughout. Of such ways, one on which the value
    changes is taken first.
    """
    variable = setting.scalar
    if not isinstance(variable, Entry):
        return None
    found = (_overflow(setting, variable.array, *way) for way in _ways(setting, variable.array))
    every = [way for way in found if way is not None]
    best = next((way for way in every if max(way[0].code) - min(way[0].code) >= 1), next(iter(every), None))
    return None if best is None else _drawn(setting, *best)


def _ways(setting: Setting, name: str) -> Iterator[tuple[Given, tuple[int, ...], int]]:
    """Every number of the variable in every example, upward and downward, up to a few."""
    for given in setting.examples:
        places = islice(np.ndindex(np.shape(given.get(name, ((),)))), TRIED)
        yield from product((given,), places, (1, -1))


def _overflow(
    setting: Setting, name: str, given: Given, place: tuple[int, ...], sign: int
) -> tuple[Overflow, Entry] | None:
    """The value on one way by definition and by the code; None where it is not the definition alone that fails."""
    statement, at = setting.statement, tuple(sign * x for x in REACH)
    points = [moved(given, name, place, x) for x in at]
    try:
        plainly = tuple(defined(statement, p) for p in (points[0], points[-1]))
        if plainly[0] is None or plainly[1] is not None:
            return None
        plainly = tuple(defined(statement, p) for p in points)
        code = [float(evaluate(statement, statement.value, (), p)) for p in points]
    except (InputError, Refused):
        return None
    if not np.all(np.isfinite(code)):
        return None
    lost = plainly.index(None)
    edge = _edge(statement, given, name, place, at[lost - 1], at[lost])
    entry = Entry(name, tuple(number(n + 1) for n in place))
    shown = tuple(None if x is None else _rounded(x) for x in plainly)
    axis, value = setting.formula(entry), setting.formula(setting.name)
    return Overflow(at, tuple(map(_rounded, code)), shown, edge, axis, value), entry


def _rounded(x: float) -> float:
    return float(f"{x:.{DIGITS}g}")


def _drawn(setting: Setting, data: Overflow, entry: Entry) -> Drawn:
    first = (
        "{value} where {input} comes to the edge of double precision: the line is the generated code, the rings are "
        "the formula as defined, both run in NumPy."
    )
    crosses = (
        "Crosses mark where the formula as defined gives no number: an exponential overflows, or what it divides by "
        "or takes the logarithm of has become 0."
    )
    alt = "{value} against {input} near 710: the line of the code goes on, the rings of the definition end."
    return Drawn(
        "overflow",
        overflow(data, setting.formats),
        Saying(alt, {"value": setting.spoken, "input": plain(entry)}),
        (Saying(first, {"value": setting.formula(setting.name), "input": setting.formula(entry)}), Saying(crosses)),
    )


def defined(statement: Statement, given: Given) -> float | None:
    """The value as its definitions have it, in NumPy; None where that is no number."""
    with np.errstate(all="ignore"):
        found = float(values(statement, given, NUMPY).at(statement.value, {}))
    return found if np.isfinite(found) else None


def _edge(statement: Statement, given: Given, name: str, place: tuple[int, ...], good: float, bad: float) -> float:
    """Where the definition begins to fail, to one digit behind the point."""
    while abs(bad - good) > 0.01:
        middle = (good + bad) / 2
        if defined(statement, moved(given, name, place, middle)) is None:
            bad = middle
        else:
            good = middle
    return round(bad, 1)
