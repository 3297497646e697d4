"""Exact arithmetic with exponentials and logarithms of rational numbers.

Values are fractions of integer polynomials in ``t = e^(1/unit)`` and in further generators made on
demand: logarithms of irreducible polynomials and primes, roots of them, exponentials of other
monomials, values of opaque functions. Two elements with the same fraction are the same number; two
with different fractions are told apart by intervals (arb), never by the formal difference alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import flint

from symderiv.errors import SymderivError

GENERATORS = 48
_NAMES = tuple(f"g{n}" for n in reversed(range(GENERATORS)))
# enclosures only: that nothing is known about them else can only leave a difference undecided
CONSTANTS: dict[str, Callable[[], Any]] = {
    "pi": flint.arb.pi,
    "EulerGamma": flint.arb.const_euler,
    "Catalan": flint.arb.const_catalan,
    "GoldenRatio": lambda: (1 + flint.arb(5).sqrt()) / 2,
}
Poly = Any  # flint.fmpz_mpoly; python-flint is untyped


class Undefined(SymderivError):
    """The expression has no real value at this point: a division by 0, a logarithm of -1."""


class NotExact(SymderivError):
    """The value lies outside what this arithmetic can represent or tell from 0."""


class Finer(SymderivError):
    """An exponential needs t to be a finer root of e."""

    def __init__(self, factor: int) -> None:
        super().__init__(f"needs the {factor}th root of t")
        self.factor = factor


@dataclass(frozen=True, slots=True)
class Element:
    """A fraction of two polynomials without common factor."""

    top: Poly
    bottom: Poly


@dataclass(frozen=True, slots=True)
class _Generator:
    """A transcendental or algebraic number: its enclosure, its logarithm if that is known, its relation."""

    value: Callable[[], Any]
    log: Callable[[], Element] | None = None
    logarithm_of: Poly | None = None
    relation: tuple[int, Poly] | None = None


class Field:
    """The field generated so far, at one point; ``unit`` fixes t = e^(1/unit)."""

    def __init__(self, unit: int = 1) -> None:
        self.unit = unit
        self.context = flint.fmpz_mpoly_ctx.get(_NAMES, "lex")
        # the newest generator is the largest in the order, so a root reduces by plain division
        self._variables = tuple(reversed(self.context.gens()))
        self._generators: list[_Generator] = []
        self._places: dict[tuple[Any, ...], int] = {}
        self._one = self.context.constant(1)
        self._relations: list[Poly] = []
        e = _Generator(lambda: flint.arb(flint.fmpq(1, unit)).exp(), lambda: self.rational(Fraction(1, unit)))
        self._new(("t",), e)

    def rational(self, value: Fraction | int) -> Element:
        """A rational number."""
        value = Fraction(value)
        return Element(self.context.constant(value.numerator), self.context.constant(value.denominator))

    def add(self, many: Iterable[Element]) -> Element:
        """The sum."""
        return reduce(self._plus, many, self.rational(0))

    def multiply(self, many: Iterable[Element]) -> Element:
        """The product."""
        return reduce(lambda a, b: self._make(a.top * b.top, a.bottom * b.bottom), many, self.rational(1))

    def divide(self, a: Element, b: Element) -> Element:
        """The quotient; raises `Undefined` for a denominator 0."""
        if b.top.is_zero():
            raise Undefined("a division by 0")
        return self._make(a.top * b.bottom, a.bottom * b.top)

    def power(self, base: Element, exponent: Element) -> Element:
        """The power; other than integer exponents need a positive base."""
        n = self.fraction(exponent)
        if n is not None and n.denominator == 1 and abs(n) <= 64:
            if n < 0:
                return self.divide(self.rational(1), self.power(base, self.rational(-n)))
            return self._make(base.top ** int(n), base.bottom ** int(n))
        if base.top.is_zero() and n is not None:
            if n < 0:
                raise Undefined("a division by 0")
            return self.rational(0)
        return self.exp(self.multiply((exponent, self.log(base))))

    def exp(self, a: Element) -> Element:
        """The exponential: exact for rational combinations of 1 and of known logarithms."""
        scale = int(a.bottom.leading_coefficient()) if a.bottom.is_constant() else 1
        found = self.rational(1)
        for monomial, coefficient in self._terms(a.top):
            c = Fraction(int(coefficient), scale)
            found = self.multiply((found, self._exp_of(monomial, c, None if a.bottom.is_constant() else a.bottom)))
        return found

    def log(self, a: Element) -> Element:
        """The natural logarithm; raises `Undefined` unless the element is positive."""
        if self.sign(a) <= 0:
            raise Undefined("a logarithm of a number that is not positive")
        return self._plus(self._log_of(a.top), self.multiply((self.rational(-1), self._log_of(a.bottom))))

    def opaque(self, name: str, arguments: Iterable[Element]) -> Element:
        """The value of a function nothing is known about, or of a number known by its enclosures."""
        key = ("opaque", name, *(part for a in arguments for part in (str(a.top), str(a.bottom))))

        def value() -> Any:
            if len(key) > 2 or name not in CONSTANTS:
                raise NotExact(f"the function {name} has no exact value")
            return CONSTANTS[name]()

        return self._element(self._place(key, lambda: _Generator(value)))

    def difference(self, a: Element, b: Element) -> Element:
        """a - b."""
        return self._plus(a, Element(-b.top, b.bottom))

    def fraction(self, a: Element) -> Fraction | None:
        """The element as a rational number, or None where it is none formally."""
        if not (a.top.is_constant() and a.bottom.is_constant()):
            return None
        return Fraction(int(a.top.leading_coefficient()) if a.top else 0, int(a.bottom.leading_coefficient()))

    def sign(self, a: Element) -> int:
        """-1, 0 or 1, certified; raises `NotExact` where intervals cannot tell the element from 0."""
        if a.top.is_zero():
            return 0
        for bits in (64, 256, 1024):
            value = self.enclosure(a, bits)
            if value > 0:
                return 1
            if value < 0:
                return -1
        raise NotExact("a difference that intervals of 1024 bits cannot tell from 0")

    def enclosure(self, a: Element, bits: int = 64) -> Any:
        """An interval around the element (flint.arb)."""
        before, flint.ctx.prec = flint.ctx.prec, bits
        try:
            return self._numeric(a.top) / self._numeric(a.bottom)
        finally:
            flint.ctx.prec = before

    def _plus(self, a: Element, b: Element) -> Element:
        if a.bottom == b.bottom:
            return self._make(a.top + b.top, a.bottom)
        return self._make(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom)

    def _make(self, top: Poly, bottom: Poly) -> Element:
        for relation in self._relations:
            top, bottom = divmod(top, relation)[1], divmod(bottom, relation)[1]
        if bottom.is_zero():
            raise Undefined("a division by 0")
        if bottom.is_constant() and abs(int(bottom.leading_coefficient())) == 1:
            return Element(top * bottom, self._one)
        common = top.gcd(bottom)
        if not common.is_one():
            top, bottom = top // common, bottom // common
        return Element(-top, -bottom) if bottom.leading_coefficient() < 0 else Element(top, bottom)

    def _new(self, key: tuple[Any, ...], generator: _Generator) -> int:
        if len(self._generators) == GENERATORS:
            raise NotExact(f"more than {GENERATORS} independent logarithms and exponentials at one point")
        self._generators.append(generator)
        self._places[key] = len(self._generators) - 1
        return self._places[key]

    def _place(self, key: tuple[Any, ...], make: Callable[[], _Generator]) -> int:
        place = self._places.get(key)
        return self._new(key, make()) if place is None else place

    def _element(self, place: int, exponent: int = 1) -> Element:
        variable = self._variables[place] ** abs(exponent)
        return Element(variable, self._one) if exponent >= 0 else Element(self._one, variable)

    def _terms(self, poly: Poly) -> Iterator[tuple[dict[int, int], Any]]:
        """The terms as exponents by generator, and their coefficients."""
        for exponents, coefficient in poly.terms():
            yield {GENERATORS - 1 - n: int(e) for n, e in enumerate(exponents) if e}, coefficient

    def _numeric(self, poly: Poly) -> Any:
        values: dict[int, Any] = {}
        total = flint.arb(0)
        for monomial, coefficient in self._terms(poly):
            part = flint.arb(coefficient)
            for place, exponent in monomial.items():
                if place not in values:
                    values[place] = self._generators[place].value()
                part *= values[place] ** exponent
            total += part
        return total

    def _log_of(self, poly: Poly) -> Element:
        """The sum of the logarithms of the absolute values of a polynomial's factors."""
        content, factors = poly.factor()
        parts = [(self.context.constant(int(p)), int(n)) for p, n in flint.fmpz(abs(int(content))).factor()]
        parts += [(factor, int(n)) for factor, n in factors]
        return self.add(self.multiply((self.rational(n), self._log_of_factor(g))) for g, n in parts)

    def _log_of_factor(self, g: Poly) -> Element:
        if self.sign(Element(g, self._one)) < 0:
            g = -g
        terms = list(self._terms(g))
        if len(terms) == 1 and len(terms[0][0]) == 1:
            known = self._generators[next(iter(terms[0][0]))].log
            if known is not None:
                return known()

        def make() -> _Generator:
            return _Generator(lambda: self._numeric(g).log(), logarithm_of=g)

        return self._element(self._place(("log", str(g)), make))

    def _exp_of(self, monomial: dict[int, int], c: Fraction, below: Poly | None) -> Element:
        """e to the c times a monomial over a denominator."""
        if not monomial and below is None:
            if (c * self.unit).denominator > 1:
                raise Finer((c * self.unit).denominator)
            return self._element(0, int(c * self.unit))
        if below is None and list(monomial.values()) == [1]:
            argument = self._generators[next(iter(monomial))].logarithm_of
            if argument is not None:
                return self._to_the(argument, c)
        exponent = self.multiply(self._element(place, n) for place, n in monomial.items())
        exponent = self.divide(exponent, Element(below or self._one, self._one))
        exponent = self.divide(exponent, self.rational(c.denominator))
        key = ("exp", str(exponent.top), str(exponent.bottom))

        def value() -> Any:
            return (self._numeric(exponent.top) / self._numeric(exponent.bottom)).exp()

        return self._element(self._place(key, lambda: _Generator(value, lambda: exponent)), c.numerator)

    def _to_the(self, g: Poly, c: Fraction) -> Element:
        """A positive irreducible polynomial to a rational power."""
        whole = c.numerator // c.denominator
        part = (c - whole) * c.denominator
        found = self._make(g**whole, self._one) if whole >= 0 else self._make(self._one, g**-whole)
        if not part:
            return found
        degree = c.denominator

        def log() -> Element:
            return self.divide(self._log_of_factor(g), self.rational(degree))

        def make() -> _Generator:
            return _Generator(lambda: (self._numeric(g).log() / degree).exp(), log, relation=(degree, g))

        place = self._place(("root", degree, str(g)), make)
        relation = self._variables[place] ** degree - g
        if relation not in self._relations:
            self._relations.append(relation)
        return self.multiply((found, self._element(place, int(part))))
