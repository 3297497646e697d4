"""Laws of exponentials, logarithms, roots and symbolic powers."""

from __future__ import annotations

from fractions import Fraction

from symderiv.nodes import ONE, Exp, Log, Neg, Number, Plus, Power, Quotient, Term, Times, number

from .spot import Spot, Table, addition, product

HALF = number(Fraction(1, 2))


def exp_of_sum(t: Term, at: Spot) -> Term | None:
    match t:
        case Exp(Plus((u, *rest))):
            return Times((Exp(u), Exp(addition(tuple(rest)))))
        case Exp(Neg(u)):
            return at.random.choice((Quotient(ONE, Exp(u)), Power(Exp(u), number(-1))))
        case Exp(Times((Number(n), *rest))) if n.denominator == 1:
            return Power(Exp(product(tuple(rest))), number(n))
    return None


def product_of_exp(t: Term, at: Spot) -> Term | None:
    match t:
        case Times(many) if sum(isinstance(u, Exp) for u in many) > 1:
            bodies = tuple(u.body for u in many if isinstance(u, Exp))
            return product((*(u for u in many if not isinstance(u, Exp)), Exp(Plus(bodies))))
        case Quotient(Exp(u), Exp(v)):
            return Exp(Plus((u, Neg(v))))
        case Quotient(u, Exp(v)):
            return Times((u, Exp(Neg(v))))
        case Power(Exp(u), v):
            return Exp(Times((v, u)))
    return None


def log_of_product(t: Term, at: Spot) -> Term | None:
    """Right wherever both sides have a value; mostly used where every factor is positive."""
    match t:
        case Log(Times(many)) if all(map(at.positive, many)) or at.chance(0.2):
            return Plus(tuple(map(Log, many)))
        case Log(Quotient(u, v)) if (at.positive(u) and at.positive(v)) or at.chance(0.2):
            return Plus((Log(u), Neg(Log(v))))
        case Log(Power(u, v)) if at.positive(u) or at.chance(0.2):
            return Times((v, Log(u)))
    return None


def sum_of_logs(t: Term, at: Spot) -> Term | None:
    match t:
        case Plus((Log(u), Log(v), *rest)):
            return addition((Log(Times((u, v))), *rest))
        case Plus((Log(u), Neg(Log(v)), *rest)):
            return addition((Log(Quotient(u, v)), *rest))
        case Neg(Log(u)):
            return Log(Quotient(ONE, u))
    return None


def undo(t: Term, at: Spot) -> Term | None:
    match t:
        case Exp(Log(u)) | Log(Exp(u)):
            return u
    return None


def insert_log(t: Term, at: Spot) -> Term | None:
    if at.positive(t):
        return at.random.choice((Exp(Log(t)), Log(Exp(t))))
    return Log(Exp(t))


def as_exponential(t: Term, at: Spot) -> Term | None:
    match t:
        case Power(u, v) if at.positive(u):
            return Exp(Times((v, Log(u))))
        case Exp(Times((v, Log(u)))):
            return Power(u, v)
    return None


def roots(t: Term, at: Spot) -> Term | None:
    match t:
        case Times((Power(u, Number(n)), Power(v, Number(m)), *rest)) if u is v:
            return product((Power(u, number(n + m)), *rest)) if n + m else product((ONE, *rest))
        case Power(Times(many), Number(n)) if n == HALF.value and all(map(at.positive, many)):
            return Times(tuple(Power(u, HALF) for u in many))
        case Power(Quotient(u, v), Number(n)) if n == HALF.value and at.positive(u) and at.positive(v):
            return Quotient(Power(u, HALF), Power(v, HALF))
        case Power(u, Number(n)) if n == HALF.value and at.positive(u):
            return at.random.choice((Quotient(u, Power(u, HALF)), Power(Quotient(ONE, u), number(Fraction(-1, 2)))))
    return None


def insert_root(t: Term, at: Spot) -> Term | None:
    if not at.positive(t):
        return None
    return at.random.choice((Times((Power(t, HALF), Power(t, HALF))), Power(Power(t, number(2)), HALF)))


def split_exponent(t: Term, at: Spot) -> Term | None:
    match t:
        case Power(u, v) if at.positive(u) and not isinstance(v, Number):
            w = at.small()
            return Times((Power(u, Plus((v, w))), Power(u, Neg(w))))
        case Times((Power(u, v), Power(w, x), *rest)) if u is w:
            return product((Power(u, Plus((v, x))), *rest)) if at.positive(u) else None
    return None


def logistic(t: Term, at: Spot) -> Term | None:
    """1/(1 + e^-u) = e^u/(1 + e^u)."""
    match t:
        case Quotient(v, Plus((w, Exp(u)))) if w is ONE:
            opposite = u.body if isinstance(u, Neg) else Neg(u)
            return Quotient(Times((v, Exp(opposite))), Plus((ONE, Exp(opposite))))
    return None


TABLE: Table = (
    (exp_of_sum, 8),
    (product_of_exp, 8),
    (log_of_product, 12),
    (sum_of_logs, 8),
    (undo, 6),
    (insert_log, 1),
    (as_exponential, 4),
    (roots, 6),
    (insert_root, 1),
    (split_exponent, 2),
    (logistic, 8),
)
