"""Kronecker deltas: sums over them carried out, the rest written as ``term + delta * term``.

A delta under a sum picks one summand; a delta between free indices is left for the lowering, which
adds to a diagonal, or at the class that a label names. Only brackets that hide a delta are opened, and of those
none that is a difference from a label, such as p[k] - delta(k, t): multiplied out it would cancel.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from symderiv.binders import mentions, order, substitute
from symderiv.numeric.rewrites.marks import HOLD, has_delta, hold, letters, strip
from symderiv.numeric.rewrites.poles import left_outs, may_have_pole, unless
from symderiv.numeric.rewrites.scaling import has_exp
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
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
    big,
    delta,
    neg,
    parts,
    plus,
    quo,
    rebuild,
    times,
)

Deltas = frozenset[Delta]
Piece = tuple[Deltas, Term]
NONE: Deltas = frozenset()
NO_NAMES: frozenset[str] = frozenset()


def resolve(t: Term) -> Term:
    """t with deltas summed out where a sum runs over their index, and multiplied out elsewhere.

    >>> from symderiv.terms import Entry
    >>> i, k, K = Symbol("i"), Symbol("k"), Symbol("K")
    >>> resolve(Big(k, K, Times((Entry("y", (k,)), Delta(k, i))), ())) == Entry("y", (i,))
    True
    """
    if not has_delta(t):
        return t
    return plus(*(times(*sorted(ds, key=order), _bracket(c)) for ds, c in pieces(t)))


def _bracket(t: Term) -> Term:
    return hold(t) if isinstance(t, Plus) else t


def pieces(t: Term, summed: Symbol | None = None) -> list[Piece]:
    """t as a sum of products of deltas with delta-free factors; each set of deltas occurs once.

    ``summed`` is the index of the sum around t. A difference from a label counts as free of deltas where it is kept.
    """
    if not has_delta(t):
        return [(NONE, t)]
    table: dict[Deltas, list[Term]] = {}
    for ds, c in _pieces(t, summed):
        table.setdefault(ds, []).append(c)
    merged = [(ds, plus(*cs)) for ds, cs in table.items()]
    return [(ds, c) for ds, c in merged if c is not ZERO]


def _pieces(t: Term, summed: Symbol | None) -> list[Piece]:
    left_out, others = left_outs(t)
    if left_out and (may_have_pole(others, left_out) or has_exp(others)):
        # an exponential that no sum beside it holds may be so large that it does not cancel
        return [(ds, unless(c, left_out)) for ds, c in pieces(others, summed)]
    match t:
        case Delta(left, right):
            found = delta(*sorted((left, right), key=order))
            return [(frozenset((found,)), ONE) if isinstance(found, Delta) else (NONE, found)]
        case Function(name, (body,)) if name == HOLD:
            return pieces(body, summed)
        case Neg(body):
            return [(ds, neg(c)) for ds, c in pieces(body, summed)]
        case Plus(many):
            return [p for u in many for p in pieces(u, summed)]
        case Times(many):
            kept = [u for n, u in enumerate(many) if _kept(u, (*many[:n], *many[n + 1 :]), summed)]
            rest = [(NONE, times(*(resolve(u) for u in many if u in kept or not has_delta(u))))]
            for u in many:
                rest = _product(rest, pieces(u, summed)) if has_delta(u) and u not in kept else rest
            return rest
        case Quotient(top, bottom) if not has_delta(bottom) and not _kept(top, (bottom,), summed):
            return [(ds, quo(c, bottom)) for ds, c in pieces(top, summed)]
        case Power(base, Number(value)) if value.denominator == 1 and 0 < value <= 4 and not _differs(base):
            rest = [(NONE, ONE)]
            for _ in range(int(value)):
                rest = _product(rest, pieces(base, summed))
            return rest
        case Big() if not _kept(t.body, (), t.index):
            return [p for ds, c in pieces(t.body, t.index) for p in _summed(t, ds, c)]
    return [(NONE, rebuild(t, tuple(resolve(u) for u in parts(t))))]


def _differs(t: Term) -> frozenset[str]:
    """For a difference from a label, such as p[k] - delta(k, t[n]): the indices that run over classes, else none."""
    if not isinstance(strip(t), Plus) or not has_delta(t):
        return NO_NAMES
    found = pieces(t)
    ends = {s.name for ds, _ in found for d in ds if isinstance(s := _class_end(d), Symbol)}
    return letters(plus(*(c for ds, c in found if not ds))) & ends


def _class_end(d: Delta) -> Term | None:
    """The side of a delta that is compared with a label."""
    return d.left if isinstance(d.right, Entry) else d.right if isinstance(d.left, Entry) else None


def _kept(t: Term, others: tuple[Term, ...], summed: Symbol | None) -> bool:
    """Whether a factor is a difference from a label that stays one: others vary with the class, or rows are summed."""
    classes = _differs(t)
    if not classes:
        return False
    return bool(classes & NO_NAMES.union(*map(letters, others))) or (summed is not None and summed.name not in classes)


def _product(some: list[Piece], others: list[Piece]) -> list[Piece]:
    return [(a | b, times(c, e)) for (a, c), (b, e) in product(some, others)]


def _summed(t: Big, ds: Deltas, body: Term) -> list[Piece]:
    """The sum of one product of deltas with a delta-free body, over t's index."""
    about = frozenset(d for d in ds if mentions(d, t.index))
    mine = [d for d in sorted(about, key=order) if not mentions(_other(d, t.index), t.index)]
    if not mine:
        return [(ds - about, big(t.index, t.size, times(*sorted(about, key=order), body), t.excluded))]
    at = _other(mine[0], t.index)
    others = times(*(substitute(d, {t.index: at}) for d in sorted(ds - {mine[0]}, key=order)))
    body = substitute(body, {t.index: at})
    masks = [delta(at, e) for e in t.excluded]
    left_out = tuple(d for d in masks if isinstance(d, Delta))
    if ONE in masks:
        return []
    if may_have_pole(body, left_out):
        return pieces(times(others, unless(body, left_out)))
    return pieces(times(others, *(plus(ONE, neg(d)) for d in left_out), _bracket(body)))


def _other(d: Delta, index: Symbol) -> Term:
    """What a delta compares an index with; the index itself where it compares none, as delta(2, t[n]) for n."""
    return d.right if d.left is index else d.left if d.right is index else index


def merge_indices(ds: Iterable[Delta]) -> dict[Term, Term]:
    """For the indices that deltas identify: which one stands for each (a literal before a symbol).

    >>> i, j = Symbol("i"), Symbol("j")
    >>> merge_indices(frozenset((Delta(i, j),))) == {j: i}
    True
    """
    leader: dict[Term, Term] = {}

    def find(u: Term) -> Term:
        while u in leader:
            u = leader[u]
        return u

    for d in sorted(ds, key=order):
        a, b = sorted((find(d.left), find(d.right)), key=order)
        if a is not b:
            leader[b] = a
    return {u: find(u) for u in leader}
