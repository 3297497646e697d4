"""Compiled loops: their text run as plain Python against brute force, and compiled against NumPy's functions."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest
from numeric.brute import table
from numeric.problems import (
    BATCH_CE,
    BCE,
    ENTROPY,
    JACOBIAN,
    LOGITS,
    P_BATCH,
    P_LINEAR,
    SIGMOID,
    Case,
    K,
    N,
    P,
    W,
    c,
    compiled,
    d,
    i,
    j,
    k,
    m,
    made,
    n,
    p,
    s,
    times,
    x,
    y,
    z,
)
from numeric.test_lowering import CASES, SIZES, arguments_for, call
from numeric.test_random_terms import Labelled, Maker, check

import symderiv as sd
from symderiv.errors import InputError, Refused, ToolMissing
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.native import functions as native_module
from symderiv.numeric.native.functions import NativeFunction, compile_native
from symderiv.statement import Definition, Statement, state
from symderiv.terms import Entry, Function, Symbol, Term, big, exp, log, minus, neg, number, plus, power, quo

pytest.importorskip("numba")

DTYPES = [np.float32, np.float64]
Outputs = tuple[tuple[Term, tuple[Symbol, ...]], ...]


def native(statement: Statement, *outputs: tuple[Term, tuple[Symbol, ...]], arguments: Any = None) -> NativeFunction:
    names = ("value", "gradient", "third")
    given = tuple(Output(name, t, axes) for name, (t, axes) in zip(names, outputs, strict=False))
    return compile_native("test", statement, given, arguments)


def plainly(statement: Statement, *outputs: tuple[Term, tuple[Symbol, ...]]) -> NumericFunction:
    """NumPy's function for whole arrays, without its schedule in blocks."""
    return replace(compiled(statement, *outputs), quick=())


def interpreted(f: NativeFunction) -> NativeFunction:
    """The same text run by Python, loops and all: nothing of it is left to numba's reading."""
    plain = f.source.replace("from numba import njit, prange", "njit, prange = lambda **_: lambda f: f, range")
    assert plain != f.source
    space: dict[str, Any] = {}
    exec(plain, space)
    return replace(f, drivers={np.dtype(np.float64): space[f.name]})


# --- the text, against brute force -------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[each[0] for each in CASES])
def test_loops_agree_with_brute_force(case: Case) -> None:
    _, statement, outputs = case
    f = interpreted(native(statement, *outputs))
    values = arguments_for(case, np.random.default_rng(1))
    for found, (term, axes) in zip(call(f, values), outputs, strict=True):
        expected = table(term, axes, np.shape(found), statement, {**SIZES, **values})
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
        assert found.ndim == len(axes)


@pytest.mark.parametrize("case", CASES, ids=[each[0] for each in CASES])
def test_leading_axes_are_a_batch(case: Case) -> None:
    _, statement, outputs = case
    f, numpy = interpreted(native(statement, *outputs)), compiled(statement, *outputs)
    rng = np.random.default_rng(2)
    items = [arguments_for(case, rng) for _ in range(3)]
    stacked = {name: np.stack([v[name] for v in items]) for name in items[0]}
    for trial in (stacked, *({**items[0], name: stacked[name]} for name in stacked)):
        for found, expected in zip(call(f, trial), call(numpy, trial), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)
            assert found.shape == expected.shape


@pytest.mark.parametrize("maker", [Maker, Labelled])
def test_random_terms(maker: type[Maker]) -> None:
    compared = sum(check(seed, maker, lambda *a, **k: interpreted(native(*a, **k))) for seed in range(100))
    assert compared > 60


# --- compiled ----------------------------------------------------------------------------------


@cache
def flagship() -> tuple[NumericFunction, NumericFunction]:
    """The flagship in other letters, whose indices clash: compiled, and in NumPy."""
    a, t, q = (lambda *at, name=name: Entry(name, at) for name in ("k", "j", "e"))
    e, C = Symbol("n"), Symbol("z")
    soft = Definition("e", (i,), quo(exp(a(i)), big(e, C, exp(a(e)))))
    loss = neg(big(e, C, times(t(e), log(q(e)))))
    shapes = dict.fromkeys(("k", "j", "e"), (C,))
    statement = state("test", loss, (a(i),), (soft,), (), shapes)
    outputs: Outputs = ((loss, ()), (minus(q(i), t(i)), (i,)))
    return native(statement, *outputs), plainly(statement, *outputs)


