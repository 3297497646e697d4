"""What a shift of the variable and what large inputs do, told in formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from symderiv.printing.latex import latex, relation
from symderiv.printing.notation import Notation
from symderiv.report.asides import ToldExtremes, ToldQuantity, ToldShift, ToldShiftLine, ToldShifts
from symderiv.report.example import digits
from symderiv.report.markup import Formula
from symderiv.report.naming import lettered
from symderiv.report.stability import Extremes, Overflow, Shift, Shifts
from symderiv.report.steps import formula_of
from symderiv.terms import ZERO, Entry, Term


def told_shifts(s: Shifts, value: Term, name: Term, to: Notation) -> ToldShifts:
    """What a constant added to the variable does to each defined name and to the value."""
    variable = s.variable
    assert isinstance(variable, Entry)
    return ToldShifts(
        variable=Formula(to.names[variable.array]),
        entry=formula_of(variable, to),
        shifted=formula_of(s.shifted, to),
        constant=Formula(to.names[s.constant]),
        by_row=len(variable.indices) > 1,
        parts=tuple(_shift(part, value, name, to) for part in s.parts),
    )


def _shift(s: Shift, value: Term, name: Term, to: Notation) -> ToldShift:
    changed = s.change is not None and s.change is not ZERO
    return ToldShift(
        subject=formula_of(lettered(s.subject, value, name), to),
        kept=s.change is ZERO,
        change=formula_of(s.change, to) if s.change is not None and changed else None,
        start=formula_of(s.start, to),
        lines=tuple(ToldShiftLine(x.rule.replace("-", " "), x.reason, formula_of(x.term, to)) for x in s.lines),
        through=tuple(Formula(to.names[name]) for name in s.through),
        needs=tuple(Formula(relation(r, to)) for r in s.needs),
    )


def told_extremes(e: Extremes, value: Term, name: Term, to: Notation) -> ToldExtremes:
    """Numbers at large inputs, by formula and by code."""
    inputs = ((n, np.asarray(x, float)) for n, x in e.inputs)
    return ToldExtremes(
        array=Formula(to.names[e.array]),
        inputs=tuple(Formula(f"{to.names[n]} = {digits(x, _number)}") for n, x in inputs),
        rows=tuple(_quantity(row, value, name, to) for row in e.rows),
    )


def _quantity(row: Overflow, value: Term, name: Term, to: Notation) -> ToldQuantity:
    return ToldQuantity(
        subject=Formula(latex(lettered(row.subject, value, name), to)),
        naive=_numbers(row.naive, row.shape),
        stable=_numbers(row.stable, row.shape),
        fails=not np.isfinite(row.naive).all(),
    )


def _numbers(values: Sequence[float], shape: tuple[int, ...]) -> Formula:
    return Formula(digits(np.reshape(np.asarray(values), shape), _number))


def _number(x: float) -> str:
    if math.isnan(x):
        return "\\mathrm{nan}"
    if math.isinf(x):
        return "\\infty" if x > 0 else "-\\infty"
    shown = f"{x:.4g}"
    return _scientific(shown) if "e" in shown else shown


def _scientific(shown: str) -> str:
    head, tail = shown.split("e")
    return f"{head} \\cdot 10^{{{int(tail)}}}"
