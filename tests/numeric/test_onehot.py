"""One-hot labels as class numbers: the code holds no one-hot array, and either form is accepted and checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.engine.derive import result_axes
from symderiv.errors import InputError
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import Output
from symderiv.numeric.graphs.graph import Graph
from symderiv.problem import Problem

K, N, D, eps, mu = symbols("K N D eps mu")
a, b, c, d, i, j, k, m, n = symbols("a b c d i j k m n")
z, y, p, t, x, W, pick = map(IndexedBase, ("z", "y", "p", "t", "x", "W", "pick"))
ROWS = {p[n, k]: sd.softmax(z[n, k], k)}
MARKED = sd.one_hot(y[n, k], t[n])
LINEAR = {z[n, k]: Sum(W[k, d] * x[n, d], (d, 1, D)), p[n, k]: sd.softmax(z[n, k], k)}
SMOOTH = -Sum(((1 - eps) * y[n, k] + eps / K) * log(p[n, k]), (k, 1, K), (n, 1, N))
MARGIN = {p[n, k]: sd.softmax(z[n, k] - mu * y[n, k], k)}
PROBLEMS = {
    "one sample": sd.load("softmax-cross-entropy-one-hot"),
    "a batch": Problem("batch", -Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)) / N, z[m, i], ROWS, MARKED),
    "Brier": Problem("brier", Sum((p[n, k] - y[n, k]) ** 2, (k, 1, K), (n, 1, N)), z[m, i], ROWS, MARKED),
    "smoothed": Problem("smooth", SMOOTH, z[m, i], ROWS, MARKED),
    "margin": Problem("margin", -Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)), z[m, i], MARGIN, MARKED),
    "hinge": Problem("pairs", Sum((1 - y[n, k]) * log(1 + exp(z[n, k])), (k, 1, K), (n, 1, N)), z[m, i], None, MARKED),
    "a linear layer": Problem("linear", -Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)), W[a, b], LINEAR, MARKED),
    "one class for all rows": Problem(
        "same", Sum(y[n, k] * z[n, k] ** 2, (k, 1, K), (n, 1, N)), z[m, i], None, [sd.one_hot(y[n, k], c)]
    ),
    "a literal class": Problem(
        "two", -Sum(y[k] * log(p[k]), (k, 1, K)), z[i], {p[k]: sd.softmax(z, k)}, [sd.one_hot(y[k], 2)]
    ),
    # other names and letters that clash: of a helper in the code, and n and k with each other's parts
    "a twin": Problem(
        "add_at",
        -Sum(pick[k, n] * log(x[k, n]), (n, 1, N), (k, 1, K)),
        t[k, n],
        {x[n, k]: sd.softmax(t[n, k], k, size=N)},
        sd.one_hot(pick[n, k], z[n]),
    ),
}


def drawn(f: Any, problem: Problem, rng: np.random.Generator, front: tuple[int, ...] = ()) -> dict[str, Any]:
    """Arguments, one-hot ones as class numbers."""
    sizes = {s.name: 2 + place for place, s in enumerate(problem.statement.scope.sizes)}
    found: dict[str, Any] = {}
    for q in f.parameters:
        shape = (*front, *(sizes[s.name] for s in q.sizes))
        found[q.name] = (
            rng.uniform(0.1, 1, shape) if q.classes is None else rng.integers(0, sizes[q.classes.name], shape)
        )
    return found


def dense(f: Any, values: dict[str, Any], problem: Problem) -> dict[str, Any]:
    sizes = {s.name: 2 + place for place, s in enumerate(problem.statement.scope.sizes)}
    found = dict(values)
    for q in f.parameters:
        if q.axis is not None:
            marked = np.eye(sizes[q.classes.name])[values[q.name]]
            found[q.name] = np.moveaxis(marked, -1, q.axis - len(q.sizes) - 1)
    return found


@pytest.mark.parametrize("front", [(), (3,), (2, 2)])
@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_class_numbers_and_one_hot_arrays_mean_the_same(problem: Problem, front: tuple[int, ...]) -> None:
    f = sd.value_and_grad(problem)
    values = drawn(f, problem, np.random.default_rng(3), front)
    assert any(q.axis is not None for q in f.parameters)
    whole = dense(f, values, problem)
    statement, found = problem.statement, sd.derive(problem)
    outputs = (Output("value", statement.value, ()), Output("gradient", found.trace.result, result_axes(statement)))
    plain = compile_function("plain", statement, outputs)
    for one, other, third in zip(f(**values), f(**whole), plain(**whole), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_allclose(one, third, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_the_code_holds_no_mask_over_the_classes(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    original = Graph.make
    monkeypatch.setattr(Graph, "make", lambda self, op, *rest: made.append(op) or original(self, op, *rest))
    body = sd.value_and_grad(problem).source.split("def ")[-1]
    assert not {"equal", "only", "others", "range"} & {*made}
    assert "==" not in body


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_gradient_checks_pass(problem: Problem) -> None:
    check = sd.gradcheck(problem)
    assert check.passed, str(check)


def test_one_s_own_gradient_is_checked_with_the_label_as_the_array_it_is() -> None:
    shares = lambda z: np.exp(z) / np.exp(z).sum()  # noqa: E731  # one line of a user
    assert sd.gradcheck(PROBLEMS["one sample"], grad=lambda z, y: shares(z) - y).passed
    assert not sd.gradcheck(PROBLEMS["one sample"], grad=lambda z, y: shares(z) - 1).passed


LOGITS = np.array([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("logits", "label", "message"),
    [
        (LOGITS, 3, r"y holds the class number 3, but in NumPy they count from 0 to K - 1 = 2"),
        (LOGITS, -1, "y holds the class number -1"),
        (LOGITS, 1.0, r"y holds class numbers, whole numbers from 0 on, not float64; .* a one-hot array with \.argmax"),
        (LOGITS, True, "y holds class numbers, whole numbers from 0 on, not bool"),
        (LOGITS, [0.0, 0.5, 0.5], r"y of shape \(3,\) is given to be one-hot, .* for shares leave the fact one_hot"),
        (LOGITS, [0.0, 0.0, 0.0], "is given to be one-hot"),
        (LOGITS, [0.0, np.nan, 0.0], "is given to be one-hot"),
        (LOGITS, [0.0, 1.0], r"K is 3 from z of shape \(3,\), .* but 2 from y of shape \(2,\)"),
        (LOGITS, [0, 1, 0], "may be class numbers of a batch or a one-hot array: .* as floats"),
        (np.ones((2, 2)), np.eye(2, dtype=int), "may be class numbers of a batch or a one-hot array"),
        (np.ones((2, 3)), [0, 1, 2], "batch axes in front do not fit"),
        (LOGITS, [[0.0, 1.0], [1.0]], "y is no array"),
        (LOGITS, "cat", "y holds class numbers"),
    ],
)
def test_wrong_labels(logits: Any, label: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sd.value_and_grad(PROBLEMS["one sample"])(logits, label)


def test_labels_and_precision() -> None:
    f = sd.value_and_grad(PROBLEMS["one sample"])
    for dtype in (np.float16, np.float32, np.float64):
        value, gradient = f(LOGITS.astype(dtype), np.uint8(2))
        assert value.dtype == gradient.dtype == dtype
        assert f(LOGITS.astype(dtype), np.eye(3, dtype=dtype)[2])[0] == value
    # two classes, two items: whole numbers are class numbers
    assert f(np.array([[0.0, 9.0], [0.0, 9.0]]), [0, 1])[0] == pytest.approx(np.logaddexp(0, [9.0, -9.0]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_infinite_logits(dtype: Any) -> None:
    f = sd.value_and_grad(PROBLEMS["a batch"])
    rows = np.array([[0.0, 0.0], [-np.inf, 0.0], [np.inf, 0.0], [1e4, -1e4]], dtype)
    value, gradient = (np.stack(u) for u in zip(*(f(row[None], np.array([1])) for row in rows), strict=True))
    assert value[1] == 0.0
    assert value[3] == 2e4
    assert np.isnan(value[2])
    assert gradient[[0, 1, 3], 0].tolist() == [[0.5, -0.5], [0.0, 0.0], [1.0, -1.0]]
    assert np.all(np.isnan(gradient[2, 0, :1]))
    value, gradient = f(rows[1:2], np.array([0]))
    assert (value, gradient.tolist()) == (np.inf, [[-1.0, 1.0]])


def test_a_label_that_the_problem_differentiates_or_nobody_sizes_stays_an_array() -> None:
    by_label = Problem("by y", Sum(y[k] * z[k], (k, 1, K)), y[i], None, sd.one_hot(y[k], c))
    f = sd.value_and_grad(by_label)
    assert f(np.array([0.0, 1.0]), np.array([3.0, 4.0]))[1].tolist() == [3.0, 4.0]
    alone = sd.lambdify([y, mu], mu * Sum(y[k] / K, (k, 1, K)), given=[sd.one_hot(y[k], c)])
    assert alone(np.array([0.0, 1.0]), 3.0) == 1.5
    with pytest.raises(InputError, match="expected"):
        alone(1, 3.0)


def test_lambdify_takes_class_numbers_too() -> None:
    f = sd.lambdify([z, y], Sum(y[n, k] * z[n, k], (k, 1, K)), given=[MARKED], axes=(n,))
    values = np.arange(6.0).reshape(2, 3)
    assert f(values, [2, 0]).tolist() == f(values, np.eye(3)[[2, 0]]).tolist() == [2.0, 3.0]
    assert "y (N,): class numbers of the one-hot y (N, K), from 0 to K - 1" in f.__doc__
