"""Claims in numbers: an evaluator that shares nothing with the library but nodes, and points that fit the givens.

Values are floats, or jets of floats: multilinear in one nilpotent unit per derivative around them. A
product with a delta that is 0 for its indices alone is 0 whatever its other factors are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symderiv.statement import Statement
from symderiv.terms import (
    Big,
    D,
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
    parts,
)

Env = Mapping[str, int]
Location = tuple[str, tuple[int, ...]]
Jet = dict[int, float]  # coefficients by the set of units, a bit each; 0 is the value
TINY = 1e-11  # what random points leave of 0 after rounding


class NoValue(Exception):
    """A term has no value at a point."""


def add(*many: Jet) -> Jet:
    out: Jet = {0: 0.0}
    for jet in many:
        for units, v in jet.items():
            out[units] = out.get(units, 0.0) + v
    return out


def multiply(a: Jet, b: Jet) -> Jet:
    out: Jet = {0: 0.0}
    for m, u in a.items():
        for n, v in b.items():
            if not m & n:
                out[m | n] = out.get(m | n, 0.0) + u * v
    return out


def compose(a: Jet, derivative: Callable[[int], float]) -> Jet:
    """f(a) by Taylor's formula, which ends; ``derivative(n)`` is the n-th one at the value of a."""
    small = {m: v for m, v in a.items() if m and v}
    out: Jet = {0: derivative(0)}
    power, order, factorial = {0: 1.0}, 0, 1
    while small:
        order += 1
        factorial *= order
        power = {m: v for m, v in multiply(power, small).items() if v}
        if not power:
            break
        scale = derivative(order) / factorial
        out = add(out, {m: scale * v for m, v in power.items()})
    return out


def raised(a: Jet, exponent: float) -> Jet:
    """A power with a number for its exponent."""
    x, whole = a[0], exponent == int(exponent)
    if (abs(x) < TINY and exponent < 0) or (x < 0 and not whole):
        raise NoValue("a power")

    def derivative(n: int) -> float:
        falling = math.prod(exponent - m for m in range(n))
        if falling == 0:
            return 0.0
        if x == 0 and exponent - n < 0:
            raise NoValue("a derivative of a root at 0")
        return float(falling * x ** (int(exponent) - n if whole else exponent - n))

    return compose(a, derivative)


def exponential(a: Jet) -> Jet:
    if a[0] > 200:
        raise NoValue("too large for floats")
    return compose(a, lambda n: math.exp(a[0]))


def logarithm(a: Jet) -> Jet:
    x = a[0]
    if x < TINY:
        raise NoValue("a logarithm")
    return compose(a, lambda n: (-1) ** (n - 1) * math.factorial(n - 1) / x**n if n else math.log(x))


def opaque(name: str, many: list[Jet]) -> Jet:
    """Some smooth function that belongs to the name."""
    if not many:
        return {0: {"pi": math.pi, "e": math.e, "E": math.e}[name]}
    turned = add(*(multiply({0: (n + 1) * 0.7 + 0.01 * (sum(map(ord, name)) % 50)}, a) for n, a in enumerate(many)))
    return compose(turned, lambda n: math.sin(turned[0] + 0.5 + n * math.pi / 2))


