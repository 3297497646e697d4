"""Several ways to one answer, timed in turn in one process: what disturbs the machine disturbs them alike."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

# short actions are repeated until a sample takes that many seconds: after everyone else, each starts with cold caches
LEAST_ROUNDS, SAMPLE = 5, 1e-3
TOLERANCE = {"float64": 1e-10, "float32": 2e-4}  # of the largest entry


@dataclass(frozen=True)
class Way:
    """One way: ``run`` is timed, ``before`` (such as a number of threads) is set up untimed before every sample."""

    run: Callable[[], Any]
    before: Callable[[], Any] | None = None

    def answer(self) -> Any:
        """What it comes to, once."""
        if self.before is not None:
            self.before()
        return self.run()


def contest(ways: Mapping[str, Way], seconds: float, seed: int = 0) -> dict[str, float]:
    """The median seconds of each way; their order is random in each round, and the clock is that on the wall."""
    order, chance = list(ways), random.Random(seed)
    counts = {name: _count(way) for name, way in ways.items()}
    samples: dict[str, list[float]] = {name: [] for name in ways}
    gc.collect()
    gc.disable()
    try:
        end = perf_counter() + seconds
        while perf_counter() < end or len(samples[order[0]]) < LEAST_ROUNDS:
            chance.shuffle(order)
            for name in order:
                samples[name].append(_sample(ways[name], counts[name]))
    finally:
        gc.enable()
    return {name: median(found) for name, found in samples.items()}


def _count(way: Way) -> int:
    _sample(way, 1)
    return max(1, min(2000, int(SAMPLE / max(_sample(way, 1), 1e-9))))


def _sample(way: Way, count: int) -> float:
    if way.before is not None:
        way.before()
    run, many = way.run, range(count)
    started = perf_counter()
    for _ in many:
        run()
    return (perf_counter() - started) / count


def agree(name: str, found: Any, wanted: Any) -> None:
    """Stop where a way comes to another answer than the one wanted: nothing wrong is timed."""
    for a, b in zip(_flat(found), _flat(wanted), strict=True):
        a, b = np.asarray(a), np.asarray(b, float)
        assert a.shape == b.shape, f"{name}: shape {a.shape}, expected {b.shape}"
        scale = float(np.max(np.abs(b), initial=1e-300))
        gap = float(np.max(np.abs(a - b), initial=0.0)) / scale
        assert gap <= TOLERANCE[a.dtype.name], f"{name} is off by {gap:.1e} of the largest entry"


def _flat(answer: Any) -> tuple[Any, ...]:
    return answer if isinstance(answer, tuple) else (answer,)
