"""Class numbers as arguments: gathered and compared, in batches, checked before they are used."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numeric.brute import evaluate
from sympy import Eq, Gt, IndexedBase, KroneckerDelta, Sum, exp, log, symbols

import symderiv as sd
from symderiv.binders import substitute
from symderiv.doors.sympy import Reader
from symderiv.errors import InputError
from symderiv.numeric.checks.draw import draw
from symderiv.problem import Problem
from symderiv.terms import Symbol, number

K, N, M = symbols("K N M")
c, i, j, k, m, n, b = symbols("c i j k m n b")
z, y, p, t, r, x, w = map(IndexedBase, ("z", "y", "p", "t", "r", "x", "w"))
ROWS = {p[n, k]: sd.softmax(z[n, k], k)}
NLL = Problem("nll", -Sum(log(p[n, t[n]]), (n, 1, N)) / N, z[m, i], ROWS)
SIZES = {"K": 4, "N": 3, "M": 3}
RNG = np.random.default_rng(5)
VALUES: dict[str, Any] = {
    "z": RNG.uniform(0.2, 2.0, (3, 4)),
    "x": RNG.uniform(0.2, 2.0, 4),
    "w": RNG.uniform(0.2, 2.0, (4, 3, 4)),
    "t": np.array([3, 0, 3]),
    "r": np.array([1, 1, 0]),
    "s": np.array([2, 0, 1]),
    "c": 2,
}
s = IndexedBase("s", shape=(N,))
CASES = [
    ("gather", z[n, t[n]], (n,)),
    ("gather, letters apart", z[m, t[n]], (n, m)),
    ("gather along the first axis", w[t[n], m, k], (k, n, m)),
    ("two labels", w[t[n], s[n], r[n]], (n,)),
    ("two labels of two rows", w[t[n], m, r[m]], (n, m)),
    ("a letter twice and a label", w[t[m], m, r[m]], (m,)),
    ("a literal and a label", w[2, m, r[m]], (m,)),
    ("a label of a label", x[t[s[n]]], (n,)),
    ("a label at a literal", z[n, t[2]] * x[t[1]], (n,)),
    ("delta", KroneckerDelta(k, t[n]) * z[n, k], (n, k)),
    ("delta of labels", KroneckerDelta(t[n], r[m]) * x[t[n]], (n, m)),
    ("delta of a label and a literal", KroneckerDelta(t[n], 4) + x[1], (n,)),
    ("sum over a delta", Sum(KroneckerDelta(k, t[n]) * x[k] * z[m, k], (k, 1, K)), (m, n)),
    ("sum over the rows", Sum(KroneckerDelta(k, t[n]) * z[n, k], (n, 1, N)), (k,)),
    ("a row that is its own label", Sum(KroneckerDelta(n, s[n]) * z[n, k], (n, 1, N)), (k,)),
    ("all but the label", Sum((1 - KroneckerDelta(k, t[n])) * z[n, k], (k, 1, K)), (n,)),
    ("poles away from the label", Sum((1 - KroneckerDelta(k, t[1])) / (x[k] - x[t[1]]), (k, 1, K)), ()),
    (
        "a literal beside poles away from the class",
        Sum((1 - KroneckerDelta(k, c)) * (x[1] - KroneckerDelta(k, 3)) / (x[k] - x[c]) ** 2, (k, 1, K)),
        (),
    ),
    (
        "a literal beside poles away from a label at a literal",
        Sum((1 - KroneckerDelta(k, t[2])) * (x[2] - KroneckerDelta(k, 1)) / (x[k] - x[t[2]]) ** 2, (k, 1, K)),
        (),
    ),
    ("pairs", Sum(KroneckerDelta(t[n], t[m]) * z[n, 1] * z[m, 2], (n, 1, N), (m, 1, N)), ()),
    ("log of softmax", log(exp(z[n, t[n]]) / Sum(exp(z[n, k]), (k, 1, K))), (n,)),
    ("one minus softmax", 1 - exp(z[n, t[n]]) / Sum(exp(z[n, k]), (k, 1, K)), (n,)),
    ("a class number", z[n, c] * KroneckerDelta(k, c) + x[k], (n, k)),
    ("a class number alone", log(x[c]), ()),
]


def compiled(expr: Any, axes: Any) -> Any:
    letters = [s.name for s in expr.free_symbols] + [str(u.base) for u in expr.atoms(type(z[n]))]
    names = [name for name in VALUES if name in letters]
    return names, sd.lambdify([IndexedBase(a) if a != "c" else c for a in names], expr, axes=axes)


@pytest.mark.parametrize(("expr", "axes"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_against_brute_force(expr: Any, axes: Any) -> None:
    names, f = compiled(expr, axes)
    term = Reader().term(expr)
    values = {**VALUES, **SIZES}
    sizes = {n: 3, m: 3, k: 4}
    found = f(*(VALUES[name] for name in names), **{size: SIZES[size] for size in f.sizes})
    expected = np.zeros([sizes[a] for a in axes])
    term = substitute(term, {Symbol("c"): number(3)}) if "c" in names else term
    for at in np.ndindex(expected.shape):
        here = {a.name: place + 1 for a, place in zip(axes, at, strict=True)}
        expected[at] = evaluate(term, None, values, here)
    assert np.allclose(found, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("labels", ["each", "shared", "more"])
def test_batches(labels: str) -> None:
    f = sd.value_and_grad(NLL)
    logits = RNG.standard_normal((2, 5, 3, 4))
    classes = RNG.integers(0, 4, {"each": (2, 5, 3), "shared": (3,), "more": (5, 3)}[labels])
    value, gradient = f(logits, classes)
    assert value.shape == (2, 5)
    assert gradient.shape == logits.shape
    every = np.broadcast_to(classes, (2, 5, 3))
    for at in np.ndindex(2, 5):
        one, slope = f(logits[at], every[at])
        assert value[at] == pytest.approx(one)
        assert np.allclose(gradient[at], slope)


def test_a_batch_of_class_numbers() -> None:
    f = sd.lambdify([z, c], z[c] ** 2)
    assert f(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1, 0])).tolist() == [4.0, 9.0]
    assert f(np.array([1.0, 2.0]), 1) == 4.0
    assert f(np.array([1.0, 2.0]), np.array([1, 0, 1])).tolist() == [4.0, 1.0, 4.0]


def test_the_gradient_is_the_textbook_s() -> None:
    logits, classes = RNG.standard_normal((6, 4)), np.array([0, 3, 3, 1, 2, 0])
    value, gradient = sd.value_and_grad(NLL)(logits, classes)
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    assert value == pytest.approx(-np.log(shares[np.arange(6), classes]).mean())
    assert np.allclose(gradient, (shares - np.eye(4)[classes]) / 6)


def test_large_logits_stay_finite() -> None:
    value, gradient = sd.value_and_grad(NLL)(np.array([[1e4, 0.0], [0.0, 1e4]]), np.array([1, 1]))
    assert value == 5000.0
    assert gradient.tolist() == [[0.5, -0.5], [0.0, 0.0]]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_every_kind_of_integer(dtype: Any) -> None:
    f = sd.value_and_grad(NLL)
    assert f(VALUES["z"], VALUES["t"].astype(dtype))[0] == f(VALUES["z"], [3, 0, 3])[0]
    assert f(VALUES["z"].astype(np.float32), VALUES["t"])[1].dtype == np.float32


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([0.0, 1.0, 2.0]), "t holds class numbers, whole numbers from 0 on, not float64"),
        (np.array([True, False, True]), "not bool"),
        (np.array([0, 4, 1]), "the class number 4, but in NumPy they count from 0 to K - 1 = 3"),
        (np.array([0, -1, 1]), "the class number -1"),
        (np.array([0, 255, 1], np.uint8), "the class number 255"),
        (np.array([0, 1]), "N is 3 from"),
        (2, "expected"),
    ],
)
def test_wrong_labels(labels: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sd.value_and_grad(NLL)(VALUES["z"], labels)


def test_a_count_of_classes_takes_their_number() -> None:
    f = sd.lambdify([t], Sum(KroneckerDelta(k, t[n]), (n, 1, N)), axes=(k,))
    assert f(np.array([0, 2, 2]), K=4).tolist() == [1.0, 0.0, 2.0, 0.0]
    with pytest.raises(InputError, match="the class number 2"):
        f(np.array([0, 2, 2]), K=2)


def test_no_rows_and_no_labels() -> None:
    f = sd.lambdify([z, t], z[n, t[n]], axes=(n,))
    assert f(np.zeros((0, 4)), np.zeros(0, int)).shape == (0,)
    assert f(np.zeros((0, 4)), []).shape == (0,)


def test_the_docstring_says_where_class_numbers_start() -> None:
    f = sd.value_and_grad(NLL)
    assert "t (N,): class numbers from 0 to K - 1" in f.__doc__
    assert "Indices and class numbers count from 1 here, from 0 in NumPy." in f.__doc__
    assert "c: class number from 0 to K - 1" in sd.lambdify([z, c], z[c]).__doc__
    assert "class number" not in sd.lambdify([z], z[c]).__doc__


def test_the_class_a_fact_fixes_is_an_argument_and_no_axis() -> None:
    value = -log(p[c]) + Sum(y[k] * p[k], (k, 1, K))
    problem = Problem("both", value, z[i], {p[k]: sd.softmax(z, k)}, sd.one_hot(y[k], c))
    f = sd.value_and_grad(problem)
    assert f.args == ("z", "y", "c")
    loss, gradient = f(np.array([0.0, 0.0]), np.array([0.0, 1.0]), 1)
    assert loss == pytest.approx(np.log(2) + 0.5)
    assert np.allclose(gradient, [0.25, -0.25])
    assert sd.gradcheck(problem).passed


def test_a_free_class_is_an_axis() -> None:
    f = sd.value_and_grad(Problem("each class", -log(p[c]), z[i], {p[k]: sd.softmax(z, k)}))
    value, gradient = f(np.zeros(3))
    assert value.shape == (3,)
    assert np.allclose(gradient, 1 / 3 - np.eye(3))


@pytest.mark.parametrize(
    ("given", "marked"),
    [
        (sd.one_hot(y[n, k], t[n]), lambda d: np.eye(4)[d["t"]]),
        (sd.one_hot(y[n, k], c), lambda d: np.eye(4)[[d["c"]] * 3]),
        (sd.one_hot(y[n, k], 2), lambda d: np.eye(4)[[1] * 3]),
    ],
)
def test_one_hot_labels_are_drawn(given: Any, marked: Any) -> None:
    value = Sum(y[n, k] * z[n, k] ** 2, (k, 1, K), (n, 1, N))
    statement = Problem("marked", value, z[m, i], None, given).statement
    drawn = draw(statement, ("z", "y"), SIZES, np.random.default_rng(0))
    assert np.array_equal(drawn["y"], marked(drawn))


@pytest.mark.parametrize(
    ("value", "wrt", "where", "given"),
    [
        (NLL.value, z[m, i], ROWS, ()),
        (-Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)), z[m, i], ROWS, sd.one_hot(y[n, k], t[n])),
        (-Sum(y[k] * log(x[k]), (k, 1, K)), x[j], None, [sd.one_hot(y[k], c), Gt(x[k], 0)]),
        (Sum(x[n] * z[n, t[n]], (n, 1, N)), x[j], None, Eq(Sum(x[n], (n, 1, N)), 1)),
        (Sum(KroneckerDelta(t[n], t[m]) * x[n] * x[m], (n, 1, N), (m, 1, N)), x[j], None, ()),
        (Sum(sd.stop_gradient(z[n, t[n]]) * z[n, t[n]], (n, 1, N)), z[m, i], None, ()),
        (Sum(w[t[n], r[n], b] ** 2, (n, 1, N), (b, 1, M)), w[i, j, k], None, ()),
    ],
)
def test_gradient_checks_leave_class_numbers_alone(value: Any, wrt: Any, where: Any, given: Any) -> None:
    problem = Problem("checked", value, wrt, where, given)
    check = sd.gradcheck(problem)
    assert check.passed, str(check)
    assert not sd.gradcheck(problem, grad=lambda *values: 1.01 * sd.derive(problem).lambdify()(*values)).passed
