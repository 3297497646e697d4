"""Sums that are each other's negatives, written one way."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.engine.rules.factors import Factor, Product
from symderiv.engine.signs import aligned
from symderiv.terms import Entry, Symbol, big, minus

K = symbols("K")
i, k, l = symbols("i k l")  # noqa: E741  # the letters of the field
a, b, q, z = map(IndexedBase, "abqz")
k_, K_ = Symbol("k"), Symbol("K")
A, B = (Entry(name, (k_,)) for name in "ab")
ONE_WAY, OTHER_WAY = big(k_, K_, minus(A, B)), big(k_, K_, minus(B, A))


def test_a_sum_beside_its_negative_is_minus_its_square() -> None:
    """Two factors of one base would be divided out as one."""
    first = Product(Fraction(1), (Factor(ONE_WAY, 1),))
    both = Product(Fraction(3), (Factor(OTHER_WAY, 1), Factor(ONE_WAY, 1)))
    assert aligned((first, both)) == (first, Product(Fraction(-3), (Factor(ONE_WAY, 2),)))


def test_each_negative_turns_the_sign() -> None:
    first = Product(Fraction(1), (Factor(ONE_WAY, 1),))
    assert aligned((first, Product(Fraction(1), (Factor(OTHER_WAY, 1),)))) == (
        first,
        Product(Fraction(-1), (Factor(ONE_WAY, 1),)),
    )


@pytest.mark.parametrize(
    "value",
    [
        (Sum(a[k] * q[k], (k, 1, K)) - Sum(q[k] * z[k], (k, 1, K))) ** 2,
        (Sum((a[k] - z[k]) * q[k], (k, 1, K)) + K * Sum(q[l] * log(1 + exp(z[l])), (l, 1, K))) ** 2,
    ],
    ids=str,
)
def test_squares_of_differences_of_sums(value: object) -> None:
    assert sd.derive(sd.Problem("square", value, z[i], {q[k]: sd.softmax(z, k)})).verified
