"""Just the formulas of a derivation, to paste into a paper or onto a slide."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.printing.latex import aligned, latex, lines, relation
from symderiv.printing.notation import DEFAULT, Notation
from symderiv.report.levels import BRIEF, FULL, checked_detail, stages
from symderiv.report.markup import Formula
from symderiv.report.page import settled
from symderiv.report.steps import WIDTH
from symderiv.report.subject import Subject
from symderiv.statement import Relation
from symderiv.trace import Trace

LONG = 60  # characters of a first line that stands in a row of its own


def fragment(subject: Subject, detail: str, notation: Notation = DEFAULT) -> tuple[Formula, ...]:
    """The formulas of a derivation, each to be displayed on its own.

    ``brief`` gives start = result, ``normal`` the lines of the main derivation, ``full`` every line, and
    after it every lemma and case, each with its own start.
    """
    checked_detail(detail)
    to = settled(subject, notation)
    if detail == BRIEF:
        start, result = subject.trace.start, subject.trace.result
        return (Formula(aligned(latex(start, to), lines(result, to, WIDTH))),)
    parts: dict[tuple[Trace, Relation | None], None] = {(subject.trace, None): None}
    if detail == FULL:
        parts |= dict.fromkeys(_parts(subject.trace))
    return tuple(_rows(trace, condition, detail, to) for trace, condition in parts)


def _parts(trace: Trace) -> Iterator[tuple[Trace, Relation | None]]:
    """The lemmas and cases of a trace, outer ones first."""
    for step in trace.steps:
        lemmas = ((step.lemma.trace, None),) if step.lemma else ()
        for trace, condition in (*lemmas, *((case.trace, case.condition) for case in step.cases)):
            yield trace, condition
            yield from _parts(trace)


def _rows(trace: Trace, condition: Relation | None, detail: str, to: Notation) -> Formula:
    """A trace as aligned lines; a case says its condition beside its first line."""
    start = latex(trace.start, to)
    after = [lines(stage.after, to, WIDTH) for stage in stages(trace, detail)] or [lines(trace.result, to, WIDTH)]
    rows = [row for line in after for row in (f"&= {line[0]}", *(f"&\\quad {more}" for more in line[1:]))]
    rows = [f"& {start}", *rows] if len(start) > LONG else [f"{start} {rows[0]}", *rows[1:]]
    if condition is not None:
        rows[0] += f" \\qquad \\left({relation(condition, to)}\\right)"
    return Formula("\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}")
