"""What libraries do with one function: differentiate, compile, map, compute lazily; and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numeric.test_array_api import FLAGSHIP, MARKED, PICKED, library, numpy_like
from sympy import IndexedBase, KroneckerDelta, Sum, exp, log, pi, sqrt, symbols

import symderiv as sd
from symderiv.errors import InputError
from symderiv.numeric import generic
from symderiv.problem import Problem

C, B, T = symbols("C B T")
a, b, c, r = symbols("a b c r")
u, h, q, w, x = map(IndexedBase, "uhqwx")
RNG = np.random.default_rng(3)
U, H = RNG.standard_normal((4, 3)), RNG.dirichlet(np.ones(3), 4)

LINEAR = Problem(
    "linear",
    -Sum(h[r, c] * log(q[r, c]), (c, 1, C), (r, 1, B)) / B,
    w[b, a],
    {q[r, c]: sd.softmax(Sum(x[r, b] * w[b, c], (b, 1, T)), c, size=C)},
)
BINARY = Problem(
    "binary", -Sum(h[c] * log(q[c]) + (1 - h[c]) * log(1 - q[c]), (c, 1, C)), u[a], {q[c]: 1 / (1 + exp(-u[c]))}
)
ENTROPY = Problem("entropy", -Sum(q[c] * log(q[c]), (c, 1, C)), u[a], {q[c]: sd.softmax(u[c], c, size=C)})
SMOOTH = {
    "flagship": FLAGSHIP,
    "linear": LINEAR,
    "binary": BINARY,
    "entropy": ENTROPY,
    "picked": PICKED,
    "marked": MARKED,
}


def anywhere(problem: Problem, **options: Any) -> Any:
    return sd.value_and_grad(problem, backend="array-api", **options)


def inputs(f: Any) -> list[Any]:
    rng, sizes = np.random.default_rng(5), {}
    shapes = [[sizes.setdefault(s, 3 + len(sizes)) for s in p.sizes] for p in f.parameters]
    found = [rng.integers(0, 3, s) if p.classes else rng.random(s) for p, s in zip(f.parameters, shapes, strict=True)]
    return [
        v / v.sum(-1, keepdims=True) if n and v.dtype == float and p.name == "h" else v
        for n, (p, v) in enumerate(zip(f.parameters, found, strict=True))
    ]


@pytest.mark.parametrize("problem", SMOOTH.values(), ids=SMOOTH)
def test_torch_differentiates_the_value_to_the_gradient(problem: Problem) -> None:
    torch = pytest.importorskip("torch")
    make, f = library("torch"), anywhere(problem)
    first, *rest = map(make, inputs(f))
    value, gradient = f(first.requires_grad_(), *rest)
    (found,) = torch.autograd.grad(value, first)
    np.testing.assert_allclose(found, gradient.detach(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("problem", SMOOTH.values(), ids=SMOOTH)
def test_jax_differentiates_the_value_to_the_gradient_compiled_and_not(problem: Problem) -> None:
    jax = pytest.importorskip("jax")
    make, f = library("jax"), anywhere(problem)
    arrays = [make(v) for v in inputs(f)]
    value, gradient = f(*arrays)
    found = jax.grad(lambda *v: f(*v)[0])(*arrays)
    np.testing.assert_allclose(found, gradient, rtol=1e-10, atol=1e-12)
    for one, two in zip(jax.jit(f)(*arrays), (value, gradient), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-12)


def test_masked_classes_are_differentiated_too() -> None:
    torch = pytest.importorskip("torch")
    library("torch")
    logits = torch.tensor([[1.0, -torch.inf, 2.0]], dtype=torch.float64, requires_grad=True)
    value, gradient = anywhere(FLAGSHIP)(logits, torch.tensor([[0.0, 0.0, 1.0]], dtype=torch.float64))
    (found,) = torch.autograd.grad(value.sum(), logits)
    np.testing.assert_allclose(found, gradient.detach(), rtol=1e-12, atol=1e-15)


def test_jit_compiles_once_and_vmap_is_the_batch() -> None:
    jax = pytest.importorskip("jax")
    make, f = library("jax"), anywhere(FLAGSHIP)
    traced = []

    @jax.jit
    def compiled(*arrays: Any) -> Any:
        traced.append(arrays)
        return f(*arrays)

    for _ in range(3):
        value, gradient = compiled(make(U), make(H))
    assert len(traced) == 1
    for one, two in zip(jax.vmap(f)(make(U), make(H)), (value, gradient), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-14)


def test_dask_computes_chunks_of_the_batch_when_asked() -> None:
    dask = pytest.importorskip("dask.array")
    pytest.importorskip("array_api_compat")
    chunks = [dask.from_array(v, chunks=(2, 3)) for v in (U, H)]
    value, gradient = anywhere(FLAGSHIP)(*chunks)
    assert isinstance(gradient, dask.Array)
    assert gradient.chunks == ((2, 2), (3,))
    for one, two in zip((value, gradient), sd.value_and_grad(FLAGSHIP)(U, H), strict=True):
        np.testing.assert_allclose(one.compute(scheduler="synchronous"), two, rtol=1e-12)


def test_dask_holds_a_few_chunks_of_a_batch_that_is_larger() -> None:
    """490 MB gone through in a process of its own; `benchmarks.larger` as it stands goes through 3 GB."""
    pytest.importorskip("dask.array")
    pytest.importorskip("array_api_compat")
    command = [sys.executable, "-m", "benchmarks.larger", "--chunks", "8", "--bound", "150"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dask_on_a_cluster() -> None:
    dask = pytest.importorskip("dask.array")
    distributed = pytest.importorskip("distributed")
    pytest.importorskip("array_api_compat")
    with distributed.Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
        chunks = [dask.from_array(v, chunks=(2, 3)) for v in (U, H)]
        found = client.gather(client.compute(list(anywhere(FLAGSHIP)(*chunks))))
    for one, two in zip(found, sd.value_and_grad(FLAGSHIP)(U, H), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12)


def test_axes_of_unknown_length_are_refused() -> None:
    dask = pytest.importorskip("dask.array")
    pytest.importorskip("array_api_compat")
    rows = dask.from_array(U, chunks=(2, 3))
    with pytest.raises(InputError, match=r"unknown length.*compute_chunk_sizes"):
        anywhere(FLAGSHIP)(rows[rows[:, 0] > 0], dask.from_array(H))


LIBRARIES = ("numpy", "torch", "jax", "dask", "strict")
EDGES: dict[str, tuple[Any, Any]] = {
    "a masked class": ([[1.0, -np.inf, 2.0]], [[0.0, 0.0, 1.0]]),
    "a masked label": ([[1.0, -np.inf, 2.0]], [[0.0, 1.0, 0.0]]),
    "large logits": ([[1e4, -1e4, 0.0]], [[0.0, 1.0, 0.0]]),
    "a row of nan": ([[1.0, np.nan, 2.0], [1.0, 2.0, 3.0]], [[0.0, 0.0, 1.0]] * 2),
    "all masked": ([[-np.inf] * 3, [1.0, 2.0, 3.0]], [[0.0, 0.0, 1.0]] * 2),
    "plus infinity": ([[np.inf, 1.0, 2.0], [1.0, 2.0, 3.0]], [[0.0, 0.0, 1.0]] * 2),
    "one class": ([[2.0]], [[1.0]]),
    "no items": (np.zeros((0, 3)), np.zeros((0, 3))),
}


EVERYWHERE = [
    (edge, name) for edge in EDGES for name in LIBRARIES if (edge, name) != ("no items", "dask")
]  # dask reduces no empty chunk


@pytest.mark.parametrize(("edge", "name"), EVERYWHERE)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # dask computes after the call
def test_edges(edge: str, name: str) -> None:
    make, (logits, labels) = library(name), EDGES[edge]
    for dtype in (np.float32, np.float64):
        arrays = np.asarray(logits, dtype), np.asarray(labels, dtype)
        for one, two in zip(anywhere(FLAGSHIP)(*map(make, arrays)), sd.value_and_grad(FLAGSHIP)(*arrays), strict=True):
            assert tuple(one.shape) == np.shape(two)
            np.testing.assert_allclose(numpy_like(one), two, rtol=1e-5 if dtype is np.float32 else 1e-12, atol=1e-7)


@pytest.mark.parametrize("name", ["torch", "jax", "dask", "strict"])
def test_a_class_out_of_range_or_a_row_not_one_hot_is_nan(name: str) -> None:
    make = library(name)
    value, gradient = (numpy_like(v) for v in anywhere(MARKED)(make(U), make(np.array([0, 3, -1, 2]))))
    assert np.isnan(value).tolist() == [False, True, True, False]
    assert np.isnan(gradient).all(-1).tolist() == [False, True, True, False]
    rows = np.eye(3)[[0, 1, 2, 2]]
    rows[1] = 0.5, 0.5, 0.0
    value, gradient = (numpy_like(v) for v in anywhere(MARKED)(make(U), make(rows)))
    assert np.isnan(value).tolist() == [False, True, False, False]
    wanted = sd.value_and_grad(MARKED)(U, np.array([0, 1, 2, 2]))[1]
    np.testing.assert_allclose(gradient[[0, 2, 3]], wanted[[0, 2, 3]], rtol=1e-12)


def test_numpys_class_numbers_are_looked_at() -> None:
    with pytest.raises(InputError, match="class number 3"):
        anywhere(MARKED)(U, np.array([0, 3, 1, 2]))
    with pytest.raises(InputError, match="one-hot"):
        anywhere(MARKED)(U, H)


def test_sums_by_class_keep_what_is_not_finite_in_its_class() -> None:
    problem = sd.value_and_grad(Problem("table", Sum(u[q[r]] * h[r], (r, 1, B)), u[a]), backend="array-api")
    labels, values = np.array([0, 1, 0, 2, 2]), np.array([1.0, np.inf, 2.0, -np.inf, np.inf])
    for name in ("torch", "jax", "strict"):
        make = library(name)
        found = dict(zip(problem.args, (np.ones(4), labels, values), strict=False))
        found |= {"u": np.ones(4), "q": labels, "h": values}
        gradient = numpy_like(problem(*(make(found[n]) for n in problem.args))[1])
        np.testing.assert_array_equal(gradient, [3.0, np.inf, np.nan, 0.0])


@pytest.mark.parametrize(("name", "dtype"), [("torch", "float16"), ("torch", "bfloat16"), ("jax", "bfloat16")])
def test_halves_are_computed_in_single_precision(name: str, dtype: str) -> None:
    make = library(name)
    module = pytest.importorskip({"jax": "jax.numpy"}.get(name, name))
    half = getattr(module, dtype)
    arrays = [module.asarray(make(v), dtype=half) for v in (U * 20, H)]
    singles = [module.asarray(v, dtype=module.float32) for v in arrays]
    for one, two in zip(anywhere(FLAGSHIP)(*arrays), anywhere(FLAGSHIP)(*singles), strict=True):
        assert one.dtype == half
        assert bool((one == module.asarray(two, dtype=half)).all())


def test_numbers_lists_and_numpys_arrays_follow_the_others() -> None:
    f = sd.lambdify([u, T], Sum(exp(u[c] / T), (c, 1, C)), backend="array-api")
    wanted = np.exp(U[0] / 2).sum()
    assert float(f(U[0].tolist(), 2.0)) == pytest.approx(wanted)
    for name in ("torch", "jax", "strict"):
        make = library(name)
        assert type(f(make(U[0]), 2.0)) is type(make(U[0]))
        assert float(f(make(U[0]), np.float64(2))) == pytest.approx(wanted)
    assert f(U[0].astype(np.float32), 2.0).dtype == np.float32


def test_arrays_of_two_libraries_are_refused() -> None:
    torch, strict = library("torch"), library("strict")
    with pytest.raises(InputError, match=r"u is a torch Tensor, h a array_api_strict.*one library"):
        anywhere(FLAGSHIP)(torch(U), strict(H))


@pytest.mark.parametrize("name", LIBRARIES)
def test_bad_arguments_are_refused_by_name(name: str) -> None:
    make, f = library(name), anywhere(FLAGSHIP)
    with pytest.raises(InputError, match=r"C is 3 from u of shape \(4, 3\).* 2 from h"):
        f(make(U), make(H[:, :2]))
    with pytest.raises(InputError, match=r"h has shape \(\).*1 axis"):
        f(make(U), make(np.array(1.0)))
    with pytest.raises(InputError, match="u holds integers"):
        f(make(np.ones((4, 3), int)), make(H))
    with pytest.raises(InputError, match="C = 0"):
        f(make(U[:, :0]), make(H[:, :0]))
    with pytest.raises(InputError, match="batch axes"):
        f(make(U), make(H[:3]))
    with pytest.raises(InputError, match="missing: h"):
        f(make(U))
    with pytest.raises(InputError, match="class numbers"):
        anywhere(MARKED)(make(U), make(np.array(0.5)))
    with pytest.raises(InputError, match="real floating"):
        f(make(U.astype(complex)), make(H))


def test_what_is_no_array_is_refused() -> None:
    class Frame:
        shape, dtype = (3,), np.dtype(float)

    with pytest.raises(InputError, match="no library with the Array API"):
        anywhere(FLAGSHIP)(Frame(), H)
    with pytest.raises(InputError, match="no array"):
        anywhere(FLAGSHIP)([[1.0], [1.0, 2.0]], H)
    with pytest.raises(InputError, match="there are: numpy, array-api"):
        sd.value_and_grad(FLAGSHIP, backend="tensorflow")
    with pytest.raises(InputError, match="takes no array"):
        sd.lambdify([], Sum(1, (c, 1, C)), backend="array-api")


def test_parts_made_of_sizes_alone_are_numbers() -> None:
    f = sd.lambdify([u], Sum(u[c], (c, 1, C)) * log(C) / sqrt(C) * pi, backend="array-api")
    assert "math.log(C)" in f.source
    for name in ("numpy", "torch", "strict"):
        assert float(f(library(name)(U[0]))) == pytest.approx(U[0].sum() * np.log(3) / np.sqrt(3) * np.pi)
    with pytest.raises(InputError, match="sizes alone has no value at C = 1"):
        sd.lambdify([u], Sum(u[c], (c, 1, C)) + 1 / (C - 1), backend="array-api")(U[0, :1])
    with pytest.raises(InputError, match="sizes alone has no value at C = 1"):
        sd.lambdify([u], Sum(u[c], (c, 1, C)) * log(C - 1), backend="array-api")(U[0, :1])


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_results_share_no_memory_with_arguments(name: str) -> None:
    make = library(name)
    f = sd.lambdify([u], u[c] + 0, axes=(c,), backend="array-api")
    turned = sd.lambdify([w], w[b, a], axes=(a, b), backend="array-api")
    wide = sd.lambdify([u, h], KroneckerDelta(a, b) * u[a] + h[b], axes=(a, b), backend="array-api")
    given = make(U[0].copy())
    for g, arrays in ((f, (given,)), (turned, (make(U.copy()),)), (wide, (given, given))):
        for _ in range(2):
            result = g(*arrays)
            before = [numpy_like(v).copy() for v in arrays]
            result[...] = 7.0
            assert all(np.array_equal(x, y) for x, y in zip(map(numpy_like, arrays), before, strict=True))


def test_signatures_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generic, "KNOWN", 2)
    f = anywhere(FLAGSHIP)
    for n in (1, 2, 3, 1, 2, 3):
        f(U[:n], H[:n])
        f(U[:n], H[:n])
    assert 0 < len(f.known) <= 2
    assert set(f.settled) <= set(f.known)


def test_several_gradients_and_the_derivation_itself() -> None:
    f = anywhere(LINEAR, wrt=(w[b, a], x[r, b]))
    values = inputs(f)
    value, (one, two) = f(*values)
    for found, problem in ((one, w[b, a]), (two, x[r, b])):
        g = sd.derive(LINEAR, wrt=problem).lambdify(backend="array-api")
        named = dict(zip(f.args, values, strict=True))
        np.testing.assert_allclose(found, g(*(named[n] for n in g.args)), rtol=1e-12)
    assert np.shape(value) == ()


def test_the_source_says_where_its_library_comes_from() -> None:
    f = anywhere(FLAGSHIP)
    assert f.args == ("u", "h")
    assert "xp = namespace(u)" in f.source
    assert "Further leading axes are a batch" in (f.__doc__ or "")
    assert repr(f).startswith("GenericFunction(name='named_otherwise'")
    space: dict[str, Any] = {}
    exec(compile(f.source, "<stand-alone>", "exec"), space)
    for one, two in zip(space[f.name](U, H), sd.value_and_grad(FLAGSHIP)(U, H), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12)
