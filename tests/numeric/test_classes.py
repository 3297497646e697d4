"""Values at class numbers: put in place and added up, with no mask over all classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import IndexedBase, KroneckerDelta, Sum, exp, log, symbols

import symderiv as sd
from symderiv.numeric.graphs.graph import Graph
from symderiv.numeric.texts.helpers import HELPERS
from symderiv.numeric.texts.text import WIDTH
from symderiv.problem import Problem

K, N, M, D, V, mu = symbols("K N M D V mu")
a, b, c, d, i, j, k, m, n = symbols("a b c d i j k m n")
z, p, t, r, x, u, C, E, W = map(IndexedBase, "zptrxuCEW")
ROWS = {p[n, k]: sd.softmax(z[n, k], k)}
NLL = -Sum(log(p[n, t[n]]), (n, 1, N)) / N
MARGIN = {p[n, k]: sd.softmax(z[n, k] - mu * KroneckerDelta(k, t[n]), k)}
PAIRS = Sum((1 - KroneckerDelta(k, t[n])) * log(1 + exp(1 + z[n, k] - z[n, t[n]])), (k, 1, K), (n, 1, N))
BRIER = Sum((p[n, k] - KroneckerDelta(k, t[n])) ** 2, (k, 1, K), (n, 1, N))
EMBEDDED = {z[n, k]: Sum(W[k, d] * E[t[n], d], (d, 1, D)), p[n, k]: sd.softmax(z[n, k], k)}
# the same with other names: those of helpers in the code, and letters that change their parts
ADD_AT, PICK, CLASS_SUMS = map(IndexedBase, ("add_at", "pick", "class_sums"))
TWIN = {x[n, k]: Sum(PICK[k, i] * ADD_AT[CLASS_SUMS[n], i], (i, 1, D)), p[n, k]: sd.softmax(x[n, k], k, size=N)}
LOSSES = {
    "a class number": Problem("nll", NLL, z[m, i], ROWS),
    "one class": Problem("one", sd.logsumexp(z, k) - Sum(z[k] * KroneckerDelta(k, t[n]), (k, 1, K)), z[i]),
    "a margin at the class": Problem("margin", -Sum(log(p[n, t[n]]), (n, 1, N)), z[m, i], MARGIN),
    "all but the class": Problem("pairs", PAIRS, z[m, i]),
    "all but a literal": Problem("rest", log(Sum(exp(z[k]) * (1 - KroneckerDelta(k, 2)), (k, 1, K))), z[i]),
    "a square": Problem("brier", BRIER, z[m, i], ROWS),
    "centers": Problem("center", Sum((x[n, d] - C[t[n], d]) ** 2, (d, 1, D), (n, 1, N)) / 2, C[a, b]),
    "an embedding": Problem("embedding", -Sum(log(p[n, r[n]]), (n, 1, N)) / N, E[a, b], EMBEDDED),
    "a twin of it": Problem("add_at", -Sum(log(p[k, r[k]]), (k, 1, K)) / K, ADD_AT[k, n], TWIN),
    "labels in two axes": Problem("lookup", Sum(E[t[n, m], b] * x[n, m, b], (n, 1, N), (m, 1, M), (b, 1, D)), E[i, j]),
    "pairs of labels": Problem("table", Sum(E[t[n], r[n]] ** 2, (n, 1, N)), E[i, j]),
}


@pytest.mark.parametrize("problem", LOSSES.values(), ids=LOSSES)
def test_nothing_is_compared_with_every_class(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    original = Graph.make
    monkeypatch.setattr(Graph, "make", lambda self, op, *rest: made.append(op) or original(self, op, *rest))
    source = sd.value_and_grad(problem).source
    assert {"scatter", "class_sums", "pick", "take"} & {*made}
    assert not {"equal", "only", "others", "range"} & {*made}
    assert "==" not in source.split("def ")[-1]


@pytest.mark.parametrize("problem", LOSSES.values(), ids=LOSSES)
def test_the_gradient_is_that_of_the_value(problem: Problem) -> None:
    check = sd.gradcheck(problem)
    assert check.passed, str(check)


@pytest.mark.parametrize("problem", LOSSES.values(), ids=LOSSES)
def test_each_item_of_a_batch_is_computed_as_alone(problem: Problem) -> None:
    f = sd.value_and_grad(problem)
    rng = np.random.default_rng(1)
    sizes = {s.name: 2 + place for place, s in enumerate(problem.statement.scope.sizes)}
    values = []
    for q in f.parameters:
        shape = (5, *(sizes[str(s.name)] for s in q.sizes))  # type: ignore[attr-defined]  # all sizes are letters here
        values.append(rng.integers(0, 2, shape) if q.classes is not None else rng.uniform(0.1, 1, shape))
    value, gradient = f(*values, **{s: sizes[s] for s in f.sizes})
    for at in range(5):
        alone, slope = f(*(v[at] for v in values), **{s: sizes[s] for s in f.sizes})
        np.testing.assert_allclose(value[at], alone, rtol=1e-12)
        np.testing.assert_allclose(gradient[at], slope, rtol=1e-12, atol=1e-15)


def test_a_repeated_class_adds_up_in_the_gradient_of_an_embedding() -> None:
    f = sd.value_and_grad(Problem("mean", Sum(E[t[n], d] * u[n, d], (d, 1, D), (n, 1, N)), E[a, b]))
    weights = np.arange(8.0).reshape(4, 2)
    value, gradient = f(np.ones((3, 2)), np.array([2, 0, 2, 2]), weights)
    assert value == weights.sum()
    assert gradient.tolist() == [[2.0, 3.0], [0.0, 0.0], [10.0, 13.0]]
    for labels in (np.array([[2, 0, 2, 2], [1, 1, 1, 1]]), np.array([2, 0, 2, 2])):
        batch = f(np.ones((2, 3, 2)), labels, weights)[1]
        assert batch.shape == (2, 3, 2)
        assert batch[0].tolist() == gradient.tolist()
    assert batch[1].tolist() == gradient.tolist()


def test_an_embedding_is_looked_up_by_rows() -> None:
    f = sd.lambdify([E, t], 2 * E[t[n], d], axes=(n, d))
    assert "rows(E, t, 1, 1)" in f.source
    table, labels = np.arange(24.0).reshape(2, 4, 3), np.array([[3, 0], [1, 1]])
    assert np.array_equal(f(table[0], labels[0]), 2 * table[0][[3, 0]])
    assert np.array_equal(f(table[0], labels), 2 * table[0][labels])
    assert np.array_equal(f(table, labels[0]), 2 * table[:, [3, 0]])
    assert np.array_equal(f(table, labels), 2 * np.stack([table[0][[3, 0]], table[1][[1, 1]]]))
    one = sd.lambdify([E, c], E[c, d] ** 2, axes=(d,))
    assert np.array_equal(one(table, np.array([1, 2])), np.stack([table[0, 1], table[1, 2]]) ** 2)
    assert np.array_equal(one(table, 3), table[:, 3] ** 2)
    middle = sd.lambdify([u, t], u[m, t[n], d], axes=(m, n, d))
    assert np.array_equal(middle(np.stack([table, table]), labels[0]), np.stack([table, table])[..., [3, 0], :])


def test_an_array_that_something_else_uses_is_not_written_into() -> None:
    shares = {p[n, k]: sd.softmax(z[n, k], k)}
    value = Sum(p[n, k] ** 2 * x[k], (n, 1, N), (k, 1, K))
    f = sd.lambdify(
        [z, x, t], value + Sum((p[n, k] - KroneckerDelta(k, t[n])) ** 2, (n, 1, N), (k, 1, K)), where=shares
    )
    logits, weights, labels = np.array([[0.0, 1.0]]), np.array([2.0, 3.0]), np.array([1])
    soft = np.exp(logits[0]) / np.exp(logits[0]).sum()
    assert f(logits, weights, labels) == pytest.approx((soft**2) @ weights + ((soft - [0, 1]) ** 2).sum(), rel=1e-14)


def test_helpers_fit_the_notes_in_print() -> None:
    assert [line for text in HELPERS.values() for line in text.splitlines() if len(line) > WIDTH] == []


def test_counts_and_sums_of_rows_by_class() -> None:
    count = sd.lambdify([t], Sum(KroneckerDelta(k, t[n]), (n, 1, N)), axes=(k,))
    assert count(np.array([0, 2, 2]), K=4).tolist() == [1.0, 0.0, 2.0, 0.0]
    inverse = sd.lambdify([t], 1 / Sum(KroneckerDelta(k, t[n]), (n, 1, N)), axes=(k,))
    assert inverse(np.array([0, 1, 1, 0]), K=2).tolist() == [0.5, 0.5]
    table = sd.lambdify([t, r], Sum(KroneckerDelta(i, t[n]) * KroneckerDelta(j, r[n]), (n, 1, N)), axes=(i, j))
    found = table(np.array([0, 2, 2, 0]), np.array([1, 1, 0, 1]), **dict.fromkeys(table.sizes, 3))
    assert found.tolist() == [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0]]


def test_second_derivatives_at_the_class() -> None:
    problem = Problem("square", Sum((z[n, k] - KroneckerDelta(k, t[n])) ** 3, (k, 1, K), (n, 1, N)), z[m, i])
    hessian = sd.derive(problem, wrt=[z[m, i], z[a, b]])
    assert sd.gradcheck(hessian).passed
    logits = np.array([[0.5, 2.0], [1.0, 0.0]])
    found = hessian.lambdify()(logits, np.array([1, 1]))
    assert np.allclose(found.reshape(4, 4), np.diag(6 * (logits - [[0, 1], [0, 1]]).ravel()))


def test_the_square_of_a_difference_from_the_label_does_not_cancel() -> None:
    logits = np.array([[40.0, 0.0]])
    value, gradient = sd.value_and_grad(LOSSES["a square"])(logits, np.array([0]))
    other = np.exp(-40.0)
    assert value == pytest.approx(other**2, rel=1e-9)
    assert gradient[0, 1] == pytest.approx(4 * other**2, rel=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arguments_are_left_alone_and_precision_kept(dtype: Any) -> None:
    f = sd.lambdify([z, t], z[n, k] - KroneckerDelta(k, t[n]), axes=(n, k))
    logits = np.ones((2, 3), dtype)
    logits.flags.writeable = False
    labels = np.array([2, 0])
    found = f(logits, labels)
    assert found.dtype == dtype
    assert found.tolist() == [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]
    assert logits.tolist() == [[1.0] * 3] * 2
    turned = sd.lambdify([z, t], z[n, k] - KroneckerDelta(k, t[n]), axes=(k, n))
    assert turned(logits, labels).tolist() == found.T.tolist()
    assert f(np.asfortranarray(logits)[:, ::-1], labels).tolist() == found.tolist()
