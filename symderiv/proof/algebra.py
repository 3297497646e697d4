"""Rational functions over atoms: Laurent polynomials over products of irreducible polynomials.

A fraction is kept in lowest terms with its denominator factored, so that adding needs no common divisors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from math import lcm
from typing import Any

from symderiv.proof.atoms import Atom, Index
from symderiv.proof.budget import Budget, Meter, OutOfBudget, Valueless
from symderiv.proof.fractions import FINEST, Below, Factor, Factored, Finer, Ratio
from symderiv.proof.polynomials import (
    RATIONAL_ONE,
    Exponent,
    Poly,
    added,
    factors,
    multiplied,
    quotient,
    raised,
    rational,
)

LONGEST = 1_000_000  # bits of a number that is raised to a power


class Algebra:
    """The atoms and factors met so far, and arithmetic with them."""

    def __init__(self, budget: Budget) -> None:
        self.meter = Meter(budget)
        self.atoms: list[Atom] = []
        self.factors: list[Factor] = []
        self.folding: set[int] = set()
        self.fold: Callable[[Atom, Exponent], tuple[Exponent, Ratio] | None] = lambda _, __: None
        self.finest: dict[int, int] = {}  # what root of an atom is in use, where it is one
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._factor_numbers: dict[frozenset[Any], int] = {}
        self._factored: dict[frozenset[Any], Factored] = {}
        self.zero = Ratio({})
        self.one = Ratio({(): RATIONAL_ONE})

    def atom(self, kind: str, content: tuple[Any, ...], **details: Any) -> Atom:
        """The atom of that kind and content, made if it is new."""
        key = (kind, *content)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.atoms)
            self.atoms.append(Atom(number, kind, content, **details))
            if self.atoms[-1].folding:
                self.folding.add(number)
        return self.atoms[number]

    def rational(self, value: Any) -> Ratio:
        """A rational number."""
        return Ratio({(): rational(value)}) if value else self.zero

    def power_of(self, atom: Atom, exponent: Exponent = 1) -> Ratio:
        """A power of an atom."""
        return self.settled(Ratio({((atom.number, exponent),): RATIONAL_ONE})) if exponent else self.one

    def add(self, many: Iterable[Ratio]) -> Ratio:
        """The sum."""
        return reduce(self.plus, many, self.zero)

    def plus(self, a: Ratio, b: Ratio) -> Ratio:
        """a + b."""
        if not a.terms:
            return b
        if not b.terms:
            return a
        if a.below == b.below:
            return self._cancelled(added(a.terms, b.terms), a.below)
        below = _joined(a.below, b.below)
        left, right = self.over_common(a, below), self.over_common(b, below)
        # factors may hold roots, so products with them fold
        return self.settled(self._cancelled(added(left, right), tuple(sorted(below.items()))))

    def minus(self, a: Ratio, b: Ratio) -> Ratio:
        """a - b."""
        return self.plus(a, self.scaled(b, -1))

    def scaled(self, a: Ratio, by: Any) -> Ratio:
        """A rational multiple."""
        return Ratio({m: c * by for m, c in a.terms.items()}, a.below) if by else self.zero

    def times(self, a: Ratio, b: Ratio) -> Ratio:
        """a b."""
        if a is self.one:
            return b
        if b is self.one:
            return a
        terms = self._product(a.terms, b.terms)
        if not a.below and not b.below:
            return self.settled(Ratio(terms))
        below = dict(a.below)
        for f, e in b.below:
            below[f] = below.get(f, 0) + e
        return self.settled(self._cancelled(terms, tuple(sorted(below.items()))))

    def product(self, many: Iterable[Ratio]) -> Ratio:
        """The product."""
        return reduce(self.times, many, self.one)

    def inverse(self, a: Ratio) -> Ratio:
        """1/a; raises `Valueless` for a = 0."""
        content, mono, factors = self.factored(a.terms)
        top: Poly = {raised(mono, -1): 1 / content}
        for f, e in a.below:
            for _ in range(e):
                top = self._product(top, self.factors[f].terms)
        return self.settled(Ratio(top, factors))

    def over(self, a: Ratio, b: Ratio) -> Ratio:
        """a / b."""
        return self.times(a, self.inverse(b))

    def power(self, a: Ratio, n: int) -> Ratio:
        """An integer power."""
        if n <= 0:
            return self.inverse(self.power(a, -n)) if n else self.one
        if len(a.terms) == 1:
            ((mono, c),) = a.terms.items()
            if c * c != 1 and n * max(c.p.bit_length(), c.q.bit_length()) > LONGEST:
                raise OutOfBudget(f"budget: the power {n} of a number")
            return self.settled(Ratio({raised(mono, n): c**n}, tuple((f, e * n) for f, e in a.below)))
        if n > 64:
            raise OutOfBudget(f"budget: the power {n} of a sum")
        found, square = self.one, a
        while n:
            if n & 1:
                found = self.times(found, square)
            n >>= 1
            square = self.times(square, square) if n else square
        return found

    def factored(self, terms: Poly) -> Factored:
        """Content, monomial and irreducible factors of a polynomial; raises `Valueless` for 0."""
        if not terms:
            raise Valueless("a division by an expression that is 0 at every point")
        if len(terms) == 1:
            ((mono, c),) = terms.items()
            return c, mono, ()
        key = frozenset(terms.items())
        if key not in self._factored:
            self._factored[key] = self._factor(terms)
        return self._factored[key]

    def factor(self, terms: Poly) -> Factor:
        """The record of an irreducible polynomial, its first coefficient positive."""
        key = frozenset(terms.items())
        number = self._factor_numbers.get(key)
        if number is None:
            number = self._factor_numbers[key] = len(self.factors)
            used = [self.atoms[n] for n in sorted({n for m in terms for n, _ in m})]
            names = frozenset().union(*(a.names for a in used))
            arrays = frozenset().union(*(a.arrays for a in used))
            level = max((a.level for a in used), default=0)
            self.factors.append(Factor(number, terms, names, arrays, level, frozenset(a.number for a in used)))
        return self.factors[number]

    def factor_power(self, number: int, exponent: int) -> Ratio:
        """A power of a factor."""
        if exponent < 0:
            return Ratio(self.one.terms, ((number, -exponent),))
        return self.power(Ratio(self.factors[number].terms), exponent)

    def names(self, a: Ratio) -> frozenset[Index]:
        """The indices free in a fraction."""
        used = {n for m in a.terms for n, _ in m}
        found = [self.atoms[n].names for n in used] + [self.factors[f].names for f, _ in a.below]
        return frozenset().union(*found)

    def arrays(self, a: Ratio) -> frozenset[str]:
        """The arrays and scalars a fraction depends on."""
        used = {n for m in a.terms for n, _ in m}
        found = [self.atoms[n].arrays for n in used] + [self.factors[f].arrays for f, _ in a.below]
        return frozenset().union(*found)

    def level(self, a: Ratio) -> int:
        """The deepest level of a sum closed inside a fraction."""
        used = {n for m in a.terms for n, _ in m}
        levels = [self.atoms[n].level for n in used] + [self.factors[f].level for f, _ in a.below]
        return max(levels, default=0)

    def over_common(self, a: Ratio, below: dict[int, int]) -> Poly:
        """The numerator over a denominator that is a multiple of its own."""
        terms, own = a.terms, dict(a.below)
        for f, e in below.items():
            for _ in range(e - own.get(f, 0)):
                terms = self._product(terms, self.factors[f].terms)
        return terms

    def _product(self, a: Poly, b: Poly) -> Poly:
        if len(a) * len(b) > 64:
            self.meter.check(terms=max(len(a), len(b), len(a) * len(b) // 8))
        return multiplied(a, b)

    def settled(self, a: Ratio) -> Ratio:
        """Fold powers of atoms that have a relation, such as a square root's square."""
        if not self.folding:
            return a
        kept: Poly = {}
        others: list[Ratio] = []
        for mono, c in a.terms.items():
            rest, extra = mono, None
            for place, (n, e) in enumerate(mono):
                if n in self.folding:
                    extra = self.fold(self.atoms[n], e)
                    if extra is not None:
                        middle = ((n, extra[0]),) if extra[0] else ()
                        rest = (*mono[:place], *middle, *mono[place + 1 :])
                        break
            if extra is None:
                kept[mono] = c
            else:
                others.append(self.times(Ratio({rest: c}, a.below), extra[1]))
        if not others:
            return a
        return self.add((self._cancelled(kept, a.below), *others))

    def _cancelled(self, terms: Poly, below: Below) -> Ratio:
        if not terms:
            return self.zero
        if not below or len(terms) == 1:
            return Ratio(terms, below)
        left: list[tuple[int, int]] = []
        for f, e in below:
            while e:
                quotient = self._quotient(terms, self.factors[f])
                if quotient is None:
                    break
                terms, e = quotient, e - 1
            if e:
                left.append((f, e))
        return Ratio(terms, tuple(left))

    def _quotient(self, terms: Poly, factor: Factor) -> Poly | None:
        """A polynomial divided by a factor, or None where that leaves a rest."""
        if len(terms) < 2 or not factor.atoms <= {n for m in terms for n, _ in m}:
            return None
        return quotient(terms, factor.terms, self.finest)

    def _factor(self, terms: Poly) -> Factored:
        self.meter.check()
        self._note_roots(terms)
        content, mono, found = factors(terms, self.finest)
        return content, mono, tuple(sorted((self.factor(part).number, e) for part, e in found))

    def _note_roots(self, terms: Poly) -> None:
        """Remember roots of atoms; raise `Finer` where polynomials were factored without knowing of them."""
        for n, e in (pair for mono in terms for pair in mono):
            if 1 < e.denominator <= FINEST and self.finest.get(n, 1) % e.denominator:
                finer = lcm(self.finest.get(n, 1), e.denominator)
                if self.atoms[n].kind == "exp" and any(n in f.atoms for f in self.factors):
                    raise Finer(finer)
                self.finest[n] = finer


def _joined(a: Below, b: Below) -> dict[int, int]:
    found = dict(a)
    for f, e in b:
        found[f] = max(e, found.get(f, 0))
    return found
