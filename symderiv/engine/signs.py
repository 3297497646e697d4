"""Minus signs: in front of a bracket or inside it, and the same way in every summand."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.binders import key
from symderiv.engine.printed import arranged, negative
from symderiv.engine.rules.factors import Factor, Product, product, view
from symderiv.terms import Big, Plus, Term, big, plus, signed


def rebuild_product(p: Product) -> Term:
    """A product again; a minus sign in front of a bracket with a minus sign goes inside it."""
    if p.coefficient < 0:
        for place, f in enumerate(p.factors):
            turned = flipped(f.base) if f.exponent == 1 else None
            if turned is not None:
                factors = (*p.factors[:place], Factor(turned, 1), *p.factors[place + 1 :])
                return product(Product(-p.coefficient, factors))
    return product(p)


def flipped(t: Term) -> Term | None:
    """Minus t, for a bracket with a minus sign in it, or a sum of products with such a bracket."""
    match t:
        case Plus(many) if any(map(negative, many)):
            return arranged(plus(*(signed(-1, u) for u in many)))
        case Big(index, size, body, excluded):
            factors = view(body).factors
            for place, f in enumerate(factors):
                inside = flipped(f.base) if f.exponent == 1 and isinstance(f.base, Plus) else None
                if inside is not None:
                    turned = (*factors[:place], Factor(inside, 1), *factors[place + 1 :])
                    return big(index, size, product(Product(view(body).coefficient, turned)), excluded)
    return None


def aligned(lines: Iterable[Product]) -> tuple[Product, ...]:
    """Sums that are each other's negatives written one way, that of the first: so like terms show."""
    seen: set[Term] = set()
    found = []
    for p in lines:
        for f in p.factors:
            if isinstance(f.base, Big) and f.exponent == 1 and key(f.base) not in seen:
                turned = flipped(f.base)
                if turned is not None and key(turned) in seen:
                    factors = tuple(Factor(turned, 1) if g is f else g for g in p.factors)
                    p = Product(-p.coefficient, factors)
        seen.update(key(f.base) for f in p.factors if isinstance(f.base, Big))
        found.append(p)
    return tuple(found)
