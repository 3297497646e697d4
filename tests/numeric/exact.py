"""A literal evaluator in ball arithmetic: the value of a term as it is written, and its gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from flint import arb, ctx

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
    Symbol,
    Term,
    Times,
)

Dual = tuple[Any, dict[int, Any]]  # the value, and its derivatives that are not 0
Kind = Callable[[Any], Any]  # what makes a number out of a double


def exact(statement: Statement, values: Mapping[str, object], variable: str, bits: int) -> tuple[arb, list[arb]]:
    """The scalar value of a statement and its gradient by every entry of an argument."""
    before, ctx.prec = ctx.prec, bits
    try:
        value, slopes = Exact(statement, values, variable).at(statement.value, {})
        return value, [slopes.get(n, arb(0)) for n in range(int(np.size(values[variable])))]
    finally:
        ctx.prec = before


class Exact:
    """Values and first derivatives, one entry at a time, nothing rewritten."""

    def __init__(self, statement: Statement, values: Mapping[str, object], variable: str, kind: Kind = arb) -> None:
        self.statement, self.values, self.variable, self.kind = statement, values, variable, kind
        self.memo: dict[tuple[object, ...], Dual] = {}

    def size(self, t: Term) -> int:
        return int(t.value) if isinstance(t, Number) else int(self.values[t.name])

    def index(self, t: Term, at: dict[str, int]) -> int:
        if isinstance(t, Entry):
            return int(self.values[t.array][tuple(self.index(u, at) - 1 for u in t.indices)]) + 1
        return at[t.name] if isinstance(t, Symbol) else int(t.value)

    def at(self, t: Term, at: dict[str, int]) -> Dual:
        key = (t, tuple(sorted(at.items())))
        if key not in self.memo:
            self.memo[key] = self._at(t, at)
        return self.memo[key]

    def _at(self, t: Term, at: dict[str, int]) -> Dual:
        def go(u: Term) -> Dual:
            return self.at(u, at)

        match t:
            case Number(value):
                return self.kind(value.numerator) / value.denominator, {}
            case Entry(name, indices) if name in self.values:
                return self._input(name, tuple(self.index(i, at) - 1 for i in indices))
            case Symbol(name) if name in self.values:
                return self._input(name, ())
            case Entry() | Symbol():
                found = self.statement.unfold(t)
                assert found is not None
                return go(found)
            case Delta(left, right):
                return self.kind(int(self.index(left, at) == self.index(right, at))), {}
            case Plus(many):
                return reduce(_sum, map(go, many))
            case Times(many):
                return reduce(_product, map(go, many))
            case Neg(u):
                return _outer(go(u), lambda x: (-x, self.kind(-1)))
            case Quotient(u, v):
                return _product(go(u), _outer(go(v), lambda x: (1 / x, -1 / x**2)))
            case Power(u, Number(n)) if n.denominator == 1:
                return _outer(go(u), lambda x: (x ** int(n), int(n) * x ** (int(n) - 1)))
            case Power(u, v):
                base = go(u)
                power = _product(go(v), _outer(base, lambda x: (x.log(), 1 / x)))
                return _outer(power, lambda x: (x.exp(), x.exp()))
            case Exp(u):
                return _outer(go(u), lambda x: (x.exp(), x.exp()))
            case Log(u):
                return _outer(go(u), lambda x: (x.log(), 1 / x))
            case Function("tanh", (u,)):
                return _outer(go(u), lambda x: (x.tanh(), 1 / x.cosh() ** 2))
            case Function("sinh", (u,)):
                return _outer(go(u), lambda x: (x.sinh(), x.cosh()))
            case Function("cosh", (u,)):
                return _outer(go(u), lambda x: (x.cosh(), x.sinh()))
            case Function("pi", ()):
                return self.kind(arb.pi()), {}
            case Big(k, size, u, excluded):
                left_out = {self.index(e, at) for e in excluded}
                rows = (m for m in range(1, self.size(size) + 1) if m not in left_out)
                return reduce(_sum, (self.at(u, {**at, k.name: m}) for m in rows), (self.kind(0), {}))
        raise AssertionError(t)

    def _input(self, name: str, place: tuple[int, ...]) -> Dual:
        array = np.asarray(self.values[name])
        value = self.kind(float(array[place]))
        return value, ({int(np.ravel_multi_index(place, array.shape)): self.kind(1)} if name == self.variable else {})


def _sum(a: Dual, b: Dual) -> Dual:
    slopes = dict(a[1])
    for n, s in b[1].items():
        slopes[n] = slopes[n] + s if n in slopes else s
    return a[0] + b[0], slopes


def _product(a: Dual, b: Dual) -> Dual:
    slopes = {n: s * b[0] for n, s in a[1].items()}
    for n, s in b[1].items():
        slopes[n] = slopes[n] + a[0] * s if n in slopes else a[0] * s
    return a[0] * b[0], slopes


def _outer(a: Dual, f: Callable[[Any], tuple[Any, Any]]) -> Dual:
    value, slope = f(a[0])
    return value, {n: s * slope for n, s in a[1].items()}
