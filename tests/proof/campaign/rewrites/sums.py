"""Rewrites of sums over indices, and of deltas."""

from __future__ import annotations

from fractions import Fraction

from symderiv.nodes import ONE, Big, Delta, Neg, Number, Plus, Quotient, Symbol, Term, Times

from ..names import LETTERS, axis, free, put, same_index, unused
from .spot import Spot, Table, product, without


def renamed(t: Big, name: Symbol) -> Big:
    """The same sum over another letter, which is not free in its body."""
    return Big(name, t.size, put(t.body, t.index.name, name), t.excluded)


def opened(t: Big, *others: Term) -> Big:
    """The same sum over a letter that occurs in none of some terms."""
    if any(t.index.name in free(u) for u in others):
        return renamed(t, unused(t, *others))
    return t


def rename(t: Term, at: Spot) -> Term | None:
    """Any letter that is not free in the body will do, also one that is used around or below."""
    if not isinstance(t, Big):
        return None
    names = [a for a in LETTERS if a not in free(t.body)]
    return renamed(t, Symbol(at.random.choice(names))) if names else None


def swap(t: Term, at: Spot) -> Term | None:
    match t:
        case Big(i, size, Big(j, other, body, inside), outside) if i is not j and j.name not in free_of(outside):
            if i.name not in free_of(inside):
                return Big(j, other, Big(i, size, body, outside), inside)
            if inside == (i,) and not outside and size is other:
                return Big(j, size, Big(i, size, body, (j,)), ())
    return None


def free_of(many: tuple[Term, ...]) -> frozenset[str]:
    return frozenset().union(*map(free, many))


def split_summands(t: Term, at: Spot) -> Term | None:
    match t:
        case Big(i, size, Plus(many), out):
            return Plus(tuple(Big(i, size, u, out) for u in many))
        case Big(i, size, Neg(u), out):
            return Neg(Big(i, size, u, out))
    return None


def join_sums(t: Term, at: Spot) -> Term | None:
    match t:
        case Plus((Big() as u, Big() as v, *rest)) if u.size is v.size and set(u.excluded) == set(v.excluded):
            index = unused(u, v)
            joined = Big(index, u.size, Plus((renamed(u, index).body, renamed(v, index).body)), u.excluded)
            return Plus((joined, *rest)) if rest else joined
    return None


def constant_out(t: Term, at: Spot) -> Term | None:
    match t:
        case Big(i, size, Times(many), out):
            outside = tuple(u for u in many if i.name not in free(u))
            inside = tuple(u for u in many if i.name in free(u))
            if outside:
                return Times((*outside, Big(i, size, product(inside), out)))
        case Big(i, size, body, ()) if i.name not in free(body):
            return Times((size, body))
    return None


def constant_in(t: Term, at: Spot) -> Term | None:
    if not isinstance(t, Times):
        return None
    sums = [n for n, u in enumerate(t.factors) if isinstance(u, Big)]
    if not sums:
        return None
    n = at.random.choice(sums)
    u, rest = t.factors[n], without(t.factors, n)
    assert isinstance(u, Big)
    u = opened(u, *rest)
    return Big(u.index, u.size, Times((*rest, u.body)), u.excluded)


def split_off(t: Term, at: Spot) -> Term | None:
    """The summand at an index apart from the others."""
    match t:
        case Big(_, size, _, ()):
            i = at.index(axis(size))
            t = opened(t, i)
            off = Plus((ONE, Neg(same_index(i, t.index))))
            rest = Big(t.index, size, t.body, (i,))
            if at.chance(0.5):
                rest = Big(t.index, size, Times((off, t.body)), ())
            return Plus((put(t.body, t.index.name, i), rest))
    return None


