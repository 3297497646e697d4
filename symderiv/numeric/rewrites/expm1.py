"""exp(a) - 1 and its logarithm, by functions that keep their digits near a = 0."""

from __future__ import annotations

from symderiv.binders import key
from symderiv.numeric.rewrites.linear import total
from symderiv.numeric.rewrites.logarithms import exp_of_log
from symderiv.numeric.rewrites.marks import BERNOULLI, EXPM1, LOG1MEXP, LOG_INV_CLOGLOG, OF, hold, strip
from symderiv.numeric.rewrites.portions import factors, negative, written
from symderiv.numeric.rewrites.scaling import has_exp, is_shifted, shares_exponent, two_less
from symderiv.terms import (
    ONE,
    ZERO,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Quotient,
    Term,
    Times,
    minus,
    neg,
    number,
    parts,
    plus,
    quo,
    times,
)


def one_less(t: Term) -> tuple[Term, Term] | None:
    """The exponents (a, b) of exp(a) - exp(b), None where one of them is a logarithm of exponentials."""
    pair = two_less(t)
    return None if pair is None or any(exp_of_log(Exp(c)) is not None for c in pair) else pair


def log_of_difference(t: Term) -> Term | None:
    """log(exp(a) - exp(b)) = a + log(1 - exp(b - a)); for b - a = -exp(x) the exponential may underflow, x does not."""
    pair = one_less(t.body) if isinstance(t, Log) else None
    if pair is None:
        return None
    a, b = pair
    less = total((b, neg(a)))
    if has_exp(less):
        x = neg(less)
        return None if isinstance(x, Plus) else plus(a, Function(LOG_INV_CLOGLOG, (Log(x),)))
    return plus(a, Function(LOG1MEXP, (less,)))


def below_difference(t: Term) -> Term | None:
    """u exp(a)/(1 - exp(a)) = u/(exp(-a) - 1), and x/(exp(x) - 1) as one function, which is 1 at 0."""
    if not isinstance(t, Times | Quotient):
        return None
    many = factors(t, ONE, False)
    for place, (base, n) in enumerate(many):
        pair = one_less(base)
        if pair is None or ZERO not in pair or not negative(n) or not isinstance(n, Number) or n.value.denominator > 1:
            continue
        a, sign = (pair[0], 1) if pair[1] is ZERO else (pair[1], -1)  # sign * (exp(a) - 1)
        rest = many[:place] + many[place + 1 :]
        if n is not number(-1) and any(isinstance(strip(b), Plus) and has_exp(b) for b, _ in rest):
            return None  # what the quotient rule makes: a sum of exponentials needs the shift of what it is over
        own = [b for b, _ in factors(a) if has_exp(b)]
        if not all(key(b) is key(Exp(a)) or any(shares_exponent(b, c) for c in own) for b, _ in rest if has_exp(b)):
            return None
        found = written([*rest, (base, plus(n, ONE))]) if n is not number(-1) else written(rest)
        less, others = _without(found, Exp(a))
        # 1/(exp(a) - 1), or exp(a)/(exp(a) - 1) = -1/(exp(-a) - 1)
        a, sign = (neg(a), -sign) if less else (a, sign)
        return _over(others if less else found, a, sign)
    return None


def _over(u: Term, a: Term, sign: int) -> Term:
    """u/(sign * (exp(a) - 1))."""
    below, above = factors(a), factors(u)
    own = [b for b, _ in below if has_exp(b)]
    if own and all(any(shares_exponent(v, b) for v, n in above if n is ONE) for b in own):
        found = written([*above, *((b, neg(n)) for b, n in below)])
        return times(number(sign), found, Function(BERNOULLI, (a,)))
    return quo(times(number(sign), u), hold(Function(EXPM1, (a,))))


def _without(t: Term, u: Term) -> tuple[bool, Term]:
    """Whether u is a factor of t, and what is left."""
    many = factors(t, ONE, False)
    for place, (b, n) in enumerate(many):
        if n is ONE and key(strip(b)) is key(strip(u)):
            return True, written(many[:place] + many[place + 1 :])
    return False, t


def minus_one(t: Term) -> Term | None:
    """exp(a) - 1 by the function that keeps its digits near a = 0."""
    pair = one_less(t) if isinstance(t, Plus) else None
    if pair is None or ZERO not in pair:
        return None
    return Function(EXPM1, (pair[0],)) if pair[1] is ZERO else neg(Function(EXPM1, (pair[1],)))


def between_two(t: Term) -> Term | None:
    """exp(a - m) - exp(b - m) = (exp(a - m) - 1) - (exp(b - m) - 1), one of them 0, for m the greater of a and b."""
    match t:
        case Plus((Exp(a), Neg(Exp(b)))) | Plus((Neg(Exp(b)), Exp(a))) if is_shifted(a) and is_shifted(b):
            (u, m), (v, n) = (parts(strip(c))[:2] for c in (a, b))
            of = [key(strip(*parts(c))) for c in parts(m) if isinstance(c, Function) and c.name == OF]
            if m is n and len(of) == len(parts(m)) == 2 and set(of) == {key(strip(u)), key(strip(v))}:
                return minus(Function(EXPM1, (a,)), Function(EXPM1, (b,)))
    return None
