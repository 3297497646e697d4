"""Conditions of a step, decided by the signs of their normal form."""

from __future__ import annotations

from dataclasses import replace

from symderiv.binders import free_names
from symderiv.proof.budget import DEFAULT, Budget, GivesUp
from symderiv.proof.claim import Claim, both
from symderiv.proof.normal import for_patterns, session_of
from symderiv.proof.reading import read
from symderiv.proof.session import Session
from symderiv.proof.signs import sign
from symderiv.scope import Clause, infer
from symderiv.statement import Fact
from symderiv.terms import minus

ENOUGH = {"!=": (-2, 2), ">": (2,), ">=": (1, 2)}


def holds_by_sign(fact: Fact, claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether a condition holds for all values of its indices wherever the left side of a claim has a value."""
    s = _session(fact, claim, budget)
    difference = minus(fact.relation.left, fact.relation.right)
    try:
        signs = for_patterns(s, lambda: sign(s, read(s, difference, {})))
    except GivesUp:
        return False
    return all(found in ENOUGH[fact.relation.sign] for found, _, _ in signs)


def never_holds(fact: Fact, claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether a condition ``a != b`` fails at every point, since a = b for some values of its own indices."""
    if fact.relation.sign != "!=":
        return False
    s = _session(fact, claim, budget)
    known, difference = s.distinct, minus(fact.relation.left, fact.relation.right)
    try:
        found = for_patterns(s, lambda: not read(s, difference, {}))
    except GivesUp:
        return False
    zeros = [(zero, distinct <= known) for zero, distinct, _ in found]
    free = free_names(both(fact.relation)) & claim.indices.keys()
    if free <= {v.name for v in fact.variables}:
        return any(zero for zero, always in zeros if always)
    return all(zero for zero, _ in zeros)


def _session(fact: Fact, claim: Claim, budget: Budget) -> Session:
    """A session in which the letters that a condition is for are free indices."""
    statement = claim.statement
    scope = infer([Clause(both(fact.relation), (), "a condition")], statement.scope.shapes, statement.scope.labels)
    scope = replace(statement.scope, indices={**scope.indices, **statement.scope.indices})
    return session_of(replace(claim, right=claim.left, statement=replace(statement, scope=scope)), budget)
