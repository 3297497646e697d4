"""Simple inputs satisfy the facts, or there are none."""

from __future__ import annotations

import numpy as np
from sympy import Eq, Gt, IndexedBase, Sum, log, symbols

import symderiv as sd
from symderiv.report.inputs import simple_input

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


def test_a_literal_index_makes_room() -> None:
    found = simple_input(sd.Problem(name="a", value=Sum(z[k], (k, 1, K)) * z[5], wrt=z[i]).statement)
    assert found is not None
    assert len(found["z"]) >= 5


def test_facts_that_no_candidate_meets() -> None:
    problem = sd.Problem(name="a", value=Sum(z[k] ** 2, (k, 1, K)), wrt=z[i], given=[Eq(Sum(z[k], (k, 1, K)), 77)])
    assert simple_input(problem.statement) is None
