"""Numbers for a witness: exact while they are rational or made of logarithms, else enclosed by a ball.

A number is a ``flint.fmpq``, a `Logarithms` (a rational combination of 1 and of logarithms of primes, which
are independent over the rationals, so that it is 0 only where it says so), or a ``flint.arb``: a ball that
certainly holds it. `NoValue` is a statement about the expression: a division by 0, a logarithm of -1.
`Unclear` says that this precision cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from symderiv.errors import SymderivError

Number = Any  # flint.fmpq, flint.arb or Logarithms; python-flint is untyped
ZERO, ONE = flint.fmpq(0), flint.fmpq(1)
LONGEST = 4096  # bits up to which a rational number stays exact when it is raised to a power
LARGEST = 20000  # e to this power is the largest number, and its inverse the smallest, that is enclosed
FACTORED = 64  # bits up to which the argument of a logarithm is factored


class NoValue(SymderivError):
    """The expression has no real value here."""


class Unclear(NoValue):
    """The balls are too wide to tell whether the expression has a value here, or which."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Balls of so many bits inside."""
    before, flint.ctx.prec = flint.ctx.prec, bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def rational(value: Fraction | int) -> Number:
    """A rational number.

    >>> rational(Fraction(1, 3)) + rational(1)
    4/3
    """
    return flint.fmpq(value.numerator, value.denominator)


def as_fraction(a: Number) -> Fraction | None:
    """The number as a fraction; None where it is not known to be rational."""
    return Fraction(int(a.p), int(a.q)) if type(a) is flint.fmpq else None


@dataclass(frozen=True, slots=True)
class Logarithms:
    """``constant`` plus a rational multiple of the logarithm of each prime in ``primes``."""

    constant: Number
    primes: Mapping[int, Number]

    def __add__(self, other: Number) -> Number:
        if isinstance(other, Logarithms):
            primes = dict(self.primes)
            for p, c in other.primes.items():
                primes[p] = primes.get(p, ZERO) + c
            return _settled(self.constant + other.constant, primes)
        if type(other) is flint.fmpq:
            return Logarithms(self.constant + other, self.primes)
        return ball(self) + other if type(other) is flint.arb else NotImplemented

    __radd__ = __add__

    def __mul__(self, other: Number) -> Number:
        if type(other) is flint.fmpq:
            return _settled(self.constant * other, {p: c * other for p, c in self.primes.items()})
        return ball(self) * ball(other) if isinstance(other, Logarithms | flint.arb) else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Logarithms:
        return Logarithms(-self.constant, {p: -c for p, c in self.primes.items()})


def _settled(constant: Number, primes: Mapping[int, Number]) -> Number:
    left = {p: c for p, c in primes.items() if c}
    return Logarithms(constant, left) if left else constant


def ball(a: Number) -> Any:
    """The number as a ball of the precision in force."""
    if isinstance(a, Logarithms):
        return sum((flint.arb(p).log() * c for p, c in a.primes.items()), flint.arb(a.constant))
    return flint.arb(a)


def sign(a: Number) -> int:
    """-1, 0 or 1; raises `Unclear` where the ball holds 0 and other numbers."""
    if type(a) is flint.fmpq:
        return (a > 0) - (a < 0)
    b = ball(a)
    if b > 0:
        return 1
    if b < 0:
        return -1
    if b.is_zero():
        return 0
    raise Unclear("a number that cannot be told from 0")


def inverse(a: Number) -> Number:
    """1/a; raises `NoValue` for 0."""
    if type(a) is flint.fmpq:
        if not a:
            raise NoValue("a division by 0")
        return ONE / a
    b = ball(a)
    if b.is_zero():
        raise NoValue("a division by 0")
    if b.contains(0):
        raise Unclear("a division by a number that cannot be told from 0")
    return 1 / b


def exponential(a: Number) -> Number:
    """e to the a; rational for an integer combination of logarithms."""
    if type(a) is flint.fmpq and not a:
        return ONE
    if isinstance(a, Logarithms) and not a.constant and all(c.q == 1 and abs(c) <= 64 for c in a.primes.values()):
        found = ONE
        for p, c in a.primes.items():
            found *= flint.fmpq(p) ** int(c.p)
        return found
    exponent = ball(a)
    _check_size(exponent)
    return exponent.exp()


def _check_size(exponent: Any) -> None:
    """Refuse e to the exponent where writing the number down would take gigabytes."""
    if not abs(exponent) < LARGEST:
        raise Unclear("a number too large or too small to enclose")


def logarithm(a: Number) -> Number:
    """The natural logarithm; raises `NoValue` unless a is positive."""
    if sign(a) <= 0:
        raise NoValue("a logarithm of a number that is not positive")
    if type(a) is not flint.fmpq:
        return ball(a).log()
    if max(a.p.bit_length(), a.q.bit_length()) > FACTORED:
        return flint.arb(a).log()
    primes = {int(p): flint.fmpq(n) for p, n in a.p.factor()}
    primes |= {int(p): flint.fmpq(-n) for p, n in a.q.factor()}
    return _settled(ZERO, primes)


def whole_power(a: Number, n: int) -> Number:
    """a to a whole number; 0 to the 0 is 1."""
    if n < 0:
        return inverse(whole_power(a, -n))
    if type(a) is flint.fmpq:
        bits = max(a.p.bit_length(), a.q.bit_length())
        if bits * n <= LONGEST:
            return a**n
    raised = ball(a)
    if n > 64:
        _check_size(n * raised.abs_upper().log())
    return raised**n


def real_power(a: Number, exponent: Number) -> Number:
    """a to any number: exp(exponent log a) for a positive, exact where it is a root of a rational one."""
    if sign(a) <= 0:
        raise NoValue("a power of a number that is not positive")
    if type(a) is flint.fmpq and type(exponent) is flint.fmpq:
        degree = int(exponent.q)
        roots = [n.root(degree) for n in (a.p, a.q)] if degree <= 64 else []
        if roots and roots[0] ** degree == a.p and roots[1] ** degree == a.q:
            return whole_power(flint.fmpq(*roots), int(exponent.p))
    return (ball(exponent) * ball(a).log()).exp()
