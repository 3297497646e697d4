"""Sums of exponentials with weights inside: shared logits, rows that do not count, classes without weight."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from numeric.rounded import hessian, value_and_gradient
from sympy import Expr, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.problem import Problem

K, N, i, j, k, m, n = symbols("K N i j k m n")
R, d, h, u, w, x, y, z = map(IndexedBase, "Rdhuwxyz")


def cox(name: str = "cox") -> Problem:
    """The partial likelihood of Cox: every row has the logits of all, those at risk have a weight."""
    value = -Sum(d[n] * (h[n] - log(Sum(R[n, m] * exp(h[m]), (m, 1, N)))), (n, 1, N))
    return Problem(name=name, value=value, wrt=h[i])


def clash() -> Problem:
    """The same with other letters, the variable's index and the size named as something else is there."""
    h, d, m = symbols("h d m")
    a, b, c = map(IndexedBase, ("K", "i", "z"))
    value = -Sum(c[d] * (a[d] - log(Sum(b[d, h] * exp(a[h]), (h, 1, m)))), (d, 1, m))
    return Problem(name="clash", value=value, wrt=a[d])


def total(body: Expr) -> Expr:
    return Sum(body, (k, 1, K))


def rows(body: Expr) -> Expr:
    return Sum(body, (n, 1, N))


PROBLEMS = {
    "one row": Problem(name="one row", value=log(total(w[k] * exp(z[k]))), wrt=z[i]),
    "cox": cox(),
    "clash": clash(),
    "mean": Problem(name="mean", value=cox().value / rows(d[n]), wrt=h[i]),
    "rows": Problem(name="rows", value=rows(d[n] * log(total(w[n, k] * exp(z[n, k])))), wrt=z[m, i]),
    "shared": Problem(name="shared", value=rows(log(total(y[k] * exp(z[n, k])))), wrt=z[m, i]),
    "importance": Problem(name="importance", value=rows(log(total(w[n, k] * exp(z[n, k] - x[n])))) / N, wrt=z[m, i]),
    "expected": Problem(
        name="expected",
        value=rows(d[n] * total(w[n, k] * y[k] * exp(z[n, k])) / total(w[n, k] * exp(z[n, k]))),
        wrt=z[m, i],
    ),
}
EVERY = pytest.mark.parametrize("name", PROBLEMS)
BOTH = pytest.mark.parametrize("dtype", [np.float64, np.float32])
LOGITS = {"cox": "h", "mean": "h", "clash": "K"}


def arguments(name: str, scale: float, dtype: type, rng: np.random.Generator) -> dict[str, Any]:
    """Random arguments: logits of a size, weights that are not negative, some of them 0, but not of a whole row."""
    shapes = {"d": (4,), "h": (4,), "R": (4, 4), "K": (4,), "i": (4, 4), "w": (4, 5), "x": (4,), "y": (5,), "z": (4, 5)}
    shapes |= {"clash": {"z": (4,)}, "one row": {"z": (5,), "w": (5,)}}.get(name, {})
    found = {}
    for a in sd.value_and_grad(PROBLEMS[name]).args:
        drawn = rng.normal(size=shapes[a])
        if a in ("h", "x") or a == LOGITS.get(name, "z"):
            drawn = scale * drawn
        else:
            drawn = np.where((rng.random(shapes[a]) < 0.4) & (drawn < 1), 0, abs(drawn))
            drawn[..., 0] += 0.5
        found[a] = drawn.astype(dtype)
    return found


def in_digits(name: str, values: dict[str, Any], v: Any) -> tuple[Any, Any, Any]:
    """Value, gradient and Hessian times v, differentiated in many digits."""
    derivation = sd.derive(PROBLEMS[name])
    sizes = {"m": 4} if name == "clash" else {"N": 4, "K": 5}
    known = {a: b.astype(float) for a, b in values.items()} | sizes
    of = [*value_and_gradient(derivation, known), hessian(derivation, known)]
    value, gradient, twice = ([float(e.value.mid()) for e in o.entries] for o in of)
    shape = np.shape(v)
    return (
        value[0],
        np.reshape(gradient, shape),
        np.tensordot(np.reshape(twice, shape * 2), v.astype(float), len(shape)),
    )


@EVERY
@BOTH
@pytest.mark.parametrize("scale", [1.0, 50.0, 400.0, 1e4])
def test_value_gradient_and_curvature_at_logits_of_any_size(name: str, dtype: type, scale: float) -> None:
    problem, rng = PROBLEMS[name], np.random.default_rng(7)
    f, product = sd.value_and_grad(problem), sd.hvp(problem)
    for _ in range(2):
        values = arguments(name, scale, dtype, rng)
        v = rng.normal(size=np.shape(values[LOGITS.get(name, "z")])).astype(dtype)
        value, gradient, curved = in_digits(name, values, v)
        found = f(**values)
        eps, size = 30 * np.finfo(dtype).eps, max(1.0, float(np.max(abs(gradient))))
        assert abs(found[0] - value) <= eps * max(1.0, abs(value), scale)
        np.testing.assert_allclose(found[1], gradient, rtol=0, atol=eps * size)
        np.testing.assert_allclose(product(**values, **{product.args[-1]: v}), curved, rtol=0, atol=eps * size)


