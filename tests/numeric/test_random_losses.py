"""Values and gradients of random losses against many digits, at ordinary inputs and where textbook code overflows.

The reference differentiates the value as it is written, forwards; nothing of the engine is in it. A failure prints the
seed and the loss; the seed alone rebuilds both.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from numeric.losses import Losses
from numeric.rounded import Unknown, value_and_gradient

import symderiv as sd
from symderiv.numeric.function import NumericFunction
from symderiv.printing.plain import plain
from symderiv.terms import Symbol

SPREADS = (1.0, 30.0, 1000.0)
EXCUSED = 20  # times the rounding errors of the formula as it stands


def drawn(f: NumericFunction, rng: np.random.Generator, spread: float, front: tuple[int, ...] = ()) -> dict[str, Any]:
    """Arguments of random sizes: logits of that spread, labels of which some are 0, class numbers, positive weights."""
    sizes = {"K": int(rng.choice((2, 3, 6))), **dict.fromkeys("NM", int(rng.choice((2, 3))))}
    found: dict[str, Any] = {n: sizes[n] for n in f.sizes}
    for q in f.parameters:
        shape = (*front, *(sizes[s.name] for s in q.sizes if isinstance(s, Symbol)))
        if q.classes is not None:
            found[q.name] = rng.integers(0, sizes["K"], shape)
        elif q.name == "z":
            found["z"] = rng.normal(size=shape) * spread
        elif q.name == "y":
            found["y"] = rng.uniform(0.1, 1, shape) * (rng.random(shape) < 0.7)
        else:
            found[q.name] = rng.uniform(0.3, 2, shape)
    return found


def lengths(f: NumericFunction, values: dict[str, Any]) -> dict[str, int]:
    """The sizes, as keywords or shapes tell them."""
    told = {s.name: n for q in f.parameters for s, n in zip(q.sizes, np.shape(values[q.name]), strict=True)}
    return {**told, **{n: values[n] for n in f.sizes}}


def check(seed: int) -> float:
    """The largest error of the seed's loss in units of what rounding excuses."""
    random = Random(seed)
    problem = Losses(random, random.random() < 0.5).problem()
    derivation = sd.derive(problem)
    f = sd.value_and_grad(derivation)
    rng = np.random.default_rng(seed)
    worst = 0.0
    for spread in SPREADS:
        values = drawn(f, rng, spread)
        known = {**values, **lengths(f, values)}
        try:
            exact = value_and_gradient(derivation, known)
        except Unknown:
            continue
        with np.errstate(all="ignore"):
            found = f(**values)
        for what, one, wanted in zip(("value", "gradient"), found, exact, strict=True):
            off = wanted.off(one)
            assert off < EXCUSED, f"seed {seed}, {what} off by {off:.3g} at {values}: {plain(problem.statement.value)}"
            worst = max(worst, off)
    return worst
