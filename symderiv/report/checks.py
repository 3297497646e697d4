"""The gradient check as rows of a table: only what is the same on every machine."""

from __future__ import annotations

from math import prod

from symderiv.errors import InconsistentTrace
from symderiv.numeric.gradcheck import GradCheck
from symderiv.report.markup import Formula
from symderiv.report.records import Check, Tried

METHODS = (("central", "central differences", "tolerance"), ("complex", "complex step", "complex_tolerance"))


def checks(found: GradCheck) -> tuple[Check, ...]:
    """One row per method; raises `InconsistentTrace` for a check that failed."""
    if not found.passed:
        raise InconsistentTrace(f"the gradient check of the generated code fails: {found}")
    used = {row.method for row in found.rows}
    return tuple(
        Check(words, _tried(found), Formula(_power_of_ten(getattr(found, bound))), "passed")
        for method, words, bound in METHODS
        if method in used
    )


def _tried(found: GradCheck) -> Tried:
    """The sizes of a gradient check: those of each name where all combinations were tried, else trial by trial."""
    sizes: dict[str, dict[int, None]] = {}
    for trial in found.trials:
        for name, size in trial:
            sizes.setdefault(name, {})[size] = None
    if len(set(found.trials)) == prod(map(len, sizes.values())):
        return Tried(tuple(sizes), tuple(tuple(sorted(several)) for several in sizes.values()), combined=True)
    return Tried(tuple(sizes), tuple(tuple(size for _, size in trial) for trial in found.trials), combined=False)


def _power_of_ten(x: float) -> str:
    digits, exponent = f"{x:.0e}".split("e")
    return ("" if digits == "1" else f"{digits} \\cdot ") + f"10^{{{int(exponent)}}}"
