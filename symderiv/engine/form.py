"""The last phase: choosing the form in which a result is printed.

One cost, the printed size of a term, decides everywhere; there are no choices per problem. A
common factor always comes out. Brackets are opened only if that saves a fifth of the size, or lets
sums join. Part of a sum shares a factor only where the factor does not stand alone in the rest, a
bracket of like summands first. Positive summands come first, local before aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from symderiv.binders import free_names, key, opened, substitute, union
from symderiv.engine.exclusions import left_out
from symderiv.engine.polynomial import Preferred, collect, expand, multiply, signature, total
from symderiv.engine.printed import arranged, cost
from symderiv.engine.rules.factors import Factor, Product, human, product, quotient, shared, view
from symderiv.engine.signs import aligned, rebuild_product
from symderiv.terms import (
    Big,
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
    power,
    rebuild,
    signed,
    summands,
    times,
)

SAVING = Fraction(4, 5)
CHOICES, FEW = 4, 6  # bases tried in front of a bracket, while there are few summands
SUMMANDS = 24  # a longer sum is not searched for a shorter form
Factors = tuple[Factor, ...]
ONLY_ONE = Product(Fraction(1), ())


def form(t: Term, preferred: Preferred) -> Iterator[tuple[str, Term]]:
    """The lines from t to its printed form, each with the id of what was done."""
    yield from _form(t, preferred)


@lru_cache(maxsize=16384)
def _form(t: Term, preferred: Preferred) -> tuple[tuple[str, Term], ...]:
    below = inner(t, preferred)
    kept, products = _factored(below, preferred)
    lines = expand(below, preferred)
    gathered = collect(lines) if lines is not None else ()
    if lines is not None and len(gathered) <= SUMMANDS:
        opened = factor(gathered, preferred)
        if cost(opened) <= SAVING * cost(kept):
            return ("expand", total(lines)), ("collect", arranged(total(gathered))), ("factor", opened)
    return (*_on_the_way(products, preferred), ("factor", kept))


def _on_the_way(products: tuple[Product, ...], preferred: Preferred) -> Iterator[tuple[str, Term]]:
    """What happens to a sum before its common factor comes out: like terms, a summand less, sums joined."""
    together = collect(products)
    if len(together) < len(products):
        yield "collect", _summed(together)
    if not 1 < len(together) <= SUMMANDS:
        return
    less = collect(left_out(collect(aligned(together))))
    if len(less) < len(together):
        yield "leave-out", _summed(less)
    one = joined(less, preferred)
    if len(one) < len(less):
        yield "join", _summed(one)


def _summed(lines: tuple[Product, ...]) -> Term:
    return arranged(plus(*(rebuild_product(human(p)) for p in lines)))


def tidy(t: Term, preferred: Preferred) -> Term:
    """t with common factors out and like terms together, brackets left closed."""
    return _tidied(inner(t, preferred), preferred)


def _tidied(t: Term, preferred: Preferred) -> Term:
    return _factored(t, preferred)[0]


def _factored(t: Term, preferred: Preferred) -> tuple[Term, tuple[Product, ...]]:
    """t with what its summands share in front, and the summands as they were."""
    if isinstance(t, Neg):
        t = rebuild_product(human(view(t)))
    if not isinstance(t, Plus | Times | Quotient) and not (isinstance(t, Neg) and isinstance(t.body, Plus)):
        return t, ()
    products = tuple(multiply(ONLY_ONE, view(u), preferred) for u in _open_signs(t))
    lines = collect(products)
    kept = factor(lines, preferred)
    spread = tuple(_spread(lines, preferred))
    if spread and cost(apart := factor(collect(spread), preferred)) < cost(kept):
        kept, products = apart, spread
    cleared = tuple(_cleared(lines, preferred))
    if cleared and cost(divided := factor(collect(cleared), preferred)) <= cost(kept):
        kept, products = divided, cleared
    return kept, products


def _cleared(lines: tuple[Product, ...], preferred: Preferred) -> list[Product]:
    """A bracket over something that its summands hold as well, divided summand by summand; else nothing."""
    for p in lines if len(lines) == 1 else ():
        below = {key(f.base) for f in p.factors if f.exponent < 0}
        for f in p.factors:
            if (
                f.exponent == 1
                and isinstance(f.base, Plus)
                and any(below & view(u).powers().keys() for u in f.base.summands)
            ):
                rest = Product(p.coefficient, tuple(g for g in p.factors if g is not f))
                return [multiply(rest, view(u), preferred) for u in f.base.summands]
    return []


def _spread(lines: tuple[Product, ...], preferred: Preferred) -> list[Product]:
    """The products with brackets that hold sums taken apart, so that these can join others; else nothing."""
    found: list[Product] = []
    for p in lines if len(lines) > 1 else ():
        f = next((f for f in p.factors if f.exponent == 1 and isinstance(f.base, Plus) and Big in kinds(f.base)), None)
        rest = Product(p.coefficient, tuple(g for g in p.factors if g is not f))
        found += [p] if f is None else [multiply(rest, view(u), preferred) for u in summands(f.base)]
    return found if len(found) > len(lines) else []


def inner(t: Term, preferred: Preferred) -> Term:
    """t with everything below exp, log, sums, powers and fraction lines in its form already."""
    match t:
        case Big(index, size, body, excluded):
            return big(index, size, tidy_whole(body, preferred), excluded)
        case Times() | Quotient():
            return rebuild(t, tuple((tidy_whole if isinstance(u, Plus) else inner)(u, preferred) for u in parts(t)))
        case Plus() | Neg():
            return rebuild(t, tuple(inner(u, preferred) for u in parts(t)))
        case Power(base, exponent):
            return power(tidy_whole(base, preferred), exponent)
    return rebuild(t, tuple(tidy_whole(u, preferred) for u in parts(t)))


def tidy_whole(t: Term, preferred: Preferred) -> Term:
    """The printed form of t."""
    return _form(t, preferred)[-1][1]


def _open_signs(t: Term) -> Iterator[Term]:
    """Summands, with -(a - b) and c + (a - b) flattened: signs and brackets that say nothing."""
    for u in summands(t):
        match u:
            case Neg(Plus(many)):
                yield from (signed(-1, v) for v in _open_signs(Plus(many)))
            case _:
                yield u


def factor(lines: tuple[Product, ...], preferred: Preferred) -> Term:
    """The sum of the products with what they share in front."""
    if 1 < len(lines) <= SUMMANDS:
        lines = joined(collect(left_out(collect(aligned(lines)))), preferred)
    if not lines:
        return Number(Fraction(0))
    if len(lines) == 1:
        return rebuild_product(human(lines[0]))
    common = shared(lines)
    rest = tuple(quotient(p, common) for p in lines)
    if all(p.coefficient < 0 for p in rest):
        common = Product(-common.coefficient, common.factors)
        rest = tuple(Product(-p.coefficient, p.factors) for p in rest)
    opened = _opened(rest)
    bracket = arranged(grouped(rest, preferred)) if opened is None else factor(collect(opened), preferred)
    if common == ONLY_ONE:
        return bracket
    return rebuild_product(human(Product(common.coefficient, (*common.factors, Factor(bracket, 1)))))


def _opened(lines: tuple[Product, ...]) -> tuple[Product, ...] | None:
    """The products with those that are a bare bracket taken apart; None if there is none."""
    if not any(_bracket(p) for p in lines):
        return None
    return tuple(q for p in lines for q in ([_times(p, u) for u in _bracket(p)] or [p]))


def _bracket(p: Product) -> tuple[Term, ...]:
    """The summands of a product that is plus or minus one bracket."""
    if abs(p.coefficient) != 1 or len(p.factors) != 1 or p.factors[0].exponent != 1:
        return ()
    base = p.factors[0].base
    return base.summands if isinstance(base, Plus) else ()


def _times(p: Product, t: Term) -> Product:
    found = view(t)
    return Product(p.coefficient * found.coefficient, found.factors)


def joined(lines: tuple[Product, ...], preferred: Preferred) -> tuple[Product, ...]:
    """Two sums over one range become one where the joined summand is a product."""
    for a, p in enumerate(lines):
        for b in range(a + 1, len(lines)):
            one = _joined(p, lines[b], preferred)
            if one is not None:
                return joined((*lines[:a], one, *lines[a + 1 : b], *lines[b + 1 :]), preferred)
    return lines


def _joined(p: Product, q: Product, preferred: Preferred) -> Product | None:
    """c x Sum f + d x Sum g = x Sum (c f + d g), if that summand is a product; scalars may go inside for it."""
    some, others = _sums(p), _sums(q)
    if len(some) != 1 or len(others) != 1:
        return None
    s, t = some[0], others[0]
    if (s.size, s.excluded) != (t.size, t.excluded) or key(s) is key(t):
        return None  # of different ranges, or one sum: then it is a common factor
    rest, own, other = _in_common(_without_sums(p), _without_sums(q))
    if not all(isinstance(f.base, Symbol) for f in (*own, *other)) or union(f.base for f in rest) & {s.index.name}:
        return None
    u = opened(t, free_names(s.body) - {s.index.name}) if s.index.name in free_names(t.body) else t
    left = times(product(Product(p.coefficient, own)), s.body)
    right = times(product(Product(q.coefficient, other)), substitute(u.body, {u.index: s.index}))
    body = tidy(plus(left, right), preferred)
    if isinstance(body, Plus) or (isinstance(body, Neg) and isinstance(body.body, Plus)):
        return None
    inside = view(body)
    number = abs(inside.coefficient) or Fraction(1)  # a number in front of the summand stands in front of the sum
    body = product(Product(inside.coefficient / number, inside.factors)) if number != 1 else body
    one = Product(number, (*rest, Factor(Big(s.index, s.size, body, s.excluded), 1)))
    if (own or other) and cost(product(one)) >= cost(product(p)) + cost(product(q)):
        return None
    return one


def _in_common(some: Factors, others: Factors) -> tuple[Factors, Factors, Factors]:
    """The factors that two products share, and what each has besides."""
    mine, theirs = ({(key(f.base), f.exponent) for f in many} for many in (some, others))
    both = tuple(f for f in some if (key(f.base), f.exponent) in theirs)
    own = tuple(f for f in some if (key(f.base), f.exponent) not in theirs)
    return both, own, tuple(f for f in others if (key(f.base), f.exponent) not in mine)


def _sums(p: Product) -> list[Big]:
    return [f.base for f in p.factors if isinstance(f.base, Big) and f.exponent == 1]


def _without_sums(p: Product) -> tuple[Factor, ...]:
    return tuple(f for f in p.factors if not (isinstance(f.base, Big) and f.exponent == 1))


@lru_cache(maxsize=16384)
def grouped(lines: tuple[Product, ...], preferred: Preferred) -> Term:
    """The sum, with a factor that only some summands share before a bracket where that is shorter."""
    best = plain = plus(*(product(human(p)) for p in lines))
    least = (cost(plain), 1, True)  # a bracket that is no longer is taken, one of like summands first
    for base in _repeated(lines)[: CHOICES if len(lines) <= FEW else 1]:
        inside = tuple(p for p in lines if p.powers().get(base, 0) > 0 and signature(p) != frozenset({(base, 1)}))
        outside = tuple(p for p in lines if p not in inside)
        if len(inside) < 2 or not outside:
            continue
        candidate = plus(grouped(outside, preferred), factor(inside, preferred))
        weight = (cost(candidate), 0, _mixed(inside))
        if weight < least:
            best, least = candidate, weight
    return best


def _mixed(lines: tuple[Product, ...]) -> bool:
    """Whether some of the summands hold sums over the whole and others are about one entry."""
    return len({bool(_sums(p)) for p in lines}) > 1


def _repeated(lines: tuple[Product, ...]) -> list[Term]:
    """The bases above the line in two summands or more, the most frequent first."""
    count: dict[Term, int] = {}
    for p in lines:
        for k, exponent in p.powers().items():
            if exponent > 0:
                count[k] = count.get(k, 0) + 1
    return sorted((k for k, n in count.items() if n > 1), key=lambda k: -count[k])
