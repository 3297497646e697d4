"""Bound and free names: the one module that renames, substitutes and compares modulo renaming.

`Big` is the only binder. Everything here is right under any shadowing; after `separate` no binder
shares its name with anything free or bound around it, so a reader never meets one letter with two
meanings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import permutations

from symderiv.errors import Refused
from symderiv.keys import alpha_equal, bind, key, nesting, order, rebuild_raw
from symderiv.letters import LETTERS, all_names, array_names, free_names, fresh, index_names, mentions, union
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
    number,
    parts,
    rebuild,
)

__all__ = [
    "LETTERS",
    "Binding",
    "all_names",
    "alpha_equal",
    "array_names",
    "exclude",
    "free_names",
    "fresh",
    "index",
    "index_names",
    "instance",
    "key",
    "match",
    "mentions",
    "opened",
    "order",
    "rebuild_raw",
    "relettered",
    "separate",
    "substitute",
    "union",
]

Binding = Mapping[Term, Term]


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
    return Big(index, t.size, bind(t.body, t.index.name, index), t.excluded)


def separate(t: Term, avoid: frozenset[str], letters: frozenset[str] = frozenset()) -> Term:
    """Rename bound indices so that none is among ``avoid``, free around its sum, or bound again below itself.

    A letter that does not clash stays; a new one is none of ``letters`` either. Nothing else changes: the
    line is alpha-equal to what it was.
    """
    if not nesting(t):
        return t
    if isinstance(t, Big):
        around = avoid | union(t.excluded) | free_names(t.size)
        t = opened(t, around, letters)
        body = separate(t.body, around | {t.index.name}, letters)
        return t if body is t.body else Big(t.index, t.size, body, t.excluded)
    below = avoid | free_names(t)
    return rebuild_raw(t, tuple(separate(u, below, letters) for u in parts(t)))


def match(pattern: Term, t: Term, variables: Iterable[Symbol]) -> dict[Term, Term] | None:
    """Indices (symbols, numbers, labels) for ``variables`` that make the pattern t up to bound names, or None.

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
Matcher = Callable[[Term, Term, frozenset[str], dict[str, Term], Pairs], Iterator[dict[str, Term]]]


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
            if a == b:
                yield from _match_all(some, others, wild, found, bound, _match_place)
        case Delta(a, b), Delta(c, d):
            yield from _match_all((a, b), (c, d), wild, found, bound, _match_place)
            yield from _match_all((a, b), (d, c), wild, found, bound, _match_place)
        case Plus(some), Plus(others):
            yield from _match_any(some, others, wild, found, bound)
        case Times(some), Times(others):
            yield from _match_any(some, others, wild, found, bound)
        case Big(i, n, u, some), Big(j, m, v, others):
            for sized in _match(n, m, wild, found, bound):
                for one in _match_any(some, others, wild, sized, bound, _match_place):
                    yield from _match(u, v, wild, one, (*bound, (i.name, j.name)))
        case D(u, x), D(v, w):
            yield from _match_all((u, x), (v, w), wild, found, bound)
        case Function(a, _), Function(b, _) if a != b:
            return
        case _:
            if type(p) is type(t):
                yield from _match_all(parts(p), parts(t), wild, found, bound)


def _match_place(
    p: Term, t: Term, wild: frozenset[str], found: dict[str, Term], bound: Pairs
) -> Iterator[dict[str, Term]]:
    """As `_match`, where an index stands: there an entry is a label, and a letter may stand for it."""
    match p, t:
        case Symbol(name), Entry() if name in wild and name not in {a for a, _ in bound}:
            if found.get(name, t) is t and free_names(t).isdisjoint(b for _, b in bound):
                yield {**found, name: t}
        case _:
            yield from _match(p, t, wild, found, bound)


def _match_all(
    some: Sequence[Term],
    others: Sequence[Term],
    wild: frozenset[str],
    found: dict[str, Term],
    bound: Pairs,
    each: Matcher = _match,
) -> Iterator[dict[str, Term]]:
    if len(some) != len(others):
        return
    if not some:
        yield found
        return
    for one in each(some[0], others[0], wild, found, bound):
        yield from _match_all(some[1:], others[1:], wild, one, bound, each)


def _match_any(
    some: Sequence[Term],
    others: Sequence[Term],
    wild: frozenset[str],
    found: dict[str, Term],
    bound: Pairs,
    each: Matcher = _match,
) -> Iterator[dict[str, Term]]:
    """Factors and summands match in any order while there are few of them, else as they stand."""
    if len(some) != len(others):
        return
    orders = permutations(others) if len(others) <= 4 else (tuple(others),)
    for shuffled in orders:
        yield from _match_all(some, shuffled, wild, found, bound, each)


def index(value: int) -> Number:
    """A literal index."""
    return number(value)


def relettered(t: Term, letters: Mapping[str, Term], taken: frozenset[str] = frozenset()) -> Term:
    """The same term, with ``letters`` for its bound indices where they run over that size and mean nothing else."""
    around = taken | free_names(t)
    if isinstance(t, Big):
        if letters.get(t.index.name) is not t.size:
            used = around | all_names(t.body) | array_names(t.body)
            fit = (n for n, size in letters.items() if size is t.size and n not in used)
            name = next(fit, t.index.name)
            t = Big(Symbol(name), t.size, bind(t.body, t.index.name, Symbol(name)), t.excluded)
        around |= {t.index.name}
    return rebuild_raw(t, tuple(relettered(u, letters, around) for u in parts(t)))
