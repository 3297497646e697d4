"""Products as powers of bases, and shares: positive fractions that are at most 1.

A share is a summand, or some of them, over a sum of exponentials, such as a softmax or a sigmoid. It underflows
where its logarithm is an ordinary number.
"""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.binders import key, match, mentions
from symderiv.numeric.rewrites.complements import joined, over_one_line, two_squares
from symderiv.numeric.rewrites.differences import gap
from symderiv.numeric.rewrites.linear import cancelled, total
from symderiv.numeric.rewrites.marks import hold, strip
from symderiv.numeric.rewrites.scaling import fraction, has_exp, is_shifted, positive
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Exp,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    exp,
    minus,
    minus_split,
    neg,
    number,
    plus,
    power,
    quo,
    summands,
    times,
)

Pair = tuple[Term, Term]  # a base and its exponent


def factors(t: Term, n: Term = ONE, whole: bool = True) -> list[Pair]:
    """t ** n as bases and exponents; what comes apart does, positive fractions only without ``whole``."""
    u = strip(t)
    if whole and (found := atom(u)) is not None:
        return [(found, n)]
    match u:
        case Plus((a, b)) if ONE in (a, b):
            line = over_one_line(u) or two_squares(u)
            return [(u, n)] if line is None or without_each(line) else factors(line, n, whole)
        case Plus((v, Number(value))) | Plus((Number(value), v)) if value == -1 and is_whole(n) and atom(minus(ONE, v)):
            return [(number(-1), n), *factors(minus(ONE, v), n, whole)]
        case Plus() if whole and n in (ONE, number(-1)) and (product := gap(u)) is not None:
            # once only: powers of its factors leave the range on both sides where the whole does not
            return factors(product, n, whole)
        case Quotient(Number(value), w) if value not in (0, 1):
            return [(number(value), n), *factors(Quotient(ONE, w), n, whole)]
        case Quotient(Times((Number(value), *rest)), w):
            return [(number(value), n), *factors(Quotient(times(*rest), w), n, whole)]
        case Quotient(v, Times(many)) if is_whole(n) and 0 < sum(map(has_exp, many)) < len(many):
            plain = [w for w in many if not has_exp(w)]
            sums = times(*(w for w in many if w not in plain))
            return [*(p for w in plain for p in factors(w, neg(n), whole)), *factors(Quotient(v, sums), n, whole)]
        case Exp(a) if isinstance(v := strip(minus_split(a)[1]), Log) and atom(v.body) is not None:
            return factors(v.body, times(number(minus_split(a)[0]), n), whole)
        case Neg(v) if is_whole(n):
            return [(number(-1), n), *factors(v, n, whole)]
        case Times(many):
            out = [v for v in many if is_whole(n) or positive(v)]
            rest = [v for v in many if v not in out]
            return [p for v in out for p in factors(v, n, whole)] + ([(times(*rest), n)] if rest else [])
        case Quotient(v, w) if is_whole(n) or positive(v) or positive(w):
            return [*factors(v, n, whole), *factors(w, neg(n), whole)]
        case Power(v, m) if positive(v) or not is_whole(m) or is_whole(n):
            return factors(v, total([times(m, n)]), whole)
    return [(u, n)]


def atom(t: Term) -> Term | None:
    """t where it is the share of something positive in a sum of exponentials, 1 minus a share likewise, or None."""
    if _is_share(q := fraction(t)):
        return hold(q)
    line = over_one_line(t) or joined(t) if isinstance(t, Plus) else None
    return hold(line) if line is not None and _is_share(line) and not without_each(line) else None


def without_each(t: Term) -> bool:
    """Whether t sums, for each index in turn, over all the others: a table of numbers for a row of them."""
    return isinstance(t, Quotient) and isinstance(t.top, Big) and any(isinstance(e, Symbol) for e in t.top.excluded)


def _is_share(q: Term) -> bool:
    if not isinstance(q, Quotient) or not (positive(q) and has_exp(q.bottom) and _sums(q.bottom)):
        return False
    if exponentials(q.bottom) is not q.bottom:
        return False
    tops, bottoms = summands(strip(q.top)), summands(strip(q.bottom))
    return all(any(_part_of(u, v) for v in bottoms) for u in tops)


def _part_of(u: Term, v: Term) -> bool:
    """Whether u is v, or some of the summands of v."""
    u, v = strip(u), strip(v)
    if key(u) is key(v):
        return True
    if not isinstance(v, Big):
        return False
    if isinstance(u, Big):
        return u.size is v.size and set(v.excluded) <= set(u.excluded) and match(v.body, u.body, (v.index,)) is not None
    return match(strip(v.body), u, (v.index,)) is not None


def _sums(t: Term) -> bool:
    """Whether exponentials are added up in t."""
    match strip(t):
        case Plus() | Big():
            return has_exp(t)
        case Times(many):
            return any(map(_sums, many))
        case Power(u, _):
            return _sums(u)
    return False


def merged(many: Iterable[Pair]) -> list[Pair]:
    """Powers of one base multiplied out; a base to the power 0 is gone."""
    table: dict[Term, tuple[Term, list[Term]]] = {}
    for base, n in many:
        table.setdefault(key(strip(base)), (base, []))[1].append(n)
    return [(base, n) for base, ns in table.values() if (n := total(ns)) is not ZERO]


def one_exponential(many: list[Pair]) -> list[Term]:
    """Shares and exponentials as one exponential, logarithms of shares first."""
    logs = [times(n, hold(Log(b))) for b, n in many if not is_bare(b)]
    rest = [times(n, b.body) for b, n in many if isinstance(b, Exp)]
    return [exp(plus(*logs, cancelled(rest)))] if many else []


def exponentials(t: Term) -> Term:
    """A sum of shares as a sum of exponentials, t itself where it is none."""
    u = strip(t)
    match u:
        case Big(index, size, Plus(), _):
            return t
        case Big(index, size, body, excluded):
            many = merged(factors(body))
            inside = [(b, n) for b, n in many if is_bare(b) or atom(b) is not None]
            if not any(not is_bare(b) and mentions(b, index) for b, _ in inside) and len(inside) < 2:
                return t
            rest = [(b, n) for b, n in many if (b, n) not in inside]
            return big(index, size, times(written(rest), *one_exponential(inside)), excluded)
        case Quotient(v, w) if (new := exponentials(v)) is not v:
            return Quotient(new, w)
        case Neg(v) if (new := exponentials(v)) is not v:
            return neg(new)
    return t


def is_bare(t: Term) -> bool:
    return isinstance(t, Exp) and not is_shifted(t.body)


def is_exp(t: Term) -> bool:
    return atom(t) is not None or is_bare(t)


def written(many: list[Pair]) -> Term:
    many = merged(many)
    tops = [power(b, n) for b, n in many if not negative(n)]
    bottoms = [power(b, neg(n)) for b, n in many if negative(n)]
    return quo(times(*tops), times(*bottoms))


def negative(n: Term) -> bool:
    return isinstance(n, Number) and n.value < 0


def natural(n: Term) -> bool:
    return isinstance(n, Number) and n.value >= 1


def is_whole(n: Term) -> bool:
    return isinstance(n, Number) and n.value.denominator == 1
