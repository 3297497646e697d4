"""1 minus a fraction, or plus one, as one fraction: nothing is lost where the fraction is near 1."""

from __future__ import annotations

from symderiv.binders import key, match, substitute
from symderiv.numeric.rewrites.marks import hold, strip
from symderiv.numeric.rewrites.scaling import fraction, has_exp, two_exponents
from symderiv.terms import (
    ONE,
    Big,
    Exp,
    Number,
    Plus,
    Power,
    Quotient,
    Term,
    Times,
    minus_split,
    neg,
    number,
    plus,
    signed,
    summands,
    times,
)


def over_one_line(t: Term) -> Quotient | None:
    """1 - u/v, or 1 + u/v, as (v -+ u)/v where that is no longer than v."""
    match strip(t):
        case Plus((a, b)) if ONE in (a, b):
            sign, u = minus_split(b if a is ONE else a)
            if not isinstance(q := fraction(u), Quotient):
                return None
            rest = _without(strip(q.bottom), strip(q.top)) if sign < 0 else None
            rest = _added(strip(q.bottom), strip(q.top), sign) if rest is None else rest
            return None if rest is None else Quotient(rest, q.bottom)
    return None


def joined(t: Term) -> Quotient | None:
    """u/v + w/v as (u + w)/v for sums of exponentials v."""
    if not isinstance(t := strip(t), Plus):
        return None
    many = [q for u in t.summands if isinstance(q := fraction(u), Quotient)]
    if len(many) < len(t.summands) or len({key(strip(q.bottom)) for q in many}) > 1 or not has_exp(many[0].bottom):
        return None
    return Quotient(plus(*(q.top for q in many)), many[0].bottom)


def _added(whole: Term, part: Term, sign: int) -> Term | None:
    """whole + sign * part where opposite summands make it no longer than whole."""
    if not isinstance(whole, Plus) or not isinstance(part, Plus):
        return None
    rest: list[Term] = []
    for u in (*whole.summands, *(signed(sign, v) for v in part.summands)):
        opposite = next((v for v in rest if key(v) is key(neg(u))), None)
        rest.append(u) if opposite is None else rest.remove(opposite)
    found = merged_sum(rest)
    return found if len(summands(found)) < len(whole.summands) else None


def merged_sum(many: list[Term]) -> Term:
    """A sum with equal summands counted."""
    table: dict[Term, list[Term]] = {}
    for u in many:
        table.setdefault(key(u), []).append(u)
    return plus(*(times(number(len(us)), us[0]) for us in table.values()))


def _without(whole: Term, part: Term) -> Term | None:
    """whole - part where part is one of its summands, or the summand of a sum at a free index."""
    if isinstance(whole, Plus):
        rest = [u for u in whole.summands if key(strip(u)) is not key(part)]
        return plus(*rest) if len(rest) == len(whole.summands) - 1 else None
    if isinstance(whole, Big) and not whole.excluded:
        binding = match(strip(whole.body), part, (whole.index,))
        if binding:
            return Big(whole.index, whole.size, whole.body, (binding[whole.index],))
    return None


def left_out(q: Quotient) -> Term | None:
    """The u of a fraction (v - u)/v that sums all of v but u, v being at least three exponentials."""
    top, bottom = strip(q.top), strip(q.bottom)
    if not has_exp(bottom) or two_exponents(bottom) is not None:
        return None
    match top, bottom:
        case Big(index, size, body, (own,)), Big():
            return substitute(body, {index: own}) if key(Big(index, size, body, ())) is key(bottom) else None
        case ((Plus() | Big()), Plus(many)):
            return next((u for u in many if (v := _without(bottom, strip(u))) and key(v) is key(top)), None)
    return None


def two_squares(t: Term) -> Term | None:
    """1 - u^2 = (1 - u)(1 + u) where both are shares."""
    t = strip(t)
    if not isinstance(t, Plus) or len(t.summands) != 2 or ONE not in t.summands:
        return None
    sign, v = minus_split(next(u for u in t.summands if u is not ONE))
    root = _root(fraction(v))
    if root is None:
        return None
    less, more = over_one_line(Plus((ONE, neg(root)))), over_one_line(Plus((ONE, root)))
    return None if sign > 0 or less is None else times(less, more or hold(Plus((ONE, root))))


def _root(t: Term) -> Term | None:
    """The u of a square u^2, of a fraction of squares and of exp(2 a), or None."""
    match u := strip(t):
        case Power(v, Number(n)) if n == 2:
            return v
        case Quotient(v, w):
            top, bottom = _root(v), _root(w)
            return None if top is None or bottom is None else Quotient(top, bottom)
        case Exp(Times((Number(n), *rest))) if n.denominator == 1 and n % 2 == 0:
            return Exp(times(number(n / 2), *rest))
    return u if u is ONE else None
