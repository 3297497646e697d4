"""Rewrites of logarithms and of exponentials of logarithms; each is one row of the table in `stable`."""

from __future__ import annotations

from symderiv.numeric.rewrites.complements import joined, left_out, over_one_line, two_squares
from symderiv.numeric.rewrites.marks import HOLD, LOG_REST, SOFTPLUS, WEIGHTED, hold, letters, strip
from symderiv.numeric.rewrites.scaling import (
    exponent,
    fraction,
    has_exp,
    peak,
    positive,
    scaled,
    shares_exponent,
    two_exponents,
    two_less,
)
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Delta,
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
    exp,
    log,
    minus,
    minus_split,
    neg,
    number,
    plus,
    quo,
    times,
)


def exp_of_log(t: Term) -> Term | None:
    """exp(a + log B) = B exp(a) and exp(a - log B) = exp(a)/B, for B a sum of exponentials."""
    if not isinstance(t, Exp):
        return None
    tops: list[Term] = []
    bottoms: list[Term] = []
    rest: list[Term] = []
    for u in _open(t.body):
        sign, v = (-1, strip(u.body)) if isinstance(u, Neg) else (1, strip(u))
        if isinstance(v, Log) and has_exp(v.body):
            (tops if sign > 0 else bottoms).append(v.body)
        else:
            rest.append(u)
    if not tops and not bottoms:
        return None
    return quo(times(*tops, exp(plus(*rest))), times(*bottoms))


def _open(t: Term) -> list[Term]:
    """The summands of t; a bracket is opened where it hides the logarithm of exponentials."""
    match t:
        case Plus(many):
            return [v for u in many for v in _open(u)]
        case Function(name, (Plus() as u,)) if name == HOLD and _hides_log(u):
            return _open(u)
        case Neg(u) if isinstance(strip(u), Plus) and _hides_log(strip(u)):
            return [neg(v) for v in _open(strip(u))]
        case Function(name, (Neg() as u,)) if name == HOLD:
            return _open(u)
    return [t]


def _hides_log(t: Term) -> bool:
    match strip(t):
        case Log(u):
            return has_exp(u)
        case Neg(u):
            return _hides_log(u)
        case Plus(many):
            return any(map(_hides_log, many))
    return False


def complement(t: Term) -> Term | None:
    """log(1 - u/v) = log((v - u)/v) where v - u is shorter than v, so nothing is lost near u = v.

    1 + u/v, 1 - u^2 and u/v + w/v likewise.
    """
    q = over_one_line(t.body) or two_squares(t.body) or joined(t.body) if isinstance(t, Log) else None
    return None if q is None else Log(q)


def log_of_rest(t: Term) -> Term | None:
    """log((v - u)/v) = log(1 - u/v): where u/v is small, log v and the logarithm of the others are nearly equal."""
    if not isinstance(t, Log) or not isinstance(q := fraction(t.body), Quotient) or (u := left_out(q)) is None:
        return None
    return Function(LOG_REST, (hold(Quotient(u, q.bottom)), hold(log_of_fraction(t) or t)))


def softplus(t: Term) -> Term | None:
    """log(exp(a) + exp(b)) = a + softplus(b - a)."""
    if isinstance(t, Log) and (pair := two_exponents(t.body)):
        return plus(pair[0], Function(SOFTPLUS, (minus(pair[1], pair[0]),)))
    return None


def log_of_fraction(t: Term) -> Term | None:
    """log(u/v) = log u - log v for positive u and v, else one shift for both."""
    if not isinstance(t, Log) or not isinstance(q := fraction(t.body), Quotient):
        return None
    if not (has_exp(q.top) or has_exp(q.bottom)):
        return minus(Log(q.top), Log(q.bottom)) if _comes_apart(q) else None
    if positive(q.top) and positive(q.bottom):
        return _log_of_positive(q.top, q.bottom)
    if exponent(q.top) not in (None, ZERO):
        return _exponent_over(q)
    if has_exp(q.top) and positive(q.bottom):
        return _each_its_shift(q)
    if has_exp(q.top) and has_exp(q.bottom):
        (over, above), (under, below) = _scaled_apart(q.top), _scaled_apart(q.bottom)
        return plus(*above, *map(neg, below), log(quo(over, under)))
    if has_exp(q.bottom):
        by = peak(q.bottom)
        (top, d), (bottom, e) = scaled(q.top, by), scaled(q.bottom, by)
        a, rest = _exponent_out(top)
        return plus(*([times(number(d - e), by)] if d != e else []), *a, log(quo(rest, bottom)))
    return minus(Log(q.top), Log(q.bottom)) if positive(q.top) else None


def _exponent_over(q: Quotient) -> Term:
    """log(exp(a)/v) = (a - c) - log(v exp(-c)): v is positive, as the logarithm has a value."""
    by = peak(q.bottom) if has_exp(q.bottom) else ZERO
    under, degree = scaled(q.bottom, by)
    a = exponent(q.top) or ZERO
    if degree != 1:
        return minus(a, Log(q.bottom))
    return plus(hold(minus(a, by)), neg(Log(under)))


def difference_of_logs(t: Term) -> Term | None:
    """a - log Sum exp(b) = log(exp(a)/Sum exp(b)) for an a among the b."""
    if not isinstance(t, Plus):
        return None
    for v in t.summands:
        sign, total = minus_split(v)
        if sign > 0 or not isinstance(total := strip(total), Log) or not has_exp(total.body):
            continue
        if two_less(total.body) is not None:
            continue
        if scaled(total.body, peak(total.body))[1] != 1:
            continue
        for u in t.summands:
            w = strip(u)
            top = w.body if isinstance(w, Log) and isinstance(strip(w.body), Exp) else Exp(w)
            if u is not v and exponent(top) is not None and shares_exponent(top, total.body):
                rest = [x for x in t.summands if x is not u and x is not v]
                return plus(hold(Log(Quotient(strip(top), total.body))), *rest)
    return None


