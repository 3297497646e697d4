"""What a claim rests on beside its facts, and what leaves it without a subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from symderiv.binders import key
from symderiv.facts import nonzero
from symderiv.printing.plain import plain, relation
from symderiv.proof.budget import Budget, GivesUp
from symderiv.proof.claim import Claim, within
from symderiv.proof.normal import normalise
from symderiv.statement import Relation, Statement, names_used
from symderiv.terms import ZERO, Neg, Number, Power, Quotient, Term, Times, subterms


def needs(claim: Claim) -> tuple[Relation, ...]:
    """That no divisor is 0, for the divisors of which neither structure nor facts say so.

    A claim is about the points where both sides have a value; these are the conditions for it that divisions
    make. A letter that a sum binds stands for all its values.
    """
    found = {key(t): t for t in divisors(claim) if nonzero(t, claim.statement) is None}
    return tuple(Relation("!=", t, ZERO) for t in found.values())


def divisors(claim: Claim) -> Iterator[Term]:
    """What the sides and the definitions they use divide by, factor by factor."""
    for t in unfolded(claim):
        for u in subterms(t):
            match u:
                case Quotient(_, bottom):
                    yield from factors_of(bottom)
                case Power(base, Number(n)) if n < 0:
                    yield from factors_of(base)


def factors_of(t: Term) -> Iterator[Term]:
    """The factors above the line, without numbers; of a power its base."""
    match t:
        case Times(many):
            for u in many:
                yield from factors_of(u)
        case Neg(u) | Quotient(u, _):
            yield from factors_of(u)
        case Power(base, Number(n)) if n > 0 and n.denominator == 1:
            yield from factors_of(base)
        case Number():
            return
        case _:
            yield t


def unfolded(claim: Claim) -> Iterator[Term]:
    """The sides and the bodies of the definitions that they use, directly or through others."""
    yield from (claim.left, claim.right)
    by_name = claim.statement.by_name
    todo = [claim.left, claim.right]
    done: set[str] = set()
    while todo:
        for name in sorted(names_used(todo.pop()) & by_name.keys() - done):
            done.add(name)
            todo.append(by_name[name].body)
            yield by_name[name].body


def contradiction(claim: Claim, budget: Budget) -> str:
    """Why no point fulfils the facts, where one of them is false given the others; else nothing."""
    statement = claim.statement
    for fact in statement.facts:
        others = replace(statement, facts=tuple(f for f in statement.facts if f is not fact))
        r = fact.relation
        if _never(r, others, budget):
            if not others.facts:
                return f"the given fact {relation(r)} is false at every point; leave it out"
            return f"the given facts contradict each other: by the others, {relation(r)} is false; keep those meant"
    for divisor in divisors(claim):
        if _vanishes(divisor, statement, budget):
            return f"the claim divides by {plain(divisor)}, which is 0 wherever it has a value"
    return ""


FALSE: dict[str, Callable[[Fraction], bool]] = {
    "=": lambda difference: difference != 0,
    "!=": lambda difference: difference == 0,
    ">": lambda difference: difference <= 0,
    ">=": lambda difference: difference < 0,
}


def _never(r: Relation, statement: Statement, budget: Budget) -> bool:
    """Whether left - right is a number, whatever the indices, with which a relation is false."""
    try:
        found = normalise(within(r.left, r.right, statement), budget)
    except GivesUp:
        return False
    return all(isinstance(p.residual, Number) and FALSE[r.sign](p.residual.value) for p in found.patterns)


def _vanishes(t: Term, statement: Statement, budget: Budget) -> bool:
    """Whether a term is identically 0."""
    try:
        return normalise(within(t, ZERO, statement), budget).zero
    except GivesUp:
        return False
