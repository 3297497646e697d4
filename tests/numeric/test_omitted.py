"""Losses that compare each item with all others: the gradient where an item is far from them, in every backend."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
from numeric.rounded import Unknown, value_and_gradient
from numeric.test_random_losses import lengths

import symderiv as sd
from symderiv.numeric.function import NumericFunction

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
# a value and the variable, with masks P and Q and weights y
MASKED = {
    "supcon": ("sum(sum(P[i,p]*log(exp(s[i,p])/sum(exp(s[i,a]), a=1..N, a!=i)), p=1..N, p!=i), i=1..N)", "s[m,n]"),
    "supcon, inside": (
        "-sum(log(sum(P[i,p]*exp(h[i]*h[p]), p=1..N, p!=i)/sum(exp(h[i]*h[a]), a=1..N, a!=i)), i=1..N)",
        "h[m]",
    ),
    "pairs": (
        "sum(sum(P[i,p]*log(exp(s[i,p])/(exp(s[i,p]) + sum(Q[i,a]*exp(s[i,a]), a=1..N, a!=i))), p=1..N, p!=i), i=1..N)",
        "s[m,n]",
    ),
    "pairs of products": (
        "sum(sum(P[i,p]*log(exp(h[i]*h[p])/(exp(h[i]*h[p]) + sum(Q[i,a]*exp(h[i]*h[a]), a=1..N, a!=i))), "
        "p=1..N, p!=i), i=1..N)",
        "h[m]",
    ),
    "neighbours": ("sum(sum(P[i,p]*exp(s[i,p])/sum(exp(s[i,a]), a=1..N, a!=i), p=1..N, p!=i), i=1..N)", "s[m,n]"),
    "neighbours, renamed": (
        "sum(sum(Q[n,i]*exp(h[n,i])/sum(exp(h[n,m]), m=1..K, m!=n), i=1..K, i!=n), n=1..K)",
        "h[i,m]",
    ),
    "squares": (
        "sum(sum(P[i,p]*(exp(s[i,p])/sum(exp(s[i,a]), a=1..N, a!=i))^2, p=1..N, p!=i), i=1..N)",
        "s[m,n]",
    ),
    "one sum for all": (
        "sum(sum(P[i,p]*log(exp(-(h[i]-h[p])^2)/sum(sum(exp(-(h[b]-h[a])^2), a=1..N, a!=b), b=1..N)), "
        "p=1..N, p!=i), i=1..N)",
        "h[m]",
    ),
    "masked entropy": (
        "-sum(q[k]*exp(s[k])/sum(q[j]*exp(s[j]), j=1..K)*log(exp(s[k])/sum(q[j]*exp(s[j]), j=1..K)), k=1..K)",
        "s[i]",
    ),
    "masked others": ("sum(y[k]*log(sum(q[j]*exp(s[j]), j=1..K, j!=k)/sum(exp(s[j]), j=1..K)), k=1..K)", "s[i]"),
}
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


def masked_points(f: NumericFunction) -> Iterator[dict[str, Any]]:
    """Logits (h: factors of them) up to 10000, all of a size or one or a diagonal far from the rest; random masks."""
    rng = np.random.default_rng(1)
    for size in (1.0, 30.0, 1e3, 1e4):
        for kind in ("all", "one", "diagonal"):
            found: dict[str, Any] = {}
            for q in f.parameters:
                shape = (3,) * len(q.sizes)
                x, at = rng.normal(size=shape), rng.integers(3, size=len(shape))
                if q.name in "sh":
                    great = size if q.name == "s" or len(shape) == 2 else size**0.5
                    where = {"all": ..., "one": tuple(at), "diagonal": (range(3),) * len(shape)}[kind]
                    x[where] = great * np.clip(x[where], -1, 1)
                else:
                    x = (x > 0).astype(float)
                    x[(range(3), (1, 2, 0)) if len(shape) == 2 else tuple(at)] = 1  # one beside the diagonal
                found[q.name] = x.astype(np.float32)
            yield found


@pytest.mark.parametrize(
    ("name", "backend"),
    [*product(MASKED, ("numpy", "array-api")), ("neighbours", "numba"), ("masked entropy", "numba")],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_masks_in_masks(name: str, backend: str) -> None:
    """Within the rounding errors of the value as it is written, differentiated forwards; the derived text has none."""
    needs(backend)
    text, variable = MASKED[name]
    derivation = sd.derive(sd.Problem.from_text(text, wrt=variable))
    f, count = sd.value_and_grad(derivation, backend=backend), 0
    for values in masked_points(f):
        try:
            exact = value_and_gradient(derivation, {**values, **lengths(f, values)}, as_derived=False)
        except Unknown:
            continue
        count += 1
        for dtype in (np.float64, np.float32):
            excused = 100 * float(np.finfo(dtype).eps / np.finfo(float).eps)
            for one, wanted in zip(f(**{n: x.astype(dtype) for n, x in values.items()}), exact, strict=True):
                sizes = np.reshape([float(u.value.mid()) for u in wanted.entries], np.shape(one))
                # a float32 has no such numbers
                seen = np.where((np.abs(sizes) < 1e-30) & (np.abs(one) < 1e-30), sizes, one)
                assert wanted.off(seen) < excused, f"{dtype.__name__} at {values}: {one}, wanted {sizes}"
    assert count > 6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["products", "distances"])
def test_products_with_the_hessian(name: str, dtype: type) -> None:
    """The own summands of several sums are left out together."""
    text, exponent, at = PAIRS[name]
    product_of = sd.hvp(sd.Problem.from_text(text, wrt="h[i]"))

    def value(*h: mpmath.mpf) -> mpmath.mpf:
        return sum(mpmath.log(sum(mpmath.exp(exponent(b, a)) for b in h if b is not a)) for a in h)

    with mpmath.workdps(300):
        order = [[tuple((i == m) + (j == m) for m in range(3)) for j in range(3)] for i in range(3)]
        hessian = [[float(mpmath.diff(value, tuple(map(mpmath.mpf, at)), n)) for n in row] for row in order]
    vector = np.array([0.5, -1, 0.25])
    found = product_of(np.array(at, dtype), vector.astype(dtype))
    np.testing.assert_allclose(found, hessian @ vector, rtol=0, atol=64 * np.finfo(dtype).eps * max(at))
