"""Arithmetic of fractions over atoms against exact numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import count

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symderiv.proof.algebra import Algebra
from symderiv.proof.budget import Budget, OutOfBudget, Valueless
from symderiv.proof.fractions import Ratio

POINT = {"a": Fraction(2, 3), "b": Fraction(-5, 7), "c": Fraction(11, 13)}
SHAPES = st.recursive(
    st.sampled_from([*POINT, 1, -1, 2, Fraction(1, 3)]),
    lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner),
    max_leaves=8,
)


def made(algebra: Algebra, shape: object) -> tuple[Ratio, Fraction]:
    """A fraction and its value at the point."""
    if isinstance(shape, str):
        atom = algebra.atom("symbol", (shape,), names=frozenset(), arrays=frozenset(shape))
        return algebra.power_of(atom), POINT[shape]
    if not isinstance(shape, tuple):
        return algebra.rational(Fraction(shape)), Fraction(shape)  # type: ignore[arg-type]
    sign, left, right = shape
    (a, u), (b, v) = made(algebra, left), made(algebra, right)
    match sign:
        case "+":
            return algebra.plus(a, b), u + v
        case "-":
            return algebra.minus(a, b), u - v
        case "*":
            return algebra.times(a, b), u * v
    assume(v and b)
    return algebra.over(a, b), u / v


def value(algebra: Algebra, a: Ratio) -> Fraction:
    def poly(terms: object) -> Fraction:
        total = Fraction(0)
        for mono, c in terms.items():  # type: ignore[attr-defined]
            part = Fraction(int(c.p), int(c.q))
            for n, e in mono:
                part *= POINT[algebra.atoms[n].content[0]] ** int(e)
            total += part
        return total

    found = poly(a.terms)
    for f, e in a.below:
        found /= poly(algebra.factors[f].terms) ** e
    return found


@given(SHAPES)
def test_values_are_kept(shape: object) -> None:
    algebra = Algebra(Budget())
    a, expected = made(algebra, shape)
    assert value(algebra, a) == expected


@given(SHAPES, SHAPES, SHAPES)
def test_one_fraction_has_one_form(p: object, q: object, r: object) -> None:
    """Fractions that are equal have one key, whatever way they came about."""
    algebra = Algebra(Budget())
    (a, _), (b, _), (c, _) = (made(algebra, s) for s in (p, q, r))
    assert algebra.times(a, algebra.plus(b, c)).key == algebra.plus(algebra.times(c, a), algebra.times(a, b)).key
    assert not algebra.minus(algebra.plus(a, b), algebra.plus(b, a))
    if b:
        assert algebra.over(algebra.times(a, b), b).key == a.key
        assert algebra.inverse(algebra.inverse(b)).key == b.key


@given(SHAPES)
def test_factors_multiply_to_the_polynomial(shape: object) -> None:
    algebra = Algebra(Budget())
    a, _ = made(algebra, shape)
    assume(a)
    content, mono, factors = algebra.factored(a.terms)
    product = Ratio({mono: content})
    for f, e in factors:
        product = algebra.times(product, algebra.factor_power(f, e))
    assert product.key == Ratio(a.terms).key


def test_a_root_of_an_atom_squares_to_it() -> None:
    algebra = Algebra(Budget())
    atom = algebra.atom("symbol", ("a",), names=frozenset(), arrays=frozenset("a"))
    root = algebra.power_of(atom, Fraction(1, 2))
    assert algebra.times(root, root).key == algebra.power_of(atom).key
    one_less = algebra.minus(algebra.power_of(atom), algebra.one)
    assert algebra.over(one_less, algebra.minus(root, algebra.one)).key == algebra.plus(root, algebra.one).key


def test_nothing_is_divided_by_zero() -> None:
    algebra = Algebra(Budget())
    with pytest.raises(Valueless):
        algebra.inverse(algebra.zero)


def test_work_is_bounded() -> None:
    algebra = Algebra(Budget(terms=50))
    atoms = (algebra.atom("symbol", (str(n),), names=frozenset(), arrays=frozenset()) for n in count())
    total = algebra.add(algebra.power_of(next(atoms)) for _ in range(12))
    with pytest.raises(OutOfBudget):
        algebra.power(total, 8)
