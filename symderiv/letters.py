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


def places(t: Term) -> tuple[Term, ...]:
    """What stands as an index in the node t itself: in an entry, a delta, an exclusion."""
    match t:
        case Entry(_, indices):
            return indices
        case Delta(left, right):
            return left, right
        case Big(_, _, _, excluded):
            return excluded
    return ()


@lru_cache(maxsize=65536)
def array_names(t: Term) -> frozenset[str]:
    """The names of the arrays in t, those of labels and of differentiation variables included."""
    return frozenset(u.array for u in labels(t)).union(
        u.array for v in subterms(t) for u in (v, getattr(v, "variable", v)) if isinstance(u, Entry)
    )


@lru_cache(maxsize=65536)
def labels(t: Term) -> frozenset[Entry]:
    """The labels in t: entries that stand as an index, such as ``t[n]`` in ``z[n, t[n]]``."""
    found: set[Entry] = set()
    for u in subterms(t):
        todo = [*places(u), *(places(u.variable) if isinstance(u, D) else ())]
        while todo:
            i = todo.pop()
            if isinstance(i, Entry):
                found.add(i)
                todo += i.indices
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
        for i in places(u):
            if isinstance(i, Entry):
                visit(i, bound)
            elif isinstance(i, Symbol) and i not in bound:
                found[i] = None
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
    return Symbol(numbered(stem, taken | {stem}))


def numbered(name: str, avoid: Iterable[str]) -> str:
    """The name, or with the first number behind it that none of ``avoid`` has: ``u``, ``u_1``, ``u_2``."""
    taken = frozenset(avoid)
    return next(n for n in (name, *(f"{name}_{m}" for m in range(1, len(taken) + 2))) if n not in taken)
