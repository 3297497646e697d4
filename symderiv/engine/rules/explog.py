"""Exponentials and logarithms that undo each other, inside a derivative before it is taken."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.engine.laws import by_law, discharged
from symderiv.engine.rewrite import Context, Law, Rewritten, Rule
from symderiv.statement import Relation
from symderiv.terms import (
    ZERO,
    Exp,
    Log,
    Neg,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    log,
    parts,
    plus,
)


def log_of_product(t: Term, context: Context) -> Rewritten | None:
    match t:
        case Log(Times(many)) if any(map(_meets_exp, many)):
            conditions = discharged(tuple(Relation(">", u, ZERO) for u in many), context.statement)
            return None if conditions is None else Rewritten(plus(*map(log, many)), conditions)
    return None


def _meets_exp_inside(t: Term) -> bool:
    return any(map(_meets_exp, parts(t)))


def _meets_exp(t: Term) -> bool:
    """Whether a logarithm of t meets an exponential that it undoes."""
    match t:
        case Exp():
            return True
        case Times() | Quotient() | Power():
            return any(map(_meets_exp, parts(t)))
    return False


_u, _v, _n = map(Symbol, ("u", "v", "n"))
LOG_EXP = Law(Log(Exp(_u)), _u)
LOG_QUOTIENT = Law(
    Log(Quotient(_u, _v)), Plus((Log(_u), Neg(Log(_v)))), (Relation(">", _u, ZERO), Relation(">", _v, ZERO))
)
LOG_PRODUCT = Law(Log(Times((_u, _v))), Plus((Log(_u), Log(_v))), (Relation(">", _u, ZERO), Relation(">", _v, ZERO)))
LOG_POWER = Law(Log(Power(_u, _n)), Times((_n, Log(_u))), (Relation(">", _u, ZERO),))
EXP_LOG = Law(Exp(Log(_u)), _u, (Relation(">", _u, ZERO),))

_quotient = by_law(LOG_QUOTIENT)


def log_quotient(when: Callable[[Term, Context], bool]) -> Rule:
    """The rule that takes the logarithm of a fraction apart, for the fractions that ``when`` picks out."""
    return Rule(
        "log-quotient",
        "The logarithm of a fraction is the difference of the logarithms.",
        lambda t, context: _quotient(t, context) if isinstance(t, Log) and when(t.body, context) else None,
        LOG_QUOTIENT,
        (Log,),
    )


EXPLOG: tuple[Rule, ...] = (
    Rule("log-exp", "The logarithm undoes the exponential.", by_law(LOG_EXP), LOG_EXP, (Log,)),
    log_quotient(lambda u, _: _meets_exp(u)),
    Rule(
        "log-product", "The logarithm of a product is the sum of the logarithms.", log_of_product, LOG_PRODUCT, (Log,)
    ),
    Rule(
        "log-power",
        "The logarithm of a power is the exponent times the logarithm.",
        by_law(LOG_POWER, _meets_exp_inside),
        LOG_POWER,
        (Log,),
    ),
    Rule("exp-log", "The exponential undoes the logarithm.", by_law(EXP_LOG), EXP_LOG, (Exp,)),
)
