"""What was done between two lines of the last phase, so that a line is called by what it shows."""

from __future__ import annotations

from collections import Counter

from symderiv.engine.polynomial import collect, expand
from symderiv.terms import ONE, Big, Quotient, Term, parts, subterms


def change(before: Term, after: Term) -> str:
    """The id of what made one line of the other: signs and order, sums, like terms, fractions or factors."""
    if leaves(before) == leaves(after):
        return "rearrange"
    if _exclusions(before) < _exclusions(after):
        return "leave-out"
    if _like_terms(before) > _like_terms(after):
        return "collect"
    if _fractions(before) < _fractions(after):
        return "fractions"
    return "join" if _sums(before) > _sums(after) else "factor"


def leaves(t: Term) -> Counter[Term]:
    """How often each number, symbol, entry and delta stands in t."""
    return Counter(u for u in subterms(t) if not parts(u) and u is not ONE)


def _exclusions(t: Term) -> int:
    return sum(len(u.excluded) for u in subterms(t) if isinstance(u, Big))


def _fractions(t: Term) -> int:
    return sum(isinstance(u, Quotient) for u in subterms(t))


def _sums(t: Term) -> int:
    """How many summands hold a sum, with the brackets open, outside of sums and inside of each."""
    here = sum(any(isinstance(f.base, Big) for f in p.factors) for p in expand(t) or ())
    return here + sum(_sums(u.body) for u in _outermost(t))


def _like_terms(t: Term) -> int:
    """How many summands join others or cancel, with the brackets open, outside of sums and inside of each."""
    lines = expand(t) or ()
    return len(lines) - len(collect(lines)) + sum(_like_terms(u.body) for u in _outermost(t))


def _outermost(t: Term) -> list[Big]:
    return [t] if isinstance(t, Big) else [v for u in parts(t) for v in _outermost(u)]
