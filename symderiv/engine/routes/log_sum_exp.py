"""The route through log-sum-exp: logarithms of fractions of exponentials come apart before differentiating."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.engine.chain import CARRY_OUT, Lemmas, define, work_out
from symderiv.engine.dependence import depends, live_names
from symderiv.engine.rewrite import Context, Record, Rewritten, Rule, exhaust
from symderiv.engine.routes.route import Route, reach
from symderiv.engine.rules.explog import EXPLOG, log_quotient
from symderiv.terms import Big, Exp, Log, Plus, Power, Quotient, Term, Times, kinds, parts, rebuild, subterms


def adds(t: Term) -> bool:
    """Whether t is a sum of exponentials and other terms."""
    return isinstance(t, Big | Plus) and Exp in kinds(t)


def opens(t: Term, context: Context) -> bool:
    """Whether a logarithm of t comes apart: t, or a definition among its factors, is made of exponentials."""
    match t:
        case Exp():
            return True
        case Times() | Power():
            return any(opens(u, context) for u in parts(t))
        case Quotient():
            return any(opens(u, context) or adds(u) for u in parts(t))
    definition = context.statement.definition(t)
    # a variable that is itself a defined name stands for nothing but itself
    independent = frozenset().union(*map(live_names, context.pending))
    return definition is not None and definition.name not in independent and opens(definition.body, context)


def definition_under_log(when: Callable[[Term, Context], bool]) -> Rule:
    """The rule that inserts the definitions of a logarithm's factors, for the names that ``when`` picks out."""

    def written(t: Term, context: Context) -> Term:
        if isinstance(t, Times | Quotient | Power):
            return rebuild(t, tuple(written(u, context) for u in parts(t)))
        unfolded = context.statement.unfold(t, frozenset(context.scope.indices), context.names)
        return unfolded if unfolded is not None and when(t, context) else t

    def match(t: Term, context: Context) -> Rewritten | None:
        after = Log(written(t.body, context)) if isinstance(t, Log) else t
        return None if after is t else Rewritten(after)

    sentence = "Insert what stands under the logarithm, which then comes apart."
    return Rule("definition-under-log", sentence, match, None, (Log,))


INSERT = definition_under_log(opens)
OPEN_LOGS = (INSERT, *EXPLOG, log_quotient(opens))


def run(record: Record, context: Context, lemmas: Lemmas) -> bool:
    """Take the logarithms apart, carry out the sums, and only then differentiate."""
    define(record, context)
    inside = context.within(record.line)
    if not reach(record, inside, lambda u: isinstance(u, Log) and (opens(u.body, inside) or adds(u.body))):
        return False
    exhaust(OPEN_LOGS, record, context)
    (variable, *_) = inside.pending
    found = [u for u in subterms(record.line) if isinstance(u, Log) and adds(u.body)]
    if not any(depends(u, variable, context.statement) for u in found):
        return False
    exhaust(CARRY_OUT, record, context)
    work_out(record, context, lemmas)
    return True


ROUTE = Route(
    "log-sum-exp",
    "Logarithms of fractions of exponentials come apart into a linear part and a log-sum-exp.",
    "the logarithm of a sum of exponentials, or of a fraction with one whose other factors are known to be positive",
    run,
    (INSERT,),
)
