"""Losses as textbooks spell them, value and gradient, where the literal formula overflows, against ball arithmetic."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from flint import arb
from numeric.exact import exact
from numeric.textbook import LOSSES, Loss

from symderiv.derivation import derive
from symderiv.functions import value_and_grad
from symderiv.problem import Problem

POINTS = [
    (0.0, 0.0, 0.0),
    (1.0, -1.0, 0.5),
    (30.0, -30.0, 1.0),
    (-800.0, 800.0, 0.0),
    (1e4, -1e4, 0.0),
    (0.0, -9999.0, 1.0),
]
BOUND = 16  # in units of eps


def inputs(loss: Loss) -> Iterator[dict[str, np.ndarray]]:
    """Arguments that are the same numbers in both precisions."""
    for n, z in enumerate(POINTS):
        found = {"K": np.array(3), **{name: np.array(value) for name, value in loss.scalars}}
        variable = loss.wrt.split("[")[0]
        found[variable] = np.array(z) if variable == "z" else np.array(z[0] / 512)
        for row in loss.y[n % 2 :: 2] or loss.y or (None,):
            yield found if row is None else {**found, "y": np.array(row)}


def rounded(ball: arb) -> float:
    assert ball.is_finite()
    assert float(ball.rad()) <= 1e-30 * max(1.0, abs(float(ball.mid())))
    return float(ball.mid())


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_value_and_gradient(loss: Loss) -> None:
    problem = Problem.from_text(loss.value, loss.wrt, loss.where)
    f = value_and_grad(derive(problem))
    variable = loss.wrt.split("[")[0]
    for arguments in inputs(loss):
        point = arguments[variable]
        bits = 300 + 5 * int(np.max(np.abs(point)))
        ball, balls = exact(problem.statement, arguments, variable, bits)
        value, gradient = rounded(ball), np.reshape([rounded(b) for b in balls], point.shape)
        scale = max(1.0, abs(value) + float(np.sum(np.abs(gradient * point))))
        scale += float(np.max(np.abs(point))) if loss.adds_logits else 0.0
        for dtype in (np.float64, np.float32):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                loud, slopes = f(*(arguments[name].astype(dtype) for name in f.args))
            tolerance = BOUND * float(np.finfo(dtype).eps) * scale
            assert abs(loud - value) <= tolerance, (arguments, dtype)
            assert np.max(np.abs(slopes - gradient)) <= tolerance * max(1.0, np.max(np.abs(gradient))), (
                arguments,
                dtype,
            )


@pytest.mark.parametrize(
    ("value", "said"), [("(1 - p[k])^(1/2)", True), ("1/(1 - p[k])", True), ("p[k]^2", False), ("(1 - p[k])^2", False)]
)
def test_what_has_no_stable_form_is_said(value: str, said: bool) -> None:
    problem = Problem.from_text(f"-sum(k, y[k]*{value}*log(p[k]))", "z[i]", "p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)")
    assert ("rounds to 0" in " ".join((value_and_grad(derive(problem)).__doc__ or "").split())) is said


EDGES = (
    "softmax ce",
    "softmax ce, picked first",
    "softmax ce, inverse",
    "softmax ce, log-sum-exp",
    "focal, 2",
    "every class against the others",
    "generalised ce",
    "mean absolute error",
    "Brier",
    "entropy",
    "poly loss",
    "Bhattacharyya",
    "Renyi",
    "marginal likelihood",
    "weighted log-sum-exp",
    "attention",
)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", EDGES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rows_at_the_edge(name: str, dtype: type) -> None:
    loss = LOSSES[name]
    f = value_and_grad(derive(Problem.from_text(loss.value, loss.wrt, loss.where)))
    inf, nan = np.inf, np.nan
    rows = np.array([[0, -inf, 0], [nan, 0, 0], [-inf, -inf, -inf], [inf, 0, 0], [0, 1, 2]], dtype)
    masked = {"z": rows, "y": np.array([[0.5, 0, 0.5]] * 5, dtype)}
    two = {"z": np.zeros(2, dtype), "y": np.full(2, 0.5, dtype)}
    scalars = {n: dtype(value) for n, value in loss.scalars}
    value, gradient = f(*({**masked, **scalars}[n] for n in f.args))
    alone, slopes = f(*({**two, **scalars}[n] for n in f.args))
    eps = float(np.finfo(dtype).eps)
    assert value[0] == pytest.approx(alone, abs=4 * eps)
    np.testing.assert_allclose(gradient[0], [slopes[0], 0, slopes[1]], atol=4 * eps)
    assert np.all(np.isnan(value[1:3]))
    assert np.all(np.isnan(gradient[1:4]))
    assert np.isfinite(value[4])
    assert np.all(np.isfinite(gradient[4]))


MASKED = {
    "log-sum-exp": "log(sum(exp(z[k]), k=1..K)) - sum(k, y[k]*z[k])",
    "smoothed": "log(sum(exp(z[k]), k=1..K)) - sum(k, (y[k] - y[k]^2/4)*z[k])",
    "temperature": "log(sum(exp(z[k]/T), k=1..K)) - sum(k, y[k]*z[k]/T)",
    "signs": "log(sum(exp(-z[m]), m=1..K)) + sum(i, z[i]*y[i])",
    "rates": "sum(k, exp(z[k]) - y[k]*z[k])",
}


@pytest.mark.parametrize("backend", ["numpy", "numba", "array-api"])
@pytest.mark.parametrize("value", MASKED.values(), ids=MASKED.keys())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_masked_logit_with_weight_0_adds_nothing(value: str, backend: str) -> None:
    if backend != "numpy":
        pytest.importorskip({"numba": "numba", "array-api": "array_api_compat"}[backend])
    f = value_and_grad(derive(Problem.from_text(value, "z[l]")), backend=backend)
    mask = np.inf if "exp(-" in value else -np.inf
    given = {
        "z": np.array([[0.5, mask, 1.5], [0.5, 2.0, 1.5]]),
        "y": np.array([[0.25, 0, 0.75]] * 2),
        "T": np.array(2.0),
    }
    short = {"z": np.array([0.5, 1.5]), "y": np.array([0.25, 0.75]), "T": np.array(2.0)}
    found, slopes = f(*(given[name] for name in f.args))
    wanted, others = f(*(short[name] for name in f.args))
    assert found[0] == pytest.approx(wanted, rel=1e-14)
    np.testing.assert_allclose(slopes[0], [others[0], 0, others[1]], rtol=1e-14)
    assert np.all(np.isfinite(slopes[1]))


def test_products_in_an_exponent_stay_products_of_matrices() -> None:
    problem = Problem.from_text(
        "sum(n, log(sum(exp(sum(W[d, k]*x[n, d], d=1..D)), k=1..K)) - W[1, 1]*x[n, 1])", "W[a, b]"
    )
    assert "times_log" not in value_and_grad(derive(problem)).source
