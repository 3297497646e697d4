"""What a generated function accepts, converts and refuses."""

from __future__ import annotations

import numpy as np
import pytest
from numeric.problems import BATCH_CE, P_BATCH, K, N, compiled, flagship, i, k, m, made, n, p, x, y, z

import symderiv as sd
from symderiv.errors import InputError
from symderiv.terms import Entry, big, minus, number, power, quo, times

Z, Y = np.array([0.1, 0.2, 0.3]), np.array([0.0, 1.0, 0.0])


def test_precision_follows_the_arguments() -> None:
    f = flagship()
    for dtype in (np.float16, np.float32, np.float64):
        loss, gradient = f(Z.astype(dtype), Y.astype(dtype))
        assert loss.dtype == gradient.dtype == dtype
    assert f(Z.astype(np.float32), Y)[1].dtype == np.float64
    assert f([0.1, 0.2], [0.0, 1.0])[1].dtype == np.float64


def test_half_precision_is_computed_in_single() -> None:
    size = 4096
    loss, gradient = flagship()(np.zeros(size, np.float16), np.full(size, 1 / size, np.float16))
    assert loss == pytest.approx(np.log(size), rel=1e-3)
    assert np.all(np.abs(gradient) < 1e-6)


def test_integer_labels_are_values() -> None:
    np.testing.assert_array_equal(flagship()(Z, np.array([0, 1, 0]))[1], flagship()(Z, Y)[1])
    assert flagship()(Z.astype(np.float32), np.array([0, 1, 0]))[1].dtype == np.float32
    with pytest.raises(InputError, match="cannot represent"):
        flagship()(Z.astype(np.float32), np.array([2**24 + 1, 0, 0]))


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (np.array([1, 2, 3]), Y, r"z holds integers .*astype\(float\)"),
        (Z.astype(object), Y, "z has dtype object"),
        (Z > 0, Y, "z has dtype bool"),
        (np.array(["a", "b"]), Y, r"z is array\(\['a', 'b'\].* expected numbers"),
        (None, Y, r"z is None, expected numbers, an array of shape \(\.\.\., K\)"),
        (Z, Y[:2], r"K is 3 from z of shape \(3,\).* but 2 from y of shape \(2,\)"),
        (0.5, Y, r"z has shape \(\), expected \(\.\.\., K\)"),
        ([[0.1, 0.2], [0.3]], Y, "z is no array .*several lengths, pad them"),
        (np.zeros(0), np.zeros(0), "K = 0 .* K is at least 1"),
        (np.zeros((2, 3)), np.zeros((4, 3)), "batch axes in front do not fit.* give them one shape"),
        (Z, Y[:1], "K is 3"),
    ],
)
def test_bad_arguments(logits: object, labels: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        flagship()(logits, labels)


EVERYWHERE = "have one length, in every argument$"


@pytest.mark.parametrize("backend", ["numpy", "array-api"])
@pytest.mark.parametrize(
    ("problem", "shapes", "message"),
    [
        ("softmax-cross-entropy", ((2, 2), (2, 3)), f"axes called K {EVERYWHERE}"),
        ("softmax-cross-entropy", ((3,), (4,)), f"axes called K {EVERYWHERE}"),
        (
            "softmax-cross-entropy",
            ((2, 3), (3, 2)),
            r"axes called K have one length: z.swapaxes\(-2, -1\) fits or y.swapaxes\(-2, -1\) fits$",
        ),
        (
            "softmax-cross-entropy",
            ((5, 3), (5,)),
            r"axes called K have one length: for class numbers in y pass np.eye\(3\)\[y\], or make the problem with "
            r"given=\[one_hot\(y, t\)\]$",
        ),
        ("softmax-cross-entropy", ((5,), (5, 3)), r"z\.|y.swapaxes\(-2, -1\) fits$"),
        ("linear-softmax-cross-entropy", ((4, 3), (5, 4), (4,), (5, 3)), r": W.swapaxes\(-2, -1\) fits$"),
        ("linear-softmax-cross-entropy", ((3, 4), (5, 4), (4,), (3, 5)), r"called N .*: x.swapaxes\(-2, -1\) fits$"),
        ("linear-softmax-cross-entropy", ((3, 4), (5, 4), (2,), (5, 3)), f"axes called K {EVERYWHERE}"),
    ],
)
def test_what_would_fit_is_said(problem: str, shapes: tuple[tuple[int, ...], ...], message: str, backend: str) -> None:
    """A change is named only if all arguments agree with it, and are then taken."""
    f = sd.value_and_grad(sd.load(problem), backend=backend)
    with pytest.raises(InputError, match=message):
        f(*map(np.ones, shapes))


def test_what_is_said_to_fit_does() -> None:
    f = flagship()
    z, y = np.ones((4, 3, 2)), np.ones((4, 2, 3))
    with pytest.raises(InputError, match=r"z.swapaxes\(-2, -1\) fits or y.swapaxes\(-2, -1\) fits"):
        f(z, y)
    assert f(z.swapaxes(-2, -1), y)[0].shape == (4, 2)
    assert f(z, y.swapaxes(-2, -1))[0].shape == (4, 3)
    numbers = np.array([0, 2, 1])
    with pytest.raises(InputError, match=r"pass np.eye\(4\)\[y\]"):
        f(np.ones((3, 4)), numbers)
    assert f(np.ones((3, 4)), np.eye(4)[numbers])[0].shape == (3,)


def test_calling_conventions() -> None:
    f = flagship()
    np.testing.assert_array_equal(f(y=Y, z=Z)[1], f(Z, Y)[1])
    np.testing.assert_array_equal(f(Z, y=Y)[1], f(Z, Y)[1])
    for wrong in (lambda: f(Z), lambda: f(Z, Y, Y), lambda: f(Z, Y, z=Z), lambda: f(Z, Y, K=3)):
        with pytest.raises(InputError, match="test takes z, y"):
            wrong()


def test_inputs_are_left_alone() -> None:
    logits, labels = np.array([[0.1, 0.2, 0.3]] * 4).T, np.array([[0.0, 1.0, 0.0]] * 4).T
    kept = logits.copy(), labels.copy()
    logits.flags.writeable = labels.flags.writeable = False
    found = flagship()(logits.T, labels.T)
    wide = flagship()(np.repeat(Z, 2)[::2], np.repeat(Y, 2)[::2])
    np.testing.assert_array_equal(logits, kept[0])
    np.testing.assert_array_equal(labels, kept[1])
    np.testing.assert_array_equal(found[1][0], flagship()(Z, Y)[1])
    np.testing.assert_array_equal(wide[1], flagship()(Z, Y)[1])


def test_results_never_share_memory_with_arguments() -> None:
    value = big(k, K, power(z(k), number(2)))
    g = compiled(made(value, (z(i),)), (z(i), (i,)))
    found = g(Z)
    assert not np.shares_memory(found, Z)
    found[0] = 7.0
    assert Z[0] == 0.1


def test_empty_batches() -> None:
    gradient = quo(minus(p(m, i), y(m, i)), N)
    f = compiled(made(BATCH_CE, (z(m, i),), (P_BATCH,)), (gradient, (m, i)))
    assert f(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(InputError, match="K is at least 1"):
        f(np.zeros((2, 0)), np.zeros((2, 0)))
    loss, slope = flagship()(np.zeros((0, 3)), np.zeros((0, 3)))
    assert loss.shape == (0,)
    assert slope.shape == (0, 3)


def test_a_literal_index_needs_that_many_entries() -> None:
    value = times(z(number(3)), big(k, K, z(k)))
    f = compiled(made(value), (value, ()))
    assert f(Z) == pytest.approx(0.3 * 0.6)
    with pytest.raises(InputError, match="K is at least 3"):
        f(Z[:2])


def test_sizes_no_shape_tells_are_keywords() -> None:
    value = times(K, big(k, K, quo(number(1), number(2))), Entry("x", (n,)))
    f = compiled(made(value), (value, (n,)))
    assert f.args == ("x",)
    assert f.sizes == ("K",)
    np.testing.assert_allclose(f(np.array([1.0, 2.0]), K=4), [8.0, 16.0])
    with pytest.raises(InputError, match="missing: K"):
        f(np.array([1.0]))
    with pytest.raises(InputError, match="whole number"):
        f(np.array([1.0]), K=2.5)


def test_sizes_that_divide_by_zero() -> None:
    value = times(big(k, K, z(k)), power(minus(K, number(1)), number(-1)))
    f = compiled(made(value), (value, ()))
    assert f(Z) == pytest.approx(0.3)
    with pytest.raises(InputError, match="sizes alone is 0 at K = 1"):
        f(Z[:1])


def test_declared_sizes_are_checked() -> None:
    from symderiv.numeric.compile import compile_function
    from symderiv.numeric.function import Output
    from symderiv.statement import state

    value = big(k, number(3), x(k))
    f = compile_function("total", state("t", value, (), (), (), {}), (Output("total", value, ()),))
    assert f(np.ones(3)) == 3
    with pytest.raises(InputError, match="length 2 where 3 is needed"):
        f(np.ones(2))


def test_documentation_says_shapes_and_rules() -> None:
    doc = flagship().__doc__ or ""
    for part in ("gradient[i] = p[i] - y[i]", "where p[k] = ", "Takes z (K,), y (K,).", "batch", "from 0 in NumPy"):
        assert part in doc
    assert doc.splitlines()[0].strip() in flagship().source


def test_complex_arguments_stay_complex() -> None:
    loss, gradient = flagship()(Z.astype(complex), Y)
    assert loss.dtype == gradient.dtype == np.complex128
    assert flagship()(Z.astype(np.complex64), Y.astype(np.float32))[0].dtype == np.complex64
