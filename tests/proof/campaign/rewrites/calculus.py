"""Derivatives worked out by hand, one step at a time, and back."""

from __future__ import annotations

from functools import reduce

from symderiv.nodes import (
    ONE,
    ZERO,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    number,
)

from ..names import put, same_index
from .spot import Spot, Table, product, without
from .sums import opened


def inward(t: Term, at: Spot) -> Term | None:
    """One rule of calculus."""
    if not isinstance(t, D):
        return None
    x = t.variable
    match t.body:
        case Number() | Delta() | Stop():
            return ZERO
        case Plus(many):
            return Plus(tuple(D(u, x) for u in many))
        case Neg(u):
            return Neg(D(u, x))
        case Times(many):
            return Plus(tuple(Times((D(u, x), *without(many, n))) for n, u in enumerate(many)))
        case Quotient(u, v):
            top = Plus((Times((D(u, x), v)), Neg(Times((u, D(v, x))))))
            return Quotient(top, Power(v, number(2)))
        case Exp(u):
            return Times((t.body, D(u, x)))
        case Log(u):
            return Quotient(D(u, x), u)
        case Power(u, Number(n) as e):
            return Times((e, Power(u, number(n - 1)), D(u, x)))
        case Power(u, v):
            return Times((t.body, Plus((Times((D(v, x), Log(u))), Quotient(Times((v, D(u, x))), u)))))
        case Big() as whole:
            u = opened(whole, x)
            return Big(u.index, u.size, D(u.body, x), u.excluded)
    return None


def leaf(t: Term, at: Spot) -> Term | None:
    match t:
        case D(Entry(a, some), Entry(b, others)) if a == b:
            return reduce(lambda u, v: _times(u, same_index(*v)), zip(some, others, strict=True), ONE)
        case D(Symbol(a), Symbol(b)) if a == b:
            return ONE
        case D(Entry() | Symbol() as u, Entry() | Symbol() as x):
            name = getattr(u, "array", getattr(u, "name", ""))
            if name not in at.setting.by_name and name != getattr(x, "array", getattr(x, "name", "")):
                return ZERO
    return None


def _times(u: Term, v: Term) -> Term:
    return v if u is ONE else u if v is ONE else Times((u, v))


def commute(t: Term, at: Spot) -> Term | None:
    match t:
        case D(D(u, x), y) if not _named(x, at) and not _named(y, at):
            return D(D(u, y), x)
    return None


def _named(x: Term, at: Spot) -> bool:
    return getattr(x, "array", getattr(x, "name", "")) in at.setting.by_name


def known(t: Term, at: Spot) -> Term | None:
    """Jacobians of softmax and sigmoid, the gradient of the cross-entropy, known from the literature."""
    names = at.setting.by_name
    match t:
        case D(Entry("s", (k,)), Entry("z", (i,))) if "s" not in at.held:
            value = Entry("s", (k,))
            return Times((same_index(k, i), value, Plus((ONE, Neg(value)))))
        case D(Entry("p", (k,)), Entry("z", (i,))) if "p" not in at.held and not _scaled(at):
            delta = Plus((same_index(i, k), Neg(Entry("p", (i,)))))
            return Times((Entry("p", (k,)), delta))
        case D(Symbol("L"), Entry("z", (i,))) if not {"p", "L"} & at.held and not _scaled(at) and "L" in names:
            k = Symbol("k") if i is not Symbol("k") else Symbol("l")
            total = Big(k, at.size("K"), Entry("y", (k,)), ())
            return Plus((Times((Entry("p", (i,)), total)), Neg(Entry("y", (i,)))))
    return None


def _scaled(at: Spot) -> bool:
    body = at.setting.by_name["p"].body
    return not isinstance(body, Quotient) or not isinstance(body.top, Exp) or isinstance(body.top.body, Quotient)


def outward(t: Term, at: Spot) -> Term | None:
    """Sums of derivatives by one variable are the derivative of the sum; factors without the variable go below."""
    match t:
        case Plus((D(u, x), D(v, y), *rest)) if x is y:
            joined = D(Plus((u, v)), x)
            return Plus((joined, *rest)) if rest else joined
        case Times((Number() as u, D(v, x), *rest)):
            return product((D(Times((u, v)), x), *rest))
    return None


def unfold(t: Term, at: Spot) -> Term | None:
    """A name replaced by its definition, unless it is the variable of a derivative around it."""
    return None if getattr(t, "array", getattr(t, "name", "")) in at.held else unfolded(t, at)


def unfolded(t: Term, at: Spot) -> Term | None:
    """The defining expression of an entry or scalar, or None."""
    name = getattr(t, "array", getattr(t, "name", "")) if isinstance(t, Entry | Symbol) else ""
    definition = at.setting.by_name.get(name)
    if definition is None:
        return None
    places = t.indices if isinstance(t, Entry) else ()
    # all at once: through letters that occur nowhere
    passing = [Symbol(f"{s.name}__") for s in definition.parameters]
    body = definition.body
    for s, letter in zip(definition.parameters, passing, strict=True):
        body = put(body, s.name, letter)
    for letter, i in zip(passing, places, strict=True):
        body = put(body, letter.name, i)
    return body


TABLE: Table = ((inward, 14), (leaf, 8), (commute, 8), (known, 10), (outward, 6), (unfold, 4))
