"""Sums over odds p/(1 - p) in the gradient of a softmax: each class's own summand is taken out, where 1 - p cancels.

With X_k = A_k p_k/(1 - p_k) the difference X_i - p_i sum(X_k) is A_i p_i - p_i sum(X_k, k != i), and there
p_i p_k/(1 - p_k) is at most 1: it is written as one exponential.
"""

from __future__ import annotations

from symderiv.binders import key, opened, substitute
from symderiv.numeric.rewrites.complements import over_one_line
from symderiv.numeric.rewrites.linear import total
from symderiv.numeric.rewrites.marks import MAX, OF, hold, letters, shifted, strip
from symderiv.numeric.rewrites.portions import Pair, factors, merged, without_each, written
from symderiv.numeric.rewrites.scaling import fraction, positive
from symderiv.numeric.rewrites.underflow import rounds_off
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Exp,
    Function,
    Log,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    minus,
    neg,
    number,
    plus,
    summands,
    times,
)


def own_summand(t: Term) -> Term | None:
    """A_i p_i - p_i sum(A_k p_k/(1 - p_k), k != i) for A_i p_i/(1 - p_i) - p_i sum(A_k p_k/(1 - p_k)).

    In a sum with further summands, and where a product with p_i stands around it; None for any other term.
    """
    match t:
        case Plus(many):
            found = _paired(ONE, many)
        case Times(many):
            sums = [u for u in many if isinstance(strip(u), Plus)]
            if len(sums) != 1 or not any(_share(u) for u in many):
                return None
            found = _paired(times(*(u for u in many if u is not sums[0])), summands(strip(sums[0])))
        case _:
            return None
    return found


def _paired(front: Term, many: tuple[Term, ...]) -> Term | None:
    """front times the sum of many with one pair joined."""
    many = tuple(v for u in many for v in _open(u))
    for other in many:
        for own in many:
            if own is not other and (less := _below(own)) is not None:
                # what else is divided by the same difference is part of X_i
                same = [u for u in many if u is not other and (w := _below(u)) and key(w) is key(less)]
                over = plus(*(written([*factors(u), (less, ONE)]) for u in same))
                if (new := _joined(front, Quotient(over, less), less, other)) is not None:
                    rest = plus(*(u for u in many if u not in same and u is not other))
                    return plus(new, times(front, hold(rest)) if front is not ONE else rest)
    return None


def _open(t: Term) -> list[Term]:
    """The summands of t, which may be a product with a sum that holds a fraction over 1 - p."""
    many = factors(t)
    for n, (u, m) in enumerate(many):
        if m is ONE and isinstance(v := strip(u), Plus) and rounds_off(v):
            return [x for w in v.summands for x in _open(written([*many[:n], *many[n + 1 :], *factors(w)]))]
    return [t]


def _below(t: Term) -> Term | None:
    """The 1 - p, at each index in turn, that a product is divided by once."""
    return next((b for b, n in merged(factors(t)) if n is number(-1) and _each(b) is not None), None)


def _joined(front: Term, own: Term, less: Term, other: Term) -> Term | None:
    """front * (own + other), where own is X_i, a fraction over ``less``, and other -p_i sum(X_k), up to the front."""
    first, last = merged(factors(times(front, own))), merged(factors(times(front, other)))
    for s, n in last:
        if n is ONE and isinstance(inner := strip(s), Big) and not inner.excluded:
            left = merged([*(p for p in last if p[0] is not s), (number(-1), ONE)])
            found = _without_own(left, opened(inner, letters(times(front, own))), less, first)
            if found is not None:
                return minus(written([*first, (less, ONE)]), found)
    return None


def _without_own(left: list[Pair], sum_: Term, less: Term, first: list[Pair]) -> Term | None:
    """left * sum(X_k, k != i), where left holds p_i and the product ``first`` is the rest of left times X_i."""
    others = _each(less)
    if others is None or not isinstance(sum_, Big) or sum_.size is not others.size:
        return None
    i, k = others.excluded[0], sum_.index
    share = next((q for b, n in left if n is ONE and (q := _share(b)) and _is_rest(others, q)), None)
    if share is None or not isinstance(i, Symbol):
        return None
    rest = [p for p in left if strip(p[0]) is not share]
    here = factors(substitute(sum_.body, {k: i}))
    weight = _weight(sum_.body, *(substitute(u, {i: k}) for u in (less, share)))
    if weight is None or total((written([*rest, *here]), neg(written(first)))) is not ZERO:
        return None
    odds = hold(Log(substitute(Quotient(share.top, others), {i: k})))
    by = Function(MAX, (Big(k, sum_.size, Function(OF, (odds,)), (i,)),))
    beyond = big(k, sum_.size, times(weight, Exp(shifted(odds, by))), (i,))
    return times(written(rest), Exp(plus(hold(Log(share)), by)), beyond)


def _weight(body: Term, less: Term, share: Term) -> Term | None:
    """The A of a body A p/(1 - p), where it does not divide by such a difference."""
    at = {key(strip(b)): (b, n) for b, n in merged(factors(body))}
    if at.pop(key(strip(less)), (less, ONE))[1] is not number(-1) or at.pop(key(share), (share, ZERO))[1] is not ONE:
        return None
    found = written(list(at.values()))
    return None if rounds_off(found) else found


def _each(t: Term) -> Big | None:
    """The sum of the others where t is 1 - p at each index in turn."""
    line = over_one_line(t)
    return line.top if line is not None and without_each(line) and isinstance(line.top, Big) else None


def _share(t: Term) -> Quotient | None:
    """t as one exponential over a sum of them."""
    q = fraction(t)
    return q if isinstance(q, Quotient) and positive(q) and isinstance(strip(q.top), Exp) else None


def _is_rest(others: Big, q: Quotient) -> bool:
    """Whether the sum of the others leaves out just the numerator of a share in their sum."""
    whole = Big(others.index, others.size, others.body, ())
    own = strip(substitute(others.body, {others.index: others.excluded[0]}))
    return key(strip(q.bottom)) is key(whole) and key(own) is key(strip(q.top))
