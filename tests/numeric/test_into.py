"""Results written into arrays that are handed in, by the plain text: the same numbers, and no array beside."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import symderiv as sd
from symderiv.numeric.texts.into import writing_into

JACOBIAN = sd.derive(sd.load("softmax")).lambdify()
SQUARES = sd.value_and_grad(sd.Problem.from_text("sum(sum(C[k,j]*z[j], j=1..K)**2, k=1..M)/2", wrt="z[i]"))
rng = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_the_numbers_are_the_same(shape: tuple[int, ...], dtype: type) -> None:
    z, C = rng.normal(size=shape).astype(dtype), rng.normal(size=(5, 4)).astype(dtype)
    for f, values in ((JACOBIAN, (z,)), (SQUARES, (z, C))):
        wanted = f(*values)
        *others, last = wanted if isinstance(wanted, tuple) else (wanted,)
        out = np.full(last.shape, 7, dtype)
        found = f(*values, out=out)
        assert (found[-1] if others else found) is out
        np.testing.assert_array_equal(out, last)


def test_a_result_that_all_items_share_fills_the_array() -> None:
    f = sd.value_and_grad(sd.Problem.from_text("sum(2*w[k]*z[k], k=1..K)", wrt="z[i]"))
    w, z = rng.normal(size=4), rng.normal(size=(3, 4))
    out = np.zeros((3, 4))
    named = {"w": w, "z": z}
    assert f(*(named[n] for n in f.args), out=out)[1] is out
    np.testing.assert_array_equal(out, [2 * w] * 3)


def test_no_array_is_made_for_a_result_that_has_one() -> None:
    z, out = rng.normal(size=1000), np.empty((1000, 1000))
    JACOBIAN(z, out=out)
    tracemalloc.start()
    JACOBIAN(z, out=out)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < out.nbytes / 10


def test_a_result_named_twice_is_written_once() -> None:
    text = writing_into("f", "def f(z, outs):\n    g = -z\n    return g, g")
    assert text.splitlines() == ["def f(outs_, z, outs):", "    g = np.negative(z, out=outs_[0])", "    return (g, g)"]
