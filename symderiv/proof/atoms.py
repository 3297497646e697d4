"""The atoms of the normal form: what its rational functions are made of.

An index is the name of a free index, a number for a literal, a negative number for the binder of a
closed sum (its level, counted from the innermost), or a label: the name of an array with its indices.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from symderiv.terms import Entry, Number, Symbol, Term

Index = str | int | tuple[str, tuple[Any, ...]]
Renaming = Mapping[Index, Index]


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A generator: its number, kind and content, the indices free in it, the arrays it depends on.

    ``level`` is the deepest level of a sum closed inside it. ``folding`` atoms have a power that is no
    monomial, so products of them are settled anew.
    """

    number: int
    kind: str
    content: tuple[Any, ...]
    names: frozenset[Index]
    arrays: frozenset[str]
    level: int = 0
    folding: bool = False


def index_of(t: Term, env: Mapping[str, Index]) -> Index:
    """A term that stands as an index."""
    match t:
        case Number(value):
            return int(value)
        case Symbol(name):
            return env.get(name, name)
        case Entry(array, indices):
            return (array, tuple(index_of(i, env) for i in indices))
    raise AssertionError(f"no index: {t}")


def mentioned(indices: Iterable[Index]) -> Iterator[Index]:
    """The names, labels and names within labels among some indices; literals are no names."""
    for i in indices:
        if isinstance(i, tuple):
            yield i
            yield from mentioned(i[1])
        elif isinstance(i, str) or i < 0:
            yield i


def renamed(i: Index, by: Renaming) -> Index:
    """An index with names replaced."""
    if i in by:
        return by[i]
    if isinstance(i, tuple):
        inner = i[0], tuple(renamed(j, by) for j in i[1])
        return by.get(inner, inner)
    return i


def is_open(i: Index) -> bool:
    """Whether an index is, or depends on, the binder of a sum that is being worked on."""
    return any(isinstance(n, str) and n.startswith("#") for n in mentioned((i,)))


def ordered(i: Index) -> Hashable:
    """A sorting key for indices."""
    return str(type(i)), str(i)
