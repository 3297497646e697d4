"""The route by the zero term: shares add up to 1, so the derivative of their sum may be taken away.

It is written as Sum u_k (log u_k)', which has the form of the derivative of Sum w_k log u_k. Together
they make the part of log u_k that all k have in common drop out. This is the route of source A, with
the derivative kept inside the sum where it belongs.
"""

from __future__ import annotations

from itertools import combinations

from symderiv.binders import mentions, separate, substitute
from symderiv.engine.chain import CARRY_OUT, Lemmas, define, work_out
from symderiv.engine.laws import by_law
from symderiv.engine.rewrite import Context, Law, Record, Rewritten, Rule, everywhere, exhaust
from symderiv.engine.routes.log_sum_exp import definition_under_log
from symderiv.engine.routes.route import Route, reach
from symderiv.engine.rules.calculus import CALCULUS
from symderiv.engine.rules.explog import EXPLOG, log_quotient
from symderiv.engine.rules.factors import Factor, Product, product, view
from symderiv.engine.rules.sums import known, whole
from symderiv.keys import without_opposites
from symderiv.statement import Relation
from symderiv.terms import (
    ZERO,
    Big,
    D,
    Entry,
    Log,
    Neg,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    kinds,
    log,
    minus,
    parts,
    plus,
    subterms,
    summands,
    times,
)


def _is_share(t: Term, over: Big, context: Context) -> bool:
    """Whether t is an entry of shares that add up to 1 over the index of a sum."""
    if not isinstance(t, Entry) or over.excluded:
        return False
    return whole(Big(over.index, over.size, t, ()), context) is not None


def _logarithm(t: Big, context: Context) -> tuple[Term, Term, Term] | None:
    """A share whose logarithm is differentiated in a summand, by what, and the weight in front."""
    p = view(t.body)
    for f in p.factors:
        match f:
            case Factor(D(Log(share), x) as derivative, 1) if _is_share(share, t, context.within(derivative)):
                return share, x, product(Product(p.coefficient, tuple(g for g in p.factors if g is not f)))
    return None


def weighs_logs(t: Term, context: Context) -> bool:
    """Whether t is a sum of logarithms of shares, perhaps below a fraction line, with constant weights."""
    if not isinstance(t, Big):
        return False
    logs = [u for u in subterms(t.body) if isinstance(u, Log)]
    return any(_is_share(v, t, context) for u in logs for v in (u.body, *parts(u.body)))


def holds_name(t: Term, context: Context) -> bool:
    """Whether t is a fraction with an entry of a defined array above or below the line."""
    defined = context.statement.by_name
    return isinstance(t, Quotient) and any(isinstance(u, Entry) and u.array in defined for u in (t.top, t.bottom))


def is_fraction(t: Term, context: Context) -> bool:
    """Whether t is an entry that is a fraction by definition."""
    return isinstance(t, Entry) and isinstance(context.statement.unfold(t), Quotient)


def add_zero(t: Term, context: Context) -> Rewritten | None:
    """Take away the total weight times the derivative of the sum of the shares, which is 0."""
    found = _logarithm(t, context) if isinstance(t, Big) else None
    if found is None or not isinstance(t, Big):
        return None
    share, variable, weight = found
    total = big(t.index, t.size, weight)
    use = known(total, context)
    zero = D(Big(t.index, t.size, share, ()), variable)
    return Rewritten(minus(t, times(use.after if use else total, zero)), use.conditions if use else ())


def log_derivative(t: Term, context: Context) -> Rewritten | None:
    """u' = u (log u)' for an entry that is a fraction by definition."""
    match t:
        case D(u, _) if is_fraction(u, context):
            return _LOG_DERIVATIVE(t, context)
    return None


def join(t: Term, context: Context) -> Rewritten | None:
    """Two weighted sums of the same derivatives of logarithms are one."""
    if not isinstance(t, Plus):
        return None
    found = [(u, *_weighted(u, context)) for u in t.summands]
    sums = [(u, outside, s) for u, outside, s in found if s is not None]
    for (u, a, s), (v, b, r) in combinations(sums, 2):
        together = _together(a, s, b, r, context)
        if together is not None:
            rest = [w for w in t.summands if w is not u and w is not v]
            return Rewritten(plus(together, *rest))
    return None


def _weighted(t: Term, context: Context) -> tuple[Term, Big | None]:
    """t as a factor times a sum of weighted derivatives of logarithms of shares."""
    p = view(t)
    for f in p.factors:
        if isinstance(f.base, Big) and f.exponent == 1 and _logarithm(f.base, context) is not None:
            return product(Product(p.coefficient, tuple(g for g in p.factors if g is not f))), f.base
    return t, None


def _together(a: Term, s: Big, b: Term, r: Big, context: Context) -> Term | None:
    """a s + b r as one sum, where both are sums of the same derivatives."""
    first, second = _logarithm(s, context), _logarithm(r, context)
    if first is None or second is None or s.size is not r.size:
        return None
    move: dict[Term, Term] = {r.index: s.index}
    if substitute(second[0], move) is not first[0] or second[1] is not first[1]:
        return None
    weight = plus(times(a, first[2]), times(b, substitute(second[2], move)))
    return separate(big(s.index, s.size, times(weight, D(log(first[0]), first[1]))), frozenset(), context.names)


