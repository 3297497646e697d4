"""Which names are free and bound in a term, and names that are neither."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from symderiv.terms import Big, D, Delta, Entry, Symbol, Term, parts, subterms

LETTERS = ("j", "k", "l", "m", "i", "n", "r", "s", "t", "u", "v", "q", "h", "g", "a", "b", "c")


@lru_cache(maxsize=65536)
def free_names(t: Term) -> frozenset[str]:
    """The names of the symbols (scalars, sizes and indices) that are free in t."""
    match t:
        case Symbol(name):
            return frozenset((name,))
        case Entry(_, indices):
            return union(indices)
        case Delta(left, right):
            return free_names(left) | free_names(right)
        case Big(index, size, body, excluded):
            return (free_names(body) - {index.name}) | free_names(size) | union(excluded)
        case D(body, variable):
            return free_names(body) | free_names(variable)
    return union(parts(t))


def union(terms: Iterable[Term]) -> frozenset[str]:
    """The free names of several terms together."""
    return frozenset().union(*map(free_names, terms))


def mentions(t: Term, name: Symbol) -> bool:
    """Whether the symbol is free in t."""
    return name.name in free_names(t)


@lru_cache(maxsize=65536)
def all_names(t: Term) -> frozenset[str]:
    """Every symbol name in t, bound ones included."""
    bound = {u.index.name for u in subterms(t) if isinstance(u, Big)}
    return free_names(t).union(bound, *(free_names(u) for u in subterms(t) if isinstance(u, Big)))


@lru_cache(maxsize=65536)
def array_names(t: Term) -> frozenset[str]:
    """The names of the arrays in t, those of differentiation variables included."""
    found = set()
    for u in subterms(t):
        if isinstance(u, Entry):
            found.add(u.array)
        elif isinstance(u, D) and isinstance(u.variable, Entry):
            found.add(u.variable.array)
    return frozenset(found)


@lru_cache(maxsize=65536)
def index_names(t: Term) -> frozenset[str]:
    """The free names that stand as an index somewhere in t: in an entry, a delta, an exclusion."""
    match t:
        case Entry(_, indices):
            return union(indices)
        case Delta(left, right):
            return free_names(left) | free_names(right)
        case Big(index, _, body, excluded):
            return (index_names(body) - {index.name}) | union(excluded)
        case D(body, variable):
            return index_names(body) | index_names(variable)
    return frozenset().union(*map(index_names, parts(t)))


def ordered_indices(t: Term) -> tuple[Symbol, ...]:
    """The symbols that stand free as an index in t (in entries, deltas, exclusions), in order of appearance."""
    found: dict[Symbol, None] = {}

    def visit(u: Term, bound: frozenset[Term]) -> None:
        places: tuple[Term, ...] = ()
        match u:
            case Entry(_, indices):
                places = indices
            case Delta(left, right):
                places = (left, right)
            case Big(_, _, _, excluded):
                places = excluded
        found.update(dict.fromkeys(i for i in places if isinstance(i, Symbol) and i not in bound))
        if isinstance(u, D):
            visit(u.variable, bound)
        inside = bound | {u.index} if isinstance(u, Big) else bound
        for v in parts(u):
            visit(v, inside)

    visit(t, frozenset())
    return tuple(found)


def fresh(avoid: Iterable[str], like: str = "") -> Symbol:
    """A symbol whose name is none of ``avoid``: ``like`` if that is free, else the next letter."""
    taken = frozenset(avoid)
    for name in (like, *LETTERS):
        if name and name not in taken:
            return Symbol(name)
    stem = like.rstrip("0123456789_") or "k"
    return Symbol(next(f"{stem}_{n}" for n in range(1, len(taken) + 2) if f"{stem}_{n}" not in taken))
