"""Sums that vanish twice at x = 0, as B(x) + B(-x) - 2 does: even ones in x, for B = x/(exp(x) - 1).

With D = B(-x), s = B + D and p = B D, such a sum is a polynomial in s and p that is 0 at s = 2, p = 1, and

    s - 2 = 2 x G,    1 - p = x^2 V,    x = D - B,

with G = 1/2 - 1/x + 1/(exp(x) - 1), which has the sign of x, and V > 0, `bernoulli_odd` and `bernoulli_bend`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import comb

from symderiv.numeric.rewrites.marks import BERNOULLI, BERNOULLI_BEND, BERNOULLI_ODD, WEIGHTED, hold
from symderiv.numeric.rewrites.monomials import Monomial, x_to
from symderiv.numeric.rewrites.portions import Pair, written
from symderiv.numeric.rewrites.scaling import exponent
from symderiv.terms import ONE, ZERO, Exp, Function, Term, minus, number, plus, power, times

Powers = dict[tuple[int, int], Fraction]  # a polynomial: its coefficients by the exponents of two letters


def bernoulli(x: Term) -> Term:
    return Function(BERNOULLI, (x,))


def b_powers(x: Term, at: int, back: int) -> list[Pair]:
    """B^at D^back."""
    return [(bernoulli(x), number(at)), (bernoulli(minus(ZERO, x)), number(back))]


def is_exponential(x: Term) -> bool:
    return exponent(x) is not None or exponent(minus(ZERO, x)) is not None


def one_product(m: Monomial, x: Term) -> Term | None:
    """x^2 exp(x)/(exp(x) - 1)^2 = B D, for any powers of which that below is two or more."""
    if m.x <= 0 or m.less > -2:
        return None
    back = min(max(m.e, 0), -m.less)
    beyond = m.e - back
    more = [*m.others, *x_to(x, m.degree), *([(Exp(times(number(beyond), x)), ONE)] if beyond else [])]
    return times(number(m.number), _beside(more, x, -m.less - back, back))


def even(many: list[Monomial], x: Term) -> tuple[Term, list[Monomial]] | None:
    """What vanishes twice among the lowest powers, as a product, and the rest; None where nothing does."""
    least = min(m.degree for m in many)
    for steps in (1, 0):
        low = [m for m in many if m.degree <= least + steps]
        if len(low) > 1 and (found := _even(low, least, x)) is not None:
            return found, [m for m in many if m not in low]
    return None


def _even(low: list[Monomial], least: int, x: Term) -> Term | None:
    every = _collected(
        ((-m.less - m.e + n, m.e + s - n), m.number * comb(s, n) * (-1) ** n)
        for m in low
        for s in (m.degree - least,)
        for n in range(s + 1)  # x^s = (D - B)^s
    )
    if not every or sum(every.values(), Fraction(0)):
        return None
    every, at, back = _common(every)
    if any(every.get((n, m)) != value for (m, n), value in every.items()):
        return None
    by_s, sums, pairs = _common(_symmetric(every))
    grown = _collected(
        ((i, n), value * 2 ** (s - i)) for (s, n), value in by_s.items() for i in range(s)
    )  # s^k - 2^k over (s - 2)/2
    bent = _collected(((0, i), -value * 2**s) for (s, n), value in by_s.items() for i in range(n))
    signs = {value > 0 for value in (*grown.values(), *bent.values())}
    if not grown or len(signs) > 1 or (bent and is_exponential(x)):
        return None  # what has two signs may cancel, and x times a function that falls like 1/x^2 is no number at inf
    odd = times(_polynomial(grown, x), Function(BERNOULLI_ODD, (x,)))
    bend = times(_polynomial(bent, x), x, Function(BERNOULLI_BEND, (x,))) if bent else ZERO
    more = [*low[0].others, *x_to(x, least + 1), (_sum(x), number(sums)), (hold(plus(odd, bend)), ONE)]
    return _beside(more, x, at + pairs, back + pairs)


def _collected(pairs: Iterable[tuple[tuple[int, int], Fraction]]) -> Powers:
    found: Counter[tuple[int, int]] = Counter()
    for powers, value in pairs:
        found[powers] += value  # type: ignore[assignment]
    return {powers: Fraction(value) for powers, value in found.items() if value}


def _common(every: Powers) -> tuple[Powers, int, int]:
    """What is left without the powers that all have in common, and these."""
    m, n = (min(powers[i] for powers in every) for i in (0, 1))
    return {(i - m, j - n): value for (i, j), value in every.items()}, m, n


def _symmetric(every: Powers) -> Powers:
    """A symmetric polynomial in B and D as one in s = B + D and p = B D."""
    left, found = dict(every), []
    while left:
        (m, n), value = max(left.items())
        found.append(((m - n, n), value))
        less = (((m - i, n + i), -value * comb(m - n, i)) for i in range(m - n + 1))
        left = _collected([*left.items(), *less])
    return _collected(found)


def _polynomial(every: Powers, x: Term) -> Term:
    return hold(
        plus(*(times(number(v), written([(_sum(x), number(s)), *b_powers(x, p, p)])) for (s, p), v in every.items()))
    )


def _sum(x: Term) -> Term:
    return hold(plus(bernoulli(x), bernoulli(minus(ZERO, x))))


def _beside(more: list[Pair], x: Term, at: int, back: int) -> Term:
    """B^at D^back and more; for x an exponential that overflows, the one that underflows decides."""
    if exponent(minus(ZERO, x)) is not None:
        x, at, back = minus(ZERO, x), back, at
    if exponent(x) is None or at <= 0:
        return written([*more, *b_powers(x, at, back)])
    return Function(WEIGHTED, (hold(power(bernoulli(x), number(at))), written([*more, *b_powers(x, 0, back)])))
