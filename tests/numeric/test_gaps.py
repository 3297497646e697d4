"""Differences of sigmoids and multiples of exponents far from 0: value and gradient against mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from sympy import Expr, diff, exp, lambdify, log, symbols

import symderiv as sd

a, b, c, t = symbols("a b c t", real=True)


def sigmoid(x: Expr) -> Expr:
    return 1 / (1 + exp(-x))


s, r = sigmoid(a), sigmoid(b)
OTHER = sigmoid(c) - sigmoid(t)
FAR = {"a": -1.0, "b": 0.0, "c": 0.0, "t": 750.0}
CASES: list[tuple[Expr, dict[str, float]]] = [
    *((1 / (s - r), {"a": u, "b": v}) for u, v in ((0.0, 50.0), (-50.0, 0.0), (-400.0, 0.0))),
    (log((s - r) * OTHER), FAR),
    (log((s - r) / OTHER), FAR),
    *((exp(2 * a) / (exp(2 * a) + exp(a)), {"a": v}) for v in (-800.0, -400.0)),
    *((exp(-2 * a) / (1 + exp(-a) + exp(b)), {"a": u, "b": v}) for u, v in ((0.0, 750.0), (1.0, 400.0))),
    (exp(a) / (exp(exp(a)) - 1), {"a": 6.0}),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("value", "at"), CASES, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_value_and_gradient_far_from_0(value: Expr, at: dict[str, float], dtype: type) -> None:
    f = sd.value_and_grad(sd.Problem(name="p", value=value, wrt=a))
    found = f(**{name: dtype(v) for name, v in at.items()})
    with mpmath.workdps(800):
        exact = lambdify(symbols(list(at), real=True), [value, diff(value, a)], "mpmath")
        wanted = [float(v) for v in exact(*map(mpmath.mpf, at.values()))]
    rounding = 1e3 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(found, wanted, rtol=rounding, atol=float(np.finfo(dtype).tiny))


def test_a_slope_between_equal_sigmoids() -> None:
    f = sd.value_and_grad(sd.Problem(name="p", value=(s * (1 - s) - r * (1 - r)) / (s - r), wrt=a))
    _, slope = f(a=np.float64(30), b=np.float64(29.9999999))
    assert slope == pytest.approx(-9.357622968838423e-14, rel=1e-12)