def set_apart(t: Term, context: Context) -> Rewritten | None:
    """The part of a bracket that does not change with the index leaves the sum, with the weights summed."""
    if not isinstance(t, Big):
        return None
    p = view(t.body)
    for f in p.factors:
        if isinstance(f.base, Plus) and f.exponent == 1 and D in kinds(f.base):
            local = [u for u in f.base.summands if mentions(u, t.index)]
            shared = [u for u in f.base.summands if not mentions(u, t.index)]
            if local and shared:
                weight = product(Product(p.coefficient, tuple(g for g in p.factors if g is not f)))
                inside, total = (big(t.index, t.size, u, t.excluded) for u in (times(weight, plus(*local)), weight))
                return Rewritten(plus(inside, times(plus(*shared), total)))
    return None


def drop_opposites(t: Term, context: Context) -> Rewritten | None:
    """x - x = 0."""
    if not isinstance(t, Plus):
        return None
    after = without_opposites(t)
    return Rewritten(after) if len(summands(after)) < len(t.summands) else None


_k, _c, _u, _x, _K = map(Symbol, ("k", "c", "u", "x", "K"))
_f, _g, _p = (Entry(name, (_k,)) for name in "fgp")
_Dlog = D(Log(_p), _x)


def _all(body: Term) -> Term:
    return Big(_k, _K, body, ())


LAW_OF_LOG_DERIVATIVE = Law(D(_u, _x), Times((_u, D(Log(_u), _x))), (Relation(">", _u, ZERO),))
_LOG_DERIVATIVE = by_law(LAW_OF_LOG_DERIVATIVE)
LINEAR = tuple(r for r in CALCULUS if r.id in ("constant", "constant-factor", "linearity"))
INSERT_SHARE = definition_under_log(is_fraction)
SPLIT_LOG = log_quotient(lambda *_: True)
SPLIT_FRACTION = log_quotient(holds_name)
ADD_ZERO = Rule(
    "zero-term",
    "The shares add up to 1, so the derivative of their sum is 0 and may be taken away, times the total weight.",
    add_zero,
    None,
    (Big,),
)
LOG_DERIVATIVE = Rule(
    "log-derivative",
    "A derivative is the function times the derivative of its logarithm.",
    log_derivative,
    LAW_OF_LOG_DERIVATIVE,
    (D,),
)
JOIN = Rule(
    "join-sums",
    "Two sums over the same index are one.",
    join,
    Law(
        Plus((_all(Times((_f, _Dlog))), Neg(Times((_c, _all(Times((_p, _Dlog)))))))),
        _all(Times((Plus((_f, Neg(Times((_c, _p))))), _Dlog))),
    ),
    (Plus,),
)
SET_APART = Rule(
    "shared-part",
    "The part that all summands share leaves the sum, times the sum of the weights.",
    set_apart,
    Law(
        _all(Times((_f, Plus((D(_g, _x), Neg(D(_c, _x))))))),
        Plus((_all(Times((_f, D(_g, _x)))), Neg(Times((D(_c, _x), _all(_f)))))),
    ),
    (Big,),
)
OPPOSITES = Rule("opposites", "A term less itself is 0.", drop_opposites, Law(Plus((_u, Neg(_u))), ZERO), (Plus,))


def run(record: Record, context: Context, lemmas: Lemmas) -> bool:
    """Add the zero term, join the sums, and let the part that all logarithms share drop out."""
    define(record, context)
    inside = context.within(record.line)
    if not reach(record, inside, lambda u: weighs_logs(u, inside)):
        return False
    exhaust((*LINEAR, SPLIT_FRACTION), record, context)
    if not once(ADD_ZERO, record, context):
        return False
    exhaust(LINEAR, record, context)
    if not (once(LOG_DERIVATIVE, record, context) and once(JOIN, record, context)):
        return False
    exhaust((INSERT_SHARE, *EXPLOG, SPLIT_LOG, *LINEAR), record, context)
    if not once(SET_APART, record, context):
        return False
    exhaust((*CARRY_OUT, OPPOSITES), record, context)
    work_out(record, context, lemmas)
    return True


def once(rule: Rule, record: Record, context: Context) -> bool:
    """Apply a rule wherever it applies, once."""
    found = everywhere(rule, record.line, context)
    if found is not None:
        record.add(rule.id, rule.sentence, found.after, found.conditions)
    return found is not None


ROUTE = Route(
    "zero-term",
    "The shares add up to 1 whatever the variable is; the derivative of their sum, which is 0, is taken away first.",
    "a sum of logarithms of shares (entries defined in where, known to be positive, that add up to 1) with constant "
    "weights",
    run,
    (ADD_ZERO, LOG_DERIVATIVE, JOIN, SET_APART, OPPOSITES),
)
