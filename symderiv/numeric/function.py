"""Compile terms of a statement to a NumPy function with readable source."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from symderiv.errors import InputError
from symderiv.numeric.arguments import Array, Checked, Parameter, check, check_classes, targets
from symderiv.numeric.built import again, built, space, texts
from symderiv.numeric.quick.at_once import AtOnce, Once
from symderiv.numeric.quick.blocks import NO_NUMBER, Plan, Quickly, Small
from symderiv.numeric.quick.choice import chosen
from symderiv.numeric.results import delivered, finished, lengths, side_by_side, with_arrays
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


# how many kinds of arguments a function remembers
KINDS = 64


@dataclass(frozen=True)
class Known:
    """What is known of arguments by their shapes and precision: checked sizes, shapes of results, a plan.

    ``small`` does arrays that need no other look than at their kinds; ``classes`` says that some hold class numbers.
    """

    ready: Checked
    shapes: list[tuple[int, ...]]
    plan: Plan | Once | None
    small: Small | None
    classes: bool


@dataclass(frozen=True, eq=False)
class NumericFunction:
    """A NumPy function made from terms; call it with arrays.

    ``source`` is stand-alone Python text of the same computation without the argument checks,
    ``args`` are the names of the positional arguments, ``sizes`` those of the keyword arguments (sizes
    no argument's shape tells). ``schedule`` is the text of the same in place, which is what runs wherever there is
    one and it vouches for its results; ``source`` does the rest. ``__doc__`` says what it computes and the shapes
    it takes. ``fresh`` says of each result whether the body makes it an array of its own; ``into`` makes of name and
    source a function that writes into arrays of the caller's.
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
    schedule: str = field(repr=False, default="")
    quick: tuple[Quickly | AtOnce, ...] = field(repr=False, default=())
    into: Callable[[str, str], Callable[..., Any]] | None = field(repr=False, compare=False, default=None)
    kinds: dict[Any, Known] = field(repr=False, default_factory=dict)
    kind: Callable[..., Any] = field(repr=False, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", inspect.cleandoc(self.body.__doc__ or ""))
        object.__setattr__(self, "kind", _KINDS.get(len(self.args), _kinds))

    def __reduce__(self) -> tuple[Any, ...]:
        quick = tuple(q.exchanged(attrgetter("__name__")) for q in self.quick)
        return again, (type(self), {**texts(self), "quick": quick})

    @classmethod
    def from_texts(cls, kept: Mapping[str, Any]) -> NumericFunction:
        """The function of some fields whose texts are run again, as pickles and copies need it."""
        space_ = space(f"{kept['name']}, quickly", kept["schedule"])
        quick = tuple(q.exchanged(space_.__getitem__) for q in kept["quick"])
        return cls(**{**kept, "quick": quick, "body": built(kept["name"], kept["source"])})

    def grouped(self) -> Grouped:
        """The same function, its results after the first in one tuple: ``(value, (gradient, gradient))``."""
        return Grouped(**{f.name: getattr(self, f.name) for f in fields(self) if f.init})

    def listed(self) -> Listed:
        """The same function, its results in a tuple even where there is one."""
        return Listed(**{f.name: getattr(self, f.name) for f in fields(self) if f.init})

    def __call__(self, *values: Any, out: Any = None, **named: Any) -> Any:
        """The result, or a tuple of results; raises `InputError` for arguments that do not fit.

        ``out`` is an array for the last result, or a tuple with an array or None for each: they are written into
        and returned, and may share memory with no argument.
        """
        given: Mapping[str, int] | None = None
        try:
            known = None if named else self.kinds.get(self.kind(*values))
        except (AttributeError, TypeError):  # what is no array, or too few or many
            known = None
        if known is None:
            values, given = self._bind(values, named)
            ready = check(self.name, self.parameters, values, given, self.least)
            known = self._kind(ready, values, given)
            values = ready.arrays
        elif known.classes:
            for p, a in zip(self.parameters, values, strict=True):
                check_classes(self.name, p, a, known.ready.sizes)
        if known.small is not None and (out is None or not isinstance(known.plan, Plan) or known.plan.count == 1):
            try:
                found = known.small(*values)
            except NO_NUMBER:
                found = None
            if found is not None:
                if out is not None:
                    buffers = targets(self.name, out, known.shapes, with_arrays(known.ready, values))
                    found = tuple(delivered(r, into, known.ready.dtype) for r, into in zip(found, buffers, strict=True))
                return found if len(found) > 1 else found[0]
        ready = with_arrays(known.ready, values)
        buffers = targets(self.name, out, known.shapes, ready)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
            done = self._quickly(known.plan, ready, known.shapes, buffers, given or {})
            done = done or self._plainly(ready, given or {}, known.shapes, buffers)
        return done if len(done) > 1 else done[0]

    def _kind(self, ready: Checked, values: tuple[Any, ...], given: Mapping[str, int]) -> Known:
        """What there is to know of arguments by their shapes and precision; kept where that is all there is."""
        shapes = [(*ready.batch, *lengths(shape, ready.sizes)) for shape in self.shapes]
        plan = self._plan(ready)
        classes = any(p.classes is not None for p in self.parameters)
        known = Known(ready._replace(arrays=()), shapes, plan, self._small(plan, ready, given), classes)
        unchanged = all(a is v for a, v in zip(ready.arrays, values, strict=True))
        if unchanged and not self.sizes:
            if len(self.kinds) >= KINDS:
                self.kinds.clear()
            self.kinds[self.kind(*values)] = known
        return known

    def _small(self, plan: Plan | Once | None, ready: Checked, given: Mapping[str, int]) -> Small | None:
        """What does a single row by itself: of arrays that need no other look than at their kinds."""
        if plan is None or ready.dtype != ready.compute or not plan.is_exact(ready.arrays):
            return None
        return plan.small(partial(self._several, given))

    def _plan(self, ready: Checked) -> Plan | Once | None:
        """How to go through the rows, where there is a quick form for them."""
        form = chosen(self.quick, ready.batch, ready.sizes)
        is_float = ready.compute.kind == "f" and ready.compute.itemsize <= 8  # Python's numbers have 8 bytes
        if form is None or not is_float or not all((*ready.batch, *ready.sizes.values())):
            return None
        return form.at(ready.batch, ready.sizes, ready.compute)

    def _plainly(
        self, ready: Checked, given: Mapping[str, int], shapes: list[tuple[int, ...]], buffers: Sequence[Array | None]
    ) -> tuple[Any, ...]:
        """By the plain form, for whole arrays."""
        ready = with_arrays(ready, tuple(map(side_by_side, ready.arrays)))
        try:
            many = self._into(ready, given, buffers) or self._several(given, *ready.arrays)
        except ZeroDivisionError:
            at = ", ".join(f"{n} = {size}" for n, size in ready.sizes.items())
            raise InputError(f"{self.name}: a denominator made of sizes alone is 0 at {at}") from None
        return tuple(finished(r, shape, ready, into) for r, shape, into in zip(many, shapes, buffers, strict=True))

    def _into(
        self, ready: Checked, given: Mapping[str, int], buffers: Sequence[Array | None]
    ) -> tuple[Any, ...] | None:
        """The results of the plain form in the caller's arrays, where there are some and each takes its result."""
        outs = tuple(b if b is not None and b.dtype == ready.compute else None for b in buffers)
        if self.into is None or not any(b is not None for b in outs):
            return None
        try:
            found: tuple[Any, ...] = self.into(self.name, self.source)(outs, *ready.arrays, **given)
        except (TypeError, ValueError):  # of other shapes or kinds than an operation makes: those are copied
            return None
        return found

    def _quickly(
        self,
        plan: Plan | Once | None,
        ready: Checked,
        shapes: Sequence[tuple[int, ...]],
        buffers: Sequence[Array | None],
        given: Mapping[str, int],
    ) -> tuple[Any, ...] | None:
        """By a quick form, in blocks of rows; None where there is none or it declines."""
        if plan is None:
            return None
        dtype = ready.compute
        own = [b if b is not None and b.dtype == dtype and b.flags.c_contiguous else None for b in buffers]
        results = [np.empty(s, dtype) if b is None else b for b, s in zip(own, shapes, strict=True)]
        try:
            if not plan.fill(ready.arrays, results, partial(self._several, given)):
                return None
        except ZeroDivisionError:  # the plain form says of what
            return None
        return tuple(delivered(r, into, ready.dtype) for r, into in zip(results, buffers, strict=True))

    def _several(self, given: Mapping[str, int], *arrays: Any) -> tuple[Any, ...]:
        """The results of the plain form, in a tuple."""
        results = self.body(*arrays, **given)
        return results if len(self.shapes) > 1 else (results,)

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

    def __call__(self, *values: Any, out: Any = None, **named: Any) -> Any:
        """(first, (second, ...)), and ``out`` alike; raises `InputError` for arguments that do not fit."""
        if isinstance(out, tuple) and len(out) == 2 and isinstance(out[1], tuple | list):
            out = (out[0], *out[1])
        found = super().__call__(*values, out=out, **named)
        return (found[0], found[1:]) if isinstance(found, tuple) else found


@dataclass(frozen=True, eq=False)
class Listed(NumericFunction):
    """A `NumericFunction` that returns a tuple, even of one result."""

    def __call__(self, *values: Any, out: Any = None, **named: Any) -> Any:
        """(first, ...); raises `InputError` for arguments that do not fit."""
        found = super().__call__(*values, out=out, **named)
        return found if isinstance(found, tuple) else (found,)


_kind_of = attrgetter("__class__", "shape", "dtype")
# written out for few arguments: on small arrays most of a call is finding out what it was called with
_KINDS: Mapping[int, Callable[..., Any]] = {
    1: lambda a: (a.__class__, a.shape, a.dtype),
    2: lambda a, b: (a.__class__, a.shape, a.dtype, b.__class__, b.shape, b.dtype),
}


def _kinds(*values: Any) -> Any:
    """Classes, shapes and precisions of arrays; raises AttributeError where an argument is none."""
    return tuple(map(_kind_of, values))
