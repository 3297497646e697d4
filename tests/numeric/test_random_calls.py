"""Random losses called in every way: batches that broadcast, buffers, strides, precisions, nothing at all.

A failure prints the seed and the loss; the seed alone rebuilds both.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric.losses import Losses
from numeric.test_random_losses import drawn

import symderiv as sd
from symderiv.numeric.function import NumericFunction
from symderiv.printing.plain import plain

FRONTS = ((), (1,), (3,), (2, 1), (2, 3))
Values = dict[str, Any]


def results(f: NumericFunction, values: Values, **named: Any) -> tuple[Any, ...]:
    with np.errstate(all="ignore"):
        found = f(**values, **named)
    return found if isinstance(found, tuple) else (found,)


def near(found: Any, wanted: Any, digits: float, what: str) -> None:
    """Assert that arrays agree up to their largest entries, and in shape."""
    assert np.shape(found) == np.shape(wanted), what
    size = float(np.max(np.abs(wanted), where=np.isfinite(wanted), initial=1.0))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=digits * size, err_msg=what)


def strided(x: Any, rng: np.random.Generator) -> Any:
    """The same numbers, read-only and not in one piece."""
    a = np.asarray(x)
    if a.ndim == 0:
        return x
    wide = np.repeat(a, 2, axis=-1)[..., ::2] if rng.random() < 0.5 else np.asfortranarray(a)
    wide.flags.writeable = False
    return wide


def buffers(wanted: tuple[Any, ...], rng: np.random.Generator) -> tuple[Any, ...]:
    """Arrays to write into: in one piece, in pieces, in another order, or none."""
    found: list[Any] = []
    for x in wanted:
        shape = np.shape(x)
        made = (np.empty(shape), np.empty((*shape, 2))[..., 0], np.empty(shape, order="F"), None)[rng.integers(4)]
        found.append(made)
    return tuple(found)


def items(values: Values, f: NumericFunction, batch: tuple[int, ...], at: tuple[int, ...]) -> Values:
    """The arguments of one item of a batch."""
    ranks = {q.name: len(q.sizes) for q in f.parameters}
    found = {}
    for name, x in values.items():
        a = np.asarray(x)
        whole = np.broadcast_to(a, (*batch, *a.shape[a.ndim - ranks.get(name, 0) :])) if name in ranks else a
        found[name] = whole[at] if name in ranks else x
    return found


def check(seed: int) -> str:
    """The name of what was called; asserts that every way gives the same."""
    random, rng = Random(seed), np.random.default_rng(seed)
    problem = Losses(random, random.random() < 0.5).problem(labelled=random.random() < 0.2)
    make = random.choice((sd.value_and_grad, sd.value_and_grad, sd.jvp, sd.vjp, sd.hvp))
    f = make(problem)
    what = f"seed {seed}, {make.__name__}: {plain(problem.statement.value)}"
    fronts = {q.name: random.choice(FRONTS) for q in f.parameters}
    first = f.parameters[0].name
    fronts |= {q.name: fronts[first] for q in f.parameters if q.axis is not None}  # or they may be one-hot arrays
    values = drawn(f, rng, 1.0, (2, 3))
    for q in f.parameters:  # of arrays with all batch axes the parts that each argument has
        front = fronts[q.name]
        start = (0,) * (2 - len(front))
        part = np.asarray(values[q.name])[start]
        values[q.name] = part[tuple(slice(n) for n in front)]
    batch = np.broadcast_shapes(*fronts.values())
    kept = {name: np.copy(x) for name, x in values.items()}
    wanted = results(f, values)
    for at in np.ndindex(batch):
        for x, one in zip(wanted, results(f, items(values, f, batch, at)), strict=True):
            near(x[at], one, 1e-12, f"{what} at {at}")
    moved = {name: strided(x, rng) if name in fronts else x for name, x in values.items()}
    for x, y in zip(results(f, moved), wanted, strict=True):
        near(x, y, 1e-12, f"{what}, strided")
    for out in (buffers(wanted, rng) for _ in range(3)):
        found = results(f, values, out=out if len(wanted) > 1 else out[0])
        for x, into, y in zip(found, out, wanted, strict=True):
            assert into is None or x is into, what
            near(x, y, 1e-12, f"{what}, out=")
    for name, x in values.items():
        np.testing.assert_array_equal(x, kept[name], err_msg=f"{what}, argument {name}")
    single = {n: x.astype(np.float32) if np.asarray(x).dtype.kind == "f" else x for n, x in values.items()}
    for x, y in zip(results(f, single), results(f, {n: _double(x) for n, x in single.items()}), strict=True):
        assert x.dtype == np.float32, what
        near(x, y, 2e-4, f"{what}, float32")
    labelled = any(q.axis is not None for q in f.parameters)  # no items of class numbers may be those of one-hot rows
    if batch and not labelled and (whole := [n for n, front in fronts.items() if front == batch]):
        one = items(values, f, batch, (0,) * len(batch))  # what has no batch fits to any
        nothing = {n: np.asarray(x)[:0] if n in whole else one[n] for n, x in values.items()}
        for x, y in zip(results(f, nothing), wanted, strict=True):
            assert (np.shape(x), x.dtype) == ((0, *np.shape(y)[1:]), y.dtype), what
    return make.__name__


def _double(x: Any) -> Any:
    return x.astype(float) if np.asarray(x).dtype.kind == "f" else x


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_random_calls(seed: int) -> None:
    check(seed)
