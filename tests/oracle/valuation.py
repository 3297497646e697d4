"""Terms at one point: concrete sizes, exact rational values for every entry and scalar.

A product with a factor ``delta(i, k)`` or ``1 - delta(i, k)`` that is 0 is 0 whatever its other
factors are, as is a fraction with such a numerator: that is how a sum restricted by a delta is
written, and ``(1 - delta(i, j))/(x[i] - x[j])`` asks for nothing at ``i = j``. No other 0 is read so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction

from oracle.exact import Element, Field, NotExact, Undefined

from symderiv.binders import free_names
from symderiv.doors.written_out import plain_name
from symderiv.errors import InputError
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
Place = tuple[str, tuple[int, ...]]
Labels = Mapping[Place, int]
Derive = Callable[[D, Env], Term]


class NotWritten(Undefined):
    """A derivative that could not be written out; that alone does not show it has no value."""


@dataclass
class Valuation:
    """Evaluates terms; ``values`` by name and indices, ``derive`` writes derivatives out over plain names."""

    ring: Field
    statement: Statement
    sizes: Mapping[str, int]
    values: dict[Place, Fraction]
    derive: Derive
    looked_up: set[Place] = field(default_factory=set)
    _known: dict[tuple[Term, tuple[tuple[str, int], ...]], Element] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._plain = {plain_name(*place): place for place in self.values}
        self._written_known: dict[Term, Element] = {}
        self.names = frozenset(name for name, _ in self.values)

    def changed(self, place: Place, value: Fraction) -> Valuation:
        """The same point with one value replaced."""
        return Valuation(self.ring, self.statement, self.sizes, {**self.values, place: value}, self.derive)

    def at(self, t: Term, env: Env) -> Element:
        """The value of a term; ``env`` gives its free indices. Raises what `Field` raises."""
        names = free_names(t)
        place = t, tuple((n, v) for n, v in env.items() if n in names)
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._at(t, env)
        return found

    def index(self, i: Term, env: Env) -> int:
        """The value of an index."""
        match i:
            case Number(value):
                return int(value)
            case Symbol(name) if name in env:
                return env[name]
            case Entry(array, indices):
                place = array, tuple(self.index(j, env) for j in indices)
                if place in self.values:
                    return int(self.values[place])
        raise InputError(f"an index without a value in a check: {i}")

    def size(self, size: Term) -> int:
        """The value of a size."""
        return int(size.value) if isinstance(size, Number) else self.sizes[getattr(size, "name", "")]

    def _at(self, t: Term, env: Env) -> Element:
        match t:
            case Symbol(name) if name in self.sizes:
                return self.ring.rational(self.sizes[name])
            case Symbol(name):
                return self._leaf(name, ())
            case Entry(array, indices):
                return self._leaf(array, tuple(self.index(i, env) for i in indices))
            case Delta(left, right):
                return self.ring.rational(int(self.index(left, env) == self.index(right, env)))
            case Big(index, size, body, excluded):
                left_out = {self.index(e, env) for e in excluded}
                values = (v for v in range(1, self.size(size) + 1) if v not in left_out)
                return self.ring.add(self.at(body, {**env, index.name: v}) for v in values)
            case D(body, _):
                # where the body has no value it has no derivative; written out it may have lost its pole
                with suppress(NotExact):
                    self.at(body, env)
                return self._written(self.derive(t, env))
            case Stop(body):
                return self.at(body, env)
            case Times() | Quotient() if self._left_out(t, env):
                return self.ring.rational(0)
        return self._compound(t, [self.at(u, env) for u in parts(t)])

    def _left_out(self, t: Term, env: Env) -> bool:
        """Whether a Kronecker delta leaves the term out: a factor that is 0 for its indices alone."""
        match t:
            case Delta(left, right):
                return self.index(left, env) != self.index(right, env)
            case Plus((Number(value), Neg(Delta(left, right))) | (Neg(Delta(left, right)), Number(value))) if (
                value == 1
            ):
                return self.index(left, env) == self.index(right, env)
            case Times(factors):
                return any(self._left_out(u, env) for u in factors)
            case Quotient(u, _) | Neg(u):
                return self._left_out(u, env)
        return False

    def _leaf(self, name: str, indices: tuple[int, ...]) -> Element:
        definition = self.statement.by_name.get(name)
        if definition is not None:
            names = (s.name for s in definition.parameters)
            return self.at(definition.body, dict(zip(names, indices, strict=True)))
        return self._value((name, indices))

    def _value(self, place: Place) -> Element:
        self.looked_up.add(place)
        if place not in self.values:
            raise InputError(f"{plain_name(*place)} has no value in a check")
        return self.ring.rational(self.values[place])

    def _written(self, t: Term) -> Element:
        found = self._written_known.get(t)
        if found is None:
            if isinstance(t, Symbol):
                if t.name not in self._plain:
                    raise InputError(f"{t.name} has no value in a check")
                found = self._value(self._plain[t.name])
            else:
                found = self._compound(t, [self._written(u) for u in parts(t)])
            self._written_known[t] = found
        return found

    def _compound(self, t: Term, values: list[Element]) -> Element:
        ring = self.ring
        match t:
            case Number(value):
                return ring.rational(value)
            case Plus():
                return ring.add(values)
            case Times():
                return ring.multiply(values)
            case Neg():
                return ring.multiply((ring.rational(-1), *values))
            case Quotient():
                return ring.divide(*values)
            case Power():
                return ring.power(*values)
            case Exp():
                return ring.exp(values[0])
            case Log():
                return ring.log(values[0])
            case Function(name, _):
                return ring.opaque(name, values)
        raise NotExact(f"no exact value for the node {type(t).__name__}")
