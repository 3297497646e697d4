"""Letters that a problem does not use yet."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.axes import SIZE_LETTERS
from symderiv.binders import fresh
from symderiv.report.naming import taken_names as taken_names
from symderiv.terms import Symbol

VECTORS = ("v", "u", "w", "g", "h", "q", "r", "s")


def fresh_size(taken: Iterable[str], like: str) -> Symbol:
    """A size whose name is none of ``taken``: ``like`` if that is free, else the next letter for sizes."""
    names = frozenset(taken)
    return fresh(names, next((s for s in (like, *SIZE_LETTERS) if s not in names), f"{like}_1"))


def fresh_array(taken: Iterable[str], like: str) -> str:
    """A name for a vector that is none of ``taken``: ``like`` if that is free, else another letter for vectors."""
    names = frozenset(taken)
    return fresh(names, next((s for s in (like, *VECTORS) if s not in names), f"{like}_1")).name
