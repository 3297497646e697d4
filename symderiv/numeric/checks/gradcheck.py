"""Check a gradient function against its value function: central differences, complex step, random upstream."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Literal

import numpy as np

from symderiv.errors import InputError, Refused
from symderiv.numeric.checks.checked import (
    COMPLEX_STEP,
    TOLERANCE,
    GradCheck,
    Place,
    Row,
    Untried,
    exact,
    failing,
    tolerance_at,
)
from symderiv.numeric.checks.point import Array, Gradient, Point
from symderiv.numeric.rewrites.marks import is_analytic
from symderiv.numeric.rewrites.prepare import default_arguments, size_names, unfold
from symderiv.statement import Statement
from symderiv.terms import Entry, Symbol, Term

STEPS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
# rounding errors of a value, in units of its size; a step below the smallest useful one excuses no more
ROUNDING = 8 * float(np.finfo(np.float64).eps)
SMALLEST_USEFUL_STEP = 1e-5
DRAWS = (False, True) * 4  # arguments of either sign and positive ones in turn, until the value is finite
NOWHERE = "value and derivative are finite at none of the sizes tried: there is nothing to compare"
TRIALS = tuple({"first": k, "other": n} for k in (1, 2, 5) for n in (1, 3))

Measure = Callable[[Point], Array | None]
Jacobian = Callable[..., Any]


@dataclass(frozen=True)
class _Found:
    """At one point: the claimed and the measured derivative, how it was measured, the size of the value.

    ``noise`` is what rounding moves there.
    """

    claimed: Array
    measured: Array
    point: Point
    way: Measure
    level: float
    noise: float = 0.0


Measured = Mapping[tuple[str, float], list[_Found]]


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
    pulls: bool = False,
    elsewhere: Mapping[str, Jacobian] | None = None,
) -> GradCheck:
    """Compare ``gradient`` with differences of ``value`` at random points that satisfy the facts.

    Both are called with the arrays named by ``arguments`` (default: `default_arguments` of the
    value), with sizes no shape tells as keywords. ``value_axes`` are the axes of the value; the gradient
    has those first, then the free indices of ``variable`` (default: the statement's first). With ``pulls`` it takes
    an upstream gradient, of the shape of the value, as one more argument, and returns the gradient by the variable
    of the value weighted with it. The
    complex step is taken where the value is analytic and the function keeps complex numbers. ``held``
    names arguments that ``value`` takes once more, after the others: those stay where they are while
    the variable moves, which is what a stopped gradient means. Sizes at which the value is not finite, however the
    arguments are drawn, are left out, and so are those at which neither ``gradient`` nor ``domain`` is: a function of
    the same arguments that is finite wherever the derivative has a value. ``elsewhere`` are Jacobians of the value by
    the whole variable, worked out by other libraries, by their names: functions of what ``value`` takes, and of the
    place of the variable among it.
    Raises `InputError` for a result of the wrong shape, `Refused` where no size is left.
    """
    x = variable if variable is not None else statement.variables[0]
    if not isinstance(x, Entry | Symbol):
        raise InputError("a gradient check needs an entry such as z[i] or a symbol to differentiate by")
    names = arguments or default_arguments(statement, (statement.value,))
    smooth = is_analytic(unfold(statement.value, statement)) if analytic is None else analytic
    ways = _ways(smooth, elsewhere or {})
    rng = np.random.default_rng(seed)
    measured: dict[tuple[str, float], list[_Found]] = {}
    untried: list[Untried] = []
    claimed = Gradient(gradient, pulls)
    for sizes in _trials(statement):
        draws = (Point(value, statement, names, sizes, x, value_axes, held, rng, positive) for positive in DRAWS)
        point = _usable(draws, claimed, domain)
        if not isinstance(point, Point):
            untried.append(Untried(tuple(sizes.items()), point))
            continue
        _measure(point, claimed, ways, measured)
    if not measured:
        raise Refused(NOWHERE)
    checked = _checked(measured, seed, tuple(untried))
    return checked if checked.passed else _checked(_with_noise(measured), seed, tuple(untried))


def _ways(smooth: bool, elsewhere: Mapping[str, Jacobian]) -> dict[tuple[str, float], Measure]:
    """The methods with their steps; 0 is no step at all."""

    def central(step: float) -> Measure:
        return lambda point: point.central(step)

    def by_others(jacobian: Jacobian) -> Measure:
        return lambda point: point.elsewhere(jacobian)

    ways = {("central", step): central(step) for step in STEPS}
    ways |= {("complex", COMPLEX_STEP): Point.complex_step} if smooth else {}
    return ways | {(name, 0.0): by_others(jacobian) for name, jacobian in elsewhere.items()}


def _usable(
    draws: Iterator[Point], gradient: Gradient, domain: Callable[..., Any] | None
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
    point: Point,
    gradient: Gradient,
    ways: Mapping[tuple[str, float], Measure],
    measured: dict[tuple[str, float], list[_Found]],
) -> None:
    """Add what is claimed and what is measured at a point: each entry, and their sum with random weights."""
    claimed, level = point.claimed(gradient), _greatest(point.start)
    found = {key: _Found(claimed, a, point, way, level) for key, way in ways.items() if (a := way(point)) is not None}
    if point.has_upstream(gradient):
        pulled, level = point.pulled(gradient, claimed), float(np.sum(np.abs(point.weights * point.start)))
        best = exact([method for method, _ in found])
        for step, f in [(step, f) for (method, step), f in found.items() if method == best]:
            found["upstream", step] = _Found(pulled, point.weighted(f.measured), point, _weighted(f.way), level)
    for key, one in found.items():
        measured.setdefault(key, []).append(one)


def _weighted(way: Measure) -> Measure:
    def measure(point: Point) -> Array | None:
        found = way(point)
        return None if found is None else point.weighted(found)

    return measure


def _checked(measured: Measured, seed: int, untried: tuple[Untried, ...]) -> GradCheck:
    rows = tuple(_row(method, step, found) for (method, step), found in measured.items())
    at = min((r for r in rows if r.method == failing(rows)), key=lambda r: r.max_rel_error)
    worst = _worst(at.step, measured[(at.method, at.step)])
    points = [f.point for f in measured[(at.method, at.step)]]
    shown = tuple(tuple(p.sizes.items()) for p in points)
    return GradCheck(points[0].name, seed, shown, rows, worst, TOLERANCE["central"], TOLERANCE["complex"], untried)


def _with_noise(measured: Measured) -> Measured:
    """What was measured, with what rounding of the arguments does to it.

    Exact gradients that are 0 by cancellation need it, as at (Sum z - 1)^2 where the sum is 1. Of central differences
    the largest step tells it: at a smaller one rounding would excuse too much.
    """
    telling: dict[tuple[str, bool], list[float]] = {}
    for (method, step), found in measured.items():
        if (method, step in (0, COMPLEX_STEP)) not in telling:
            telling[method, step in (0, COMPLEX_STEP)] = [f.point.noise(f.way) for f in found]
    return {
        (method, step): [
            replace(f, noise=noise) for f, noise in zip(found, telling[method, step in (0, COMPLEX_STEP)], strict=True)
        ]
        for (method, step), found in measured.items()
    }


def _trials(statement: Statement) -> list[dict[str, int]]:
    """Several assignments of sizes: the last axis of an array of classes 1, 2, 5; the others 1, 3."""
    names = size_names(statement, (statement.value,))
    last = {s.name for shape in statement.scope.shapes.values() for s in shape[-1:] if isinstance(s, Symbol)}
    least = {s.name: n for s, n in statement.scope.least.items() if isinstance(s, Symbol)}
    found = [{n: max(t["first" if n in last else "other"], least.get(n, 1)) for n in names} for t in TRIALS]
    return [t for n, t in enumerate(found) if t not in found[:n]]


def _greatest(a: Array) -> float:
    return float(np.max(np.abs(a), initial=0.0))


def _scales(step: float, found: list[_Found]) -> list[float]:
    """What errors at each point are relative to: the measured derivative, or what rounding hides there.

    Where value and derivative vanish by cancellation (a softmax over one class), the other points tell
    how large their parts are.
    """
    sizes = [f.level + _greatest(f.measured) for f in found]
    usual = float(np.median(sizes))
    reach = 1.0 if step in (0, COMPLEX_STEP) else max(step, SMALLEST_USEFUL_STEP)
    tolerance = tolerance_at(step)
    blur = ROUNDING / reach / tolerance
    hidden = (max(blur * max(size, usual), f.noise / tolerance) for f, size in zip(found, sizes, strict=True))
    return [max(_greatest(f.measured), unseen) for f, unseen in zip(found, hidden, strict=True)]


def _relative(error: float, scale: float) -> float:
    return error / scale if scale else 0.0 if not error else float("inf")


def _row(method: str, step: float, found: list[_Found]) -> Row:
    errors = [_error(f) for f in found]
    relative = (_relative(e, s) for e, s in zip(errors, _scales(step, found), strict=True))
    return Row(method, step, max(errors), max(relative))


def _error(f: _Found) -> float:
    gap = np.abs(f.claimed - f.measured)
    return float("inf") if not np.all(np.isfinite(gap)) else _greatest(gap)


def _worst(step: float, found: list[_Found]) -> Place:
    scales = _scales(step, found)
    relative = [_relative(_error(f), scale) for f, scale in zip(found, scales, strict=True)]
    f = found[relative.index(max(relative))]
    gap = np.where(np.isfinite(f.claimed), np.abs(f.claimed - f.measured), np.inf)
    at = tuple(int(n) for n in np.unravel_index(int(np.argmax(gap)), gap.shape))
    return Place(tuple(f.point.sizes.items()), tuple(n + 1 for n in at), float(f.claimed[at]), float(f.measured[at]))
