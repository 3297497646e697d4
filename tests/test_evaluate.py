"""The judge judged: the brute-force evaluator against values worked out by hand and by mpmath."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from evaluate import Real, Undefined, World, evaluate

from symderiv.terms import (
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    number,
)

i, j, k, x, K = map(Symbol, "ijkxK")
HALF = Number(Fraction(1, 2))


def z(at: Term) -> Entry:
    return Entry("z", (at,))


def world(**symbols: int) -> World:
    """z_n = 2 n + 1 for K = 3 classes, i = 1, k = 2."""
    return World({"K": 3, "i": 1, "k": 2, "x": Fraction(5), **symbols}, lambda _, at: Fraction(2 * at[0] + 1))


def total(index: Symbol, body: Term, *excluded: Term) -> Big:
    return Big(index, K, body, excluded)


@pytest.mark.parametrize(
    ("t", "expected"),
    [
        (total(k, z(k)), 3 + 5 + 7),
        (total(k, z(k), i), 5 + 7),
        (total(k, z(k), k), 3 + 7),  # the index left out is the k outside, 2
        (total(k, z(k), i, i, number(1)), 5 + 7),
        (Plus((z(k), total(k, Times((z(i), z(k)))))), 5 + 3 * 15),
        (total(k, total(k, z(k))), 45),
        (total(k, Times((Delta(i, k), z(k)))), 3),
        (Quotient(Neg(z(k)), Power(z(i), number(-2))), -45),
        (D(total(k, Times((z(k), z(k)))), z(i)), 2 * 3),  # 2 z_i, not 2 sum z
        (total(k, D(Times((z(i), z(k))), z(i))), 2 * 3 + 5 + 7),
        (D(Quotient(x, Power(x, number(3))), x), Fraction(-2, 125)),
        (D(D(Power(x, number(4)), x), x), 12 * 25),
        (D(Times((x, D(Times((x, x)), x))), x), 4 * 5),  # the inner unit is not the outer one
        (D(Times((Stop(x), x)), x), 5),
        (D(total(x, x), x), 0),  # bound below, so not the variable
    ],
)
def test_by_hand(t: Term, expected: int | Fraction) -> None:
    assert evaluate(t, world()) == expected


def test_look_ups_are_those_of_free_names() -> None:
    w = world()
    evaluate(Plus((total(k, z(k)), z(i))), w)
    assert w.looked_up == {"K", "i"}


def test_division_by_zero_is_undefined() -> None:
    with pytest.raises(Undefined):
        evaluate(Quotient(x, Plus((x, Neg(x)))), world())


def test_real_functions_and_their_derivatives() -> None:
    w = World({"x": Fraction(3, 2)}, lambda *_: Fraction(0), Real())
    at = mpmath.mpf(3) / 2
    for t, f in (
        (Exp(Times((x, x))), lambda v: mpmath.exp(v * v)),
        (Log(Plus((x, Exp(x)))), lambda v: mpmath.log(v + mpmath.exp(v))),
        (Quotient(Exp(x), Power(x, HALF)), lambda v: mpmath.exp(v) / mpmath.sqrt(v)),
    ):
        assert mpmath.almosteq(evaluate(t, w), f(at), 1e-12)
        assert mpmath.almosteq(evaluate(D(t, x), w), mpmath.diff(f, at), 1e-9)
        assert mpmath.almosteq(evaluate(D(D(t, x), x), w), mpmath.diff(f, at, 2), 1e-7)
    with pytest.raises(Undefined):
        evaluate(Log(Neg(x)), w)
