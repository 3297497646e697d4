"""Opened brackets: a term as a sum of products of powers, like terms together.

Atoms are compared up to bound names and keep their first appearance, and so does every list: what
comes out reads in the order in which it went in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from symderiv.binders import free_names, key, mentions, substitute
from symderiv.engine.poles import NO_GUARD, Guard, has_pole
from symderiv.engine.rules.factors import Factor, Product, product, view
from symderiv.terms import (
    Delta,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    neg,
    plus,
)


@dataclass(frozen=True)
class Preferred:
    """Which index a delta keeps, ``letters`` first; and what ``guard`` says must not be moved across a pole."""

    letters: tuple[str, ...] = ()
    guard: Guard = NO_GUARD

    def place(self, letter: str) -> tuple[int, str]:
        """For sorting letters, the preferred ones first."""
        return (self.letters.index(letter) if letter in self.letters else len(self.letters), letter)


NONE = Preferred()
MOST = 2000


def expand(t: Term, preferred: Preferred = NONE) -> tuple[Product, ...] | None:
    """t as a sum of products with every bracket opened, not yet collected; None if it grows too large."""
    match t:
        case Plus(many):
            pieces = [expand(u, preferred) for u in many]
            if any(p is None for p in pieces):
                return None
            return tuple(p for piece in pieces if piece is not None for p in piece)
        case Neg(u):
            inner = expand(u, preferred)
            return None if inner is None else tuple(Product(-p.coefficient, p.factors) for p in inner)
        case Times() | Quotient() | Power(_, Number()):
            return _expand_product(view(t), preferred)
    return (settle(view(t), preferred),)


def _expand_product(p: Product, preferred: Preferred) -> tuple[Product, ...] | None:
    lines: list[Product] = [Product(p.coefficient, ())]
    for f in p.factors:
        opens = f.exponent > 0 and f.exponent.denominator == 1 and isinstance(f.base, Plus | Neg | Times | Quotient)
        pieces = expand(f.base, preferred) if opens else (Product(Fraction(1), (f,)),)
        for _ in range(int(f.exponent) if opens else 1):
            if pieces is None or len(lines) * len(pieces) > MOST:
                return None
            lines = [multiply(a, b, preferred) for a in lines for b in pieces]
    return tuple(lines)


def multiply(a: Product, b: Product, preferred: Preferred) -> Product:
    """The product of two products, deltas applied to the other factors."""
    bases: dict[Term, Factor] = {}
    for f in (*a.factors, *b.factors):
        k = key(f.base)
        total = f.exponent + (bases[k].exponent if k in bases else 0)
        bases[k] = Factor(bases[k].base if k in bases else f.base, total)
    return settle(Product(a.coefficient * b.coefficient, tuple(f for f in bases.values() if f.exponent)), preferred)


def settle(p: Product, preferred: Preferred) -> Product:
    """delta(i, k) f(k) = delta(i, k) f(i): beside a delta only its preferred index is used."""
    for f in p.factors:
        if isinstance(f.base, Delta) and f.exponent > 0:
            keep, drop = ranked(f.base, preferred)
            rest = [g for g in p.factors if g is not f]
            if isinstance(drop, Symbol) and not mentions(keep, drop) and _moves(rest, drop.name, preferred):
                moved = [Factor(substitute(g.base, {drop: keep}), g.exponent) for g in rest]
                again = _merge(Product(p.coefficient, (*moved, Factor(f.base, 1))))
                return settle(again, preferred)
            if f.exponent > 1:
                others = tuple(Factor(g.base, 1) if g is f else g for g in p.factors)
                return settle(Product(p.coefficient, others), preferred)
    return p


def _moves(rest: list[Factor], name: str, preferred: Preferred) -> bool:
    """Whether other factors use an index and keep their meaning at any other."""
    whole = any(name in free_names(g.base) for g in rest)
    return whole and not has_pole(product(Product(Fraction(1), tuple(rest))), name, preferred.guard)


def _merge(p: Product) -> Product:
    return view(product(p))


def ranked(t: Delta, preferred: Preferred) -> tuple[Term, Term]:
    """(the index to keep, the index to replace) of a delta: literals and labels, then preferred ones first."""

    def place(i: Term) -> tuple[int, str]:
        if not isinstance(i, Symbol):
            return (-1, "")
        return preferred.place(i.name)

    keep, drop = sorted((t.left, t.right), key=place)
    return keep, drop


def collect(lines: Iterable[Product]) -> tuple[Product, ...]:
    """Like terms added up, zeros dropped, first appearances kept in order."""
    found: dict[frozenset[tuple[Term, int | Fraction]], Product] = {}
    for p in lines:
        k = signature(p)
        total = p.coefficient + (found[k].coefficient if k in found else 0)
        found[k] = Product(total, found[k].factors if k in found else p.factors)
    return tuple(p for p in found.values() if p.coefficient)


def signature(p: Product) -> frozenset[tuple[Term, int | Fraction]]:
    """What makes two products like terms."""
    return frozenset((key(f.base), f.exponent) for f in p.factors)


def total(lines: Iterable[Product]) -> Term:
    """The sum of products as a term."""
    return plus(*(product(p) for p in lines))


def same(a: Term, b: Term, preferred: Preferred = NONE) -> bool:
    """Whether a - b opens and collects to 0; False may also mean that this was not enough to see it."""
    lines = expand(plus(a, neg(b)), preferred)
    return lines is not None and not collect(lines)
