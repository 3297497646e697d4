"""1 - p of a softmax for each class: the sums of the others take one pass, in every backend and at every logit."""

from __future__ import annotations

import re

import numpy as np
import pytest

from symderiv.derivation import derive
from symderiv.functions import value_and_grad
from symderiv.problem import Problem

WHERE = "p[n, k] = exp(z[n, k])/sum(exp(z[n, j]), j=1..K)"
VALUE = "-sum(y[n, k]*log(p[n, k]) + (1 - y[n, k])*log(1 - p[n, k]), k=1..K, n=1..N)/N"
LOGITS = np.array([[0.5, -1.0, 2.0, 2.0], [50.0, 3.0, 2.0, 1.0], [1e4, -1e4, 9999.0, 0.0], [0.0, 0.0, -9999.0, 800.0]])
LABELS = np.array([[1.0, 0.0, 0.5, 0.25], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 0.0]])
ROWS = [(x, y) for x in LOGITS for y in LABELS]


def by_hand(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The gradient for one row: p_i w_i - sum(w_k p_k exp(z_i - o_k), k != i) + p_i sum(y) - y_i with w = 1 - y."""
    others = np.array([np.logaddexp.reduce(np.delete(z, k)) for k in range(len(z))])
    p = np.exp(z - np.logaddexp.reduce(z))
    table = p[None, :] * np.exp(np.where(np.eye(len(z)) == 1, -np.inf, z[:, None] - others[None, :]))
    return p * (1 - y) - table @ (1 - y) + p * y.sum() - y


@pytest.mark.parametrize("backend", ["numpy", "numba", "array-api"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_saturated_logits(backend: str) -> None:
    if backend != "numpy":
        pytest.importorskip({"numba": "numba", "array-api": "array_api_compat"}[backend])
    f = value_and_grad(derive(Problem.from_text(VALUE, "z[m, i]", (WHERE,))), backend=backend)
    z, y = (np.stack(many) for many in zip(*ROWS, strict=True))
    value, gradient = f(z, y)
    single, slopes = f(z.astype(np.float32), y.astype(np.float32))
    wanted = np.stack([by_hand(*row) for row in ROWS]) / len(ROWS)
    np.testing.assert_allclose(gradient, wanted, atol=1e-11)
    np.testing.assert_allclose(slopes, wanted, atol=2e-3)
    assert slopes.dtype == np.float32
    assert np.isfinite(value)
    assert single == pytest.approx(value, rel=1e-5)


def test_no_table_of_classes_is_made() -> None:
    f = value_and_grad(derive(Problem.from_text(VALUE, "z[m, i]", (WHERE,))))
    body = f.source.split("def expression")[1]
    assert re.findall(r"\w+_others", body)
    assert "None, :" not in body
    assert "rounds to 0" not in " ".join(body.split())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_two_classes_and_equal_logits() -> None:
    f = value_and_grad(
        derive(Problem.from_text("-sum(k, (1 - y[k])*log(1 - p[k]))", "z[i]", (WHERE.replace("n, ", ""),)))
    )
    value, gradient = f(np.array([1e4, 0.0]), np.array([1.0, 0.0]))
    assert value == 0
    np.testing.assert_array_equal(gradient, [0.0, 0.0])
    value, gradient = f(np.full(4, 1e4), np.zeros(4))
    assert value == pytest.approx(4 * np.log(4 / 3))
    np.testing.assert_allclose(gradient, 0, atol=1e-12)


@pytest.mark.parametrize(
    "value",
    ["sum(k, y[k]/(1 - p[k]))", "sum(k, y[k]*log(1 - p[k])/(1 - p[k]))", "-sum(k, y[k]*sqrt(1 - p[k])*log(p[k]))"],
)
def test_what_has_no_such_form_says_so(value: str) -> None:
    f = value_and_grad(derive(Problem.from_text(value, "z[i]", (WHERE.replace("n, ", ""),))))
    assert "rounds to 0" in " ".join((f.__doc__ or "").split())
