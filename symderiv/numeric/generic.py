"""Functions of arrays of any library with the Array API, by code that never looks at the numbers in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from symderiv.errors import InputError
from symderiv.numeric.arguments import check
from symderiv.numeric.compile import built, write_source
from symderiv.numeric.dialects import ARRAY_API
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.signatures import Signature, Values, sign, together
from symderiv.statement import Statement

KNOWN = 256  # signatures remembered for each function


@dataclass(frozen=True, eq=False)
class GenericFunction(NumericFunction):
    """A function of arrays of NumPy, torch, jax, dask or any other library with the Array API.

    Their libraries may trace, map, differentiate and compile it: only NumPy's class numbers are looked
    at. Elsewhere a class number that is out of range, and a row that should be one-hot and is not,
    makes its item nan. To a library that differentiates it, ``stop_gradient(e)`` is e.
    """

    nested: bool = False
    known: dict[Any, Signature] = field(default_factory=dict, repr=False)

    def grouped(self) -> GenericFunction:  # type: ignore[override]  # the same meaning, in this class
        """The same function, its results after the first in one tuple."""
        return replace(self, nested=True)

    def __call__(self, *values: Any, **named: Any) -> Any:
        """The result, or a tuple of results; raises `InputError` for arguments that do not fit."""
        given: dict[str, int] = {}
        if named or self.sizes or len(values) != len(self.args):
            values, given = self._bind(values, named)
        try:
            key = (*[(type(v), v.shape, v.dtype) for v in values], *given.items())
            found = self.known.get(key)
        except (AttributeError, TypeError):  # numbers and lists
            key, found = None, None
        if found is None:
            values, found = self._met(key, values, given)
        if found.checked:
            values = check(self.name, self.parameters, values, given, self.least).arrays
        elif not found.as_they_are:
            values = found.ready(values)
        try:
            if not found.plain:
                return self._finish(found, self.body(*values, **given))
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                return self._finish(found, self.body(*values, **given))
        except (ZeroDivisionError, OverflowError):
            at = ", ".join(f"{n} = {size}" for n, size in found.sizes.items())
            raise InputError(f"{self.name}: a part made of sizes alone has no value at {at}") from None

    def _finish(self, found: Signature, results: Any) -> Any:
        """The results in their full shapes and precision, none of them an argument itself."""
        many = results if len(self.shapes) > 1 else (results,)
        done = []
        for r, shape, fresh in zip(many, found.shapes, self.fresh, strict=True):
            if r.shape != shape:
                r = found.xp.broadcast_to(r, shape) * 1
            elif not fresh:
                r = r * 1  # an array of its own in every library, and differentiable
            done.append(r if r.dtype == found.dtype else found.xp.astype(r, found.dtype))
        if self.nested:
            return done[0], tuple(done[1:])
        return tuple(done) if len(done) > 1 else done[0]

    def _met(self, key: Any, values: Values, given: Mapping[str, int]) -> tuple[Values, Signature]:
        """A signature not met before, remembered where the arguments came as arrays of one library."""
        arrays, xp = together(self.name, self.parameters, values)
        weak = [type(v) in (float, list, tuple) for v in values]
        found = sign(self.name, self.parameters, arrays, weak, given, self.least, self.shapes, xp)
        if key is not None and all(a is v for a, v in zip(arrays, values, strict=True)):
            if len(self.known) >= KNOWN:
                self.known.clear()
            self.known[key] = found
        return arrays, found


def compile_generic(
    name: str,
    statement: Statement,
    outputs: tuple[Output, ...],
    arguments: tuple[str, ...] | None = None,
    conditions: tuple[str, ...] = (),
    labels_by_class: bool = False,
) -> GenericFunction:
    """`compile_function` in the dialect of the Array API, for arrays of any library that has it."""
    written = write_source(name, statement, outputs, arguments, conditions, labels_by_class, ARRAY_API)
    return GenericFunction(**vars(written), body=built(written))
