"""jvp, vjp and hvp for other backends: the numbers of NumPy's functions, under the transformations of their library."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_products import EVERY, WITHOUT, call, cross_entropy, drawn, g, h, j, layer_norm, softmax, x

import symderiv as sd
from symderiv.errors import InputError, Refused
from symderiv.numeric.generic import GenericFunction
from symderiv.numeric.native.functions import NativeFunction

PRODUCTS = (sd.jvp, sd.vjp, sd.hvp)
LOSSES = [name for name in EVERY if name not in WITHOUT]
RNG = np.random.default_rng(8)


def pairs(found: Any, wanted: Any) -> Any:
    several = isinstance(wanted, tuple)
    assert isinstance(found, tuple) == several
    return zip(found, wanted, strict=True) if several else [(found, wanted)]


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.__name__)
@pytest.mark.parametrize("name", LOSSES[::3])
def test_generic_products_are_those_of_numpy(product: Any, name: str) -> None:
    pytest.importorskip("array_api_compat")
    problem = EVERY[name]()
    if len(problem.wrt) > 1:
        problem = problem.with_variables(problem.wrt[0])
    try:
        plain = product(problem)
    except (InputError, Refused):
        pytest.skip("no such product")
    f = product(problem, backend="array-api")
    assert isinstance(f, GenericFunction)
    assert f.args == plain.args
    values, lengths = drawn(problem, plain)
    np.testing.assert_allclose(call(f, values, lengths), call(plain, values, lengths), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.__name__)
@pytest.mark.parametrize("backend", ["array-api", "numba"])
def test_results_for_several_variables_come_in_a_tuple(product: Any, backend: str) -> None:
    pytest.importorskip({"numba": "numba", "array-api": "array_api_compat"}[backend])
    for problem, wrt in ((layer_norm(), (x[j], g[j], h[j])), (layer_norm(), (g[j],))):
        if product is sd.hvp and len(wrt) == 1:
            continue  # the value is linear in g
        plain, f = product(problem, wrt), product(problem, wrt, backend=backend)
        values = [RNG.random((3,) * len(p.sizes)) for p in plain.parameters]
        for mine, wanted in pairs(f(*values), plain(*values)):
            np.testing.assert_allclose(mine, wanted, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compiled_products_at_large_logits(dtype: Any) -> None:
    pytest.importorskip("numba")
    f, plain = sd.hvp(cross_entropy(), backend="numba"), sd.hvp(cross_entropy())
    assert isinstance(f, NativeFunction)
    logits = np.array([[1e4, 0.0, -1e4], [1.0, -np.inf, 2.0], [0.0, np.nan, 0.0]], dtype)
    labels = np.array([[0.0, 1.0, 0.0]] * 3, dtype)
    vector = np.array([1.0, 2.0, 4.0], dtype)
    found, wanted = f(logits, labels, vector), plain(logits, labels, vector)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, wanted, rtol=8 * np.finfo(dtype).eps, atol=4 * np.finfo(dtype).eps)


def test_torch_maps_and_differentiates_them() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("array_api_compat")
    logits, labels, vector = (torch.tensor(RNG.normal(size=(4, 5))) for _ in range(3))
    f = sd.hvp(cross_entropy(), backend="array-api")
    found = f(logits, labels, vector)
    assert isinstance(found, torch.Tensor)
    mapped = torch.func.vmap(f)(logits, labels, vector)
    np.testing.assert_allclose(mapped, found, rtol=1e-12, atol=1e-15)
    third = torch.func.grad(lambda z: f(z, labels[0], vector[0]).sum())(logits[0])
    step = 1e-6
    ahead, behind = (
        torch.stack([f(logits[0] + by * e, labels[0], vector[0]).sum() for e in torch.eye(5, dtype=torch.float64)])
        for by in (step, -step)
    )
    np.testing.assert_allclose(third, (ahead - behind) / (2 * step), rtol=1e-6, atol=1e-8)


def test_jax_compiles_them() -> None:
    jax = pytest.importorskip("jax")
    pytest.importorskip("array_api_compat")
    logits, upstream = (jax.numpy.asarray(RNG.normal(size=(3, 5)).astype(np.float32)) for _ in range(2))
    f = sd.vjp(softmax(), backend="array-api")
    np.testing.assert_allclose(jax.jit(f)(logits, upstream), f(logits, upstream), rtol=1e-5, atol=1e-7)
    _, back = jax.vjp(jax.nn.softmax, logits)
    np.testing.assert_allclose(f(logits, upstream), back(upstream)[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.__name__)
def test_an_unknown_backend_is_refused_with_those_there_are(product: Any) -> None:
    with pytest.raises(InputError, match="no backend 'cupy'; there are: numpy, array-api, numba"):
        product(softmax(), backend="cupy")
