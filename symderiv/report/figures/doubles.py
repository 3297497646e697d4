"""Values of terms in double precision that are the same on every machine.

A figure of rounding errors shows the last bits of numbers, and those of exponentials differ between processors and
libraries. Here every operation is carried out with many digits and rounded once to the nearest double: what IEEE
arithmetic does for + - * /, and what a perfect library would do for functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from symderiv.errors import Refused
from symderiv.letters import free_names
from symderiv.numeric.rewrites.marks import NUMPY_FUNCTIONS
from symderiv.proof.balls import precision
from symderiv.statement import Statement
from symderiv.terms import (
    Big,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
)

BITS = 256  # beyond the sum of a number and 2^-52 of it, exactly, and far beyond the rounding of any function
NAMED = frozenset("exp log sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh".split())


@dataclass(frozen=True, slots=True)
class Double:
    """A complex number whose two parts are doubles; every operation is rounded once, part by part."""

    value: Any

    def __add__(self, other: Double) -> Double:
        return _once(lambda: self.value + other.value)

    def __sub__(self, other: Double) -> Double:
        return _once(lambda: self.value - other.value)

    def __mul__(self, other: Double) -> Double:
        return _once(lambda: self.value * other.value)

    def __truediv__(self, other: Double) -> Double:
        return _once(lambda: self.value / other.value)

    def __neg__(self) -> Double:
        return _once(lambda: -self.value)

    def __pow__(self, other: Double) -> Double:
        whole = int(float(other.value.real)) if other.value.contains_integer() else None
        return _once(lambda: self.value ** (other.value if whole is None else whole))

    @property
    def real(self) -> float:
        """The real part."""
        return float(self.value.real)

    @property
    def imag(self) -> float:
        """The imaginary part."""
        return float(self.value.imag)


def double(value: float | Fraction, imaginary: float = 0.0) -> Double:
    """A number, rounded to the nearest double.

    >>> (double(Fraction(1, 10)) + double(Fraction(2, 10))).real
    0.30000000000000004
    """
    return Double(flint.acb(float(value), imaginary))


def called(name: str, x: Double) -> Double:
    """A function by its name; raises `Refused` for one that is not known here."""
    if name not in NAMED:
        raise Refused(f"the function {name} is not worked out here")
    return _once(lambda: getattr(x.value, name)())


def _once(found: Callable[[], Any]) -> Double:
    with precision(BITS):
        exact = found()
    return Double(flint.acb(float(exact.real), float(exact.imag)))


def numpy_called(name: str, x: Any) -> Any:
    """A function by its name, in NumPy; raises `Refused` for one that is not known there."""
    known = {"exp": "exp", "log": "log", **NUMPY_FUNCTIONS}
    if name not in known:
        raise Refused(f"the function {name} is not worked out here")
    return getattr(np, known[name])(x)


@dataclass(frozen=True)
class Arithmetic:
    """The numbers that terms are worked out in: how they are made, and functions by name; + - * / ** are theirs."""

    made: Callable[[Any], Any]
    called: Callable[[str, Any], Any]


DOUBLES = Arithmetic(double, called)
NUMPY = Arithmetic(np.float64, numpy_called)


@dataclass
class Values:
    """Values of terms of a statement where arrays and scalars have some numbers.

    ``numbers`` holds arrays of numbers of the arithmetic, ``labels`` class numbers from 1 on; ``still`` is where
    what is stopped keeps its values, ``known`` what has been worked out. Terms are worked out as they are written.
    """

    statement: Statement
    arithmetic: Arithmetic
    numbers: Mapping[str, Any]
    sizes: Mapping[str, int]
    labels: Mapping[str, Any] = field(default_factory=dict)
    still: Values | None = None
    known: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)

    def at(self, t: Term, env: Mapping[str, int]) -> Any:
        """The value of a term; ``env`` gives its free indices. Raises `Refused` for a derivative in it."""
        place = t, *sorted((name, env[name]) for name in free_names(t) if name in env)
        if place not in self.known:
            self.known[place] = self._worked(t, env)
        return self.known[place]

    def index(self, i: Term, env: Mapping[str, int]) -> int:
        """The value of an index: a literal, a letter, a class."""
        match i:
            case Number(value):
                return int(value)
            case Entry(array, indices):
                return int(self.labels[array][tuple(self.index(j, env) - 1 for j in indices)])
            case Symbol(name):
                return env[name] if name in env else int(self.labels[name])
        raise Refused(f"{type(i).__name__} is no index")

    def _worked(self, t: Term, env: Mapping[str, int]) -> Any:
        match t:
            case Number(value):
                return self.arithmetic.made(value)
            case Symbol(name) if name in self.sizes:
                return self.arithmetic.made(self.sizes[name])
            case Symbol() | Entry():
                return self._leaf(t, env)
            case Delta(left, right):
                return self.arithmetic.made(int(self.index(left, env) == self.index(right, env)))
            case Stop(body):
                return (self.still or self).at(body, env)
            case Big(index, size, body, excluded):
                left_out = {self.index(e, env) for e in excluded}
                last = int(size.value) if isinstance(size, Number) else self.sizes[getattr(size, "name", "")]
                rows = (n for n in range(1, last + 1) if n not in left_out)
                return _total([self.at(body, {**env, index.name: n}) for n in rows], self.arithmetic.made(0))
        return self._combined(t, env)

    def _combined(self, t: Term, env: Mapping[str, int]) -> Any:
        match t:
            case Plus(many):
                first, *others = (self.at(u, env) for u in many)
                return _total([first, *others], first)
            case Times(many):
                first, *others = (self.at(u, env) for u in many)
                for other in others:
                    first = first * other
                return first
            case Neg(body):
                return -self.at(body, env)
            case Quotient(top, bottom):
                return self.at(top, env) / self.at(bottom, env)
            case Power(base, exponent):
                return self.at(base, env) ** self.at(exponent, env)
            case Exp(body):
                return self.arithmetic.called("exp", self.at(body, env))
            case Log(body):
                return self.arithmetic.called("log", self.at(body, env))
            case Function(name, (body,)):
                return self.arithmetic.called(name, self.at(body, env))
            case Function("pi", ()):
                return self.arithmetic.made(np.pi)
        raise Refused(f"{type(t).__name__} is not worked out here")

    def _leaf(self, t: Symbol | Entry, env: Mapping[str, int]) -> Any:
        name = t.array if isinstance(t, Entry) else t.name
        place = tuple(self.index(i, env) for i in t.indices) if isinstance(t, Entry) else ()
        definition = self.statement.by_name.get(name)
        if name in self.numbers:
            return self.numbers[name][tuple(n - 1 for n in place)]
        if definition is None:
            raise Refused(f"{name} has no numbers here")
        return self.at(definition.body, dict(zip((p.name for p in definition.parameters), place, strict=True)))


def _total(many: list[Any], nothing: Any) -> Any:
    """Added up from the left."""
    total, *others = many or [nothing]
    for other in others:
        total = total + other
    return total
