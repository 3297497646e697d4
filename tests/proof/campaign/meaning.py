"""What a term means at one point: exact rationals as far as they go, balls beyond, jets for derivatives.

A derivative adds a nilpotent unit to every entry it differentiates by; `Stop` forgets the units. A factor
``delta`` or ``1 - delta`` that is 0 for its indices alone makes its product, or the fraction over it, 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import factorial, isqrt
from typing import Any

from flint import arb, fmpq

from symderiv.nodes import (
    Big,
    D,
    Delta,
    Entry,
    Exp,
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
from symderiv.statement import Definition

from .names import free

Scalar = Any  # fmpq, or arb where a value is no rational number
Jet = dict[int, Scalar]  # coefficients by the set of units, as bits
Location = tuple[str, tuple[int, ...]]
Units = tuple[tuple[Location, int], ...]
ZERO, ONE = fmpq(0), fmpq(1)


class NoValue(Exception):
    """The term has no value here, or balls cannot tell whether it has one."""


class Meaning:
    """Evaluates terms at concrete sizes with concrete values of all entries and scalars."""

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        sizes: Mapping[str, int],
        values: Mapping[Location, Any],
    ) -> None:
        self.definitions = definitions
        self.sizes = sizes
        self.values = {at: scalar(v) for at, v in values.items()}
        self._known: dict[tuple[Any, ...], Jet | None] = {}

    def value(self, t: Term, env: Mapping[str, int]) -> Scalar:
        """The value, a rational or a ball; raises `NoValue`."""
        found = self.jet(t, env, ()).get(0, ZERO)
        if isinstance(found, arb) and not found.is_finite():
            raise NoValue
        return found

    def jet(self, t: Term, env: Mapping[str, int], units: Units) -> Jet:
        """The value with its coefficients of the units."""
        key = (t, tuple((n, env[n]) for n in sorted(free(t)) if n in env), units)
        if key not in self._known:
            try:
                self._known[key] = self._jet(t, env, units)
            except NoValue:
                self._known[key] = None
        found = self._known[key]
        if found is None:
            raise NoValue
        return found

    def index(self, i: Term, env: Mapping[str, int]) -> int:
        """The value of an index or label."""
        match i:
            case Number(value):
                return int(value)
            case Symbol(name):
                return env[name]
            case Entry(array, at):
                return int(self.values[array, tuple(self.index(j, env) for j in at)].p)
        raise AssertionError(f"no index: {i}")

    def vanishes(self, t: Term, env: Mapping[str, int]) -> bool:
        """Whether a delta leaves the term out, for its indices alone."""
        match t:
            case Delta(left, right):
                return self.index(left, env) != self.index(right, env)
            case Plus((Number(v), Neg(Delta(left, right)))) | Plus((Neg(Delta(left, right)), Number(v))) if v == 1:
                return self.index(left, env) == self.index(right, env)
            case Times(many):
                return any(self.vanishes(u, env) for u in many)
            case Quotient(u, _) | Neg(u):
                return self.vanishes(u, env)
        return False

    def _jet(self, t: Term, env: Mapping[str, int], units: Units) -> Jet:
        match t:
            case Number(value):
                return {0: fmpq(value.numerator, value.denominator)}
            case Symbol(name):
                return {0: fmpq(self.sizes[name])} if name in self.sizes else self._leaf((name, ()), units)
            case Entry(array, at):
                return self._leaf((array, tuple(self.index(i, env) for i in at)), units)
            case Delta(left, right):
                return {0: fmpq(int(self.index(left, env) == self.index(right, env)))}
            case Plus(many):
                return total([self.jet(u, env, units) for u in many])
            case Times() | Quotient() if self.vanishes(t, env):
                return {}
            case Times(many):
                product = {0: ONE}
                for u in many:
                    product = multiply(product, self.jet(u, env, units))
                return product
            case Neg(body):
                return {n: -v for n, v in self.jet(body, env, units).items()}
            case Quotient(top, bottom):
                return multiply(self.jet(top, env, units), inverse(self.jet(bottom, env, units)))
            case Power(base, exponent):
                return power(self.jet(base, env, units), self.jet(exponent, env, units))
            case Exp(body):
                return exponential(self.jet(body, env, units))
            case Log(body):
                return logarithm(self.jet(body, env, units))
            case Big(index, size, body, excluded):
                left_out = {self.index(e, env) for e in excluded}
                last = int(size.value) if isinstance(size, Number) else self.sizes[getattr(size, "name", "")]
                every = (v for v in range(1, last + 1) if v not in left_out)
                return total([self.jet(body, {**env, index.name: v}, units) for v in every])
            case Stop(body):
                return {0: self.jet(body, env, ()).get(0, ZERO)}
            case D(body, variable):
                return self._derivative(body, self._location(variable, env), env, units)
        raise AssertionError(f"no meaning: {t}")

    def _location(self, variable: Term, env: Mapping[str, int]) -> Location:
        at = variable.indices if isinstance(variable, Entry) else ()
        return getattr(variable, "array", getattr(variable, "name", "")), tuple(self.index(i, env) for i in at)

    def _derivative(self, body: Term, at: Location, env: Mapping[str, int], units: Units) -> Jet:
        if any(name in self.definitions and name != at[0] for (name, _), _ in units):
            raise NoValue  # a derivative by a defined name, around one by another name, is not in the language
        bit = 1 << len(units)
        moved = self.jet(body, env, (*units, (at, bit)))
        return {n ^ bit: v for n, v in moved.items() if n & bit}

    def _leaf(self, at: Location, units: Units) -> Jet:
        name, indices = at
        definition = self.definitions.get(name)
        if definition is None:
            found: Jet = {0: self.values[at]}
        else:
            inner = dict(zip((s.name for s in definition.parameters), indices, strict=True))
            found = self.jet(definition.body, inner, units)
        moving = {bit: ONE for place, bit in units if place == at}
        return total([found, moving]) if moving else found


def scalar(v: Any) -> Scalar:
    """A value as this module computes with it."""
    return fmpq(v.numerator, v.denominator) if isinstance(v, Fraction | int) else v


def total(many: list[Jet]) -> Jet:
    """The sum of jets."""
    out: Jet = {}
    for jet in many:
        for n, v in jet.items():
            out[n] = out[n] + v if n in out else v
    return {n: v for n, v in out.items() if not (isinstance(v, fmpq) and v == 0)}


def multiply(left: Jet, right: Jet) -> Jet:
    """The product; a unit squared is 0."""
    return total([{n | m: u * v} for n, u in left.items() for m, v in right.items() if not n & m])


def composed(inner: Jet, derivatives: Callable[[int], Scalar]) -> Jet:
    """f of a jet by its Taylor series, which ends; ``derivatives(n)`` is the n-th one of f at the value."""
    small = {n: v for n, v in inner.items() if n}
    out: list[Jet] = [{0: derivatives(0)}]
    term, order = small, 1
    while term:
        factor = derivatives(order) * fmpq(1, factorial(order))
        out.append({n: v * factor for n, v in term.items()})
        term, order = multiply(term, small), order + 1
    return total(out)


def inverse(u: Jet) -> Jet:
    """1 over a jet."""
    a = u.get(0, ZERO)
    if zero_or_unsure(a):
        raise NoValue
    return composed(u, lambda n: (-1) ** n * factorial(n) / a ** (n + 1))


def exponential(u: Jet) -> Jet:
    """e to a jet."""
    a = u.get(0, ZERO)
    value = ONE if isinstance(a, fmpq) and a == 0 else arb(a).exp()
    return composed(u, lambda _: value)


def logarithm(u: Jet) -> Jet:
    """The logarithm of a jet with positive value."""
    a = u.get(0, ZERO)
    if not a > 0:
        raise NoValue
    value = ZERO if isinstance(a, fmpq) and a == 1 else arb(a).log()
    return composed(u, lambda n: (-1) ** (n - 1) * factorial(n - 1) / a**n if n else value)


def power(base: Jet, exponent: Jet) -> Jet:
    """A power: whole exponents by multiplication, exact roots where there are, else e to a multiple of the log."""
    e = exponent.get(0, ZERO)
    if isinstance(e, fmpq) and not any(exponent) and e.q == 1 and abs(e) <= 64:
        product: Jet = {0: ONE}
        for _ in range(abs(int(e.p))):
            product = multiply(product, base)
        return product if e >= 0 else inverse(product)
    a = base.get(0, ZERO)
    if isinstance(a, fmpq) and a == 0 and isinstance(e, fmpq) and e > 0 and not any(base) and not any(exponent):
        return {}
    if not a > 0:
        raise NoValue
    if not any(exponent) and isinstance(e, fmpq) and e.q == 2:
        root = exact_root(a)
        return composed(base, lambda n: falling(e, n) * root ** int(e.p) / a**n)
    return exponential(multiply(exponent, logarithm(base)))


def exact_root(a: Scalar) -> Scalar:
    """The square root of a positive number, rational where it is."""
    if isinstance(a, fmpq):
        p, q = isqrt(int(a.p)), isqrt(int(a.q))
        if p * p == a.p and q * q == a.q:
            return fmpq(p, q)
    return arb(a).sqrt()


def falling(e: Scalar, n: int) -> Scalar:
    """e (e - 1) ... (e - n + 1)."""
    out = ONE
    for k in range(n):
        out *= e - k
    return out


def zero_or_unsure(a: Scalar) -> bool:
    """Whether a value is 0, or a ball that may be."""
    return a == 0 if isinstance(a, fmpq) else bool(a.contains(0))
