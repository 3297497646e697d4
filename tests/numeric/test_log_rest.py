"""log(1 - p) of a share p: nothing is lost where p is small, nor where it is near 1; in every backend."""

from __future__ import annotations

from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
from numeric.test_array_api import library
from sympy import IndexedBase, Sum, exp, log, symbols

import symderiv as sd

P = "p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)"
# the same by other letters, which clash: j sums outside too, and the size is that of no class
Q = "q[j] = exp(u[j])/sum(exp(u[k]), k=1..J)"
ALL = sd.Problem.from_text("-sum((1 - y[k])*log(1 - p[k]), k=1..K)", "z[i]", (P,))
TWIN = sd.Problem.from_text("-sum((1 - v[j])*log(1 - q[j]), j=1..J)", "u[k]", (Q,))
WRITTEN = sd.Problem.from_text(
    "-sum((1 - y[k])*log(sum(exp(z[j]), j=1..K, j!=k)/sum(exp(z[j]), j=1..K)), k=1..K)", "z[i]"
)
ONE = sd.Problem.from_text("-log(1 - p[1])", "z[i]", (P,))
i, k, m, n, N = symbols("i k m n N")
z, p, t, a, b, d, y = map(IndexedBase, ("z", "p", "t", "a", "b", "d", "y"))
LABEL = sd.Problem("label", -Sum(log(1 - p[n, t[n]]), (n, 1, N)), z[m, i], {p[n, k]: sd.softmax(z[n, k], k)})
THREE = sd.Problem("three", -Sum(y[n] * log(1 - exp(a[n]) / (exp(a[n]) + exp(b[n]) + exp(d[n]))), (n, 1, N)), a[i])
PRECISIONS = [(np.float64, 4e-15), (np.float32, 2e-6)]


@cache
def function(problem: sd.Problem, backend: str = "numpy") -> Any:
    return sd.value_and_grad(problem, backend=backend)


def least(logits: Any) -> list[mpmath.mpf]:
    """log(1 - p) of each class, with enough digits."""
    exact = [mpmath.exp(mpmath.mpf(float(x)) - mpmath.mpf(float(max(logits)))) for x in logits]
    total = mpmath.fsum(exact)
    return [mpmath.log1p(-e / total) if 3 * e < total else _near_1(exact, m, total) for m, e in enumerate(exact)]


def _near_1(exact: list[mpmath.mpf], m: int, total: mpmath.mpf) -> mpmath.mpf:
    rest = mpmath.fsum(exact[:m] + exact[m + 1 :])
    return mpmath.log(rest / total) if rest else -mpmath.inf


def wanted(logits: Any, marked: Any) -> float:
    with mpmath.workdps(50):
        pairs = zip(least(logits), marked, strict=True)
        return float(-mpmath.fsum(u * (1 - mpmath.mpf(float(w))) for u, w in pairs if w != 1))


def drawn(size: int, scale: float, dtype: Any) -> tuple[Any, Any]:
    marked = np.zeros(size, dtype)
    marked[1] = 1
    return (np.random.default_rng(0).normal(size=size) * scale).astype(dtype), marked


@pytest.mark.parametrize("problem", [ALL, TWIN, WRITTEN], ids=["all", "twin", "written"])
@pytest.mark.parametrize(("dtype", "near"), PRECISIONS)
@pytest.mark.parametrize("size", [2, 100, 1000])
@pytest.mark.parametrize("scale", [1, 30, 1e4])
def test_all_classes(problem: sd.Problem, dtype: Any, near: float, size: int, scale: float) -> None:
    logits, marked = drawn(size, scale, dtype)
    value = function(problem)(logits, marked)[0]
    assert value == pytest.approx(wanted(logits, marked), rel=near, abs=0)


@pytest.mark.parametrize("name", ["numba", "torch", "jax"])
@pytest.mark.parametrize(("dtype", "near"), PRECISIONS)
@pytest.mark.parametrize("scale", [1, 1e4])
def test_all_classes_elsewhere(name: str, dtype: Any, near: float, scale: float) -> None:
    logits, marked = drawn(1000, scale, dtype)
    if name == "numba":
        pytest.importorskip("numba")
        value = function(ALL, "numba")(logits, marked)[0]
    else:
        make = library(name)
        value = function(ALL, "array-api")(make(logits), make(marked))[0]
    assert float(value) == pytest.approx(wanted(logits, marked), rel=near, abs=0)


@pytest.mark.parametrize(("dtype", "near"), PRECISIONS)
@pytest.mark.parametrize("first", [1e4, 30.0, 1.0, 0.0, -1.0, -20.0, -60.0])
def test_one_class(dtype: Any, near: float, first: float) -> None:
    logits = np.array([first, 0.3, -0.2, 0.1], dtype)
    with mpmath.workdps(50):
        exact = float(-least(logits)[0])
    assert function(ONE)(logits)[0] == pytest.approx(exact, rel=near, abs=0)
    assert function(LABEL)(np.stack([logits] * 2), np.zeros(2, int))[0] == pytest.approx(2 * exact, rel=near, abs=0)
    f = function(THREE)
    order = {"a": logits[0], "b": logits[1], "d": logits[2], "y": 1}
    with mpmath.workdps(50):
        exact = float(-40 * least(logits[:3])[0])
    assert f(*(np.full(40, order[name], dtype) for name in f.args))[0] == pytest.approx(exact, rel=near, abs=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_ends_of_the_range(dtype: Any) -> None:
    f = function(ALL)
    missing, marked = np.array([0.5, -np.inf, 0.1, -np.inf], dtype), np.array([0, 1, 0, 1], dtype)
    value, gradient = f(missing, marked)
    assert value == pytest.approx(f(missing[::2], marked[::2])[0], rel=1e-6)
    assert np.all(gradient[1::2] == 0)
    with np.errstate(all="ignore"):
        assert np.isnan(f(np.array([np.nan, 1, 2], dtype), np.zeros(3, dtype))[0])


def test_rows_of_a_batch_are_what_each_is_alone() -> None:
    f = function(THREE)
    many = [np.random.default_rng(n).normal(size=(6, 9)) for n in range(len(f.args))]
    for row, value in enumerate(f(*many)[0]):
        assert value == pytest.approx(f(*(x[row] for x in many))[0], rel=1e-14)
