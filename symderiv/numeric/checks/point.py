"""One point of a gradient check: its arguments, and the derivatives of the value there by differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.errors import InputError, SymderivError
from symderiv.numeric.checks.checked import COMPLEX_STEP
from symderiv.numeric.checks.draw import draw
from symderiv.numeric.rewrites.prepare import size_names
from symderiv.statement import Statement
from symderiv.terms import Entry, Number, Symbol

# numbers near a point that rounding cannot tell from it after a few operations, and how many are tried
NEAR, NEIGHBOURS = 64 * float(np.finfo(np.float64).eps), 3
Array = NDArray[Any]


@dataclass(frozen=True)
class Gradient:
    """A gradient function; with ``pulls`` it takes an upstream gradient last, and weights the value's entries by it."""

    function: Callable[..., Any]
    pulls: bool = False


class Point:
    """One set of random arguments, all positive where that is wanted, and the derivatives of the value there.

    Functions get copies, so that one that writes into its arguments cannot move the point.
    """

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
        positive: bool = False,
    ) -> None:
        self.value, self.names, self.held, self.x, self.sizes = value, names, held, x, sizes
        self.name = x.array if isinstance(x, Entry) else x.name
        told = {s for n in names for s in statement.scope.shapes.get(n, ())}
        used = size_names(statement, (statement.value,))
        self.rng = rng
        self.keywords = {n: sizes[n] for n in used if Symbol(n) not in told}
        self.letters = [s.name for s in value_axes]
        self.drawn = self.still = draw(statement, names, sizes, rng, positive)
        self.start = self._value(self.drawn)
        self.weights = rng.spawn(1)[0].standard_normal(self.start.shape)
        if self.start.ndim != len(value_axes):
            raise InputError(f"the value has shape {self.start.shape}, expected {len(value_axes)} axes")

    def is_finite(self, function: Callable[..., Any]) -> bool:
        """Whether a function of the arguments is a finite number here, or an array of them."""
        return bool(np.all(np.isfinite(self._call(function, self.drawn))))

    def _call(self, function: Callable[..., Any], drawn: Mapping[str, Any], *more: Any) -> Any:
        return function(*(np.copy(drawn[n])[()] for n in self.names), *more, **self._sizes_for(function))

    def _value(self, moved: Mapping[str, Any]) -> Array:
        each = [*(moved[n] for n in self.names), *(self.still[n] for n in self.held)]
        return np.asarray(self.value(*(np.copy(v)[()] for v in each), **self._sizes_for(self.value)))

    def _sizes_for(self, function: Callable[..., Any]) -> dict[str, int]:
        """The sizes no shape tells, as keywords: those a function of ours takes; any other takes the value's."""
        wanted = getattr(function, "sizes", getattr(self.value, "sizes", self.keywords))
        return {n: size for n, size in self.keywords.items() if n in wanted}

    def claimed(self, gradient: Gradient) -> Array:
        """The user's gradient, in the shape it must have; one that takes an upstream gradient entry by entry."""
        if not gradient.pulls:
            shape = self._diagonal(np.zeros(self.start.shape + np.shape(self.drawn[self.name]))).shape
            return self._shaped(self._asked(gradient.function), shape, "the axes of the value, then those of")
        if not self._apart():
            raise InputError(
                "the variable shares an index with the value: there is no upstream gradient to sum over it"
            )
        rows = [self._pulled(gradient, unit) for unit in np.eye(self.start.size).reshape(-1, *self.start.shape)]
        return np.array(rows).reshape(self.start.shape + rows[0].shape)

    def has_upstream(self, gradient: Gradient) -> bool:
        """Whether there are entries of the value to weight, or a gradient that takes weights."""
        return gradient.pulls or (self.start.ndim > 0 and self._apart())

    def pulled(self, gradient: Gradient, claimed: Array) -> Array:
        """The gradient of the entries of the value weighted at random, as claimed."""
        return self._pulled(gradient, self.weights) if gradient.pulls else self.weighted(claimed)

    def weighted(self, jacobian: Array) -> Array:
        """The gradient of the entries of the value weighted at random, from those of the entries."""
        found: Array = np.tensordot(self.weights, jacobian, self.weights.ndim)
        return found

    def _apart(self) -> bool:
        indices = self.x.indices if isinstance(self.x, Entry) else ()
        return not {i.name for i in indices if isinstance(i, Symbol)} & set(self.letters)

    def _pulled(self, gradient: Gradient, upstream: Array) -> Array:
        whole = np.zeros(self.start.shape + np.shape(self.drawn[self.name]))
        shape = self._diagonal(whole).shape[self.start.ndim :]
        return self._shaped(self._asked(gradient.function, upstream.copy()[()]), shape, "that of")

    def _shaped(self, found: Array, shape: tuple[int, ...], which: str) -> Array:
        if found.shape != shape:
            raise InputError(
                f"the gradient by {self.name} has shape {found.shape}, expected {shape}: {which} the variable"
            )
        return found

    def _asked(self, gradient: Callable[..., Any], *more: Any) -> Array:
        try:
            return np.asarray(self._call(gradient, self.drawn, *more))
        except SymderivError:
            raise
        except Exception as error:
            upstream = ", upstream" if more else ""
            raise InputError(
                f"the gradient function failed with {type(error).__name__}: {error}; it is called with "
                f"({', '.join(self.names)}{upstream}) and returns the gradient alone"
            ) from error

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

    def elsewhere(self, jacobian: Callable[..., Any]) -> Array:
        """The derivative as another library finds it."""
        each = [*(self.drawn[n] for n in self.names), *(self.still[n] for n in self.held)]
        sizes = self._sizes_for(self.value)
        full = jacobian(self.names.index(self.name), *(np.copy(v)[()] for v in each), **sizes)
        return self._diagonal(np.asarray(full, float))

    def noise(self, measure: Callable[[Point], Array | None]) -> float:
        """How far a measured derivative differs at points that rounding hardly tells from this one.

        There every number is moved by a few roundings of itself, and what is held is not. So this follows the
        sizes of the terms, and is as small as they are. It is 0 for a function that answers differently each time.
        """
        here, again = measure(self), measure(self)
        if here is None or again is None or not np.array_equal(here, again):
            return 0.0  # a value that changes by itself is no rounding
        there = [measure(self._neighbour()) for _ in range(NEIGHBOURS)]
        gaps = [float(np.max(np.abs(t - here), initial=0.0)) for t in there if t is not None]
        return max((gap for gap in gaps if np.isfinite(gap)), default=0.0)

    def _neighbour(self) -> Point:
        found = copy(self)
        found.drawn = {
            n: v if np.asarray(v).dtype.kind in "iu" else v * (1 + NEAR * self.rng.uniform(-1, 1, np.shape(v)))
            for n, v in self.drawn.items()
        }
        return found

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
