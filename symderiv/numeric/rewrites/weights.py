"""Weighted sums of exponentials: where the weight is 0 the exponent counts -inf.

w exp(a) does not depend on a where w = 0, so there the maximum that shifts a sum must not see a, and exp(a) must
not overflow. `@live(a, w)` is a where w is not 0 and -inf elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.binders import key, match, opened, substitute, union
from symderiv.letters import ordered_indices
from symderiv.numeric.rewrites.marks import LIVE, hold, strip
from symderiv.numeric.rewrites.scaling import fraction, has_exp, positive
from symderiv.terms import (
    Big,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Neg,
    Plus,
    Quotient,
    Term,
    Times,
    parts,
    rebuild,
    subterms,
)


def live_weights(t: Term) -> Term | None:
    """log v and u/v with weighted exponentials in v: their exponents count only where the weight is not 0."""
    match t:
        case Log(u):
            match fraction(u):
                case Quotient(v, w) if has_exp(w):
                    below = masked(w)
                    new: Term = Quotient(masked(followed(v, _live(below))), below)
                    return None if new is fraction(u) else Log(new)
            new = masked(u)
            return None if new is u else Log(new)
        case Quotient(u, v) if has_exp(v):
            new = masked(v)
            return None if new is v else Quotient(followed(u, _live(new)), new)
    return None


def masked(t: Term, weights: tuple[Term, ...] = ()) -> Term:
    """t, a sum of exponentials, with every exponent under its weights."""
    if not has_exp(t):
        return t
    match t:
        case Exp(a):
            return Exp(_under(a, weights)) if weights and not _is_live(a) else t
        case Times(many):
            found = tuple(u for u in many if not has_exp(u) and can_be_zero(u))
            return rebuild(t, tuple(masked(u, weights + found) for u in many))
        case Big():
            around = opened(t, union(weights))
            body = masked(around.body, weights)
            return t if body is around.body else Big(around.index, around.size, body, around.excluded)
        case Plus() | Neg() | Function():
            return rebuild(t, tuple(masked(u, weights) for u in parts(t)))
        case Quotient(u, v):
            new = masked(u, weights)
            return t if new is u else Quotient(new, v)
    return t


def can_be_zero(t: Term) -> bool:
    """Whether a factor is an entry's weight that may be 0 where it stands."""
    return (
        not positive(t)
        and any(isinstance(u, Entry) for u in subterms(t))
        and not any(isinstance(u, Delta) for u in subterms(t))
    )


def followed(t: Term, patterns: Sequence[Function]) -> Term:
    """t with the exponents masked that ``patterns`` mask, beside the same weights."""
    match t:
        case Times(many):
            return rebuild(t, tuple(_follow(u, many, patterns) for u in many))
        case Plus() | Neg() | Big():
            return rebuild(t, tuple(followed(u, patterns) for u in parts(t)))
        case Function("@hold", (u,)):
            new = followed(u, patterns)
            return t if new is u else hold(new)
    return t


def _follow(u: Term, beside: tuple[Term, ...], patterns: Sequence[Function]) -> Term:
    if not isinstance(u, Exp):
        return followed(u, patterns)
    there = {key(strip(v)) for v in beside}
    for p in patterns:
        binding = match(p.arguments[0], u.body, ordered_indices(p))
        weights = [substitute(w, binding) for w in p.arguments[1:]] if binding is not None else []
        if weights and all(key(w) in there for w in weights):
            return Exp(_under(u.body, tuple(weights)))
    return u


def _live(t: Term) -> list[Function]:
    return list(dict.fromkeys(u for u in subterms(t) if isinstance(u, Function) and u.name == LIVE))


def _is_live(a: Term) -> bool:
    return isinstance(a, Function) and a.name == LIVE


def _under(a: Term, weights: tuple[Term, ...]) -> Term:
    return Function(LIVE, (a, *(strip(w) for w in weights)))
