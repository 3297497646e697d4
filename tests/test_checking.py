"""gradcheck as a user calls it: several variables, backward passes with an upstream gradient, many digits."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pytest
from sympy import IndexedBase, Sum, exp, sqrt, symbols

import symderiv as sd
from symderiv.errors import InputError

K, D, a, b, i, j, k, n = symbols("K D a b i j k n")
A, W, c, z = map(IndexedBase, ("A", "W", "c", "z"))


def test_several_variables_are_checked_as_one() -> None:
    problem = sd.load("linear-softmax-cross-entropy")
    found = sd.gradcheck(problem, wrt=(W[a, i], c[i]))
    assert found
    assert found.variable == "W, c"
    f = sd.value_and_grad(problem, wrt=(W[a, i], c[i]))

    def own(*arrays: Any, turned: bool = False) -> Any:
        by_w, by_c = f(*arrays)[1]
        return by_w, -by_c if turned else by_c

    assert sd.gradcheck(problem, own, wrt=[W[a, i], c[i]]).passed
    wrong = sd.gradcheck(problem, lambda *arrays: own(*arrays, turned=True), wrt=(W[a, i], c[i]))
    assert not wrong.passed
    assert wrong.worst.variable == "c"
    assert "largest error at c[" in str(wrong)
    with pytest.raises(InputError, match="tuple of 2 gradients"):
        sd.gradcheck(problem, lambda *arrays: own(*arrays)[0], wrt=(W[a, i], c[i]))


def normalised() -> sd.Problem:
    """A layer that takes off the mean and divides by the deviation."""
    mean = Sum(z[j], (j, 1, K)) / K
    deviation = sqrt(Sum((z[j] - mean) ** 2, (j, 1, K)) / K + 1)
    return sd.Problem("layer", (z[k] - mean) / deviation, z[i])


def backward(row: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    centred = row - row.mean()
    deviation = np.sqrt(np.mean(centred**2) + 1)
    out = centred / deviation
    return (upstream - upstream.mean() - out * np.mean(upstream * out)) / deviation


def with_the_mean(row: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    """Right for an upstream gradient that adds up to 0, and wrong for all others."""
    return backward(row, upstream) + upstream.mean()


def test_backward_passes_of_layers() -> None:
    layer = normalised()
    found = sd.gradcheck(layer, vjp=backward)
    assert found
    assert "upstream" in {r.method for r in found.rows}
    assert not sd.gradcheck(layer, vjp=with_the_mean)
    assert not sd.gradcheck(layer, vjp=lambda row, v: backward(row, v) + 0.1 * v)
    assert not sd.gradcheck(layer, vjp=lambda row, v: 0 * row)  # what an upstream gradient of ones would let pass
    assert abs(backward(np.arange(3.0), np.ones(3))).max() < 1e-15


def test_a_backward_pass_that_is_right_for_units_alone_fails() -> None:
    """What is not linear in the upstream gradient passes entry by entry, not weighted at random."""
    found = sd.gradcheck(normalised(), vjp=lambda row, v: backward(row, v**2))
    assert not found
    best = {m: min(r.max_rel_error for r in found.rows if r.method == m) for m in ("complex", "upstream")}
    assert best["complex"] < 1e-12
    assert best["upstream"] > 1e-3
    assert len(found.worst.indices) == 1


def test_backward_passes_of_losses_scale_with_the_upstream_gradient() -> None:
    loss = sd.Problem("square", Sum(z[k] ** 2, (k, 1, K)), z[i])
    assert sd.gradcheck(loss, vjp=lambda row, upstream: 2 * row * upstream)
    assert not sd.gradcheck(loss, vjp=lambda row, upstream: 2 * row)


def test_backward_passes_of_several_variables_in_clashing_names() -> None:
    """A product of matrices by either; the letters of one sum are those of the other variables."""
    layer = sd.Problem("product", Sum(A[n, i] * W[i, k], (i, 1, D)), W[a, b])

    def pulled(weights: np.ndarray, inputs: np.ndarray, upstream: np.ndarray) -> Any:
        return inputs.T @ upstream, upstream @ weights.T

    def by_inputs(inputs: np.ndarray, weights: np.ndarray, upstream: np.ndarray) -> Any:
        return upstream @ weights.T

    assert sd.gradcheck(layer, vjp=lambda *given: pulled(*given)[0])
    assert sd.gradcheck(layer, vjp=pulled, wrt=(W[a, b], A[a, b]))
    assert not sd.gradcheck(layer, vjp=lambda *given: (pulled(*given)[0], 0 * given[1]), wrt=(W[a, b], A[a, b]))
    assert sd.gradcheck(layer, vjp=by_inputs, wrt=A[a, b])
    with pytest.raises(InputError, match=r"shape \(\d, \d\), expected \(\d, \d\): that of the variable"):
        sd.gradcheck(layer, vjp=lambda *given: pulled(*given)[1].T)


def test_entries_of_layers_are_also_weighted_at_random() -> None:
    found = sd.gradcheck(sd.load("softmax"))
    assert [r.method for r in found.rows][-1] == "upstream"
    assert {r.method for r in sd.gradcheck(sd.load("softmax-cross-entropy")).rows} == {"central", "complex"}
    wrong = sd.gradcheck(sd.load("softmax"), lambda row: np.eye(len(row)))
    assert min(r.max_rel_error for r in wrong.rows if r.method == "upstream") > 1e-2


@pytest.mark.parametrize("library", ["torch", "jax"])
@pytest.mark.parametrize(
    "name", ["softmax-cross-entropy", "linear-softmax-cross-entropy", "softmax", "source-a-l2-held"]
)
def test_libraries_that_differentiate_the_value_come_to_our_gradient(library: str, name: str) -> None:
    pytest.importorskip(library)
    found = sd.gradcheck(sd.load(name), against=library)
    assert found
    assert max(r.max_abs_error for r in found.rows if r.method == library) < 1e-12
    assert f"{library:<8}        -" in str(found)


def test_what_differentiates_nothing_here() -> None:
    with pytest.raises(InputError, match="'numpy' differentiates nothing here; there are: torch, jax"):
        sd.gradcheck(sd.load("softmax"), against=("numpy",))


def test_a_library_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(sd.ToolMissing, match="pip install torch"):
        sd.gradcheck(sd.load("softmax"), against=["torch"])


def test_generated_backward_passes() -> None:
    for name in ("softmax", "softmax-cross-entropy"):
        assert sd.gradcheck(sd.load(name), vjp=sd.vjp(sd.load(name)))


def test_many_digits() -> None:
    problem = sd.load("softmax-cross-entropy")
    found = sd.gradcheck(problem, digits=30)
    assert found
    assert [row.spread for row in found.accuracy] == [1, 100, 10000]
    assert max(row.eps for row in found.accuracy) < 2
    assert json.loads(json.dumps(found.to_dict()))["accuracy"][0]["digits"] == 30

    def textbook(row: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return np.exp(row) / np.exp(row).sum() - labels

    assert sd.gradcheck(problem, textbook)
    large = sd.gradcheck(problem, textbook, digits=30)
    assert not large
    assert "entries of z times 10000: NOT FINITE where the formula is" in str(large)


def test_requests_that_cannot_be_met() -> None:
    problem = sd.load("softmax")
    for options, message in (
        ({"digits": 3}, "from 20 on"),
        ({"digits": "50"}, "from 20 on"),
        ({"wrt": ()}, "wrt is empty"),
        ({"grad": backward, "vjp": backward}, "grad or vjp"),
    ):
        with pytest.raises(InputError, match=message):
            sd.gradcheck(problem, **options)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="has its variable already"):
        sd.gradcheck(sd.derive(problem), wrt=z[i])
    diagonal = sd.Problem("diagonal", exp(2 * z[i]), z[i])
    with pytest.raises(InputError, match="shares an index with the value"):
        sd.gradcheck(diagonal, vjp=lambda row, v: v)
    with pytest.raises(InputError, match=r"called with \(z, upstream\)"):
        sd.gradcheck(normalised(), vjp=lambda row: row)
