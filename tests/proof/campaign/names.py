"""Free names, replacement of indices and places in terms, written anew: what is judged uses `binders`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from symderiv.nodes import ONE, ZERO, Big, D, Delta, Entry, Function, Number, Plus, Power, Symbol, Term, Times

LETTERS = "ijklmnrdefoq"  # none of the scalars, nor the class index h
Path = tuple[int, ...]


def children(t: Term) -> tuple[Term, ...]:
    """The values directly below a node."""
    match t:
        case Plus(many) | Times(many) | Function(_, many):
            return many
        case Big(_, _, body, _) | D(body, _):
            return (body,)
        case Number() | Symbol() | Entry() | Delta():
            return ()
    return tuple(getattr(t, name) for name in t.__match_args__)  # type: ignore[attr-defined]


def with_children(t: Term, new: Sequence[Term]) -> Term:
    """The node with other values below it, exactly as given."""
    match t:
        case Plus() | Times():
            return type(t)(tuple(new))
        case Function(name, _):
            return Function(name, tuple(new))
        case Big(index, size, _, excluded):
            return Big(index, size, new[0], excluded)
        case D(_, variable):
            return D(new[0], variable)
    return type(t)(*new) if new else t


@lru_cache(maxsize=200_000)
def free(t: Term) -> frozenset[str]:
    """The names of scalars, sizes and indices that are free in a term."""
    match t:
        case Symbol(name):
            return frozenset((name,))
        case Entry(_, places):
            return frozenset().union(*map(free, places))
        case Delta(left, right):
            return free(left) | free(right)
        case Big(index, size, body, excluded):
            return (free(body) - {index.name}).union(free(size), *map(free, excluded))
        case D(body, variable):
            return free(body) | free(variable)
    return frozenset().union(*map(free, children(t)))


@lru_cache(maxsize=200_000)
def arrays(t: Term) -> frozenset[str]:
    """The names of arrays, labels and scalars that a term mentions, as values or as variables."""
    match t:
        case Entry(array, indices):
            return frozenset((array,)) | _labels(*indices)
        case Symbol(name):
            return frozenset((name,))
        case Delta(left, right):
            return _labels(left, right)
        case D(body, variable):
            return arrays(body) | arrays(variable)
        case Big(_, _, body, excluded):
            return arrays(body) | _labels(*excluded)
    return frozenset().union(*map(arrays, children(t)))


def _labels(*indices: Term) -> frozenset[str]:
    return frozenset().union(*(arrays(i) for i in indices if isinstance(i, Entry)))


def unused(*terms: Term, avoid: frozenset[str] = frozenset()) -> Symbol:
    """A letter that occurs nowhere in some terms, bound or free."""
    taken = avoid.union(*map(every_name, terms))
    numbered = (f"{a}_{n}" for n in range(1, 99) for a in LETTERS)
    return Symbol(next(a for a in (*LETTERS, *numbered) if a not in taken))


@lru_cache(maxsize=200_000)
def every_name(t: Term) -> frozenset[str]:
    """All names of symbols and arrays in a term, bound ones included."""
    own = free(t) | arrays(t)
    if isinstance(t, Big):
        own |= {t.index.name}
    return own.union(*map(every_name, children(t)))


def same_index(left: Term, right: Term) -> Term:
    """Delta of two indices, 1 or 0 where they show it."""
    if left is right:
        return ONE
    if isinstance(left, Number) and isinstance(right, Number):
        return ZERO
    return Delta(right, left) if isinstance(left, Entry) and isinstance(right, Symbol) else Delta(left, right)


def put(t: Term, name: str, new: Term) -> Term:
    """The term with an index in the place of a free name; bound letters that would capture it give way."""
    if name not in free(t):
        return t
    match t:
        case Symbol():
            return new
        case Entry(array, places):
            return Entry(array, tuple(put(p, name, new) for p in places))
        case Delta(left, right):
            return same_index(put(left, name, new), put(right, name, new))
        case D(body, variable):
            return D(put(body, name, new), put(variable, name, new))
        case Big(index, size, body, excluded):
            excluded = tuple(dict.fromkeys(put(e, name, new) for e in excluded))
            if index.name != name and name in free(body):
                if index.name in free(new):
                    index = unused(t, new)
                    body = put(t.body, t.index.name, index)
                body = put(body, name, new)
            return Big(index, size, body, excluded)
    return with_children(t, [put(u, name, new) for u in children(t)])


@dataclass(frozen=True)
class Place:
    """Where a subterm stands: the way down, the letters in scope with their size, which of them are bound, and
    the variables of the derivatives around it."""

    path: Path = ()
    letters: tuple[tuple[str, str], ...] = ()
    bound: frozenset[str] = frozenset()
    variables: tuple[Term, ...] = ()

    def below(self, t: Term, child: int) -> Place:
        """The place of a child of the term that stands here."""
        there = replace(self, path=(*self.path, child))
        match t:
            case Big(index, size, _, _):
                names = {**dict(self.letters), index.name: axis(size)}
                return replace(there, letters=tuple(names.items()), bound=self.bound | {index.name})
            case D(_, variable):
                return replace(there, variables=(*self.variables, variable))
        return there


def axis(size: Term) -> str:
    """What a size is called in the settings, where K may be a number."""
    return size.name if isinstance(size, Symbol) else "K"


def places(t: Term, at: Place) -> Iterator[tuple[Term, Place]]:
    """Every subterm with its place, outside in; a number that is an exponent belongs to its power."""
    yield t, at
    whole = isinstance(t, Power) and isinstance(t.exponent, Number)
    for n, u in enumerate(children(t)[: 1 if whole else None]):
        yield from places(u, at.below(t, n))


def replaced(t: Term, path: Path, new: Term) -> Term:
    """The term with another one at a path."""
    if not path:
        return new
    below = list(children(t))
    below[path[0]] = replaced(below[path[0]], path[1:], new)
    return with_children(t, below)


@lru_cache(maxsize=200_000)
def weight(t: Term) -> int:
    """How many nodes a term has."""
    return 1 + sum(map(weight, children(t)))
