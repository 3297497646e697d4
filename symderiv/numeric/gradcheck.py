"""Check a gradient function against its value function: central differences and complex step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any, Literal

import numpy as np

from symderiv.errors import InputError, Refused
from symderiv.numeric.marks import is_analytic
from symderiv.numeric.point import COMPLEX_STEP, Array, Point
from symderiv.numeric.prepare import default_arguments, size_names, unfold
from symderiv.statement import Statement
from symderiv.terms import Entry, Symbol, Term

STEPS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
TOLERANCE = {"central": 1e-6, "complex": 1e-10}
# rounding errors of a value, in units of its size; a step below the smallest useful one excuses no more
ROUNDING = 8 * float(np.finfo(np.float64).eps)
SMALLEST_USEFUL_STEP = 1e-5
DRAWS = (False, True) * 4  # arguments of either sign and positive ones in turn, until the value is finite
NOWHERE = "value and derivative are finite at none of the sizes tried: there is nothing to compare"
TRIALS = tuple({"first": k, "other": n} for k in (1, 2, 5) for n in (1, 3))


@dataclass(frozen=True)
class Row:
    """The largest errors by one method and step, over all sizes and entries."""

    method: str
    step: float
    max_abs_error: float
    max_rel_error: float


@dataclass(frozen=True)
class _Found:
    """At one point: the claimed and the measured derivative, the size of the value, what rounding moves there."""

    claimed: Array
    measured: Array
    point: Point
    level: float
    noise: float = 0.0


Measured = Mapping[tuple[str, float], list[_Found]]


@dataclass(frozen=True)
class Place:
    """Where a claimed derivative is furthest off; indices count from 1."""

    sizes: tuple[tuple[str, int], ...]
    indices: tuple[int, ...]
    claimed: float
    measured: float


@dataclass(frozen=True)
class Untried:
    """Sizes that say nothing: the value, or else its derivative, is not finite however the arguments are drawn."""

    sizes: tuple[tuple[str, int], ...]
    lacks: Literal["value", "derivative"]


@dataclass(frozen=True, repr=False)
class GradCheck:
    """The result of `gradcheck`: true where it passed; ``str`` and ``repr`` of it are a table.

    ``trials`` are the sizes that were tried, ``untried`` those at which there is nothing to compare.
    """

    variable: str
    seed: int
    trials: tuple[tuple[tuple[str, int], ...], ...]
    rows: tuple[Row, ...]
    worst: Place
    tolerance: float
    complex_tolerance: float
    untried: tuple[Untried, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the best central difference and, where there is one, the complex step agree."""
        return all(self._best(m) <= t for m, t in self._bounds())

    def __bool__(self) -> bool:
        return self.passed

    @property
    def max_abs_error(self) -> float:
        """The largest absolute error, by the most exact method at hand."""
        return min(r.max_abs_error for r in self.rows if r.method == self.rows[-1].method)

    @property
    def max_rel_error(self) -> float:
        """The largest relative error, by the most exact method at hand."""
        return min(r.max_rel_error for r in self.rows if r.method == self.rows[-1].method)

    def _bounds(self) -> list[tuple[str, float]]:
        methods = {r.method for r in self.rows}
        bounds = (("central", self.tolerance), ("complex", self.complex_tolerance))
        return [b for b in bounds if b[0] in methods]

    def _best(self, method: str) -> float:
        return min(r.max_rel_error for r in self.rows if r.method == method)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "passed": self.passed, "max_abs_error": self.max_abs_error}

    def __str__(self) -> str:
        lines = [f"gradient by {self.variable}: {'passed' if self.passed else 'FAILED'} (seed {self.seed})"]
        lines += [f"{'method':<8}  {'step':>7}  {'max abs error':>13}  {'max rel error':>13}"]
        lines += [f"{r.method:<8}  {r.step:7.0e}  {r.max_abs_error:13.2e}  {r.max_rel_error:13.2e}" for r in self.rows]
        w = self.worst
        lines.append(
            f"largest error at [{', '.join(map(str, w.indices))}] with {_sizes(w.sizes)}: "
            f"claimed {w.claimed:.12g}, measured {w.measured:.12g}"
        )
        for u in self.untried:
            lines.append(f"not tried with {_sizes(u.sizes)}: the {u.lacks} is not finite there")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<GradCheck of the {self}>"


