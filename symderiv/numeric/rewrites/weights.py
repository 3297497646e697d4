"""Weighted sums of exponentials: where the weight is 0 the exponent counts -inf.

w exp(a) does not depend on a where w = 0, so there the maximum that shifts a sum must not see a, and exp(a) must
not overflow. `@live(a, w)` is a where w is not 0 and -inf elsewhere. Likewise w a is 0 where w = 0, also where the
exponent a is -inf: a class that is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symderiv.binders import key, match, opened, substitute, union
from symderiv.letters import ordered_indices
from symderiv.numeric.rewrites.marks import LIVE, WEIGHTED, hold, letters, strip
from symderiv.numeric.rewrites.scaling import fraction, has_exp, positive
from symderiv.terms import (
    Big,
    Delta,
    Entry,
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
    parts,
    rebuild,
    subterms,
    times,
)


def live_weights(t: Term) -> Term | None:
    """log v and u/v with weighted exponentials in v: their exponents count only where the weight is not 0."""
    match t:
        case Log(u):
            match fraction(u):
                case Quotient(v, w) if has_exp(w):
                    below = masked(w)
                    new: Term = Quotient(masked(followed(v, live(below))), below)
                    return None if new is fraction(u) else Log(new)
            new = masked(u)
            return None if new is u else Log(new)
        case Quotient(u, v) if has_exp(v):
            new = masked(v)
            # what no weight below holds down may be far above the shift
            top = masked(followed(u, patterns)) if (patterns := live(new)) else u
            return None if new is v and top is u else Quotient(top, new)
    return None


def masked(t: Term, weights: tuple[Term, ...] = ()) -> Term:
    """t, a sum of exponentials, with every exponent under its weights."""
    if not has_exp(t):
        return t
    match t:
        case Exp(a):
            return Exp(_under(a, weights)) if weights and not _is_live(a) else t
        case Times(many):
            found = tuple(u for u in many if is_weight(u))
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
        case Power(u, n):
            new = masked(u, weights)
            return t if new is u else Power(new, n)
    return t


def can_be_zero(t: Term) -> bool:
    """Whether a factor is an entry's weight that may be 0 where it stands."""
    return (
        not positive(t)
        and any(isinstance(u, Entry) for u in subterms(t))
        and not any(isinstance(u, Delta) for u in subterms(t))
    )


def is_weight(t: Term) -> bool:
    """Whether t is 0 where it is computed as 0: nothing in it underflows, but for shares near 1 in a logarithm."""
    return can_be_zero(t) and (isinstance(strip(t), Log) or not any(isinstance(u, Exp) for u in subterms(t)))


def exponent_arrays(terms: Iterable[Term]) -> frozenset[str]:
    """Names of the arrays whose entries are exponents as they stand, up to a sign and numbers: logits."""
    found = (_exponent_array(u.body) for t in terms for u in subterms(t) if isinstance(u, Exp))
    return frozenset(name for name in found if name is not None)


def _exponent_array(t: Term) -> str | None:
    match t:
        case Neg(u) | Function("@hold", (u,)) | Quotient(u, Number() | Symbol()):
            return _exponent_array(u)
        case Times((Number() | Symbol(), u)):
            return _exponent_array(u)
        case Entry(name, indices):
            return name if indices else None
    return None


def weighted_logits(t: Term, logits: frozenset[str]) -> Term:
    """t with the products of a logit and weights made ones that are 0 where the weight is, the logit -inf or not.

    A weight is what may be 0, has no axis that the logit has not, and does not depend on logits.
    """
    if isinstance(t, Exp | Log):
        return t
    if isinstance(t, Times):
        for place, u in enumerate(t.factors):
            if not isinstance(u, Entry) or u.array not in logits:
                continue
            rest = t.factors[:place] + t.factors[place + 1 :]
            found = [v for v in rest if _is_weight(v, letters(u), logits)]
            if found:
                return times(*(v for v in rest if v not in found), Function(WEIGHTED, (hold(times(*found)), u)))
    return rebuild(t, tuple(weighted_logits(u, logits) for u in parts(t)))


def _is_weight(t: Term, axes: frozenset[str], logits: frozenset[str]) -> bool:
    inside = {u.array for u in subterms(t) if isinstance(u, Entry)}
    return can_be_zero(t) and not inside & logits and letters(t) <= axes and bool(letters(t))


def followed(t: Term, patterns: Sequence[Function], beside: tuple[Term, ...] = ()) -> Term:
    """t with the exponents masked that ``patterns`` mask, where the same weights multiply what they stand in."""
    match t:
        case Exp():
            body = silenced(t.body, beside, patterns)
            return t if body is t.body else Exp(body)
        case Times(many):
            around = (*beside, *filter(is_weight, many))
            return rebuild(t, tuple(followed(u, patterns, around) for u in many))
        case Big():
            opened_ = opened(t, union(beside))
            body = followed(opened_.body, patterns, beside)
            return t if body is opened_.body else Big(opened_.index, opened_.size, body, opened_.excluded)
        case Plus() | Neg():
            return rebuild(t, tuple(followed(u, patterns, beside) for u in parts(t)))
        case Function("@hold", (u,)):
            new = followed(u, patterns, beside)
            return t if new is u else hold(new)
        case Function("@weighted", (u, v)):
            return rebuild(t, (followed(u, patterns, beside), v))
        case Quotient(u, v):
            return rebuild(t, (followed(u, patterns, beside), v))
    return t


def beside_weights(t: Term) -> Term | None:
    """A product with a weight and, in brackets, exponentials over a sum of the same ones with the same weights."""
    if not isinstance(t, Times) or not any(map(is_weight, t.factors)):
        return None
    below = [v for u in subterms(t) if isinstance(u, Quotient) and has_exp(v := u.bottom)]
    new = followed(t, [p for v in below for p in live(masked(v))])
    return None if new is t else new


def silenced(a: Term, beside: Sequence[Term], patterns: Sequence[Function]) -> Term:
    """The exponent a under its weights, where ``patterns`` has it under weights that stand ``beside`` it here."""
    there = {key(strip(v)) for v in beside}
    for p in patterns:
        indices = ordered_indices(p)
        exponent, *weights = (strip(u) for u in p.arguments)
        found = [match(exponent, strip(a), indices)]
        found += [match(w, strip(v), indices) for w in weights for v in beside]
        for binding in found:
            if binding is not None and key(substitute(exponent, binding)) is key(strip(a)):
                mine = [substitute(w, binding) for w in weights]
                if mine and all(key(w) in there for w in mine):
                    return _under(a, tuple(mine))
    return a


def live(t: Term) -> list[Function]:
    return list(dict.fromkeys(u for u in subterms(t) if isinstance(u, Function) and u.name == LIVE))


def _is_live(a: Term) -> bool:
    return isinstance(a, Function) and a.name == LIVE


def _under(a: Term, weights: tuple[Term, ...]) -> Term:
    return Function(LIVE, (a, *(strip(w) for w in weights)))
