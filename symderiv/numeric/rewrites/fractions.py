"""Rewrites of fractions of exponentials; each is one row of the table in `stable`."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.binders import key, match
from symderiv.numeric.rewrites.marks import SIGMOID, TANH, has_live, hold, strip
from symderiv.numeric.rewrites.portions import factors, written
from symderiv.numeric.rewrites.scaling import (
    exponent,
    has_exp,
    is_shifted,
    lowered,
    peak,
    scaled,
    shares_exponent,
    two_exponents,
)
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Exp,
    Function,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Term,
    Times,
    exp,
    minus,
    neg,
    number,
    plus,
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


def over_exponential(t: Term) -> Term | None:
    """u/exp(b) = u exp(-b), and exp(a)/exp(b) = exp(a - b)."""
    if not isinstance(t, Quotient) or not isinstance(b := strip(t.bottom), Exp) or is_shifted(b.body):
        return None
    top = strip(t.top)
    many = list(top.factors) if isinstance(top, Times) else [top]
    for place, u in enumerate(many):
        a = exponent(u)
        if a is not None and a is not ZERO:
            return times(*many[:place], exp(minus(a, b.body)), *many[place + 1 :])
    return times(t.top, exp(minus(ZERO, b.body)))


def several_sums(t: Term) -> Term | None:
    """uv/(S R) = (u/S)(v/R) for different sums of exponentials S and R: each gets a shift of its own.

    uv/S^2 likewise where S may be as small as its weights: its square would underflow long before it does.
    """
    if not isinstance(t, Quotient) or not isinstance(strip(t.bottom), Times | Power):
        return None
    above = list(strip_factors(t.top))
    many = sum(map(has_exp, above))
    below = [v for u in strip_factors(t.bottom) if has_exp(u) for v in _each_weighted(u, many)]
    if len({peak(u) for u in below}) < 2 and len(set(below)) == len(below):
        return None
    if isinstance(top := strip(t.top), Plus) and all(any(_is_factor(b, u) for b in below) for u in top.summands):
        return plus(*(written([*factors(u, ONE, False), *factors(t.bottom, number(-1), False)]) for u in top.summands))
    found = []
    for b in below:
        own = next((u for u in above if _belongs(u, b)), None)
        if own is None:
            own = next((u for u in above if below.count(b) > 1 and has_exp(u)), ONE)
        if own is not ONE:
            above.remove(own)
        found.append(hold(Quotient(own, b)))
    rest = [u for u in strip_factors(t.bottom) if not has_exp(u)]
    return times(*found, quo(times(*above), times(*rest)))


def strip_factors(t: Term) -> tuple[Term, ...]:
    """The factors of a product behind brackets."""
    u = strip(t)
    return u.factors if isinstance(u, Times) else (u,)


def _each_weighted(t: Term, many: int) -> list[Term]:
    """The factors of a power of a weighted sum, where there are as ``many`` to divide by them; t for any other."""
    match strip(t):
        case Power(u, Number(n)) if n.denominator == 1 and 0 < n <= many and has_live(u):
            return [u] * int(n)
    return [t]


def _is_factor(b: Term, t: Term) -> bool:
    """Whether b is one of the factors of t, whatever its sign."""
    u = strip(t)
    return any(key(strip(v)) is key(strip(b)) for v in strip_factors(u.body if isinstance(u, Neg) else u))


def _belongs(u: Term, total: Term) -> bool:
    """Whether u is a summand of a sum of exponentials, of a big one at some index."""
    total = strip(total)
    if isinstance(total, Power):
        return _belongs(u, total.base)
    if isinstance(total, Plus):
        return any(key(strip(v)) is key(strip(u)) for v in total.summands)
    return isinstance(total, Big) and match(total.body, strip(u), (total.index,)) is not None


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


def one_line(t: Term) -> Term | None:
    """A sum or exponential beside a fraction of exponentials goes above its line, to share its shift."""
    if not isinstance(t, Times):
        return None
    beside = [u for u in t.factors if isinstance(u, Big | Exp) and has_exp(u)]
    line = next((u for u in t.factors if _joins(u, beside)), None) if beside else None
    if line is None:
        return None
    below, rest = strip(line), [u for u in t.factors if u is not line and u not in beside]
    assert isinstance(below, Quotient)
    return times(*rest, quo(times(below.top, *beside), below.bottom))


def _joins(u: Term, beside: Sequence[Term]) -> bool:
    """Whether u is a fraction of exponentials; in a bracket only where it has none above the line and lacks these."""
    below = strip(u)
    if not isinstance(below, Quotient) or not has_exp(below.bottom):
        return False
    return below is u or (not has_exp(below.top) and any(shares_exponent(v, below.bottom) for v in beside))


def one_exponent(t: Term) -> Term | None:
    """exp(a) exp(b) = exp(a + b), and exp(a) Sum exp(x) = exp(a + c) Sum exp(x - c) with its greatest exponent c."""
    if not isinstance(t, Times):
        return None
    found = [u for u in t.factors if isinstance(strip(u), Exp | Big | Plus | Power) and has_exp(u)]
    alone = [v.body for u in found if isinstance(v := strip(u), Exp)]
    if len(found) < 2 or not alone:
        return None
    sums = [u for u in found if not isinstance(strip(u), Exp)]
    peaks = [peak(u) for u in sums]
    every = [scaled(u, by) for u, by in zip(sums, peaks, strict=True)]
    lifted = [times(number(d), by) for (_, d), by in zip(every, peaks, strict=True)]
    rest = [u for u in t.factors if u not in found]
    return times(*rest, exp(plus(*alone, *lifted)), *(u for u, _ in every))


def common_shift(t: Term) -> Term | None:
    """u/v with exponentials in v: all of them lowered by the greatest exponent of v."""
    if not isinstance(t, Quotient) or not has_exp(t.bottom):
        return None
    by = peak(t.bottom)
    (top, d), (bottom, e) = scaled(t.top, by), scaled(t.bottom, by)
    if d > e and isinstance(t.top, Times):
        # exp(b) exp(a_i) / Sum exp(a_k): only what the sum is made of shares its shift
        for place, u in enumerate(t.top.factors):
            part, degree = scaled(u, by)
            if degree == e and shares_exponent(u, t.bottom):
                return quo(times(*t.top.factors[:place], part, *t.top.factors[place + 1 :]), bottom)
    return times(quo(lowered(top, by, max(e - d, 0)), bottom), *[Exp(by)] * max(d - e, 0))
