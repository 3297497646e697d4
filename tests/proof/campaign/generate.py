"""Random terms of the fragment, made as terms: no SymPy that could cancel anything on the way."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symderiv.nodes import (
    ONE,
    Big,
    D,
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

from .names import same_index
from .settings import DEFINED, SCALARS, SHAPES, Setting

Letters = dict[str, str]
VALUES = ("z", "z", "z", "y", "x", "x", "W", "A", "u", "v")
VARIABLES = ("z", "z", "z", "z", "x", "y", "W", "A", "a", "T", "c")


class Maker:
    """Draws terms in which every index stands in an axis of its own size."""

    def __init__(self, random: Random, setting: Setting) -> None:
        self.random = random
        self.setting = setting
        self.defined = [n for n in DEFINED if n in setting.by_name]

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def index(self, axis: str, letters: Letters) -> Term:
        """An index for an axis: a letter in scope, seldom a literal or a label."""
        names = [a for a, size in letters.items() if size == axis]
        pick = self.random.random()
        if pick < 0.04 or not names:
            fits = self.setting.sizes[axis] is not number(1)
            return number(2 if fits and self.chance(0.3) else 1)
        samples = [a for a, size in letters.items() if size == "N"]
        if pick < 0.1 and axis == "K" and samples and self.setting.given("labels"):
            return Entry("t", (Symbol(self.random.choice(samples)),))
        return Symbol(self.random.choice(names))

    def entry(self, name: str, letters: Letters) -> Term:
        """An entry of an array, or the scalar of that name."""
        axes = SHAPES.get(name) or DEFINED.get(name) or ()
        return Entry(name, tuple(self.index(a, letters) for a in axes)) if axes else Symbol(name)

    def leaf(self, letters: Letters) -> Term:
        pick = self.random.random()
        if pick < 0.5:
            return self.entry(self.random.choice((*VALUES, "Y") if self.setting.given("labels") else VALUES), letters)
        if pick < 0.65:
            return self.entry(self.random.choice(self.defined), letters)
        if pick < 0.75:
            return Symbol(self.random.choice(SCALARS))
        if pick < 0.83:
            return same_index(self.index("K", letters), self.index("K", letters))
        if pick < 0.87:
            return self.setting.sizes[self.random.choice("KKN")]
        return self.rational()

    def rational(self) -> Number:
        return Number(Fraction(self.random.choice((-2, -1, 1, 2, 3)), self.random.choice((1, 1, 1, 2, 3))))

    def bound(self, letters: Letters, axis: str) -> tuple[Symbol, Letters]:
        """A letter for a sum, at times one that means something else around it."""
        name = self.random.choice("ijklmn")
        if name in letters and self.chance(0.7):
            name = self.random.choice("klmr")
        return Symbol(name), {**letters, name: axis}

    def sum_over(self, depth: int, letters: Letters, positive: bool = False) -> Term:
        axis = "N" if self.chance(0.15) else "K"
        index, inner = self.bound(letters, axis)
        body = self.positive(depth, inner) if positive else self.term(depth, inner)
        others = [a for a in letters if letters[a] == axis and a != index.name]
        excluded = (Symbol(self.random.choice(others)),) if others and self.chance(0.15) and not positive else ()
        return Big(index, self.setting.sizes[axis], body, excluded)

    def punctured(self, depth: int, letters: Letters) -> Term:
        """A sum over the other indices that divides by a difference."""
        index, inner = self.bound(letters, "K")
        others = [a for a in letters if letters[a] == "K" and a != index.name]
        other = Symbol(self.random.choice(others or ["i"]))
        if other is index or not others:
            return self.sum_over(depth, letters)
        pole = Plus((Entry("z", (index,)), Neg(Entry("z", (other,)))))
        return Big(index, self.setting.sizes["K"], Quotient(self.term(depth, inner), pole), (other,))

    def pair(self, letters: Letters) -> Term:
        """x_i/(x_i + x_j)."""
        u, v = (Entry("x", (self.index("K", letters),)) for _ in range(2))
        return Quotient(self.random.choice((u, v, ONE)), Plus((u, v)))

    def derivative(self, depth: int, letters: Letters) -> Term:
        simple = [n for n in self.defined if n in ("p", "s", "g")]
        if simple and self.chance(0.12):
            variable = self.entry(self.random.choice(simple), letters)
            return D(self.term(min(depth, 1), letters, free_of_derivatives=True), variable)
        body = self.term(depth, letters)
        # mostly by something that the body depends on
        reached = sorted(self.setting.reached(body) & frozenset(VARIABLES))
        name = self.random.choice(reached) if reached and self.chance(0.85) else self.random.choice(VARIABLES)
        return D(body, self.entry(name, letters))

    def textbook(self, letters: Letters) -> Term:
        """What claims are usually about: gradients of named values, shares that add up, weighted sums."""
        k, inner = self.bound(letters, "K")
        size = self.setting.sizes["K"]
        loss, z_i, z_j = Symbol("L"), self.entry("z", letters), self.entry("z", letters)
        share = Entry(self.random.choice(("p", "s")), (k,))
        weighted = Times((Entry("y", (k,)), self.random.choice((self.leaf(inner), Log(share), self.entry("z", inner)))))
        choices = (
            D(loss, z_i),
            D(D(loss, z_i), z_j),
            D(loss, self.entry("p", letters)),
            D(self.entry(self.random.choice(self.defined), letters), self.entry(self.random.choice("zzcxW"), letters)),
            D(Big(k, size, Times((share, Log(share))), ()), z_i),
            D(Log(Big(k, size, Exp(Entry("z", (k,))), ())), z_i),
            Big(k, size, weighted, ()),
            D(Big(k, size, weighted, ()), z_i),
            D(D(Big(k, size, Exp(Times((Symbol("a"), Entry("z", (k,))))), ()), z_i), z_j),
            Times((Big(k, size, Entry("y", (k,)), ()), self.term(1, letters))),
            Big(k, size, Times((Entry("W", (self.index("N", inner), k)), self.leaf(inner))), ()),
            Times((Symbol("T"), self.term(1, letters))),
            D(Times((Stop(self.entry("p", letters)), z_i)), z_j),
        )
        return self.random.choice(choices)

    def positive(self, depth: int, letters: Letters) -> Term:
        """A term that is positive by the facts, wherever it has a value."""
        names = sorted(self.setting.positive)
        pick = self.random.randrange(12)
        if depth == 0 or pick < 4:
            if names and self.chance(0.6):
                return self.entry(self.random.choice(names), letters)
            return Exp(self.leaf(letters))
        below = depth - 1
        match pick:
            case 4:
                return self.sum_over(below, letters, positive=True)
            case 5:
                return Plus((ONE, Exp(self.term(below, letters))))
            case 6:
                return Times((self.positive(below, letters), self.positive(below, letters)))
            case 7:
                return Quotient(self.positive(below, letters), self.positive(below, letters))
            case 8:
                return Plus((ONE, Power(self.term(below, letters), number(2))))
            case 9:
                return Power(self.positive(below, letters), Number(Fraction(1, 2)))
            case 10:
                return Plus((self.positive(below, letters), self.positive(below, letters)))
        return Exp(self.term(below, letters))

    def term(self, depth: int, letters: Letters, free_of_derivatives: bool = False) -> Term:
        """A random term of at most a depth."""
        if depth <= 0:
            return self.leaf(letters)
        below = lambda: self.term(depth - 1, letters, free_of_derivatives)  # noqa: E731
        pick = self.random.randrange(30)
        if pick < 5:
            return Plus(tuple(below() for _ in range(self.random.choice((2, 2, 3)))))
        if pick < 10:
            return Times(tuple(below() for _ in range(self.random.choice((2, 2, 3)))))
        if pick < 15:
            return self.sum_over(depth - 1, letters)
        if pick < 20 and not free_of_derivatives:
            return self.derivative(depth - 1, letters)
        match pick:
            case 20:
                return Neg(below())
            case 21:
                return Quotient(below(), self.positive(depth - 1, letters))
            case 22:
                return Quotient(below(), below())
            case 23:
                return Power(below(), number(self.random.choice((2, 2, 3, -1, -2))))
            case 24:
                exponents = (Number(Fraction(1, 2)), Symbol("a"), Symbol("b"), self.leaf(letters))
                return Power(self.positive(depth - 1, letters), self.random.choice(exponents))
            case 25:
                return Log(self.positive(depth - 1, letters))
            case 26:
                return Stop(below())
            case 27:
                return self.pair(letters)
            case 28:
                return self.punctured(0, letters)
        return Exp(self.term(min(depth - 1, 1), letters, free_of_derivatives))
