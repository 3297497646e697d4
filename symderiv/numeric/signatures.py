"""What the types and shapes of arrays of any library tell about a call: nothing here looks at the numbers in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symderiv.errors import InputError
from symderiv.numeric.arguments import Parameter, as_array, check_rank, form, read_batch, read_sizes, show
from symderiv.terms import Symbol, Term

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Signature:
    """Whose functions run, how to cast the arguments, and what comes out.

    ``checked`` says that class numbers are to be looked at, ``marks`` which arguments are one-hot arrays
    that stand for theirs. ``casts`` are the dtypes to bring arguments to, None where they have them;
    ``shapes`` and ``dtype`` are those of the results.
    """

    xp: Any
    plain: bool
    checked: bool
    marks: tuple[Parameter | None, ...]
    casts: tuple[Any, ...]
    sizes: Mapping[str, int]
    shapes: tuple[tuple[int, ...], ...]
    dtype: Any

    @cached_property
    def as_they_are(self) -> bool:
        """Whether the arguments go into the body as they came."""
        return not self.checked and not any(self.marks) and all(t is None for t in self.casts)

    def ready(self, values: Values) -> Values:
        """The arguments with one-hot arrays as class numbers, each in the precision computed in."""
        found = []
        for v, p, dtype in zip(values, self.marks, self.casts, strict=True):
            a = v if p is None else marked(self.xp, p, v)
            found.append(a if dtype is None or a.dtype == dtype else self.xp.astype(a, dtype))
        return tuple(found)


def sign(
    where: str,
    parameters: tuple[Parameter, ...],
    arrays: Values,
    weak: Sequence[bool],
    given: Mapping[str, int],
    least: Mapping[str, int],
    results: Sequence[tuple[Term, ...]],
    xp: Any,
) -> Signature:
    """The signature of arrays of one library; ``weak`` are those that follow the others in precision.

    Raises `InputError` for ranks, sizes, batch axes and dtypes that do not fit.
    """
    for p, a in zip(parameters, arrays, strict=True):
        _check_known(where, p, a)
    forms = [_form(p, a, xp) for p, a in zip(parameters, arrays, strict=True)]
    shapes = [tuple(a.shape) for a in arrays]
    for p, shape in zip(forms, shapes, strict=True):
        check_rank(where, p, shape)
    dtype, casts = _dtypes(where, forms, arrays, weak, xp)
    sizes = read_sizes(where, forms, shapes, given, least)
    batch = read_batch(where, forms, shapes)
    plain = isinstance(arrays[0], np.ndarray | np.generic)
    if not plain:
        _check_batch(where, parameters, forms, shapes)
    own = [[sizes[s.name] if isinstance(s, Symbol) else int(show(s)) for s in shape] for shape in results]
    marks = tuple(None if f is p else p for p, f in zip(parameters, forms, strict=True))
    checked = plain and any(p.classes is not None for p in parameters)
    return Signature(xp, plain, checked, marks, casts, sizes, tuple((*batch, *shape) for shape in own), dtype)


def marked(xp: Any, p: Parameter, a: Any) -> Any:
    """The class numbers of a one-hot array, -1, which is none, where it is not one-hot."""
    assert p.axis is not None
    axis = p.axis - len(p.sizes) - 1
    single = xp.all((a == 0) | (a == 1), axis=axis) & (xp.sum(a, axis=axis) == 1)
    return xp.where(single, xp.argmax(a, axis=axis), -1)


def _form(p: Parameter, a: Any, xp: Any) -> Parameter:
    """The parameter as it is passed: floats with the axis of classes are a one-hot array."""
    if p.one_hot is None or len(a.shape) < len(p.one_hot.sizes) or not xp.isdtype(a.dtype, "real floating"):
        return p
    return p.one_hot


def _check_known(where: str, p: Parameter, a: Any) -> None:
    if any(length is None or length != length for length in a.shape):
        raise InputError(
            f"{where}: {p.name} has shape {a.shape}, with an axis of unknown length; find it first, in dask with "
            ".compute_chunk_sizes()"
        )


def _check_batch(
    where: str, parameters: Sequence[Parameter], forms: Sequence[Parameter], shapes: Sequence[tuple[int, ...]]
) -> None:
    """Refuse whole numbers that may be a one-hot array as well: those with batch axes that nothing else has."""
    for n, (p, f, shape) in enumerate(zip(parameters, forms, shapes, strict=True)):
        fronts = [len(s) - len(q.sizes) for m, (q, s) in enumerate(zip(forms, shapes, strict=True)) if m != n]
        if p.one_hot is not None and f is p and len(shape) - len(p.sizes) > max(fronts, default=0):
            raise InputError(
                f"{where}: {p.name} of shape {shape} may be class numbers of a batch or a one-hot array: pass a "
                "one-hot array as floats, and give the other arguments the batch axes of class numbers"
            )


def _dtypes(
    where: str, parameters: Sequence[Parameter], arrays: Values, weak: Sequence[bool], xp: Any
) -> tuple[Any, Values]:
    """The precision of the results, and to what each argument is cast; halves are computed in single precision."""
    for p, a in zip(parameters, arrays, strict=True):
        _check_dtype(where, p, a.dtype, xp)
    floats = [a.dtype for a, w in zip(arrays, weak, strict=True) if not w and xp.isdtype(a.dtype, "real floating")]
    defaults = xp.__array_namespace_info__().default_dtypes()
    dtype = xp.result_type(*floats) if floats else defaults["real floating"]
    compute = xp.float32 if xp.finfo(dtype).bits < 32 else dtype
    wanted = [compute if p.classes is None else defaults["indexing"] for p in parameters]
    return dtype, tuple(None if a.dtype == t else t for a, t in zip(arrays, wanted, strict=True))


def _check_dtype(where: str, p: Parameter, dtype: Any, xp: Any) -> None:
    whole = xp.isdtype(dtype, "integral")
    if p.classes is not None and not whole:
        raise InputError(
            f"{where}: {p.name} holds class numbers, whole numbers from 0 on, not {dtype}; convert it, a one-hot array "
            "by its argmax"
        )
    if p.classes is None and whole and p.sizes and not p.integers:
        raise InputError(
            f"{where}: {p.name} holds integers (dtype {dtype}) where floating point is needed; convert it first"
        )
    if not whole and not xp.isdtype(dtype, "real floating"):
        raise InputError(f"{where}: {p.name} has dtype {dtype}, expected real floating point; convert it first")


def together(where: str, parameters: Sequence[Parameter], values: Values) -> tuple[Values, Any]:
    """The arguments as arrays of one library, and its functions.

    Numbers, lists and NumPy's arrays follow an array of another library. Raises `InputError` for arrays
    of two others, and for what is no array.
    """
    pairs = list(zip(parameters, values, strict=True))
    others = [(p, v) for p, v in pairs if not _is_ours(v)]
    done = [as_array(where, form(p, v), v) if _is_ours(v) else v for p, v in pairs]
    if not others:
        return tuple(done), library(where, parameters[0], done[0])
    (p, first), *rest = others
    xp = library(where, p, first)
    for q, v in rest:
        if library(where, q, v) is not xp:
            raise InputError(
                f"{where}: {p.name} is a {_kind(first)}, {q.name} a {_kind(v)}; pass arrays of one library"
            )
    device = getattr(first, "device", None)
    return tuple(xp.asarray(a, device=device) if _is_ours(v) else a for v, a in zip(values, done, strict=True)), xp


def library(where: str, p: Parameter, array: Any) -> Any:
    """The functions of an array's library: its own namespace, or that of array-api-compat.

    Raises `InputError` where there is neither.
    """
    if hasattr(array, "__array_namespace__"):
        return array.__array_namespace__()
    try:
        from array_api_compat import array_namespace

        return array_namespace(array)
    except ImportError:
        raise InputError(
            f"{where}: a {_kind(array)} needs array-api-compat, which is not installed: pip install "
            "'symderiv[array-api]'"
        ) from None
    except TypeError:
        raise InputError(
            f"{where}: {p.name} is a {_kind(array)}, of no library with the Array API; convert it with np.asarray"
        ) from None


def _is_ours(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic) or not (hasattr(value, "shape") and hasattr(value, "dtype"))


def _kind(value: Any) -> str:
    return f"{type(value).__module__.split('.')[0]} {type(value).__name__}"