def gradcheck(
    value: Callable[..., Any],
    gradient: Callable[..., Any],
    statement: Statement,
    variable: Term | None = None,
    value_axes: tuple[Symbol, ...] = (),
    arguments: tuple[str, ...] | None = None,
    seed: int = 0,
    analytic: bool | None = None,
    held: tuple[str, ...] = (),
    domain: Callable[..., Any] | None = None,
) -> GradCheck:
    """Compare ``gradient`` with differences of ``value`` at random points that satisfy the facts.

    Both are called with the arrays named by ``arguments`` (default: `default_arguments` of the
    value), with sizes no shape tells as keywords. ``value_axes`` are the axes of the value; the gradient
    has those first, then the free indices of ``variable`` (default: the statement's first). The
    complex step is taken where the value is analytic and the function keeps complex numbers. ``held``
    names arguments that ``value`` takes once more, after the others: those stay where they are while
    the variable moves, which is what a stopped gradient means. Sizes at which the value is not finite, however the
    arguments are drawn, are left out, and so are those at which neither ``gradient`` nor ``domain`` is: a function of
    the same arguments that is finite wherever the derivative has a value.
    Raises `InputError` for a result of the wrong shape, `Refused` where no size is left.
    """
    x = variable if variable is not None else statement.variables[0]
    if not isinstance(x, Entry | Symbol):
        raise InputError("a gradient check needs an entry such as z[i] or a symbol to differentiate by")
    names = arguments or default_arguments(statement, (statement.value,))
    smooth = is_analytic(unfold(statement.value, statement)) if analytic is None else analytic
    rng = np.random.default_rng(seed)
    measured: dict[tuple[str, float], list[_Found]] = {}
    untried: list[Untried] = []
    for sizes in _trials(statement):
        draws = (Point(value, statement, names, sizes, x, value_axes, held, rng, positive) for positive in DRAWS)
        point = _usable(draws, gradient, domain)
        if not isinstance(point, Point):
            untried.append(Untried(tuple(sizes.items()), point))
            continue
        _measure(point, gradient, smooth, measured)
    if not measured:
        raise Refused(NOWHERE)
    checked = _checked(measured, seed, tuple(untried))
    return checked if checked.passed else _checked(_with_noise(measured), seed, tuple(untried))


def _usable(
    draws: Iterator[Point], gradient: Callable[..., Any], domain: Callable[..., Any] | None
) -> Point | Literal["value", "derivative"]:
    """The first draw with a finite value, or what is not finite at any.

    A gradient that is not finite there is an error if the derivative has a value at any of the draws.
    """
    finite = (point for point in draws if np.all(np.isfinite(point.start)))
    first = next(finite, None)
    if first is None:
        return "value"
    if domain is None or np.all(np.isfinite(first.claimed(gradient))):
        return first
    return first if any(point.is_finite(domain) for point in chain((first,), finite)) else "derivative"


def _measure(
    point: Point, gradient: Callable[..., Any], smooth: bool, measured: dict[tuple[str, float], list[_Found]]
) -> None:
    """Add what is claimed and what is measured at a point."""
    claimed, level = point.claimed(gradient), _greatest(point.start)
    for step in STEPS:
        measured.setdefault(("central", step), []).append(_Found(claimed, point.central(step), point, level))
    if smooth and (found := point.complex_step()) is not None:
        measured.setdefault(("complex", COMPLEX_STEP), []).append(_Found(claimed, found, point, level))


