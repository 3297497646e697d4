"""Rewrites of fractions of exponentials; each is one row of the table in `stable`."""

from __future__ import annotations

from symderiv.binders import key
from symderiv.numeric.marks import SIGMOID, TANH, strip
from symderiv.numeric.scaling import exponent, has_exp, lowered, peak, scaled, two_exponents
from symderiv.terms import (
    ONE,
    ZERO,
    Exp,
    Function,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Term,
    Times,
    minus,
    neg,
    number,
    power,
    quo,
    times,
)


def cancel(t: Term) -> Term | None:
    """c/u times u, where no quotient alone would do: y/p * p needs no p apart from 0."""
    if not isinstance(t, Times):
        return None
    many = list(t.factors)
    for place, u in enumerate(many):
        v = strip(u)
        if isinstance(v, Quotient) and not isinstance(strip(v.bottom), Number):
            for other, w in enumerate(many):
                if other != place and key(strip(w)) is key(strip(v.bottom)):
                    rest = [x for n, x in enumerate(many) if n not in (place, other)]
                    return times(v.top, *rest)
    return None


def sigmoid(t: Term) -> Term | None:
    """exp(a)/(exp(a) + exp(b)) = sigmoid(a - b)."""
    if isinstance(t, Power) and isinstance(t.exponent, Number) and t.exponent.value < 0 and has_exp(t.base):
        return quo(ONE, power(t.base, neg(t.exponent)))
    if not isinstance(t, Quotient) or not (pair := two_exponents(t.bottom)):
        return None
    top = strip(t.top)
    many = list(top.factors) if isinstance(top, Times) else [top]
    if not has_exp(top):
        a, b = pair if pair[0] is ZERO else pair[::-1]
        return times(t.top, Function(SIGMOID, (neg_sum(b),))) if a is ZERO else None
    for place, u in enumerate(many):
        for a, b in (pair, pair[::-1]):
            if a is not ZERO and exponent(u) is a:
                rest = many[:place] + many[place + 1 :]
                return times(*rest, Function(SIGMOID, (minus(a, b),)))
    return None


def neg_sum(t: Term) -> Term:
    """-t, the sign going to the summands."""
    return minus(ZERO, t)


def tanh(t: Term) -> Term | None:
    """(exp(a) - exp(b))/(exp(a) + exp(b)) = tanh((a - b)/2)."""
    if not isinstance(t, Quotient) or not (pair := two_exponents(t.bottom)):
        return None
    match strip(t.top):
        case Plus((Neg(v), u)) | Plus((u, Neg(v))):
            a, b = exponent(u), exponent(v)
        case Plus((u, v)) if v is number(-1):
            a, b = exponent(u), ZERO
        case Plus((v, u)) if v is number(-1):
            a, b = exponent(u), ZERO
        case _:
            return None
    if a is not None and b is not None and {a, b} == set(pair):
        return Function(TANH, (_half(minus(a, b)),))
    return None


def _half(t: Term) -> Term:
    match t:
        case Times((Number(value), *rest)):
            return times(number(value / 2), *rest)
    return quo(t, number(2))


def common_shift(t: Term) -> Term | None:
    """u/v with exponentials in v: all of them lowered by the greatest exponent of v."""
    if not isinstance(t, Quotient) or not has_exp(t.bottom):
        return None
    by = peak(t.bottom)
    (top, d), (bottom, e) = scaled(t.top, by), scaled(t.bottom, by)
    return times(quo(lowered(top, by, max(e - d, 0)), bottom), *[Exp(by)] * max(d - e, 0))
