"""Letters that a problem does not use yet."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.axes import SIZE_LETTERS
from symderiv.binders import all_names, array_names, fresh
from symderiv.statement import Statement
from symderiv.terms import Symbol, Term

VECTORS = ("v", "u", "w", "g", "h", "q", "r", "s")


def taken_names(statement: Statement, others: Iterable[Term] = ()) -> frozenset[str]:
    """Every name that stands in a problem, and in some terms beside it."""
    s = statement
    every = [s.value, *s.variables, *others]
    every += [t for d in s.definitions for t in (d.head, d.body)]
    every += [t for f in s.facts for t in (f.relation.left, f.relation.right, *f.variables)]
    used = frozenset().union(*(all_names(t) | array_names(t) for t in every))
    scope = s.scope
    return used | {n.name for n in scope.sizes} | {*scope.shapes, *scope.indices, *scope.labels}


def fresh_size(taken: Iterable[str], like: str) -> Symbol:
    """A size whose name is none of ``taken``: ``like`` if that is free, else the next letter for sizes."""
    names = frozenset(taken)
    return fresh(names, next((s for s in (like, *SIZE_LETTERS) if s not in names), f"{like}_1"))


def fresh_array(taken: Iterable[str], like: str) -> str:
    """A name for a vector that is none of ``taken``: ``like`` if that is free, else another letter for vectors."""
    names = frozenset(taken)
    return fresh(names, next((s for s in (like, *VECTORS) if s not in names), f"{like}_1")).name
