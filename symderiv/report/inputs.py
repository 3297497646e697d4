"""Simple inputs that satisfy the given facts, for problems that bring no example of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import Any

import numpy as np

from symderiv.binders import array_names, free_names
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.report.example import axes, evaluate
from symderiv.scope import Scope
from symderiv.statement import Fact, Statement
from symderiv.terms import Big, Entry, Number, Symbol, Term, subterms

CLASSES, OTHERS = 3, 2
ATTEMPTS = 500
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": np.isclose,
    "!=": np.not_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def largest_size(statement: Statement) -> int:
    """The largest size that the problem itself fixes, by a literal size or index; 1 where it fixes none."""
    scope = statement.scope
    every = [s for shape in scope.shapes.values() for s in shape] + list(scope.indices.values())
    bodies = (statement.value, *(d.body for d in statement.definitions))
    every += [t.size for body in bodies for t in subterms(body) if isinstance(t, Big)]
    return max((*(int(s.value) for s in every if isinstance(s, Number)), *scope.least.values()), default=1)


def simple_input(statement: Statement, others: Iterable[Term] = ()) -> Mapping[str, Any] | None:
    """Values for every argument that satisfy the facts and where the value is finite, and so are some other terms.

    None where no simple candidate does, or where a size belongs to no argument. The size of class
    numbers, else the one that most axes share, becomes 3, every other one 2.
    """
    scope, sizes = statement.scope, _sizes(statement)
    names = default_arguments(statement, (*statement.variables, statement.value))
    names = tuple(dict.fromkeys((*names, *statement.classes)))
    if not set(scope.sizes) <= {size for name in names for size in scope.shapes.get(name, ())}:
        return None
    shapes = [[_length(s, sizes) for s in scope.shapes.get(name, ())] for name in names]
    labels = _like_labels(statement, names)
    classes = {name: _length(size, sizes) for name, size in statement.classes.items()}
    choices = product(
        *(
            [_classes(shape, classes[name])] if name in classes else _candidates(shape, n, name in labels)
            for n, (name, shape) in enumerate(zip(names, shapes, strict=True))
        )
    )
    for chosen in islice(choices, ATTEMPTS):
        given = dict(zip(names, chosen, strict=True))
        if satisfies(statement, given) and is_finite(statement, (statement.value, *others), given):
            return given
    return None


def satisfies(statement: Statement, given: Mapping[str, Any]) -> bool:
    """Whether no fact of a problem is false for some values of its arguments."""
    return all(_holds(statement, fact, given) for fact in statement.facts)


def is_finite(statement: Statement, many: Iterable[Term], given: Mapping[str, Any]) -> bool:
    """Whether terms of a problem are finite numbers for some values of its arguments."""
    with np.errstate(all="ignore"):
        return all(np.all(np.isfinite(evaluate(statement, t, axes(statement, t), given))) for t in many)


def _like_labels(statement: Statement, names: tuple[str, ...]) -> frozenset[str]:
    """Arguments whose rows are first tried as shares: those of the facts, else all but the first."""
    told = frozenset().union(*(array_names(t) for f in statement.facts for t in (f.relation.left, f.relation.right)))
    return (told or frozenset(names)) - frozenset(names[:1])


def _sizes(statement: Statement) -> dict[Term, int]:
    every = [s for shape in statement.scope.shapes.values() for s in shape if isinstance(s, Symbol)]
    classes = (s for s in statement.classes.values() if isinstance(s, Symbol))
    most = next(classes, None) or max(dict.fromkeys(every), key=every.count, default=None)
    return {s: max(CLASSES if s is most else OTHERS, statement.scope.least.get(s, 1)) for s in every}


def _length(size: Term, sizes: Mapping[Term, int]) -> int:
    return int(size.value) if isinstance(size, Number) else sizes[size]


def _candidates(shape: list[int], place: int, shares_first: bool) -> list[Any]:
    """Numbers of mixed signs, shares that add up to 1, one-hot rows, positive numbers, ones.

    ``place`` is that of the argument: each gets numbers of its own.
    """
    scattered = _scattered(shape, place)
    mixed, positive = np.round(scattered - 0.9, 1), [np.round(scattered + 0.1, 1), np.ones(shape)]
    if not shape:
        return [*positive, mixed]
    shares, one_hot = np.roll(_shares(shape), max(place - 1, 0), axis=-1), _one_hot(shape)
    return [shares, one_hot, mixed, *positive] if shares_first else [mixed, shares, one_hot, *positive]


def _rows(shape: list[int]) -> Any:
    """The number of each row, counted through all leading axes."""
    return np.arange(int(np.prod(shape[:-1], dtype=int))).reshape((*shape[:-1], 1))


def _one_hot(shape: list[int]) -> Any:
    return np.where(np.arange(shape[-1]) == _rows(shape) % shape[-1], 1.0, 0.0)


def _classes(shape: list[int], many: int) -> Any:
    """Class numbers from 1 on: those that one-hot rows mark."""
    return 1 + np.arange(int(np.prod(shape, dtype=int))).reshape(shape) % many


def _shares(shape: list[int]) -> Any:
    """A large share that moves on from row to row, and becomes smaller in favour of the next when it comes round."""
    size = shape[-1]
    small = 0.2 if size <= 4 else 0.1 if size <= 9 else 0.01
    large = _one_hot(shape)
    moved = np.where(size > 1, 0.1 * (_rows(shape) // size % 3), 0.0)
    return np.round(small + (1 - small * size - moved) * large + moved * np.roll(large, 1, axis=-1), 2)


def _scattered(shape: list[int], place: int) -> Any:
    """One-decimal numbers from 0 to 2.5 without a pattern from row to row, the same every time.

    Equal steps along the rows would make the rows differ by a constant, and their softmax be the
    same; squares modulo a prime have no such steps, and with these two factors no two rows of a
    small matrix are alike.
    """
    count = np.arange(1, int(np.prod(shape, dtype=int)) + 1) + 7 * place
    return ((4 * count * count + 16 * count) % 101 // 4 / 10).reshape(shape)


def _holds(statement: Statement, fact: Fact, given: Mapping[str, Any]) -> bool:
    sides = (fact.relation.left, fact.relation.right)
    if not set(default_arguments(statement, sides)) <= given.keys():
        return True  # a fact about what is no argument
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
