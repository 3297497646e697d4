"""Numbers of many digits: exact where they come in, right to the last digit where functions go out."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from symderiv.doors.digits import Digits
from symderiv.numeric.checks.naive import Doubles
from symderiv.numeric.rewrites.marks import CONSTANTS, NUMPY_FUNCTIONS

MANY = Digits(40)


def test_numbers_come_in_exactly() -> None:
    assert MANY.number(0.1) == Fraction(0.1).numerator / MANY.context.mpf(Fraction(0.1).denominator)
    assert abs(3 * MANY.number(Fraction(1, 3)) - 1) < 1e-39
    assert MANY.number(7) == 7


@pytest.mark.parametrize("name", ["exp", "log", *NUMPY_FUNCTIONS])
def test_every_function_of_formulas(name: str) -> None:
    """Those of double precision agree as far as doubles go; the other digits are those of more digits."""
    at = 1.5 if name == "acosh" else 0.375
    found = MANY.apply(name, MANY.number(at))
    assert float(found) == pytest.approx(float(Doubles().apply(name, at)), rel=1e-15)
    assert abs(found - Digits(80).apply(name, Digits(80).number(at))) < 1e-38


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_number_with_a_name(name: str) -> None:
    found = MANY.constant(name)
    assert float(found) == pytest.approx(float(Doubles().constant(name)), rel=1e-15)
    assert abs(found - Digits(80).constant(name)) < 1e-38


def test_the_precision_of_others_stays() -> None:
    before = mpmath.mp.dps
    assert str(MANY.number(Fraction(1, 3)))[:40] == "0." + 38 * "3"
    assert mpmath.mp.dps == before
