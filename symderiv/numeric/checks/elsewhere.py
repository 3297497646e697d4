"""The value differentiated by other libraries: torch and jax run its code for the Array API and differentiate that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any

import numpy as np

from symderiv.errors import InputError, ToolMissing

Jacobian = Callable[..., Any]


def jacobians(value: Callable[..., Any], libraries: Iterable[str]) -> dict[str, Jacobian]:
    """A Jacobian of ``value`` for each library: of the place of the variable and all arguments, sizes as keywords.

    Raises `InputError` for a library that is not known, `ToolMissing` for one that is not installed.
    """
    names = tuple(libraries)
    unknown = [n for n in names if n not in LIBRARIES]
    if unknown:
        raise InputError(f"{unknown[0]!r} differentiates nothing here; there are: {', '.join(LIBRARIES)}")
    found = {}
    for name in names:
        try:
            found[name] = LIBRARIES[name](value)
        except ImportError:
            raise ToolMissing(f"{name} is not installed: pip install {name}, or leave it out of against") from None
    return found


def by_torch(value: Callable[..., Any]) -> Jacobian:
    """By torch's reverse mode, in double precision."""
    import torch

    functional: Any = torch.autograd.functional

    def jacobian(at: int, *given: Any, **sizes: int) -> Any:
        tensors = [torch.tensor(np.asarray(a)) for a in given]
        return functional.jacobian(lambda x: value(*tensors[:at], x, *tensors[at + 1 :], **sizes), tensors[at]).numpy()

    return jacobian


def by_jax(value: Callable[..., Any]) -> Jacobian:
    """By jax's reverse mode, in double precision."""
    import jax

    def jacobian(at: int, *given: Any, **sizes: int) -> Any:
        with jax.enable_x64(True):
            arrays = [jax.numpy.asarray(a) for a in given]
            return np.asarray(jax.jacrev(lambda *each: value(*each, **sizes), at)(*arrays))

    return jacobian


LIBRARIES = MappingProxyType({"torch": by_torch, "jax": by_jax})
