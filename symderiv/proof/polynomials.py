"""Laurent polynomials as dictionaries from monomials to rationals, factored and divided by python-flint.

A monomial is a tuple of (atom number, exponent) in the order of the numbers. Exponents are rational:
e^(z/2) is the square root of e^z.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import flint
from flint.utils.flint_exceptions import DomainError

Exponent = int | Fraction
Mono = tuple[tuple[int, Exponent], ...]
Rational = Any  # flint.fmpq; python-flint is untyped
Poly = dict[Mono, Rational]
RATIONAL_ONE = flint.fmpq(1)
DEGREE = 48  # above it e^(1.702 x) is a variable of its own, not the 851st power of one


def rational(value: Any) -> Rational:
    """A whole number or Fraction as a rational of flint."""
    return flint.fmpq(value.numerator, value.denominator) if isinstance(value, Fraction) else flint.fmpq(value)


def exponent(c: Rational) -> Exponent:
    """A rational of flint as an exponent."""
    return int(c.p) if c.q == 1 else Fraction(int(c.p), int(c.q))


def whole(e: Exponent) -> Exponent:
    """The exponent, as an int where it is whole."""
    return int(e) if e.denominator == 1 else e


def merged(m: Mono, n: Mono) -> Mono:
    """The product of two monomials."""
    if not m:
        return n
    if not n:
        return m
    found = dict(m)
    for a, e in n:
        total = found.get(a, 0) + e
        if total:
            found[a] = total
        else:
            del found[a]
    return tuple(sorted(found.items()))


def raised(m: Mono, n: Exponent) -> Mono:
    """A power of a monomial."""
    return tuple((a, e * n) for a, e in m) if n else ()


def added(a: Poly, b: Poly) -> Poly:
    """The sum."""
    if len(a) < len(b):
        a, b = b, a
    found = dict(a)
    for m, c in b.items():
        old = found.get(m)
        total = c if old is None else old + c
        if total:
            found[m] = total
        else:
            del found[m]
    return found


def multiplied(a: Poly, b: Poly) -> Poly:
    """The product."""
    found: Poly = {}
    for m, c in a.items():
        for n, d in b.items():
            mono = merged(m, n)
            old = found.get(mono)
            found[mono] = c * d if old is None else old + c * d
    return {m: c for m, c in found.items() if c}


def content_monomial(terms: Poly) -> Mono:
    """The monomial that divides every term and leaves no atom below or in all of them."""
    least = dict(next(iter(terms)))
    for mono in terms:
        exponents = dict(mono)
        for a in {*least, *exponents}:
            least[a] = min(least.get(a, 0), exponents.get(a, 0))
    return tuple(sorted((a, e) for a, e in least.items() if e))


def factors(terms: Poly, finest: Mapping[int, int]) -> tuple[Rational, Mono, list[tuple[Poly, int]]]:
    """Content, monomial and irreducible factors with whole coefficients, the first one positive."""
    mono = content_monomial(terms)
    (packed,), atoms, steps = _packed((terms,), finest)
    found: list[tuple[Poly, int]] = []
    product: Poly = {(): RATIONAL_ONE}
    for poly, exponent in packed.factor()[1]:
        part = _unpacked(poly, atoms, steps)
        if part[min(part)] < 0:
            part = {m: -c for m, c in part.items()}
        found.append((part, int(exponent)))
        for _ in range(int(exponent)):
            product = multiplied(product, part)
    some = next(iter(terms))
    return terms[some] / product[merged(some, raised(mono, -1))], mono, found


def quotient(terms: Poly, factor: Poly, finest: Mapping[int, int]) -> Poly | None:
    """The polynomial over a factor that has whole coefficients, or None where the division leaves a rest."""
    (top, bottom), atoms, steps = _packed((terms, factor), finest)
    try:
        found = _unpacked(top / bottom, atoms, steps)
    except DomainError:
        return None
    shift = content_monomial(terms)
    denominator = _denominator(terms)
    return {merged(m, shift): c / denominator for m, c in found.items()}


def _packed(polys: Sequence[Poly], finest: Mapping[int, int]) -> tuple[list[Any], list[int], list[Exponent]]:
    """Polynomials of flint in one context, each without monomial content and with whole coefficients."""
    lows = [dict(content_monomial(terms)) for terms in polys]
    seen: dict[int, set[Exponent]] = {a: set() for a in sorted({a for terms in polys for m in terms for a, _ in m})}
    for terms, low in zip(polys, lows, strict=True):
        for exponents in map(dict, terms):
            for a, own in seen.items():
                own.add(exponents.get(a, 0) - low.get(a, 0))
    steps = {a: _step(own, finest.get(a, 1)) for a, own in seen.items()}
    context = flint.fmpz_mpoly_ctx.get([f"x{n}" for n in range(len(steps))], "lex")
    packed = []
    for terms, low in zip(polys, lows, strict=True):
        denominator = _denominator(terms)
        content: dict[tuple[int, ...], Any] = {}
        for m, c in terms.items():
            exponents = dict(m)
            place = tuple(_steps(exponents.get(a, 0) - low.get(a, 0), step) for a, step in steps.items())
            content[place] = int((c * denominator).p)
        packed.append(context.from_dict(content))
    return packed, list(steps), list(steps.values())


def _step(exponents: Iterable[Exponent], finest: int) -> Exponent:
    """The root of an atom that is taken for the variable: as fine as it is used, as long as degrees stay small."""
    below = lcm(finest, *(e.denominator for e in exponents))
    degrees = [int(e * below) for e in exponents]
    return whole(Fraction(1, below) if max(degrees) <= DEGREE else Fraction(gcd(*degrees), below))


def _steps(e: Exponent, step: Exponent) -> int:
    return int(e / step) if e else 0


def _unpacked(poly: Any, atoms: list[int], steps: list[Exponent]) -> Poly:
    found: Poly = {}
    for exponents, c in poly.to_dict().items():
        pairs = zip(atoms, exponents, steps, strict=True)
        found[tuple((a, whole(int(e) * step)) for a, e, step in pairs if e)] = flint.fmpq(c)
    return found


def _denominator(terms: Poly) -> int:
    return lcm(*(int(c.q) for c in terms.values()))
