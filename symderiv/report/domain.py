"""Where a result speaks: what it divides by, as far as neither structure nor facts say that it is not 0."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.binders import free_names
from symderiv.proof.claim import Claim, within
from symderiv.proof.conditions import needs, unfolded
from symderiv.report.subject import Subject
from symderiv.statement import Fact
from symderiv.terms import Big, Symbol, subterms


def divisors(subject: Subject) -> tuple[Fact, ...]:
    """That no divisor of the value or of the result is 0, for all values of the letters that sums bind.

    They are those that `symderiv.prove` states beside a proof of the result, less what a step assumes already.
    """
    statement = subject.statement
    claim = within(statement.value, subject.trace.result, statement)
    bound = set(_bound(claim)) - statement.scope.indices.keys()
    found = (r for r in needs(claim) if r not in subject.assumed)
    return tuple(Fact(r, tuple(map(Symbol, sorted(free_names(r.left) & bound)))) for r in found)


def _bound(claim: Claim) -> Iterator[str]:
    """The letters of sums and of definitions in a claim."""
    yield from (u.index.name for t in unfolded(claim) for u in subterms(t) if isinstance(u, Big))
    yield from (p.name for d in claim.statement.definitions for p in d.parameters)
