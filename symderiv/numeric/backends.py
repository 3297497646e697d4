"""What may run a generated function: a table of compilers that take the same statement."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from symderiv.errors import InputError
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import NumericFunction
from symderiv.numeric.generic import compile_generic
from symderiv.numeric.native.functions import compile_native

Compile = Callable[..., NumericFunction]
BACKENDS = MappingProxyType[str, Compile](
    {"numpy": compile_function, "array-api": compile_generic, "numba": compile_native}
)


def compiler(backend: str) -> Compile:
    """The compiler of a backend; raises `InputError` that lists them for an unknown one.

    >>> compiler("numpy") is compile_function
    True
    """
    if backend not in BACKENDS:
        raise InputError(f"there is no backend {backend!r}; there are: {', '.join(BACKENDS)}")
    return BACKENDS[backend]
