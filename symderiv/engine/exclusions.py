"""A sum less one of its own summands is the sum over the other indices."""

from __future__ import annotations

from symderiv.binders import instance, mentions
from symderiv.engine.polynomial import signature
from symderiv.engine.rules.factors import Factor, Product, product, view
from symderiv.terms import Big, Delta, Entry, Number, Symbol, Term, subterms, times


def left_out(lines: tuple[Product, ...]) -> tuple[Product, ...]:
    """c x Sum_k f(k) - c x f(i) becomes c x Sum_{k != i} f(k), wherever the two stand side by side."""
    for p in lines:
        for f in p.factors:
            if isinstance(f.base, Big) and f.exponent == 1 and not f.base.excluded:
                for q in lines:
                    index = _missing(p, f.base, q) if q is not p else None
                    if index is not None:
                        less = Big(f.base.index, f.base.size, f.base.body, (index,))
                        one = Product(p.coefficient, tuple(Factor(less, 1) if g is f else g for g in p.factors))
                        return left_out(tuple(one if r is p else r for r in lines if r is not q))
    return lines


def _missing(p: Product, t: Big, q: Product) -> Term | None:
    """The index i for which q is minus p with the sum t replaced by its summand at i."""
    if not mentions(t.body, t.index):
        return None  # any index would do
    rest = Product(-p.coefficient, tuple(g for g in p.factors if g.base is not t))
    for index in _indices(q):
        whole = view(times(product(rest), instance(t, index)))
        if whole.coefficient == q.coefficient and signature(whole) == signature(q):
            return index
    return None


def _indices(p: Product) -> dict[Term, None]:
    """The indices that stand in the entries and deltas of a product."""
    found: dict[Term, None] = {}
    for f in p.factors:
        for u in subterms(f.base):
            places = u.indices if isinstance(u, Entry) else (u.left, u.right) if isinstance(u, Delta) else ()
            found |= dict.fromkeys(i for i in places if isinstance(i, Symbol | Number | Entry))
    return found
