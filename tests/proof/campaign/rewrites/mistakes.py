"""Mistakes people make and provers might: each is mostly false, and evaluation says where it is not."""

from __future__ import annotations

from fractions import Fraction

from symderiv.nodes import (
    ONE,
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

from ..names import free, put, with_children
from .calculus import unfolded
from .known import deltas_of_labels
from .spot import Spot, Table, product, without


def quotient_sign(t: Term, at: Spot) -> Term | None:
    match t:
        case D(Quotient(u, v), x):
            return Quotient(Plus((Times((u, D(v, x))), Neg(Times((D(u, x), v))))), Power(v, number(2)))
    return None


def dropped_term(t: Term, at: Spot) -> Term | None:
    match t:
        case D(Times(many), x):
            return Times((D(many[0], x), *many[1:]))
        case D(Quotient(u, v), x):
            return Quotient(D(u, x), v)
    return None


def no_chain(t: Term, at: Spot) -> Term | None:
    """The derivative of the inside is forgotten."""
    match t:
        case D(Exp(u), Entry() | Symbol()):
            return Exp(u)
        case D(Log(u), _):
            return Quotient(ONE, u)
        case D(Power(u, Number(n) as e), _):
            return Times((e, Power(u, number(n - 1))))
    return None


def diagonal_only(t: Term, at: Spot) -> Term | None:
    """Of a sum, only the summand at the variable's own index is differentiated."""
    match t:
        case D(Big(k, _, body, _), Entry(_, (*_, i)) as x):
            return D(put(body, k.name, i), x)
        case D(Entry("p" | "s" as name, (k,)), Entry("z", (i,))):
            value = Entry(name, (k,))
            return Times((value, Plus((ONE, Neg(Entry(name, (i,)))))))
    return None


def no_delta(t: Term, at: Spot) -> Term | None:
    match t:
        case D(Entry(a, _), Entry(b, _)) if a == b:
            return ONE
    return None


def pulled_out(t: Term, at: Spot) -> Term | None:
    """A factor leaves the sum although it depends on the index."""
    match t:
        case Big(k, size, Times(many), out):
            n = at.random.randrange(len(many))
            i = at.index("K" if size is at.size("K") else "N")
            return Times((put(many[n], k.name, i), Big(k, size, product(without(many, n)), out)))
        case Big(k, size, Quotient(u, v), out):
            i = at.index("K" if size is at.size("K") else "N")
            return Quotient(Big(k, size, u, out), put(v, k.name, i))
    return None


def captured(t: Term, at: Spot) -> Term | None:
    """A free index becomes the one that the sum binds."""
    match t:
        case Big(k, size, body, out):
            same = [a for a, axis in at.place.letters if axis == ("K" if size is at.size("K") else "N")]
            names = sorted((free(body) & frozenset(same)) - {k.name})
            if names:
                return Big(k, size, put(body, names[0], k), out)
    return None


def unsubstituted(t: Term, at: Spot) -> Term | None:
    """A delta is summed away and its index stays."""
    match t:
        case Big(k, _, Times(many), ()):
            for n, u in enumerate(many):
                if isinstance(u, Delta) and k in (u.left, u.right):
                    other = at.index(at.letters.get(getattr(u.right if u.left is k else u.left, "name", ""), "K"))
                    return put(product(without(many, n)), k.name, other)
    return None


def product_of_sums(t: Term, at: Spot) -> Term | None:
    match t:
        case Big(k, size, Times((u, *rest)), out):
            return Times((Big(k, size, u, out), Big(k, size, product(tuple(rest)), out)))
    return None


def all_summands(t: Term, at: Spot) -> Term | None:
    match t:
        case Big(k, size, body, (_, *rest)):
            return Big(k, size, body, tuple(rest))
    return None


def laws_of_logarithms(t: Term, at: Spot) -> Term | None:
    match t:
        case Log(Plus(many)):
            return Plus(tuple(map(Log, many)))
        case Log(Big(k, size, body, out)):
            return Big(k, size, Log(body), out)
        case Exp(Times((u, v))):
            return Times((Exp(u), Exp(v)))
        case Exp(Neg(u)):
            return Neg(Exp(u))
    return None


def root_of_square(t: Term, at: Spot) -> Term | None:
    """Right for what is not negative."""
    return Power(Power(t, number(2)), number(Fraction(1, 2)))


def around_the_point(t: Term, at: Spot) -> Term | None:
    """A fact is used below a derivative, where it need not hold."""
    kinds = {g.kind for g in at.setting.givens}
    match t:
        case Big(k, _, Entry("y", (j,)), ()) if k is j and kinds & {"total", "class"}:
            return ONE
        case Symbol("T") if "one" in kinds:
            return ONE
        case Entry("y", (k,)) if "class" in kinds:
            return deltas_of_labels(k, Symbol("h"))
        case Entry("v", (k,)):
            given = at.setting.given("pointwise")
            return given and put(given.fact.relation.right, given.fact.variables[0].name, k)
    return None


def unfolded_while_held(t: Term, at: Spot) -> Term | None:
    """A name that is an independent variable just now is replaced by its definition."""
    return unfolded(t, at) if at.held & at.setting.by_name.keys() else None


def let_go(t: Term, at: Spot) -> Term | None:
    match t:
        case Stop(u):
            return u
        case D(u, x):
            return D(with_children(u, [Stop(v) for v in _below(u)]), x) if _below(u) else None
    return None


def _below(t: Term) -> tuple[Term, ...]:
    return t.factors if isinstance(t, Times) else ()


def cancelled(t: Term, at: Spot) -> Term | None:
    """One occurrence too few or too many."""
    match t:
        case Quotient(Times((u, *rest)), _):
            return product(tuple(rest)) if rest else u
        case Quotient(Plus((u, *rest)), v):
            return Plus((Quotient(u, v), *rest))
    return None


TABLE: Table = (
    (quotient_sign, 4),
    (dropped_term, 4),
    (no_chain, 3),
    (diagonal_only, 6),
    (no_delta, 4),
    (pulled_out, 5),
    (captured, 4),
    (unsubstituted, 5),
    (product_of_sums, 4),
    (all_summands, 4),
    (laws_of_logarithms, 3),
    (root_of_square, 5),
    (around_the_point, 6),
    (unfolded_while_held, 6),
    (let_go, 3),
    (cancelled, 2),
)