def exclusion(t: Term, at: Spot) -> Term | None:
    """A sum over j != i is one with the factor 1 - delta, and the other way round."""
    match t:
        case Big(_, size, _, (i,)):
            t = opened(t, i)
            return Big(t.index, size, Times((Plus((ONE, Neg(same_index(i, t.index)))), t.body)), ())
        case Big(k, size, Times((Plus((one, Neg(Delta(i, j)))), *rest)), ()) if one is ONE and k in (i, j):
            other = j if i is k else i
            return None if other is k else Big(k, size, product(tuple(rest)), (other,))
    return None


def sift(t: Term, at: Spot) -> Term | None:
    match t:
        case Big(k, _, Times(many), ()):
            for n, u in enumerate(many):
                if isinstance(u, Delta) and k in (u.left, u.right) and u.left is not u.right:
                    return put(product(without(many, n)), k.name, u.right if u.left is k else u.left)
    return None


def insert_sift(t: Term, at: Spot) -> Term | None:
    """f(i) = Sum_k delta(i, k) f(k)."""
    here = sorted(a for a in free(t) if a in at.letters)
    if not here:
        return None
    i = at.random.choice(here)
    k = unused(t) if at.chance(0.5) else Symbol(next(a for a in at.random.sample(LETTERS, 12) if a not in free(t)))
    return Big(k, at.size(at.letters[i]), Times((Delta(Symbol(i), k), put(t, i, k))), ())


def use_delta(t: Term, at: Spot) -> Term | None:
    """Beside delta(i, j) one index may stand for the other."""
    if not isinstance(t, Times):
        return None
    for n, u in enumerate(t.factors):
        if isinstance(u, Delta) and isinstance(u.left, Symbol):
            rest = without(t.factors, n)
            changed = tuple(put(v, u.left.name, u.right) for v in rest)
            if changed != rest:
                return Times((u, *changed))
    return None


def deltas(t: Term, at: Spot) -> Term | None:
    match t:
        case Delta(u, v) if at.chance(0.5):
            return Delta(v, u)
        case Delta():
            return Times((t, t))
    return None


def count(t: Term, at: Spot) -> Term | None:
    """K t = Sum_k t."""
    match t:
        case Symbol("K" | "N"):
            return Big(Symbol(at.random.choice(LETTERS)), t, ONE, ())
        case Times((Symbol("K" | "N") as size, *rest)):
            body = product(tuple(rest))
            return Big(unused(body), size, body, ())
    return None


def product_of_sums(t: Term, at: Spot) -> Term | None:
    match t:
        case Times((Big() as u, Big() as v, *rest)):
            u = renamed(u, unused(u, v))
            v = renamed(v, unused(u, v, u.index))
            nested = Big(u.index, u.size, Big(v.index, v.size, Times((u.body, v.body)), v.excluded), u.excluded)
            return product((nested, *rest))
    return None


def symmetrise(t: Term, at: Spot) -> Term | None:
    """Sum_ij f(i, j) = Sum_ij (f(i, j) + f(j, i))/2."""
    match t:
        case Big(i, size, Big(j, other, body, ()), ()) if size is other and i is not j:
            k = unused(t)
            turned = put(put(put(body, i.name, k), j.name, i), k.name, j)
            half = Times((Number(Fraction(1, 2)), Plus((body, turned))))
            return Big(i, size, Big(j, size, half, ()), ())
    return None


def one_more(t: Term, at: Spot) -> Term | None:
    """t = Sum_k t / K."""
    k, size = unused(t), at.size("K")
    return Times((Big(k, size, t, ()), Quotient(ONE, size)))


TABLE: Table = (
    (rename, 2),
    (swap, 10),
    (split_summands, 8),
    (join_sums, 8),
    (constant_out, 4),
    (constant_in, 8),
    (split_off, 4),
    (exclusion, 4),
    (sift, 5),
    (insert_sift, 1),
    (use_delta, 10),
    (deltas, 1),
    (count, 1),
    (product_of_sums, 10),
    (symmetrise, 6),
    (one_more, 1),
)
