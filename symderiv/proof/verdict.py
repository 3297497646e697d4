"""What a check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, Protocol

Status = Literal["proved", "refuted", "undecided"]
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


class Point(Protocol):
    """A point at which the two sides of a claim differ."""

    def to_dict(self) -> dict[str, Any]:
        """The point as plain data."""
        ...


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds: ``proved`` for all sizes, ``refuted``, or ``undecided``.

    Refuted is with a witness, unless what is wrong is a condition that holds at no point.
    ``reason`` says what was shown, or why nothing was; ``conditions`` what the claim rests on; ``flaw`` says
    why the claim speaks of nothing. Only a proved verdict is true.

    >>> print(Verdict("undecided", "checked at K = 1..4"))
    undecided: checked at K = 1..4
    """

    status: Status
    reason: str
    conditions: tuple[Any, ...] = ()
    counterexample: Point | None = field(default=None)
    flaw: str = ""

    def __bool__(self) -> bool:
        return self.status == "proved"

    def __str__(self) -> str:
        found = f"; {self.counterexample}" if self.counterexample else ""
        return f"{self.status}: {self.reason}{found}"

    def to_dict(self) -> dict[str, Any]:
        """The verdict as plain data; conditions as text."""
        return {
            "status": self.status,
            "reason": self.reason,
            "conditions": [str(c) for c in self.conditions],
            "counterexample": self.counterexample.to_dict() if self.counterexample else None,
        }


def _shown(value: Values) -> str:
    return f"({', '.join(map(_shown, value))})" if isinstance(value, tuple) else str(value)


def _plain(value: Values) -> Any:
    return [_plain(v) for v in value] if isinstance(value, tuple) else str(value)
