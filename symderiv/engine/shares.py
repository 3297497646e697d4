"""Folding a defined product or fraction where its factors stand together: x_k / Sum_j x_j is q_k again.

Unlike an exponential, which is solved for, such a factor stays where its companions are missing: in
x_i + x_i / Sum_j x_j only the fraction is q_i. What is replaced equals q wherever it has a value, so
nothing is assumed. A factor in front of a sum may go into its summands, and 1/(q_k Sum_j x_j) is 1/x_k.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from symderiv.binders import free_names, key, match, mentions, substitute
from symderiv.engine.form import tidy_whole
from symderiv.engine.polynomial import NONE, Preferred, collect, expand, total
from symderiv.engine.printed import cost
from symderiv.engine.rules.algebra import denominators
from symderiv.engine.rules.factors import Factor, Product, product, view
from symderiv.statement import Definition
from symderiv.terms import (
    NUMBER_SYMBOLS,
    Big,
    Entry,
    Exp,
    Function,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    kinds,
    parts,
    plus,
    rebuild,
    subterms,
    summands,
    times,
)

TELLING = (Exp, Big, Power, Entry, Plus)  # what a definition is recognised by, the most telling first


@dataclass(frozen=True)
class Share:
    """A definition whose body is a product of powers; ``main`` is the factor it is recognised by."""

    definition: Definition
    body: Product
    main: Factor


def share(d: Definition) -> Share | None:
    """The body as a product, or None where no factor above the line names all parameters of the head.

    It is compared with lines in their printed form, so it is put into that form as well.
    """
    body = view(tidy_whole(d.body, NONE))
    wanted = {s.name for s in d.parameters}
    able = [f for f in body.factors if f.exponent > 0 and wanted <= free_names(f.base) and isinstance(f.base, TELLING)]
    if not wanted or not able or len(body.factors) < 2:
        return None
    return Share(d, body, min(able, key=lambda f: [isinstance(f.base, kind) for kind in TELLING].index(True)))


@lru_cache(maxsize=16384)
def fold_shares(t: Term, way: Share, preferred: Preferred) -> Term | None:
    """t, in its printed form, with the name in place of its factors where that is shorter; None if it is not.

    >>> from symderiv.printing.plain import plain
    >>> from symderiv.terms import Symbol, delta, minus, quo
    >>> k, i, j, K = map(Symbol, "kijK")
    >>> x = lambda at: Entry("x", (at,))
    >>> q = Definition("q", (k,), quo(x(k), big(j, K, x(j))))
    >>> plain(fold_shares(minus(delta(i, k), quo(x(k), big(j, K, x(j)))), share(q), NONE))
    'delta(i, k) - q[k]'
    """
    if not _present(way, t):
        return None
    lines = expand(t, preferred)
    opened = () if lines is None else (total(collect(lines)),)
    folded = [v for u in (t, *opened) if (v := _folded(u, way, preferred)) is not u]
    best = min((tidy_whole(v, preferred) for v in folded), key=cost, default=t)
    return best if cost(best) < cost(t) else None


def _present(way: Share, t: Term) -> bool:
    """Whether t holds the main factor, or divides by the defined name."""
    if type(way.main.base) in kinds(t) and any(_at(way, u) is not None for u in subterms(t)):
        return True
    return not kinds(t).isdisjoint((Quotient, Power)) and any(
        _head_at(way, u) is not None for u in denominators(t).values()
    )


def _folded(t: Term, way: Share, preferred: Preferred) -> Term:
    if isinstance(t, Times | Quotient | Neg | Power):
        joined = _joined(view(t), way)
        t = t if joined is None else product(joined)
        moved = _through_a_sum(view(t), way, preferred) if isinstance(t, Times | Quotient | Neg) else None
        if moved is not None:
            return moved
    return rebuild(t, tuple(_folded(u, way, preferred) for u in parts(t)))


def _at(way: Share, t: Term) -> Mapping[Term, Term] | None:
    """The indices at which t is the main factor."""
    return match(way.main.base, t, way.definition.parameters) if type(t) is type(way.main.base) else None


def _head_at(way: Share, t: Term) -> Mapping[Term, Term] | None:
    return match(way.definition.head, t, way.definition.parameters) if isinstance(t, Entry) else None


def _joined(p: Product, way: Share) -> Product | None:
    """The product with every whole set of factors replaced, and 1/q with a divisor of q; None if there is none."""
    for f in p.factors:
        at = _at(way, f.base)
        if at is not None and (times_ := _times_in(p, _body(way, at), f.exponent > 0)):
            return _joined_further(p, way, at, times_)
        at = _head_at(way, f.base) if f.exponent < 0 else None
        if at is not None and (times_ := _times_below(p, _body(way, at), f)):
            return _joined_further(p, way, at, times_)
    return None


def _joined_further(p: Product, way: Share, at: Mapping[Term, Term], n: int) -> Product:
    """p times (q / its body)^n, and on."""
    powers = {key(f.base): f for f in p.factors}
    head = substitute(way.definition.head, at)
    for base, exponent in (*((f.base, -n * f.exponent) for f in _body(way, at)), (head, n)):
        before = powers.get(key(base))
        powers[key(base)] = Factor(before.base if before else base, (before.exponent if before else 0) + exponent)
    found = Product(p.coefficient / way.body.coefficient**n, tuple(f for f in powers.values() if f.exponent))
    return _joined(found, way) or found


def _body(way: Share, at: Mapping[Term, Term]) -> tuple[Factor, ...]:
    return tuple(Factor(substitute(f.base, at), f.exponent) for f in way.body.factors)


def _times_in(p: Product, body: tuple[Factor, ...], above: bool) -> int:
    """How many times a product holds all factors of the body."""
    powers = p.powers()
    held = [Fraction(powers.get(key(f.base), 0)) / f.exponent for f in body if not _number(f.base)]
    n = max(0, int(min(held))) if above else 0
    # sqrt(x)^2 is x only where x is not negative
    return (
        n
        if all((n * f.exponent).denominator > 1 or f.exponent.denominator == 1 or _square(f.base) for f in body)
        else 0
    )


def _square(t: Term) -> bool:
    """Whether t is never negative at sight: an exponential, a square, a sum of such."""
    match t:
        case Exp():
            return True
        case Number(value):
            return value >= 0
        case Power(_, Number(n)):
            return n.denominator == 1 and n % 2 == 0
        case Plus() | Times() | Quotient() | Big():
            return all(map(_square, parts(t)))
        case Symbol() | Function():
            return _number(t)
    return False


def _times_below(p: Product, body: tuple[Factor, ...], head: Factor) -> int:
    """How many times a product divides by the defined name and by all that it divides by."""
    powers = p.powers()
    below = [f for f in body if f.exponent < 0 and not _number(f.base)]
    held = [Fraction(powers.get(key(f.base), 0)) / f.exponent for f in below]
    return max(0, int(min([*held, Fraction(-head.exponent)]))) if held else 0


def _number(t: Term) -> bool:
    return isinstance(t, Number) or (isinstance(t, Function) and not t.arguments and t.name in NUMBER_SYMBOLS)


def _through_a_sum(p: Product, way: Share, preferred: Preferred) -> Term | None:
    """What stands beside a sum moved into it, where the fold then comes out shorter."""
    companions = {key(f.base) for f in way.body.factors if f is not way.main}
    for f in p.factors:
        if isinstance(f.base, Big) and f.exponent == 1 and key(f.base) not in companions:
            t = f.base
            beside = tuple(g for g in p.factors if key(g.base) in companions and not mentions(g.base, t.index))
            if not beside:
                continue
            front = product(Product(Fraction(1), beside))
            inside = plus(*(times(front, u) for u in summands(t.body)))
            folded = big(t.index, t.size, _folded(inside, way, preferred), t.excluded)
            rest = Product(p.coefficient, tuple(g for g in p.factors if g is not f and g not in beside))
            moved = times(_folded(product(rest), way, preferred), folded)
            if cost(tidy_whole(moved, preferred)) < cost(tidy_whole(product(p), preferred)):
                return moved
    return None
