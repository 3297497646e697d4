"""Sums with like terms added up, so that what cancels is gone before it is computed."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symderiv.binders import key
from symderiv.numeric.rewrites.marks import strip
from symderiv.terms import (
    ONE,
    Neg,
    Number,
    Plus,
    Quotient,
    Term,
    Times,
    minus_split,
    neg,
    number,
    plus,
    quo,
    signed,
    summands,
    times,
)


def total(many: Iterable[Term]) -> Term:
    """The sum of exponents, like terms added up where there are any; brackets are opened for that."""
    many = tuple(many)
    found = [p for n in many for p in lines(n)]
    table: dict[Term, tuple[Term, Fraction]] = {}
    for value, u in found:
        table[key(u)] = (u, table.get(key(u), (u, Fraction(0)))[1] + value)
    if len(table) == len(found):
        return plus(*many)
    return plus(*(times(number(value), u) for u, value in table.values() if value))


def cancelled(many: Iterable[Term]) -> Term:
    """The sum without the pairs of opposite summands, brackets opened only where there is one."""
    whole = plus(*many)
    rest: list[Term] = []
    for u in whole.summands if isinstance(whole, Plus) else (whole,):
        opposite = next((v for v in rest if key(v) is key(neg(u))), None)
        rest.append(u) if opposite is None else rest.remove(opposite)
    return plus(*rest)


def lines(t: Term) -> list[tuple[Fraction, Term]]:
    """t as numbers times terms; what a sum is multiplied with or divided by goes to its summands."""
    sign, u = minus_split(t)
    match u := strip(u):
        case Number(value):
            return [(sign * value, ONE)]
        case Neg(v):
            return [(-sign * value, w) for value, w in lines(v)]
        case Plus(many):
            return [(sign * value, v) for w in many for value, v in lines(w)]
        case Times((Number(value), *rest)):
            return [(sign * value * v, w) for v, w in lines(times(*rest))]
        case Times(many) if (place := next((n for n, v in enumerate(many) if isinstance(strip(v), Plus)), -1)) >= 0:
            rest = [*many[:place], *many[place + 1 :]]
            return [p for v in summands(strip(many[place])) for p in lines(signed(sign, times(v, *rest)))]
        case Quotient(v, Number(value)):
            return [(sign * c / value, w) for c, w in lines(v)]
        case Quotient(v, w) if isinstance(strip(v), Plus | Neg | Times):
            return [(sign * c, quo(x, w)) for c, x in lines(v)]
    return [(Fraction(sign), u)]
