"""The route by cases: every sum is split where its delta is 1, and put together again at the end.

The way of the textbooks: i = k and i != k are worked out apart, and the sums over the other indices
are completed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.binders import free_names, instance
from symderiv.engine.chain import CARRY_OUT, Lemmas, assumed, both_cases, define, finish, take_derivatives
from symderiv.engine.form import tidy_whole
from symderiv.engine.polynomial import collect, expand, total
from symderiv.engine.printed import arranged, cost
from symderiv.engine.rewrite import Context, Law, Record, Rewritten, Rule, exhaust
from symderiv.engine.routes.route import Route
from symderiv.engine.rules.algebra import lost
from symderiv.engine.rules.sums import agreeing, reaches
from symderiv.engine.sentences import SENTENCES
from symderiv.statement import Relation
from symderiv.terms import (
    ONE,
    Big,
    Delta,
    Entry,
    Neg,
    Plus,
    Symbol,
    Term,
    Times,
    big,
    delta,
    minus,
    parts,
    plus,
    subterms,
    times,
)
from symderiv.trace import specialise


def split_off(t: Term, context: Context) -> Rewritten | None:
    """The summand at which a delta is 1, and the others, at which it is 0."""
    if not isinstance(t, Big) or not reaches(t, context):
        return None
    for u in _deltas(t.body):
        other = agreeing(u, t, context)
        if other is not None:
            zero = specialise(t.body, Relation("!=", t.index, other))
            if other in t.excluded:
                return Rewritten(big(t.index, t.size, zero, t.excluded))
            kept = [minus(ONE, delta(other, e)) for e in t.excluded]
            rest = big(t.index, t.size, zero, (*t.excluded, other))
            return Rewritten(plus(times(instance(t, other), *kept), rest))
    return None


def _deltas(t: Term, bound: frozenset[str] = frozenset()) -> Iterator[Term]:
    """The deltas in t between indices, or labels at indices, that no sum inside t binds."""
    if isinstance(t, Delta) and not free_names(t) & bound:
        yield t
    below = bound | {t.index.name} if isinstance(t, Big) else bound
    for u in parts(t):
        yield from _deltas(u, below)


def complete(t: Term, context: Context) -> Rewritten | None:
    """The sum over the other indices is the whole sum less the summand left out."""
    match t:
        case Big(k, size, body, (*others, last)) if reaches(t, context):
            kept = [minus(ONE, delta(last, e)) for e in others]
            return Rewritten(minus(big(k, size, body, tuple(others)), times(instance(t, last), *kept)))
    return None


_i, _k, _K = map(Symbol, ("i", "k", "K"))
_f, _g, _fi, _gi = (Entry(name, (at,)) for at in (_k, _i) for name in ("f", "g"))
SPLIT_OFF = Rule(
    "split-off",
    "Split the sum at the index where the delta is 1; at all others the delta is 0.",
    split_off,
    Law(
        Big(_k, _K, Times((_f, Plus((Delta(_i, _k), Neg(_g))))), ()),
        Plus((Times((_fi, Plus((ONE, Neg(_gi))))), Big(_k, _K, Times((_f, Neg(_g))), (_i,)))),
    ),
    (Big,),
)
COMPLETE = Rule(
    "complete",
    "The sum over the other indices is the whole sum less the summand left out.",
    complete,
    Law(Big(_k, _K, _f, (_i,)), Plus((Big(_k, _K, _f, ()), Neg(_fi)))),
    (Big,),
)

# what is known of a sum is known of the whole one, so it waits until the sums are complete again
STRUCTURE = tuple(r for r in CARRY_OUT if r.id not in ("given", "normalised", "one-hot-sum", "one-hot-power"))


def run(record: Record, context: Context, lemmas: Lemmas) -> bool:
    """Differentiate, split every sum by cases, complete the sums."""
    define(record, context)
    take_derivatives(record, context, lemmas)
    before, whole = len(record.steps), not _leaves_out(record.line)
    exhaust((SPLIT_OFF, *STRUCTURE), record, context)
    split = [s for s in record.steps[before:] if s.rule == SPLIT_OFF.id]
    # a sum that left out an index from the start keeps doing so
    if split and whole:
        exhaust((COMPLETE, *STRUCTURE), record, context)
    exhaust(CARRY_OUT, record, context)
    if split:
        _add_like_terms(record, context)
    _finish(record, context)
    return any(s.rule == SPLIT_OFF.id or s.cases for _, s in record.trace().walk())


def _finish(record: Record, context: Context) -> None:
    """The last phase; a delta that stays in the result is reached from its two cases."""
    line = record.line
    last = Record(line)
    finish(last, context)
    found = () if last.line is line or any(s.cases for s in last.steps) else both_cases(line, last.line, context)
    if found:
        needs = (*lost(line, last.line, context.statement), *(c for case in found for c in assumed(case.trace)))
        record.add("cases", SENTENCES["cases"], last.line, needs, cases=found)
    else:
        record.steps.extend(last.steps)


def _add_like_terms(record: Record, context: Context) -> None:
    """What the two cases have in common comes together once brackets are open."""
    opened = expand(record.line, context.preferred)
    gathered = collect(opened) if opened is not None else ()
    if opened is None or len(gathered) == len(opened):
        return
    if cost(tidy_whole(total(gathered), context.preferred)) < cost(tidy_whole(record.line, context.preferred)):
        record.add("expand", SENTENCES["expand"], total(opened))
        record.add("collect", SENTENCES["collect"], arranged(total(gathered)))


def _leaves_out(t: Term) -> bool:
    return any(isinstance(u, Big) and u.excluded for u in subterms(t))


ROUTE = Route(
    "cases",
    "Equal and different indices are worked out apart.",
    "an index that can agree with that of the variable or differ from it: a sum, or a value with an index",
    run,
    (SPLIT_OFF, COMPLETE),
)
