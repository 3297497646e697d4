"""What stands beside a weight of 0, wherever in a product the weight is.

A row that does not count has the weight 0, and all weights in its sum of exponentials may be 0 too (padding). Its
logarithm is infinite and counts 0 there (`@weighted`); its gradient divides 0 by 0. `@filled(s, d)` is the sum s,
but 1 where s and the weight d are 0: what is divided by it is 0 there, and stays what it is, nan, where the row
counts. And an exponential whose weight stands further out must not overflow where the weight is 0.
"""

from __future__ import annotations

from symderiv.binders import opened, union
from symderiv.numeric.rewrites.marks import FILLED, HOLD, SHIFTED, WEIGHTED, has_live, hold, letters, strip
from symderiv.numeric.rewrites.weights import can_be_zero, live, silenced
from symderiv.terms import Big, Exp, Function, Neg, Number, Plus, Power, Quotient, Term, Times, parts, rebuild

Weights = tuple[Term, ...]


def padded(t: Term, weights: Weights = ()) -> Term:
    """t, in stable form, with its exponents and the sums that it divides by under the weights that multiply them."""
    match t:
        case Times(many):
            return rebuild(t, tuple(padded(u, weights + _weights(many, without=u)) for u in many))
        case Quotient(u, v):
            tops = u.factors if isinstance(u, Times) else (u,)
            return Quotient(padded(u, weights), _filled(padded(v), weights + _weights(tops)))
        case Exp(Function(name, (u, by, *beside))) if name == SHIFTED and weights:
            return Exp(Function(SHIFTED, (silenced(u, weights, live(by)), by, *beside)))
        case Function(name, (w, v)) if name == WEIGHTED:
            return Function(name, (w, padded(v, (*weights, strip(w)))))
        case Big():
            around = opened(t, union(weights))
            return rebuild(around, (padded(around.body, weights),))
        case Plus() | Neg() | Function("@hold" | "@log_rest", _):
            return rebuild(t, tuple(padded(u, weights) for u in parts(t)))
    return rebuild(t, tuple(map(padded, parts(t))))


def _weights(many: Weights, without: Term | None = None) -> Weights:
    """The factors of a product that may be 0."""
    return tuple(strip(u) for u in many if u is not without and can_be_zero(u) and not has_live(u))


def _filled(t: Term, weights: Weights) -> Term:
    match t:
        case Times(many):
            return rebuild(t, tuple(_filled(u, weights) for u in many))
        case Power(u, Number() as n):
            return Power(_filled(u, weights), n)
        case Function(name, (u,)) if name == HOLD:
            return hold(_filled(u, weights))
    own = tuple(dict.fromkeys(w for w in weights if letters(w) and letters(w) <= letters(t)))
    return Function(FILLED, (t, *own)) if own and has_live(t) else t
