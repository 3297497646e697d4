"""Random losses with class numbers: what the one-hot array gives, alone and in batches, in every backend.

A failure prints the seed and the loss; the seed alone rebuilds both.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric.losses import Losses
from numeric.rounded import Known, Unknown, value_and_gradient
from numeric.test_native import interpreted
from numeric.test_random_losses import EXCUSED, SPREADS, drawn, lengths

import symderiv as sd
from symderiv.numeric.function import NumericFunction
from symderiv.printing.plain import plain
from symderiv.terms import Symbol


def dense(f: NumericFunction, values: dict[str, Any], sizes: dict[str, int]) -> dict[str, Any]:
    """The arguments with class numbers as the one-hot arrays that they stand for."""
    found = dict(values)
    for q in f.parameters:
        if q.axis is not None and isinstance(q.classes, Symbol):
            marked = np.eye(sizes[q.classes.name])[values[q.name]]
            found[q.name] = np.moveaxis(marked, -1, q.axis - len(q.sizes) - 1)
    return found


def functions(derivation: sd.Derivation, native: bool) -> dict[str, NumericFunction]:
    """The value and gradient in every backend; loops run as plain Python, which numba only makes faster."""
    found = {name: sd.value_and_grad(derivation, backend=name) for name in ("numpy", "array-api")}
    return {**found, "loops": interpreted(sd.value_and_grad(derivation, backend="numba"))} if native else found


def check(seed: int, native: bool = True) -> bool:
    """Whether the seed's loss keeps its labels as class numbers; asserts that these mean the one-hot arrays."""
    random = Random(seed)
    problem = Losses(random, random.random() < 0.5).problem(labelled=True)
    derivation, rng = sd.derive(problem), np.random.default_rng(seed)
    every = functions(derivation, native)
    if all(q.axis is None for q in every["numpy"].parameters):
        return False
    for name, f in every.items():
        for front, spread in ((), SPREADS[0]), ((), SPREADS[1]), ((2,), SPREADS[0]), ((3, 1), SPREADS[0]):
            what = f"seed {seed}, {name}, batch {front}: {plain(problem.statement.value)}"
            values = drawn(f, rng, spread, front)
            sizes = lengths(f, values, front)
            whole = dense(f, values, sizes)
            with np.errstate(all="ignore"):
                found, same = f(**values), f(**whole)
            for x, y in zip(found, same, strict=True):
                np.testing.assert_array_equal(x, y, err_msg=what)
            for at in np.ndindex(front):
                item = {n: x if n in f.sizes else x[at] for n, x in whole.items()}
                compared([x[at] for x in found], exact(derivation, {**item, **sizes}), what)
    return True


def exact(derivation: sd.Derivation, known: dict[str, Any]) -> tuple[Known, Known] | None:
    """Value and gradient in many digits where there are enough."""
    try:
        return value_and_gradient(derivation, known)
    except Unknown:
        return None


def compared(found: Sequence[Any], wanted: tuple[Known, Known] | None, what: str) -> None:
    """Assert that results are within the errors that rounding excuses."""
    for x, known in zip(found, wanted or (), strict=wanted is not None):
        assert known.off(x) < EXCUSED, f"{what}, off by {known.off(x):.3g}"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_class_numbers_are_one_hot_arrays(seed: int) -> None:
    check(seed)


def test_some_random_losses_keep_class_numbers() -> None:
    """The property above is about something."""
    assert sum(check(seed, native=False) for seed in range(20)) > 10
