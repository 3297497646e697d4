"""Sums of products of x and exp(x), for a term x, as monomials: what a sum is made of, exp(x) - 1 taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from symderiv.binders import key
from symderiv.numeric.rewrites.linear import lines, total
from symderiv.numeric.rewrites.marks import hold, strip
from symderiv.numeric.rewrites.portions import Pair, factors, is_whole, merged
from symderiv.numeric.rewrites.scaling import is_shifted
from symderiv.terms import ONE, ZERO, Exp, Neg, Number, Plus, Power, Quotient, Term, Times, number, plus, times

MOST = 24  # products that a sum is read as


@dataclass(frozen=True)
class Monomial:
    """number * others * x^x * exp(e x) * (exp(x) - 1)^less."""

    number: Fraction
    others: tuple[Pair, ...] = ()
    x: int = 0
    e: int = 0
    less: int = 0

    @property
    def degree(self) -> int:
        """How it vanishes at x = 0."""
        return self.x + self.less


def candidates(t: Term) -> Iterator[Term]:
    """The exponents x of t that may stand beside exp(x) as factors too."""
    leaves = list(dict.fromkeys(_leaves(t)))
    for u in leaves:
        if isinstance(u, Exp) and not is_shifted(u.body) and _stands_beside(u.body, leaves):
            yield u.body


def _leaves(t: Term) -> Iterator[Term]:
    """What t is made of by sums, products and whole powers, and the sums."""
    match u := strip(t):
        case Plus(many) | Times(many):
            if isinstance(u, Plus):
                yield u
            for v in many:
                yield from _leaves(v)
        case Quotient(v, w):
            yield from _leaves(v)
            yield from _leaves(w)
        case Neg(v) | Power(v, Number()):
            yield from _leaves(v)
        case Number():
            pass
        case _:
            yield u


def _core(x: Term) -> Pair | None:
    """The first factor of x that is no number, where x is made of whole powers."""
    many = factors(x, ONE, False)
    if not all(is_whole(n) for _, n in many):
        return None
    return next(((strip(b), n) for b, n in many if not isinstance(b, Number)), None)


def _stands_beside(x: Term, leaves: list[Term]) -> bool:
    """Whether x is among the factors too, as far as a look at its first factor tells."""
    found = _core(x)
    if found is None:
        return False
    if not isinstance(found[0], Exp):
        return any(key(u) is key(found[0]) for u in leaves)
    return any(isinstance(u, Exp) and _multiple(u.body, found[0].body)[0] for u in leaves)


def _multiple(a: Term, b: Term) -> tuple[int, Term]:
    """The whole n for which a - n b is shorter than a by b, and that rest; 0 and a where there is none."""
    mine, (value, first), *others = lines(a), *lines(b)
    n = next((v / value for v, u in mine if key(u) is key(first)), Fraction(0))
    if n and n.denominator == 1:
        rest = total((a, times(number(-n), b)))
        if len(lines(rest)) - (rest is ZERO) == len(mine) - 1 - len(others):
            return int(n), rest
    return 0, a


def read(t: Term, x: Term) -> list[Monomial] | None:
    """t as a sum of monomials in x and exp(x), None for a long one."""
    match u := strip(t):
        case Number(value):
            return [Monomial(Fraction(value))]
        case Neg(v):
            found = read(v, x)
            return None if found is None else [replace(m, number=-m.number) for m in found]
        case Plus(many):
            every = [read(v, x) for v in many]
            whole = [m for ms in every if ms is not None for m in ms]
            if any(m.x or m.e or m.less for m in whole):
                return None if None in every or len(whole) > MOST else reduced(whole)
        case Times(many):
            return _product([read(v, x) for v in many], x)
        case Quotient(v, w):
            return _product([read(v, x), _power(w, -1, x)], x)
        case Power(v, Number(n)) if n.denominator == 1:
            return _power(v, int(n), x)
        case Exp(a) if not is_shifted(a):
            return [_exponential(a, x)]
    return [_placed(Monomial(Fraction(1), ((u, ONE),)), x)]


def _exponential(a: Term, x: Term) -> Monomial:
    e, rest = _multiple(a, x)
    core = _core(x)
    assert core is not None
    n, rest = _multiple(rest, core[0].body) if isinstance(core[0], Exp) else (0, rest)
    if n % _whole(core[1]):
        n, rest = 0, plus(rest, times(number(n), core[0].body)) if isinstance(core[0], Exp) else rest
    found = Monomial(Fraction(1), ((Exp(rest), ONE),) if rest is not ZERO else (), e=e)
    return _out(found, n // _whole(core[1]), x, core[0])


def _whole(n: Term) -> int:
    assert isinstance(n, Number)
    return int(n.value)


def _placed(m: Monomial, x: Term) -> Monomial:
    """The monomial with the powers of x among its other factors counted as such."""
    core = _core(x)
    assert core is not None
    at = next((n for b, n in m.others if key(strip(b)) is key(core[0])), None)
    if not isinstance(at, Number) or at.value.denominator > 1 or at.value % _whole(core[1]):
        return m
    own = tuple((b, n) for b, n in m.others if key(strip(b)) is not key(core[0]))
    return _out(replace(m, others=own), int(at.value) // _whole(core[1]), x, core[0])


def _out(m: Monomial, n: int, x: Term, core: Term) -> Monomial:
    """m, from which a power of the core of x was taken out, times that of x over that of its other factors."""
    value, others = m.number, list(m.others)
    for b, k in factors(x, ONE, False) if n else ():
        if isinstance(b, Number):
            value *= b.value ** (-n * _whole(k))
        elif key(strip(b)) is not key(core):
            others.append((b, times(number(-n), k)))
    return replace(m, number=value, others=tuple(merged(others)), x=m.x + n)


def _product(every: Iterable[list[Monomial] | None], x: Term) -> list[Monomial] | None:
    found = [Monomial(Fraction(1))]
    for many in every:
        if many is None or len(many) * len(found) > MOST:
            return None
        found = [_times(m, n, x) for m, n in product(found, many)]
    return reduced(found)


def _times(m: Monomial, n: Monomial, x: Term) -> Monomial:
    others = tuple(merged((*m.others, *n.others)))
    return _placed(Monomial(m.number * n.number, others, m.x + n.x, m.e + n.e, m.less + n.less), x)


def _power(t: Term, n: int, x: Term) -> list[Monomial] | None:
    found = read(t, x)
    if found is None:
        return None
    if 0 < n <= 4 and len(found) > 1:
        return _product([found] * n, x)
    if len(found) != 1 or not found[0].number:
        return [Monomial(Fraction(1), ((hold(t), number(n)),))]
    m = found[0]
    others = tuple((b, times(number(n), k)) for b, k in m.others)
    return [Monomial(m.number**n, others, n * m.x, n * m.e, n * m.less)]


def others_of(m: Monomial) -> frozenset[tuple[Term, Term]]:
    return frozenset((key(strip(b)), key(n)) for b, n in m.others)


def reduced(many: list[Monomial]) -> list[Monomial]:
    """The sum with exp(x) - 1 taken out of the polynomials in exp(x) that it divides."""
    table: dict[object, list[Monomial]] = {}
    for m in many:
        table.setdefault((others_of(m), m.x), []).append(m)
    return [m for ms in table.values() for m in _taken_out(ms)]


def _taken_out(many: list[Monomial]) -> list[Monomial]:
    """Monomials that differ in their exponentials only, as few as there may be."""
    if len(many) == 1:
        return many
    lowest, least = min(m.e for m in many), min(m.less for m in many)
    wide = max(m.e - lowest + m.less - least for m in many)
    row = [Fraction(0)] * (wide + 1)
    for m in many:
        own = [Fraction(0)] * (m.e - lowest) + [m.number]
        for _ in range(m.less - least):
            own = [a - b for a, b in zip([Fraction(0), *own], [*own, Fraction(0)], strict=True)]
        for place, value in enumerate(own):
            row[place] += value
    while any(row) and not sum(row):
        # over exp(x) - 1, the highest power first
        left = [row[-1]]
        for value in reversed(row[1:-1]):
            left.append(left[-1] + value)
        row, least = left[::-1], least + 1
    return [replace(many[0], number=v, e=lowest + n, less=least) for n, v in enumerate(row) if v]


def x_to(x: Term, n: int) -> list[Pair]:
    every = [(b, times(number(n), k)) for b, k in factors(x, ONE, False)] if n else []
    return [(Exp(times(n, b.body)), ONE) if isinstance(b, Exp) else (b, n) for b, n in every]
