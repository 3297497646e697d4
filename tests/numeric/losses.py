"""Random losses as problems: what is made of softmax, sigmoids, logarithms, weights and sums in every combination.

Every loss has a value and a gradient wherever its weights are positive; a seed alone rebuilds it.
"""

from __future__ import annotations

from random import Random
from typing import Any

from sympy import Expr, IndexedBase, S, Sum, exp, log, symbols

import symderiv as sd
from symderiv.problem import Problem

K, N, T = symbols("K N T")
c, i, k, l, m, n = symbols("c i k l m n")  # noqa: E741  # the letters of the field
z, y, p, s, t, w, v = map(IndexedBase, ("z", "y", "p", "s", "t", "w", "v"))
VARIABLES = {
    False: {"z": z[i], "y": y[i], "w": w[i], "T": T},
    True: {"z": z[m, i], "y": y[m, i], "w": w[i], "v": v[m], "T": T},
}


class Losses:
    """Draws losses over classes k, and over rows n as well where ``rows`` is true."""

    def __init__(self, random: Random, rows: bool) -> None:
        self.random, self.rows = random, rows

    def at(self, of: Any, letter: Any) -> Expr:
        return of[n, letter] if self.rows else of[letter]

    def total(self, letter: Any, body: Expr) -> Expr:
        return Sum(body, (letter, 1, N if letter in (m, n) else K))

    def weight(self, letter: Any) -> Expr:
        """A positive factor."""
        pick = self.random.randrange(5)
        return (w[letter], v[n] if self.rows else T, T, S(self.random.choice((2, 3))), 1 / K)[pick]

    def logits(self, letter: Any) -> Expr:
        """What stands in an exponent."""
        pick = self.random.randrange(8)
        own = self.at(z, letter)
        if pick < 4:
            return own
        return (own / T, own * w[letter], own - self.at(y, letter), -own)[pick - 4]

    def share(self, letter: Any, inner: Any) -> Expr:
        """Something between 0 and 1."""
        pick = self.random.randrange(7)
        if pick < 2:
            return self.at(p, letter)
        if pick == 2:
            return self.at(s, letter)
        if pick == 3:
            return 1 / (1 + exp(self.logits(letter)))
        if pick == 4:
            a = self.logits(letter)
            return exp(a) / self.total(inner, exp(a.subs(letter, inner)))
        if pick == 5:
            return self.at(p, letter) ** self.random.choice((2, 3, S.Half, T))
        return 1 - self.at(self.random.choice((p, s)), letter)

    def positive(self, depth: int, letter: Any, inner: Any) -> Expr:
        """Something with a logarithm."""
        pick = self.random.randrange(7 if depth else 4)
        if pick == 0:
            return self.weight(letter)
        if pick == 1:
            return 1 + exp(self.logits(letter))
        if pick < 4:
            return self.share(letter, inner)
        if pick == 4:
            return self.weight(letter) * self.positive(depth - 1, letter, inner)
        if pick == 5:
            a = self.logits(inner)
            return self.total(inner, self.weight(inner) * exp(a) if self.random.random() < 0.4 else exp(a))
        return self.positive(depth - 1, letter, inner) + self.positive(depth - 1, letter, inner)

    def term(self, depth: int, letter: Any, inner: Any) -> Expr:
        """Anything at one class."""
        below = lambda: self.term(depth - 1, letter, inner)  # noqa: E731  # reads as the recursion it is
        pick = self.random.randrange(6 if depth == 0 else 14)
        if pick < 2:
            return (self.at(z, letter), self.at(y, letter), self.weight(letter))[self.random.randrange(3)]
        if pick == 2:
            return self.share(letter, inner)
        if pick < 6:
            return log(self.positive(max(depth - 1, 0), letter, inner))
        if pick == 6:
            return below() + below()
        if pick == 7:
            return below() - below()
        if pick < 10:
            return below() * below()
        if pick == 10:
            return below() ** 2
        if pick == 11:
            return below() / self.positive(depth - 1, letter, inner)
        if pick == 12:
            return self.total(inner, self.term(depth - 1, inner, letter))
        return self.at(y, letter) * log(self.share(letter, inner))

    def value(self) -> Expr:
        """A number, or one for each class or row."""
        depth = self.random.choice((1, 2, 2, 3))
        found = self.term(depth, k, l)
        pick = self.random.randrange(10)
        if pick == 0:
            return found
        found = self.total(k, found)
        if pick == 1:
            found = found / self.total(k, self.positive(1, k, l))
        if pick == 2:
            found = log(self.total(k, self.positive(1, k, l)))
        if pick == 3:
            found = found**2
        return found if not self.rows or pick == 4 else self.total(n, found) / self.random.choice((1, 1, N))

    def problem(self, labelled: bool = False) -> Problem:
        """A loss with a variable that it depends on; with ``labelled`` y is one-hot."""
        while True:
            value = self.value()
            where = {}
            if value.has(p):
                where[self.at(p, k)] = sd.softmax(self.at(z, k), k)
            if value.has(s):
                where[self.at(s, k)] = 1 / (1 + exp(-self.at(z, k)))
            every = (value, *where.values())
            known = [of for of in (z, w, v, T, y) if any(e.has(of) for e in every)]
            variables = [VARIABLES[self.rows][str(of)] for of in known if not labelled or of is not y]
            empty = any(u.function == 0 for e in every for u in e.atoms(Sum))  # times 0 nothing depends on anything
            if variables and not empty and (y in known or not labelled):
                wrt = variables[0] if self.random.random() < 0.7 else self.random.choice(variables)
                given = [sd.one_hot(self.at(y, k), t[n] if self.rows else c)] if labelled else []
                return Problem("random", value, wrt, where, given)
