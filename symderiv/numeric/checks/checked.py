"""What a gradient check finds: errors by method, the place of the largest one, accuracy, what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any, Literal

TOLERANCE = {"central": 1e-6, "complex": 1e-10}
COMPLEX_STEP = 1e-30
Sizes = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Row:
    """The largest errors by one method and step, over all sizes and entries; step 0 is exact differentiation."""

    method: str
    step: float
    max_abs_error: float
    max_rel_error: float

    def __str__(self) -> str:
        step = f"{self.step:.0e}" if self.step else "-"
        return f"{self.method:<8}  {step:>7}  {self.max_abs_error:13.2e}  {self.max_rel_error:13.2e}"


@dataclass(frozen=True)
class Place:
    """Where a claimed derivative is furthest off; indices count from 1."""

    sizes: Sizes
    indices: tuple[int, ...]
    claimed: float
    measured: float
    variable: str = ""

    def __str__(self) -> str:
        at = f"{self.variable}[{', '.join(map(str, self.indices))}]"
        return f"{at} with {shown(self.sizes)}: claimed {self.claimed:.12g}, measured {self.measured:.12g}"


@dataclass(frozen=True)
class Untried:
    """Sizes that say nothing: the value, or else its derivative, is not finite however the arguments are drawn."""

    sizes: Sizes
    lacks: Literal["value", "derivative"]


@dataclass(frozen=True)
class Accuracy:
    """How far a gradient is from its formula in many digits, the variable's entries ``spread`` times as large.

    ``eps`` is the largest error in units of float64's eps times the largest sum of what is added up in an entry,
    signs aside; infinite where the formula is a number that float64 holds and the gradient is not.
    """

    variable: str
    spread: float
    digits: int
    eps: float

    def __str__(self) -> str:
        off = f"{self.eps:.2g} eps off" if isfinite(self.eps) else "NOT FINITE where the formula is"
        return f"against {self.digits} digits, entries of {self.variable} times {self.spread:g}: {off}"


@dataclass(frozen=True, repr=False)
class GradCheck:
    """The result of `gradcheck`: true where it passed; ``str`` and ``repr`` of it are a table.

    ``trials`` are the sizes that were tried, ``untried`` those at which there is nothing to compare. The methods are
    ``central`` differences, the ``complex`` step, ``upstream`` (random weights on the entries of the value) and the
    libraries compared with.
    """

    variable: str
    seed: int
    trials: tuple[Sizes, ...]
    rows: tuple[Row, ...]
    worst: Place
    tolerance: float
    complex_tolerance: float
    untried: tuple[Untried, ...] = ()
    accuracy: tuple[Accuracy, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every method agrees at its best step, and what was compared with many digits is finite."""
        agree = all(self._best(m) <= bound for m, bound in self._bounds().items())
        return agree and all(isfinite(a.eps) for a in self.accuracy)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def max_abs_error(self) -> float:
        """The largest absolute error, by the most exact method at hand."""
        return min(r.max_abs_error for r in self.rows if r.method == self._exact)

    @property
    def max_rel_error(self) -> float:
        """The largest relative error, by the most exact method at hand."""
        return self._best(self._exact)

    @property
    def _exact(self) -> str:
        return exact([r.method for r in self.rows])

    def _bounds(self) -> dict[str, float]:
        ordinary = {r.method for r in self.rows if r.step not in (0, COMPLEX_STEP)}
        return {r.method: self.tolerance if r.method in ordinary else self.complex_tolerance for r in self.rows}

    def _best(self, method: str) -> float:
        return min(r.max_rel_error for r in self.rows if r.method == method)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "passed": self.passed, "max_abs_error": self.max_abs_error}

    def __str__(self) -> str:
        lines = [f"gradient by {self.variable}: {'passed' if self.passed else 'FAILED'} (seed {self.seed})"]
        lines += [f"{'method':<8}  {'step':>7}  {'max abs error':>13}  {'max rel error':>13}", *map(str, self.rows)]
        lines.append(f"largest error at {self.worst}")
        lines += [f"not tried with {shown(u.sizes)}: the {u.lacks} is not finite there" for u in self.untried]
        return "\n".join([*lines, *map(str, self.accuracy)])

    def __repr__(self) -> str:
        return f"<GradCheck of the {self}>"


def shown(sizes: Sizes) -> str:
    """Sizes in words, ``K=5, N=3``."""
    return ", ".join(f"{n}={s}" for n, s in sizes)


def exact(methods: Sequence[str]) -> str:
    """The more exact of the methods that measure each entry."""
    return "complex" if "complex" in methods else "central"


def failing(rows: Sequence[Row]) -> str:
    """The method to look at: the most exact one, or another that fails where that passes."""
    best: dict[str, Row] = {}
    for r in rows:
        best[r.method] = min(best.get(r.method, r), r, key=lambda row: row.max_rel_error)
    wrong = [m for m, r in best.items() if not r.max_rel_error <= tolerance_at(r.step)]
    first = exact(list(best))
    return first if first in wrong or not wrong else wrong[0]


def tolerance_at(step: float) -> float:
    """The relative error that a step excuses; exact differentiation excuses what the complex step does."""
    return TOLERANCE["complex" if step in (0, COMPLEX_STEP) else "central"]


def together(found: Sequence[GradCheck]) -> GradCheck:
    """The checks by several variables as one: the largest errors, and the worst place of all."""
    rows: dict[tuple[str, float], Row] = {}
    for r in (r for one in found for r in one.rows):
        known = rows.get((r.method, r.step), r)
        errors = max(known.max_abs_error, r.max_abs_error), max(known.max_rel_error, r.max_rel_error)
        rows[r.method, r.step] = Row(r.method, r.step, *errors)
    order = sorted(found, key=lambda one: (one.passed, -one.max_rel_error))
    return replace(
        order[0],
        variable=", ".join(one.variable for one in found),
        trials=tuple(dict.fromkeys(t for one in found for t in one.trials)),
        rows=tuple(rows.values()),
        worst=replace(order[0].worst, variable=order[0].variable),
        untried=tuple(dict.fromkeys(u for one in found for u in one.untried)),
        accuracy=tuple(a for one in found for a in one.accuracy),
    )
