"""What a shift of the variable and what large inputs do: records for the notes on stable code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symderiv.statement import Relation
from symderiv.terms import Term
from symderiv.verdicts import Verdict


@dataclass(frozen=True)
class ShiftLine:
    """A line that follows from the one before it: by which rule, in a sentence, and the verdict on that."""

    term: Term
    rule: str
    reason: str
    verdict: Verdict


@dataclass(frozen=True)
class Shift:
    """What a constant added to the entries of the variable does to a defined name or to the value.

    ``subject`` is what is asked about, ``moved`` the same with the constant added, and ``verdict`` says whether the
    two are equal. ``change`` is moved - subject where that is the same for all values of the variable, 0 where nothing
    changes, None where it depends on them. ``lines`` lead from ``start`` to the subject, or to the subject plus the
    change; there are none where ``through`` says that all of it goes through names that do not change.
    """

    subject: Term
    moved: Term
    verdict: Verdict
    change: Term | None
    start: Term
    lines: tuple[ShiftLine, ...]
    through: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[Relation, ...]:
        """What the verdicts on it rest on."""
        verdicts = (self.verdict, *(line.verdict for line in self.lines))
        return tuple(dict.fromkeys(r for v in verdicts for r in v.finding.conditions if v))


@dataclass(frozen=True)
class Shifts:
    """A constant added to all entries of the variable (of a row, where it has several indices).

    ``variable`` becomes ``shifted``; ``constant`` is the name that is added. ``parts`` are the defined names that
    depend on the variable, in order, and last the value.
    """

    variable: Term
    shifted: Term
    constant: str
    parts: tuple[Shift, ...]

    def terms(self) -> Iterator[Term]:
        """Everything that is printed of it."""
        yield from (self.variable, self.shifted)
        for p in self.parts:
            yield from (p.subject, p.moved, p.start, *(line.term for line in p.lines))
            yield from () if p.change is None else (p.change,)
            yield from (side for r in p.needs for side in (r.left, r.right))


@dataclass(frozen=True)
class Overflow:
    """One quantity at large inputs: by its formula as it is written, in double precision, and by the generated code.

    ``naive`` and ``stable`` are the entries in order (the last index runs fastest) over ``shape``; a single number has
    the shape (). ``naive`` may hold infinities and nan.
    """

    subject: Term
    shape: tuple[int, ...]
    naive: tuple[float, ...]
    stable: tuple[float, ...]


@dataclass(frozen=True)
class Extremes:
    """What large entries of an array do to formulas evaluated as they stand, and to the generated code.

    ``array`` has large entries of both signs in ``inputs``, all other inputs are those of an example or simple
    ones that satisfy the facts. ``rows`` are definitions, the value and the gradient, in order; in one of them at
    least the formula does not come out as a finite number where the code does.
    """

    array: str
    inputs: tuple[tuple[str, Any], ...]
    rows: tuple[Overflow, ...]
