"""Exact zeros of functions known by their values."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from symderiv.proof.roots import roots, square_root

small = st.fractions(-9, 9, max_denominator=6)


@given(small, small)
def test_affine(a: Fraction, b: Fraction) -> None:
    assume(a)
    assert list(roots(lambda x: a * x + b)) == [-b / a]


@given(small, small, small)
def test_quadratic(a: Fraction, u: Fraction, v: Fraction) -> None:
    assume(a)
    assert {u, v} <= set(roots(lambda x: a * (x - u) * (x - v)))


@given(small, small, small)
def test_fractional_linear(a: Fraction, u: Fraction, pole: Fraction) -> None:
    assume(a and u != pole)
    assert u in set(roots(lambda x: None if x == pole else a * (x - u) / (x - pole)))


def test_others_are_guessed_or_left() -> None:
    assert list(roots(lambda x: x**3 - 8)) == [2]
    assert list(roots(lambda x: x * x - 2)) == []
    assert list(roots(lambda x: Fraction(3))) == []
    assert list(roots(lambda x: None)) == []


def test_square_roots() -> None:
    assert square_root(Fraction(9, 4)) == Fraction(3, 2)
    assert square_root(Fraction(2)) is None
    assert square_root(Fraction(-4)) is None


def test_every_zero_comes_first_at_some_turn() -> None:
    assert {next(roots(lambda x: x**3 - x, turn)) for turn in range(9)} == {-1, 0, 1}
    assert {next(roots(lambda x: x**2 - 1, turn)) for turn in range(2)} == {-1, 1}
    assert {next(roots(lambda x: 2 * x - 3, turn)) for turn in range(9)} == {Fraction(3, 2)}
