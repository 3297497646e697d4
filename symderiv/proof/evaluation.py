"""Terms at one point: concrete sizes and numbers, derivatives by jets.

A second way to the meaning of a term, which shares nothing with rules and normal forms but the terms
themselves and the statement's definitions. A derivative is total, through definitions; one by an entry of
a defined array holds that array as the independent variable inside. `Stop` has the value and no derivative.
A product with a factor ``delta(i, k)`` or ``1 - delta(i, k)`` that is 0 for its indices alone is 0 whatever
its other factors are, as is a fraction with such a numerator; no other 0 is read so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symderiv.errors import InputError
from symderiv.proof import balls, jets, special
from symderiv.proof.balls import NoValue
from symderiv.proof.jets import Value
from symderiv.proof.names import Names
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
)

Env = Mapping[str, int]
Location = tuple[str, tuple[int, ...]]
Seed = tuple[int, str, tuple[int, ...]]  # the unit of a derivative around, and what it is by
Seeds = tuple[Seed, ...]
MOST = 100_000  # summands at one point
DEEPEST = 8  # derivatives within one another: a product takes 3 to that many multiplications


class NoMeaning(NoValue):
    """A derivative by a name inside one by a name that is defined through it: two readings, so none."""


@dataclass
class Evaluation:
    """Values of terms at one point; ``numbers`` holds undefined entries and scalars, ``labels`` class numbers."""

    names: Names
    sizes: Mapping[str, int]
    numbers: Mapping[Location, balls.Number]
    labels: Mapping[Location, int] = field(default_factory=dict)
    looked_up: set[Location] = field(default_factory=set)
    _known: dict[tuple[Any, ...], Value] = field(default_factory=dict)
    _summands: int = 0

    def at(self, t: Term, env: Env, seeds: Seeds = ()) -> Value:
        """The value of a term; ``env`` gives its free indices. Raises `NoValue`."""
        if type(t) is Number:
            return _constant(t)
        indices, reached = self.names.of(t)
        if seeds:
            seeds = tuple(s for s in seeds if s[1] in reached)
        key = (t, seeds, *[env[name] for name in indices])
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _MEANINGS[type(t)](self, t, env, seeds)
        return found

    def index(self, i: Term, env: Env) -> int:
        """The value of an index: a literal, a letter, or a label."""
        match i:
            case Symbol(name):
                return env[name]
            case Number(value):
                return int(value)
            case Entry(array, indices):
                place = array, tuple(self.index(j, env) for j in indices)
                if place in self.labels:
                    return self.labels[place]
        raise InputError(f"an index without a value: {i}")

    def size(self, size: Term) -> int:
        """The value of a size."""
        return int(size.value) if isinstance(size, Number) else self.sizes[getattr(size, "name", "")]

    def _symbol(self, t: Symbol, _: Env, seeds: Seeds) -> Value:
        if t.name in self.sizes:
            return balls.rational(self.sizes[t.name])
        return self._leaf(t.name, (), seeds)

    def _entry(self, t: Entry, env: Env, seeds: Seeds) -> Value:
        return self._leaf(t.array, tuple(self.index(i, env) for i in t.indices), seeds)

    def _leaf(self, name: str, indices: tuple[int, ...], seeds: Seeds) -> Value:
        definition = self.names.definitions.get(name)
        if definition is None:
            found = self._number(name, indices)
        else:
            # a name that is held has its definition's value, as derivatives further out see it
            held = next((n for n, s in enumerate(seeds) if s[1] == name), len(seeds))
            env = dict(zip((p.name for p in definition.parameters), indices, strict=True))
            found = self.at(definition.body, env, seeds[:held])
        for unit, moving, place in seeds:
            if moving == name and place == indices:
                found = jets.moved(found, unit)
        return found

    def _number(self, name: str, indices: tuple[int, ...]) -> balls.Number:
        self.looked_up.add((name, indices))
        if (name, indices) not in self.numbers:
            raise InputError(f"{name}{list(indices) or ''} has no value at this point")
        return self.numbers[name, indices]

    def _delta(self, t: Delta, env: Env, _: Seeds) -> Value:
        return balls.ONE if self.index(t.left, env) == self.index(t.right, env) else balls.ZERO

    def _big(self, t: Big, env: Env, seeds: Seeds) -> Value:
        left_out = {self.index(e, env) for e in t.excluded}
        total: Value = balls.ZERO
        for v in range(1, self.size(t.size) + 1):
            if v not in left_out:
                self._summands += 1
                if self._summands > MOST:
                    raise InputError(f"more than {MOST} summands to add up")
                total = total + self.at(t.body, {**env, t.index.name: v}, seeds)
        return total

    def _derivative(self, t: D, env: Env, seeds: Seeds) -> Value:
        x = t.variable
        name = x.array if isinstance(x, Entry) else getattr(x, "name", "")
        place = tuple(self.index(i, env) for i in x.indices) if isinstance(x, Entry) else ()
        for _, outer, _ in seeds:
            if outer != name and name in self.names.basis(outer):
                raise NoMeaning(f"the derivative by {name} inside one by {outer}, which is defined through {name}")
        if len(seeds) == DEEPEST:
            raise InputError(f"more than {DEEPEST} derivatives within one another")
        unit = 1 << max((s[0].bit_length() for s in seeds), default=0)
        return jets.derivative(self.at(t.body, env, (*seeds, (unit, name, place))), unit)

    def _stop(self, t: Stop, env: Env, _: Seeds) -> Value:
        return self.at(t.body, env)

    def _plus(self, t: Plus, env: Env, seeds: Seeds) -> Value:
        total = self.at(t.summands[0], env, seeds)
        for u in t.summands[1:]:
            total = total + self.at(u, env, seeds)
        return total

    def _times(self, t: Times, env: Env, seeds: Seeds) -> Value:
        if self._left_out(t, env):
            return balls.ZERO
        product = self.at(t.factors[0], env, seeds)
        for u in t.factors[1:]:
            product = product * self.at(u, env, seeds)
        return product

    def _quotient(self, t: Quotient, env: Env, seeds: Seeds) -> Value:
        if self._left_out(t, env):
            return balls.ZERO
        return self.at(t.top, env, seeds) * jets.applied(jets.inverse, self.at(t.bottom, env, seeds))

    def _left_out(self, t: Term, env: Env) -> bool:
        """Whether a Kronecker delta leaves the term out: a factor that is 0 for its indices alone."""
        match t:
            case Delta(left, right):
                return self.index(left, env) != self.index(right, env)
            case Plus((Number(value), Neg(Delta(left, right))) | (Neg(Delta(left, right)), Number(value))):
                return value == 1 and self.index(left, env) == self.index(right, env)
            case Times(factors):
                return any(self._left_out(u, env) for u in factors)
            case Quotient(u, _) | Neg(u):
                return self._left_out(u, env)
        return False

    def _neg(self, t: Neg, env: Env, seeds: Seeds) -> Value:
        return -self.at(t.body, env, seeds)

    def _exp(self, t: Exp, env: Env, seeds: Seeds) -> Value:
        return jets.applied(jets.exponential, self.at(t.body, env, seeds))

    def _log(self, t: Log, env: Env, seeds: Seeds) -> Value:
        return jets.applied(jets.logarithm, self.at(t.body, env, seeds))

    def _power(self, t: Power, env: Env, seeds: Seeds) -> Value:
        """A written rational exponent is that power; one of sizes is a whole number; any other asks for a base > 0."""
        base, exponent = self.at(t.base, env, seeds), self.at(t.exponent, env, seeds)
        fixed = balls.as_fraction(exponent) if _of_sizes(t.exponent, self.sizes) else None
        if fixed is None:
            return jets.general_power(base, exponent)
        if fixed.denominator == 1:
            return jets.applied(jets.whole_power(int(fixed)), base)
        if seeds and balls.as_fraction(jets.value(base)) == 0:
            raise NoValue("a derivative of a root at 0")  # the jet of x^2 at 0 looks like that of a constant
        return jets.applied(jets.root_power(fixed), base)

    def _function(self, t: Function, env: Env, seeds: Seeds) -> Value:
        return special.function(t.name, [self.at(u, env, seeds) for u in t.arguments], self.names.rank(t.name))


def _constant(t: Number) -> balls.Number:
    return balls.rational(t.value)


def _of_sizes(t: Term, sizes: Mapping[str, int]) -> bool:
    """Whether an exponent is made of numbers, sizes and deltas, so that its value is no accident of the point."""
    match t:
        case Number() | Delta():
            return True
        case Symbol(name):
            return name in sizes
        case Plus(many) | Times(many):
            return all(_of_sizes(u, sizes) for u in many)
        case Neg(u):
            return _of_sizes(u, sizes)
        case Quotient(u, v):
            return _of_sizes(u, sizes) and _of_sizes(v, sizes)
    return False


Meaning = Callable[[Evaluation, Any, Env, Seeds], Value]
_MEANINGS: dict[type[Term], Meaning] = {
    Symbol: Evaluation._symbol,
    Entry: Evaluation._entry,
    Delta: Evaluation._delta,
    Big: Evaluation._big,
    D: Evaluation._derivative,
    Stop: Evaluation._stop,
    Plus: Evaluation._plus,
    Times: Evaluation._times,
    Quotient: Evaluation._quotient,
    Neg: Evaluation._neg,
    Exp: Evaluation._exp,
    Log: Evaluation._log,
    Power: Evaluation._power,
    Function: Evaluation._function,
}
