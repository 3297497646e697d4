"""Functions of arrays of any library with the Array API, by code that never looks at the numbers in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from symderiv.errors import InputError
from symderiv.numeric.arguments import check
from symderiv.numeric.built import built
from symderiv.numeric.compile import write_source
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.signatures import Signature, Values, sign, together
from symderiv.numeric.texts.dialects import ARRAY_API
from symderiv.statement import Statement

KNOWN = 256  # signatures remembered for each function

Results = tuple[Any, ...]


def plainly(results: Results) -> Any:
    """The one result, or the tuple of several."""
    return results if len(results) > 1 else results[0]


def nested(results: Results) -> Any:
    """The first result, and the tuple of the others."""
    return results[0], results[1:]


def listed(results: Results) -> Results:
    """The tuple, even of one."""
    return results


@dataclass(frozen=True, eq=False)
class GenericFunction(NumericFunction):
    """A function of arrays of NumPy, torch, jax, dask or any other library with the Array API.

    Their libraries may trace, map, differentiate and compile it: only NumPy's class numbers are looked
    at. Elsewhere a class number that is out of range, and a row that should be one-hot and is not,
    makes its item nan. To a library that differentiates it, ``stop_gradient(e)`` is e.
    """

    arranged: Callable[[Results], Any] = field(default=plainly, repr=False)
    known: dict[Any, Signature] = field(default_factory=dict, repr=False)
    settled: dict[Any, bool] = field(default_factory=dict, repr=False)

    def grouped(self) -> GenericFunction:  # type: ignore[override]  # the same meaning, in this class
        """The same function, its results after the first in one tuple."""
        return replace(self, arranged=nested, known={}, settled={})

    def listed(self) -> GenericFunction:  # type: ignore[override]
        """The same function, its results in a tuple even where there is one."""
        return replace(self, arranged=listed, known={}, settled={})

    def __call__(self, *values: Any, **named: Any) -> Any:
        """The result, or a tuple of results; raises `InputError` for arguments that do not fit."""
        try:
            key = tuple([x for v in values for x in (type(v), v.shape, v.dtype)])
            warns = None if named else self.settled.get(key)
        except (AttributeError, TypeError):  # numbers and lists
            key, warns = None, None
        if warns is None:
            return self._carefully(key, values, named)
        if not warns:
            return self.body(*values)
        with np.errstate(all="ignore"):
            return self.body(*values)

    def _carefully(self, key: Any, values: Values, named: Mapping[str, Any]) -> Any:
        """The results by way of a signature, which is settled where body and arguments need nothing done to them."""
        given: dict[str, int] = {}
        if named or self.sizes or len(values) != len(self.args):
            key = None
            values, given = self._bind(values, named)
        found = self.known.get(key)
        if found is None:
            values, found = self._met(key, values, given)
        if found.checked:
            ready = check(self.name, self.parameters, values, given, self.least).arrays
        else:
            ready = values if found.as_they_are else found.ready(values)
        results = self._computed(found, ready, given)
        done = self._finish(found, results)
        same = all(a is b for a, b in zip(done, results if len(self.shapes) > 1 else (results,), strict=True))
        if key is not None and key in self.known and ready is values and same and self.arranged is plainly:
            self.settled[key] = found.plain
        return self.arranged(done)

    def _computed(self, found: Signature, values: Values, given: Mapping[str, int]) -> Any:
        try:
            if not found.plain:
                return self.body(*values, **given)
            with np.errstate(all="ignore"):
                return self.body(*values, **given)
        except (ZeroDivisionError, OverflowError, ValueError) as error:
            if isinstance(error, ValueError) and not self._its_own(error):
                raise
            at = ", ".join(f"{n} = {size}" for n, size in found.sizes.items())
            raise InputError(f"{self.name}: a part made of sizes alone has no value at {at}") from None

    def _its_own(self, error: Exception) -> bool:
        """Whether an error comes from a line of the body itself, as those of ``math`` do, and not from a library's."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        return trace is not None and trace.tb_frame.f_code is self.body.__code__ and "math." in self.source

    def _finish(self, found: Signature, results: Any) -> tuple[Any, ...]:
        """The results in their full shapes and precision, none of them an argument itself."""
        many = results if len(self.shapes) > 1 else (results,)
        done = []
        for r, shape, fresh in zip(many, found.shapes, self.fresh, strict=True):
            if r.shape != shape:
                r = found.xp.broadcast_to(r, shape) * 1
            elif not fresh:
                r = r * 1  # an array of its own in every library, and differentiable
            done.append(r if r.dtype == found.dtype else found.xp.astype(r, found.dtype))
        return tuple(done)

    def _met(self, key: Any, values: Values, given: Mapping[str, int]) -> tuple[Values, Signature]:
        """A signature not met before, remembered where the arguments came as arrays of one library."""
        arrays, xp = together(self.name, self.parameters, values)
        weak = [type(v) in (float, list, tuple) for v in values]
        found = sign(self.name, self.parameters, arrays, weak, given, self.least, self.shapes, xp)
        if key is not None and all(a is v for a, v in zip(arrays, values, strict=True)):
            if len(self.known) >= KNOWN:
                self.known.clear()
                self.settled.clear()
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
    return GenericFunction(**vars(written), body=built(written.name, written.source))
