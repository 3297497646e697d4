"""x beside exp(x) - 1: what vanishes at x = 0, or nearly cancels there, is divided out.

With B = x/(exp(x) - 1) and D the same at -x, a product x^i exp(j x) (exp(x) - 1)^k is x^(i + k) B^(-k - j) D^j,
and where two of them take each other off at x = 0,

    1 - B = x C,    D - 1 = x C at -x,    1 - B D = x^2 V,

with C = 1/x - 1/(exp(x) - 1) and V = 1/x^2 - exp(x)/(exp(x) - 1)^2, which are 1/2 and 1/12 at 0. What vanishes
twice there, as B + D - 2, is in `even`.
"""

from __future__ import annotations

from dataclasses import replace

from symderiv.binders import key
from symderiv.numeric.rewrites.even import b_powers, bernoulli, even, is_exponential, one_product
from symderiv.numeric.rewrites.marks import (
    BERNOULLI_BEND,
    BERNOULLI_GAP,
    BERNOULLI_LESS,
    LOG_BERNOULLI,
    WEIGHTED,
    hold,
    strip,
)
from symderiv.numeric.rewrites.monomials import Monomial, candidates, others_of, read, reduced, x_to
from symderiv.numeric.rewrites.portions import Pair, written
from symderiv.numeric.rewrites.scaling import exponent, two_less
from symderiv.terms import (
    ONE,
    ZERO,
    Exp,
    Function,
    Log,
    Plus,
    Quotient,
    Term,
    Times,
    kinds,
    log,
    minus,
    minus_split,
    number,
    plus,
    power,
    signed,
    times,
)


def vanishing(t: Term) -> Term | None:
    """A sum, or a product with one, in which products of x and exp(x) - 1 cancel at x = 0."""
    if not isinstance(t, Plus | Times | Quotient) or not kinds(t) >= {Plus, Exp}:
        return None
    for a in candidates(t):
        if (found := read(t, a)) is not None:
            groups = [(many, _divided(many, a) or _ratios(many, a, t)) for many in _groups(reduced(found))]
            if any(g is not None for _, g in groups):
                return plus(*(plus(*(_plain(m, a) for m in many)) if g is None else g for many, g in groups))
    return None


def log_of_vanishing(t: Term) -> Term | None:
    """log(c x/(exp(x) - 1)) = log c + log B, and log(exp(x) - 1) - log x = -log B."""
    if isinstance(t, Plus) and Log in kinds(t):
        return _log_beside(t)
    if not isinstance(t, Log) or not kinds(t) >= {Plus, Exp}:
        return None
    for a in candidates(t.body):
        many = read(t.body, a)
        if many is not None and len(many) == 1 and many[0].less and many[0].degree == 0:
            m = many[0]
            found = times(number(m.number), written(list(m.others)))
            each = ((-m.less - m.e, a), (m.e, minus(ZERO, a)))
            if any(n and exponent(minus(ZERO, x)) is not None for n, x in each):
                return None  # log B is near -x, a logarithm that is known
            return plus(log(found), *(times(number(n), Function(LOG_BERNOULLI, (x,))) for n, x in each if n))
    return None


def _log_beside(t: Plus) -> Term | None:
    for u in t.summands:
        sign, v = minus_split(u)
        pair = two_less(v.body) if isinstance(v := strip(v), Log) else None
        if pair is None or ZERO not in pair:
            continue
        a, size = (pair[0], pair[0]) if pair[1] is ZERO else (pair[1], minus(ZERO, pair[1]))
        own = log(size) if exponent(size) is None else exponent(size)
        other = next((w for w in t.summands if own is not None and key(strip(w)) is key(signed(-sign, own))), None)
        if other is not None and exponent(minus(ZERO, a)) is None:
            rest = [w for w in t.summands if w is not u and w is not other]
            return plus(*rest, signed(-sign, Function(LOG_BERNOULLI, (a,))))
    return None


def _groups(many: list[Monomial]) -> list[list[Monomial]]:
    table: dict[object, list[Monomial]] = {}
    for m in many:
        table.setdefault(others_of(m), []).append(m)
    return list(table.values())


def _divided(many: list[Monomial], x: Term) -> Term | None:
    """The sum with what its lowest powers have in common divided out, None where they have nothing."""
    if (twice := even(many, x)) is not None:
        return plus(twice[0], *(_plain(m, x) for m in twice[1]))
    least = min(m.degree for m in many)
    low = [m for m in many if m.degree == least]
    if len(low) == 2 and not sum(m.number for m in low) and (found := _difference(low[0], low[1], x)) is not None:
        return plus(found, *(_plain(m, x) for m in many if m not in low))
    if len(low) > 2 and not sum(m.number for m in low) and (found := _from_one(low, x)) is not None:
        return plus(found, *(_plain(m, x) for m in many if m not in low))
    return None


