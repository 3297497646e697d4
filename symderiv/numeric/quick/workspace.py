"""Arrays for a block of rows, used again for the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symderiv.numeric.arguments import Array
from symderiv.numeric.costs import TILE


@dataclass(frozen=True)
class Workspace:
    """Arrays for one block, used again for the next: of intermediate results, and of arguments by their places."""

    rows: int
    scratch: tuple[Array, ...]
    copies: dict[int, Array] = field(default_factory=dict)

    def joined(self, n: int, a: Array) -> Array:
        """The rows of the n-th argument with their entries side by side.

        Sums along rows take ten times as long where these lie apart; new memory for a copy takes twice as long as
        the copy.
        """
        if a.flags.c_contiguous:
            return a
        if n not in self.copies or self.copies[n].dtype != a.dtype:
            self.copies[n] = np.empty((self.rows, *a.shape[1:]), a.dtype)
        into = self.copies[n][: len(a)]
        turned = a.ndim == 2 and len(a) >= TILE and a.strides[0] < a.strides[1]
        wide = TILE if turned else max(a.shape[-1], 1)
        for low in range(0, a.shape[-1], wide):
            np.copyto(into[..., low : low + wide], a[..., low : low + wide])
        return into


def taken(spare: list[Workspace], rows: int, shapes: Iterable[tuple[int, ...]], dtype: np.dtype[Any]) -> Workspace:
    """The arrays of an earlier call, where they are not in use, or new ones."""
    try:
        return spare.pop()
    except IndexError:
        return Workspace(rows, tuple(np.empty((rows, *s), dtype) for s in shapes))


def kept(spare: list[Workspace], space: Workspace) -> None:
    """Keep the arrays for the next call; for calls at the same time, only those of one."""
    if not spare:
        spare.append(space)
