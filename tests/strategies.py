"""Random terms of the language. One small pool of names serves scalars, sizes, free and bound indices
alike, so that they clash; nodes are made raw, so that what the builders tidy occurs."""

from __future__ import annotations

from fractions import Fraction

from evaluate import LABELS, World, table
from hypothesis import strategies as st

from symderiv import terms as build
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

NAMES = ("i", "j", "k", "#0", "#1", "K")
SCALAR = Symbol("x")  # what a D may differentiate by: never an index, never replaced
ARRAYS = {"z": 1, "y": 1, "w": 2}

names = st.sampled_from(NAMES).map(Symbol)
literals = st.integers(1, 3).map(lambda n: Number(Fraction(n)))
labels = st.one_of(names, literals).map(lambda i: Entry(LABELS, (i,)))
indices: st.SearchStrategy[Term] = st.one_of(names, names, names, names, literals, labels)
index_bindings = st.dictionaries(names, indices, min_size=1, max_size=3)
sizes: st.SearchStrategy[Term] = st.one_of(st.just(Symbol("K")), st.integers(1, 3).map(lambda n: Number(Fraction(n))))
rationals = st.sampled_from([Fraction(n) for n in (-2, -1, 0, 1, 2)] + [Fraction(1, 2)]).map(Number)
exponents = st.integers(-1, 3).map(lambda n: Number(Fraction(n)))


@st.composite
def entries(draw: st.DrawFn) -> Term:
    array, rank = draw(st.sampled_from(sorted(ARRAYS.items())))
    return Entry(array, tuple(draw(indices) for _ in range(rank)))


deltas = st.builds(Delta, indices, indices)
variables: st.SearchStrategy[Term] = st.one_of(entries(), entries(), st.just(SCALAR))
atoms: st.SearchStrategy[Term] = st.one_of(entries(), entries(), deltas, names, rationals, st.just(SCALAR))


def sums(bodies: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.builds(Big, names, sizes, bodies, st.lists(indices, max_size=2).map(tuple))


def _nodes(inner: st.SearchStrategy[Term], binders: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        binders,
        binders,
        several.map(Plus),
        several.map(Times),
        inner.map(Neg),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, exponents),
        inner.map(Exp),
        inner.map(Log),
        inner.map(Stop),
        st.builds(lambda many: Function("f", many), st.lists(inner, min_size=1, max_size=2).map(tuple)),
    )


def _all(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return _nodes(inner, st.one_of(sums(inner), sums(inner), st.builds(D, inner, variables)))


terms: st.SearchStrategy[Term] = st.recursive(atoms, _all, max_leaves=9)
plain_terms: st.SearchStrategy[Term] = st.recursive(atoms, lambda inner: _nodes(inner, sums(inner)), max_leaves=9)

# Small terms of sums, products and entries only: equal keys are frequent among them.
bare_terms: st.SearchStrategy[Term] = st.recursive(
    st.one_of(entries(), deltas),
    lambda inner: st.one_of(
        sums(inner),
        sums(inner),
        st.lists(inner, min_size=2, max_size=2).map(lambda many: Times(tuple(many))),
        st.lists(inner, min_size=2, max_size=2).map(lambda many: Plus(tuple(many))),
        st.builds(D, inner, entries()),
    ),
    max_leaves=4,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Values 1..3 for every name (each may turn up as an index or a size) and a table of entries."""
    symbols = {name: draw(st.integers(1, 3)) for name in (*NAMES, "a", "b")}
    scalar = Fraction(draw(st.integers(-3, 3)), draw(st.integers(1, 2)))
    return World({**symbols, SCALAR.name: scalar}, table(draw(st.integers(0, 500))))


def fixed_worlds() -> list[World]:
    """A few worlds in which distinct terms usually have distinct values."""
    worlds = []
    for seed, values in enumerate([(1, 2, 3, 1, 2, 3), (2, 3, 1, 3, 3, 2), (3, 1, 2, 2, 1, 3), (2, 2, 1, 3, 1, 3)]):
        symbols = dict(zip(NAMES, values, strict=True)) | {"a": 1, "b": 2}
        worlds.append(World({**symbols, SCALAR.name: Fraction(seed, 2)}, table(seed)))
    return worlds


def built(t: Term) -> Term:
    """t made again by the builders, from the leaves up."""
    new = [built(u) for u in build.parts(t)]
    match t:
        case Delta(left, right):
            return build.delta(left, right)
        case Plus():
            return build.plus(*new)
        case Times():
            return build.times(*new)
        case Neg():
            return build.neg(*new)
        case Quotient():
            return build.quo(*new)
        case Power():
            return build.power(*new)
        case Exp():
            return build.exp(*new)
        case Log():
            return build.log(*new)
        case Big(index, size, _, excluded):
            return build.big(index, size, new[0], tuple(dict.fromkeys(excluded)))
        case D(_, variable):
            return D(new[0], variable)
        case Stop():
            return Stop(*new)
        case Function(name, _):
            return Function(name, tuple(new))
    return t
