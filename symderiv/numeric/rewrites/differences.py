"""The difference of two shares, as a product whose factors each have a logarithm that stays in range.

With s = exp(a)/(exp(a) + exp(b)) and r = exp(c)/(exp(c) + exp(d)), sigmoids of a - b and c - d,

    s - r = s (1 - r) (1 - exp((c - d) - (a - b))),

the exponent written with what cancels in it cancelled; over one sum, exp(a)/S - exp(c)/S = exp(a)/S (1 - exp(c - a)).
"""

from __future__ import annotations

from symderiv.binders import key
from symderiv.numeric.rewrites.complements import over_one_line
from symderiv.numeric.rewrites.linear import total
from symderiv.numeric.rewrites.marks import hold, strip
from symderiv.numeric.rewrites.scaling import exponent, fraction, has_exp, two_exponents
from symderiv.terms import ONE, ZERO, Exp, Log, Neg, Plus, Quotient, Term, Times, exp, minus, neg, plus


def gap(t: Term) -> Times | None:
    """s - r as a product for shares s and r of two exponentials each, or of one sum; None for any other term."""
    match strip(t):
        case Plus((u, Neg(v))) | Plus((Neg(v), u)):
            s, r = _share(u), _share(v)
        case _:
            return None
    if not isinstance(s, Quotient) or not isinstance(r, Quotient) or not has_exp(s.bottom) or not has_exp(r.bottom):
        return None
    a, c = exponent(s.top), exponent(r.top)
    if a is None or c is None:
        return None
    if key(s.bottom) is key(r.bottom):
        less, others = total((c, neg(a))), []
    else:
        b, d = _other(a, s.bottom), _other(c, r.bottom)
        if b is None or d is None:
            return None
        less, others = total((c, neg(d), neg(a), b)), [hold(Quotient(exp(d), r.bottom))]
    return None if less is ZERO else Times((hold(s), *others, hold(minus(ONE, Exp(less)))))


def _share(t: Term) -> Term:
    """t as a fraction, also where it is 1 minus one."""
    return over_one_line(t) or fraction(t)


def _other(a: Term, total: Term) -> Term | None:
    """The exponent beside a in a sum of two exponentials."""
    pair = two_exponents(total)
    if pair is None or a not in pair:
        return None
    return pair[1] if pair[0] is a else pair[0]


def log_of_gap(t: Term) -> Term | None:
    """log(s - r) for shares s and r, as the sum of the logarithms of its factors."""
    found = gap(t.body) if isinstance(t, Log) else None
    return None if found is None else plus(*(hold(Log(u)) for u in found.factors))
