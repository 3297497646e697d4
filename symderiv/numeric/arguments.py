"""Checks of a generated function's arguments: rank, sizes, dtype, batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from symderiv.errors import InputError
from symderiv.numeric.misfits import Misfit, Shapes, remedy
from symderiv.terms import ONE, Number, Symbol, Term

Array = NDArray[Any]


@dataclass(frozen=True)
class Parameter:
    """One argument: its identifier, the sizes of its axes, and whether integers will do.

    ``classes`` is the size that class numbers run over, where the argument holds such; ``axis`` the place of
    the class among the axes of the one-hot array that may stand for them.
    """

    name: str
    sizes: tuple[Term, ...]
    integers: bool
    classes: Term | None = None
    axis: int | None = None

    @property
    def one_hot(self) -> Parameter | None:
        """The one-hot array that may stand for class numbers."""
        if self.axis is None or self.classes is None:
            return None
        sizes = (*self.sizes[: self.axis], self.classes, *self.sizes[self.axis :])
        return Parameter(self.name, sizes, True)

    def class_numbers(self, a: Array) -> Array:
        """Those that a one-hot array marks."""
        assert self.axis is not None
        return np.asarray(np.argmax(a, axis=self.axis - len(self.sizes) - 1))

    @property
    def expected(self) -> str:
        """The shape in words, ``(..., N, K)``."""
        return f"({', '.join(['...', *map(show, self.sizes)])})"


class Checked(NamedTuple):
    """Arguments ready for the body, the sizes read off them, and what to make of the results."""

    arrays: tuple[Any, ...]
    sizes: Mapping[str, int]
    batch: tuple[int, ...]
    dtype: np.dtype[Any]
    compute: np.dtype[Any]


def show(size: Term) -> str:
    """A size in words."""
    return size.name if isinstance(size, Symbol) else str(size.value) if isinstance(size, Number) else "?"


def check(
    where: str,
    parameters: tuple[Parameter, ...],
    values: tuple[Any, ...],
    given: Mapping[str, int],
    least: Mapping[str, int],
) -> Checked:
    """The arguments as arrays of one precision.

    ``given`` are sizes passed by keyword, ``least`` the smallest value of each size (1 where it says
    nothing). Raises `InputError` naming the argument, its shape and what was expected.
    """
    forms = [form(p, v) for p, v in zip(parameters, values, strict=True)]
    arrays = [as_array(where, p, v) for p, v in zip(forms, values, strict=True)]
    sizes = read_sizes(where, forms, [a.shape for a in arrays], given, least)
    for p, a in zip(forms, arrays, strict=True):
        check_classes(where, p, a, sizes)
        _check_ambiguous(where, p, a, forms, arrays)
    arrays = [a if f is p else _marked(where, p, a) for p, f, a in zip(parameters, forms, arrays, strict=True)]
    dtype = _result_type(parameters, arrays, values)
    compute = np.dtype(np.float32) if dtype == np.float16 else dtype
    cast = [_cast(where, p, a, compute) for p, a in zip(parameters, arrays, strict=True)]
    return Checked(tuple(cast), sizes, read_batch(where, parameters, [a.shape for a in cast]), dtype, compute)


def read_sizes(
    where: str,
    parameters: Sequence[Parameter],
    shapes: Sequence[tuple[int, ...]],
    given: Mapping[str, int],
    least: Mapping[str, int],
) -> dict[str, int]:
    """Every size, as shapes and keywords agree on it; raises `InputError` where they do not, or it is too small."""

    def fits(changed: Sequence[tuple[int, ...]]) -> bool:
        try:
            _sizes(where, parameters, changed, given, least)
            read_batch(where, parameters, changed)
        except InputError:
            return False
        return True

    try:
        return _sizes(where, parameters, shapes, given, least)
    except Misfit as problem:
        raise InputError(f"{problem}; {remedy(problem.size, parameters, shapes, fits)}") from None


def _sizes(
    where: str, parameters: Sequence[Parameter], shapes: Shapes, given: Mapping[str, int], least: Mapping[str, int]
) -> dict[str, int]:
    sizes: dict[str, int] = {}
    told: dict[str, str] = {}
    for name, size in given.items():
        _note(where, sizes, told, Symbol(name), size, f"{name}={size}")
    for p, shape in zip(parameters, shapes, strict=True):
        _note_shape(where, sizes, told, p, shape)
    for name, size in sizes.items():
        if size < least.get(name, 1):
            raise InputError(
                f"{where}: {name} = {size} (from {told[name]}), but {name} is at least {least.get(name, 1)}"
            )
    return sizes


def form(p: Parameter, value: Any) -> Parameter:
    """The parameter as it is passed: floats with the axis of classes are a one-hot array."""
    if p.one_hot is None:
        return p
    try:
        a = np.asarray(value)
    except ValueError:
        return p  # what is no array is refused with the others
    return p.one_hot if a.dtype.kind == "f" and a.ndim >= len(p.one_hot.sizes) and a.size else p


def _is_one_hot(a: Array, axis: int) -> Any:
    return np.all((a == 0) | (a == 1)) and np.all(np.sum(a, axis=axis) == 1)


def _marked(where: str, p: Parameter, a: Array) -> Array:
    """The class numbers of a one-hot array; raises `InputError` where it is not one."""
    assert p.axis is not None
    if not _is_one_hot(a, p.axis - len(p.sizes) - 1):
        raise InputError(
            f"{where}: {p.name} of shape {a.shape} is given to be one-hot, 0 but for a single 1 along the axis of "
            f"{show(p.classes or ONE)}, and is not; for shares leave the fact one_hot out of given"
        )
    return p.class_numbers(a)


def _check_ambiguous(where: str, p: Parameter, a: Array, forms: list[Parameter], arrays: list[Array]) -> None:
    """Refuse whole numbers that are class numbers of a batch that nothing else has, or else a one-hot array."""
    if p.one_hot is None or a.ndim < len(p.one_hot.sizes):
        return
    fronts = [b.ndim - len(q.sizes) for q, b in zip(forms, arrays, strict=True) if q is not p]
    if a.ndim - len(p.sizes) > max(fronts, default=0) and _is_one_hot(a, (p.axis or 0) - len(p.sizes) - 1):
        raise InputError(
            f"{where}: {p.name} of shape {a.shape} and dtype {a.dtype} may be class numbers of a batch or a one-hot "
            "array: pass a one-hot array as floats, .astype(float), and give the other arguments the batch axes of "
            "class numbers"
        )


def check_rank(where: str, p: Parameter, shape: tuple[int, ...]) -> None:
    """Refuse an array with fewer axes than its parameter has."""
    if len(shape) < len(p.sizes):
        many = "1 axis" if len(p.sizes) == 1 else f"{len(p.sizes)} axes"
        raise InputError(
            f"{where}: {p.name} has shape {shape}, expected {p.expected}: {many}, and a batch may stand in front"
        )


def as_array(where: str, p: Parameter, value: Any) -> Array:
    """One argument as a NumPy array; raises `InputError` where its rank or dtype does not do."""
    if isinstance(value, np.ma.MaskedArray):
        raise InputError(f"{where}: {p.name} is a masked array, whose mask would be lost; fill it or leave items out")
    try:
        a = np.asarray(value)
    except ValueError as error:
        why = "its rows have several lengths, pad them to one" if "inhomogeneous" in str(error) else error
        raise InputError(f"{where}: {p.name} is no array ({why}); expected shape {p.expected}") from None
    if p.classes is None and (value is None or a.dtype.kind in "SU"):
        raise InputError(f"{where}: {p.name} is {value!r:.40}, expected numbers, an array of shape {p.expected}")
    check_rank(where, p, a.shape)
    if p.classes is not None:
        if a.dtype.kind not in "iu" and a.size:
            raise InputError(
                f"{where}: {p.name} holds class numbers, whole numbers from 0 on, not {a.dtype}; convert with "
                ".astype(int), a one-hot array with .argmax(-1)"
            )
        return a
    if a.dtype.kind not in "fciu":
        raise InputError(f"{where}: {p.name} has dtype {a.dtype}, expected floating point; convert with .astype(float)")
    if a.dtype.kind in "iu" and p.sizes and not p.integers:
        listed = isinstance(value, list | tuple)
        remedy = f"write 1.0, 2.0, ... or np.asarray({p.name}, float)" if listed else "convert with .astype(float)"
        raise InputError(f"{where}: {p.name} holds integers (dtype {a.dtype}) where floating point is needed; {remedy}")
    return a


def check_classes(where: str, p: Parameter, a: Array, sizes: Mapping[str, int]) -> None:
    """Class numbers lie in 0..K - 1; where nothing tells K, from 0 on."""
    if p.classes is None or not a.size:
        return
    size = int(p.classes.value) if isinstance(p.classes, Number) else sizes.get(show(p.classes))
    wrong = a.min() if a.min() < 0 else a.max() if size is not None and a.max() >= size else None
    if wrong is not None:
        top = "" if size is None else f" to {show(p.classes)} - 1 = {size - 1}"
        raise InputError(
            f"{where}: {p.name} holds the class number {wrong}, but in NumPy they count from 0{top}; leave out the "
            "items without a class, and take 1 from numbers that count from 1"
        )


def _note_shape(where: str, sizes: dict[str, int], told: dict[str, str], p: Parameter, shape: tuple[int, ...]) -> None:
    own = shape[len(shape) - len(p.sizes) :]
    for size, length in zip(p.sizes, own, strict=True):
        _note(where, sizes, told, size, length, f"{p.name} of shape {shape}, expected {p.expected}")


def _note(where: str, sizes: dict[str, int], told: dict[str, str], size: Term, length: int, source: str) -> None:
    if isinstance(size, Number):
        if length != size.value:
            raise InputError(f"{where}: an axis of length {length} where {size.value} is needed: {source}")
        return
    name = show(size)
    if sizes.setdefault(name, length) != length:
        raise Misfit(f"{where}: {name} is {sizes[name]} from {told[name]}, but {length} from {source}", name)
    told.setdefault(name, source)


def _result_type(parameters: tuple[Parameter, ...], arrays: list[Array], values: tuple[Any, ...]) -> np.dtype[Any]:
    """The precision of the floating-point arguments; Python numbers and integers follow the others."""
    strong = [
        a.dtype
        for a, v in zip(arrays, values, strict=True)
        if a.dtype.kind in "fc" and type(v) not in (float, complex, list, tuple)
    ]
    kinds = "".join(a.dtype.kind for a in arrays)
    dtype = np.result_type(*strong) if strong else np.dtype(np.float64)
    if "c" in kinds and dtype.kind != "c":
        dtype = np.result_type(dtype, np.complex64)
    return dtype


def _cast(where: str, p: Parameter, a: Array, compute: np.dtype[Any]) -> Array:
    if p.classes is not None:
        return a.astype(np.intp, copy=False)
    if a.dtype.kind == "f" and compute.kind == "c":
        return a.astype(np.zeros(0, compute).real.dtype, copy=False)
    cast = a.astype(compute, copy=False)
    if a.dtype.kind in "iu" and not np.array_equal(cast.astype(a.dtype), a):
        raise InputError(f"{where}: {p.name} holds integers that {compute} cannot represent; convert it yourself")
    return cast


def read_batch(where: str, parameters: Sequence[Parameter], shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The batch axes of all together, in front of their own; raises `InputError` where they do not fit."""
    fronts = [shape[: len(shape) - len(p.sizes)] for p, shape in zip(parameters, shapes, strict=True)]
    try:
        return np.broadcast_shapes(*fronts)
    except ValueError:
        listed = ", ".join(f"{p.name} {front}" for p, front in zip(parameters, fronts, strict=True))
        raise InputError(f"{where}: the batch axes in front do not fit: {listed}; give them one shape, or 1") from None


