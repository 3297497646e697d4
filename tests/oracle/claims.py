"""What a step claims: its two sides, the facts it needs, and the configurations to compare them at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import prod
from typing import NamedTuple

from oracle.points import size_value
from oracle.valuation import Env

from symderiv.binders import alpha_equal, free_names, index_names, match
from symderiv.errors import Refused
from symderiv.scope import Clause, Scope, infer
from symderiv.statement import Fact, Relation, Statement, outside
from symderiv.terms import Big, Delta, Function, Number, Symbol, Term, subterms
from symderiv.trace import Step

Sizes = Mapping[str, int]
Omissions = tuple[tuple[str, Term], ...]
LARGEST = 64  # the longest axis that is written out


class Claim(NamedTuple):
    """A step as it is compared.

    ``equations`` are imposed on the points, ``needs`` select them, ``discharged`` the step claims
    to hold on all of them; ``restrictions`` are relations between its free indices. A condition that is
    no given fact speaks of the summands there are: ``left_out`` pairs a bound letter with what every sum
    over it omits, ``left_out_somewhere`` with what some sum does, where several use the letter.
    """

    before: Term
    after: Term
    scope: Scope
    equations: tuple[Fact, ...]
    needs: tuple[Fact, ...]
    discharged: tuple[Fact, ...]
    restrictions: tuple[Relation, ...]
    left_out: Omissions = ()
    left_out_somewhere: Omissions = ()


def claim_of(step: Step, restrictions: tuple[Relation, ...], start: Term, statement: Statement) -> Claim:
    """The claim of a step under the index relations of the cases around it.

    ``start``, the first line of its trace, tells what its indices run over. A condition without a
    reason is given or assumed; one with a reason is the step's own claim.
    """
    lines = (start, step.before, step.after)
    letters = _indices_in(lines) | statement.scope.indices.keys()
    free = free_names(step.before) | free_names(step.after)
    open_: list[Fact] = []
    discharged: list[Fact] = []
    between: list[Relation] = []
    for condition in step.conditions:
        relation = condition.relation
        if _is_between_indices(relation, letters):
            # on a bound letter it says which summands there are; the sum itself does too
            between += [relation] if free_names(both(relation)) <= free else []
        else:
            fact = Fact(relation, _bound_letters(relation, free))
            (open_ if condition.reason is None else discharged).append(fact)
    clauses = [Clause(t, (), "a step") for t in lines]
    clauses += [Clause(Delta(r.left, r.right), (), "a case") for r in (*restrictions, *between)]
    clauses += [Clause(both(f.relation), f.variables, "a condition") for f in (*open_, *discharged)]
    scope = infer(clauses, statement.scope.shapes, statement.scope.labels)
    least = {**statement.scope.least}
    for size, value in scope.least.items():
        least[size] = max(value, least.get(size, 1))
    shapes = {**statement.scope.shapes, **scope.shapes}
    scope = replace(scope, shapes=shapes, indices={**statement.fixed, **scope.indices}, least=least)
    used = tuple(dict.fromkeys(_cited(fact, statement.facts) for fact in open_))
    equations = tuple(f for f in used if f.relation.sign == "=")
    needs = tuple(f for f in used if f.relation.sign != "=")
    pairs = list(_left_out((step.before, step.after)))
    left_out, somewhere = (tuple(o for pair in pairs for o in pair[n]) for n in (0, 1))
    relations = (*restrictions, *between)
    return Claim(step.before, step.after, scope, equations, needs, tuple(discharged), relations, left_out, somewhere)


def grid(claim: Claim, statement: Statement, largest: Sizes) -> list[dict[str, int]]:
    """Sizes to try, small ones first: up to 4 for the size most summed over, to 3 for the others."""
    uses: dict[Term, int] = dict.fromkeys(claim.scope.sizes, 0)
    for t in (statement.value, *(d.body for d in statement.definitions)):
        for u in subterms(t):
            if isinstance(u, Big) and u.size in uses:
                uses[u.size] += 1
    ranked = sorted(claim.scope.sizes, key=lambda s: -uses[s])
    _check_extent(claim.scope)
    limits = [4, 3] if len(ranked) < 3 else [3] + [2] * len(ranked)
    ranges = []
    for place, size in enumerate(ranked):
        least = claim.scope.least.get(size, 1)
        most = largest.get(size.name, limits[min(place, len(limits) - 1)])
        ranges.append(range(least, max(least, most) + 1))
    names = [s.name for s in ranked]
    points = [dict(zip(names, values, strict=True)) for values in product(*ranges)]
    return sorted(points, key=lambda sizes: sum(sizes.values()))


def _check_extent(scope: Scope) -> None:
    """Refuse sizes fixed by the problem that are too large to write out or to run through."""
    fixed = [[int(s.value) for s in shape if isinstance(s, Number)] for shape in scope.shapes.values()]
    free = [int(s.value) for s in scope.indices.values() if isinstance(s, Number)]
    along = max((*(n for shape in fixed for n in shape), *free, *scope.least.values()), default=1)
    if along > LARGEST:
        raise Refused(f"{along} entries along one axis are too many to write out")
    most = max(map(prod, (*fixed, free)), default=1)
    if most > LARGEST**2:
        raise Refused(f"{most} entries are too many to write out")


def both(relation: Relation) -> Term:
    """The two sides in one term."""
    return Function("both sides", (relation.left, relation.right))


def _is_between_indices(relation: Relation, letters: frozenset[str]) -> bool:
    """Whether a condition compares indices (their letters, or one with a literal index)."""
    sides = relation.left, relation.right
    return all(isinstance(s, Symbol | Number) for s in sides) and any(free_names(s) & letters for s in sides)


def _indices_in(many: Iterable[Term]) -> frozenset[str]:
    """The letters that stand as an index anywhere in some terms, bound ones included."""
    below = [u for t in many for u in subterms(t)]
    return frozenset(u.index.name for u in below if isinstance(u, Big)).union(*map(index_names, below))


def _bound_letters(relation: Relation, free: frozenset[str]) -> tuple[Symbol, ...]:
    """The letters of a condition that are bound in the step's lines: it is needed for all their values."""
    return tuple(map(Symbol, sorted(index_names(both(relation)) - free)))


