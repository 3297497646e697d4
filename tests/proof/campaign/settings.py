"""What claims are about: arrays with shapes, definitions, facts; and points at which the facts hold.

Points are made for the facts, one kind of fact after another, not by solving equations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from symderiv.nodes import (
    ONE,
    ZERO,
    Big,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    number,
)
from symderiv.proof.claim import Claim, claim
from symderiv.statement import Definition, Fact, Relation

from .meaning import Location, Meaning
from .names import arrays, free, put

SHAPES: Mapping[str, tuple[str, ...]] = {
    "z": ("K",),
    "y": ("K",),
    "x": ("K",),
    "v": ("K",),
    "W": ("N", "K"),
    "Y": ("N", "K"),
    "A": ("K", "K"),
    "u": ("N",),
    "t": ("N",),
}
SCALARS = ("a", "b", "c", "T")
DEFINED: Mapping[str, tuple[str, ...]] = {
    "p": ("K",),
    "s": ("K",),
    "L": (),
    "g": ("K",),
    "P": ("N", "K"),
    "mu": (),
    "r": ("K",),
}
POSITIVE_DEFINED = frozenset("psgPr")
BETWEEN = ("apart", "together")  # facts about the free indices i and j
FREE = {"i": "K", "j": "K", "n": "N"}


@dataclass(frozen=True)
class Given:
    """A fact, what kind it is of, and the name it is about; it may be used below no derivative by ``touched``."""

    kind: str
    name: str
    fact: Fact
    touched: frozenset[str]


@dataclass(frozen=True)
class Setting:
    """Sizes (symbols or numbers), definitions and facts around random terms."""

    sizes: Mapping[str, Term]
    definitions: tuple[Definition, ...] = ()
    givens: tuple[Given, ...] = ()

    @property
    def by_name(self) -> dict[str, Definition]:
        return {d.name: d for d in self.definitions}

    @property
    def letters(self) -> dict[str, str]:
        """The free indices and the size each runs over."""
        fixed = {"h": "K"} if self.given("class") else {}
        return {**FREE, **fixed}

    @property
    def positive(self) -> frozenset[str]:
        """Names of arrays and scalars that are positive."""
        defined = frozenset(self.by_name) & POSITIVE_DEFINED
        return defined | {g.name for g in self.givens if g.kind == "positive"}

    def given(self, kind: str) -> Given | None:
        return next((g for g in self.givens if g.kind == kind), None)

    def without(self, given: Given) -> Setting:
        return replace(self, givens=tuple(g for g in self.givens if g is not given))

    def reached(self, *terms: Term) -> frozenset[str]:
        """The names that terms mention, through definitions and the equations among the facts."""
        found: frozenset[str] = frozenset().union(*map(arrays, terms))
        while True:
            more = found.union(*(arrays(d.body) for d in self.definitions if d.name in found))
            more = more.union(*(g.touched for g in self.givens if g.kind != "positive" and g.touched & more))
            if more == found:
                return found
            found = more

    def claim(self, left: Term, right: Term) -> Claim:
        """The claim of two terms, with what they reach; raises `InputError` where it makes no sense."""
        names = self.reached(left, right)
        shapes = {name: tuple(self.sizes[s] for s in SHAPES[name]) for name in sorted(names & SHAPES.keys())}
        definitions = tuple(d for d in self.definitions if d.name in names)
        letters = free(left) | free(right)
        facts = tuple(g.fact for g in self.givens if g.touched & (letters if g.kind in BETWEEN else names))
        return claim(left, right, definitions, facts, shapes)


def setting(random: Random) -> Setting:
    """A random setting; one fact of several kinds each."""
    sizes: dict[str, Term] = {"K": Symbol("K"), "N": Symbol("N")}
    if random.random() < 0.05:
        sizes["K"] = number(random.choice((1, 2, 3)))
    found = [g for g, chance in _givens(random, sizes) if random.random() < chance]
    definitions = tuple(_definitions(random, sizes))
    if not any(g.name == "x" and g.kind == "positive" for g in found):
        definitions = tuple(d for d in definitions if d.name != "g")
    return Setting(sizes, definitions, tuple(found))


def _equal(left: Term, right: Term, *variables: str) -> Fact:
    return Fact(Relation("=", left, right), tuple(map(Symbol, variables)))


def _givens(random: Random, sizes: Mapping[str, Term]) -> Iterator[tuple[Given, float]]:
    k, n = (Symbol(a) for a in random.sample("ijklmn", 2))
    at_k = lambda name: Entry(name, (k,))  # noqa: E731
    for name in ("x", "c", "T"):
        head = at_k(name) if name == "x" else Symbol(name)
        fact = Fact(Relation(">", head, ZERO), (k,) if name == "x" else ())
        yield Given("positive", name, fact, frozenset((name,))), {"x": 0.8, "c": 0.8, "T": 0.6}[name]
    rows = Entry("W", (n, k))
    whole = _equal(Big(k, sizes["K"], rows, ()), ONE, n.name)
    yield Given("rows", "W", whole, frozenset("W")), 0.2
    one_hot = _equal(Entry("Y", (n, k)), Delta(k, Entry("t", (n,))), n.name, k.name)
    yield Given("labels", "Y", one_hot, frozenset("Yt")), 0.2
    pick = random.random()
    if pick < 0.35:
        yield Given("total", "y", _equal(Big(k, sizes["K"], at_k("y"), ()), ONE), frozenset("y")), 1
    elif pick < 0.5:
        yield Given("class", "y", _equal(at_k("y"), Delta(k, Symbol("h")), k.name), frozenset("y")), 1
    pick = random.random()
    if pick < 0.15:
        yield Given("one", "T", _equal(Symbol("T"), ONE), frozenset("T")), 1
    elif pick < 0.25:
        yield Given("inverse", "T", _equal(Times((Symbol("c"), Symbol("T"))), ONE), frozenset("cT")), 1
    bodies = (
        Power(at_k("z"), number(2)),
        Times((Symbol("a"), at_k("z"))),
        Plus((at_k("z"), Neg(at_k("x")))),
        Exp(at_k("z")),
    )
    body = random.choice(bodies)
    yield Given("pointwise", "v", _equal(at_k("v"), body, k.name), arrays(body) | {"v"}), 0.2
    pick = random.random()
    if pick < 0.08:
        yield Given("apart", "i", Fact(Relation("!=", Symbol("i"), Symbol("j"))), frozenset("ij")), 1
    elif pick < 0.12:
        yield Given("together", "i", Fact(Relation("=", Symbol("i"), Symbol("j"))), frozenset("ij")), 1


def _definitions(random: Random, sizes: Mapping[str, Term]) -> Iterator[Definition]:
    k, l, n = (Symbol(a) for a in random.sample("ijklmn", 3))  # noqa: E741
    size = sizes["K"]
    at = lambda name, *places: Entry(name, places)  # noqa: E731
    scaled = random.random() < 0.3
    logit = lambda m: Quotient(at("z", m), Symbol("c")) if scaled else at("z", m)  # noqa: E731
    yield Definition("p", (k,), Quotient(Exp(logit(k)), Big(l, size, Exp(logit(l)), ())))
    yield Definition("s", (k,), Quotient(ONE, Plus((ONE, Exp(Neg(at("z", k)))))))
    yield Definition("L", (), Neg(Big(k, size, Times((at("y", k), Log(at("p", k)))), ())))
    yield Definition("g", (k,), Quotient(at("x", k), Big(l, size, at("x", l), ())))
    yield Definition("P", (n, k), Quotient(Exp(at("W", n, k)), Big(l, size, Exp(at("W", n, l)), ())))
    yield Definition("mu", (), Quotient(Big(k, size, at("z", k), ()), size))
    spread = Plus((ONE, Big(l, size, Power(Plus((at("z", l), Neg(at("z", k)))), number(2)), ())))
    yield Definition("r", (k,), Power(spread, Number(Fraction(1, 2))))


def draw(setting: Setting, sizes: Mapping[str, int], random: Random) -> tuple[Meaning, dict[str, int]]:
    """A point at which the facts hold, and the indices that facts fix."""
    mode = random.choice(("mixed", "mixed", "mixed", "positive", "small"))
    values: dict[Location, Any] = {}
    for name, shape in SHAPES.items():
        for at in product(*(range(1, sizes[s] + 1) for s in shape)):
            values[name, at] = _number(random, mode)
    values |= {(name, ()): _number(random, mode) for name in SCALARS}
    values |= {("t", at): Fraction(random.randint(1, sizes["K"])) for (name, at) in values if name == "t"}
    fixed = {"h": random.randint(1, sizes["K"])}
    for kind in ("positive", "total", "rows", "class", "labels", "one", "inverse", "pointwise"):
        for given in setting.givens:
            if given.kind == kind:
                _impose(given, values, sizes, fixed, bool(setting.positive & {"c", "T"}))
    numbers = {str(s.name): sizes[a] for a, s in setting.sizes.items() if isinstance(s, Symbol)}
    return Meaning(setting.by_name, numbers, values), fixed


def _number(random: Random, mode: str) -> Fraction:
    if mode == "small":
        return Fraction(random.choice((-1, 0, 1, 2)))
    value = Fraction(random.randint(1, 16), random.choice((3, 5, 7)))
    return value if mode == "positive" else value * random.choice((-1, 1))


def _impose(
    given: Given, values: dict[Location, Any], sizes: Mapping[str, int], fixed: Mapping[str, int], positive: bool
) -> None:
    last, name = sizes["K"], given.name
    own = [at for at in values if at[0] == name]
    match given.kind:
        case "positive":
            values |= {at: abs(values[at]) or Fraction(1, 2) for at in own}
        case "total":
            values["y", (last,)] = 1 - sum(values["y", (k,)] for k in range(1, last))
        case "rows":
            for n in range(1, sizes["N"] + 1):
                values["W", (n, last)] = 1 - sum(values["W", (n, k)] for k in range(1, last))
        case "class":
            values |= {at: Fraction(int(at[1] == (fixed["h"],))) for at in own}
        case "labels":
            values |= {("Y", (n, k)): Fraction(int(values["t", (n,)] == k)) for _, (n, k) in own}
        case "one":
            values["T", ()] = Fraction(1)
        case "inverse":
            c = values["c", ()] or Fraction(2)
            values["c", ()] = abs(c) if positive else c
            values["T", ()] = 1 / values["c", ()]
        case "pointwise":
            right, (variable,) = given.fact.relation.right, given.fact.variables
            for k in range(1, last + 1):
                values["v", (k,)] = Meaning({}, sizes, values).value(put(right, variable.name, number(k)), {})
