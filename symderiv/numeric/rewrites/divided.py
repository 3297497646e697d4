"""Fractions over the difference of two shares, what the difference divides divided out.

A polynomial in s and r that vanishes for s = r is s - r times another, so nothing is left to cancel:
(s (1 - s) - r (1 - r))/(s - r) = 1 - s - r, the slope of log(s - r). Where it does not vanish, terms
c s - c s^2 are c s (1 - s), which the factors of s - r make up for.
"""

from __future__ import annotations

from symderiv.binders import key
from symderiv.numeric.rewrites.differences import gap
from symderiv.numeric.rewrites.fractions import strip_factors
from symderiv.numeric.rewrites.linear import total
from symderiv.numeric.rewrites.marks import hold, strip
from symderiv.numeric.rewrites.portions import Pair, factors, is_whole, negative, written
from symderiv.numeric.rewrites.scaling import exponent, fraction, two_exponents
from symderiv.terms import (
    ONE,
    ZERO,
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
    plus,
    power,
    quo,
    times,
)

Degrees = tuple[int, int]
Polynomial = dict[Degrees, list[Term]]
HIGHEST = 8


def over_gap(t: Term) -> Term | None:
    """u/(s - r) for a sum u of powers of the shares s and r, divided out where that comes out even."""
    if not isinstance(t, Times | Quotient):
        return None
    many = factors(t, ONE, False)
    for place, (base, n) in enumerate(many):
        if negative(n) and is_whole(n) and gap(base) is not None:
            rest = many[:place] + many[place + 1 :]
            new = _divided(rest, base, plus(n, ONE))
            if new is not None:
                return new
    return None


def _divided(many: list[Pair], below: Term, left: Term) -> Term | None:
    """The product over ``below``, and times its power ``left``."""
    u, v = (strip(x) for x in _sides(below))
    for place, (base, n) in enumerate(many):
        found = _polynomial(base, u, v) if isinstance(base, Plus) and n is ONE else None
        if found is None or all(i == j == 0 for i, j in found):
            continue
        others = many[:place] + many[place + 1 :]
        if (even := _even(found)) is not None:
            return written([*others, (hold(_spelled(even, u, v)), ONE), (below, left)])
        if left is ZERO and (apart := _apart(found, u, v)) is not None:
            every = (factors(apart[0]), [*factors(apart[1]), (below, number(-1))])
            return plus(*(written([*others, *p]) for p in every))
    return None


def _sides(t: Term) -> tuple[Term, Term]:
    match strip(t):
        case Plus((u, Neg(v))) | Plus((Neg(v), u)):
            return u, v
    raise AssertionError(f"{t} is no difference")


def _polynomial(t: Term, u: Term, v: Term) -> Polynomial | None:
    """t as a polynomial in u and v, its coefficients as summands; None for a high degree."""
    w = strip(t)
    for x, one in ((u, (1, 0)), (v, (0, 1))):
        if key(w) is key(x):
            return {one: [ONE]}
        if (slope := _argument(w)) is not None and (other := _argument(x)) is not None:
            if total((slope, neg(other))) is ZERO:
                return {one: [ONE]}
            if total((slope, other)) is ZERO:
                return {(0, 0): [ONE], one: [number(-1)]}
    match w:
        case Neg(x):
            found = _polynomial(x, u, v)
            return None if found is None else {d: [neg(c) for c in cs] for d, cs in found.items()}
        case Plus(many):
            merged: Polynomial = {}
            for x in many:
                if (found := _polynomial(x, u, v)) is None:
                    return None
                for d, cs in found.items():
                    merged.setdefault(d, []).extend(cs)
            return merged
        case Times(many):
            product: Polynomial = {(0, 0): [ONE]}
            for x in many:
                if (found := _polynomial(x, u, v)) is None:
                    return None
                product = _product(product, found)
            return product if all(i + j <= HIGHEST for i, j in product) else None
        case Power(x, Number(n)) if n.denominator == 1 and 1 < n <= HIGHEST:
            return _polynomial(Times((x,) * int(n)), u, v)
        case Quotient(x, y) if (shares := _shares(w)) is not None:
            return _polynomial(Times(shares), u, v)
        case Quotient(x, y):
            found = _polynomial(x, u, v)
            return None if found is None else {d: [quo(c, y) for c in cs] for d, cs in found.items()}
    return {(0, 0): [w]}


def _argument(t: Term) -> Term | None:
    """The x of a share that is the sigmoid of x, 1/(1 + exp(-x)), or None."""
    q = fraction(t)
    pair, a = (two_exponents(q.bottom), exponent(q.top)) if isinstance(q, Quotient) else (None, None)
    if pair is None or a is None or a not in pair:
        return None
    return minus(a, pair[1] if pair[0] is a else pair[0])


def _shares(t: Quotient) -> tuple[Term, ...] | None:
    """u exp(a)/(1 + exp(a))^2 as u times a share and its complement, products and other powers likewise, or None."""
    above, shares = list(strip_factors(t.top)), list[Term]()
    below = factors(t.bottom, ONE, False)
    if sum(n.value if isinstance(n, Number) else HIGHEST for _, n in below) not in (2, 3, 4):
        return None
    for base, n in below:
        pair = two_exponents(base)
        if pair is None or ZERO not in pair or not (isinstance(n, Number) and is_whole(n) and n.value > 0):
            return None
        for _ in range(int(n.value)):
            own = next((x for x in above if exponent(x) in pair and exponent(x) is not ZERO), ONE)
            shares.append(hold(Quotient(own, base)))
            if own is not ONE:
                above.remove(own)
    return *above, *shares


def _product(some: Polynomial, others: Polynomial) -> Polynomial:
    found: Polynomial = {}
    for (i, j), cs in some.items():
        for (m, n), es in others.items():
            found.setdefault((i + m, j + n), []).extend(times(c, e) for c in cs for e in es)
    return found


def _even(t: Polynomial) -> Polynomial | None:
    """t/(u - v), or None where u = v does not make t vanish."""
    whole: dict[int, list[Term]] = {}
    for (i, j), cs in t.items():
        whole.setdefault(i + j, []).extend(cs)
    if any(total(cs) is not ZERO for cs in whole.values()):
        return None
    found: Polynomial = {}
    for (i, j), cs in t.items():
        # u^i v^j = v^(i + j) + (u - v) (u^(i - 1) v^j + ... + v^(i + j - 1)), and the first powers of v cancel
        for m in range(i):
            found.setdefault((m, i + j - 1 - m), []).extend(cs)
    return found


def _spelled(t: Polynomial, u: Term, v: Term) -> Term:
    powers = {d: (power(u, number(d[0])), power(v, number(d[1]))) for d in t}
    return plus(*(times(c, *powers[d]) for d, cs in t.items() if (c := total(cs)) is not ZERO))


def _apart(t: Polynomial, u: Term, v: Term) -> tuple[Term, Term] | None:
    """q = e (1 - u - v) and r = (c - e) u (1 - u) for c u (1 - u) - e v (1 - v) = q (u - v) + r, or None."""
    left = {d: c for d, cs in t.items() if (c := total(cs)) is not ZERO}
    c, e = left.pop((1, 0), ZERO), left.pop((0, 1), ZERO)
    squares = left.pop((2, 0), ZERO), left.pop((0, 2), ZERO)
    if left or any(total(p) is not ZERO for p in zip((c, e), squares, strict=True)):
        return None
    if c is ZERO:
        return ZERO, times(e, v, hold(minus(ONE, v)))
    return times(neg(e), hold(plus(ONE, neg(u), neg(v)))), times(total((c, e)), u, hold(minus(ONE, u)))
