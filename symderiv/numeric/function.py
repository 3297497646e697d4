"""Compile terms of a statement to a NumPy function with readable source."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from symderiv.errors import InputError
from symderiv.numeric.arguments import Array, Parameter, check, show
from symderiv.terms import Symbol, Term


@dataclass(frozen=True)
class Output:
    """One result: its name, its term, and the free indices that are its axes, in order.

    ``ranges`` are sizes of its free indices where they are not the statement's: outputs of different
    derivations may use one letter for axes of different sizes.
    """

    name: str
    term: Term
    axes: tuple[Symbol, ...]
    ranges: Mapping[str, Term] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class NumericFunction:
    """A NumPy function made from terms; call it with arrays.

    ``source`` is stand-alone Python text of the same computation without the argument checks,
    ``args`` are the names of the positional arguments, ``sizes`` those of the keyword arguments (sizes
    no argument's shape tells). ``__doc__`` says what it computes and the shapes it takes. ``fresh`` says of
    each result whether the body makes it an array of its own.
    """

    name: str
    source: str
    args: tuple[str, ...]
    sizes: tuple[str, ...]
    parameters: tuple[Parameter, ...] = field(repr=False)
    shapes: tuple[tuple[Term, ...], ...] = field(repr=False)
    least: Mapping[str, int] = field(repr=False)
    analytic: bool
    fresh: tuple[bool, ...] = field(repr=False)
    body: Callable[..., Any] = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", inspect.cleandoc(self.body.__doc__ or ""))

    def grouped(self) -> Grouped:
        """The same function, its results after the first in one tuple: ``(value, (gradient, gradient))``."""
        return Grouped(**{f.name: getattr(self, f.name) for f in fields(self)})

    def listed(self) -> Listed:
        """The same function, its results in a tuple even where there is one."""
        return Listed(**{f.name: getattr(self, f.name) for f in fields(self)})

    def __call__(self, *values: Any, **named: Any) -> Any:
        """The result, or a tuple of results; raises `InputError` for arguments that do not fit."""
        values, given = self._bind(values, named)
        ready = check(self.name, self.parameters, values, given, self.least)
        try:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                results = self.body(*ready.arrays, **given)
        except ZeroDivisionError:
            at = ", ".join(f"{n} = {size}" for n, size in ready.sizes.items())
            raise InputError(f"{self.name}: a denominator made of sizes alone is 0 at {at}") from None
        many = results if len(self.shapes) > 1 else (results,)
        done = tuple(
            _finish(r, (*ready.batch, *_lengths(shape, ready.sizes)), ready.dtype, ready.arrays)
            for r, shape in zip(many, self.shapes, strict=True)
        )
        return done if len(done) > 1 else done[0]

    def _bind(self, values: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, int]]:
        takes = f"{self.name} takes {', '.join((*self.args, *(s + '=' for s in self.sizes)))}"
        if len(values) > len(self.args):
            raise InputError(f"{takes}; got {len(values)} positional arguments")
        bound = dict(zip(self.args, values, strict=False))
        for name, value in named.items():
            if name in bound or name not in (*self.args, *self.sizes):
                raise InputError(f"{takes}; {name} is {'given twice' if name in bound else 'none of them'}")
            bound[name] = value
        missing = [n for n in (*self.args, *self.sizes) if n not in bound]
        if missing:
            raise InputError(f"{takes}; missing: {', '.join(missing)}")
        for n in self.sizes:
            if not isinstance(bound[n], int | np.integer) or isinstance(bound[n], bool):
                raise InputError(f"{self.name}: the size {n} is a whole number, not {type(bound[n]).__name__}")
        return tuple(bound[n] for n in self.args), {n: int(bound[n]) for n in self.sizes}


@dataclass(frozen=True, eq=False)
class Grouped(NumericFunction):
    """A `NumericFunction` that returns its first result and a tuple of the others."""

    def __call__(self, *values: Any, **named: Any) -> Any:
        """(first, (second, ...)); raises `InputError` for arguments that do not fit."""
        found = super().__call__(*values, **named)
        return (found[0], found[1:]) if isinstance(found, tuple) else found


@dataclass(frozen=True, eq=False)
class Listed(NumericFunction):
    """A `NumericFunction` that returns a tuple, even of one result."""

    def __call__(self, *values: Any, **named: Any) -> Any:
        """(first, ...); raises `InputError` for arguments that do not fit."""
        found = super().__call__(*values, **named)
        return found if isinstance(found, tuple) else (found,)


def _lengths(shape: tuple[Term, ...], sizes: Mapping[str, int]) -> list[int]:
    return [sizes[s.name] if isinstance(s, Symbol) else int(show(s)) for s in shape]


def _finish(result: Any, shape: tuple[int, ...], dtype: np.dtype[Any], arguments: tuple[Array, ...]) -> Any:
    """The result in its full shape and precision, sharing memory with no argument."""
    a = np.asarray(result)
    if a.dtype.kind == "c" and dtype.kind != "c":
        raise InputError("the result is complex for real arguments")
    a = a.astype(dtype, copy=False)
    if a.shape != shape:
        a = np.broadcast_to(a, shape).copy()
    elif not a.flags.writeable or any(np.may_share_memory(a, b) for b in arguments):
        a = a.copy()
    return a if a.ndim else a[()]
