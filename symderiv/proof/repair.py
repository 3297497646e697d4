"""What would make a false claim true: alternatives by its residual, and the sizes at which it holds all the same.

Nothing is reported on the strength of an algebraic form alone: each alternative is proved again with itself
among the facts, each size with the claim written for that size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from time import monotonic

from symderiv.binders import array_names, free_names, key
from symderiv.facts import nonzero
from symderiv.proof.budget import DEFAULT, Budget
from symderiv.proof.claim import Claim, Sizes, at_sizes, both, within
from symderiv.proof.conditions import divisors, factors_of, unfolded
from symderiv.proof.normal import Normal
from symderiv.proof.prove import holds
from symderiv.proof.witness import search
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import (
    ONE,
    ZERO,
    D,
    Function,
    Log,
    Number,
    Plus,
    Power,
    Symbol,
    Term,
    kinds,
    minus_split,
    neg,
    plus,
    subterms,
)

LARGEST = 4  # coincidences are looked for at sizes up to this


def alternatives(
    claim: Claim, residual: Term, factors: tuple[Term, ...], budget: Budget = DEFAULT
) -> tuple[Relation, ...]:
    """Equations any one of which makes the claim true, for all values of its indices.

    ``residual`` is proved to be left - right, ``factors`` are candidates. One that is never 0 gives nothing, nor
    does one that speaks of sizes only, or that is the claim over again. Those without free indices come first.
    """
    statement = claim.statement
    useful = [f for f in factors if nonzero(f, statement) is None and not _about_sizes(f, statement)]
    useful = [f for f in useful if not _restates(f, residual, claim, budget)]
    useful.sort(key=lambda f: bool(free_names(f) & claim.indices.keys()))
    found = (as_equation(f) for f in useful if suffices(f, residual, claim, budget))
    return tuple(dict.fromkeys(found))


def common_factors(normal: Normal) -> tuple[Term, ...]:
    """The factors that the difference has for every pattern of equal and distinct indices where it is not 0."""
    first, *others = [p.factors for p in normal.patterns if p.factors] or [()]
    keys = [set(map(key, factors)) for factors in others]
    return tuple(f for f in first if all(key(f) in found for found in keys))


def suffices(factor: Term, residual: Term, claim: Claim, budget: Budget = DEFAULT) -> bool:
    """Whether the claim is proved where the factor is 0 for all values of the claim's indices.

    Either at sight, where the residual is the factor times what has a value anyway and a search finds a point that
    the claim then speaks of, and none against it; or with that as one more fact.
    """
    relation, statement = as_equation(factor), claim.statement
    free = claim.indices.keys() - statement.fixed.keys()
    variables = tuple(Symbol(name) for name in sorted(free_names(both(relation)) & free))
    extended = replace(claim, statement=replace(statement, facts=(*statement.facts, Fact(relation, variables))))
    if not _divides(factor, residual, statement):
        return holds(extended, budget)
    found = search(extended)
    return found.counterexample is None and found.model is not None


def _divides(factor: Term, residual: Term, statement: Statement) -> bool:
    """Whether a factor is one of the residual's, which has a value wherever its leaves do, definitions included."""
    whole = within(residual, ZERO, statement)
    safe = all(nonzero(u, statement) is not None for u in divisors(whole))
    safe = safe and not any(_partial(u) for t in unfolded(whole) for u in subterms(t))
    return safe and any(key(factor) is key(f) for f in factors_of(residual))


def _partial(t: Term) -> bool:
    """Whether a term may have no value for a reason that is no division."""
    whole = isinstance(t, Power) and isinstance(t.exponent, Number) and t.exponent.value.denominator == 1
    return isinstance(t, Power | Log | Function) and not whole


def as_equation(t: Term) -> Relation:
    """``t = 0`` with what is subtracted on the other side; a number stands on the right, log s = 0 is s = 1.

    >>> from symderiv.printing.plain import relation
    >>> from symderiv.terms import ONE, minus
    >>> relation(as_equation(minus(Symbol("s"), ONE)))
    's = 1'
    """
    if isinstance(t, Log):
        return Relation("=", t.body, ONE)
    many = t.summands if isinstance(t, Plus) else (t,)
    parted = [minus_split(u) for u in many]
    left = plus(*(u for sign, u in parted if sign > 0))
    right = plus(*(u for sign, u in parted if sign < 0))
    if isinstance(left, Number):
        left, right = right, left
    return Relation("=", left, right)


def _about_sizes(t: Term, statement: Statement) -> bool:
    return not array_names(t) and free_names(t) <= {s.name for s in statement.scope.sizes}


def _restates(factor: Term, residual: Term, claim: Claim, budget: Budget) -> bool:
    """Whether an alternative only says what the claim says: the whole difference of two sides without derivatives.

    One without indices says more of a claim that has some.
    """
    mentioned = free_names(factor) & claim.indices.keys()
    if D in kinds(claim.left) | kinds(claim.right) or mentioned < claim.indices.keys():
        return False
    wholes = (within(factor, side, claim.statement, claim.relations) for side in (residual, neg(residual)))
    return any(holds(whole, budget) for whole in wholes)


def coincidences(claim: Claim, budget: Budget = DEFAULT) -> tuple[dict[str, int], ...]:
    """The sizes up to 4, one fixed or two, at which a refuted claim is proved all the same; small ones first.

    Sizes that are not reached within the budget's seconds, or not decided, are left out.
    """
    end = monotonic() + budget.seconds
    found: list[Sizes] = []
    for at in _tried(claim):
        if monotonic() > end:
            break
        if not any(known.items() <= at.items() for known in found) and holds(at_sizes(claim, at), budget):
            found.append(at)
    return tuple({s.name: n for s, n in at.items()} for at in found)


def _tried(claim: Claim) -> Iterator[Sizes]:
    sizes = claim.statement.scope.sizes
    ranges = {s: range(claim.statement.scope.least.get(s, 1), LARGEST + 1) for s in sizes}
    for s in sizes:
        yield from ({s: n} for n in ranges[s])
    for s, t in combinations(sizes, 2):
        yield from ({s: n, t: m} for n, m in product(ranges[s], ranges[t]))
