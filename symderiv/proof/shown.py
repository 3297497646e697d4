"""Conditions of a step: proved by the signs of their normal form, or refuted by a point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.binders import free_names, substitute
from symderiv.printing import plain
from symderiv.proof.budget import DEFAULT, Budget
from symderiv.proof.claim import Claim, both
from symderiv.proof.lost import Lost
from symderiv.proof.normal import always
from symderiv.proof.signs import sign
from symderiv.proof.witness import search
from symderiv.scope import Clause, infer
from symderiv.statement import Fact, Relation
from symderiv.terms import Symbol, Term, minus

ENOUGH = {"=": (), "!=": (-2, 2), ">": (2,), ">=": (1, 2)}
OPPOSITE = {"=": "!=", "!=": "=", ">": ">=", ">=": ">"}


def holds_by_sign(fact: Fact, claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether a condition holds for all values of its indices wherever the left side of a claim has a value."""
    enough = ENOUGH[fact.relation.sign]
    return always(*_difference(fact.relation, claim), lambda s, difference: sign(s, difference) in enough, budget)


def never_holds(fact: Fact, claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether a condition ``a != b`` fails at every point, since a = b for some values of its own indices."""
    if fact.relation.sign != "!=":
        return False
    several = (_difference(r, claim) for r in _instances(fact, claim))
    return any(always(*one, lambda _, difference: not difference, budget) for one in several)


def point_against(fact: Fact, claim: Claim) -> Lost | None:
    """A point at which the left side of a claim has a value and a condition fails."""
    r = fact.relation
    denied = Relation(OPPOSITE[r.sign], *((r.left, r.right) if r.sign in ("=", "!=") else (r.right, r.left)))
    asked = _asked(r, claim)
    statement = replace(asked.statement, facts=(*asked.statement.facts, Fact(denied)))
    found = search(replace(asked, statement=statement)).model
    if found is None:
        return None
    shown = f"and {plain.relation(r)} does not hold"
    lost = Lost(asked, found, shown, Fact(r))
    return lost if lost.check() else None


def _instances(fact: Fact, claim: Claim) -> Iterator[Relation]:
    """A condition as it stands, and with each of its own indices put for every other index of that size."""
    r, ranges = fact.relation, _asked(fact.relation, claim).indices
    yield r
    for v in fact.variables:
        for name in sorted((free_names(both(r)) | claim.indices.keys()) - {v.name}):
            if ranges.get(name) is ranges.get(v.name):
                by: dict[Term, Term] = {v: Symbol(name)}
                yield Relation(r.sign, substitute(r.left, by), substitute(r.right, by))


def _difference(r: Relation, claim: Claim) -> tuple[Claim, Term]:
    """What a condition is asked for, and its left - right."""
    return _asked(r, claim), minus(r.left, r.right)


def _asked(r: Relation, claim: Claim) -> Claim:
    """The claim that the left side of one is itself, the letters of a condition being free indices of it."""
    statement = claim.statement
    scope = infer([Clause(both(r), (), "a condition")], statement.scope.shapes, statement.scope.labels)
    scope = replace(statement.scope, indices={**scope.indices, **statement.scope.indices})
    return replace(claim, right=claim.left, statement=replace(statement, scope=scope))
