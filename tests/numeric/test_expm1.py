"""exp(a) - 1, its logarithm and its reciprocal, near 0 and far from it, in every backend, against mpmath."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from sympy import Expr, IndexedBase, exp, log, symbols

import symderiv as sd

Number = mpmath.mpf
POINTS = (-1e4, -800.0, -90.0, -41.0, -39.0, -1.0, -0.71, -0.69, -1e-3, -1e-9)
BOTH = (*POINTS, 0.5, 1e-9, 1e-3, 2.0, 90.0, 800.0, 1e4)


def one_less(x: Number) -> Number:
    return -mpmath.expm1(-mpmath.exp(x))


x = IndexedBase("x")[symbols("k")]
# an expression, what it is, and where it is looked at
FUNCTIONS: dict[Expr, tuple[Callable[[Number], Number], tuple[float, ...]]] = {
    exp(x) - 1: (mpmath.expm1, POINTS),
    1 - exp(x): (lambda t: -mpmath.expm1(t), POINTS),
    log(1 - exp(x)): (lambda t: mpmath.log(-mpmath.expm1(t)), POINTS),
    log(exp(-x) - 1): (lambda t: mpmath.log(mpmath.expm1(-t)), POINTS),
    log(1 - exp(-exp(x))): (lambda t: mpmath.log(one_less(t)), (*POINTS, 0.0, 2.0, 5.0, 800.0, 1e4)),
    exp(x) / (1 - exp(-exp(x))): (lambda t: mpmath.exp(t) / one_less(t), (*POINTS, 0.0, 2.0, 5.0)),
    exp(x) / (exp(exp(x)) - 1): (lambda t: mpmath.exp(t) / mpmath.expm1(mpmath.exp(t)), BOTH),
    exp(x) / (1 - exp(x)): (lambda t: 1 / mpmath.expm1(-t), BOTH),
    1 / (exp(x) - 1): (lambda t: 1 / mpmath.expm1(t), BOTH),
}
BACKENDS = ("numpy", "numba", "array-api")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("expression", FUNCTIONS, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_digits_are_lost(expression: Expr, backend: str, dtype: type) -> None:
    if backend != "numpy":
        pytest.importorskip({"numba": "numba", "array-api": "array_api_compat"}[backend])
    exact, points = FUNCTIONS[expression]
    at = np.array(points, dtype)
    f = sd.lambdify([x.base], expression, backend=backend)
    with mpmath.workdps(60):
        wanted = np.array([float(exact(mpmath.mpf(float(v)))) for v in at])
    eps, tiny = float(np.finfo(dtype).eps), float(np.finfo(dtype).tiny)
    wanted = np.where(np.abs(wanted) > np.finfo(dtype).max, np.inf * np.sign(wanted), wanted)
    np.testing.assert_allclose(f(at), wanted, rtol=6 * eps, atol=eps if expression.func is log else tiny)