def targets(where: str, out: Any, shapes: Sequence[tuple[int, ...]], ready: Checked) -> list[Array | None]:
    """The arrays to write the results into, None where a new one is wanted."""
    if out is None:
        return [None] * len(shapes)
    many = list(out) if isinstance(out, tuple | list) else [*[None] * (len(shapes) - 1), out]
    if len(many) != len(shapes):
        raise InputError(
            f"{where}: out has {len(many)} arrays for {len(shapes)} results; write None for those not wanted"
        )
    for a, shape in zip(many, shapes, strict=True):
        if a is None:
            continue
        plain = isinstance(a, np.ndarray) and not isinstance(a, np.ma.MaskedArray)
        if not plain or a.shape != shape or a.dtype != ready.dtype:
            got = f"{a.dtype} of shape {a.shape}" if isinstance(a, np.ndarray) else type(a).__name__
            raise InputError(f"{where}: out is {got}, expected an array of {ready.dtype} of shape {shape}")
        if not a.flags.writeable:
            raise InputError(f"{where}: out is read-only; hand in an array that may be written")
        if any(np.may_share_memory(a, b) for b in ready.arrays):
            raise InputError(
                f"{where}: out shares memory with an argument, which would be overwritten while it is read"
            )
    for n, a in enumerate(many):
        if a is not None and any(b is not None and np.may_share_memory(a, b) for b in many[:n]):
            raise InputError(f"{where}: two arrays of out share memory; each result is written into one of its own")
    return many
