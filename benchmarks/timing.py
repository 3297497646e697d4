"""Medians of warm runs (or the least of them), on the processor's clock and within a limit."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import Any

REPEATS, LIMIT = 15, 45
PATIENCE = 3  # seconds for the runs after the first; what takes longer is run once


class TooLong(Exception):
    """An action went beyond its limit."""


@dataclass(frozen=True)
class Timing:
    """The time of some runs in milliseconds and what the first one returned; no runs where that took too long."""

    milliseconds: float
    runs: int
    result: Any = None

    def __str__(self) -> str:
        if not self.runs:
            return f"> {LIMIT} s"
        return f"{self.milliseconds:.1f} ms" if self.milliseconds < 1000 else f"{self.milliseconds / 1000:.1f} s"


def measure(
    action: Callable[[Any], Any],
    setup: Callable[[str], Any] = str,
    choose: Callable[[Iterable[float]], float] = median,
) -> Timing:
    """Time an action after one warm-up, or that where it takes long.

    What it acts on is set up untimed for every run, from the number of the run; ``choose`` makes one time of all.
    """
    gc.collect()
    try:
        with limited(LIMIT):
            first, result = _timed(action, setup("0"))
    except TooLong:
        return Timing(float("inf"), 0)
    runs = min(REPEATS, int(PATIENCE / max(first, 1e-6)))
    times = [_timed(action, setup(str(run)))[0] for run in range(1, runs + 1)] or [first]
    return Timing(1000 * choose(times), len(times), result)


def together(action: Callable[[Any], Any], setups: Sequence[Callable[[str], Any]]) -> list[Timing]:
    """Time an action on several things in turn, so that what disturbs the machine disturbs them alike."""
    for setup in setups:
        action(setup("0"))
    rounds = [[_timed(action, setup(str(run)))[0] for setup in setups] for run in range(1, REPEATS + 1)]
    return [Timing(1000 * median(times), REPEATS) for times in zip(*rounds, strict=True)]


def _timed(action: Callable[[Any], Any], subject: Any) -> tuple[float, Any]:
    gc.disable()  # as timeit does: what other actions left behind is not this one's to clear up
    try:
        started = _processor()
        result = action(subject)
        return _processor() - started, result
    finally:
        gc.enable()


def _processor() -> float:
    """Seconds that this process and those it has waited for spent on the processor: others do not count."""
    usages = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in usages)


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise `TooLong` in what spends longer on the processor."""

    def stop(*_: object) -> None:
        raise TooLong

    earlier = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, earlier)
