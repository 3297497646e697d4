"""Human order, fixed once at the door: which factor and which summand a reader expects first."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symderiv.binders import order
from symderiv.errors import InputError
from symderiv.keys import is_scalar
from symderiv.terms import (
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Number,
    Power,
    Stop,
    Symbol,
    Term,
    minus_split,
    number,
    plus,
    quo,
    subterms,
    times,
)

_RANKS: dict[type[Term], int] = {Number: 0, Symbol: 1, Entry: 2, Exp: 4, Log: 5, Function: 5, Stop: 5}
_RANKS |= {Delta: 6, D: 7, Big: 8}
_BRACKET = 3
DIVIDED_BY_ZERO = "division by zero in the expression: write the denominator so that it is not 0"


def ordered_product(numerators: Iterable[Term], denominators: Iterable[Term] = ()) -> Term:
    """The product over the product: numbers, scalars, entries, brackets, exp, log, delta, big sums.

    A bracket of scalars alone stands with the scalars.

    A denominator of scalars only stands under the numbers and scalars in front of a big sum
    (``(1/N) Sum``), any other denominator under everything.
    Raises `InputError` for a denominator 0.
    """
    value, tops = _numbers(numerators)
    below, bottoms = _numbers(denominators)
    if not below:
        raise InputError(DIVIDED_BY_ZERO)
    value /= below
    if not bottoms:
        return times(number(value), *tops)
    over, under = number(value.numerator), number(value.denominator)
    if any(isinstance(t, Big) for t in tops) and all(_is_scalar(t) for t in bottoms):
        scalars = [t for t in tops if _is_scalar(t)]
        rest = [t for t in tops if not _is_scalar(t)]
        return times(quo(times(over, *scalars), times(under, *bottoms)), *rest)
    return quo(times(over, *tops), times(under, *bottoms))


def ordered_sum(summands: Iterable[Term]) -> Term:
    """The sum: positive summands first, then the shorter first."""
    return plus(*sorted(summands, key=_place_of_summand))


def _numbers(factors: Iterable[Term]) -> tuple[Fraction, list[Term]]:
    """The numbers and signs of some factors multiplied up, and the other factors in order."""
    value, rest = Fraction(1), []
    for factor in factors:
        sign, t = minus_split(factor)
        value *= sign
        if isinstance(t, Number):
            value *= t.value
        else:
            rest.append(t)
    return value, sorted(rest, key=_place_of_factor)


def _is_scalar(t: Term) -> bool:
    return isinstance(t.base if isinstance(t, Power) else t, Symbol)


def _place_of_factor(t: Term) -> tuple[object, ...]:
    kind = t.base if isinstance(t, Power) else t
    bracket = _RANKS[Symbol] if is_scalar(kind) else _BRACKET
    return _RANKS.get(type(kind), bracket), order(t)


def _place_of_summand(t: Term) -> tuple[object, ...]:
    sign, body = minus_split(t)
    return sign < 0, sum(1 for _ in subterms(body)), order(t)
