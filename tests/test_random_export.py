"""Exported modules of random losses: they import nothing of symderiv, pass their own test, and compute the same.

A failure prints the seed and the loss; the seed alone rebuilds both.
"""

from __future__ import annotations

import contextlib
import io
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric.losses import Losses
from numeric.test_random_losses import drawn

import symderiv as sd
from symderiv.errors import Refused
from symderiv.printing.plain import plain


def check(seed: int) -> bool:
    """Whether the seed's loss has numbers for a test; asserts that its module agrees with `value_and_grad`."""
    random = Random(seed)
    problem = Losses(random, random.random() < 0.5).problem(labelled=random.random() < 0.3)
    what = f"seed {seed}: {plain(problem.statement.value)}"
    try:
        text = sd.export(problem, out="-")
    except Refused as refusal:
        if "no numbers are known for the test" not in str(refusal):
            raise
        return False
    space: dict[str, Any] = {"__name__": "exported"}
    exec(compile(str(text), "exported", "exec"), space)
    assert "symderiv" not in {getattr(x, "__name__", "").partition(".")[0] for x in space.values()}
    f = sd.value_and_grad(problem)
    values = drawn(f, np.random.default_rng(seed), 1.0)
    own = space[f.name](**values)
    for x, y in zip(own, f(**values), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-12 * float(np.max(np.abs(y), initial=1.0)), err_msg=what)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert space["self_test"](space[f.name]) == 0, f"{what}: {said.getvalue()}"
    return True


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_exported_modules_of_random_losses(seed: int) -> None:
    check(seed)
