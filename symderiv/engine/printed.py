"""The printed size of a term, and the order in which the summands of a sum are printed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from symderiv.terms import Big, Delta, Entry, Neg, Number, Plus, Power, Quotient, Symbol, Term, Times, parts, plus


@lru_cache(maxsize=65536)
def cost(t: Term) -> int:
    """The printed size: about the number of signs a reader sees."""
    match t:
        case Number(value):
            return 1 if value.denominator == 1 else 3
        case Symbol():
            return 1
        case Entry(_, indices):
            return 1 + len(indices)
        case Delta():
            return 3
        case Plus(many):
            return sum(map(cost, many)) + len(many) - 1
        case Times(many):
            return sum(cost(u) + (2 if isinstance(u, Plus) else 0) for u in many)
        case Big(_, _, body, excluded):
            return 4 + cost(body) + len(excluded) + (2 if isinstance(body, Plus) else 0)
        case Power(base, exponent):
            return cost(base) + cost(exponent) + (2 if isinstance(base, Plus | Quotient) else 0)
    return 1 + sum(map(cost, parts(t)))


def arranged(t: Term) -> Term:
    """A sum whose lead is negative or aggregate, with positives first and local before aggregate."""
    if not isinstance(t, Plus):
        return t
    lead = t.summands[0]
    if not negative(lead) and not _aggregate(lead):
        return t
    return plus(*sorted(t.summands, key=lambda u: (negative(u), _aggregate(u))))


def negative(t: Term) -> bool:
    """Whether t prints with a minus sign in front."""
    return isinstance(t, Neg) or (isinstance(t, Number) and t.value < 0)


def _aggregate(t: Term) -> bool:
    """Whether a summand is about the whole (a sum, a scalar) rather than about one entry."""
    return isinstance(t, Big) or not any(isinstance(u, Entry) for u in _leaves(t))


def _leaves(t: Term) -> Iterator[Term]:
    if isinstance(t, Big):
        return
    below = parts(t)
    if not below:
        yield t
    for u in below:
        yield from _leaves(u)