def _left_out(many: Iterable[Term]) -> Iterator[tuple[Omissions, Omissions]]:
    """Which values the sums over a letter leave out, by that letter: every one of them, and any."""
    found: dict[str, list[frozenset[Term]]] = {}
    for u in (u for t in many for u in subterms(t) if isinstance(u, Big)):
        found.setdefault(u.index.name, []).append(frozenset(u.excluded))
    for name, sets in sorted(found.items()):
        every, any_ = sets[0].intersection(*sets), sets[0].union(*sets)
        yield tuple((name, e) for e in every), tuple((name, e) for e in any_)


def _cited(fact: Fact, given: tuple[Fact, ...]) -> Fact:
    """The given fact of which this is an instance, else the fact itself."""
    for known in given:
        if known.relation.sign == fact.relation.sign:
            same = alpha_equal(both(known.relation), both(fact.relation))
            if same or match(both(known.relation), both(fact.relation), known.variables) is not None:
                return known
    return fact


def assignments(claim: Claim, sizes: Sizes) -> Iterator[dict[str, int]]:
    """Values of the free indices, one per pattern of equal and distinct ones (literal indices are distinct values)."""
    free = free_names(claim.before) | free_names(claim.after) | outside((*claim.equations, *claim.needs))
    named = {s.name for r in claim.restrictions for s in (r.left, r.right) if isinstance(s, Symbol)}
    names = sorted((free | named) & claim.scope.indices.keys())
    ranges = [range(1, size_value(claim.scope.indices[n], sizes) + 1) for n in names]
    literal = max(claim.scope.least.values(), default=0)
    seen = set()
    for values in product(*ranges):
        env = dict(zip(names, values, strict=True))
        pattern = _pattern(env, claim.scope, literal)
        if pattern not in seen and all(_allowed(r, env) for r in claim.restrictions):
            seen.add(pattern)
            yield env


def _pattern(env: Env, scope: Scope, literal: int) -> tuple[int, ...]:
    ranks: dict[tuple[Term, int], int] = {}
    pattern = []
    for name, value in env.items():
        size = scope.indices[name]
        special = value <= literal or size in scope.labels.values()  # a label may or may not be this class
        pattern.append(value if special else ranks.setdefault((size, value), -1 - len(ranks)))
    return tuple(pattern)


def _allowed(relation: Relation, env: Env) -> bool:
    values = [
        int(s.value) if isinstance(s, Number) else env.get(getattr(s, "name", ""))
        for s in (relation.left, relation.right)
    ]
    if None in values:
        return True
    return (values[0] == values[1]) == (relation.sign == "=")
