"""Numbers as SymPy and Python hold them, as exact rationals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from symderiv.errors import InputError
from symderiv.terms import Term, number

LARGEST = 10**308  # beyond it a number has no floating-point value


def plain_number(value: int | float | Fraction | Decimal) -> Term:
    """A Python number; a float means the decimal number it prints as."""
    try:
        exact = Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)
    except (ValueError, OverflowError):
        raise InputError(f"{value} is not an ordinary real number") from None
    if max(abs(exact.numerator), exact.denominator) >= LARGEST:
        raise InputError("a number with more than 308 digits cannot be computed with; scale the problem")
    return number(exact)
