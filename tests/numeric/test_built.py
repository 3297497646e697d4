"""Generated functions in pickles and copies: the same results, made again from the texts."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

import symderiv as sd
from symderiv.numeric.function import NumericFunction
from symderiv.zoo import names

LAYER = "linear-softmax-cross-entropy"
BACKENDS = ("numpy", "array-api", "numba")
WAYS = {
    "pickle": lambda f: pickle.loads(pickle.dumps(f)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle twice": lambda f: pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(f)))),
}


def arguments(f: NumericFunction, batch: int = 3, size: int = 4) -> list[Any]:
    rng = np.random.default_rng(len(f.args))
    found = []
    for p in f.parameters:
        shape = (batch, *[size] * len(p.sizes)) if p.sizes else ()
        found.append(rng.integers(0, size, shape) if p.classes is not None else rng.random(shape) + 0.5)
    return found


def leaves(results: Any) -> list[Any]:
    return [x for r in results for x in leaves(r)] if isinstance(results, tuple) else [np.asarray(results)]


def same(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    for a, b in zip(leaves(one), leaves(other), strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("name", names())
def test_every_problem_of_the_zoo(name: str, way: Callable[[Any], Any]) -> None:
    f = sd.value_and_grad(sd.load(name))
    values = arguments(f)
    first = f(*values)
    g = way(f)
    same(first, g(*values))
    assert (g.source, g.schedule, g.args, g.sizes, g.__doc__) == (f.source, f.schedule, f.args, f.sizes, f.__doc__)
    assert not g.kinds or g.kinds is not f.kinds


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("make", [sd.value_and_grad, sd.hvp], ids=lambda f: f.__name__)
def test_every_backend_and_product(make: Callable[..., NumericFunction], backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba")
    if backend == "array-api":
        pytest.importorskip("array_api_compat")
    problem = sd.load("softmax-cross-entropy")
    for wrt in (None, problem.wrt) if backend != "numba" else (problem.wrt,):  # compiling takes seconds
        f = make(problem, wrt, backend=backend)
        values = arguments(f)
        first = f(*values)
        for dtype in (np.float64, np.float32):
            cast = [v.astype(dtype) for v in values]
            same(f(*cast), pickle.loads(pickle.dumps(f))(*cast))
        g = copy.copy(f)
        assert type(g) is type(f)
        same(first, g(*values))


def test_what_a_process_has_learnt_stays_behind() -> None:
    f = sd.value_and_grad(sd.load("softmax-cross-entropy"))
    before = len(pickle.dumps(f))
    f(np.zeros((1000, 10)), np.ones((1000, 10)))
    assert f.kinds
    assert len(pickle.dumps(f)) == before
    assert not pickle.loads(pickle.dumps(f)).kinds


def test_workers_take_a_function() -> None:
    f = sd.value_and_grad(sd.load("softmax-cross-entropy"))
    z = np.random.default_rng(0).normal(size=(4, 5, 3))
    y = np.full((4, 5, 3), 1 / 3)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(f, z, y))
    for one, a, b in zip(found, z, y, strict=True):
        same(one, f(a, b))
