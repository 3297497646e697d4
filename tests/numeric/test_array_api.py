"""One function for arrays of every library: the same numbers as NumPy's, and what the libraries do with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numeric import test_classes
from numeric.problems import Case, cases
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.engine.derive import result_axes
from symderiv.numeric.built import built
from symderiv.numeric.compile import compile_function, write_source
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.generic import compile_generic
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.numeric.texts.dialects import JAX, TORCH, Dialect
from symderiv.problem import Problem

C, B = symbols("C B")
a, b, c, r, t = symbols("a b c r t")
u, h, q, w, lab, xp = map(IndexedBase, ("u", "h", "q", "w", "lab", "xp"))

FLAGSHIP = Problem(
    "named otherwise",
    -Sum(h[c] * log(q[c]), (c, 1, C)),
    u[a],
    {q[c]: exp(u[c]) / Sum(exp(u[b]), (b, 1, C))},
    [Eq(Sum(h[c], (c, 1, C)), 1)],
)
PICKED = Problem("picked", -Sum(log(q[r, lab[r]]), (r, 1, B)) / B, u[b, a], {q[r, c]: sd.softmax(u[r, c], c, size=C)})
# the names of the text's own variables, and an index that clashes with a summation index
CLASHING = Problem("torch", -Sum(h[b] * log(xp[b]), (b, 1, C)), u[b], {xp[b]: sd.softmax(u, b, size=C)})
MARKED = Problem(
    "marked", -Sum(h[c] * log(q[c]), (c, 1, C)), u[a], {q[c]: sd.softmax(u, c, size=C)}, [sd.one_hot(h[c], t)]
)
LOSSES = {"flagship": FLAGSHIP, "clashing": CLASHING, "picked": PICKED, "marked": MARKED, **test_classes.LOSSES}


def numpy_like(x: Any) -> Any:
    return np.array(x) if type(x).__module__.startswith("array_api_strict") else np.asarray(x)


def library(name: str) -> Callable[[Any], Any]:
    """What makes an array of a library out of a NumPy array."""
    if name == "numpy":
        return np.asarray
    if name == "dask":
        dask = pytest.importorskip("dask.array")
        return lambda x: dask.from_array(np.asarray(x), chunks=2) if np.ndim(x) else dask.asarray(x)
    found = pytest.importorskip({"jax": "jax.numpy", "strict": "array_api_strict"}.get(name, name))
    if name == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    if name in ("torch", "dask"):
        pytest.importorskip("array_api_compat")
    return lambda x: found.asarray(x)


LIBRARIES = ("numpy", "torch", "jax", "dask", "strict")


def arguments(f: NumericFunction, batch: tuple[int, ...] = (), dtype: Any = float) -> list[Any]:
    """Random arguments that fit, sizes all different where the problem has several."""
    rng = np.random.default_rng(7)
    lengths: dict[Any, int] = {}

    def shape(sizes: Any) -> tuple[int, ...]:
        return tuple(int(getattr(s, "value", 0)) or lengths.setdefault(s, 3 + len(lengths)) for s in sizes)

    shapes = [(*batch, *shape(p.sizes)) for p in f.parameters]
    return [
        rng.integers(0, 3, s) if p.classes is not None else (rng.random(s) + 0.2).astype(dtype)
        for p, s in zip(f.parameters, shapes, strict=True)
    ]


def several(results: Any) -> tuple[Any, ...]:
    return results if isinstance(results, tuple) else (results,)


def assert_same(found: Any, wanted: Any, near: float = 1e-12) -> None:
    for x, y in zip(several(found), several(wanted), strict=True):
        assert tuple(x.shape) == np.shape(y)
        assert str(x.dtype).rpartition(".")[2] == str(y.dtype)
        np.testing.assert_allclose(numpy_like(x), y, rtol=near, atol=near)


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0])
def test_every_case_is_what_numpy_computes(case: Case, name: str) -> None:
    make = library(name)
    _, statement, terms = case
    outputs = tuple(Output(n, e, axes) for n, (e, axes) in zip(("value", "gradient", "third"), terms, strict=False))
    numpy, generic = (f("test", statement, outputs) for f in (compile_function, compile_generic))
    named = dict.fromkeys(numpy.sizes, 3)
    for batch, dtype, near in (((), float, 1e-12), ((2,), float, 1e-12), ((2, 1), np.float32, 2e-5)):
        values = arguments(numpy, batch, dtype)
        assert_same(generic(*map(make, values), **named), numpy(*values, **named), near)


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("problem", LOSSES.values(), ids=LOSSES)
def test_losses_and_class_numbers(problem: Problem, name: str) -> None:
    make = library(name)
    numpy, generic = sd.value_and_grad(problem), sd.value_and_grad(problem, backend="array-api")
    assert (generic.args, generic.sizes) == (numpy.args, numpy.sizes)
    for batch, dtype, near in (((), float, 1e-12), ((2,), np.float32, 2e-5)):
        values = arguments(numpy, batch, dtype)
        assert_same(generic(*map(make, values)), numpy(*values), near)


@pytest.mark.parametrize(("dialect", "name"), [(TORCH, "torch"), (JAX, "jax")], ids=["torch", "jax"])
@pytest.mark.parametrize("problem", LOSSES.values(), ids=LOSSES)
def test_a_text_for_one_library_stands_alone(problem: Problem, dialect: Dialect, name: str) -> None:
    make = library(name)
    numpy, d = sd.value_and_grad(problem), sd.derive(problem)
    value, gradient = d.statement.value, d.trace.result
    names = default_arguments(d.statement, (*d.statement.variables, value, gradient))
    outputs = (
        Output("value", value, result_axes(d.statement, ())),
        Output("gradient", gradient, result_axes(d.statement)),
    )
    written = write_source(problem.name, d.statement, outputs, names, (), True, dialect)
    assert written.args == numpy.args
    values = arguments(numpy, (2,))
    assert_same(built(written.name, written.source)(*map(make, values)), numpy(*values))
    assert not re.search(r"\b(np|xp)\b\.", written.source)