def close(found: Any, expected: Any, dtype: type, ulps: float = 2) -> None:
    """Within some eps, of the largest entry where there is none; the same nan and infinities."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype == dtype
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=ulps * np.finfo(dtype).eps, atol=ulps * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(3,), (1,), (7, 10), (2, 3, 1100), (4, 1), (0, 5)])
def test_flagship_is_the_numpy_function(dtype: type, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    logits = (rng.normal(size=shape) * 5).astype(dtype)
    labels = np.eye(shape[-1], dtype=dtype)[rng.integers(0, shape[-1], shape[:-1])]
    f, numpy = flagship()
    for found, expected in zip(f(logits, labels), numpy(logits, labels), strict=True):
        close(found, expected, dtype)
    if shape[-1] == 1:
        assert np.all(f(logits, labels)[1] == 0)


INF, NAN = np.inf, np.nan
EDGES = {
    "large": ([1e4, -1e4, 9999.0], [0.0, 0.0, 1.0]),
    "masked": ([0.5, -INF, 1.5], [1.0, 0.0, 0.0]),
    "masked at the label": ([0.5, -INF, 1.5], [0.0, 1.0, 0.0]),
    "a nan": ([0.5, NAN, 1.5], [1.0, 0.0, 0.0]),
    "a negative nan": ([0.5, -NAN, 1.5], [1.0, 0.0, 0.0]),
    "all masked": ([-INF, -INF, -INF], [1.0, 0.0, 0.0]),
    "plus infinity": ([0.5, INF, 1.5], [1.0, 0.0, 0.0]),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("row", "label"), EDGES.values(), ids=EDGES.keys())
def test_edges(dtype: type, row: list[float], label: list[float]) -> None:
    logits, labels = np.array([[0.1, 0.2, 0.3], row, [1.0, 2.0, 3.0]], dtype), np.array([label] * 3, dtype)
    f, numpy = flagship()
    found = f(logits, labels)
    for a, b in zip(found, numpy(logits, labels), strict=True):
        close(a, b, dtype)
        assert np.all(np.isfinite(a[[0, 2]]))
    if any(v != v or v == INF for v in row) or all(v == -INF for v in row):
        assert np.all(np.isnan(found[1][1]))
    else:
        assert np.all(np.isfinite(found[1][1]))
        assert (found[0][1] == INF) == (row[label.index(1.0)] == -INF)


@pytest.mark.parametrize("dtype", DTYPES)
def test_strided_and_read_only_arguments_are_left_alone(dtype: type) -> None:
    logits, labels = np.arange(24.0, dtype=dtype).reshape(4, 6).T[::2], np.eye(8, dtype=dtype)[:3, 1::2]
    logits.flags.writeable = labels.flags.writeable = False
    kept = logits.copy(), labels.copy()
    f, numpy = flagship()
    for found, expected in zip(f(logits, labels), numpy(logits, labels), strict=True):
        close(found, expected, dtype)
    np.testing.assert_array_equal(logits, kept[0])
    np.testing.assert_array_equal(labels, kept[1])


def test_half_precision_is_computed_in_single() -> None:
    f, numpy = flagship()
    logits, labels = np.array([0.5, 1.5, -8.0], np.float16), np.array([0, 1, 0], np.float16)
    for found, expected in zip(f(logits, labels), numpy(logits, labels), strict=True):
        close(found, expected, np.float16)


def test_threads_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    f, _ = flagship()
    rng = np.random.default_rng(4)
    logits, labels = rng.normal(size=(1100, 60)), rng.uniform(size=(60,))
    assert logits.size > native_module.PARALLEL
    found = f(logits, labels)
    monkeypatch.setattr(native_module, "PARALLEL", logits.size)
    for a, b in zip(found, f(logits, labels), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_second_caller_does_without_threads() -> None:
    f, _ = flagship()
    logits = np.random.default_rng(5).normal(size=(1100, 60))
    alone = f(logits, logits)
    with native_module._THREADS:
        for a, b in zip(f(logits, logits), alone, strict=True):
            np.testing.assert_array_equal(a, b)
    assert not native_module._THREADS.locked()


# --- out= --------------------------------------------------------------------------------------


def test_out_takes_the_results() -> None:
    f, _ = flagship()
    logits, labels = np.random.default_rng(6).normal(size=(5, 3)), np.eye(3)[[0, 1, 2, 0, 1]]
    loss, gradient = f(logits, labels)
    buffers = np.empty(5), np.empty((5, 3))
    found = f(logits, labels, out=buffers)
    assert found[0] is buffers[0]
    assert found[1] is buffers[1]
    np.testing.assert_array_equal(buffers[0], loss)
    np.testing.assert_array_equal(buffers[1], gradient)
    wide = np.zeros((5, 6))
    assert f(logits, labels, out=wide[:, ::2])[1].base is wide
    np.testing.assert_array_equal(wide, np.stack([gradient, np.zeros((5, 3))], -1).reshape(5, 6))
    only = np.empty((5, 3))
    assert f(logits, labels, out=(None, only))[1] is only
    np.testing.assert_array_equal(only, gradient)


def read_only(a: np.ndarray) -> np.ndarray:
    a.flags.writeable = False
    return a


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (np.empty((5, 4)), r"float64 of shape \(5, 4\), expected .* float64 of shape \(5, 3\)"),
        (np.empty((5, 3), np.float32), "out is float32 .*, expected .* float64"),
        ((np.empty(5),), "1 arrays for 2 results"),
        ((None, [0.0]), "out is list"),
        (read_only(np.empty((5, 3))), "read-only"),
    ],
)
def test_bad_out(out: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        flagship()[0](np.zeros((5, 3)), np.ones((5, 3)), out=out)


def test_out_is_no_argument() -> None:
    logits = np.zeros((5, 3))
    with pytest.raises(InputError, match="shares memory"):
        flagship()[0](logits, logits, out=logits)


# --- other losses ------------------------------------------------------------------------------

OTHERS: dict[str, tuple[Statement, Outputs]] = {
    "linear layer": (
        made(BATCH_CE, (W(d, k), c(k)), (LOGITS, P_LINEAR)),
        (
            (BATCH_CE, ()),
            (times(quo(number(1), N), big(n, N, times(x(n, d), minus(p(n, k), y(n, k))))), (d, k)),
        ),
    ),
    "batch": (made(BATCH_CE, (z(m, i),), (P_BATCH,)), ((BATCH_CE, ()), (quo(minus(p(m, i), y(m, i)), N), (m, i)))),
    "binary": (
        made(big(k, K, BCE), (z(i),), (SIGMOID,)),
        ((big(k, K, BCE), ()), (minus(s(i), y(i)), (i,))),
    ),
    "entropy": (
        made(ENTROPY.body, (z(i),), (P, ENTROPY)),
        ((ENTROPY.body, ()), (neg(times(p(i), plus(log(p(i)), Symbol("H")))), (i,))),
    ),
    "jacobian": (made(p(j), (z(i),), (P,)), ((JACOBIAN, (j, i)),)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_losses(name: str) -> None:
    statement, outputs = OTHERS[name]
    values = arguments_for((name, statement, outputs), np.random.default_rng(8))
    f, numpy = native(statement, *outputs), plainly(statement, *outputs)
    for found, expected in zip(call(f, values), call(numpy, values), strict=True):
        close(found, expected, np.float64, 4)  # sums run in another order


def test_class_numbers() -> None:
    f = sd.value_and_grad(sd.load("softmax-cross-entropy-one-hot"), backend="numba")
    numpy = sd.value_and_grad(sd.load("softmax-cross-entropy-one-hot"))
    logits, labels = np.random.default_rng(9).normal(size=(4, 3)), np.array([0, 2, 1, 1])
    for found, expected in zip(f(logits, labels), numpy(logits, labels), strict=True):
        close(found, expected, np.float64)


def test_several_gradients_are_grouped() -> None:
    from sympy import IndexedBase, Sum, symbols

    a, b = map(IndexedBase, ("a", "b"))
    r, R = symbols("r R")
    problem = sd.Problem(name="product", value=Sum(a[r] * b[r] ** 2, (r, 1, R)), wrt=a[symbols("q")])
    q = symbols("q")
    f = sd.value_and_grad(problem, wrt=(a[q], b[q]), backend="numba")
    left, right = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    value, (first, second) = f(left, right)
    assert value == 59.0
    np.testing.assert_array_equal(first, right**2)
    np.testing.assert_array_equal(second, 2 * left * right)


# --- the exponential ---------------------------------------------------------------------------


@cache
def exponential() -> NumericFunction:
    return native(made(exp(x(n))), (exp(x(n)), (n,)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_exponential_is_within_one_unit_in_the_last_place(dtype: type) -> None:
    low, high = (-103.5, 88.7) if dtype is np.float32 else (-744.5, 709.7)
    rng = Random(10)
    at = [rng.uniform(low, high) for _ in range(1500)] + [rng.uniform(-1, 1) for _ in range(1500)]
    points = np.array(at, dtype)
    with mpmath.workdps(40):
        for found, point in zip(exponential()(points), points, strict=True):
            assert abs(float(found) - mpmath.exp(mpmath.mpf(float(point)))) <= float(np.spacing(found))


@pytest.mark.parametrize("dtype", DTYPES)
def test_exponential_at_its_ends(dtype: type) -> None:
    tiny = -103.97 if dtype is np.float32 else -745.13
    points = np.array([-INF, -1e30, -800.0, 0.0, -0.0, 800.0, 1e30, INF, NAN], dtype)
    expected = np.array([0, 0, 0, 1, 1, INF, INF, INF, NAN], dtype)
    np.testing.assert_array_equal(exponential()(points), expected)
    near = np.concatenate([np.linspace(tiny - 2, tiny + 20, 4001), np.linspace(80, 90, 2001), [709.7, 709.79, 711]])
    found = exponential()(near.astype(dtype))
    assert np.all(np.diff(found[np.isfinite(found)]) >= 0)
    assert exponential()(np.array([tiny], dtype))[0] > 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_softplus_and_sigmoid_are_within_a_few_units(dtype: type) -> None:
    softplus, sigmoid = log(plus(number(1), exp(x(n)))), quo(number(1), plus(number(1), exp(neg(x(n)))))
    points = np.array([*np.linspace(-80, 80, 1500), -1e4, 1e4, 0.0, 1e-6], dtype)
    f = native(made(softplus), (softplus, (n,)), (sigmoid, (n,)))
    for found, exact in zip(
        f(points), (lambda v: mpmath.log1p(mpmath.exp(v)), lambda v: 1 / (1 + mpmath.exp(-v))), strict=True
    ):
        for value, point in zip(found, points, strict=True):
            error = abs(mpmath.mpf(float(value)) - exact(mpmath.mpf(float(point))))
            assert error <= 2.5 * mpmath.mpf(float(np.spacing(value)))
    assert np.isnan(f(np.array([NAN], dtype))[0][0])


# --- refusals ----------------------------------------------------------------------------------


def test_complex_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="float32 and float64, not in complex128"):
        flagship()[0](np.zeros(3, complex), np.zeros(3))


def test_what_has_no_loop_is_refused() -> None:
    many = tuple(Symbol(name) for name in "abcde")
    value = quo(number(1), plus(number(1), *(z(index) for index in many)))
    with pytest.raises(Refused, match="at most four axes"):
        native(made(value), (value, many))
    unknown = Function("erf", (z(i),))
    with pytest.raises(Refused, match="erf"):
        native(made(unknown), (unknown, (i,)))


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(InputError, match=r"no backend 'fortran'; there are: .*numba"):
        sd.value_and_grad(sd.load("entropy"), backend="fortran")


def test_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ToolMissing, match=r"pip install 'symderiv\[native\]'"):
        sd.value_and_grad(sd.load("entropy"), backend="numba")


def test_numba_is_imported_by_who_asks_for_it() -> None:
    program = "import sys, symderiv as sd\nsd.value_and_grad(sd.load('entropy'))\nprint('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


def test_division_by_sizes_alone() -> None:
    value = times(big(k, K, z(k)), power(minus(K, number(1)), number(-1)))
    f = native(made(value), (value, ()))
    assert f(np.array([1.0, 2.0, 3.0])) == 3.0
    with pytest.raises(InputError, match="sizes alone is 0 at K = 1"):
        f(np.array([1.0]))


def test_names_of_the_problem_clash_with_nothing() -> None:
    real, rows = Entry("real", (k,)), Entry("rows", (k,))
    value = big(k, K, times(exp(real), rows, Symbol("batch"), Symbol("chunks")))
    f = native(made(value), (value, ()), arguments=("real", "rows", "batch", "chunks"))
    assert f(np.zeros(3), np.ones(3), 2.0, 5.0) == 30.0