def _each_its_shift(q: Quotient) -> Term:
    """log(u/v) where u may be far below v: a shift for each, and the shifts subtracted first."""
    by = peak(q.top)
    under = peak(q.bottom) if has_exp(q.bottom) else by
    (top, d), (bottom, e) = scaled(q.top, by), scaled(q.bottom, under)
    if by is under or not has_exp(q.bottom):
        return plus(times(number(d), by), *([neg(times(number(e), under))] if e else []), Log(top), neg(Log(bottom)))
    apart = hold(minus(times(number(d), by), times(number(e), under)))
    return plus(apart, Log(top), neg(Log(bottom)))


def _comes_apart(q: Quotient) -> bool:
    """Whether a side is a positive fraction of exponentials: it may underflow, its logarithm does not."""
    return any(positive(u) and _is_softmax(u) for u in (q.top, q.bottom))


def _log_of_positive(top: Term, bottom: Term) -> Term:
    """log top - log bottom; for one exponential over a sum the shift stays with the exponent."""
    a = exponent(top)
    pair = two_exponents(bottom)
    if a is not None and pair and a in pair:
        other = pair[1] if pair[0] is a else pair[0]
        return neg(Function(SOFTPLUS, (minus(other, a),)))
    if all(isinstance(strip(u), Big) and has_exp(u) for u in (top, bottom)):
        return _each_its_shift(Quotient(top, bottom))
    if a is None or not has_exp(bottom) or two_exponents(bottom):
        return minus(Log(top), Log(bottom)) if top is not ONE else neg(Log(bottom))
    if two_exponents(bottom) is None and isinstance(strip(bottom), Exp):
        return minus(a, Log(bottom))
    by = peak(bottom)
    (over, d), (under, e) = scaled(strip(top), by), scaled(bottom, by)
    if d != e:
        return minus(times(number(d - e), by), Log(under)) if over is ONE else minus(a, Log(bottom))
    assert isinstance(over, Exp)
    return plus(over.body, neg(Log(under)))


def _exponent_out(t: Term) -> tuple[list[Term], Term]:
    """The exponents of a product's exponentials, and what remains of it."""
    many = t.factors if isinstance(t, Times) else (t,)
    found = [u.body for u in many if isinstance(u, Exp)]
    return found, times(*(u for u in many if not isinstance(u, Exp)))


def log_of_product(t: Term) -> Term | None:
    """log(u v) = log u + log v for the positive factors u that hold exponentials; powers likewise."""
    if not isinstance(t, Log):
        return None
    match strip(t.body):
        case Times(many):
            out = [u for u in many if positive(u) and (has_exp(u) or _is_softmax(u))]
            if out:
                return plus(*(Log(u) for u in out), log(times(*(u for u in many if u not in out))))
        case Power(u, n) if positive(u) and (has_exp(u) or _is_softmax(u)):
            return times(n, hold(Log(u)))
        case Exp(a):
            return a
    return None


def _is_softmax(t: Term) -> bool:
    q = fraction(t)
    return isinstance(q, Quotient) and (has_exp(q.top) or has_exp(q.bottom))


def log_of_sum(t: Term) -> Term | None:
    """log sum exp(a) = c + log sum exp(a - c); in a product each factor has a shift of its own."""
    if not isinstance(t, Log) or not has_exp(t.body):
        return None
    inner, lifted = _scaled_apart(t.body)
    return plus(*lifted, Log(inner))


def _scaled_apart(t: Term) -> tuple[Term, list[Term]]:
    """The factors of t lowered by the greatest exponent of each, and the shifts times how often they were taken out."""
    many = u.factors if isinstance(u := strip(t), Times) else (t,)
    every = [(*scaled(v, by), by) for v in many for by in (peak(v) if has_exp(v) else ZERO,)]
    return times(*(v for v, _, _ in every)), [times(number(d), by) for _, d, by in every if d]


def zero_weight(t: Term) -> Term | None:
    """w log v with w = 0 counts 0, also where v = 0: the limit, and the convention of entropy."""
    if not isinstance(t, Times):
        return None
    for place, u in enumerate(t.factors):
        if not _is_log(u):
            continue
        axes = letters(u)
        rest = [v for n, v in enumerate(t.factors) if n != place]
        v = strip(u)
        if isinstance(v, Log) and isinstance(q := fraction(v.body), Quotient) and _comes_apart(q):
            # each logarithm gets the weight, or two infinite ones would meet
            return minus(times(*rest, Log(q.top)), times(*rest, Log(q.bottom)))
        weight = [v for v in rest if _can_vanish(v) and letters(v) <= axes and bool(letters(v)) == bool(axes)]
        if weight:
            others = [v for v in rest if v not in weight]
            return times(*others, Function(WEIGHTED, (hold(times(*weight)), hold(u))))
    return None


def _can_vanish(t: Term) -> bool:
    return not isinstance(t, Number | Symbol | Delta) and not _is_log(t)


def _is_log(t: Term) -> bool:
    match strip(t):
        case Log():
            return True
        case Neg(u):
            return _is_log(u)
        case Plus(many):
            return any(map(_is_log, many))
    return False
