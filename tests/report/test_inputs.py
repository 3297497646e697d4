"""Simple inputs satisfy the facts, or there are none."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from report.problems import labelled
from sympy import Eq, Gt, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.report.inputs import _scattered, _shares, largest_size, simple_input

k, i, n, K, N, T = symbols("k i n K N T")
z, y, q = map(IndexedBase, ("z", "y", "q"))


def test_a_batch_of_labels_that_add_up_to_one() -> None:
    found = simple_input(sd.load("softmax-cross-entropy-batch").statement)
    assert found is not None
    assert np.shape(found["z"]) == np.shape(found["y"])
    assert np.allclose(np.sum(found["y"], axis=-1), 1)


def test_positive_numbers_where_a_fact_asks_for_them() -> None:
    value = Sum(q[k] * log(q[k]), (k, 1, K))
    found = simple_input(sd.Problem(name="a", value=value, wrt=q[i], given=[Gt(q[k], 0)]).statement)
    assert found is not None
    assert np.all(np.asarray(found["q"]) > 0)


def test_class_numbers_and_what_marks_them() -> None:
    found = simple_input(labelled().statement)
    assert found is not None
    assert np.shape(found["z"]) == (2, 3)
    assert np.array_equal(found["t"], [1, 2])  # as in formulas, from 1 on
    assert np.array_equal(found["y"], np.eye(3)[found["t"] - 1])


def test_the_class_that_a_fact_fixes() -> None:
    c = symbols("c")
    found = simple_input(sd.Problem("a", Sum(y[k] * z[k] ** 2, (k, 1, K)), z[i], None, sd.one_hot(y, c)).statement)
    assert found is not None
    assert np.array_equal(found["y"], np.eye(3)[int(found["c"]) - 1])


def test_a_literal_index_makes_room() -> None:
    found = simple_input(sd.Problem(name="a", value=Sum(z[k], (k, 1, K)) * z[5], wrt=z[i]).statement)
    assert found is not None
    assert len(found["z"]) >= 5


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (3, 3), (2, 2, 3), (6, 5)])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_no_two_rows_are_alike(shape: tuple[int, ...], place: int) -> None:
    for made in (_scattered(list(shape), place) - 0.9, _shares(list(shape))):
        rows = made.reshape(-1, shape[-1])
        assert np.allclose(rows * 100, np.round(rows * 100))
        for a, b in combinations(rows, 2):
            assert abs(a @ b) < 0.9999 * np.linalg.norm(a) * np.linalg.norm(b)
            assert np.ptp(a - b) > 0.05  # a constant difference would give the same softmax


def test_arguments_get_numbers_of_their_own() -> None:
    W, x = map(IndexedBase, ("W", "x"))
    a, b, D = symbols("a b D")
    value = -Sum(y[n, k] * log(exp(Sum(W[k, a] * x[n, a], (a, 1, D)))), (k, 1, K), (n, 1, N))
    given = [Eq(Sum(y[n, k], (k, 1, K)), 1)]
    found = simple_input(sd.Problem(name="a", value=value, wrt=W[i, b], given=given).statement)
    assert found is not None
    assert np.min(found["y"]) >= 0
    assert np.min(found["x"]) < 0
    assert not np.array_equal(np.ravel(found["W"])[:4], np.ravel(found["x"])[:4])


@pytest.mark.parametrize("size", range(1, 51))
def test_shares_are_positive_and_add_up_to_one(size: int) -> None:
    made = _shares([7, size])
    assert np.allclose(made.sum(axis=-1), 1)
    assert np.all(made > 0)


def test_the_value_is_a_number() -> None:
    found = simple_input(sd.Problem(name="a", value=Sum(log(z[k]), (k, 1, K)), wrt=z[i]).statement)
    assert found is not None
    assert np.all(np.asarray(found["z"]) > 0)


def test_the_largest_size_a_problem_fixes() -> None:
    for value, expected in ((Sum(z[k], (k, 1, K)), 1), (Sum(z[k], (k, 1, 77)), 77), (z[78] * Sum(z[k], (k, 1, K)), 78)):
        assert largest_size(sd.Problem(name="a", value=value * z[1], wrt=z[i]).statement) == expected


def test_facts_that_no_candidate_meets() -> None:
    problem = sd.Problem(name="a", value=Sum(z[k] ** 2, (k, 1, K)), wrt=z[i], given=[Eq(Sum(z[k], (k, 1, K)), 77)])
    assert simple_input(problem.statement) is None
