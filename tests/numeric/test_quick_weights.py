"""Quick forms of weighted sums of exponentials: against the plain form, and what they decline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric.test_weights import LOGITS, PROBLEMS
from sympy import IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.numeric.function import NumericFunction
from symderiv.numeric.quick.at_once import AtOnce

FUNCTIONS = {(name, make): getattr(sd, make)(p) for name, p in PROBLEMS.items() for make in ("value_and_grad", "hvp")}
SHARED = ("cox", "clash", "mean")


def refused(*_: Any, **__: Any) -> Any:
    raise AssertionError("the plain form was asked")


def alone(f: NumericFunction, quick: bool) -> NumericFunction:
    """The function without one of its two forms."""
    return replace(f, body=refused, kinds={}) if quick else replace(f, quick=(), kinds={})


def arguments(f: NumericFunction, name: str, rng: np.random.Generator, dtype: type) -> dict[str, Any]:
    """Random arguments: logits of any size and offset, weights over many powers of ten, some of them 0."""
    size, rows = int(rng.choice((1, 2, 5, 40))), int(rng.integers(1, 6))
    found = {}
    for p in f.parameters:
        shape = tuple(rows if str(getattr(s, "name", s)) in ("N", "m") else size for s in p.sizes)
        drawn = rng.normal(size=shape)
        if p.name == LOGITS.get(name, "z") or p.name in ("h", "x"):
            drawn = drawn * rng.choice((0.1, 1, 5, 30)) + rng.choice((0, 0, 20, -20, 60))
        elif p.name in ("w", "R") or (name, p.name) in (("shared", "y"), ("clash", "i")):
            drawn = np.exp(drawn * rng.choice((0, 1, 10))) * (rng.random(shape) > rng.choice((0, 0.3, 0.9)))
        else:
            drawn = abs(drawn) * (rng.random(shape) > 0.2)
        found[p.name] = drawn.astype(dtype)
    return found


def check(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for (name, make), f in FUNCTIONS.items():
        dtype = (np.float64, np.float32)[rng.integers(2)]
        values = arguments(f, name, rng, dtype)
        found, wanted = (g(**values) for g in (f.listed(), alone(f, False).listed()))
        for a, b in zip(found, wanted, strict=True):
            what = f"seed {seed}, {make} of {name}"
            assert (a.shape, a.dtype) == (b.shape, b.dtype), what
            size = float(np.max(np.abs(b), where=np.isfinite(b), initial=1.0))
            np.testing.assert_allclose(a, b, rtol=0, atol=200 * np.finfo(dtype).eps * size, err_msg=what)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
@pytest.mark.filterwarnings("error")
def test_as_the_plain_form_at_any_size_of_logits_and_weights(seed: int) -> None:
    check(seed)


@pytest.mark.parametrize("key", FUNCTIONS, ids=" ".join)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_ordinary_rows_need_no_plain_form(key: tuple[str, str], dtype: type) -> None:
    f, rng = FUNCTIONS[key], np.random.default_rng(1)
    sizes = {"N": 4, "m": 4}
    values = {
        p.name: abs(rng.normal(size=[sizes.get(str(getattr(s, "name", s)), 6) for s in p.sizes])).astype(dtype)
        for p in f.parameters
    }
    alone(f, True)(**values)


@pytest.mark.parametrize("name", SHARED)
def test_rows_that_share_logits_are_products_with_the_matrix(name: str) -> None:
    for make in ("value_and_grad", "hvp"):
        f = FUNCTIONS[name, make]
        assert [type(q) for q in f.quick] == [AtOnce]
        assert f.schedule.count("np.exp(") == 1


def cox(n: int = 5) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {"h": rng.normal(size=n), "d": np.ones(n), "R": np.tril(np.ones((n, n)))}


@pytest.mark.parametrize("low", [-14.0, -1e4, -np.inf, np.nan])
def test_logits_too_far_apart_for_one_shift_are_declined(low: float) -> None:
    """A row may have nothing but logits that are far below the greatest of all."""
    values = cox()
    values["h"][0] = values["h"].max() + low
    f = FUNCTIONS["cox", "value_and_grad"]
    with pytest.raises(AssertionError, match="plain form was asked"):
        alone(f, True)(**values)
    for a, b in zip(f(**values), alone(f, False)(**values), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_padded_row_is_no_reason_to_decline() -> None:
    values = cox()
    values["d"][2], values["R"][2] = 0, 0
    f = FUNCTIONS["cox", "value_and_grad"]
    for a, b in zip(alone(f, True)(**values), alone(f, False)(**values), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


def test_an_empty_row_that_counts_is_declined() -> None:
    values = cox()
    values["R"][2] = 0
    with pytest.raises(AssertionError, match="plain form was asked"):
        alone(FUNCTIONS["cox", "value_and_grad"], True)(**values)


def test_results_with_several_axes_and_sizes_of_their_own() -> None:
    """Classes c in front of events n or behind them, and a mean over a number that no array tells."""
    c, k, m, n, C, M, N, T = symbols("c k m n C M N T")
    R, a, h = map(IndexedBase, "Rah")
    logs = Sum(a[c, n] * log(Sum(R[n, m] * exp(h[c, m]), (m, 1, M))), (n, 1, N))
    value = Sum(logs, (c, 1, C)) / T + Sum(1 / T, (k, 1, symbols("L")))
    f = sd.value_and_grad(sd.Problem(name="several", value=value, wrt=h[symbols("b"), symbols("j")]))
    assert [type(q) for q in f.quick] == [AtOnce]
    rng = np.random.default_rng(2)
    shapes = {"R": (3, 4), "a": (2, 3), "h": (2, 4), "T": ()}
    values = {name: np.asarray(abs(rng.normal(size=shapes[name]))) for name in f.args}
    sizes = dict.fromkeys(f.sizes, 3)
    for x, y in zip(alone(f, True)(**values, **sizes), alone(f, False)(**values, **sizes), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-13)


@pytest.mark.parametrize("make", ["value_and_grad", "hvp"])
@pytest.mark.parametrize("scale", [0.3, 1e3])
def test_logits_that_are_products_themselves(make: str, scale: float) -> None:
    """The regression of Cox, with a padded row: in range as by the plain form, and by products where that will do."""
    i, j, m, n, D, N = symbols("i j m n D N")
    R, X, b, d, h = map(IndexedBase, "RXbdh")
    value = -Sum(d[n] * (h[n] - log(Sum(R[n, m] * exp(h[m]), (m, 1, N)))), (n, 1, N))
    f = getattr(sd, make)(sd.Problem("regression", value, b[j], {h[n]: Sum(X[n, i] * b[i], (i, 1, D))}))
    rng = np.random.default_rng(4)
    values = {"R": np.tril(np.ones((6, 6))), "d": np.ones(6), "X": rng.normal(size=(6, 3)), "v": rng.normal(size=3)}
    values |= {"b": scale * rng.normal(size=3)}
    values["R"][2], values["d"][2] = 0, 0
    values = {name: values[name] for name in f.args}
    for x, y in zip(
        (f if scale > 1 else alone(f, True)).listed()(**values), alone(f, False).listed()(**values), strict=True
    ):
        assert np.all(np.isfinite(x))
        np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-12)


def test_a_batch_of_rows_that_share_logits() -> None:
    f = FUNCTIONS["cox", "value_and_grad"]
    many = {name: np.stack([a, a, a + 0.5 * (name == "h")]) for name, a in cox().items()}
    for n in range(3):
        one = f(**{name: a[n] for name, a in many.items()})
        for a, b in zip(alone(f, True)(**many), one, strict=True):
            np.testing.assert_allclose(a[n], b, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_exponential_without_weight_that_overflows_costs_a_mask_only(dtype: type) -> None:
    """Rows are then shifted under their weights, and still in place."""
    f = FUNCTIONS["one row", "value_and_grad"]
    logits, weights = np.ones((8, 6), dtype), np.ones((8, 6), dtype)
    logits[:, 2], weights[:, 2] = 1e4, 0
    for a, b in zip(alone(f, True)(z=logits, w=weights), alone(f, False)(z=logits, w=weights), strict=True):
        np.testing.assert_allclose(a, b, rtol=4 * np.finfo(dtype).eps)


def test_a_row_without_weights_leaves_the_others_alone() -> None:
    f = FUNCTIONS["one row", "value_and_grad"]
    logits, weights = np.ones((8, 6)), np.ones((8, 6))
    expected = f(z=logits, w=weights)
    weights[3] = 0
    with np.errstate(all="ignore"):
        value, gradient = f(z=logits, w=weights)
    assert value[3] == -np.inf
    assert np.all(np.isnan(gradient[3]))
    others = np.arange(8) != 3
    np.testing.assert_array_equal(value[others], expected[0][others])
    np.testing.assert_array_equal(gradient[others], expected[1][others])
