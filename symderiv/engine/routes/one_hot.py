"""The route for one-hot labels: the sum over the classes shrinks to one of them before differentiating."""

from __future__ import annotations

from symderiv.engine.chain import Lemmas, define, work_out
from symderiv.engine.dependence import depends
from symderiv.engine.rewrite import Context, Record, Rewritten, Rule, exhaust
from symderiv.engine.routes.route import Route, reach
from symderiv.engine.rules.sums import SUMS
from symderiv.facts import one_hot_label
from symderiv.terms import Entry, Term
from symderiv.trace import Condition


def insert_label(t: Term, context: Context) -> Rewritten | None:
    """An entry of a one-hot label is a delta of its index and the labelled class."""
    if not isinstance(t, Entry):
        return None
    found = one_hot_label(t, context.statement)
    # a fact holds at the point: it must not be used inside a derivative that it would disturb
    if found is None or any(depends(t, v, context.statement) for v in context.statement.variables):
        return None
    return Rewritten(found[1].right, (Condition(found[1]),))


INSERT = Rule(
    "one-hot",
    "The label is one-hot: its entry is 1 at the labelled class and 0 elsewhere.",
    insert_label,
    None,
    (Entry,),
)
SIFT = next(r for r in SUMS if r.id == "sift")


def run(record: Record, context: Context, lemmas: Lemmas) -> bool:
    """Insert the label, let it leave one summand, and differentiate."""
    define(record, context)
    if not reach(record, context, lambda u: insert_label(u, context) is not None):
        return False
    exhaust((INSERT, SIFT), record, context)
    work_out(record, context, lemmas)
    return True


ROUTE = Route(
    "one-hot",
    "The label leaves one summand before anything is differentiated.",
    "a label that is known to be one-hot and that the variables leave alone: add one_hot(y, t) to given",
    run,
    (INSERT,),
)
