"""The rules of differentiation, in the order in which they are tried.

Each looks at one derivative. What does not depend on the variable leaves at once; what does is
handed on as a smaller derivative. A defined name is not a rule's business: it becomes a lemma.
"""

from __future__ import annotations

from dataclasses import replace

from symderiv.binders import free_names
from symderiv.engine.dependence import depends
from symderiv.engine.rewrite import Context, Law, Rewritten, Rule, open_sum
from symderiv.errors import Refused
from symderiv.facts import positive
from symderiv.statement import Relation
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    D,
    Entry,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    delta,
    exp,
    log,
    minus,
    neg,
    number,
    plus,
    power,
    quo,
    times,
)
from symderiv.trace import Condition


def d(t: Term, x: Term, context: Context) -> Term:
    """The derivative of t by x as a term: 0 for a constant, the sign outside."""
    if not depends(t, x, context.statement):
        return ZERO
    return neg(D(t.body, x)) if isinstance(t, Neg) else D(t, x)


def constant_factor(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Neg(Times() as u), x):
            found = constant_factor(D(u, x), context)
            return None if found is None else Rewritten(neg(found.after))
        case D(Times(many), x):
            moving = [u for u in many if depends(u, x, context.statement)]
            constant = [u for u in many if u not in moving]
            if constant:
                return Rewritten(times(*constant, d(times(*moving), x, context)))
        case D(Quotient(u, v), x) if not depends(v, x, context.statement):
            return Rewritten(quo(d(u, x, context), v))
    return None


def linearity(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Neg() | Plus() | Big() as body, x):
            return Rewritten(_linear(body, x, context))
    return None


def _linear(t: Term, x: Term, context: Context) -> Term:
    match t:
        case Neg(u):
            return neg(_linear(u, x, context))
        case Plus(many):
            return plus(*(_linear(u, x, context) for u in many))
        case Big():
            t = open_sum(t, context, free_names(x))
            return big(t.index, t.size, _linear(t.body, x, context.within(t)), t.excluded)
    return d(t, x, context)


def logarithm(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Log(u), x):
            return Rewritten(times(quo(ONE, u), d(u, x, context)))
    return None


def exponential(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Exp(u), x):
            return Rewritten(times(exp(u), d(u, x, context)))
    return None


def power_rule(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Power(u, n), x) if not depends(n, x, context.statement):
            lower = number(n.value - 1) if isinstance(n, Number) else minus(n, ONE)
            return Rewritten(times(n, power(u, lower), d(u, x, context)))
    return None


def exponent_rule(t: Term, context: Context) -> Rewritten | None:
    """u^v = exp(v log u) for u > 0."""
    match t:
        case D(Power(u, v), x):
            why = positive(u, context.statement)
            if why is None:
                raise Refused(
                    "a power whose exponent depends on the variable needs a positive base; "
                    "add the fact Gt(base, 0) to given"
                )
            conditions = (Condition(Relation(">", u, ZERO), why.phrase), *(Condition(g) for g in why.given))
            return Rewritten(times(power(u, v), d(times(v, log(u)), x, context)), conditions)
    return None


def product_rule(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Times(many), x):
            lines = (times(*many[:n], d(u, x, context), *many[n + 1 :]) for n, u in enumerate(many))
            return Rewritten(plus(*lines))
    return None


def quotient_rule(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Quotient(u, v), x):
            top = minus(times(d(u, x, context), v), times(u, d(v, x, context)))
            return Rewritten(quo(top, power(v, number(2))))
    return None


def entry_rule(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Entry(a, some), Entry(b, others)) if a == b:
            return Rewritten(times(*(delta(x, i) for i, x in zip(some, others, strict=True))))
        case D(Symbol(a), Symbol(b)) if a == b:
            return Rewritten(ONE)
    return None


def opaque(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Function(name, _), _):
            raise Refused(
                f"there is no rule for the derivative of {name}; write it with exp, log, powers, sums and "
                "quotients, or take it out of the expression"
            )
    return None


_u, _v, _n, _x = map(Symbol, ("u", "v", "n", "x"))

_RULES: tuple[Rule, ...] = (
    Rule("constant-factor", "A factor that does not depend on the variable stays in front of the derivative.", constant_factor),
    Rule("linearity", "The derivative of a sum is the sum of the derivatives; constants have derivative 0.", linearity),
    Rule(
        "log",
        "Derivative of the logarithm with the chain rule: the inner derivative divided by the inside.",
        logarithm,
        Law(D(Log(_u), _x), Times((Quotient(ONE, _u), D(_u, _x))), "u > 0"),
    ),
    Rule(
        "exp",
        "Derivative of the exponential with the chain rule: the exponential times the derivative of the exponent.",
        exponential,
        Law(D(Exp(_u), _x), Times((Exp(_u), D(_u, _x)))),
    ),
    Rule("power", "Power rule with the chain rule: the exponent comes in front and drops by one.", power_rule),
    Rule("exponential-power", "A power with a positive base is the exponential of exponent times log of the base.", exponent_rule),
    Rule("product", "Product rule: differentiate one factor at a time and add.", product_rule),
    Rule(
        "quotient",
        "Quotient rule: top differentiated times bottom, minus top times bottom differentiated, over bottom squared.",
        quotient_rule,
        Law(
            D(Quotient(_u, _v), _x),
            Quotient(
                Plus((Times((D(_u, _x), _v)), Neg(Times((_u, D(_v, _x)))))), Power(_v, number(2))
            ),
            "v != 0",
        ),
    ),
    Rule(
        "entry",
        "An entry depends on itself alone: its derivative is 1 if the indices agree and 0 otherwise, a Kronecker delta.",
        entry_rule,
    ),
    Rule("opaque-function", "A function without a rule is refused.", opaque),
)

CALCULUS = tuple(replace(rule, on=(D,)) for rule in _RULES)
