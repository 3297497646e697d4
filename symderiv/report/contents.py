"""Everything that a set of notes says, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symderiv.report.asides import Beside
from symderiv.report.example import Worked
from symderiv.report.markup import Code, Formula
from symderiv.report.records import Assumption, Chain, Check, Decided, Printed, Remark, Row, Skipped


@dataclass(frozen=True)
class Page:
    """Everything the notes say; ``presumed`` are conditions that a step needs and no fact gives, ``divisors``
    say that no divisor is 0 where nothing else does.

    ``higher`` says that more than one derivative is taken, ``lettered`` that the value has no name but the one
    that the notes give it. ``name`` is what they call it, ``variable`` what it is first differentiated by, without
    indices. ``spelling`` is LaTeX for each name, ``log`` that for the natural logarithm; ``sums``
    and ``vectors`` are those styles of the notation.
    """

    title: str
    about: str
    spelling: Mapping[str, str]
    log: Formula
    sums: str
    vectors: str
    name: Formula
    variable: Formula
    higher: bool
    lettered: bool
    value: Formula
    headline: Formula
    whole: Formula | None
    conditions: tuple[Formula, ...]
    presumed: tuple[Formula, ...]
    divisors: tuple[Formula, ...]
    remarks: tuple[Remark, ...]
    assumptions: tuple[Assumption, ...]
    names: tuple[Row, ...]
    definitions: tuple[Formula, ...]
    chain: Chain
    examples: tuple[Worked, ...]
    code: Code
    usage: Code
    equals: tuple[Code, ...]
    checks: tuple[Check, ...]
    verified: bool
    verification: tuple[tuple[int, str], ...]
    left_out: str
    untried: str
    uncoded: str
    skipped: tuple[Skipped, ...]
    claims: tuple[Decided, ...]
    mistakes: tuple[Decided, ...]
    passages: tuple[Printed, ...]
    beside: Beside
