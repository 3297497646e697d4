"""Rows in blocks that stay in the processor's cache, each by the quick function where that will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from inspect import CO_VARKEYWORDS
from math import prod
from operator import itemgetter
from types import FunctionType
from typing import Any

import numpy as np

from symderiv.numeric.arguments import Array
from symderiv.numeric.costs import BUFFER, LISTS, is_copied, rows_of_block
from symderiv.numeric.quick.places import Place, Shape, Sizes
from symderiv.numeric.quick.workspace import Workspace, kept, taken

# what Python raises where NumPy has an infinity or nan: it has no such number, or a complex one
NO_NUMBER = (ArithmeticError, ValueError, TypeError)

FUNCTIONS = ("some", "alone", "whole", "listed")  # fields of a record that hold functions
Plain = Callable[..., tuple[Any, ...]]
Small = Callable[..., tuple[Any, ...] | None]


@dataclass(frozen=True)
class Quickly:
    """The quick functions of one graph; ``rows`` is the size whose axis is the rows, None for the batch.

    ``some`` does a block of rows, ``alone`` a single row, ``whole`` makes what no row has by itself from sums over
    the rows. Arrays that rows are written into stand at ``written`` among the results, the other results (in
    their order) are returned; ``sizes`` are keyword arguments.
    """

    rows: str | None
    inputs: tuple[Place, ...]
    results: tuple[Place, ...]
    written: tuple[int, ...]
    scratch: tuple[Shape, ...]
    sizes: tuple[str, ...]
    thick: bool
    some: Callable[..., Any] = field(repr=False)
    alone: Callable[..., Any] | None = field(repr=False, default=None)
    whole: Callable[..., Any] | None = field(repr=False, default=None)
    listed: Callable[..., Any] | None = field(repr=False, default=None)
    length: Shape | None = field(repr=False, default=None)

    def exchanged(self, by: Callable[[Any], Any]) -> Quickly:
        """With something else in the place of each of its functions, such as its name."""
        own = {end: getattr(self, end) for end in FUNCTIONS}
        return replace(self, **{end: by(function) for end, function in own.items() if function is not None})

    def at(self, batch: tuple[int, ...], sizes: Sizes, dtype: np.dtype[Any]) -> Plan:
        """The plan for arguments of certain shapes."""
        count = prod(batch) if self.rows is None else sizes[self.rows]
        inputs = tuple(p.own(sizes) for p in self.inputs)
        results = tuple(p.own(sizes) for p in self.results)
        scratch = tuple(s(sizes) for s in self.scratch)
        own = [s for p, s in zip((*self.inputs, *self.results), (*inputs, *results), strict=True) if p.runs]
        width = max((1, *map(prod, (*own, *scratch))))
        rows = min(count, rows_of_block(width, self.thick))
        bounds = tuple((low, min(low + rows, count)) for low in range(0, count, rows))
        named = {n: sizes[n] for n in self.sizes}
        returned = tuple(n for n in range(len(results)) if n not in self.written)
        short = self.is_short(sizes)
        narrow = count > 1 and is_copied(width)
        return Plan(self, batch, count, inputs, results, scratch, bounds, named, returned, dtype, short, narrow)

    def is_short(self, sizes: Sizes) -> bool:
        """Whether a row is done in lists."""
        return self.length is not None and self.length(sizes)[0] <= LISTS


@dataclass(frozen=True, eq=False)
class Plan:
    """How arguments of certain shapes are gone through."""

    form: Quickly
    batch: tuple[int, ...]
    count: int
    inputs: tuple[tuple[int, ...], ...]
    results: tuple[tuple[int, ...], ...]
    scratch: tuple[tuple[int, ...], ...]
    bounds: tuple[tuple[int, int], ...]
    named: Mapping[str, int]
    returned: tuple[int, ...]
    dtype: np.dtype[Any]
    short: bool
    narrow: bool
    spare: list[Workspace] = field(default_factory=list, repr=False)

    def fill(self, arrays: Sequence[Array], results: Sequence[Array], plain: Plain) -> bool:
        """Write the results; False where the quick functions decline."""
        if not self.narrow:
            return self._fill(arrays, results, plain)
        before = np.setbufsize(BUFFER)
        try:
            return self._fill(arrays, results, plain)
        finally:
            np.setbufsize(before)

    def _fill(self, arrays: Sequence[Array], results: Sequence[Array], plain: Plain) -> bool:
        if self.form.rows is not None:
            return self._by_axis(arrays, results)
        items = list(map(self._flat, arrays, self.inputs))
        if self.count == 1 and self.form.alone is not None:
            return self._single(items, results)
        self._by_items(items, list(map(self._flat, results, self.results)), plain)
        return True

    def _single(self, items: Sequence[Array], results: Sequence[Array]) -> bool:
        found = self.one([a[0] for a in items])
        if found is None:
            return False
        for r, value in zip(results, found, strict=True):
            r[...] = value
        return True

    def one(self, row: Sequence[Array]) -> tuple[Any, ...] | None:
        """The results of a single row; None where the quick function declines."""
        return self._alone(row, False) or self._alone(row, True)

    def _alone(self, row: Sequence[Array], steady: bool) -> tuple[Any, ...] | None:
        assert self.form.alone is not None
        try:
            found: tuple[Any, ...] | None = self.form.alone(*row, steady, **self.named)
        except NO_NUMBER:
            return None
        # a power of a negative number is complex in Python
        return None if found is not None and any(isinstance(r, complex) for r in found) else found

    def small(self, plain: Plain) -> Small | None:
        """A function that does a single row, or one block, with as few calls as possible, where that may be done.

        Its arguments are arrays of exactly the batch's shape and their own. It raises an error where Python has no
        number, and gives None where another form has to do some row.
        """
        if self.count != 1 or self.form.alone is None:
            if len(self.bounds) > 1 or self.narrow:
                return None
            return partial(self._batch_at_once, plain) if self.form.rows is None else self._axis_at_once
        if self.short and self.form.listed is not None:
            return _with(self.form.listed, self.dtype, len(self.batch), self.named)
        alone, named, dtype = self.form.alone, self.named, self.dtype
        array, number, rank = np.array, self.dtype.type, len(self.batch)
        at, front = (0,) * len(self.batch), (None,) * len(self.batch)
        vectors = [bool(s) for s in self.results]
        item = itemgetter(at if len(at) != 1 else 0)

        def run(*values: Array) -> tuple[Any, ...] | None:
            with np.errstate(all="ignore"):
                found = alone(*map(item, values) if at else values, False, **named)
                if found is None:
                    return None
                # a number made of sizes may be a double, and what it meets then is one as well
                exact = [
                    r if not v or r.dtype == dtype else r.astype(dtype) for r, v in zip(found, vectors, strict=True)
                ]
                if at:
                    return tuple(
                        [r[front] if v else array([r], dtype, ndmin=rank) for r, v in zip(exact, vectors, strict=True)]
                    )
                return tuple([r if v else number(r) for r, v in zip(exact, vectors, strict=True)])

        return run

    def is_exact(self, arrays: Sequence[Array]) -> bool:
        """Whether every argument has the batch in front, so that none is handed round."""
        wanted = zip(arrays, self._full(self.form.inputs, self.inputs), strict=True)
        return all(a.shape == (*self.batch, *shape) for a, shape in wanted)

    def _full(self, places: Sequence[Place], shapes: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Shapes with the rows in front, where they are an axis of the problem's own."""
        rows = () if self.form.rows is None else (self.count,)
        return [(*rows, *own) if place.runs else own for place, own in zip(places, shapes, strict=True)]

    def _by_items(self, items: Sequence[Array], flat: Sequence[Array], plain: Plain) -> None:
        """Block by block; rows that the quick function gets wrong go to ``plain``."""
        steady = False
        space = self._workspace()
        for low, high in self.bounds:
            some, into, temporary = items, flat, space.scratch
            if high - low < self.count:
                some, into = [a[low:high] for a in items], [r[low:high] for r in flat]
                temporary = tuple(s[: high - low] for s in space.scratch)
            some = [space.joined(n, a) for n, a in enumerate(some)]
            steady = self._block(some, into, temporary, steady, plain)
        kept(self.spare, space)

    def _batch_at_once(self, plain: Plain, *values: Array) -> tuple[Any, ...] | None:
        """All items in one block, in new arrays."""
        if not all(a.flags.c_contiguous for a in values):
            return None
        items = values if len(self.batch) == 1 else list(map(self._flat, values, self.inputs))
        results = [np.empty((self.count, *own), self.dtype) for own in self.results]
        space = self._workspace()
        with np.errstate(all="ignore"):
            self._block(items, results, space.scratch, False, plain)
        kept(self.spare, space)
        if len(self.batch) == 1:
            return tuple(results)
        return tuple([r.reshape(*self.batch, *own) for r, own in zip(results, self.results, strict=True)])

    def _axis_at_once(self, *values: Array) -> tuple[Any, ...] | None:
        """The same along an axis of the problem's own."""
        results = [np.empty((*self.batch, *shape), self.dtype) for shape in self.own]
        with np.errstate(all="ignore"):
            done = self._by_axis(values, results)
        return tuple([r if r.ndim else r[()] for r in results]) if done else None

    @cached_property
    def own(self) -> list[tuple[int, ...]]:
        """The shapes of the results along an axis of the problem's own."""
        return self._full(self.form.results, self.results)

    def _block(
        self, some: Sequence[Array], into: Sequence[Array], scratch: Sequence[Array], steady: bool, plain: Plain
    ) -> bool:
        """Write the results of some rows, those that are wrong by ``plain``; whether shifts were needed."""
        buffers = [*[into[n] for n in self.form.written], *scratch]
        (good, values), wrong, steady = self._some(some, buffers, steady)
        for n, found in zip(self.returned, values, strict=True):
            into[n][...] = found
        if wrong:
            bad = np.flatnonzero(~good)
            for r, found in zip(into, plain(*[a[bad] for a in some]), strict=True):
                r[bad] = found
        return steady

    def _some(self, some: Sequence[Array], buffers: Sequence[Array], steady: bool) -> tuple[Any, int, bool]:
        """What the quick function says, and in how many rows it is wrong.

        Where many are, it is asked once more with shifts, and from then on with shifts at once.
        """
        got = self.form.some(*some, *buffers, steady, **self.named)
        wrong = _wrong(got[0])
        if steady or wrong * self.patience <= np.size(got[0]):
            return got, wrong, steady
        got = self.form.some(*some, *buffers, True, **self.named)
        return got, _wrong(got[0]), True

    @property
    def patience(self) -> int:
        """One in how many rows may be wrong; of rows that are added up, none."""
        return 4 if self.form.rows is None else 2**40

    def _by_axis(self, arrays: Sequence[Array], results: Sequence[Array]) -> bool:
        """Along an axis of the problem's own, with sums over the rows added up."""
        if self.batch:  # of a single item
            arrays = list(map(np.reshape, arrays, self._full(self.form.inputs, self.inputs)))
            results = list(map(np.reshape, results, self.own))
        form, steady, totals, space = self.form, False, None, self._workspace()
        runs = [p.runs for p in form.inputs]
        by_row = [n for n in self.returned if form.results[n].runs]
        for low, high in self.bounds:
            both = enumerate(zip(arrays, runs, strict=True))
            some = [space.joined(n, a[low:high]) if moves else a for n, (a, moves) in both]
            buffers = [*(results[n][low:high] for n in form.written), *(s[: high - low] for s in space.scratch)]
            (_, values, sums), wrong, steady = self._some(some, buffers, steady)
            if wrong:
                return False
            for n, found in zip(by_row, values, strict=True):
                results[n][low:high] = found
            totals = sums if totals is None else [a + b for a, b in zip(totals, sums, strict=True)]
        kept(self.spare, space)
        if form.whole is not None:
            others = form.whole(*arrays, *(totals or ()), **self.named)
            for n, found in zip((n for n in self.returned if n not in by_row), others, strict=True):
                results[n][...] = found
        return True

    def _workspace(self) -> Workspace:
        """Arrays for a block: those of an earlier call, where they are not in use."""
        return taken(self.spare, self.bounds[0][1], self.scratch, self.dtype)

    def _flat(self, a: Array, own: tuple[int, ...]) -> Array:
        """An argument or a result with one axis of items in front."""
        if a.shape == (self.count, *own):
            return a
        full = (*self.batch, *own)
        return (a if a.shape == full else np.broadcast_to(a, full)).reshape(-1, *own)


def _with(listed: Callable[..., Any], dtype: np.dtype[Any], rank: int, sizes: Sizes) -> Small:
    """A function of arrays alone: the same code with all else as defaults, as most of its time is that of calls."""
    made = FunctionType(listed.__code__, listed.__globals__, listed.__name__, (dtype, rank, dtype.itemsize < 8))
    return partial(made, **sizes) if listed.__code__.co_flags & CO_VARKEYWORDS else made


def _wrong(good: Any) -> int:
    """How many rows are not good."""
    return 0 if good is True else int(np.size(good) - np.count_nonzero(good))
