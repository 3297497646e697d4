"""Formulas evaluated as they stand: in double precision, as code does that is a copy of them, or in many digits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any, Protocol

import numpy as np

from symderiv.errors import Refused
from symderiv.numeric.rewrites.marks import CONSTANTS, NUMPY_FUNCTIONS
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


class Arithmetic(Protocol):
    """Numbers of some precision, which NumPy's sums, products, quotients and powers take; functions by their names."""

    def number(self, x: Any) -> Any:
        """A fraction, a double or a whole number in this precision."""

    def apply(self, function: str, x: Any) -> Any:
        """A function of `NUMPY_FUNCTIONS`, exp or log."""

    def constant(self, name: str) -> Any:
        """A number with a name."""


class Doubles:
    """Double precision."""

    def number(self, x: Any) -> Any:
        return np.float64(x.numerator) / np.float64(x.denominator) if isinstance(x, Fraction) else np.float64(x)

    def apply(self, function: str, x: Any) -> Any:
        return getattr(np, NUMPY_FUNCTIONS.get(function, function))(x)

    def constant(self, name: str) -> Any:
        return np.float64(NUMBERS[name])


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
    numbers: Arithmetic = field(default_factory=Doubles)

    def over(self, t: Term, axes: Iterable[Symbol], lengths: Iterable[int]) -> Any:
        """The values of a term over some of its indices, an axis for each; overflow is what it is."""
        with np.errstate(all="ignore"):
            return self.map(lambda at: self.value(t, at), axes, lengths)

    def map(self, function: Callable[[Env], Any], axes: Iterable[Symbol], lengths: Iterable[int]) -> Any:
        """A function of some indices as an array, an axis for each."""
        names, many = tuple(s.name for s in axes), tuple(lengths)
        every = product(*(range(1, n + 1) for n in many))
        return np.array([function(dict(zip(names, at, strict=True))) for at in every]).reshape(many)

    def value(self, t: Term, at: Env) -> Any:
        """The value of a term for given indices; raises `Refused` for what has no formula, such as a derivative."""
        match t:
            case Number(value):
                return self.numbers.number(value)
            case Symbol(name) if name in self.sizes:
                return self.numbers.number(self.sizes[name])
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
                return self.numbers.apply("exp", self.value(u, at))
            case Log(u):
                return self.numbers.apply("log", self.value(u, at))
            case Stop(u):
                return self.value(u, at)
            case Function(name, (u,)) if name in NUMPY_FUNCTIONS:
                return self.numbers.apply(name, self.value(u, at))
            case Function(name, ()) if name in NUMBERS:
                return self.numbers.constant(name)
            case Delta(left, right):
                return self.numbers.number(int(self.index(left, at) == self.index(right, at)))
            case Big(_, _, body, _):
                terms = [self.value(body, inner) for inner in self.inside(t, at)]
                return _reduced(np.add, [self.numbers.number(0), *terms])
        raise Refused(f"a {type(t).__name__.lower()} has no formula to evaluate")

    def inside(self, t: Big, at: Env) -> Iterable[Env]:
        """The indices for each summand of a sum."""
        out = {self.index(e, at) for e in t.excluded}
        return [{**at, t.index.name: n} for n in range(1, self.length(t.size) + 1) if n not in out]

    def definition(self, t: Entry | Symbol, at: Env) -> tuple[Term, Env] | None:
        """What a defined name stands for, and the indices in it; None for what is given."""
        indices = t.indices if isinstance(t, Entry) else ()
        name = t.array if isinstance(t, Entry) else t.name
        found = None if name in self.given else self.statement.by_name.get(name)
        if found is None:
            return None
        own = zip((s.name for s in found.parameters), (self.index(i, at) for i in indices), strict=True)
        return found.body, dict(own)

    def _leaf(self, t: Entry | Symbol, at: Env) -> Any:
        found = self.definition(t, at)
        if found is not None:
            return self.value(*found)
        indices = t.indices if isinstance(t, Entry) else ()
        name = t.array if isinstance(t, Entry) else t.name
        place = tuple(self.index(i, at) - 1 for i in indices)
        return self.numbers.number(np.asarray(self.given[name])[place])

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
        formulas, lengths = self.formulas(numbers, sizes)
        return formulas.over(self.term, self.axes, lengths)

    def formulas(
        self, numbers: Sequence[Any], sizes: Mapping[str, int], kind: Arithmetic | None = None
    ) -> tuple[Formulas, list[int]]:
        """The formulas at some arguments, in double precision unless another kind is named, and the axes' lengths."""
        scope, classes = self.statement.scope, self.statement.classes
        given = {a: x + 1 if a in classes else x for a, x in zip(self.arguments, numbers, strict=True)}
        pairs = (pair for a, x in given.items() for pair in zip(scope.shapes.get(a, ()), np.shape(x), strict=True))
        known = {**sizes, **{size.name: n for size, n in pairs if isinstance(size, Symbol)}}
        formulas = Formulas(self.statement, given, known, kind or Doubles())
        return formulas, [formulas.length(scope.indices[i.name]) for i in self.axes]


def _reduced(operation: np.ufunc, many: list[Any]) -> Any:
    """Several numbers added up or multiplied, from the left."""
    total = many[0]
    for x in many[1:]:
        total = operation(total, x)
    return total
