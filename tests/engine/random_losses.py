"""Random problems of the fragment: one pool of letters for everything, so that names clash."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symderiv.binders import free_names, index_names, separate, union
from symderiv.engine.dependence import live_names
from symderiv.statement import Definition, Fact, Relation, Statement, state
from symderiv.terms import (
    ONE,
    ZERO,
    D,
    Delta,
    Entry,
    Number,
    Stop,
    Symbol,
    Term,
    big,
    exp,
    log,
    minus,
    neg,
    number,
    plus,
    power,
    quo,
    times,
)

LETTERS = ("i", "j", "k")
K = Symbol("K")
T = Symbol("T")


def entry(name: str, *indices: Term) -> Term:
    return Entry(name, indices)


def softmax(letter: str, other: str, scale: Term = ONE) -> Definition:
    k, j = Symbol(letter), Symbol(other)
    top, bottom = exp(quo(entry("z", k), scale)), big(j, K, exp(quo(entry("z", j), scale)))
    return Definition("p", (k,), quo(top, bottom))


def sigmoid(letter: str) -> Definition:
    k = Symbol(letter)
    return Definition("s", (k,), quo(ONE, plus(ONE, exp(neg(entry("z", k))))))


def center(letter: str) -> Definition:
    k = Symbol(letter)
    return Definition("c", (), quo(big(k, K, entry("z", k)), K))


def mixture(letter: str, other: str) -> Definition:
    k, j = Symbol(letter), Symbol(other)
    return Definition("q", (k,), big(j, K, times(entry("w", k, j), entry("p", j))))


@st.composite
def definitions(draw: st.DrawFn) -> tuple[Definition, ...]:
    letters = [draw(st.permutations(LETTERS)) for _ in range(4)]
    scale = draw(st.sampled_from((ONE, ONE, T)))
    return (
        softmax(letters[0][0], letters[0][1], scale),
        sigmoid(letters[1][0]),
        center(letters[2][0]),
        mixture(letters[3][0], letters[3][1]),
    )


index = st.one_of(*[st.just(Symbol(s)) for s in LETTERS] * 3, st.just(number(1)))


@st.composite
def atoms(draw: st.DrawFn) -> Term:
    name = draw(st.sampled_from(("z", "z", "y", "p", "p", "s", "q", "w", "c", "T", "number", "delta", "K")))
    i = draw(index)
    match name:
        case "c" | "T" | "K":
            return Symbol(name)
        case "number":
            return Number(Fraction(draw(st.sampled_from((-2, -1, 1, 2, 3))), draw(st.sampled_from((1, 1, 2)))))
        case "delta":
            j = draw(index)
            return Delta(i, j) if i is not j else entry("y", i)
        case "w":
            return entry("w", i, draw(index))
    return entry(name, i)


@st.composite
def positives(draw: st.DrawFn) -> Term:
    i = draw(index)
    k = Symbol(draw(st.sampled_from(LETTERS)))
    return draw(
        st.sampled_from(
            (
                entry("p", i),
                entry("s", i),
                entry("y", i),
                minus(ONE, entry("s", i)),
                plus(ONE, exp(entry("z", i))),
                exp(entry("z", i)),
                big(k, K, exp(entry("z", k))),
                quo(entry("p", i), entry("y", i)),
                plus(ONE, power(entry("z", i), number(2))),
                times(entry("y", i), exp(neg(entry("z", i)))),
            )
        )
    )


def pairs(letters: list[str], top: Term) -> Term:
    """A sum over other indices that divides by a difference which is 0 at the one left out."""
    i, j = Symbol(letters[0]), Symbol(letters[1])
    return big(j, K, quo(top, minus(entry("z", i), entry("z", j))), (i,))


def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    letters = st.sampled_from(LETTERS).map(Symbol)
    several = st.lists(inner, min_size=2, max_size=3)
    excluded = st.one_of(st.just(()), st.just(()), st.just(()), letters.map(lambda s: (s,)))
    return st.one_of(
        st.builds(lambda k, u, out: big(k, K, u, tuple(e for e in out if e is not k)), letters, inner, excluded),
        several.map(lambda many: plus(*many)),
        several.map(lambda many: times(*many)),
        several.map(lambda many: times(*many)),
        inner.map(neg),
        st.builds(lambda u, v: times(u, log(v)), inner, positives()),
        st.builds(quo, inner, positives()),
        st.builds(power, inner, st.sampled_from((2, 3)).map(number)),
        st.builds(power, positives(), st.sampled_from((number(-1), number(Fraction(1, 2)), T))),
        inner.map(Stop),
        st.builds(D, inner, index.map(lambda i: entry("z", i))),
        st.builds(pairs, st.permutations(LETTERS), inner),
    )


values = st.recursive(st.one_of(atoms(), positives().map(log)), grow, max_leaves=6)


@st.composite
def statements(draw: st.DrawFn, orders: int = 1) -> Statement:
    """A problem; raises `InputError` where what was drawn makes no sense."""
    value = draw(values)
    variables = tuple(draw(st.one_of(*[index.map(lambda i: entry("z", i))] * 4, st.just(T))) for _ in range(orders))
    k = Symbol("k")
    facts = (
        Fact(Relation("=", big(k, K, entry("y", k)), ONE)),
        Fact(Relation(">", entry("y", k), ZERO), (k,)),
        Fact(Relation(">", T, ZERO)),
    )
    if not live_names(value) & {"z", "p", "s", "q", "c"}:
        value = draw(st.sampled_from((times, plus)))(value, entry(draw(st.sampled_from("zpsq")), draw(index)))
    used = draw(st.sampled_from((facts, facts, facts[1:])))
    found = draw(definitions())
    value = separate(value, free_names(value) | union(variables))
    return state("random", value, variables, found, used, {})


def letters_of(statement: Statement) -> frozenset[str]:
    """The free indices of the value and the variables."""
    every = (statement.value, *statement.variables)
    return frozenset().union(*map(index_names, every))


def nested(statement: Statement) -> Term:
    t = statement.value
    for v in statement.variables:
        t = D(t, v)
    return t
