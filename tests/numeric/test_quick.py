"""Functions in place and in blocks of rows against the plain form of the same function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from numeric.test_weights import PROBLEMS as WEIGHTED
from sympy import Eq, IndexedBase, KroneckerDelta, Rational, Sum, exp, log, symbols

import symderiv as sd
from symderiv.errors import InputError
from symderiv.numeric import costs
from symderiv.numeric.function import NumericFunction
from symderiv.numeric.quick import blocks, choice
from symderiv.terms import Number, Symbol

K, N, T, i, j, k, m, n = symbols("K N T i j k m n")
a, b, q, w, z = map(IndexedBase, "abqwz")
ROW = np.array([0.3, 1.0, 2.5])
TRIALS = ((1, ()), (1, (1,)), (3, ()), (3, (1,)), (5, (7,)), (40, (3, 4)), (70, (300,)))


def plainly(f: NumericFunction) -> NumericFunction:
    """The same function without its quick forms."""
    return replace(f, quick=(), kinds={})


def clash() -> sd.Problem:
    """The flagship with other letters, the variable's index the one that its definition sums over."""
    return sd.Problem(
        name="clash",
        where={q[j]: exp(a[j]) / Sum(exp(a[i]), (i, 1, N))},
        value=-Sum(b[i] * log(q[i]), (i, 1, N)),
        wrt=a[j],
        given=[Eq(Sum(b[i], (i, 1, N)), 1, evaluate=False)],
    )


def mixture() -> sd.Problem:
    """Two softmaxes, a number, and a logarithm that is no softmax's."""
    p = exp(T * z[k]) / Sum(exp(T * z[j]), (j, 1, K))
    r = exp(-z[k]) / Sum(exp(-z[j]), (j, 1, K))
    return sd.Problem(name="mixture", value=Sum(p * w[k] + r**2, (k, 1, K)) - log(Sum(exp(z[j]), (j, 1, K))), wrt=z[i])


def margin() -> sd.Problem:
    """Class numbers beside weights of classes: a margin on the logit of the class, and its weight."""
    t = IndexedBase("t")
    shifted = z[n, k] - T * KroneckerDelta(k, t[n])
    value = Sum(w[t[n]] * (log(Sum(exp(shifted), (k, 1, K))) - z[n, t[n]]), (n, 1, N)) / N
    return sd.Problem(name="margin", value=value, wrt=z[m, i])


def squares() -> sd.Problem:
    x, y, c = map(IndexedBase, ("x", "y", "c"))
    rest = Sum(x[n, j] * w[j], (j, 1, K)) + c[n] - y[n]
    return sd.Problem(name="squares", value=Sum(rest**2, (n, 1, N)) / N, wrt=w[i])


PROBLEMS = {
    **dict.fromkeys(sd.names(), sd.load),
    "clash": clash,
    "mixture": mixture,
    "margin": margin,
    "squares": squares,
    **{f"weighted {name}": (lambda made=made: made) for name, made in WEIGHTED.items()},
}


def problem(name: str) -> sd.Problem:
    made = PROBLEMS[name]
    return made(name) if made is sd.load else made()


def arguments(f: NumericFunction, size: int, batch: tuple[int, ...], dtype: type, scale: Any) -> list[Any]:
    """Random arguments; ``scale`` is that of the first, or the one entry that it has somewhere."""
    rng = np.random.default_rng(size)
    names = dict.fromkeys(s.name for p in f.parameters for s in p.sizes if isinstance(s, Symbol))
    sizes = {s: size + n % 2 for n, s in enumerate(names)}
    found = []
    for p in f.parameters:
        shape = (*batch, *(sizes[s.name] if isinstance(s, Symbol) else int(s.value) for s in p.sizes))
        assert all(isinstance(s, Symbol | Number) for s in p.sizes)
        if p.classes is not None:
            found.append(rng.integers(0, sizes.get(getattr(p.classes, "name", ""), 1), shape))
            continue
        x = rng.normal(size=shape)
        if found:
            x = np.abs(x) + 0.1
            if p.sizes:
                x[..., 0] = 0
        elif scale in (-np.inf, np.inf) or scale != scale:
            x.flat[rng.integers(x.size)] = scale
        else:
            x *= scale
        found.append(x.astype(dtype))
    return found


