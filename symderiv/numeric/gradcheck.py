"""Check a gradient function against its value function: central differences and complex step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.errors import InputError, SymderivError
from symderiv.numeric.draw import draw
from symderiv.numeric.marks import is_analytic
from symderiv.numeric.prepare import default_arguments, size_names, unfold
from symderiv.statement import Statement
from symderiv.terms import Entry, Number, Symbol, Term

STEPS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
COMPLEX_STEP = 1e-30
TRIALS = tuple({"first": k, "other": n} for k in (1, 2, 5) for n in (1, 3))
Array = NDArray[Any]


@dataclass(frozen=True)
class Row:
    """The largest errors by one method and step, over all sizes and entries."""

    method: str
    step: float
    max_abs_error: float
    max_rel_error: float


@dataclass(frozen=True)
class Place:
    """Where a claimed derivative is furthest off; indices count from 1."""

    sizes: tuple[tuple[str, int], ...]
    indices: tuple[int, ...]
    claimed: float
    measured: float


@dataclass(frozen=True, repr=False)
class GradCheck:
    """The result of `gradcheck`: true where it passed; ``str`` and ``repr`` of it are a table."""

    variable: str
    seed: int
    trials: tuple[tuple[tuple[str, int], ...], ...]
    rows: tuple[Row, ...]
    worst: Place
    tolerance: float
    complex_tolerance: float

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
        sizes = ", ".join(f"{n}={s}" for n, s in w.sizes)
        lines.append(
            f"largest error at [{', '.join(map(str, w.indices))}] with {sizes}: "
            f"claimed {w.claimed:.12g}, measured {w.measured:.12g}"
        )
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
) -> GradCheck:
    """Compare ``gradient`` with differences of ``value`` at random points that satisfy the facts.

    Both are called with the arrays named by ``arguments`` (default: `default_arguments` of the
    value), with sizes no shape tells as keywords. ``value_axes`` are the axes of the value; the gradient
    has those first, then the free indices of ``variable`` (default: the statement's first). The
    complex step is taken where the value is analytic and the function keeps complex numbers. ``held``
    names arguments that ``value`` takes once more, after the others: those stay where they are while
    the variable moves, which is what a stopped gradient means.
    Raises `InputError` for a result of the wrong shape or a value that is not finite.
    """
    x = variable if variable is not None else statement.variables[0]
    if not isinstance(x, Entry | Symbol):
        raise InputError("a gradient check needs an entry such as z[i] or a symbol to differentiate by")
    names = arguments or default_arguments(statement, (statement.value,))
    smooth = is_analytic(unfold(statement.value, statement)) if analytic is None else analytic
    rng = np.random.default_rng(seed)
    trials = _trials(statement)
    measured: dict[tuple[str, float], list[tuple[Array, Array, Mapping[str, int]]]] = {}
    for sizes in trials:
        point = _Point(value, statement, names, sizes, x, value_axes, held, rng)
        claimed = point.claimed(gradient)
        for step in STEPS:
            measured.setdefault(("central", step), []).append((claimed, point.central(step), sizes))
        if smooth and (found := point.complex_step()) is not None:
            measured.setdefault(("complex", COMPLEX_STEP), []).append((claimed, found, sizes))
    rows = tuple(_row(method, step, found) for (method, step), found in measured.items())
    exact = [r for r in rows if r.method == rows[-1].method]
    at = min(exact, key=lambda r: r.max_rel_error)
    worst = _worst(measured[(at.method, at.step)])
    shown = tuple(tuple(sizes.items()) for sizes in trials)
    name = x.array if isinstance(x, Entry) else x.name
    return GradCheck(name, seed, shown, rows, worst, 1e-6, 1e-10)


def _trials(statement: Statement) -> list[dict[str, int]]:
    """Several assignments of sizes: the last axis of an array of classes 1, 2, 5; the others 1, 3."""
    names = size_names(statement, (statement.value,))
    last = {s.name for shape in statement.scope.shapes.values() for s in shape[-1:] if isinstance(s, Symbol)}
    least = {s.name: n for s, n in statement.scope.least.items() if isinstance(s, Symbol)}
    found = [{n: max(t["first" if n in last else "other"], least.get(n, 1)) for n in names} for t in TRIALS]
    return [t for n, t in enumerate(found) if t not in found[:n]]


class _Point:
    """One set of random arguments, and the derivatives of the value there."""

    def __init__(
        self,
        value: Callable[..., Any],
        statement: Statement,
        names: tuple[str, ...],
        sizes: Mapping[str, int],
        x: Entry | Symbol,
        value_axes: tuple[Symbol, ...],
        held: tuple[str, ...],
        rng: np.random.Generator,
    ) -> None:
        self.value, self.names, self.held, self.x, self.sizes = value, names, held, x, sizes
        self.name = x.array if isinstance(x, Entry) else x.name
        told = {s for n in names for s in statement.scope.shapes.get(n, ())}
        used = size_names(statement, (statement.value,))
        self.keywords = {n: sizes[n] for n in used if Symbol(n) not in told}
        self.letters = [s.name for s in value_axes]
        for positive in (False, True):
            self.drawn = draw(statement, names, sizes, rng, positive)
            self.start = self._value(self.drawn)
            if np.all(np.isfinite(self.start)):
                break
        else:
            raise InputError(f"the value is not finite at random arguments of sizes {dict(sizes)}")
        if self.start.ndim != len(value_axes):
            raise InputError(f"the value has shape {self.start.shape}, expected {len(value_axes)} axes")

    def _call(self, function: Callable[..., Any], drawn: Mapping[str, Any]) -> Any:
        return function(*(drawn[n] for n in self.names), **self.keywords)

    def _value(self, moved: Mapping[str, Any]) -> Array:
        at_rest = (self.drawn[n] for n in self.held)
        return np.asarray(self.value(*(moved[n] for n in self.names), *at_rest, **self.keywords))

    def claimed(self, gradient: Callable[..., Any]) -> Array:
        """The user's gradient, in the shape it must have."""
        try:
            found = np.asarray(self._call(gradient, self.drawn))
        except SymderivError:
            raise
        except Exception as error:
            raise InputError(
                f"the gradient function failed with {type(error).__name__}: {error}; it is called with "
                f"({', '.join(self.names)}) and returns the gradient alone"
            ) from error
        shape = self._diagonal(np.zeros(self.start.shape + np.shape(self.drawn[self.name]))).shape
        if found.shape != shape:
            raise InputError(
                f"the gradient by {self.name} has shape {found.shape}, expected {shape}: the axes of the value, "
                "then those of the variable"
            )
        return found

    def central(self, step: float) -> Array:
        """(f(x + h) - f(x - h)) / 2h for every entry."""
        return self._jacobian(lambda at: (self._moved(at, step) - self._moved(at, -step)) / (2 * step))

    def complex_step(self) -> Array | None:
        """Im f(x + ih) / h for every entry, or None where the function does not keep complex numbers."""
        try:
            probe = self._moved(tuple(0 for _ in np.shape(self.drawn[self.name])), 1j * COMPLEX_STEP)
        except (TypeError, ValueError, SymderivError):
            return None
        if probe.dtype.kind != "c":
            return None
        return self._jacobian(lambda at: self._moved(at, 1j * COMPLEX_STEP).imag / COMPLEX_STEP)

    def _moved(self, at: tuple[int, ...], by: complex) -> Array:
        base = np.asarray(self.drawn[self.name])
        moved = base.astype(complex) if isinstance(by, complex) else base.copy()
        moved[at] += by
        return self._value({**self.drawn, self.name: moved if moved.ndim else moved[()]})

    def _jacobian(self, column: Callable[[tuple[int, ...]], Array]) -> Array:
        shape = np.shape(self.drawn[self.name])
        full = np.empty(self.start.shape + shape)
        for at in np.ndindex(shape):
            full[(..., *at)] = column(at)
        return self._diagonal(full)

    def _diagonal(self, full: Array) -> Array:
        """The entries asked for: a literal index picks one, a letter that occurs twice a diagonal."""
        indices = self.x.indices if isinstance(self.x, Entry) else ()
        picks = [int(i.value) - 1 if isinstance(i, Number) else slice(None) for i in indices]
        letters = [*self.letters, *(i.name for i in indices if isinstance(i, Symbol))]
        unique = list(dict.fromkeys(letters))
        picked: Array = np.einsum(full[(..., *picks)], [unique.index(n) for n in letters], list(range(len(unique))))
        return picked


def _scale(measured: Array) -> float:
    return max(float(np.max(np.abs(measured), initial=0.0)), 1e-3)


def _row(method: str, step: float, found: list[tuple[Array, Array, Mapping[str, int]]]) -> Row:
    errors = [(_error(c, m), _scale(m)) for c, m, _ in found]
    return Row(method, step, max(e for e, _ in errors), max(e / s for e, s in errors))


def _error(claimed: Array, measured: Array) -> float:
    gap = np.abs(claimed - measured)
    return float("inf") if not np.all(np.isfinite(gap)) else float(np.max(gap, initial=0.0))


def _worst(found: list[tuple[Array, Array, Mapping[str, int]]]) -> Place:
    claimed, measured, sizes = max(found, key=lambda f: _error(f[0], f[1]) / _scale(f[1]))
    gap = np.where(np.isfinite(claimed), np.abs(claimed - measured), np.inf)
    at = tuple(int(n) for n in np.unravel_index(int(np.argmax(gap)), gap.shape))
    return Place(tuple(sizes.items()), tuple(n + 1 for n in at), float(claimed[at]), float(measured[at]))
