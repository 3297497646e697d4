"""Which figures a problem gets: each has a precondition that any problem may meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.printing.notation import DEFAULT, Notation
from symderiv.report.figures.at_range import overflow_of
from symderiv.report.figures.drawn import Drawn
from symderiv.report.figures.in_steps import errors_of
from symderiv.report.figures.jacobian import jacobian_of
from symderiv.report.figures.landscape import landscape_of
from symderiv.report.figures.price import cost_of
from symderiv.report.figures.setting import Setting
from symderiv.report.figures.style import FORMATS, drawable
from symderiv.report.judged import Judgement
from symderiv.report.naming import value_name
from symderiv.report.page import NOTHING_CLAIMED, settled
from symderiv.report.subject import Subject

CHOICES: tuple[Callable[[Setting], Drawn | None], ...] = (
    jacobian_of,
    landscape_of,
    errors_of,
    overflow_of,
    cost_of,
)


def figures_of(
    subject: Subject,
    examples: Iterable[Mapping[str, Any]],
    judgement: Judgement = NOTHING_CLAIMED,
    notation: Notation = DEFAULT,
    formats: Sequence[str] = FORMATS,
) -> tuple[Drawn, ...]:
    """The figures of a derivation, in the order in which notes show them; none where Matplotlib is missing.

    ``examples`` are numbers for the arguments, class numbers from 1 on; refuted mistakes of the ``judgement`` are
    drawn where they are about the same derivative. ``formats`` are ``svg``, ``pdf`` and ``png``. The same input gives
    the same bytes.
    """
    if not drawable():
        return ()
    to = settled(subject, notation, judgement)
    setting = Setting(
        subject,
        tuple(_used(subject, given) for given in examples),
        judgement,
        value_name(subject.statement),
        to,
        tuple(formats),
    )
    found = (choice(setting) for choice in CHOICES)
    return tuple(f for f in found if f is not None)


def _used(subject: Subject, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An example without numbers that nothing asks for."""
    statement = subject.statement
    names = default_arguments(statement, (*statement.variables, statement.value, subject.trace.result))
    return {name: x for name, x in given.items() if name in (*names, *statement.classes)}