def cases(f: NumericFunction) -> Iterator[tuple[list[Any], str]]:
    for size, batch in TRIALS:
        for dtype in (np.float64, np.float32):
            for scale in (1.0, 30.0, 1e4, -np.inf, np.inf, np.nan):
                yield arguments(f, size, batch, dtype, scale), f"{size} {batch} {dtype.__name__} {scale}"


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.filterwarnings("error")
def test_as_the_plain_form(name: str) -> None:
    f = sd.value_and_grad(problem(name))
    other = plainly(f)
    for args, what in cases(f):
        try:
            wanted = other(*args)
        except InputError:
            continue
        for _ in range(2):  # the second time by what is remembered of the first
            for found, want in zip(f(*args), wanted, strict=True):
                assert (found.shape, found.dtype) == (want.shape, want.dtype), what
                eps = np.finfo(want.dtype).eps
                size = float(np.max(np.abs(want), where=np.isfinite(want), initial=1.0))
                np.testing.assert_allclose(found, want, rtol=0, atol=60 * eps * size, err_msg=what)


def test_these_have_quick_forms() -> None:
    """Otherwise the test above compares nothing."""
    rows = {name: [form.rows for form in sd.value_and_grad(problem(name)).quick] for name in PROBLEMS}
    assert rows["softmax-cross-entropy"] == rows["clash"] == rows["mixture"] == [None]
    assert rows["softmax-cross-entropy-batch"] == [None, "N"]
    assert rows["linear-softmax-cross-entropy"] == ["N"]
    assert "N" in rows["squares"]
    assert rows["softmax-cross-entropy-one-hot"] == [None]
    assert "N" in rows["margin"]
    assert rows["weighted one row"] == [None]
    assert rows["weighted cox"] == rows["weighted clash"] == [None]
    assert all("N" in rows[f"weighted {name}"] for name in ("rows", "shared", "importance", "expected"))


