"""Bound and free names: the one module that renames, substitutes and compares modulo renaming.

`Big` is the only binder. Everything here is right under any shadowing; after `separate` no binder
shares its name with anything free or bound around it, so a reader never meets one letter with two
meanings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import permutations

from symderiv.errors import Refused
from symderiv.terms import (
    Big,
    D,
    Delta,
    Entry,
    Function,
    Number,
    Plus,
    Symbol,
    Term,
    Times,
    big,
    delta,
    node,
    number,
    parts,
    rebuild,
    subterms,
)

LETTERS = ("j", "k", "l", "m", "i", "n", "r", "s", "t", "u", "v", "q", "h", "g", "a", "b", "c")
Binding = Mapping[Term, Term]


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


def fresh(avoid: Iterable[str], like: str = "") -> Symbol:
    """A symbol whose name is none of ``avoid``: ``like`` if that is free, else the next letter."""
    taken = frozenset(avoid)
    for name in (like, *LETTERS):
        if name and name not in taken:
            return Symbol(name)
    stem = like.rstrip("0123456789_") or "k"
    return Symbol(next(f"{stem}_{n}" for n in range(1, len(taken) + 2) if f"{stem}_{n}" not in taken))


def substitute(t: Term, binding: Binding) -> Term:
    """Replace symbols by terms, all at once, renaming bound indices that would capture.

    Only names are replaced. Raises `Refused` where a compound term would come to stand as an index or
    as the variable of a derivative. Derivatives are total, so a value that depends on the variable of
    a derivative around it is differentiated too: right for a name replaced by its definition.
    """
    live = {s.name: u for s, u in binding.items() if isinstance(s, Symbol) and s is not u}
    return _substitute(t, live) if live else t


def _substitute(t: Term, live: dict[str, Term]) -> Term:
    if not any(name in live for name in free_names(t)):
        return t
    match t:
        case Symbol(name):
            return live[name]
        case Entry(array, indices):
            return Entry(array, tuple(_place(i, live) for i in indices))
        case Delta(left, right):
            return delta(_place(left, live), _place(right, live))
        case D(body, variable):
            return D(_substitute(body, live), _variable(variable, body, live))
        case Big(index, size, body, excluded):
            inner = {n: u for n, u in live.items() if n in free_names(body) and n != index.name}
            outer = (_place(size, live), *(_place(e, live) for e in excluded))
            arriving = union(inner.values()) | union(outer)
            if index.name in arriving:
                renamed = fresh(arriving | all_names(body) | array_names(body) | set(live), index.name)
                inner[index.name] = renamed
                index = renamed
            return exclude(big(index, outer[0], _substitute(body, inner) if inner else body, outer[1:]))
    return rebuild(t, tuple(_substitute(u, live) for u in parts(t)))


def _place(i: Term, live: dict[str, Term]) -> Term:
    """An index or a size with names replaced: a symbol, a literal, or an entry holding a label."""
    u = _substitute(i, live)
    if u is not i and not isinstance(u, Symbol | Number | Entry):
        raise Refused(f"a {type(u).__name__} cannot stand as an index: indices are symbols or whole numbers from 1 on")
    return u


def _variable(variable: Term, body: Term, live: dict[str, Term]) -> Term:
    """A variable of differentiation with names replaced; two scalars must not become one."""
    u = _substitute(variable, live)
    if u is variable or isinstance(variable, Entry):
        return u
    others = [live.get(n, Symbol(n)) for n in free_names(body) if Symbol(n) is not variable]
    match u:
        case Symbol(name) if name not in union(others):
            return u
        case Entry(array, _) if array not in array_names(body).union(*map(array_names, others)):
            return u
    raise Refused(
        "the variable of a derivative can only become a symbol or entry that its body does not mention already: "
        "carry out the derivative first"
    )


def exclude(t: Term) -> Term:
    """Drop an exclusion that is repeated; the summand left out stays left out once."""
    if isinstance(t, Big) and len(set(t.excluded)) < len(t.excluded):
        return Big(t.index, t.size, t.body, tuple(dict.fromkeys(t.excluded)))
    return t


def instance(t: Big, index: Term) -> Term:
    """The summand of a big sum at a given index."""
    return substitute(t.body, {t.index: index})


def opened(t: Big, avoid: Iterable[str], letters: frozenset[str] = frozenset()) -> Big:
    """The same sum with a bound index that is none of ``avoid``; a new one is none of ``letters`` either."""
    taken = frozenset(avoid)
    if t.index.name not in taken:
        return t
    used = all_names(t.body) | array_names(t.body) | union(t.excluded) | free_names(t.size)
    index = fresh(taken | used | letters, t.index.name)
    return Big(index, t.size, _bind(t.body, t.index.name, index), t.excluded)


def separate(t: Term, avoid: frozenset[str], letters: frozenset[str] = frozenset()) -> Term:
    """Rename bound indices so that none is among ``avoid``, free around its sum, or bound again below itself.

    A letter that does not clash stays; a new one is none of ``letters`` either. Nothing else changes: the
    line is alpha-equal to what it was.
    """
    if not _nesting(t):
        return t
    if isinstance(t, Big):
        around = avoid | union(t.excluded) | free_names(t.size)
        t = opened(t, around, letters)
        body = separate(t.body, around | {t.index.name}, letters)
        return t if body is t.body else Big(t.index, t.size, body, t.excluded)
    below = avoid | free_names(t)
    return rebuild_raw(t, tuple(separate(u, below, letters) for u in parts(t)))


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
            inner = key(_bind(body, index.name, Bound(_nesting(body))))
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
def _nesting(t: Term) -> int:
    """How many sums are nested in t, at the deepest place."""
    return int(isinstance(t, Big)) + max(map(_nesting, parts(t)), default=0)


def _bind(t: Term, name: str, bound: Symbol | Bound) -> Term:
    """t with the free symbol of that name replaced, and nothing else done: no builder tidies up.

    ``bound`` is no name of t, so no sum can capture it.
    """
    if name not in free_names(t):
        return t
    match t:
        case Symbol():
            return bound
        case Entry(array, indices):
            return Entry(array, tuple(_bind(i, name, bound) for i in indices))
        case Delta(left, right):
            return Delta(_bind(left, name, bound), _bind(right, name, bound))
        case D(body, variable):
            return D(_bind(body, name, bound), _bind(variable, name, bound))
        case Big(index, size, body, excluded):
            inner = body if index.name == name else _bind(body, name, bound)
            return Big(index, _bind(size, name, bound), inner, tuple(_bind(e, name, bound) for e in excluded))
    return rebuild_raw(t, tuple(_bind(u, name, bound) for u in parts(t)))


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


def match(pattern: Term, t: Term, variables: Iterable[Symbol]) -> dict[Term, Term] | None:
    """Indices for ``variables`` that make the pattern equal to t up to bound names, or None.

    >>> from symderiv.terms import Entry, Symbol
    >>> i, k = Symbol("i"), Symbol("k")
    >>> match(Entry("p", (k,)), Entry("p", (i,)), (k,)) == {k: i}
    True
    """
    wild = frozenset(s.name for s in variables)
    for found in _match(pattern, t, wild, {}, ()):
        binding: dict[Term, Term] = {Symbol(n): u for n, u in found.items()}
        if alpha_equal(substitute(pattern, binding), t):
            return binding
    return None


Pairs = tuple[tuple[str, str], ...]


def _match(p: Term, t: Term, wild: frozenset[str], found: dict[str, Term], bound: Pairs) -> Iterator[dict[str, Term]]:
    """All ways to extend ``found``; ``bound`` pairs the bound names met on the way down."""
    match p, t:
        case Symbol(name), _ if name in wild and name not in {a for a, _ in bound}:
            if not isinstance(t, Symbol | Number) or t in {Symbol(b) for _, b in bound}:
                return
            if found.get(name, t) is t:
                yield {**found, name: t}
        case Symbol(name), Symbol(other):
            mine = next((b for a, b in reversed(bound) if a == name), None)
            theirs = next((a for a, b in reversed(bound) if b == other), None)
            if (mine, theirs) == (other, name) or (mine is None and theirs is None and name == other):
                yield found
        case Number(), Number():
            if p is t:
                yield found
        case Entry(a, some), Entry(b, others):
            if a == b and len(some) == len(others):
                yield from _match_all(some, others, wild, found, bound)
        case Delta(a, b), Delta(c, d):
            yield from _match_all((a, b), (c, d), wild, found, bound)
            yield from _match_all((a, b), (d, c), wild, found, bound)
        case Plus(some), Plus(others):
            yield from _match_any(some, others, wild, found, bound)
        case Times(some), Times(others):
            yield from _match_any(some, others, wild, found, bound)
        case Big(i, n, u, some), Big(j, m, v, others):
            for sized in _match(n, m, wild, found, bound):
                for one in _match_any(some, others, wild, sized, bound):
                    yield from _match(u, v, wild, one, (*bound, (i.name, j.name)))
        case D(u, x), D(v, w):
            yield from _match_all((u, x), (v, w), wild, found, bound)
        case Function(a, _), Function(b, _) if a != b:
            return
        case _:
            if type(p) is type(t):
                yield from _match_all(parts(p), parts(t), wild, found, bound)


def _match_all(
    some: Sequence[Term], others: Sequence[Term], wild: frozenset[str], found: dict[str, Term], bound: Pairs
) -> Iterator[dict[str, Term]]:
    if len(some) != len(others):
        return
    if not some:
        yield found
        return
    for one in _match(some[0], others[0], wild, found, bound):
        yield from _match_all(some[1:], others[1:], wild, one, bound)


def _match_any(
    some: Sequence[Term], others: Sequence[Term], wild: frozenset[str], found: dict[str, Term], bound: Pairs
) -> Iterator[dict[str, Term]]:
    """Factors and summands match in any order while there are few of them, else as they stand."""
    if len(some) != len(others):
        return
    orders = permutations(others) if len(others) <= 4 else (tuple(others),)
    for shuffled in orders:
        yield from _match_all(some, shuffled, wild, found, bound)


def index(value: int) -> Number:
    """A literal index."""
    return number(value)
