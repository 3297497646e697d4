"""Products as powers of bases, and shares: positive fractions that are at most 1.

A share is a summand, or some of them, over a sum of exponentials, such as a softmax or a sigmoid. It underflows
where its logarithm is an ordinary number.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symderiv.binders import key, match, mentions
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
    minus_split,
    neg,
    number,
    plus,
    power,
    quo,
    signed,
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
            line = over_one_line(u) or _two_squares(u)
            return [(u, n)] if line is None or without_each(line) else factors(line, n, whole)
        case Quotient(Number(value), w) if value not in (0, 1):
            return [(number(value), n), *factors(Quotient(ONE, w), n, whole)]
        case Quotient(Times((Number(value), *rest)), w):
            return [(number(value), n), *factors(Quotient(times(*rest), w), n, whole)]
        case Quotient(v, Times(many)) if _whole(n) and 0 < sum(map(has_exp, many)) < len(many):
            plain = [w for w in many if not has_exp(w)]
            sums = times(*(w for w in many if w not in plain))
            return [*(p for w in plain for p in factors(w, neg(n), whole)), *factors(Quotient(v, sums), n, whole)]
        case Exp(a) if isinstance(v := strip(minus_split(a)[1]), Log) and atom(v.body) is not None:
            return factors(v.body, times(number(minus_split(a)[0]), n), whole)
        case Neg(v) if _whole(n):
            return [(number(-1), n), *factors(v, n, whole)]
        case Times(many):
            out = [v for v in many if _whole(n) or positive(v)]
            rest = [v for v in many if v not in out]
            return [p for v in out for p in factors(v, n, whole)] + ([(times(*rest), n)] if rest else [])
        case Quotient(v, w) if _whole(n) or positive(v) or positive(w):
            return [*factors(v, n, whole), *factors(w, neg(n), whole)]
        case Power(v, m) if positive(v) or not _whole(m) or _whole(n):
            return factors(v, _total([times(m, n)]), whole)
    return [(u, n)]


def atom(t: Term) -> Term | None:
    """t where it is the share of something positive in a sum of exponentials, 1 minus a share likewise, or None."""
    if _is_share(q := fraction(t)):
        return hold(q)
    line = over_one_line(t) if isinstance(t, Plus) else None
    return hold(line) if line is not None and _is_share(line) and not without_each(line) else None


def without_each(t: Term) -> bool:
    """Whether t sums, for each index in turn, over all the others: a table of numbers for a row of them."""
    return isinstance(t, Quotient) and isinstance(t.top, Big) and any(isinstance(e, Symbol) for e in t.top.excluded)


def _two_squares(t: Plus) -> Term | None:
    """1 - u^2 = (1 - u)(1 + u) where both are shares."""
    sign, v = minus_split(next(u for u in t.summands if u is not ONE))
    match strip(v):
        case Power(u, Number(n)) if n == 2:
            root: Term = u
        case Quotient(top, bottom) if _is_square(top) and _is_square(bottom):
            root = Quotient(_root(top), _root(bottom))
        case _:
            return None
    less, more = over_one_line(Plus((ONE, neg(root)))), over_one_line(Plus((ONE, root)))
    return None if sign > 0 or less is None or more is None else times(less, more)


def _root(t: Term) -> Term:
    u = strip(t)
    assert isinstance(u, Power)
    return u.base


def _is_square(t: Term) -> bool:
    return isinstance(u := strip(t), Power) and u.exponent is number(2)


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
    return match(v.body, u, (v.index,)) is not None


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
    return [(base, n) for base, ns in table.values() if (n := _total(ns)) is not ZERO]


def one_exponential(many: list[Pair]) -> list[Term]:
    """Shares and exponentials as one exponential, logarithms of shares first."""
    logs = [times(n, hold(Log(b))) for b, n in many if not is_bare(b)]
    rest = [times(n, b.body) for b, n in many if isinstance(b, Exp)]
    return [exp(plus(*logs, *rest))] if many else []


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


def _whole(n: Term) -> bool:
    return isinstance(n, Number) and n.value.denominator == 1


def _total(many: Iterable[Term]) -> Term:
    """The sum of exponents, like terms added up."""
    table: dict[Term, Fraction] = {}
    for n in many:
        for value, u in _linear(n):
            table[u] = table.get(u, Fraction(0)) + value
    return plus(*(times(number(value), u) for u, value in table.items() if value))


def _linear(t: Term) -> list[tuple[Fraction, Term]]:
    """t as numbers times terms."""
    sign, u = minus_split(t)
    match strip(u):
        case Number(value):
            return [(sign * value, ONE)]
        case Plus(many):
            return [(sign * value, v) for w in many for value, v in _linear(w)]
        case Times((Number(value), *rest)):
            return [(sign * value * v, w) for v, w in _linear(times(*rest))]
    return [(Fraction(sign), u)]


def over_one_line(t: Term) -> Quotient | None:
    """1 - u/v, or 1 + u/v, as (v -+ u)/v where that is no longer than v."""
    match strip(t):
        case Plus((a, b)) if ONE in (a, b):
            sign, u = minus_split(b if a is ONE else a)
            if not isinstance(q := fraction(u), Quotient):
                return None
            rest = _without(strip(q.bottom), strip(q.top)) if sign < 0 else None
            rest = _added(strip(q.bottom), strip(q.top), sign) if rest is None else rest
            return None if rest is None else Quotient(rest, q.bottom)
    return None


def _added(whole: Term, part: Term, sign: int) -> Term | None:
    """whole + sign * part where opposite summands make it no longer than whole."""
    if not isinstance(whole, Plus) or not isinstance(part, Plus):
        return None
    rest: list[Term] = []
    for u in (*whole.summands, *(signed(sign, v) for v in part.summands)):
        opposite = next((v for v in rest if key(v) is key(neg(u))), None)
        rest.append(u) if opposite is None else rest.remove(opposite)
    found = merged_sum(rest)
    return found if len(summands(found)) < len(whole.summands) else None


def merged_sum(many: list[Term]) -> Term:
    """A sum with equal summands counted."""
    table: dict[Term, list[Term]] = {}
    for u in many:
        table.setdefault(key(u), []).append(u)
    return plus(*(times(number(len(us)), us[0]) for us in table.values()))


def _without(whole: Term, part: Term) -> Term | None:
    """whole - part where part is one of its summands, or the summand of a sum at a free index."""
    if isinstance(whole, Plus):
        rest = [u for u in whole.summands if key(strip(u)) is not key(part)]
        return plus(*rest) if len(rest) == len(whole.summands) - 1 else None
    if isinstance(whole, Big) and not whole.excluded:
        binding = match(whole.body, part, (whole.index,))
        if binding:
            return Big(whole.index, whole.size, whole.body, (binding[whole.index],))
    return None
