"""Arguments as a generated function's forms take them, results as they are handed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symderiv.errors import InputError
from symderiv.numeric.arguments import Array, Checked, show
from symderiv.terms import Symbol, Term


def with_arrays(ready: Checked, arrays: tuple[Array, ...]) -> Checked:
    """The same for other arrays of the same kinds."""
    return Checked(arrays, ready.sizes, ready.batch, ready.dtype, ready.compute)


def side_by_side(a: Array) -> Array:
    """An array with the entries of a row side by side: NumPy adds up others one by one, and loses digits."""
    return a if a.ndim < 2 or a.flags.c_contiguous or 0 in a.strides else np.ascontiguousarray(a)


def lengths(shape: tuple[Term, ...], sizes: Mapping[str, int]) -> list[int]:
    """The numbers that sizes stand for."""
    return [sizes[s.name] if isinstance(s, Symbol) else int(show(s)) for s in shape]


def delivered(result: Array, into: Array | None, dtype: np.dtype[Any]) -> Any:
    """A result in an array of ours, handed over in its precision or in the array of the caller's."""
    if into is None:
        a = result if result.dtype == dtype else result.astype(dtype)
        return a if a.ndim else a[()]
    if result is not into:
        into[...] = result
    return into


def finished(result: Any, shape: tuple[int, ...], ready: Checked, into: Array | None) -> Any:
    """The result in its full shape and precision, in its own memory or in the array that was handed in."""
    a = np.asarray(result)
    if a.dtype.kind == "c" and ready.dtype.kind != "c":
        raise InputError("the result is complex for real arguments")
    if into is not None:
        if a is not into:
            into[...] = a
        return into
    a = a.astype(ready.dtype, copy=False)
    if a.shape != shape:
        a = np.broadcast_to(a, shape).copy()
    elif not a.flags.writeable or any(np.may_share_memory(a, b) for b in ready.arrays):
        a = a.copy()
    return a if a.ndim else a[()]
