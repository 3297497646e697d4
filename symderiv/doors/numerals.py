"""Numbers as SymPy and Python hold them, as exact rationals, and how large an expression may be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, prod

from symderiv.errors import InputError
from symderiv.terms import Exp, Log, Number, Power, Term, kinds, number, parts, subterms

LARGEST = 10**308  # beyond it a number has no floating-point value
MOST_NODES = 20_000  # of one typed expression, abbreviations written out
MOST_DIGITS = 4_000  # of the numbers that SymPy may compute when it is handed the expression


def plain_number(value: int | float | Fraction | Decimal) -> Term:
    """A Python number; a float means the decimal number it prints as."""
    try:
        exact = Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)
    except (ValueError, OverflowError):
        raise InputError(f"{value} is not an ordinary real number") from None
    if max(abs(exact.numerator), exact.denominator) >= LARGEST:
        raise InputError("a number with more than 308 digits cannot be computed with; scale the problem")
    return number(exact)


def check_extent(t: Term) -> None:
    """Refuse an expression that is too large to work with, or would make SymPy compute a huge number."""
    if _nodes(t) > MOST_NODES:
        raise InputError(f"the expression has more than {MOST_NODES} parts written out: define names for parts of it")
    numbers = [u.value for u in (t, *parts(t)) if isinstance(u, Number)]
    if any(max(abs(n.numerator), n.denominator) >= LARGEST for n in numbers) or _digits(t) > MOST_DIGITS:
        raise InputError("a number with more than 308 digits cannot be computed with: scale the problem")


@lru_cache(maxsize=4096)
def _nodes(t: Term) -> int:
    return 1 + sum(map(_nodes, parts(t)))


@lru_cache(maxsize=4096)
def _digits(t: Term) -> int:
    """A bound for the digits of the numbers that come of t when powers of numbers are carried out."""
    match t:
        case Number(value):
            bits = max(abs(value.numerator), value.denominator).bit_length()
            return bits * 3 // 10 + 1 if bits > 1 else 0
        case Power(base, exponent):
            return min(MOST_DIGITS + 1, _digits(base) * _magnitude(exponent)) + _digits(exponent)
        case Exp(body) if Log in kinds(body):  # exp(n*log(2)) is a power
            return min(MOST_DIGITS + 1, _digits(body) * _magnitude(body))
    return sum(map(_digits, parts(t)))


def _magnitude(t: Term) -> int:
    """A bound for the numbers in t multiplied."""
    return min(MOST_DIGITS + 1, prod(max(1, ceil(abs(u.value))) for u in subterms(t) if isinstance(u, Number)))
