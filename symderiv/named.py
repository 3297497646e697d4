"""What the prover finds, in the names that its reader knows: terms with definitions folded and in printed form.

The prover writes every name out. The engine's last phase writes names back; it is not trusted here: its line
counts only where the prover confirms that it equals the one it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations

from symderiv.binders import all_names, match, relettered, separate, substitute
from symderiv.engine.chain import finish
from symderiv.engine.poles import guard
from symderiv.engine.polynomial import Preferred
from symderiv.engine.printed import cost
from symderiv.engine.rewrite import Context, Record
from symderiv.engine.rules.factors import human, product, view
from symderiv.errors import SymderivError
from symderiv.facts import nonzero
from symderiv.proof.budget import Budget, GivesUp
from symderiv.proof.claim import Claim, within
from symderiv.proof.conditions import factors_of
from symderiv.proof.normal import Normal, normalise
from symderiv.proof.prove import holds
from symderiv.proof.repair import as_equation, common_factors
from symderiv.statement import Relation
from symderiv.terms import (
    ZERO,
    Big,
    Delta,
    Neg,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    minus,
    minus_split,
    neg,
    plus,
    quo,
    subterms,
    times,
)

LONGEST = 300  # as printed; what is longer is not worth a form of its own
PROVERS = "~"  # what the prover's own bound letters start with


def named(t: Term, claim: Claim, budget: Budget) -> Term:
    """A term of a claim, in the names of its definitions and factored; as it is where that is not confirmed."""
    line = folded(t, claim)
    return line if _same(t, line, claim, budget) else _lettered(t, claim)


def folded(t: Term, claim: Claim) -> Term:
    """A term of a claim as the engine would print it; nothing confirms it here. What is very long stays as it is."""
    if cost(t) > LONGEST:
        return _lettered(t, claim)
    statement = claim.statement
    record = Record(_lettered(t, claim))
    try:
        finish(record, Context(statement, statement.scope, (), Preferred(tuple(claim.indices), guard(statement))))
    except SymderivError:
        return record.start
    return _lettered(record.line, claim)


def _lettered(t: Term, claim: Claim) -> Term:
    """The same term with the claim's own bound letters as far as they fit, in the place of the prover's."""
    strange = frozenset(n for n in all_names(t) if n.startswith(PROVERS))
    return relettered(separate(t, strange), _letters(claim), frozenset(claim.indices))


def _letters(claim: Claim) -> dict[str, Term]:
    """The bound letters of a claim with their sizes; those of definitions for sizes that its sides do not sum over."""
    found = _bound((claim.left, claim.right))
    others = _bound(tuple(d.body for d in claim.statement.definitions))
    return found | {name: size for name, size in others.items() if size not in found.values() and name not in found}


def _bound(many: tuple[Term, ...]) -> dict[str, Term]:
    bound = [u for t in many for u in subterms(t) if isinstance(u, Big)]
    return {u.index.name: u.size for u in reversed(bound)}


def _same(left: Term, right: Term, claim: Claim, budget: Budget) -> bool:
    return holds(within(left, right, claim.statement, claim.relations), budget)


def difference(claim: Claim, normal: Normal | None, budget: Budget) -> Term:
    """left - right of a claim, factored and in the names of its definitions; as it stands where none is confirmed."""
    whole = minus(claim.left, claim.right)
    if normal is None:
        return whole
    shared = tuple(_upright(_shortest(f, claim, budget)) for f in common_factors(normal))
    for several, join in _cases(claim, normal, budget):
        forms = _forms(several, join, shared, claim, budget)
        for line in sorted(forms, key=_length):
            if cost(line) <= LONGEST and _same(whole, line, claim, budget):
                return line
    return whole


def _length(t: Term) -> float:
    """How long a form is; one that is not factored counts for more."""
    return cost(t) * (1.3 if isinstance(t, Plus) else 1)


def _upright(t: Term) -> Term:
    """A factor, or minus that: positive summands first, a number last."""
    if not isinstance(t, Plus):
        return t
    r = as_equation(t)
    return minus(r.left, r.right)


Join = Callable[..., Term]


def _cases(claim: Claim, normal: Normal, budget: Budget) -> Iterator[tuple[tuple[Term, ...], Join]]:
    """The difference for distinct indices; then, for two that may be equal, what is added there and that."""
    yield (normal.patterns[0].residual,), lambda t: t
    names = [n for n in claim.indices if n not in claim.statement.fixed]
    for i, j in combinations(map(Symbol, names), 2):
        if claim.indices[i.name] is claim.indices[j.name]:
            equal, distinct = (_residual(claim, Relation(sign, i, j), budget) for sign in ("=", "!="))
            if equal is not None and distinct is not None:
                added = minus(substitute(equal, {j: i}), substitute(distinct, {j: i}))
                yield (added, distinct), partial(_with_delta, Delta(i, j))


def _with_delta(delta: Delta, added: Term, distinct: Term) -> Term:
    return plus(times(delta, added), distinct)


def _forms(
    several: tuple[Term, ...], join: Join, shared: tuple[Term, ...], claim: Claim, budget: Budget
) -> Iterator[Term]:
    """Ways to write what is joined: with the shared factors in front, and as it comes."""
    rests = [_reduced(quo(t, times(*shared)), claim, budget) for t in several]
    if shared and None not in rests:
        yield _without_lead(product(human(view(times(*shared, folded(join(*rests), claim))))))
    yield _without_lead(folded(join(*several), claim))


def _without_lead(t: Term) -> Term:
    """A form with the sign in front of it taken into a bracket that then has one minus sign less."""
    if not isinstance(t, Neg):
        return t
    factors = t.body.factors if isinstance(t.body, Times) else (t.body,)
    for n, u in enumerate(factors):
        if isinstance(u, Plus):
            turned = sorted(map(neg, u.summands), key=lambda v: minus_split(v)[0], reverse=True)
            if minus_split(turned[0])[0] > 0:
                return times(*factors[:n], plus(*turned), *factors[n + 1 :])
    return t


def _reduced(t: Term, claim: Claim, budget: Budget) -> Term | None:
    """A term in lowest terms, in the names of the definitions; None where it has no one form for all its indices."""
    try:
        (only,) = normalise(within(t, ZERO, claim.statement, claim.relations), budget).patterns
    except (GivesUp, ValueError):
        return None
    return folded(only.residual, claim)


def _residual(claim: Claim, relation: Relation, budget: Budget) -> Term | None:
    try:
        found = normalise(replace(claim, relations=(*claim.relations, relation)), budget).patterns
    except GivesUp:
        return None
    return found[0].residual if found else None


def named_factors(residual: Term, factors: tuple[Term, ...], claim: Claim, budget: Budget) -> tuple[Term, ...]:
    """Factors in the names of the definitions, those that are never 0 left out.

    They are the residual's own where it shows as many as there are, else those of its normal form. What a fraction
    is solved for, as e^z for p S, leaves factors of its own: they are taken apart again.
    """
    own = _vanishing(factors_of(residual), claim)
    raw = _vanishing(factors, claim)
    if len(own) >= len(raw) and sum(map(cost, own)) <= sum(map(cost, raw)):
        return own
    return _vanishing((u for f in raw for u in factors_of(_shortest(f, claim, budget))), claim)


def _vanishing(many: Iterable[Term], claim: Claim) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(u for u in many if nonzero(u, claim.statement) is None))


def _shortest(factor: Term, claim: Claim, budget: Budget) -> Term:
    """A factor, or it over a divisor of a definition that is never 0, as z_i S - Sum z_k e^z_k over S."""
    statement = claim.statement
    found = [named(factor, claim, budget)]
    for d in statement.definitions:
        if isinstance(d.body, Quotient) and nonzero(d.body.bottom, statement) is not None:
            at = (u for u in subterms(factor) if match(d.body.bottom, u, d.parameters) is not None)
            found += [named(quo(factor, u), claim, budget) for u in dict.fromkeys(at)]
    return min(found, key=cost)
