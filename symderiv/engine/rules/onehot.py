"""Rules that use a one-hot label: it picks one summand, and its powers are itself.

They use the fact ``y[k] = delta(k, c)`` at the point, so they wait until no remaining variable
touches the label. That its entries add up to 1 is the business of the rule "given".
"""

from __future__ import annotations

from functools import lru_cache

from symderiv.binders import array_names, free_names, index_names, match, mentions, substitute
from symderiv.engine.dependence import depends
from symderiv.engine.rewrite import Context, Rewritten, Rule
from symderiv.engine.rules.factors import Factor, Product, product, view
from symderiv.engine.rules.sums import reaches
from symderiv.facts import class_index, one_hot_label
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Delta,
    Entry,
    Number,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    delta,
    minus,
    times,
)
from symderiv.trace import Condition


def marked(t: Term, context: Context) -> Rewritten | None:
    """A sum weighted with a one-hot label is its summand at the class, where the problem speaks of that class."""
    if not isinstance(t, Big) or not _labelled(context.statement.facts) or not reaches(t, context):
        return None
    whole = view(t.body)
    for f in whole.factors:
        found = _label(f, context)
        if found is None or not _marks(found[1], t.index, found[0]) or not _known(found[0], context.statement):
            continue
        label, used = found
        rest = Product(whole.coefficient, tuple(g for g in whole.factors if g is not f))
        kept = [minus(ONE, delta(label, e)) for e in t.excluded]
        after = ZERO if label in t.excluded else times(substitute(product(rest), {t.index: label}), *kept)
        return Rewritten(after, (Condition(used),))
    return None


def idempotent(t: Term, context: Context) -> Rewritten | None:
    """A positive whole power of an entry of a one-hot label is the entry."""
    if not isinstance(t, Times | Quotient | Power) or not _labelled(context.statement.facts):
        return None
    whole = view(t)
    found = {f: _label(f, context) for f in whole.factors if f.exponent > 1 and f.exponent.denominator == 1}
    if not any(found.values()):
        return None
    factors = tuple(Factor(f.base, 1) if found.get(f) else f for f in whole.factors)
    needs = (Condition(pair[1]) for pair in found.values() if pair is not None)
    return Rewritten(product(Product(whole.coefficient, factors)), tuple(needs))


@lru_cache(maxsize=1024)
def _labelled(facts: tuple[Fact, ...]) -> bool:
    """Whether any of the facts says that something is a one-hot label."""
    return any(class_index(f) is not None for f in facts)


def name_label(t: Term, context: Context) -> Rewritten | None:
    """A delta of an index and the class is the label's entry, where the problem speaks of the label."""
    if not isinstance(t, Delta):
        return None
    s = context.statement
    for fact in s.facts:
        binding = match(fact.relation.right, t, fact.variables) if fact.relation.sign == "=" else None
        if binding is None or not set(fact.variables) <= binding.keys():
            continue  # y[n, k] = delta(k, c) does not say of which n
        entry = substitute(fact.relation.left, binding)
        if not isinstance(entry, Entry) or one_hot_label(entry, s) is None or not _in_range(entry, context):
            continue
        spoken = any(entry.array in array_names(u) for u in (s.value, *(d.body for d in s.definitions)))
        if spoken and not any(depends(entry, v, s) for v in context.pending):
            return Rewritten(entry, (Condition(Relation("=", entry, t)),))
    return None


def _in_range(t: Entry, context: Context) -> bool:
    """Whether the indices of an entry run over its axes: delta(j, 2) may be about another array's j."""
    sizes = zip(t.indices, context.scope.shapes[t.array], strict=True)
    return all(isinstance(i, Number) or context.scope.size(i) is size for i, size in sizes)


def _label(f: Factor, context: Context) -> tuple[Term, Relation] | None:
    """The class that a factor marks and the fact used, once no remaining variable touches the factor."""
    if not isinstance(f.base, Entry) or f.exponent <= 0:
        return None
    if any(depends(f.base, v, context.statement) for v in context.pending):
        return None
    return one_hot_label(f.base, context.statement)


def _marks(used: Relation, index: Symbol, label: Term) -> bool:
    """Whether it is the summation index that the label compares with its class."""
    match used.right:
        case Delta(left, right):
            return index in (left, right) and not mentions(label, index)
    return False


def _known(label: Term, statement: Statement) -> bool:
    """Whether value or definitions speak of the class as well; else the answer would need one more argument."""
    every = (statement.value, *(d.body for d in statement.definitions))
    match label:
        case Entry(array, _):
            return any(array in array_names(t) for t in every)
        case Symbol(name):
            return any(name in index_names(t) & free_names(t) for t in every)
    return isinstance(label, Number)


ONE_HOT: tuple[Rule, ...] = (
    Rule("one-hot-sum", "The one-hot label is 0 except at its class: one summand is left.", marked, None, (Big,)),
    Rule(
        "one-hot-power",
        "A one-hot label is 0 or 1: its powers are itself.",
        idempotent,
        None,
        (Times, Quotient, Power),
    ),
)
NAME_LABEL = Rule("name-label", "Write the label's entry again.", name_label, None, (Delta,))
