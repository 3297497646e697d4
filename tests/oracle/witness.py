"""Points at which the comparison at small sizes finds two sides apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Values = Fraction | tuple[Any, ...]


@dataclass(frozen=True)
class Witness:
    """A point at which the two sides differ, or the right one has no value (its text says "undefined").

    ``sizes`` and ``indices`` by name, ``values`` exact rationals (nested tuples for arrays, first
    axis outside), ``left`` and ``right`` enclosures of the two sides as text.
    """

    sizes: Mapping[str, int]
    indices: Mapping[str, int]
    values: Mapping[str, Values]
    left: str
    right: str

    def __str__(self) -> str:
        where = [f"{name} = {value}" for name, value in (*self.sizes.items(), *self.indices.items())]
        where += [f"{name} = {_shown(value)}" for name, value in self.values.items()]
        return f"at {', '.join(where)} the left side is {self.left}, the right side {self.right}"

    def to_dict(self) -> dict[str, Any]:
        """The witness as plain data."""
        return {
            "sizes": dict(self.sizes),
            "indices": dict(self.indices),
            "values": {name: _plain(value) for name, value in self.values.items()},
            "left": self.left,
            "right": self.right,
        }


def _shown(value: Values) -> str:
    return f"({', '.join(map(_shown, value))})" if isinstance(value, tuple) else str(value)


def _plain(value: Values) -> Any:
    return [_plain(v) for v in value] if isinstance(value, tuple) else str(value)
