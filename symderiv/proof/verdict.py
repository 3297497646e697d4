"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Status = Literal["proved", "refuted", "undecided"]


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

    >>> print(Verdict("undecided", "budget: more than 10 seconds"))
    undecided: budget: more than 10 seconds
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