def test_cox_against_mpmath() -> None:
    """Written down once more from the formula, with a masked logit far above the others."""
    logits, events = np.array([1e4, -9990.0, 3.0]), np.array([0.0, 1.0, 1.0])
    at_risk = np.array([[1.0, 1, 1], [0, 1, 1], [0, 0.25, 1]])
    with mpmath.workdps(60):
        e = [mpmath.exp(mpmath.mpf(float(a))) for a in logits]
        sums = [mpmath.fsum(r * b for r, b in zip(row, e, strict=True)) for row in at_risk.tolist()]
        value = float(mpmath.fsum(c * (mpmath.log(s) - a) for c, s, a in zip(events, sums, logits, strict=True)))
        gradient = [
            float(e[b] * mpmath.fsum(events[a] * at_risk[a, b] / sums[a] for a in range(3)) - events[b])
            for b in range(3)
        ]
    found = sd.value_and_grad(PROBLEMS["cox"])(logits, events, at_risk)
    np.testing.assert_allclose(found[0], value, rtol=1e-15)
    np.testing.assert_allclose(found[1], gradient, atol=1e-15)


@BOTH
def test_tiny_weights_do_not_underflow_where_their_sum_is_divided_by_twice(dtype: type) -> None:
    least = np.finfo(dtype).tiny * 4
    values = {"h": np.zeros(2), "d": np.ones(2), "R": np.full((2, 2), least)}
    values = {a: b.astype(dtype) for a, b in values.items()}
    found = sd.hvp(PROBLEMS["cox"])(**values, v=np.array([1.0, 0.0], dtype))
    np.testing.assert_allclose(found, [0.5, -0.5])


def padded(name: str, dtype: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments, and the same with a row in the middle that has no weight."""
    values = arguments(name, 30.0, dtype, np.random.default_rng(3))
    row = {"rows": "wd", "expected": "wd", "cox": "Rd", "mean": "Rd", "clash": "iz"}[name]
    return values, {
        a: np.where(np.arange(4).reshape(-1, *[1] * (b.ndim - 1)) == 2, 0, b).astype(dtype)
        for a, b in values.items()
        if a in row
    } | {a: b for a, b in values.items() if a not in row}


@pytest.mark.parametrize("name", ["rows", "expected", "cox", "mean", "clash"])
@pytest.mark.parametrize("backend", ["numpy", "array-api", "numba"])
@BOTH
def test_a_padded_row_adds_nothing(name: str, backend: str, dtype: type) -> None:
    """Its weight and all weights in it are 0: what the row adds is that of any row with the weight 0."""
    if backend == "numba":
        pytest.importorskip("numba")
    values, without = padded(name, dtype)
    row = {"rows": "d", "expected": "d", "clash": "z"}.get(name, "d")
    silent = {**values, row: without[row]}
    f = sd.value_and_grad(PROBLEMS[name], backend=backend)
    with np.errstate(all="ignore"):
        found, wanted = (f(**{a: v[a] for a in f.args}) for v in (without, silent))
    for a, b in zip(found, wanted, strict=True):
        assert np.all(np.isfinite(a))
        np.testing.assert_allclose(a, b, rtol=1e-5 if dtype is np.float32 else 1e-13)


@pytest.mark.parametrize("name", ["rows", "expected", "cox", "mean", "clash"])
def test_products_pass_a_padded_row_over(name: str) -> None:
    values, without = padded(name, np.float64)
    silent = {**values, **{a: without[a] for a in without if without[a].ndim == 1}}
    v = np.random.default_rng(0).normal(size=values[LOGITS.get(name, "z")].shape)
    for product, last in ((sd.jvp, v), (sd.vjp, np.array(1.5)), (sd.hvp, v)):
        f = product(PROBLEMS[name])
        found, wanted = (f(**{a: of[a] for a in f.args[:-1]}, **{f.args[-1]: last}) for of in (without, silent))
        assert np.all(np.isfinite(found))
        np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-15)


def test_an_empty_row_that_counts_is_no_number() -> None:
    """Its logarithm is that of 0, its gradient divides 0 by 0; the other rows are as without it."""
    values, without = padded("rows", np.float64)
    empty = {**without, "d": values["d"] + 1}
    with np.errstate(all="ignore"):
        value, gradient = sd.value_and_grad(PROBLEMS["rows"])(**empty)
    assert value == -np.inf
    assert np.all(np.isnan(gradient[2]))
    others = np.arange(4) != 2
    expected = sd.value_and_grad(PROBLEMS["rows"])(**{**empty, "w": values["w"]})[1]
    np.testing.assert_allclose(gradient[others], expected[others], rtol=1e-13)


def test_a_nan_in_a_row_without_weight_is_seen() -> None:
    _, without = padded("rows", np.float64)
    counted = {**without, "w": np.ones((4, 5))}
    counted["z"] = counted["z"].copy()
    counted["z"][2, 1] = np.nan
    value, gradient = sd.value_and_grad(PROBLEMS["rows"])(**counted)
    assert np.isnan(value)
    assert np.all(np.isnan(gradient[2]))
    assert not np.any(np.isnan(gradient[[0, 1, 3]]))


@pytest.mark.parametrize("name", ["rows", "shared", "importance", "expected"])
def test_a_class_without_weight_may_be_far_above_the_others(name: str) -> None:
    """Its exponential must not overflow wherever in a product the weight stands."""
    problem = PROBLEMS[name]
    values = arguments(name, 1.0, np.float64, np.random.default_rng(5))
    weight = "y" if name == "shared" else "w"
    values[weight][..., 3] = 0
    values["z"][..., 3] = 5000.0
    low = {**values, "z": np.where(np.arange(5) == 3, 0.0, values["z"])}
    v = np.random.default_rng(1).normal(size=(4, 5))
    for f, more in ((sd.value_and_grad(problem), {}), (sd.hvp(problem), {"v": v})):
        for a, b in zip(
            *(np.atleast_1d(f(**{**of, **more})) if more else f(**of) for of in (values, low)), strict=True
        ):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)
