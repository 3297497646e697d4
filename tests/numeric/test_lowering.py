"""Lowered functions against brute-force evaluation of the same terms, batches and all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numeric.brute import table
from numeric.problems import (
    D_,
    JACOBIAN,
    Case,
    K,
    N,
    P,
    T,
    W,
    array,
    cases,
    compiled,
    cross_entropy,
    d,
    flagship,
    i,
    j,
    k,
    made,
    n,
    p,
    x,
    y,
    z,
)

from symderiv.errors import InputError, Refused
from symderiv.numeric.function import NumericFunction
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.terms import ZERO, D, Entry, Function, Symbol, big, delta, log, minus, number, plus, power, times

SIZES = {"K": 4, "N": 3, "D": 2}
CASES = cases()


def arguments_for(case: Case, rng: np.random.Generator) -> dict[str, Any]:
    _, statement, outputs = case
    values: dict[str, Any] = {}
    for name in default_arguments(statement, [t for t, _ in outputs]):
        shape = tuple(SIZES[s.name] for s in statement.scope.shapes.get(name, ()))
        values[name] = rng.uniform(0.2, 2.0, shape)
    return values


def call(f: NumericFunction, values: dict[str, Any]) -> tuple[Any, ...]:
    found = f(*values.values(), **{s: SIZES[s] for s in f.sizes})
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_agrees_with_brute_force(case: Case) -> None:
    _, statement, outputs = case
    f = compiled(statement, *outputs)
    values = arguments_for(case, np.random.default_rng(1))
    for found, (term, axes) in zip(call(f, values), outputs, strict=True):
        expected = table(term, axes, np.shape(found), statement, {**SIZES, **values})
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
        assert found.ndim == len(axes)


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_leading_axes_are_a_batch(case: Case) -> None:
    _, statement, outputs = case
    f = compiled(statement, *outputs)
    rng = np.random.default_rng(2)
    items = [arguments_for(case, rng) for _ in range(3)]
    each = [call(f, v) for v in items]
    together = call(f, {name: np.stack([v[name] for v in items]) for name in items[0]})
    for place, found in enumerate(together):
        np.testing.assert_allclose(found, np.stack([e[place] for e in each]), rtol=1e-12, atol=1e-13)
    for name in items[0]:  # one argument batched, the others shared
        mixed = {**items[0], name: np.stack([v[name] for v in items])}
        singles = [call(f, {**items[0], name: v[name]}) for v in items]
        for place, found in enumerate(call(f, mixed)):
            np.testing.assert_allclose(found, np.stack([e[place] for e in singles]), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_source_stands_alone_and_is_lint_clean(case: Case, tmp_path: Path) -> None:
    _, statement, outputs = case
    f = compiled(statement, *outputs)
    space: dict[str, Any] = {}
    exec(f.source, space)
    values = arguments_for(case, np.random.default_rng(3))
    found = space["test"](*values.values(), **{s: SIZES[s] for s in f.sizes})
    for a, b in zip(found if isinstance(found, tuple) else (found,), call(f, values), strict=True):
        np.testing.assert_allclose(a, b)
    assert all(len(line) <= 120 for line in f.source.splitlines())
    assert "einsum(" not in f.source or "->" in f.source
    assert "np.eye" not in f.source


def test_all_sources_pass_the_linter(tmp_path: Path) -> None:
    for name, statement, outputs in CASES:
        (tmp_path / f"{name.replace('-', '_')}.py").write_text(compiled(statement, *outputs).source)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,W,B,RUF", "--line-length", "120"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_powers_are_written_as_formatters_do() -> None:
    x = Symbol("x")
    value = times(power(x, number(-3)), power(plus(x, number(2)), number(2)))
    source = compiled(made(value), (value, ())).source
    assert "x**-3" in source
    assert "(x + 2) ** 2" in source


def test_flagship_reads_like_a_textbook() -> None:
    body = flagship().source.split('"""')[-1].strip("\n").splitlines()
    assert [line.strip() for line in body] == [
        "z_max = np.max(z, axis=-1, keepdims=True)",
        "shifted = z - z_max",
        "e = np.exp(shifted)",
        "s = np.sum(e, axis=-1, keepdims=True)",
        "log_p = shifted - np.log(s)",
        "p = e / s",
        "value = -np.sum(times_log(y, log_p), axis=-1)",
        "gradient = p - y",
        "return value, gradient",
    ]


def test_contractions_are_matrix_products() -> None:
    linear = next(c for c in CASES if c[0] == "linear")
    source = compiled(linear[1], *linear[2]).source
    assert "x @ W" in source
    assert "np.swapaxes(x, -2, -1) @ " in source


def test_jacobian_adds_to_a_diagonal() -> None:
    source = compiled(made(p(j), (z(i),), (P,)), (JACOBIAN, (j, i))).source
    assert "[...] += p" in source
    assert "np.arange" not in source


def test_renaming_changes_nothing() -> None:
    r, t = Symbol("r"), Symbol("t")
    statement = made(cross_entropy(), (z(r),), (P,))
    first = compiled(statement, (cross_entropy(), ()), (minus(p(r), y(r)), (r,))).source
    second = compiled(statement, (cross_entropy(), ()), (minus(p(t), y(t)), (t,))).source
    assert first.split('"""')[-1] == second.split('"""')[-1] == flagship().source.split('"""')[-1]


