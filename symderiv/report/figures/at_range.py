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
    for eventful in (True, False):
        for given in setting.examples:
            for place, sign in islice(_ways(given, variable.array), 2 * TRIED):
                try:
                    drawn = _drawn(setting, variable.array, given, place, sign, eventful)
                except (InputError, Refused, KeyError, AttributeError, TypeError):
                    return None
                if drawn is not None:
                    return drawn
    return None


def _ways(given: Given, name: str) -> Iterator[tuple[tuple[int, ...], int]]:
    yield from product(np.ndindex(np.shape(given[name])), (1, -1))


def _drawn(
    setting: Setting, name: str, given: Given, place: tuple[int, ...], sign: int, eventful: bool
) -> Drawn | None:
    statement = setting.statement
    if defined(statement, moved(given, name, place, sign * REACH[-1])) is not None:
        return None
    at = tuple(sign * x for x in REACH)
    points = [moved(given, name, place, x) for x in at]
    code = tuple(float(evaluate(statement, statement.value, (), p)) for p in points)
    plainly = tuple(defined(statement, p) for p in points)
    if plainly[0] is None or not np.all(np.isfinite(code)) or (np.ptp(code) < 1 and eventful):
        return None
    lost = next(n for n, x in enumerate(plainly) if x is None)
    edge = _edge(statement, given, name, place, at[lost - 1], at[lost])
    entry = Entry(name, tuple(number(n + 1) for n in place))
    shown = tuple(None if x is None else float(f"{x:.{DIGITS}g}") for x in plainly)
    told = tuple(float(f"{x:.{DIGITS}g}") for x in code)
    data = Overflow(at, told, shown, edge, setting.formula(entry), setting.formula(setting.name))
    parts = {"value": setting.formula(setting.name), "input": setting.formula(entry)}
    return Drawn(
        "overflow",
        overflow(data, setting.formats),
        Saying(
            "{value} against {input} near 710: the line of the code goes on, the rings of the definition end.",
            {"value": plain(setting.name), "input": plain(entry)},
        ),
        (
            Saying(
                "{value} where {input} comes to the edge of double precision: the line is the generated code, the "
                "rings are the formula as defined, both run in NumPy.",
                parts,
            ),
            Saying(
                "Crosses mark where the formula as defined gives no number, because an exponential overflows or "
                "what it is divided by or taken the logarithm of has become 0."
            ),
        ),
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
