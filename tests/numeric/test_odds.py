"""Products over a complement against brute force: the rewriting changes digits, not values."""

from __future__ import annotations

import numpy as np
import pytest
from numeric.brute import table
from numeric.problems import P_BATCH, K, N, P, compiled, delta, i, j, k, made, minus, n, number, p, power, quo, times, z

from symderiv.terms import ONE, Symbol, Term, big, exp, neg, plus

ONE_MINUS = minus(ONE, p(j))
FIRST = minus(ONE, p(number(1)))
SIGMOID = quo(exp(z(j)), plus(exp(z(j)), exp(z(number(2)))))
PRODUCTS: list[tuple[Term, tuple[Symbol, ...]]] = [
    (quo(p(j), ONE_MINUS), (j,)),
    (neg(quo(number(3), times(number(-2), power(ONE_MINUS, number(2))))), (j,)),
    (quo(times(minus(delta(i, j), p(i)), p(j)), ONE_MINUS), (j, i)),
    (quo(times(minus(p(i), delta(i, j)), p(j)), power(ONE_MINUS, number(2))), (i, j)),
    (quo(times(minus(delta(i, number(1)), p(i)), p(i)), FIRST), (i,)),
    (quo(times(delta(i, j), p(i)), ONE_MINUS), (i, j)),
    (quo(times(minus(delta(i, j), p(i)), minus(delta(i, k), p(k))), ONE_MINUS), (i, j, k)),
    (quo(times(minus(delta(i, j), p(i)), big(k, K, times(delta(i, k), z(k)))), ONE_MINUS), (i, j)),
    (times(power(ONE_MINUS, number(-1)), z(i), minus(ONE, p(i))), (i, j)),
    (quo(SIGMOID, minus(ONE, SIGMOID)), (j,)),
]


@pytest.mark.parametrize("case", PRODUCTS, ids=range(len(PRODUCTS)))
def test_products_over_complements(case: tuple[Term, tuple[Symbol, ...]]) -> None:
    t, axes = case
    statement = made(t, (), (P,))
    row = np.random.default_rng(0).normal(size=4)
    wanted = table(t, axes, (4,) * len(axes), statement, {"z": row, "K": 4})
    assert compiled(statement, (t, axes))(row) == pytest.approx(wanted, rel=1e-12)


def test_products_over_complements_of_rows() -> None:
    t = quo(times(minus(delta(i, j), p(n, i)), p(n, j)), minus(ONE, p(n, j)))
    statement = made(t, (), (P_BATCH,))
    rows = np.random.default_rng(0).normal(size=(2, 3))
    wanted = table(t, (n, j, i), (2, 3, 3), statement, {"z": rows, "K": 3, "N": 2})
    assert compiled(statement, (t, (n, j, i)))(rows) == pytest.approx(wanted, rel=1e-12)
    assert N in statement.scope.sizes
