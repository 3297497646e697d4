"""Claims written in SymPy, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symderiv.doors.sympy import Reader
from symderiv.proof.claim import Claim, claim


def typed(left: Any, right: Any, where: Mapping[Any, Any] | None = None, given: tuple[Any, ...] = ()) -> Claim:
    """The claim ``left = right`` with definitions and facts."""
    where = where or {}
    reader = Reader()
    reader.announce((left, right, *where.values(), *given), where)
    sides = reader.term(left), reader.term(right)
    definitions = tuple(reader.definition(key, body) for key, body in where.items())
    facts = tuple(map(reader.fact, given)) + reader.facts_from_assumptions()
    return claim(*sides, definitions, facts, reader.declared, reader.open_sizes)