@dataclass
class Point:
    """Sizes, and values of all names without definition; ``labels`` are the arrays of class numbers."""

    statement: Statement
    sizes: Mapping[str, int]
    values: dict[Location, float]
    moving: dict[Location, tuple[int, ...]] = field(default_factory=dict)
    depth: int = 0
    _known: dict[Any, dict[Any, Jet]] = field(default_factory=dict)
    _here: dict[Any, Jet] = field(default_factory=dict)

    def value(self, t: Term, env: Env) -> float:
        """The value of a term; raises `NoValue`."""
        found = self.at(t, env)[0]
        if not math.isfinite(found) or abs(found) > 1e12:
            raise NoValue("too large for floats")
        return found

    def slope(self, t: Term, env: Env, place: Location) -> float:
        """The derivative of a term by a value."""
        return self._derivative(t, env, place)[0]

    def at(self, t: Term, env: Env) -> Jet:
        key = t, tuple(sorted(env.items()))
        found = self._here.get(key)
        if found is None:
            found = self._at(t, env)
            self._here[key] = found
        return found

    def index(self, i: Term, env: Env) -> int:
        match i:
            case Number(value):
                return int(value)
            case Symbol(name):
                return env[name]
            case Entry(array, indices):
                return int(self.values[array, tuple(self.index(j, env) for j in indices)])
        raise AssertionError(f"no index: {i}")

    def size(self, size: Term) -> int:
        return int(size.value) if isinstance(size, Number) else self.sizes[size.name]  # type: ignore[attr-defined]  # a Symbol

    def _at(self, t: Term, env: Env) -> Jet:
        match t:
            case Number(value):
                return {0: float(value)}
            case Symbol(name):
                return {0: float(self.sizes[name])} if name in self.sizes else self._leaf((name, ()))
            case Entry(array, indices):
                return self._leaf((array, tuple(self.index(i, env) for i in indices)))
            case Delta(left, right):
                return {0: float(self.index(left, env) == self.index(right, env))}
            case Big(index, size, body, excluded):
                out = {self.index(e, env) for e in excluded}
                every = (v for v in range(1, self.size(size) + 1) if v not in out)
                return add(*(self.at(body, {**env, index.name: v}) for v in every))
            case D(body, Symbol(name)):
                return self._derivative(body, env, (name, ()))
            case D(body, Entry(array, indices)):
                return self._derivative(body, env, (array, tuple(self.index(i, env) for i in indices)))
            case Stop(body):
                return {0: self.at(body, env)[0]}
            case Times() | Quotient() if self._struck(t, env):
                return {0: 0.0}
        return self._compound(t, [self.at(u, env) for u in parts(t)])

    def _compound(self, t: Term, values: list[Jet]) -> Jet:
        match t:
            case Plus():
                return add(*values)
            case Times():
                out = values[0]
                for v in values[1:]:
                    out = multiply(out, v)
                return out
            case Neg():
                return multiply({0: -1.0}, values[0])
            case Quotient():
                return multiply(values[0], raised(values[1], -1))
            case Power(_, Number(n)):
                return raised(values[0], float(n))
            case Power():
                return exponential(multiply(values[1], logarithm(values[0])))
            case Exp():
                return exponential(values[0])
            case Log():
                return logarithm(values[0])
            case Function(name, _):
                return opaque(name, values)
        raise AssertionError(f"no meaning for {type(t).__name__}")

    def _struck(self, t: Term, env: Env) -> bool:
        match t:
            case Delta(left, right):
                return self.index(left, env) != self.index(right, env)
            case Plus((Number(one), Neg(Delta(left, right)))) | Plus((Neg(Delta(left, right)), Number(one))):
                return one == 1 and self.index(left, env) == self.index(right, env)
            case Times(many):
                return any(self._struck(u, env) for u in many)
            case Quotient(top, _) | Neg(top):
                return self._struck(top, env)
        return False

    def _leaf(self, place: Location) -> Jet:
        definition = self.statement.by_name.get(place[0])
        if definition is None:
            out: Jet = {0: self.values[place]}
        else:
            names = (s.name for s in definition.parameters)
            out = self.at(definition.body, dict(zip(names, place[1], strict=True)))
        return add(out, *({unit: 1.0} for unit in self.moving.get(place, ())))

    def _derivative(self, body: Term, env: Env, place: Location) -> Jet:
        unit, before, here = 1 << self.depth, self.moving, self._here
        self.moving, self.depth = {**before, place: (*before.get(place, ()), unit)}, self.depth + 1
        self._here = self._known.setdefault(tuple(self.moving.items()), {})
        try:
            jet = self.at(body, env)
        finally:
            self.moving, self._here, self.depth = before, here, self.depth - 1
        out = {m & ~unit: v for m, v in jet.items() if m & unit}
        return {0: 0.0, **out}
