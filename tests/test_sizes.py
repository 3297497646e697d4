"""Where sizes start, by facts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symderiv.errors import InputError
from symderiv.scope import Scope
from symderiv.sizes import least_size, starting
from symderiv.statement import Fact, Relation, state
from symderiv.terms import ONE, ZERO, Entry, Symbol, Term, big, minus, number, plus, power, quo, times

K, N, T, k, i = map(Symbol, ("K", "N", "T", "k", "i"))
SCOPE = Scope(least={K: 1, N: 3})


@pytest.mark.parametrize(
    ("sign", "left", "right", "least"),
    [
        (">=", K, number(2), 2),
        (">", K, ONE, 2),
        (">", K, number(Fraction(5, 2)), 3),
        (">=", K, number(Fraction(5, 2)), 3),
        ("!=", K, ONE, 2),
        ("!=", minus(K, ONE), ZERO, 2),
        (">", minus(K, number(2)), ZERO, 3),
        (">=", plus(number(-1), K), ONE, 2),
        (">", K, ZERO, 1),
    ],
)
def test_bounds_from_below(sign: str, left: Term, right: Term, least: int) -> None:
    assert least_size(sign, left, right, SCOPE) == (K, least)


@pytest.mark.parametrize(
    ("sign", "left", "right"),
    [(">", T, ONE), ("=", T, ONE), (">", ONE, T), (">", K, T), (">=", times(K, K), ONE), ("!=", K, number(3))],
)
def test_relations_that_say_nothing_of_where_a_size_starts(sign: str, left: Term, right: Term) -> None:
    assert least_size(sign, left, right, SCOPE) is None


@pytest.mark.parametrize(
    ("sign", "left", "right", "message"),
    [
        (">=", number(5), K, "bounds from above the size K"),
        (">", number(5), minus(K, ONE), "bounds from above the size K"),
        ("=", K, number(3), "fixes the size K"),
        ("=", number(3), K, "fixes the size K"),
    ],
)
def test_what_narrows_a_size_otherwise_is_refused(sign: str, left: Term, right: Term, message: str) -> None:
    with pytest.raises(InputError, match=f"{message}.*write a number in the place of K"):
        least_size(sign, left, right, SCOPE)


def test_the_largest_bound_counts() -> None:
    many = [(">", K, ONE), (">=", K, number(4)), (">=", N, number(2))]
    assert starting(SCOPE, many).least == {K: 4, N: 3}


def test_a_statement_starts_its_sizes_there_and_knows_why() -> None:
    given = Relation(">", K, number(2))
    z = Entry("z", (k,))
    value = quo(big(k, K, power(z, number(2))), minus(K, ONE))
    statement = state("variance", value, (Entry("z", (i,)),), (), (Fact(given),), {})
    assert statement.scope.least[K] == 3
    assert statement.at_least(2, K) == (given,)
    assert statement.at_least(4, K) is None
    literal = state("third", times(value, Entry("z", (number(3),))), (Entry("z", (i,)),), (), (), {})
    assert literal.at_least(3, K) == ()
