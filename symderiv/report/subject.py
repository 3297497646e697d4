"""What notes and terminal text are made from: the records below the public derivation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symderiv.engine.derive import Derived, derive_statement, resting_on
from symderiv.errors import Refused
from symderiv.report.markup import line_of
from symderiv.statement import Fact, Relation, Statement
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


def subject_of(title: str, derived: Derived, equals: Mapping[str, str]) -> Subject:
    """The records of a derivation that notes and terminal text are made from."""
    return Subject(
        title=line_of(title),
        statement=derived.statement,
        trace=derived.trace,
        assumed=tuple(c.relation for c in resting_on(derived.trace, derived.statement)),
        remarks=tuple((r.fact, r.result) for r in derived.remarks),
        without=tuple(_without(derived, fact) for fact in derived.statement.facts),
        equals=tuple(equals.items()),
    )


def _without(derived: Derived, fact: Fact) -> Term | None:
    """The result when one given fact is withdrawn, where that is another one."""
    fewer = replace(derived.statement, facts=tuple(f for f in derived.statement.facts if f is not fact))
    try:
        result = derive_statement(fewer).trace.result
    except Refused:
        return None
    return None if result is derived.trace.result else result