def test_awkward_names() -> None:
    names = ("lambda", "p'", "np", "λ", "sum", "e", "__import__('os')", 'a"""b\\')
    arrays = [array(name) for name in names]
    value = big(k, K, times(*(b(k) for b in arrays)))
    f = compiled(made(value), (value, ()))
    rows = np.random.default_rng(0).normal(size=(len(names), 3))
    assert f(*rows) == pytest.approx(rows.prod(axis=0).sum())
    assert f.args[:5] == ("lambda_", "p_prime", "np_", "λ", "sum_")


def test_arguments_are_ordered_by_role() -> None:
    value = times(T, big(k, K, times(y(k), log(p(k)))))
    assert default_arguments(made(value, (z(i),), (P,)), [value]) == ("z", "y", "T")
    assert default_arguments(made(value, (p(i),), (P,)), [value]) == ("p", "y", "T")


def test_a_variable_that_is_defined_is_an_argument() -> None:
    value = cross_entropy()
    f = compiled(made(value, (p(i),), (P,)), (value, ()))
    assert f.args == ("y", "p") or f.args == ("p", "y")
    assert f(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == pytest.approx(np.log(2))


def test_what_has_no_code_is_refused() -> None:
    value = big(k, K, z(k))
    with pytest.raises(Refused, match="derive first"):
        compiled(made(value), (D(value, z(i)), (i,)))
    with pytest.raises(Refused, match="function f has no NumPy code"):
        compiled(made(Function("f", (value,))), (Function("f", (value,)), ()))
    with pytest.raises(InputError, match="not among its axes"):
        compiled(made(value, (z(i),)), (z(i), ()))
    with pytest.raises(InputError, match="needs y"):
        compiled(made(times(value, y(i))), (times(value, y(i)), (i,)), arguments=("z",))


def test_numpy_functions() -> None:
    value = big(k, K, Function("sin", (z(k),)))
    f = compiled(made(value, (z(i),)), (value, ()), (Function("cos", (z(i),)), (i,)))
    found, gradient = f(np.array([0.3, 1.0]))
    assert found == pytest.approx(np.sin(0.3) + np.sin(1.0))
    np.testing.assert_allclose(gradient, np.cos([0.3, 1.0]))


def test_source_does_not_grow_with_sizes() -> None:
    f = flagship()
    for size in (1, 3, 1000):
        row = np.linspace(-1, 1, size)
        assert np.shape(f(row, np.ones(size) / size)[1]) == (size,)


def test_wide_expressions_keep_to_the_line_length() -> None:
    arrays = [array(f"some_rather_long_name_{number}") for number in range(12)]
    value = big(k, K, power(times(*(minus(b(k), number(2)) for b in arrays)), number(2)))
    source = compiled(made(value), (value, ())).source
    assert all(len(line) <= 120 for line in source.splitlines() if "def " not in line)


def test_matrix_products_in_any_shape() -> None:
    value = big(n, N, big(d, D_, times(x(n, d), W(d, n))))
    rng = np.random.default_rng(5)
    xs, ws = rng.normal(size=(3, 2)), rng.normal(size=(2, 3))
    assert compiled(made(value), (value, ()))(xs, ws) == pytest.approx(np.trace(xs @ ws))
    cube = Entry("A", (i, k, d))
    term = big(k, K, times(cube, W(d, j), Entry("z", (k,))))
    f = compiled(made(term), (term, (i, d, j)))
    cubes, zs = rng.normal(size=(2, 4, 2)), rng.normal(size=4)
    np.testing.assert_allclose(f(cubes, ws, zs), np.einsum("ikd,dj,k->idj", cubes, ws, zs))


def test_one_letter_over_two_sizes() -> None:
    left_out = (number(2),)
    value = plus(big(k, K, T, left_out), big(k, N, T, left_out), big(k, K, z(k)), big(k, N, x(k)))
    f = compiled(made(value), (value, ()))
    assert f(np.zeros(5), np.zeros(3), 1.0) == 6.0
    mixed = plus(times(delta(i, number(2)), big(i, N, x(i))), z(i))
    g = compiled(made(mixed), (mixed, (i,)))
    np.testing.assert_allclose(g(np.ones(2), np.ones(4)), [1, 3, 1, 1])


def test_sizes_are_no_arguments() -> None:
    value = big(k, K, z(k))
    with pytest.raises(InputError, match="K is a size"):
        compiled(made(value), (value, ()), arguments=("z", "K"))


def test_grouped_results() -> None:
    linear = next(c for c in CASES if c[0] == "linear")
    f = compiled(linear[1], *linear[2])
    values = arguments_for(linear, np.random.default_rng(4))
    loss, (by_weight, by_bias) = f.grouped()(*values.values())
    np.testing.assert_array_equal(by_weight, f(*values.values())[1])
    assert by_bias.shape == (4,)
    assert f.grouped().__doc__ == f.__doc__
    assert loss == f(*values.values())[0]


def test_constant_outputs_that_share_a_node_have_their_own_shapes() -> None:
    f = compiled(made(big(k, K, z(k)), (z(i),)), (ZERO, ()), (ZERO, (i,)))
    assert [np.shape(r) for r in f(np.ones(3))] == [(), (3,)]
