"""Facts about sizes: a bound from below says where a size starts, any other that narrows it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from symderiv.errors import InputError
from symderiv.scope import Scope
from symderiv.terms import Number, Plus, Symbol, Term, minus_split


def least_size(sign: str, left: Term, right: Term, scope: Scope) -> tuple[Symbol, int] | None:
    """The size that a relation bounds from below, and its least value; None for a relation about anything else.

    Sizes are whole numbers from 1 on, so ``K > 1``, ``K - 1 > 0`` and ``K != 1`` all say ``K >= 2``.
    Raises `InputError` for one that bounds a size from above or fixes it: a result is for every size from the
    least one on.

    >>> K = Symbol("K")
    >>> least_size(">", K, Number(1), Scope(least={K: 1}))
    (Symbol(name='K'), 2)
    """
    turned = isinstance(left, Number)
    size, bound = _alone(right, left) if turned else _alone(left, right)
    if size not in scope.sizes or bound is None:
        return None
    match sign:
        case ">=" if not turned:
            return size, ceil(bound)
        case ">" if not turned:
            return size, floor(bound) + 1
        case "!=":
            return (size, 2) if bound == 1 else None
    what = "fixes the size" if sign == "=" else "bounds from above the size"
    raise InputError(
        f"a given fact {what} {size.name}: results are for every size from the least one on, so leave the fact out, "
        f"or write a number in the place of {size.name}"
    )


def _alone(side: Term, other: Term) -> tuple[Term, Fraction | None]:
    """A term and the number across from it; a number beside the term is brought over."""
    match side, other:
        case Plus((u, v)), Number(value):
            term, shift = (v, u) if isinstance(u, Number) else (u, v)
            sign, by = minus_split(shift)
            return term, value - sign * by.value if isinstance(by, Number) else None
        case _, Number(value):
            return side, value
    return side, None


def starting(scope: Scope, relations: Iterable[tuple[str, Term, Term]]) -> Scope:
    """The scope with sizes that start where relations say; raises `InputError` as `least_size` does."""
    least = dict(scope.least)
    for sign, left, right in relations:
        found = least_size(sign, left, right, scope)
        if found is not None:
            size, value = found
            least[size] = max(least.get(size, 1), value)
    return scope if least == scope.least else replace(scope, least=least)