def test_blocks_join_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "BLOCK", 25)
    monkeypatch.setattr(costs, "LEAST_ROWS", 2)
    for name in ("clash", "softmax-cross-entropy-batch", "linear-softmax-cross-entropy", "squares"):
        f = sd.value_and_grad(problem(name))
        args = arguments(f, 7, (), np.float64, 1.0) if name != "clash" else arguments(f, 7, (23,), np.float64, 1.0)
        for found, want in zip(f(*args), plainly(f)(*args), strict=True):
            np.testing.assert_allclose(found, want, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("shape", [(6, 2), (2, 2), (3, 1), (1, 3)])
def test_rows_with_two_axes_of_their_own_are_looked_at(shape: tuple[int, int]) -> None:
    x, (n, m, k, i), (N, K) = IndexedBase("x"), symbols("n m k i"), symbols("N K")
    value = Sum(log(1 + exp(x[n, k])) * exp(-x[n, k]), (k, 1, K), (n, 1, N))
    f = sd.value_and_grad(sd.Problem("softplus", value=value, wrt=x[m, i]))
    logits = np.random.default_rng(0).normal(size=(*shape, 4))
    for spread in (1.0, -800.0):
        logits[0, 0, 0] = spread
        for found, want in zip(f(logits), plainly(f)(logits), strict=True):
            np.testing.assert_allclose(found, want, rtol=1e-13)


@pytest.mark.parametrize("offset", [-80.0, -54.0, -50.0, -30.0, 0.0, 30.0, 44.0, 50.0, 80.0])
def test_powers_of_a_sum_stay_in_range(offset: float) -> None:
    """Where a sum that no logarithm is taken of is squared, its square has to be a number of the precision."""
    z, x, (i, j, k), K = IndexedBase("z"), IndexedBase("x"), symbols("i j k"), symbols("K")
    total, mean = Sum(exp(z[j]), (j, 1, K)), Sum(exp(z[k]) * x[k], (k, 1, K))
    values = (Sum(exp(2 * z[k]) / total**2, (k, 1, K)), (mean / total) ** 2, mean**2 / total**2)
    weights = np.array([0.2, -0.5, 1.0], np.float32)
    logits = np.add(np.full((2, 3), offset), (0, 0.5, 1)).astype(np.float32)
    for value in values:
        f = sd.value_and_grad(sd.Problem("powers", value=value, wrt=z[i]))
        args = [{"z": logits, "x": np.stack([weights] * 2)}[n] for n in f.args]
        exact = plainly(f)(*(a.astype(float) for a in [np.asarray(a) for a in args]))
        for found, want in zip(f(*args), exact, strict=True):
            np.testing.assert_allclose(found, want, rtol=2e-4, atol=1e-7)


def test_one_class_has_no_gradient() -> None:
    gradient = sd.derive(sd.load("softmax-cross-entropy")).lambdify()
    for dtype in (np.float64, np.float32):
        logits = np.random.default_rng(0).normal(size=(1000, 1)).astype(dtype)
        assert not np.any(gradient(logits, np.ones_like(logits)))


def test_weights_that_add_up_to_zero_keep_digits() -> None:
    logits = np.array([[50.01, 50, 50.003, 50.02, 50.005]] * 2, np.float32)
    weights = np.array([[0.7, -0.3, 0.1, -0.9, 0.4]] * 2, np.float32)
    f = sd.value_and_grad(clash())
    exact = plainly(f)(logits.astype(float), weights.astype(float))[0]
    np.testing.assert_allclose(f(logits, weights)[0], exact, rtol=1e-4)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("classes", [3, 10, 100])
def test_confident_rows_are_done_without_a_shift(classes: int, dtype: type) -> None:
    """As after training: the loss is far below its logits, and off by a rounding of these, in one pass."""
    rng = np.random.default_rng(classes)
    logits = rng.normal(size=(200, classes))
    marks = np.eye(classes)[rng.integers(0, classes, 200)]
    logits, marks = (logits + 9 * marks).astype(dtype), marks.astype(dtype)
    exact = [mpmath.fsum(mpmath.exp(x - max(row)) for x in row) for row in logits.astype(float).tolist()]
    wanted = np.array([float(mpmath.log(s)) for s in exact])  # the greatest logit is the label's
    assert np.array_equal(logits.argmax(1), marks.argmax(1))
    one_hot = sd.value_and_grad(sd.load("softmax-cross-entropy-one-hot"))
    for f, labels, size in ((sd.value_and_grad(clash()), marks, "N"), (one_hot, marks.argmax(1), "K")):
        plan = f.quick[0].at((200,), {size: classes}, np.dtype(dtype))
        g = np.empty_like(logits)
        good, _ = plan.form.some(logits, labels, g, *(np.empty_like(g) for _ in plan.scratch), False, **plan.named)
        assert np.size(good) == 200
        assert np.all(good)
        assert np.max(np.abs(f(logits, labels)[0] - wanted)) <= 24 * np.finfo(dtype).eps


def test_a_batch_of_one_long_row_is_gone_through_in_pieces() -> None:
    """The entries of a loss that is a sum over them are rows themselves; a short row stays in lists."""
    y = IndexedBase("y")
    p = 1 / (1 + exp(-z[k]))
    f = sd.value_and_grad(
        sd.Problem("binary", value=-Sum(y[k] * log(p) + (1 - y[k]) * log(1 - p), (k, 1, K)), wrt=z[i])
    )
    rng = np.random.default_rng(0)
    for classes, rows in ((10, None), (20000, "K")):
        logits, labels = 5 * rng.normal(size=(1, 1, classes)), rng.random((1, classes))
        chosen_form = choice.chosen(f.quick, (1, 1), {"K": classes})
        assert chosen_form is not None
        assert chosen_form.rows == rows
        wanted = plainly(f)(logits, labels)
        into = np.empty_like(logits)
        for found in (f(logits, labels), f(logits, labels), f(logits, labels, out=into)):
            assert [r.shape for r in found] == [(1, 1), (1, 1, classes)]
            for a, b in zip(found, wanted, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)
        assert found[1] is into


def test_a_power_that_python_makes_complex_is_nan() -> None:
    a, b = symbols("a b")
    value = (1 / (1 + exp(-a)) - 1 / (1 + exp(-b))) ** Rational(3, 2)
    f = sd.value_and_grad(sd.Problem("power", value=value, wrt=a))
    assert np.isnan(f(np.float64(-3), np.float64(2))).all()


def test_more_digits_than_python_has_stay() -> None:
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(2, 5)).astype(np.longdouble) / 3, np.eye(5, dtype=np.longdouble)[:2]
    f = sd.value_and_grad(clash())
    for one, both in zip(f(logits[0], labels[0]), f(logits, labels), strict=True):
        assert np.array_equal(one, both[0])
        assert one.dtype == np.longdouble


