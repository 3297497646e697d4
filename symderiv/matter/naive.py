"""Formulas evaluated as they stand, in double precision: what code does that is a copy of the formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from symderiv.errors import Refused
from symderiv.statement import Statement
from symderiv.terms import (
    Big,
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

Env = Mapping[str, int]


@dataclass(frozen=True)
class Formulas:
    """Evaluates terms entry by entry; ``given`` are arrays and numbers, ``sizes`` what the size symbols are.

    Definitions are evaluated where they stand, each by its own formula. Class numbers count from 1.
    """

    statement: Statement
    given: Mapping[str, Any]
    sizes: Mapping[str, int]

    def over(self, t: Term, axes: Iterable[Symbol], lengths: Iterable[int]) -> Any:
        """The values of a term over some of its indices, an axis for each; overflow is what it is."""
        names, many = tuple(s.name for s in axes), tuple(lengths)
        with np.errstate(all="ignore"):
            every = product(*(range(1, n + 1) for n in many))
            return np.array([self.value(t, dict(zip(names, at, strict=True))) for at in every]).reshape(many)

    def value(self, t: Term, at: Env) -> Any:
        """The value of a term for given indices; raises `Refused` for what has no formula, such as a derivative."""
        match t:
            case Number(value):
                return np.float64(value.numerator) / np.float64(value.denominator)
            case Symbol(name) if name in self.sizes:
                return np.float64(self.sizes[name])
            case Symbol() | Entry():
                return self._leaf(t, at)
            case Plus(many):
                return _reduced(np.add, [self.value(u, at) for u in many])
            case Times(many):
                return _reduced(np.multiply, [self.value(u, at) for u in many])
            case Neg(u):
                return -self.value(u, at)
            case Quotient(u, v):
                return np.divide(self.value(u, at), self.value(v, at))
            case Power(u, v):
                return np.power(self.value(u, at), self.value(v, at))
            case Exp(u):
                return np.exp(self.value(u, at))
            case Log(u):
                return np.log(self.value(u, at))
            case Stop(u):
                return self.value(u, at)
            case Delta(left, right):
                return np.float64(self.index(left, at) == self.index(right, at))
            case Big(k, size, body, excluded):
                out = {self.index(e, at) for e in excluded}
                terms = [self.value(body, {**at, k.name: n}) for n in range(1, self.length(size) + 1) if n not in out]
                return _reduced(np.add, [np.float64(0), *terms])
        raise Refused(f"a {type(t).__name__.lower()} has no formula to evaluate")

    def _leaf(self, t: Entry | Symbol, at: Env) -> Any:
        indices = t.indices if isinstance(t, Entry) else ()
        name = t.array if isinstance(t, Entry) else t.name
        found = None if name in self.given else self.statement.by_name.get(name)
        if found is not None:
            own = zip((s.name for s in found.parameters), (self.index(i, at) for i in indices), strict=True)
            return self.value(found.body, dict(own))
        place = tuple(self.index(i, at) - 1 for i in indices)
        return np.float64(np.asarray(self.given[name])[place])

    def index(self, i: Term, at: Env) -> int:
        """The whole number that an index, a literal or a label stands for."""
        match i:
            case Number(value):
                return int(value)
            case Symbol(name) if name in at:
                return at[name]
        return int(self._leaf(i, at)) if isinstance(i, Entry | Symbol) else int(self.value(i, at))

    def length(self, size: Term) -> int:
        """How many a size is."""
        return int(size.value) if isinstance(size, Number) else self.sizes[size.name] if isinstance(size, Symbol) else 0


def _reduced(operation: np.ufunc, many: list[Any]) -> Any:
    """Several numbers added up or multiplied, from the left."""
    total = many[0]
    for x in many[1:]:
        total = operation(total, x)
    return total
