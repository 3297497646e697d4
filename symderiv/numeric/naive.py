"""Formulas evaluated as they stand, in double precision: what code does that is a copy of the formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from symderiv.errors import Refused
from symderiv.numeric.marks import CONSTANTS, NUMPY_FUNCTIONS
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

Env = Mapping[str, int]
NUMBERS = {
    "pi": np.pi,
    "EulerGamma": np.euler_gamma,
    **{n: float(t) for n, t in CONSTANTS.items() if not t.startswith("np.")},
}


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
            case Function(name, (u,)) if name in NUMPY_FUNCTIONS:
                return getattr(np, NUMPY_FUNCTIONS[name])(self.value(u, at))
            case Function(name, ()) if name in NUMBERS:
                return np.float64(NUMBERS[name])
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


@dataclass(frozen=True)
class Plainly:
    """A term as a function of the arguments that generated code takes, evaluated as it stands.

    Class numbers count from 0 there. ``axes`` are the axes of the result.
    """

    statement: Statement
    term: Term
    axes: tuple[Symbol, ...]
    arguments: tuple[str, ...]

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of keyword arguments: every size, though those of arrays are known."""
        return tuple(s.name for s in self.statement.scope.sizes)

    def __call__(self, *numbers: Any, **sizes: int) -> Any:
        """The values, an axis for each index."""
        scope, classes = self.statement.scope, self.statement.classes
        given = {a: x + 1 if a in classes else x for a, x in zip(self.arguments, numbers, strict=True)}
        pairs = (pair for a, x in given.items() for pair in zip(scope.shapes.get(a, ()), np.shape(x), strict=True))
        known = {**sizes, **{size.name: n for size, n in pairs if isinstance(size, Symbol)}}
        formulas = Formulas(self.statement, given, known)
        return formulas.over(self.term, self.axes, (formulas.length(scope.indices[i.name]) for i in self.axes))


def _reduced(operation: np.ufunc, many: list[Any]) -> Any:
    """Several numbers added up or multiplied, from the left."""
    total = many[0]
    for x in many[1:]:
        total = operation(total, x)
    return total
