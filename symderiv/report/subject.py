"""What notes and terminal text are made from: the records below the public derivation."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.statement import Relation, Statement
from symderiv.terms import Term
from symderiv.trace import Trace


@dataclass(frozen=True)
class Subject:
    """A derivation as its records.

    ``assumed`` lists what the result rests on beyond structure; ``remarks`` pairs a fact that is
    not given with what the result would be under it, ``without`` holds for each given fact the
    result when it is withdrawn, or None where that is the same. ``equals`` pairs other libraries with
    their code for the value.
    """

    title: str
    statement: Statement
    trace: Trace
    assumed: tuple[Relation, ...] = ()
    remarks: tuple[tuple[Relation, Term], ...] = ()
    without: tuple[Term | None, ...] = ()
    equals: tuple[tuple[str, str], ...] = ()
