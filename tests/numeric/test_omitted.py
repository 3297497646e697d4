"""Losses that compare each item with all others: the gradient where an item is far from them, in every backend."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symderiv as sd

# a value, the variable, the exponent of item l beside item n, and points
PAIRS = {
    "differences": ("sum(log(sum(exp(h[l] - h[n]), l=1..N, l!=n)), n=1..N)", lambda a, b: a - b, (0.0, 1.0, 40.0)),
    "far differences": ("sum(log(sum(exp(h[l] - h[n]), l=1..N, l!=n)), n=1..N)", lambda a, b: a - b, (0.0, 1.0, 800.0)),
    "products": ("sum(log(sum(exp(h[n]*h[l]), l=1..N, l!=n)), n=1..N)", lambda a, b: a * b, (1.0, 2.0, 7.0)),
    "distances": (
        "sum(log(sum(exp(-(h[n] - h[l])^2), l=1..N, l!=n)), n=1..N)",
        lambda a, b: -((a - b) ** 2),
        (0.0, 30.0, 65.0),
    ),
}
NT_XENT = (
    "sum(sum(R[n,m]*(log(sum(exp(sum(x[n,d]*x[l,d], d=1..D)/T), l=1..N, l!=n)) - sum(x[n,d]*x[m,d], d=1..D)/T), "
    "m=1..N, m!=n), n=1..N)/N"
)
BACKENDS = ("numpy", "numba", "array-api")


def needs(backend: str) -> None:
    if backend != "numpy":
        pytest.importorskip({"numba": "numba", "array-api": "array_api_compat"}[backend])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_item_itself_is_left_out(name: str, backend: str, dtype: type) -> None:
    needs(backend)
    text, exponent, at = PAIRS[name]
    f = sd.value_and_grad(sd.Problem.from_text(text, wrt="h[i]"), backend=backend)

    def value(*h: mpmath.mpf) -> mpmath.mpf:
        return sum(mpmath.log(sum(mpmath.exp(exponent(b, a)) for b in h if b is not a)) for a in h)

    with mpmath.workdps(700):
        points = tuple(map(mpmath.mpf, at))
        wanted = [float(mpmath.diff(value, points, tuple(int(i == k) for k in range(3)))) for i in range(3)]
    found = f(np.array([at, at[::-1]], dtype))[1]
    np.testing.assert_allclose(found, [wanted, wanted[::-1]], rtol=8 * np.finfo(dtype).eps * max(at))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("T", [0.1, 0.05, 0.02])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_contrastive_losses_of_unit_vectors(T: float, backend: str, dtype: type) -> None:
    needs(backend)
    f = sd.value_and_grad(sd.Problem.from_text(NT_XENT, wrt="x[i,j]"), backend=backend)
    x = np.random.default_rng(0).normal(size=(16, 8))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    R = np.eye(16)[np.arange(16) ^ 1]
    s = x @ x.T / T
    np.fill_diagonal(s, -np.inf)
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True) - R
    given = {"x": x.astype(dtype), "R": R.astype(dtype), "T": np.array(T, dtype)}
    wanted = (p + p.T) @ x / (16 * T)
    tolerance = {np.float32: 1e-4, np.float64: 1e-12}[dtype] * np.abs(wanted).max()
    np.testing.assert_allclose(f(*(given[n] for n in f.args))[1], wanted, rtol=0, atol=tolerance)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "text",
    [
        "-sum(sum(P[n,m]*log(exp(sum(x[n,d]*x[m,d], d=1..D))/sum(exp(sum(x[n,d]*x[k,d], d=1..D)), k=1..N, k!=n)), "
        "m=1..N), n=1..N)",
        "sum(sum(P[j,i]*(log(sum(exp(sum(x[l,d]*x[j,d], d=1..D)), l=1..N, l!=j)) - sum(x[j,d]*x[i,d], d=1..D)), "
        "i=1..N), j=1..N)",
    ],
    ids=["one logarithm", "two, other letters"],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_item_itself_is_left_out_of_a_sum_of_several_lines(text: str, backend: str) -> None:
    needs(backend)
    f = sd.value_and_grad(sd.Problem.from_text(text, wrt="x[r,e]"), backend=backend)
    rng = np.random.default_rng(0)
    x, P = rng.normal(size=(6, 64)), rng.random((6, 6))  # each item is nearest to itself, by far
    np.fill_diagonal(P, 0)
    s = x @ x.T
    np.fill_diagonal(s, -np.inf)
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True) * P.sum(axis=1, keepdims=True) - P
    wanted = (p + p.T) @ x
    np.testing.assert_allclose(f(x, P)[1], wanted, rtol=0, atol=1e-12 * np.abs(wanted).max())
