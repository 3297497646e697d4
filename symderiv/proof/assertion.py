"""What a step asserts: that its two lines are equal, at the points that its conditions leave.

A given equation counts only where the step records that it used it; the other facts hold at every point in
question. A condition without a reason selects points. One with a reason the step asserts as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symderiv.binders import alpha_equal, free_names, index_names, match, separate, union
from symderiv.proof.claim import LINES, Claim, both
from symderiv.scope import Clause, Scope, infer
from symderiv.sizes import starting
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import ONE, ZERO, Big, Delta, Function, Number, Symbol, Term, minus, parts, plus, subterms, times
from symderiv.trace import Step, Trace

Omissions = tuple[tuple[Symbol, Term], ...]


@dataclass(frozen=True)
class Place:
    """A step, the conditions of the cases around it, and the first line of its trace."""

    step: Step
    relations: tuple[Relation, ...]
    start: Term


@dataclass(frozen=True)
class Assertion:
    """A step as it is decided.

    The facts of ``claim`` are the problem's, its equations only where the step cites them, and ``assumed``:
    what the step needs and nothing gives. ``discharged`` pairs what the step says to hold with the condition
    as it is recorded. ``narrower`` is the same with the conditions asked of fewer summands, where several sums
    use one letter and leave out different indices.
    """

    claim: Claim
    assumed: tuple[Fact, ...]
    discharged: tuple[tuple[Fact, Relation], ...]
    narrower: Assertion | None = None


def places(trace: Trace, relations: tuple[Relation, ...] = ()) -> Iterator[Place]:
    """Every step, in the order of `Trace.walk`."""
    for step in trace.steps:
        yield Place(step, relations, trace.start)
        if step.lemma:
            # a lemma stands on its own: it is inserted for other indices than those of this case
            yield from places(step.lemma.trace)
        for case in step.cases:
            yield from places(case.trace, (*relations, case.condition))


def assertion(place: Place, statement: Statement) -> Assertion:
    """What a step asserts; raises `InputError` where its lines contradict each other or the problem."""
    step = place.step
    every, some = _left_out((step.before, step.after))
    first = _assertion(place, statement, every)
    return first if every == some else replace(first, narrower=_assertion(place, statement, some))


def _assertion(place: Place, statement: Statement, left_out: Omissions) -> Assertion:
    step, free = place.step, free_names(place.step.before) | free_names(place.step.after)
    letters = _indices_in((place.start, step.before, step.after)) | statement.scope.indices.keys()
    facts = [f for f in statement.facts if f.relation.sign != "=" and not _between(f.relation, letters)]
    assumed: list[Fact] = []
    discharged: list[tuple[Fact, Relation]] = []
    between: list[Relation] = []
    for condition in step.conditions:
        relation = condition.relation
        if _between(relation, letters):
            # on a bound letter it says which summands there are; the sum itself does too
            between += [relation] if free_names(both(relation)) <= free else []
            continue
        known = _cited(relation, statement.facts)
        if known is not None:
            facts += [known]
        elif condition.reason is None and relation.sign != "=":  # an equation that nobody gave is of no use
            assumed.append(_asked(relation, free, left_out))
        elif condition.reason is not None:
            discharged.append((_asked(relation, free, left_out), relation))
    facts = list(dict.fromkeys((*facts, *assumed)))
    relations = tuple(dict.fromkeys((*place.relations, *between)))
    scope = _scope(place, statement, relations, (*facts, *(f for f, _ in discharged)))
    scope = starting(scope, ((f.relation.sign, f.relation.left, f.relation.right) for f in assumed))
    return Assertion(_claim(step, statement, tuple(facts), relations, scope), tuple(assumed), tuple(discharged))


def _claim(
    step: Step, statement: Statement, facts: tuple[Fact, ...], relations: tuple[Relation, ...], scope: Scope
) -> Claim:
    """The claim with just those free indices that it, its relations and its facts speak of."""
    sides: Term = Function(LINES, (step.before, step.after))
    sides = separate(sides, union((sides, *map(both, relations))) | statement.fixed.keys())
    stated = replace(statement, value=sides, variables=(), facts=facts, scope=scope)
    named = union((sides, *map(both, relations))) | stated.fixed.keys()
    indices = {name: size for name, size in scope.indices.items() if name in named}
    left, right = parts(sides)
    return Claim(left, right, replace(stated, scope=replace(scope, indices=indices)), relations)


def _scope(place: Place, statement: Statement, relations: tuple[Relation, ...], facts: Iterable[Fact]) -> Scope:
    """What the indices of a step run over, as its trace, its conditions and the problem say."""
    known = statement.scope
    clauses = [Clause(t, (), "a step") for t in (place.start, place.step.before, place.step.after)]
    clauses += [Clause(Delta(r.left, r.right), (), "a case") for r in relations]
    clauses += [Clause(both(f.relation), f.variables, "a condition") for f in facts]
    found = infer(clauses, known.shapes, known.labels)
    sizes = {**known.least, **found.least}
    return Scope(
        {**known.shapes, **found.shapes},
        {**statement.fixed, **found.indices},
        {size: max(found.least.get(size, 1), known.least.get(size, 1)) for size in sizes},
        {**known.labels, **found.labels},
    )


def _between(relation: Relation, letters: frozenset[str]) -> bool:
    """Whether a condition compares indices (their letters, or one with a literal index)."""
    sides = relation.left, relation.right
    return all(isinstance(s, Symbol | Number) for s in sides) and any(free_names(s) & letters for s in sides)


def _indices_in(many: Iterable[Term]) -> frozenset[str]:
    """The letters that stand as an index anywhere in some terms, bound ones included."""
    below = [u for t in many for u in subterms(t)]
    return frozenset(u.index.name for u in below if isinstance(u, Big)).union(*map(index_names, below))


def _cited(relation: Relation, given: tuple[Fact, ...]) -> Fact | None:
    """The given fact that a condition is, or is an instance of."""
    for known in given:
        if known.relation.sign == relation.sign:
            whole, instance = both(known.relation), both(relation)
            if alpha_equal(whole, instance) or match(whole, instance, known.variables) is not None:
                return known
    return None


def _asked(relation: Relation, free: frozenset[str], left_out: Omissions) -> Fact:
    """A condition for all values of the letters that are bound in the lines, but for summands that are left out.

    It is put as ``(1 - delta) (left - right) + delta``, which holds at what is left out.
    """
    variables = tuple(map(Symbol, sorted(index_names(both(relation)) - free)))
    guards = [Delta(*pair) for pair in left_out if pair[0] in variables]
    if not guards:
        return Fact(relation, variables)
    elsewhere = times(*(minus(ONE, g) for g in guards), minus(relation.left, relation.right))
    return Fact(Relation(relation.sign, plus(elsewhere, *guards), ZERO), variables)


def _left_out(many: Iterable[Term]) -> tuple[Omissions, Omissions]:
    """Which values the sums over a letter leave out, by that letter: every one of them, and any."""
    found: dict[Symbol, list[frozenset[Term]]] = {}
    for u in (u for t in many for u in subterms(t) if isinstance(u, Big)):
        found.setdefault(u.index, []).append(frozenset(u.excluded))
    every = [(k, e) for k, sets in found.items() for e in _ordered(sets[0].intersection(*sets))]
    some = [(k, e) for k, sets in found.items() for e in _ordered(sets[0].union(*sets))]
    return tuple(every), tuple(some)


def _ordered(many: Iterable[Term]) -> list[Term]:
    return sorted(many, key=repr)
