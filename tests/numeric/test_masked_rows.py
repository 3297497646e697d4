"""Rows with masked classes: done in place like others, in one pass, with the plain form's results at every edge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.numeric.function import NumericFunction
from symderiv.numeric.quick import blocks
from symderiv.numeric.texts.helpers import HELPERS

K, N, i, j, k, m, n = symbols("K N i j k m n")
a, b, q, w, z = map(IndexedBase, "abqwz")
DTYPES = (np.float64, np.float32)
SHAPES = ((10,), (1, 300), (1, 10), (7, 5), (130, 100), (20, 1500))


def flagship() -> sd.Problem:
    return sd.load("softmax-cross-entropy")


def twin() -> sd.Problem:
    """The flagship with other letters, the variable's index the one that its definition sums over."""
    return sd.Problem(
        name="twin",
        where={q[j]: exp(a[j]) / Sum(exp(a[i]), (i, 1, N))},
        value=-Sum(b[i] * log(q[i]), (i, 1, N)),
        wrt=a[j],
        given=[Eq(Sum(b[i], (i, 1, N)), 1, evaluate=False)],
    )


def written_out() -> sd.Problem:
    """Without a softmax by name: a weighted sum of logits beside the log-sum-exp."""
    return sd.Problem(name="out", value=log(Sum(exp(z[k]), (k, 1, K))) - Sum(w[k] * z[k], (k, 1, K)), wrt=z[i])


def rows(shape: tuple[int, ...], dtype: type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits, weights, and which classes are masked: half of them in every row, but never the first."""
    rng = np.random.default_rng(shape[-1])
    logits, weights = 3 * rng.normal(size=shape), rng.random(shape)
    off = rng.random(shape) < 0.5
    off[..., 0] = False
    logits[off] = -np.inf
    weights[off] = 0
    return logits.astype(dtype), (weights / weights.sum(axis=-1, keepdims=True)).astype(dtype), off


def plainly(f: NumericFunction) -> NumericFunction:
    return replace(f, quick=(), kinds={})


def compare(f: NumericFunction, args: tuple[Any, ...]) -> None:
    for _ in range(2):
        for found, want in zip(f(*args), plainly(f)(*args), strict=True):
            tolerance = 60 * np.finfo(want.dtype).eps
            np.testing.assert_allclose(found, want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("make", [flagship, twin, written_out])
def test_masked_rows_take_one_pass(make: Any, dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def watched(plan: Any, some: Any, buffers: Any, steady: bool) -> Any:
        got = plan.form.some(*some, *buffers, steady, **plan.named)
        calls.append((steady, bool(np.all(got[0]))))
        return got, 0, steady

    f = sd.value_and_grad(make())
    logits, weights, off = rows((600, 40), dtype)
    monkeypatch.setattr(blocks.Plan, "_some", watched)
    loss, gradient = f(logits, weights)
    assert calls == [(False, True)]
    assert np.isfinite(loss).all()
    assert not gradient[off].any()
    monkeypatch.undo()
    compare(f, (logits, weights))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("make", [flagship, twin, written_out])
def test_edges_beside_masked_classes(make: Any, shape: tuple[int, ...], dtype: type) -> None:
    f = sd.value_and_grad(make())
    logits, weights, off = rows(shape, dtype)
    compare(f, (logits, weights))
    row = (0,) * (len(shape) - 1)
    masked = (*row, int(np.flatnonzero(off[row])[0]))
    changes = {
        "label at a masked class": (logits, masked, 0.5),
        "tiny label at a masked class": (logits, masked, np.finfo(dtype).smallest_subnormal),
        "negative weight at a masked class": (logits, masked, -0.5),
        "infinite weight at a masked class": (logits, masked, np.inf),
        "nan weight": (logits, masked, np.nan),
    }
    for what, (given, at, weight) in changes.items():
        other = weights.copy()
        other[at] = weight
        compare(f, (given, other))
        if "label" in what:
            loss, gradient = f(given, other)
            assert loss[row] == np.inf, what
            assert np.isfinite(gradient).all(), what
    for value in (np.nan, np.inf, 1e4, -1e4):
        for at in (masked, (*row, 0)):
            other = logits.copy()
            other[at] = value
            compare(f, (other, weights))
    other = logits.copy()
    other[row] = -np.inf
    compare(f, (other, weights))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["kl-divergence", "entropy", "softmax-cross-entropy-batch", "temperature"])
def test_other_losses_with_masked_classes(name: str, dtype: type) -> None:
    f = sd.value_and_grad(sd.load(name))
    for shape in ((10,), (7, 5), (130, 100)):
        logits, weights, _ = rows(shape, dtype)
        if len(f.parameters[0].sizes) > logits.ndim:
            continue
        given = {"z": logits, "T": dtype(2)}
        compare(f, tuple(given.get(p, weights) for p in f.args))


def test_weights_of_zero_take_two_passes_at_most() -> None:
    """In a Kullback-Leibler divergence of sparse labels no row is left to the plain form."""
    f = sd.value_and_grad(sd.load("kl-divergence"))
    logits, weights, _ = rows((600, 40), np.float64)
    (form,) = [q for q in f.quick if q.rows is None]
    plan = form.at((600,), {"K": 40}, np.dtype(float))
    with np.errstate(all="ignore"):
        buffers = [np.empty((600, 40)) for _ in (*form.written, *form.scratch)]
        good, _ = form.some(*(({"z": logits, "q": weights}[p]) for p in f.args), *buffers, True, **plan.named)
    assert np.all(good)


@pytest.mark.parametrize("shape", [(4096, 10), (300, 1000), (2, 50001)], ids=str)
def test_exponentials_that_underflow_are_the_same_bits(shape: tuple[int, int]) -> None:
    space: dict[str, Any] = {"np": np}
    exec(HELPERS["exp_of"], space)
    rng = np.random.default_rng(0)
    for scale in (1, 300, 1e4):
        for share in (0, 0.3):
            x = rng.normal(size=shape) * scale
            x[rng.random(shape) < share] = -np.inf
            x.flat[:4] = np.nan, np.inf, 0, -np.inf
            x.flat[100:400] = np.linspace(-750, -700, 300)
            for dtype in DTYPES:
                given = x.astype(dtype)
                with np.errstate(all="ignore"):
                    wanted = np.exp(given)
                    np.testing.assert_array_equal(space["exp_of"](given, np.empty_like(given)), wanted)
                    np.testing.assert_array_equal(space["exp_of"](given, given), wanted)
