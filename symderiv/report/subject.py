"""What notes and terminal text are made from: the records below the public derivation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symderiv.binders import alpha_equal
from symderiv.engine.derive import Derived, derive_statement, resting_on
from symderiv.engine.polynomial import same
from symderiv.errors import Refused
from symderiv.report.markup import line_of
from symderiv.statement import Relation, Statement
from symderiv.terms import Term
from symderiv.trace import Trace


@dataclass(frozen=True)
class Subject:
    """A derivation as its records.

    ``assumed`` lists what the result rests on beyond structure; ``remarks`` pairs a fact that is
    not given with what the result would be under it, ``without`` holds for each given fact the
    result when it is withdrawn, or None where that is the same. ``equals`` pairs other libraries with
    their code for the value. ``about`` and ``meanings`` are the author's words on the problem and on its names.
    """

    title: str
    statement: Statement
    trace: Trace
    assumed: tuple[Relation, ...] = ()
    remarks: tuple[tuple[Relation, Term], ...] = ()
    without: tuple[Term | None, ...] = ()
    equals: tuple[tuple[str, str], ...] = ()
    about: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict)


def subject_of(
    title: str,
    own: Statement,
    derived: Derived,
    equals: Mapping[str, str],
    about: str = "",
    meanings: Mapping[str, str] | None = None,
) -> Subject:
    """What notes and terminal text of a derivation are made from; ``own`` is the problem as it was stated."""
    return Subject(
        title=line_of(title),
        statement=derived.statement,
        trace=derived.trace,
        assumed=tuple(c.relation for c in resting_on(derived.trace, derived.statement)),
        remarks=tuple((r.fact, r.result) for r in derived.remarks),
        without=_withouts(own),
        equals=tuple(equals.items()),
        about=line_of(about),
        meanings={name: line_of(words) for name, words in (meanings or {}).items()},
    )


def _withouts(own: Statement) -> tuple[Term | None, ...]:
    """For each given fact the result when it is withdrawn, or None where that is the same or cannot be had.

    All are derived by the default route: results by different routes differ in form alone.
    """
    if not own.facts:
        return ()
    whole = derive_statement(own).trace.result
    found: list[Term | None] = []
    for fact in own.facts:
        try:
            result = derive_statement(replace(own, facts=tuple(f for f in own.facts if f is not fact))).trace.result
        except Refused:
            found.append(None)
            continue
        found.append(None if alpha_equal(result, whole) or same(result, whole) else result)
    return tuple(found)