def _checked(measured: Measured, seed: int, untried: tuple[Untried, ...]) -> GradCheck:
    rows = tuple(_row(method, step, found) for (method, step), found in measured.items())
    exact = [r for r in rows if r.method == rows[-1].method]
    at = min(exact, key=lambda r: r.max_rel_error)
    worst = _worst(at.method, at.step, measured[(at.method, at.step)])
    points = [f.point for f in measured[(at.method, at.step)]]
    shown = tuple(tuple(p.sizes.items()) for p in points)
    return GradCheck(points[0].name, seed, shown, rows, worst, TOLERANCE["central"], TOLERANCE["complex"], untried)


def _with_noise(measured: Measured) -> Measured:
    """What was measured, with what rounding of the arguments does to it.

    Exact gradients that are 0 by cancellation need it, as at (Sum z - 1)^2 where the sum is 1.
    """
    points = [f.point for f in measured["central", STEPS[0]]]
    ways: dict[str, Callable[[Point], Array | None]] = {
        "central": lambda point: point.central(STEPS[0]),  # at a smaller step rounding would excuse too much
        "complex": Point.complex_step,
    }
    noises = {method: {p: p.noise(ways[method]) for p in points} for method in {method for method, _ in measured}}
    return {way: [replace(f, noise=noises[way[0]][f.point]) for f in found] for way, found in measured.items()}


def _trials(statement: Statement) -> list[dict[str, int]]:
    """Several assignments of sizes: the last axis of an array of classes 1, 2, 5; the others 1, 3."""
    names = size_names(statement, (statement.value,))
    last = {s.name for shape in statement.scope.shapes.values() for s in shape[-1:] if isinstance(s, Symbol)}
    least = {s.name: n for s, n in statement.scope.least.items() if isinstance(s, Symbol)}
    found = [{n: max(t["first" if n in last else "other"], least.get(n, 1)) for n in names} for t in TRIALS]
    return [t for n, t in enumerate(found) if t not in found[:n]]


def _sizes(sizes: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{n}={s}" for n, s in sizes)


def _greatest(a: Array) -> float:
    return float(np.max(np.abs(a), initial=0.0))


def _scales(method: str, step: float, found: list[_Found]) -> list[float]:
    """What errors at each point are relative to: the measured derivative, or what rounding hides there.

    Where value and derivative vanish by cancellation (a softmax over one class), the other points tell
    how large their parts are.
    """
    sizes = [f.level + _greatest(f.measured) for f in found]
    usual = float(np.median(sizes))
    reach = max(step, SMALLEST_USEFUL_STEP) if method == "central" else 1.0
    blur = ROUNDING / reach / TOLERANCE[method]
    hidden = (max(blur * max(size, usual), f.noise / TOLERANCE[method]) for f, size in zip(found, sizes, strict=True))
    return [max(_greatest(f.measured), unseen) for f, unseen in zip(found, hidden, strict=True)]


def _relative(error: float, scale: float) -> float:
    return error / scale if scale else 0.0 if not error else float("inf")


def _row(method: str, step: float, found: list[_Found]) -> Row:
    errors = [_error(f) for f in found]
    relative = (_relative(e, s) for e, s in zip(errors, _scales(method, step, found), strict=True))
    return Row(method, step, max(errors), max(relative))


def _error(f: _Found) -> float:
    gap = np.abs(f.claimed - f.measured)
    return float("inf") if not np.all(np.isfinite(gap)) else _greatest(gap)


def _worst(method: str, step: float, found: list[_Found]) -> Place:
    scales = _scales(method, step, found)
    relative = [_relative(_error(f), scale) for f, scale in zip(found, scales, strict=True)]
    f = found[relative.index(max(relative))]
    gap = np.where(np.isfinite(f.claimed), np.abs(f.claimed - f.measured), np.inf)
    at = tuple(int(n) for n in np.unravel_index(int(np.argmax(gap)), gap.shape))
    return Place(tuple(f.point.sizes.items()), tuple(n + 1 for n in at), float(f.claimed[at]), float(f.measured[at]))
