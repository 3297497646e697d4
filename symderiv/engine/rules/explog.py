"""Exponentials and logarithms that undo each other, inside a derivative before it is taken."""

from __future__ import annotations

from symderiv.engine.rewrite import Context, Law, Rewritten, Rule
from symderiv.facts import positive
from symderiv.statement import Relation
from symderiv.terms import ZERO, Exp, Log, Power, Quotient, Symbol, Term, Times, log, minus, parts, plus, times
from symderiv.trace import Condition


def _positive(many: tuple[Term, ...], context: Context) -> tuple[Condition, ...] | None:
    """The conditions u > 0 with their reasons, or None unless each is discharged."""
    found: list[Condition] = []
    for u in many:
        why = positive(u, context.statement)
        if why is None:
            return None
        found += [Condition(Relation(">", u, ZERO), why.phrase), *(Condition(g) for g in why.given)]
    return tuple(found)


def log_of_exp(t: Term, context: Context) -> Rewritten | None:
    match t:
        case Log(Exp(u)):
            return Rewritten(u)
    return None


def log_of_quotient(t: Term, context: Context) -> Rewritten | None:
    match t:
        case Log(Quotient(u, v)) if _meets_exp(u) or _meets_exp(v):
            conditions = _positive((u, v), context)
            return None if conditions is None else Rewritten(minus(log(u), log(v)), conditions)
    return None


def log_of_product(t: Term, context: Context) -> Rewritten | None:
    match t:
        case Log(Times(many)) if any(map(_meets_exp, many)):
            conditions = _positive(many, context)
            return None if conditions is None else Rewritten(plus(*map(log, many)), conditions)
    return None


def log_of_power(t: Term, context: Context) -> Rewritten | None:
    match t:
        case Log(Power(u, n)) if _meets_exp(u):
            conditions = _positive((u,), context)
            return None if conditions is None else Rewritten(times(n, log(u)), conditions)
    return None


def exp_of_log(t: Term, context: Context) -> Rewritten | None:
    match t:
        case Exp(Log(u)):
            conditions = _positive((u,), context)
            return None if conditions is None else Rewritten(u, conditions)
    return None


def _meets_exp(t: Term) -> bool:
    """Whether a logarithm of t meets an exponential that it undoes."""
    match t:
        case Exp():
            return True
        case Times() | Quotient() | Power():
            return any(map(_meets_exp, parts(t)))
    return False


_u, _v, _n = map(Symbol, ("u", "v", "n"))

EXPLOG: tuple[Rule, ...] = (
    Rule("log-exp", "The logarithm undoes the exponential.", log_of_exp, Law(Log(Exp(_u)), _u), (Log,)),
    Rule(
        "log-quotient",
        "The logarithm of a fraction is the difference of the logarithms.",
        log_of_quotient,
        Law(Log(Quotient(_u, _v)), minus(Log(_u), Log(_v)), "u > 0 and v > 0"),
        (Log,),
    ),
    Rule("log-product", "The logarithm of a product is the sum of the logarithms.", log_of_product, None, (Log,)),
    Rule(
        "log-power",
        "The logarithm of a power is the exponent times the logarithm.",
        log_of_power,
        Law(Log(Power(_u, _n)), Times((_n, Log(_u))), "u > 0"),
        (Log,),
    ),
    Rule("exp-log", "The exponential undoes the logarithm.", exp_of_log, Law(Exp(Log(_u)), _u, "u > 0"), (Exp,)),
)