def test_the_root_of_minus_infinity_is_nan_for_a_row_by_itself() -> None:
    f = sd.value_and_grad(sd.Problem("root", value=Sum(w[k] * exp(z[k]), (k, 1, K)) ** Rational(1, 2), wrt=z[i]))
    row = np.array([0.0, np.inf]), np.array([1.0, -1.0])
    assert all(np.isnan(r).all() for r in f(*row))


def test_rows_in_the_order_of_fortran_keep_their_digits() -> None:
    f = plainly(sd.value_and_grad(clash()))
    logits = (3 * np.random.default_rng(0).normal(size=(3, 2**17))).astype(np.float32)
    labels = np.full_like(logits, 2.0**-17)
    for found, wanted in zip(f(np.asfortranarray(logits), labels), f(logits, labels), strict=True):
        assert np.array_equal(found, wanted)


def test_thresholds_decide_about_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    size = np.getbufsize()
    for items, classes in ((1, 7), (9, 700), (3, 20000)):
        rng = np.random.default_rng(items)
        args = 3 * rng.normal(size=(items, classes)), rng.random((items, classes))
        many = []
        for lists, buffer, block in ((24, 512, 2**18), (0, 2**14, 2**18), (10**6, 16, 2**7)):
            monkeypatch.setattr(blocks, "LISTS", lists)
            monkeypatch.setattr(costs, "BUFFER", buffer)
            monkeypatch.setattr(blocks, "BUFFER", buffer)
            monkeypatch.setattr(costs, "BLOCK", block)
            many.append(sd.value_and_grad(clash())(*args))
        for found in many[1:]:
            for a, b in zip(found, many[0], strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)
    assert np.getbufsize() == size


def test_rows_that_are_declined_leave_the_others_alone() -> None:
    f = sd.value_and_grad(clash())
    logits = np.random.default_rng(0).normal(size=(5000, 20))
    labels = np.eye(20)[np.arange(5000) % 20]
    loss, gradient = f(logits, labels)
    logits[77, 3] = np.nan
    logits[4000, 1] = -np.inf
    logits[4001] = 1e4
    again, other = f(logits, labels)
    rest = [row for row in range(5000) if row not in (77, 4000, 4001)]
    np.testing.assert_allclose(again[rest], loss[rest], rtol=1e-14)
    np.testing.assert_allclose(other[rest], gradient[rest], rtol=0, atol=1e-15)
    assert np.isnan(again[77])
    assert np.isfinite(again[4001])


def test_arrays_to_write_into() -> None:
    f = sd.value_and_grad(clash())
    logits, labels = np.random.default_rng(0).normal(size=(2, 6, 4))
    loss, gradient = f(logits, labels)
    into = np.empty_like(gradient)
    found = f(logits, labels, out=into)
    assert found[1] is into
    np.testing.assert_array_equal(into, gradient)
    value, strided = np.empty(6), np.empty((4, 6)).T
    found = f(logits, labels, out=(value, strided))
    assert found[0] is value
    assert found[1] is strided
    np.testing.assert_array_equal(value, loss)
    np.testing.assert_array_equal(strided, gradient)
    one = np.empty(4)
    assert f(logits[0], labels[0], out=one)[1] is one
    np.testing.assert_allclose(one, gradient[0], rtol=0, atol=1e-15)


def test_arrays_that_may_not_be_written_into() -> None:
    f = sd.value_and_grad(clash())
    logits, labels = np.zeros((2, 6, 4))
    fixed = np.empty((6, 4))
    fixed.flags.writeable = False
    for out, what in (
        (logits, "shares memory"),
        (np.empty((4, 6)), r"shape \(4, 6\), expected"),
        (np.empty((6, 4), np.float32), "float32"),
        (fixed, "read-only"),
        ([1.0], "1 arrays for 2 results"),
        (3.0, "float, expected"),
    ):
        for _ in range(2):
            with pytest.raises(InputError, match=what):
                f(logits, labels, out=out)


def test_several_gradients_into_arrays() -> None:
    x, y, c = map(IndexedBase, ("x", "y", "c"))
    rest = Sum(x[n, j] * w[j], (j, 1, K)) + c[n] - y[n]
    f = sd.value_and_grad(sd.Problem(name="both", value=Sum(rest**2, (n, 1, N)), wrt=w[i]), wrt=(w[i], c[n]))
    args = arguments(f, 5, (), np.float64, 1.0)
    value, (first, second) = f(*args)
    into = np.empty_like(first), np.empty_like(second)
    found = f(*args, out=(None, into))
    assert found[1][0] is into[0]
    assert found[1][1] is into[1]
    assert found[0] == value
    np.testing.assert_array_equal(into[0], first)
    np.testing.assert_array_equal(into[1], second)


