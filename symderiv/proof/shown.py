"""Conditions of a step, decided by the signs of their normal form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.binders import free_names
from symderiv.proof.budget import DEFAULT, Budget, GivesUp
from symderiv.proof.claim import Claim, both
from symderiv.proof.fractions import Ratio
from symderiv.proof.normal import for_patterns, session_of, with_roots
from symderiv.proof.reading import read
from symderiv.proof.session import Session
from symderiv.proof.signs import sign
from symderiv.scope import Clause, infer
from symderiv.statement import Fact
from symderiv.terms import minus

ENOUGH = {"!=": (-2, 2), ">": (2,), ">=": (1, 2)}


def holds_by_sign(fact: Fact, claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether a condition holds for all values of its indices wherever the left side of a claim has a value."""

    def look(s: Session, difference: Ratio) -> bool:
        return sign(s, difference) in ENOUGH[fact.relation.sign]

    return all(good for good, _ in _looked(fact, claim, budget, look))


def never_holds(fact: Fact, claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether a condition ``a != b`` fails at every point, since a = b for some values of its own indices."""
    if fact.relation.sign != "!=":
        return False
    found = _looked(fact, claim, budget, lambda _, difference: not difference)
    if free_names(both(fact.relation)) & claim.indices.keys() <= {v.name for v in fact.variables}:
        return any(zero for zero, always in found if always)
    return all(zero for zero, _ in found)


def _looked(
    fact: Fact, claim: Claim, budget: Budget, look: Callable[[Session, Ratio], bool]
) -> list[tuple[bool, bool]]:
    """What a look at left - right of a condition finds, for every pattern of its indices.

    Beside it stands whether the pattern takes no indices to differ. The letters that a condition is for are
    free indices here. Where the normal form gives up, it finds nothing.
    """
    statement, r = claim.statement, fact.relation
    scope = infer([Clause(both(r), (), "a condition")], statement.scope.shapes, statement.scope.labels)
    scope = replace(statement.scope, indices={**scope.indices, **statement.scope.indices})
    asked = replace(claim, right=claim.left, statement=replace(statement, scope=scope))

    def attempt(root: int) -> list[tuple[bool, bool]]:
        s = session_of(asked, budget, root)
        known = s.distinct
        found = for_patterns(s, lambda: look(s, read(s, minus(r.left, r.right), {})))
        return [(good, distinct <= known) for good, distinct, _ in found]

    try:
        return with_roots(attempt)
    except GivesUp:
        return [(False, False)]
