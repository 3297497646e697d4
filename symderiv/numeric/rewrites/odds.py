"""Products over 1 - u/v: the complement (v - u)/v, summed without u, so that nothing is lost near u = v.

Only where a whole output is such a product. Inside a sum the literal 1 - u/v is the better number:
in y/(1 - p) - y p/(1 - p) its error cancels, that of an exact complement against a literal p does not.
"""

from __future__ import annotations

from symderiv.binders import key, match, substitute
from symderiv.numeric.rewrites.deltas import merge_indices
from symderiv.numeric.rewrites.logarithms import complement
from symderiv.numeric.rewrites.marks import OTHERS, has_delta, hold, strip
from symderiv.terms import (
    ONE,
    Big,
    Delta,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Term,
    Times,
    minus_split,
    neg,
    plus,
    quo,
    rebuild,
    signed,
    summands,
    times,
)

Parts = tuple[int, list[Term], list[Term]]


def odds(t: Term) -> Term:
    """t, where it is a product with 1 - u/v below the bar, with the complement written as a fraction.

    A factor delta - w splits it: entries where delta is 1, with 1 - w, and the others, with -w.

    >>> from symderiv.terms import Exp, Plus, Symbol
    >>> u, v = Exp(Symbol("a")), Exp(Symbol("b"))
    >>> p = Quotient(u, Plus((u, v)))
    >>> odds(Quotient(p, Plus((ONE, Neg(p))))) == Quotient(u, v)
    True
    """
    if isinstance(u := strip(t), Plus) and has_delta(u):
        # a delta that meets such a fraction picks an entry where the rest of the product cancels
        return rebuild(u, tuple(odds(v) if has_delta(v) else v for v in u.summands))
    sign, tops, bottoms = _fraction(t)
    if not any(_complement(u) for u in bottoms):
        return t
    mixed = [u for u in tops if has_delta(u)]
    if not mixed and not any(map(has_delta, bottoms)):
        return signed(sign, _written(tops, bottoms))
    split = _split(mixed[0]) if len(mixed) == 1 and not any(map(has_delta, bottoms)) else None
    if split is None:
        return t
    turn, d, rest = split
    tops.remove(mixed[0])
    leader = merge_indices(frozenset((d,)))
    on = [substitute(u, leader) for u in (plus(ONE, rest), *tops)]
    same = _written(on, [substitute(u, leader) for u in bottoms])
    other = Function(OTHERS, (_written([rest, *tops], bottoms), d))
    return signed(sign * turn, hold(plus(times(d, hold(same)), other)))


def _split(t: Term) -> tuple[int, Delta, Term] | None:
    """The sign, the delta and the rest of a factor sign * (delta + rest) that holds no other delta."""
    many = [minus_split(u) for u in summands(strip(t))]
    found = [(sign, u) for sign, u in many if has_delta(u)]
    if len(found) != 1 or not isinstance(d := found[0][1], Delta):
        return None
    turn = found[0][0]
    return turn, d, plus(*(signed(sign * turn, u) for sign, u in many if u is not d))


def _fraction(t: Term) -> Parts:
    """The sign, the factors above and those below the bar."""
    match strip(t):
        case Neg(u):
            sign, tops, bottoms = _fraction(u)
            return -sign, tops, bottoms
        case Times(many):
            return _product([_fraction(u) for u in many])
        case Quotient(u, v):
            sign, tops, bottoms = _fraction(v)
            return _product([_fraction(u), (sign, bottoms, tops)])
        case Power(u, Number(n)) if n.denominator == 1 and 1 <= abs(n) <= 4:
            sign, tops, bottoms = _product([_fraction(u)] * abs(int(n)))
            return (sign, tops, bottoms) if n > 0 else (sign, bottoms, tops)
        case Number(n) if n < 0:
            return -1, [neg(strip(t))], []
    return 1, [t], []


def _product(many: list[Parts]) -> Parts:
    sign = 1
    for s, _, _ in many:
        sign *= s
    return sign, [u for _, tops, _ in many for u in tops], [u for _, _, bottoms in many for u in bottoms]


def _complement(t: Term) -> Quotient | None:
    """(v - u)/v for 1 - u/v, where v - u is shorter than v."""
    found = complement(Log(t))
    return found.body if isinstance(found, Log) and isinstance(found.body, Quotient) else None


def _written(tops: list[Term], bottoms: list[Term]) -> Term:
    """The fraction, complements as fractions of their own and factors on both sides cancelled."""
    sign, over, under = _product([_fraction(_complement(u) or u) for u in tops])
    other, below, above = _product([_fraction(_complement(u) or u) for u in bottoms])
    over, under = over + above, under + below
    for u in tuple(over):
        twin = next((v for v in under if key(strip(v)) is key(strip(u))), None)
        if twin is not None:
            over.remove(u)
            under.remove(twin)
    paired = [q for v in tuple(under) if (q := _paired(v, over, under)) is not None]
    return signed(sign * other, times(*paired, quo(times(*over), times(*under))))


def _paired(v: Term, over: list[Term], under: list[Term]) -> Term | None:
    """For a sum that leaves an index out: the fraction of one of its own summands, taken out of both lists."""
    total = strip(v)
    if not isinstance(total, Big) or not total.excluded or len(over) < 2:
        return None
    for u in over:
        at = match(total.body, strip(u), (total.index,))
        if at and at.get(total.index) not in total.excluded:
            over.remove(u)
            under.remove(v)
            return hold(Quotient(u, v))
    return None
