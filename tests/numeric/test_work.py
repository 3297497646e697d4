"""How much a graph computes: the axes of each computation, those that it adds up included, shared ones once."""

from __future__ import annotations

from numeric.problems import JACOBIAN, K, N, P, T, array, i, j, k, made, n, z

from symderiv.numeric.compile import lowered
from symderiv.numeric.function import Output
from symderiv.numeric.graphs.work import work
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.terms import ONE, Symbol, Term, big, delta, exp, neg, plus, quo, times

t, x, W = array("t"), array("x"), array("W")


def cost(term: Term, *axes: Symbol) -> list[int]:
    statement = made(term, (), (P,))
    return work(lowered(statement, (Output("value", term, axes),), default_arguments(statement, (term,))))


def test_axes_are_counted() -> None:
    assert cost(z(k), k) == []
    assert cost(quo(ONE, K)) == []
    assert cost(exp(z(k)), k) == [1]
    assert cost(big(k, K, exp(z(k)))) == [1, 1]
    assert cost(big(k, K, times(W(n, k), x(k))), n) == [2]
    assert cost(big(n, N, times(W(n, k), W(n, j))), j, k) == [3]


def test_sums_by_class_run_over_what_they_add_up() -> None:
    rows = big(n, N, times(delta(k, t(n)), x(n, i, j)))
    assert cost(rows, k, i, j) == [3]
    assert cost(big(i, K, rows), k, j)[0] == 3


def test_what_is_shared_counts_once() -> None:
    assert cost(plus(exp(z(k)), times(exp(z(k)), x(k))), k) == [1, 1, 1]


def test_a_matrix_outweighs_any_number_of_vectors() -> None:
    assert max(cost(JACOBIAN, j, i)) == 2
    assert cost(JACOBIAN, j, i) > 20 * [1]


def test_what_stands_over_a_fraction_bar_or_behind_a_sign_is_summed_apart() -> None:
    matrix = neg(quo(times(x(i), x(j)), T))
    assert max(cost(big(j, K, times(matrix, z(j))), i)) == 1
    assert max(cost(big(j, K, times(quo(times(x(i), x(j)), plus(x(i), x(j))), z(j))), i)) == 2
