"""Laurent polynomials as dictionaries from monomials to rationals, factored and divided by python-flint.

A monomial is a tuple of (atom number, exponent) in the order of the numbers. Exponents are rational:
e^(z/2) is the square root of e^z.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import flint
from flint.utils.flint_exceptions import DomainError

Exponent = int | Fraction
Mono = tuple[tuple[int, Exponent], ...]
Rational = Any  # flint.fmpq; python-flint is untyped
Poly = dict[Mono, Rational]
RATIONAL_ONE = flint.fmpq(1)


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


def factors(terms: Poly) -> tuple[Rational, Mono, list[tuple[Poly, int]]]:
    """Content, monomial and irreducible factors with whole coefficients, the first one positive."""
    mono = content_monomial(terms)
    (packed,), atoms, scales = _packed((terms,))
    found: list[tuple[Poly, int]] = []
    product: Poly = {(): RATIONAL_ONE}
    for poly, exponent in packed.factor()[1]:
        part = _unpacked(poly, atoms, scales)
        if part[min(part)] < 0:
            part = {m: -c for m, c in part.items()}
        found.append((part, int(exponent)))
        for _ in range(int(exponent)):
            product = multiplied(product, part)
    some = next(iter(terms))
    return terms[some] / product[merged(some, raised(mono, -1))], mono, found


def quotient(terms: Poly, factor: Poly) -> Poly | None:
    """The polynomial over a factor that has whole coefficients, or None where the division leaves a rest."""
    (top, bottom), atoms, scales = _packed((terms, factor))
    try:
        found = _unpacked(top / bottom, atoms, scales)
    except DomainError:
        return None
    shift = content_monomial(terms)
    denominator = _denominator(terms)
    return {merged(m, shift): c / denominator for m, c in found.items()}


def _packed(polys: Sequence[Poly]) -> tuple[list[Any], list[int], list[int]]:
    """Polynomials of flint in one context, each without monomial content and with whole coefficients."""
    numbers = sorted({a for terms in polys for m in terms for a, _ in m})
    scales = dict.fromkeys(numbers, 1)
    for terms in polys:
        for m in terms:
            for a, e in m:
                if isinstance(e, Fraction):
                    scales[a] = lcm(scales[a], e.denominator)
    place = {a: n for n, a in enumerate(numbers)}
    context = flint.fmpz_mpoly_ctx.get([f"x{n}" for n in range(len(numbers))], "lex")
    packed = []
    for terms in polys:
        low = dict(content_monomial(terms))
        start = [-low.get(a, 0) * scales[a] for a in numbers]
        denominator = _denominator(terms)
        content: dict[tuple[int, ...], Any] = {}
        for m, c in terms.items():
            exponents = list(start)
            for a, e in m:
                exponents[place[a]] += e * scales[a]
            content[tuple(map(int, exponents))] = int((c * denominator).p)
        packed.append(context.from_dict(content))
    return packed, numbers, [scales[a] for a in numbers]


def _unpacked(poly: Any, atoms: list[int], scales: list[int]) -> Poly:
    found: Poly = {}
    for exponents, c in poly.to_dict().items():
        pairs = zip(atoms, exponents, scales, strict=True)
        found[tuple((a, _exponent(int(e), s)) for a, e, s in pairs if e)] = flint.fmpq(c)
    return found


def _exponent(e: int, scale: int) -> Exponent:
    return e // scale if e % scale == 0 else Fraction(e, scale)


def _denominator(terms: Poly) -> int:
    return lcm(*(int(c.q) for c in terms.values()))
