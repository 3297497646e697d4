"""Rewrites by the given facts, and by what the definitions add up to."""

from __future__ import annotations

from symderiv.nodes import ONE, ZERO, Big, Delta, Entry, Number, Symbol, Term, Times

from ..names import put, unused
from .spot import Spot, Table


def total(t: Term, at: Spot) -> Term | None:
    """Sum y = 1, by the fact or because y is one-hot; the same for the rows of W and Y."""
    match t:
        case Big(k, _, Entry("y", (j,)), ()) if k is j:
            return _by(at, ONE, "total", "class")
        case Big(k, _, Entry("W", (n, j)), ()) if k is j and n is not k:
            return _by(at, ONE, "rows")
        case Big(k, _, Entry("Y", (n, j)), ()) if k is j and n is not k:
            return _by(at, ONE, "labels")
    return None


def _by(at: Spot, t: Term, *kinds: str) -> Term | None:
    """The term, where one of these facts may be used."""
    for kind in kinds:
        if at.usable(kind):
            at.use(kind)
            return t
    return None


def insert_total(t: Term, at: Spot) -> Term | None:
    k = unused(t)
    found = _by(at, Times((t, Big(k, at.size("K"), Entry("y", (k,)), ()))), "total")
    if found is None and at.usable("rows"):
        n = at.index("N")
        found = _by(at, Times((Big(k, at.size("K"), Entry("W", (n, k)), ()), t)), "rows")
    return found


def entries(t: Term, at: Spot) -> Term | None:
    """One-hot labels as deltas, and entries by the equation for each of them."""
    match t:
        case Entry("y", (k,)):
            return _by(at, deltas_of_labels(k, Symbol("h")), "class")
        case Entry("Y", (n, k)):
            return _by(at, deltas_of_labels(k, Entry("t", (n,))), "labels")
        case Entry("v", (k,)):
            given = at.usable("pointwise")
            if given is not None:
                (variable,) = given.fact.variables
                return _by(at, put(given.fact.relation.right, variable.name, k), "pointwise")
    return None


def deltas_of_labels(k: Term, label: Term) -> Term:
    """An entry of a one-hot label."""
    if k is label:
        return ONE
    return Delta(k, label)


def scalars(t: Term, at: Spot) -> Term | None:
    match t:
        case Symbol("T"):
            return _by(at, ONE, "one")
        case Times((Symbol("c"), Symbol("T"))) | Times((Symbol("T"), Symbol("c"))):
            return _by(at, ONE, "inverse")
    return None


def insert_scalar(t: Term, at: Spot) -> Term | None:
    found = _by(at, Times((Symbol("T"), t)), "one")
    return found or _by(at, Times((Symbol("c"), t, Symbol("T"))), "inverse")


def between(t: Term, at: Spot) -> Term | None:
    """What i != j or i = j says of the free indices."""
    if at.place.bound & {"i", "j"}:
        return None
    match t:
        case Delta(Symbol("i"), Symbol("j")) | Delta(Symbol("j"), Symbol("i")):
            return _by(at, ZERO, "apart") or _by(at, ONE, "together")
    changed = put(t, "i", Symbol("j"))
    return None if changed is t else _by(at, changed, "together")


def softmax(t: Term, at: Spot) -> Term | None:
    """Shares add up to 1."""
    match t:
        case Big(k, _, Entry("p" | "g" as name, (j,)), ()) if k is j and name not in at.held:
            return ONE
        case Big(k, _, Entry("P", (n, j)), ()) if k is j and n is not k and "P" not in at.held:
            return ONE
        case Number(value) if value == 1 and "p" not in at.held:
            k = Symbol(at.random.choice("jklm"))
            return Big(k, at.size("K"), Entry("p", (k,)), ())
    return None


TABLE: Table = (
    (total, 14),
    (insert_total, 1),
    (entries, 8),
    (scalars, 6),
    (insert_scalar, 1),
    (between, 4),
    (softmax, 2),
)
