"""Everything at once, for rows that share their logits: the plain text with one shift, where that loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from symderiv.numeric.arguments import Array

# what an exponential is at least, its greatest being 1: a logarithm of their sums then adds at most 14 + log K
LEAST = 2.0**-20


@dataclass(frozen=True)
class AtOnce:
    """A function of whole arrays; it gives None where another form has to do them.

    ``sizes`` are its keyword arguments.
    """

    sizes: tuple[str, ...]
    run: Callable[..., tuple[Any, ...] | None] = field(repr=False)
    rows: ClassVar[None] = None

    def exchanged(self, by: Callable[[Any], Any]) -> AtOnce:
        """With something else in the place of its function, such as its name."""
        return AtOnce(self.sizes, by(self.run))

    def at(self, _batch: tuple[int, ...], sizes: Mapping[str, int], _dtype: Any) -> Once:
        """The plan for arguments of certain shapes."""
        return Once(self.run, {n: sizes[n] for n in self.sizes})


@dataclass(frozen=True, eq=False)
class Once:
    """How arguments of certain shapes are computed with."""

    run: Callable[..., tuple[Any, ...] | None]
    named: Mapping[str, int]

    def fill(self, arrays: Sequence[Array], results: Sequence[Array], _plain: Any) -> bool:
        """Write the results; False where the function declines, or where a result is no number."""
        found = self.run(*arrays, **self.named)
        if found is None or not all(map(np.all, map(np.isfinite, found))):
            return False
        for r, value in zip(results, found, strict=True):
            r[...] = value
        return True

    def is_exact(self, _arrays: Sequence[Array]) -> bool:
        """Whether there is a shorter way for a single row: there is none."""
        return False

    def small(self, _plain: Any) -> None:
        """No function for a single row alone."""
