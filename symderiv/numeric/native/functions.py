"""Functions compiled by numba: the checks and results of NumPy's, the work in loops over rows."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from threading import Lock
from typing import Any, TypeGuard

import numpy as np

from symderiv.errors import InputError, ToolMissing
from symderiv.numeric.arguments import Array, Checked
from symderiv.numeric.built import built
from symderiv.numeric.compile import write_source
from symderiv.numeric.costs import PARALLEL
from symderiv.numeric.function import Grouped, Listed, NumericFunction, Output
from symderiv.numeric.lowered import Lowered
from symderiv.numeric.native.compiled import Compiled, Frame, Result
from symderiv.numeric.native.kernels import DOUBLE, SINGLE
from symderiv.numeric.results import finished
from symderiv.numeric.texts.written import Written
from symderiv.statement import Statement
from symderiv.terms import Symbol

_THREADS = Lock()  # not every threading layer of numba bears calls from two threads at once

Shape = tuple[int, ...]
Driver = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class NativeFunction(NumericFunction):
    """A `NumericFunction` in compiled loops; ``source`` is its text for float64, ``single`` that for float32.

    Machine code is made at the first call in float32 and in float64, for small arrays and for large ones
    (on which several threads work), and kept while the process lives; on disk numba keeps no code of a
    generated text. float16 is computed in float32; complex numbers are refused. Arrays that are not
    contiguous are copied first.
    """

    single: str = field(repr=False, default="")
    drivers: Mapping[np.dtype[Any], Driver] = field(repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.drivers:
            drivers = {np.dtype(np.float64): self.body, np.dtype(np.float32): built(self.name, self.single)}
            object.__setattr__(self, "drivers", drivers)

    def grouped(self) -> Grouped:
        """The same function, its results after the first in one tuple."""
        return _GroupedNative(**{f.name: getattr(self, f.name) for f in fields(self) if f.init})

    def listed(self) -> Listed:
        """The same function, its results in a tuple even where there is one."""
        return _ListedNative(**{f.name: getattr(self, f.name) for f in fields(self) if f.init})

    def _plainly(
        self, ready: Checked, given: Mapping[str, int], shapes: list[Shape], buffers: Sequence[Array | None]
    ) -> tuple[Any, ...]:
        if ready.compute not in self.drivers:
            raise InputError(f"{self.name}: backend='numba' computes in float32 and float64, not in {ready.dtype}")
        batch, front = math.prod(ready.batch), len(ready.batch)
        arrays = [_flat(a, len(p.sizes), ready.batch) for a, p in zip(ready.arrays, self.parameters, strict=True)]
        flat = [(batch, *s[front:]) for s in shapes]
        fit = [b.reshape(s) if _direct(b, ready) else None for b, s in zip(buffers, flat, strict=True)]
        work = max(math.prod(s) for s in (*flat, *(a.shape for a in arrays)))
        results = self._driven(self.drivers[ready.compute], work, batch, [*arrays, *fit], ready, given)
        done: list[Any] = []
        for result, shape, whole, own, into in zip(results, flat, shapes, fit, buffers, strict=True):
            if into is not None and result is own:
                done.append(into)
                continue
            a = result if np.shape(result) == shape else np.broadcast_to(result, shape)
            repeated = any(result is r for r in results[: len(done)])
            seen = (*ready.arrays, a) if repeated else ready.arrays
            done.append(finished(a.reshape(whole), whole, ready._replace(arrays=seen), into))
        return tuple(done)

    def _driven(
        self,
        driver: Driver,
        work: int,
        batch: int,
        arrays: list[Array | None],
        ready: Checked,
        given: Mapping[str, int],
    ) -> tuple[Any, ...]:
        """The results, by several threads where there is much to do and no other caller has them."""
        parallel = work > PARALLEL and _THREADS.acquire(blocking=False)
        try:
            results = driver(batch, parallel, *arrays, **given)
        except ZeroDivisionError:
            at = ", ".join(f"{n} = {size}" for n, size in ready.sizes.items())
            raise InputError(f"{self.name}: a denominator made of sizes alone is 0 at {at}") from None
        finally:
            if parallel:
                _THREADS.release()
        return results if len(self.shapes) > 1 else (results,)


@dataclass(frozen=True, eq=False)
class _GroupedNative(Grouped, NativeFunction):
    pass


@dataclass(frozen=True, eq=False)
class _ListedNative(Listed, NativeFunction):
    pass


def compile_native(
    name: str,
    statement: Statement,
    outputs: tuple[Output, ...],
    arguments: tuple[str, ...] | None = None,
    conditions: tuple[str, ...] = (),
    labels_by_class: bool = False,
) -> NativeFunction:
    """`compile_function` in loops for numba; `ToolMissing` where that is not installed."""
    needs_numba()
    plain = write_source(name, statement, outputs, arguments, conditions, labels_by_class)
    return _Loops(name, statement, outputs, arguments, conditions, labels_by_class, False).function(plain)


class _Loops(Lowered):
    def function(self, plain: Written) -> NativeFunction:
        """Loops that compute what ``plain``, the text for NumPy, does."""
        names = self.names.copy()
        parts = zip(self.outputs, self.values, self.slots, strict=True)
        results = [Result(names.new(o.name), v.node, s) for o, v, s in parts]
        code = Compiled(results, self.inputs, self.sizes, self._wishes(), names)
        doc = inspect.cleandoc(built(plain.name, plain.source).__doc__ or "")
        used = [self.sizes[n] for n in code.writer.used_sizes]
        frame = Frame(plain.name, doc, plain.sizes, tuple(_read(n, plain) for n in used if n not in plain.sizes))
        double, single = (code.source(frame, p) for p in (DOUBLE, SINGLE))
        written = replace(plain, source=double)
        return NativeFunction(**vars(written), body=built(plain.name, double), single=single)


def _read(size: str, plain: Written) -> str:
    """The line that reads a size off an argument's shape."""
    at = next((p.name, n - len(p.sizes)) for p in plain.parameters for n, s in enumerate(p.sizes) if s is Symbol(size))
    return f"{size} = np.shape({at[0]})[{at[1]}]"


def _direct(buffer: Array | None, ready: Checked) -> TypeGuard[Array]:
    """Whether loops may write into a buffer at once."""
    return buffer is not None and buffer.dtype == ready.compute and buffer.flags.c_contiguous and buffer.flags.aligned


def _flat(a: Array, rank: int, batch: Shape) -> Array:
    """An argument with one batch axis, of length 1 where it has no batch; contiguous, and marked as not to change."""
    front, own = a.shape[: a.ndim - rank], a.shape[a.ndim - rank :]
    if math.prod(front) == 1:
        front = (1,)
    elif front != batch:
        a, front = np.broadcast_to(a, (*batch, *own)), batch
    flat = np.require(a, requirements=("C", "A")).reshape((math.prod(front), *own)).view()
    flat.flags.writeable = False
    return flat


def needs_numba() -> None:
    """Raises `ToolMissing` where numba is not installed."""
    try:
        import numba  # noqa: F401
    except ImportError:
        raise ToolMissing("backend='numba' needs numba: pip install 'symderiv[native]'") from None
