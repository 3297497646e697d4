"""Numbers of many digits: mpmath, which SymPy brings along, as an arithmetic for formulas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath

NAMES = {"abs": "fabs", "Abs": "fabs", "EulerGamma": "euler", "GoldenRatio": "phi", "Catalan": "catalan"}


class Digits:
    """Arithmetic with so many decimal digits, in a context of its own.

    >>> tenth = Digits(30).number(Fraction(1, 10))
    >>> print(Digits(30).apply("exp", tenth))
    1.10517091807564762481170782649
    """

    def __init__(self, digits: int) -> None:
        self.context = mpmath.mp.clone()
        self.context.dps = digits

    def number(self, x: Any) -> Any:
        """A fraction, a whole number or a double, as it is."""
        many = self.context.mpf
        return many(x.numerator) / x.denominator if isinstance(x, Fraction) else many(float(x))

    def apply(self, function: str, x: Any) -> Any:
        """A function by its name in formulas."""
        return getattr(self.context, NAMES.get(function, function))(x)

    def constant(self, name: str) -> Any:
        """A number with a name, such as pi."""
        if name == "TribonacciConstant":
            root = self.context.sqrt(33)
            return (1 + self.context.cbrt(19 + 3 * root) + self.context.cbrt(19 - 3 * root)) / 3
        return +getattr(self.context, NAMES.get(name, name))
