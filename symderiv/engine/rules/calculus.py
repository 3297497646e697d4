"""The rules of differentiation, in the order in which they are tried.

Each looks at one derivative. What does not depend on the variable leaves at once; what does is
handed on as a smaller derivative. A defined name is not a rule's business: it becomes a lemma.
"""

from __future__ import annotations

from symderiv.binders import free_names
from symderiv.engine.dependence import depends
from symderiv.engine.laws import by_law, d, discharged, of_sizes
from symderiv.engine.rewrite import Context, Law, Rewritten, Rule, open_sum
from symderiv.engine.rules.algebra import nonvanishing
from symderiv.engine.rules.factors import alphabetical
from symderiv.errors import Refused
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
    log,
    minus,
    neg,
    number,
    plus,
    power,
    quo,
    times,
)


def constant(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(u, x) if not depends(u, x, context.statement):
            return Rewritten(ZERO)
    return None


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


def power_rule(t: Term, context: Context) -> Rewritten | None:
    """A root has no derivative at 0, where it still has a value."""
    match t:
        case D(Power(u, n), x) if not depends(n, x, context.statement):
            lower = number(n.value - 1) if isinstance(n, Number) else minus(n, ONE)
            root = isinstance(n, Number) and 0 < n.value < 1
            conditions = nonvanishing(u, context.statement) if root else ()
            if not isinstance(n, Number) or n.value < 0:
                conditions = of_sizes(u, context.statement)
            return Rewritten(times(n, power(u, lower), d(u, x, context)), conditions)
    return None


def exponent_rule(t: Term, context: Context) -> Rewritten | None:
    """u^v = exp(v log u) for u > 0."""
    match t:
        case D(Power(u, v), x):
            conditions = discharged((Relation(">", u, ZERO),), context.statement)
            if conditions is None:
                raise Refused(
                    "a power whose exponent depends on the variable needs a positive base; "
                    "add the fact Gt(base, 0) to given"
                )
            return Rewritten(times(power(u, v), d(times(v, log(u)), x, context)), conditions)
    return None


def product_rule(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Times(many), x):
            lines = (times(*many[:n], d(u, x, context), *many[n + 1 :]) for n, u in enumerate(many))
            return Rewritten(plus(*lines))
    return None


def entry_rule(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Entry(a, some), Entry(b, others)) if a == b:
            pairs = (sorted(pair, key=alphabetical) for pair in zip(some, others, strict=True))
            return Rewritten(times(*(delta(*pair) for pair in pairs)))
    return None


def opaque(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Function(name, _), _):
            raise Refused(
                f"there is no rule for the derivative of {name}; write it with exp, log, powers, sums and "
                "quotients, or take it out of the expression"
            )
    return None


_c, _u, _v, _n, _x = map(Symbol, ("c", "u", "v", "n", "x"))
_Du, _Dv = D(_u, _x), D(_v, _x)
LOG = Law(D(Log(_u), _x), Times((Quotient(ONE, _u), _Du)))
EXP = Law(D(Exp(_u), _x), Times((Exp(_u), _Du)))
QUOTIENT = Law(
    D(Quotient(_u, _v), _x),
    Quotient(Plus((Times((_Du, _v)), Neg(Times((_u, _Dv))))), Power(_v, number(2))),
)
CONSTANT = Law(D(_c, _x), ZERO, (), ("c",))
RECIPROCAL = Law(D(Quotient(_c, _v), _x), Neg(Quotient(Times((_c, _Dv)), Power(_v, number(2)))), (), ("c",))
VARIABLE = Law(D(_x, _x), ONE)
CONSTANT_FACTOR = Law(D(Times((_c, _u)), _x), Times((_c, _Du)), (), ("c",))
LINEARITY = Law(D(Plus((_u, Neg(_v))), _x), Plus((_Du, Neg(_Dv))))
POWER = Law(D(Power(_u, _n), _x), Times((_n, Power(_u, Plus((_n, number(-1)))), _Du)), (), ("n",))
EXPONENT = Law(D(Power(_u, _v), _x), Times((Power(_u, _v), D(Times((_v, Log(_u))), _x))), (Relation(">", _u, ZERO),))
PRODUCT = Law(D(Times((_u, _v)), _x), Plus((Times((_Du, _v)), Times((_u, _Dv)))))

CALCULUS: tuple[Rule, ...] = (
    Rule("constant", "What does not depend on the variable has derivative 0.", constant, CONSTANT, (D,)),
    Rule(
        "constant-factor",
        "A factor that does not depend on the variable stays in front of the derivative.",
        constant_factor,
        CONSTANT_FACTOR,
        (D,),
    ),
    Rule(
        "linearity",
        "A sum is differentiated term by term, with its signs; what does not depend on the variable drops out.",
        linearity,
        LINEARITY,
        (D,),
    ),
    Rule(
        "log",
        "Derivative of the logarithm with the chain rule: one over the inside, times the derivative of the inside.",
        by_law(LOG, base="u"),
        LOG,
        (D,),
    ),
    Rule(
        "exp",
        "Derivative of the exponential with the chain rule: itself, times the derivative of the exponent.",
        by_law(EXP),
        EXP,
        (D,),
    ),
    Rule(
        "power",
        "Power rule with the chain rule: the exponent comes in front and drops by one.",
        power_rule,
        POWER,
        (D,),
    ),
    Rule(
        "exponential-power",
        "A power of a positive base is the exponential of its exponent times the logarithm of its base.",
        exponent_rule,
        EXPONENT,
        (D,),
    ),
    Rule("product", "Product rule: differentiate one factor at a time and add.", product_rule, PRODUCT, (D,)),
    Rule(
        "reciprocal",
        "Derivative of one over a term with the chain rule: minus its derivative over its square.",
        by_law(RECIPROCAL, base="v"),
        RECIPROCAL,
        (D,),
    ),
    Rule(
        "quotient",
        "Quotient rule: top' times bottom minus top times bottom', over bottom squared.",
        by_law(QUOTIENT, base="v"),
        QUOTIENT,
        (D,),
    ),
    Rule("variable", "The derivative of a variable by itself is 1.", by_law(VARIABLE), VARIABLE, (D,)),
    Rule(
        "entry",
        "An entry depends on itself alone: the delta is 1 where the indices agree and 0 elsewhere.",
        entry_rule,
        None,
        (D,),
    ),
    Rule("opaque-function", "A function without a rule is refused.", opaque, None, (D,)),
)
