"""A counterexample made simpler: 0, 1, 2 or -1 for its numbers, as long as the facts hold and the sides differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from symderiv.proof import balls
from symderiv.proof.model import Givens, Model

TRIALS = 60
SIMPLE = tuple(map(Fraction, (0, 1, 2, -1)))
T = TypeVar("T")


def simplest(found: T, model: Model, givens: Givens, fails: Callable[[Model], T | None]) -> T:
    """What ``fails`` finds at the simplest model within reach; it tells whether a model is a counterexample.

    One number after the other takes the first simple value that will do; those that equations fix are
    solved for anew.
    """
    kept: frozenset[tuple[str, tuple[int, ...]]] = frozenset()
    trials = 0
    for place in sorted(model.numbers, key=lambda p: p in model.solved):
        here = balls.as_fraction(model.numbers[place])
        for value in SIMPLE:
            if here is None or here in (0, 1, value) or trials >= TRIALS or place in model.solved:
                break
            trials += 1
            changed = model.changed({place: balls.rational(value)})
            moved = givens.imposed(replace(changed, solved=kept | {place}))
            simpler = fails(moved) if moved is not None else None
            if moved is not None and simpler is not None:
                model, found = moved, simpler
                break
        kept |= {place}
    return found
