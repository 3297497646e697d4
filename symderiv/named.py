"""What the prover finds, in the names that its reader knows: terms with definitions folded and in printed form.

The prover writes every name out. The engine's last phase writes names back; it is not trusted here: its line
counts only where the prover confirms that it equals the one it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from symderiv.binders import all_names, match, relettered, separate, substitute
from symderiv.engine.chain import finish
from symderiv.engine.poles import guard
from symderiv.engine.polynomial import Preferred
from symderiv.engine.printed import cost
from symderiv.engine.rewrite import Context, Record
from symderiv.errors import SymderivError
from symderiv.facts import nonzero
from symderiv.proof.budget import Budget, GivesUp
from symderiv.proof.claim import Claim, within
from symderiv.proof.normal import Normal, normalise
from symderiv.proof.prove import holds
from symderiv.proof.repair import factors_of
from symderiv.statement import Relation
from symderiv.terms import Big, Delta, Quotient, Symbol, Term, minus, plus, quo, subterms, times


def named(t: Term, claim: Claim, budget: Budget) -> Term:
    """A term of a claim, in the names of its definitions and factored; as it is where that is not confirmed."""
    line = folded(t, claim)
    return line if line is not t and _same(t, line, claim, budget) else t


def folded(t: Term, claim: Claim) -> Term:
    """A term of a claim as the engine would print it; nothing confirms it here."""
    statement = claim.statement
    record = Record(separate(t, frozenset(n for n in all_names(t) if not n.isidentifier())))
    try:
        finish(record, Context(statement, statement.scope, (), Preferred(tuple(claim.indices), guard(statement))))
    except SymderivError:
        return t
    return relettered(record.line, _letters(claim), frozenset(claim.indices))


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
    candidates = () if normal is None else (normal.patterns[0].residual, *_by_cases(claim, budget))
    for t in candidates:
        for line in dict.fromkeys((folded(t, claim), t)):
            if _same(whole, line, claim, budget):
                return line
    return whole


def _by_cases(claim: Claim, budget: Budget) -> Iterator[Term]:
    """The difference of a claim with two indices of one size: one form where they are equal, one where they are not."""
    names = [n for n in claim.indices if n not in claim.statement.fixed]
    for i, j in combinations(map(Symbol, names), 2):
        if claim.indices[i.name] is not claim.indices[j.name]:
            continue
        equal, distinct = (_residual(claim, Relation(sign, i, j), budget) for sign in ("=", "!="))
        if equal is not None and distinct is not None:
            together = substitute(distinct, {j: i})
            yield plus(times(Delta(i, j), minus(substitute(equal, {j: i}), together)), distinct)


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
