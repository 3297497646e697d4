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
        found.append(_turned(p, seen))
        seen.update(key(f.base) for f in found[-1].factors if isinstance(f.base, Big))
    return tuple(found)


def _turned(p: Product, seen: set[Term]) -> Product:
    """The product with sums turned whose negatives were seen; one that was a factor already is there twice."""
    turned = [_other_way(f, seen) for f in p.factors]
    sign = (-1) ** sum(f is not None for f in turned)
    factors = tuple(f if new is None else new for f, new in zip(p.factors, turned, strict=True))
    new = Product(sign * p.coefficient, factors)
    return new if len({key(f.base) for f in factors}) == len(factors) else view(product(new))


def _other_way(f: Factor, seen: set[Term]) -> Factor | None:
    """The negative of a sum, where that was seen and the sum was not."""
    if not isinstance(f.base, Big) or f.exponent != 1 or key(f.base) in seen:
        return None
    turned = flipped(f.base)
    return Factor(turned, 1) if turned is not None and key(turned) in seen else None
