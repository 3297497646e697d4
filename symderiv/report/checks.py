"""The gradient check as rows of a table: only what is the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from symderiv.errors import InconsistentTrace
from symderiv.numeric.checks.checked import GradCheck
from symderiv.report.markup import Formula
from symderiv.report.records import Check, Skipped, Tried

Sizes = tuple[tuple[str, int], ...]
METHODS = (("central", "central differences", "tolerance"), ("complex", "complex step", "complex_tolerance"))


def checks(found: GradCheck) -> tuple[Check, ...]:
    """One row per method; raises `InconsistentTrace` for a check that failed."""
    if not found.passed:
        raise InconsistentTrace(f"the gradient check of the generated code fails: {found}")
    used = {row.method for row in found.rows}
    return tuple(
        Check(words, _sizes(found.trials), Formula(_power_of_ten(getattr(found, bound))), "passed")
        for method, words, bound in METHODS
        if method in used
    )


def skipped(found: GradCheck) -> tuple[Skipped, ...]:
    """The sizes that a gradient check leaves out, by what is not finite there."""
    several = {lacks: [u.sizes for u in found.untried if u.lacks == lacks] for lacks in ("value", "derivative")}
    every = (*found.trials, *(u.sizes for u in found.untried))
    return tuple(Skipped(_sizes(_telling(own, every)), lacks) for lacks, own in several.items() if own)


def _telling(own: Sequence[Sizes], every: Sequence[Sizes]) -> tuple[Sizes, ...]:
    """Sizes without those names of which all values that were to be tried are among them, with all others."""
    for name in (name for name, _ in own[0]):
        values = {dict(trial)[name] for trial in every}
        others = tuple(dict.fromkeys(tuple(p for p in trial if p[0] != name) for trial in own))
        if others != ((),) and len(set(own)) == len(others) * len(values):
            return _telling(others, every)
    return tuple(own)


def _sizes(trials: Sequence[Sizes]) -> Tried:
    """The sizes of some trials: those of each name where all combinations are there, else trial by trial."""
    sizes: dict[str, dict[int, None]] = {}
    for trial in trials:
        for name, size in trial:
            sizes.setdefault(name, {})[size] = None
    if len(set(trials)) == prod(map(len, sizes.values())):
        return Tried(tuple(sizes), tuple(tuple(sorted(several)) for several in sizes.values()), combined=True)
    return Tried(tuple(sizes), tuple(tuple(size for _, size in trial) for trial in trials), combined=False)


def _power_of_ten(x: float) -> str:
    digits, exponent = f"{x:.0e}".split("e")
    return ("" if digits == "1" else f"{digits} \\cdot ") + f"10^{{{int(exponent)}}}"