def _from_one(low: list[Monomial], x: Term) -> Term | None:
    """u (v - 1) + w (z - 1) + ..., times the one that all differ from, where these do not cancel at x = 0 again."""
    if not sum(m.number * (m.less + 2 * m.e) for m in low):  # B^m D^n is 1 + (n - m) x/2 + ...
        return None
    at, back = min(-m.less - m.e for m in low), min(m.e for m in low)
    common = replace(low[0], e=back, less=-at - back, x=low[0].degree + at + back)
    for one in (*sorted(low, key=lambda m: sum(m.number * n.number > 0 for n in low)), common):
        others = [m for m in low if (m.e, m.less) != (one.e, one.less)]
        every = [_difference(m, replace(one, number=-m.number), x) for m in others]
        if None not in every:
            return plus(*(t for t in every if t is not None))
    return None


def _difference(u: Monomial, v: Monomial, x: Term) -> Term | None:
    """x^d (B^m D^n - B^k D^h) as a product, for m >= k and n >= h after a turn."""
    (m, n), (k, h) = ((-w.less - w.e, w.e) for w in (u, v))
    if m < k or n < h:
        (m, n), (k, h), u = (k, h), (m, n), v
    p, q = m - k, n - h
    if p < 0 or q < 0 or (p and q and p != q):
        return None
    steps = times(*([bernoulli(x)] if p else []), *([bernoulli(minus(ZERO, x))] if q else []))
    longer = hold(plus(*(times(*[steps] * s) for s in range(p or q))))
    if p and q:
        one = [*x_to(x, 2), (Function(BERNOULLI_BEND, (x,)), ONE), *b_powers(x, k, h)]
    else:
        one = _one_less(x, k, h) if p else _one_less(minus(ZERO, x), h, k)
    return times(number(-u.number), written([*u.others, *x_to(x, u.degree), (longer, ONE), *one]))


def _one_less(x: Term, at: int, back: int) -> list[Pair]:
    """1 - B, times powers of B at x and at -x; where x may be infinite, a product with x would not come to 1."""
    if not is_exponential(x):
        return [*x_to(x, 1), (Function(BERNOULLI_GAP, (x,)), ONE), *b_powers(x, at, back)]
    less = Function(BERNOULLI_LESS, (x,))
    if back > 0 and exponent(x) is None:
        # for x below 0 B at -x underflows, and what it is multiplied with may be infinite
        return [
            (Function(WEIGHTED, (hold(power(bernoulli(minus(ZERO, x)), number(back))), less)), ONE),
            *b_powers(x, at, 0),
        ]
    return [(less, ONE), *b_powers(x, at, back)]


def _ratios(many: list[Monomial], x: Term, t: Term) -> Term | None:
    """A product over exp(x) - 1 as one of B and D, where x is an exponential or all are added.

    No shift is right for exp(x) and x; near 0 their product with a power of 1/(exp(x) - 1) leaves the range.
    """
    if len(many) == 1 and not isinstance(t, Plus):
        return one_product(many[0], x)
    every = [(m.degree, -m.less - m.e, m.e) for m in many]
    if isinstance(t, Plus) or len(many) < 2 or any(m < 0 or n < 0 for _, m, n in every):
        return None
    adds = len({m.number > 0 for m in many}) == 1 and any(m.x > 0 and m.less < -1 for m in many)
    if not adds and not is_exponential(x):
        return None
    least = [min(ns) for ns in zip(*every, strict=True)]
    apart = [[n - common for n, common in zip(ns, least, strict=True)] for ns in every]
    rest = [times(number(m.number), written(_ratio(x, *ns))) for m, ns in zip(many, apart, strict=True)]
    return times(written([*many[0].others, *_ratio(x, *least)]), hold(plus(*rest)))


def _ratio(x: Term, degree: int, at: int, back: int) -> list[Pair]:
    return [*x_to(x, degree), *b_powers(x, at, back)]


def _plain(m: Monomial, x: Term) -> Term:
    less = (hold(minus(Exp(x), ONE)), number(m.less))
    own = [*x_to(x, m.x), (Exp(times(number(m.e), x)), ONE if m.e else ZERO), less]
    return times(number(m.number), written([*m.others, *(p for p in own if p[1] is not ZERO)]))
