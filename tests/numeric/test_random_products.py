"""jvp, vjp and hvp of random losses against matrices that are differentiated forwards in many digits.

A failure prints the seed and the loss; the seed alone rebuilds both.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric.losses import Losses
from numeric.rounded import EPS, Rounded, Unknown, hessian, value_and_gradient
from numeric.test_random_losses import drawn, lengths

import symderiv as sd
from symderiv.printing.plain import plain
from symderiv.terms import Entry

EXCUSED = 1000  # times the rounding errors of the matrix, added up
SPREADS = (1.0, 10.0)


def matrix(entries: list[Rounded], shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers in doubles, and how large they are with their errors in units of eps."""
    values = np.array([float(u.value.mid()) for u in entries]).reshape(shape)
    return values, np.abs(values) + np.array([float(u.error.mid()) for u in entries]).reshape(shape)


def compared(
    found: Any, dense: tuple[np.ndarray, np.ndarray], vector: Any, rank: int, left: bool, least: float, what: str
) -> None:
    """Assert that a product is that of the matrix and the vector over its last axes, or over its first ones.

    ``least`` is the size of what was differentiated: s (1 - s) is as exact as s.
    """
    wanted, size = (
        np.tensordot(v, m, rank) if left else np.tensordot(m, v, rank)
        for m, v in zip(dense, (vector, np.abs(vector)), strict=True)
    )
    assert np.shape(found) == np.shape(wanted), what
    excused = EXCUSED * EPS * max(least, float(np.max(size, initial=0)))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=excused, err_msg=what)


def check(seed: int) -> int:
    """How many points were compared; asserts that the products are those with the matrices."""
    random, rng, points = Random(seed), np.random.default_rng(seed), 0
    problem = Losses(random, random.random() < 0.5).problem()
    derivation, (variable,) = sd.derive(problem), problem.statement.variables
    gradient, products = sd.value_and_grad(derivation), (sd.jvp(problem), sd.vjp(problem), sd.hvp(problem))
    name = variable.array if isinstance(variable, Entry) else variable.name
    for spread in SPREADS:
        values = drawn(gradient, rng, spread)
        known = {**values, **lengths(gradient, values)}
        try:
            slopes, curves = value_and_gradient(derivation, known)[1], hessian(derivation, known)
        except Unknown:
            continue
        if not (slopes.finite and curves.finite):
            continue
        front, shape = np.shape(gradient(**values)[0]), np.shape(values[name])
        first = matrix(slopes.entries, (*front, *shape))
        twice = matrix(curves.entries, (*front, *shape, *shape))
        v, u = rng.normal(size=shape), rng.normal(size=front)
        dense = (first, v, len(shape), False), (first, u, len(front), True), (twice, v, len(shape), False)
        least = float(np.max(first[1], initial=0))
        for f, case in zip(products, dense, strict=True):
            given = {n: known[n] for n in (*f.args[:-1], *f.sizes)} | {f.args[-1]: case[1]}
            compared(
                f(**given), *case, least, f"seed {seed}, {f.name}, spread {spread}: {plain(problem.statement.value)}"
            )
        points += 1
    return points


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_random_products(seed: int) -> None:
    check(seed)


def test_most_random_losses_have_matrices() -> None:
    """The property above is about something."""
    assert sum(map(check, range(5))) > 7
