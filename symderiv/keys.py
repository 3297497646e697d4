"""Comparing terms up to bound names and the order of factors and summands."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from symderiv.letters import free_names
from symderiv.terms import (
    Big,
    D,
    Delta,
    Entry,
    Function,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    kinds,
    minus_split,
    node,
    parts,
    plus,
    summands,
)


@node
class Bound(Term):
    """In a key, the index of the enclosing sum that has ``level`` sums nested below it.

    No name, so no name of a problem can be mistaken for it.
    """

    level: int


ANY = Symbol("_")  # stands for every bound index of a key; what it binds are the `Bound` nodes below


@lru_cache(maxsize=65536)
def key(t: Term) -> Term:
    """A form shared by all terms equal up to bound names and the order of factors and summands.

    It is for comparing and looking up only: its bound names are not letters.
    """
    match t:
        case Big(index, size, body, excluded):
            inner = key(bind(body, index.name, Bound(nesting(body))))
            return Big(ANY, size, inner, tuple(sorted(set(excluded), key=order)))
        case Delta(left, right):
            return Delta(*sorted((left, right), key=order))
        case Plus(many):
            return Plus(tuple(sorted(map(key, many), key=order)))
        case Times(many):
            return Times(tuple(sorted(map(key, many), key=order)))
        case D(body, variable):
            return D(key(body), variable)
    return rebuild_raw(t, tuple(map(key, parts(t))))


@lru_cache(maxsize=65536)
def nesting(t: Term) -> int:
    """How many sums are nested in t, at the deepest place."""
    return int(isinstance(t, Big)) + max(map(nesting, parts(t)), default=0)


def bind(t: Term, name: str, bound: Symbol | Bound) -> Term:
    """t with the free symbol of that name replaced, and nothing else done: no builder tidies up.

    ``bound`` is no name of t, so no sum can capture it.
    """
    if name not in free_names(t):
        return t
    match t:
        case Symbol():
            return bound
        case Entry(array, indices):
            return Entry(array, tuple(bind(i, name, bound) for i in indices))
        case Delta(left, right):
            return Delta(bind(left, name, bound), bind(right, name, bound))
        case D(body, variable):
            return D(bind(body, name, bound), bind(variable, name, bound))
        case Big(index, size, body, excluded):
            inner = body if index.name == name else bind(body, name, bound)
            return Big(index, bind(size, name, bound), inner, tuple(bind(e, name, bound) for e in excluded))
    return rebuild_raw(t, tuple(bind(u, name, bound) for u in parts(t)))


def rebuild_raw(t: Term, new: tuple[Term, ...]) -> Term:
    """t with its parts replaced and nothing else done: a key must not think."""
    if new == parts(t):
        return t
    match t:
        case Plus() | Times():
            return type(t)(new)
        case Function(name, _):
            return Function(name, new)
        case Big(index, size, _, excluded):
            return Big(index, size, new[0], excluded)
        case D(_, variable):
            return D(new[0], variable)
    return type(t)(*new)


@lru_cache(maxsize=65536)
def order(t: Term) -> tuple[object, ...]:
    """A total order on terms by structure, for sorting."""
    match t:
        case Number(value):
            return (0, "", (value,))
        case Symbol(name):
            return (1, name, ())
        case Entry(array, indices):
            return (2, array, tuple(map(order, indices)))
        case Delta(left, right):
            return (3, "", (order(left), order(right)))
        case Big(index, size, body, excluded):
            return (5, "", (order(index), order(size), order(body), *map(order, excluded)))
        case D(body, variable):
            return (6, "", (order(body), order(variable)))
        case Function(name, many):
            return (7, name, tuple(map(order, many)))
        case Bound(level):
            return (8, "", (level,))
    return (4, type(t).__name__, tuple(map(order, parts(t))))


def alpha_equal(left: Term, right: Term) -> bool:
    """Whether two terms differ only in bound names and in the order of factors and summands."""
    return left is right or key(left) is key(right)


SCALARS = frozenset((Number, Symbol, Plus, Times, Neg, Quotient, Power))


def is_scalar(t: Term) -> bool:
    """Whether t is made of numbers and scalars by arithmetic alone."""
    return kinds(t) <= SCALARS


def without_opposites(t: Term) -> Term:
    """A sum with every pair x and -x dropped."""
    count: Counter[Term] = Counter()
    for u in summands(t):
        sign, body = minus_split(u)
        count[key(body)] += sign
    kept = []
    for u in summands(t):
        sign, body = minus_split(u)
        if count[key(body)] * sign > 0:
            count[key(body)] -= sign
            kept.append(u)
    return plus(*kept)
