"""Arguments and results of quick functions, and their shapes by the sizes of a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Shape:
    """The lengths of some axes: numbers, and names of sizes."""

    axes: tuple[int | str, ...]

    def __call__(self, sizes: Sizes) -> tuple[int, ...]:
        """The lengths at some sizes."""
        return tuple(s if isinstance(s, int) else sizes[s] for s in self.axes)


@dataclass(frozen=True)
class Place:
    """An argument or a result: whether it has one entry for each row, and its shape beside the rows."""

    runs: bool
    own: Shape
