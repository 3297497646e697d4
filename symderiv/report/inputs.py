"""Simple inputs that satisfy the given facts, for problems that bring no example of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from symderiv.binders import free_names
from symderiv.numeric.prepare import default_arguments
from symderiv.report.example import evaluate
from symderiv.scope import Scope
from symderiv.statement import Fact, Statement
from symderiv.terms import Entry, Number, Symbol, Term, subterms

CLASSES, OTHERS = 3, 2
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": np.isclose,
    "!=": np.not_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def simple_input(statement: Statement) -> Mapping[str, Any] | None:
    """Values for every argument that satisfy the facts; None where no simple candidate
    does, or where a size belongs to no argument.

    The size that most axes share becomes 3, every other one 2.
    """
    scope, sizes = statement.scope, _sizes(statement)
    names = default_arguments(statement, (*statement.variables, statement.value))
    if not set(scope.sizes) <= {size for name in names for size in scope.shapes.get(name, ())}:
        return None
    shapes = [[_length(s, sizes) for s in scope.shapes.get(name, ())] for name in names]
    for chosen in product(*(_candidates(shape, n == 0) for n, shape in enumerate(shapes))):
        given = dict(zip(names, chosen, strict=True))
        if all(_holds(statement, fact, given) for fact in statement.facts):
            return given
    return None


def _sizes(statement: Statement) -> dict[Term, int]:
    every = [s for shape in statement.scope.shapes.values() for s in shape if isinstance(s, Symbol)]
    most = max(dict.fromkeys(every), key=every.count, default=None)
    return {s: max(CLASSES if s is most else OTHERS, statement.scope.least.get(s, 1)) for s in every}


def _length(size: Term, sizes: Mapping[Term, int]) -> int:
    return int(size.value) if isinstance(size, Number) else sizes[size]


def _candidates(shape: list[int], first: bool) -> list[Any]:
    """Numbers of mixed signs, shares that add up to 1, a one-hot row, positive numbers, ones."""
    ramp = np.arange(1, int(np.prod(shape, dtype=int)) + 1, dtype=float).reshape(shape)
    mixed = [np.round(1.3 - 0.4 * ramp, 1)]
    positive = [0.5 * ramp, np.ones(shape)]
    if not shape:
        return [*mixed, *positive]
    last = np.arange(shape[-1]) == 0
    shares = np.broadcast_to(np.where(last, 1.0 - 0.2 * (shape[-1] - 1), 0.2), shape)
    one_hot = np.broadcast_to(np.where(last, 1.0, 0.0), shape)
    return [*mixed, shares, one_hot, *positive] if first else [shares, one_hot, *mixed, *positive]


def _holds(statement: Statement, fact: Fact, given: Mapping[str, Any]) -> bool:
    sides = (fact.relation.left, fact.relation.right)
    known = replace(statement, scope=_within(statement.scope, fact.variables, sides))
    values = []
    for t in sides:
        own = tuple(v for v in fact.variables if v.name in free_names(t))
        values.append(evaluate(known, t, own, given))
    return bool(np.all(COMPARE[fact.relation.sign](*values)))


def _within(scope: Scope, variables: tuple[Symbol, ...], sides: tuple[Term, ...]) -> Scope:
    """The scope in which the fact's own indices range."""
    entries = (t for side in sides for t in subterms(side) if isinstance(t, Entry))
    for t in entries:
        for i, size in zip(t.indices, scope.shapes.get(t.array, ()), strict=False):
            if isinstance(i, Symbol) and i in variables:
                scope = scope.within(i, size)
    return scope