def test_read_only_and_strided_arguments() -> None:
    f = sd.value_and_grad(clash())
    logits, labels = np.random.default_rng(0).normal(size=(2, 600, 40))
    wanted = f(logits, labels)
    logits.flags.writeable = False
    apart = np.asfortranarray(logits), np.repeat(labels, 2, axis=1)[:, ::2]
    for found, want in zip(f(*apart), wanted, strict=True):
        np.testing.assert_allclose(found, want, rtol=1e-14, atol=1e-14)
    for found, want in zip(
        f(logits, np.broadcast_to(labels[0], (600, 40))), f(logits, [list(labels[0])] * 600), strict=True
    ):
        np.testing.assert_allclose(found, want, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("shape", [(300, 100), (2000, 3), (64, 33), (3, 70), (40, 1)])
@pytest.mark.parametrize("name", ["clash", "softmax-cross-entropy-batch", "softmax-cross-entropy-one-hot", "squares"])
def test_copies_of_blocks_are_those_of_the_call(
    name: str, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any order in memory, one call after another, labels in whole numbers of one kind or the other."""
    monkeypatch.setattr(costs, "BLOCK", 9000)
    f = sd.value_and_grad(problem(name))
    rng = np.random.default_rng(0)
    for seed in range(2):
        args: list[np.ndarray] = []
        for p in f.parameters:
            if p.classes is not None:
                args.append(rng.integers(0, shape[1], shape[0]).astype((np.int64, np.int32)[seed]))
            else:
                own = {"N": shape[0], "K": shape[1]}
                sizes = tuple(own[getattr(s, "name", "")] for s in p.sizes) if name == "squares" else shape
                args.append(rng.normal(size=sizes))
        wanted = f(*args)
        for other in (np.asfortranarray, lambda a: np.repeat(a, 2, axis=-1)[..., ::2], lambda a: a[::-1].copy()[::-1]):
            for found, want in zip(f(*map(other, args)), wanted, strict=True):
                np.testing.assert_allclose(found, want, rtol=1e-13, atol=1e-14)


def test_text_is_the_same_for_any_sizes() -> None:
    """One text for every size, and the same for the problem in other letters but for the letters."""
    clashing, flagship = (sd.value_and_grad(problem(name)).schedule for name in ("clash", "softmax-cross-entropy"))
    assert len(clashing.splitlines()) == len(flagship.splitlines())


def test_sums_over_shares_come_apart_by_a_law_that_is_proved() -> None:
    total = Sum(exp(a[j]), (j, 1, K))
    whole = Sum(w[k] * (a[k] - log(total)), (k, 1, K))
    apart = Sum(w[k] * a[k], (k, 1, K)) - log(total) * Sum(w[k], (k, 1, K))
    assert sd.prove(whole, apart).status == "proved"
    assert sd.prove(whole, Sum(w[k] * a[k], (k, 1, K)) - log(total)).status == "refuted"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sigmoid_and_softplus_written_out(dtype: type) -> None:
    """By the identities of real numbers that `unfolded` states, within roundings of the exact numbers."""
    logits = np.array([*np.linspace(-40, 40, 81), 1e4, -1e4, 700, -700, 0.0], dtype)
    batch = np.stack([logits, logits[::-1]])
    share, slope = 1 / (1 + exp(-z[k])), log(1 + exp(z[k]))
    for expression, exact in (
        (share, lambda x: 1 / (1 + mpmath.exp(-x))),
        (slope, lambda x: x if x > 500 else mpmath.log1p(mpmath.exp(x))),
    ):
        f = sd.lambdify([z], expression)
        assert f.quick
        with mpmath.workdps(60):
            wanted = np.array([float(exact(mpmath.mpf(float(x)))) for x in logits])
        eps, tiny = np.finfo(dtype).eps, np.finfo(dtype).tiny
        assert np.all(np.abs(f(batch)[0] - wanted) <= 4 * eps * wanted + tiny)


def test_a_gradient_that_the_value_sums_up_is_kept() -> None:
    """The product that is the gradient is an array of its own, though the value only needs its sum."""
    f = sd.value_and_grad(sd.Problem(name="w", value=Sum(w[k] * exp(z[k]), (k, 1, K)), wrt=z[i]))
    assert f.args == ("z", "w")  # the name of the problem is no argument's
    for found, want in zip(f(ROW, ROW), plainly(f)(ROW, ROW), strict=True):
        np.testing.assert_allclose(found, want, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_stands_beside_a_shifted_exponent_is_added_last(dtype: type) -> None:
    """A mixture of Gaussians far from all of them: the exponents are huge, the gradient is not."""
    shares = {w[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))}
    far = (T - z[k]) ** 2 / (2 * exp(2 * b[k])) + b[k]
    f = sd.value_and_grad(sd.Problem(name="mix", where=shares, value=log(Sum(w[k] * exp(-far), (k, 1, K))), wrt=z[i]))
    given = {"z": [0.0, 1.0, 2.0], "b": [0.0, -0.5, 0.3], "a": [0.1, 0.2, -1.0], "T": 1e4}
    gradient = f(*(np.asarray(given[name], dtype) for name in f.args))[1]
    np.testing.assert_allclose(gradient, [0, 0, 9998 * np.exp(-0.6)], rtol=4 * np.finfo(dtype).eps)


SHAPES = [
    ((1, 20), (20,)),
    ((20,), (1, 20)),
    ((1, 1, 20), (1, 20)),
    ((1, 20), (1, 1, 20)),
    ((1, 3), (3,)),
    ((3,), (1, 3)),
]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_what_is_remembered_of_a_call_holds_for_the_next(shapes: tuple[tuple[int, ...], ...]) -> None:
    """One item, some arguments of which have no batch."""
    both = sd.Problem(name="both", value=log(Sum(exp(z[k] + T * b[k]), (k, 1, K))), wrt=z[i])
    for made in (clash(), both):
        f = sd.value_and_grad(made)
        arrays = [np.linspace(-2, 2, shape[-1]).reshape(shape) for shape in shapes]
        args = [*arrays, np.array(0.5)][: len(f.args)]
        for _ in range(3):
            for found, want in zip(f(*args), plainly(f)(*args), strict=True):
                assert np.shape(found) == np.shape(want)
                np.testing.assert_allclose(found, want, rtol=1e-14, atol=1e-15)


class Wrapped:
    """Something that is like an array in shape and precision, and none."""

    def __init__(self, of: np.ndarray) -> None:
        self.of, self.shape, self.dtype = of, of.shape, of.dtype

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.of


def test_only_arrays_are_taken_for_arrays_that_were_met() -> None:
    f = sd.value_and_grad(clash())
    for shape in ((4, 3), (3,), (4, 40)):
        logits, labels = np.random.default_rng(0).normal(size=(2, *shape))
        wanted = f(logits, labels)
        for found, want in zip(f(Wrapped(logits), labels), wanted, strict=True):
            np.testing.assert_array_equal(found, want)
        with pytest.raises(InputError, match="mask"):
            f(np.ma.masked_array(logits, logits > 0), labels)
        with pytest.raises(InputError, match="expected an array"):
            f(logits, labels, out=np.ma.masked_array(np.empty(shape)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("classes", [3, 20, 67])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_call_warns_of_nothing_the_second_time_either(classes: int, dtype: type) -> None:
    f = sd.value_and_grad(clash())
    cubed = sd.value_and_grad(sd.Problem(name="cubed", value=Sum(z[k] * w[k], (k, 1, K)) ** 3, wrt=z[i]))
    logits, labels = np.random.default_rng(0).normal(size=(2, classes)).astype(dtype)
    great = np.full(classes, np.finfo(dtype).max / 2)
    for _ in range(3):
        f(logits, great)
        f(logits, np.where(np.arange(classes) == 1, np.inf, labels).astype(dtype))
        f(great, labels)
        cubed(logits * dtype(1e30), labels)


def test_results_are_written_into_arrays_of_their_own() -> None:
    f = sd.value_and_grad(sd.Problem(name="p", value=log(Sum(exp(z[k]) * b[k], (k, 1, K))), wrt=z[i]), (z[i], b[i]))
    logits, weights = np.ones((2, 4, 5))
    one, buffer = np.empty((4, 5)), np.empty((5, 5))
    for into in ((one, one), (buffer[:4], buffer[1:])):
        with pytest.raises(InputError, match="share memory"):
            f(logits, weights, out=(None, into))
