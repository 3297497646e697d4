"""A product or fraction seen as powers of bases, and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from symderiv.binders import key
from symderiv.keys import is_scalar
from symderiv.terms import (
    Big,
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
    Symbol,
    Term,
    Times,
    number,
    power,
    quo,
    signed,
    times,
)


@dataclass(frozen=True)
class Factor:
    """A base with its rational exponent; a power with a symbolic exponent is a base itself."""

    base: Term
    exponent: int | Fraction


@dataclass(frozen=True)
class Product:
    """coefficient * product of the factors, equal bases together, in the order met."""

    coefficient: Fraction
    factors: tuple[Factor, ...]

    def powers(self) -> dict[Term, int | Fraction]:
        """Exponents by the bases' keys."""
        return {key(f.base): f.exponent for f in self.factors}


def view(t: Term) -> Product:
    """t as a product of powers of bases."""
    coefficient = Fraction(1)
    bases: dict[Term, Factor] = {}
    for base, exponent in _flat(t, 1):
        if isinstance(base, Number) and (base.value or exponent > 0) and exponent.denominator == 1:
            coefficient *= base.value ** int(exponent)
            continue
        if isinstance(base, Delta) and exponent > 0:
            exponent = 1
        k = key(base)
        if k in bases:
            total = bases[k].exponent + exponent
            bases[k] = Factor(bases[k].base, 1 if isinstance(base, Delta) and total > 0 else total)
        else:
            bases[k] = Factor(base, exponent)
    return Product(coefficient, tuple(f for f in bases.values() if f.exponent))


def _flat(t: Term, sign: int) -> Iterable[tuple[Term, int | Fraction]]:
    match t:
        case Times(many):
            for u in many:
                yield from _flat(u, sign)
        case Neg(u):
            yield number(-1), 1
            yield from _flat(u, sign)
        case Quotient(u, v):
            yield from _flat(u, sign)
            yield from _flat(v, -sign)
        case Power(u, Number(n)) if n.denominator == 1:
            for base, exponent in _flat(u, 1):
                yield base, exponent * int(n) * sign
        case Power(u, Number(n)) if not isinstance(u, Number):
            yield u, n * sign
        case _:
            yield t, sign


def product(p: Product) -> Term:
    """The term of a product, factors as they stand, one fraction line with the sums behind it."""
    above = [f for f in p.factors if f.exponent > 0]
    if len(above) < len(p.factors) or p.coefficient.denominator > 1:
        sums = tuple(f for f in above if isinstance(f.base, Big))
        if sums:
            rest = Product(p.coefficient, tuple(f for f in p.factors if f not in sums))
            return times(product(rest), *(_power(f.base, f.exponent) for f in sums))
    tops = [_power(f.base, f.exponent) for f in above]
    bottoms = [_power(f.base, -f.exponent) for f in p.factors if f.exponent < 0]
    size = abs(p.coefficient)
    top = times(number(size.numerator), *tops)
    bottom = times(number(size.denominator), *bottoms)
    return signed(-1 if p.coefficient < 0 else 1, quo(top, bottom))


def _power(base: Term, exponent: int | Fraction) -> Term:
    return power(base, number(exponent))


def rank(t: Term) -> int:
    """The place of a factor in human order: numbers, scalars, entries, brackets, exp, log, delta, sums.

    A bracket of scalars alone stands with the scalars.
    """
    match t:
        case Power(u, _):
            return rank(u)
        case Number():
            return 0
        case Symbol():
            return 1
        case Entry():
            return 2
        case Plus() | Neg() | Quotient():
            return 1 if is_scalar(t) else 3
        case Exp():
            return 4
        case Log() | Function():
            return 5
        case Delta():
            return 6
        case Big():
            return 7
    return 4


def human(p: Product) -> Product:
    """The factors in human order; equal ranks keep their order."""
    return Product(p.coefficient, tuple(sorted(p.factors, key=lambda f: rank(f.base))))


def split(t: Term, moves: Callable[[Term], bool]) -> tuple[Term, Term]:
    """t as (what ``moves`` rejects) * (what it accepts), both as products or fractions."""
    p = view(t)
    inside = tuple(f for f in p.factors if moves(f.base))
    outside = tuple(f for f in p.factors if not moves(f.base))
    return product(Product(p.coefficient, outside)), product(Product(Fraction(1), inside))


def shared(lines: tuple[Product, ...]) -> Product:
    """The greatest common factor of some products, numbers included."""
    first, *others = lines
    factors = []
    for f in first.factors:
        exponents = [f.exponent, *(p.powers().get(key(f.base), 0) for p in others)]
        if all(e > 0 for e in exponents):
            factors.append(Factor(f.base, min(exponents)))
        elif all(e < 0 for e in exponents):
            factors.append(Factor(f.base, max(exponents)))
    return Product(_content([p.coefficient for p in lines]), tuple(factors))


def _content(values: list[Fraction]) -> Fraction:
    top = gcd(*(v.numerator for v in values))
    bottom = lcm(*(v.denominator for v in values))
    return Fraction(abs(top), bottom)


def quotient(p: Product, common: Product) -> Product:
    """p divided by a product that divides it."""
    less = common.powers()
    factors = (Factor(f.base, f.exponent - less.get(key(f.base), 0)) for f in p.factors)
    return Product(p.coefficient / common.coefficient, tuple(f for f in factors if f.exponent))


def alphabetical(i: Term) -> tuple[bool, str]:
    """Deltas read delta_ij, delta_i1: letters in order, a literal last."""
    return (False, i.name) if isinstance(i, Symbol) else (True, str(i))
