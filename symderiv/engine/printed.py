"""The printed size of a term, and the order in which the summands of a sum are printed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
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
    """A sum whose lead is negative or aggregate, with positives first and local before aggregate.

    A polynomial of three terms or more is put in falling order instead, where that leads with a plus.
    """
    if not isinstance(t, Plus):
        return t
    falling = _falling(t)
    if falling is not None and not negative(falling.summands[0]):
        return falling
    lead = t.summands[0]
    if not negative(lead) and (isinstance(lead, Number) or not _aggregate(lead)):
        return t
    return plus(*sorted(t.summands, key=lambda u: (negative(u), _aggregate(u))))


def _falling(t: Plus) -> Plus | None:
    """A polynomial in one scalar or entry by falling degree, or None for anything else or less."""
    degrees = [_degree(u) for u in t.summands]
    bases = {base for base, n in degrees if n}
    if len(degrees) < 3 or len(bases) != 1 or None in bases:
        return None
    order = sorted(range(len(degrees)), key=lambda place: -degrees[place][1])
    return Plus(tuple(t.summands[place] for place in order))


def _degree(t: Term) -> tuple[Term | None, Fraction]:
    """(base, degree) of a number times a power of one scalar or entry; (None, 1) for anything else."""
    match t:
        case Number():
            return None, Fraction(0)
        case Symbol() | Entry():
            return t, Fraction(1)
        case Power(Symbol() | Entry() as base, Number(n)) if n > 0 and n.denominator == 1:
            return base, n
        case Neg(u) | Times((Number(), u)):
            return _degree(u)
    return None, Fraction(1)


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
