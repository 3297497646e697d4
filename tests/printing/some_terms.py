"""Random terms for the printers: raw nodes, built without the builders, as a rule might leave them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symderiv.terms import (
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
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
)

INDICES = st.sampled_from([*(Symbol(s) for s in ("i", "j", "k", "alpha")), Number(Fraction(1)), Number(Fraction(12))])
ARRAYS = st.sampled_from(["z", "y", "y_hat", "mu", "W_1", "e", "delta", "loss"])
SCALARS = st.sampled_from(["T", "mu_1", "lambda", "e", "f", "eps", "z_1", "x y", "\u4e2d", "a$", "lambda_hat", "dz"])
NUMBERS = st.fractions(-3, 13, max_denominator=3).map(Number)
LETTERS = st.sampled_from([Symbol(s) for s in ("i", "j", "k", "m")])
SIZES = st.sampled_from([Symbol("K"), Symbol("N"), Number(Fraction(3))])


def entries() -> st.SearchStrategy[Term]:
    """Entries of one or two axes."""
    return st.builds(Entry, ARRAYS, st.lists(INDICES, min_size=1, max_size=2).map(tuple))


def grow(below: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """One node more on top of some terms."""
    many = st.lists(below, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Plus, many),
        st.builds(Times, many),
        st.builds(Neg, below),
        st.builds(Quotient, below, below),
        st.builds(Power, below, below),
        st.builds(Exp, below),
        st.builds(Log, below),
        st.builds(Stop, below),
        st.builds(Big, LETTERS, SIZES, below, st.lists(INDICES, max_size=1).map(tuple)),
        st.builds(D, below, st.one_of(entries(), st.builds(Symbol, SCALARS))),
        st.builds(Function, st.sampled_from(["f", "sin", "log", "sg"]), st.lists(below, max_size=2).map(tuple)),
    )


def terms(size: int = 8) -> st.SearchStrategy[Term]:
    """Terms with up to about ``size`` leaves."""
    leaves = st.one_of(
        NUMBERS, st.builds(Symbol, SCALARS), entries(), st.builds(Delta, INDICES, INDICES), st.just(Function("pi", ()))
    )
    return st.recursive(leaves, grow, max_leaves=size)


def every_small_term() -> list[Term]:
    """All terms of two levels of nodes over a few leaves: some 40,000."""
    i, k, K = Symbol("i"), Symbol("k"), Symbol("K")
    leaves: list[Term] = [Symbol("S"), Entry("z", (i,)), Number(Fraction(2)), Number(Fraction(-1, 2))]

    def above(below: list[Term]) -> list[Term]:
        one = [kind(t) for t in below for kind in (Neg, Exp, Log, Stop)]
        one += [Big(k, K, t, ()) for t in below] + [Function("f", (t,)) for t in below]
        one += [D(t, Entry("z", (i,))) for t in below]
        pairs = [(t, u) for t in below for u in below]
        return one + [kind(p) for p in pairs for kind in (Plus, Times)] + [
            kind(*p) for p in pairs for kind in (Quotient, Power)
        ]  # fmt: skip

    first = above(leaves)
    return leaves + first + above(leaves + first)


def same_reading(t: Term, *, sizes: bool = True) -> Term:
    """One representative for terms that are rightly printed alike.

    A negative number is minus a number, a fraction of numbers is the rational number, and with
    ``sizes=False`` the size of a sum that leaves out an index is not part of its sign.
    """
    match t:
        case Number(value) if value < 0:
            return Neg(same_reading(Number(-value)))
        case Number(value) if value.denominator > 1:
            return Quotient(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))
        case Big(index, size, body, excluded):
            shown = size if sizes or not excluded else Symbol("any")
            return Big(index, shown, same_reading(body, sizes=sizes), excluded)
        case Plus(many) | Times(many):
            return type(t)(tuple(same_reading(u, sizes=sizes) for u in many))
        case Function(name, many):
            return Function(name, tuple(same_reading(u, sizes=sizes) for u in many))
        case Quotient(u, v) | Power(u, v):
            return type(t)(same_reading(u, sizes=sizes), same_reading(v, sizes=sizes))
        case Neg(u) | Exp(u) | Log(u) | Stop(u):
            return type(t)(same_reading(u, sizes=sizes))
        case D(u, x):
            return D(same_reading(u, sizes=sizes), x)
    return t
