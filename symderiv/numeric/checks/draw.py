"""Random arguments that satisfy a problem's facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symderiv.errors import Refused
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import Output
from symderiv.numeric.rewrites.marks import strip
from symderiv.numeric.rewrites.prepare import default_arguments, leaves, unfold
from symderiv.statement import Fact, Statement
from symderiv.terms import Big, Entry, Exp, Log, Number, Quotient, Symbol, Term, parts, subterms

TOLERANCE = 1e-9


def draw(
    statement: Statement,
    names: tuple[str, ...],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    everything_positive: bool = False,
) -> dict[str, Any]:
    """Float arrays and numbers for ``names``, of the shapes that the sizes give, satisfying the facts.

    Entries are normal, those a logarithm wants positive lie between 0.2 and 2, those that facts bound by
    numbers lie between or close to them, arrays whose sums are given are scaled to them, and what is given
    to equal something else does. Class numbers are drawn in their range, those that no name
    asks for as well, and one-hot labels mark them. Raises `Refused` where the facts still do not hold.
    """
    positive, bounds = _positive_names(statement), _bounds(statement)
    drawn: dict[str, Any] = {}
    for name, size in statement.classes.items():
        shape = tuple(_length(s, sizes) for s in statement.scope.shapes.get(name, ()))
        drawn[name] = rng.integers(0, _length(size, sizes), shape)
    for name in (n for n in names if n not in drawn):
        shape = tuple(_length(s, sizes) for s in statement.scope.shapes.get(name, ()))
        wants = everything_positive or name in positive or name not in statement.scope.shapes
        low, high = bounds.get(name, (-np.inf, np.inf))
        entries = _between(max(low, 0.0) if wants and high > 0 > low else low, high, shape, rng)
        drawn[name] = entries if name in statement.scope.shapes else float(entries)
    for f in statement.facts:
        _scale(f, statement, drawn)
    for f in statement.facts:
        _equate(f, statement, drawn, sizes)
    confirm(statement, drawn, sizes)
    return drawn


def confirm(statement: Statement, drawn: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
    """Raise `Refused` where the facts do not hold for some arguments."""
    for f in statement.facts:
        _check(f, statement, drawn, sizes)


def _length(size: Term, sizes: Mapping[str, int]) -> int:
    return int(size.value) if isinstance(size, Number) else sizes[size.name] if isinstance(size, Symbol) else 1


def _positive_names(statement: Statement) -> frozenset[str]:
    """Names that a given sum scales, or that stand under a log or a fraction bar."""
    found: set[str] = set()
    for f in statement.facts:
        if (summed := _given_sum(f)) is not None:
            found.add(summed[0].array)
    _delicate(unfold(statement.value, statement), False, found)
    return frozenset(found)


def _bounds(statement: Statement) -> dict[str, tuple[float, float]]:
    """The numbers that facts bound names by, from below and from above."""
    found: dict[str, tuple[float, float]] = {}
    for r in (f.relation for f in statement.facts if f.relation.sign in (">", ">=")):
        for t, other, below in ((r.left, r.right, True), (r.right, r.left, False)):
            if isinstance(t, Entry | Symbol):
                low, high = found.get(_name(t), (-np.inf, np.inf))
                number = float(other.value) if isinstance(other, Number) else 0.0 if below else high
                found[_name(t)] = (max(low, number), high) if below else (low, min(high, number))
    return found


def _between(low: float, high: float, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    if -np.inf < low < high < np.inf:
        return low + (high - low) * rng.uniform(0.1, 0.9, shape)
    if low > -np.inf:
        return low + rng.uniform(0.2, 2.0, shape)
    return high - rng.uniform(0.2, 2.0, shape) if high < np.inf else rng.standard_normal(shape)


def _name(t: Entry | Symbol) -> str:
    return t.array if isinstance(t, Entry) else t.name


def _delicate(t: Term, inside: bool, found: set[str]) -> None:
    match strip(t):
        case Entry(name, _) if inside:
            found.add(name)
        case Log(u):
            _delicate(u, True, found)
        case Quotient(u, v):
            _delicate(u, inside, found)
            _delicate(v, True, found)
        case Exp(u):
            _delicate(u, False, found)
        case u:
            for v in parts(u):
                _delicate(v, inside, found)


def _given_sum(f: Fact) -> tuple[Entry, list[str], float] | None:
    """For a fact ``sum of one array's entries = number``: the entry, the summed letters, the number."""
    left, right = f.relation.left, f.relation.right
    if f.relation.sign != "=":
        return None
    if isinstance(left, Number):
        left, right = right, left
    letters = []
    while isinstance(left, Big) and not left.excluded:
        letters.append(left.index.name)
        left = left.body
    if letters and isinstance(left, Entry) and isinstance(right, Number) and right.value > 0:
        return left, letters, float(right.value)
    return None


def _scale(f: Fact, statement: Statement, drawn: dict[str, Any]) -> None:
    summed = _given_sum(f)
    if summed is None or summed[0].array not in drawn:
        return
    entry, letters, total = summed
    axes = tuple(n for n, i in enumerate(entry.indices) if isinstance(i, Symbol) and i.name in letters)
    array = drawn[entry.array]
    drawn[entry.array] = array * (total / array.sum(axis=axes, keepdims=True))


def _equate(f: Fact, statement: Statement, drawn: dict[str, Any], sizes: Mapping[str, int]) -> None:
    """Give an array that a fact says entry by entry the values it says: a one-hot label, a copy of another array."""
    y, right = f.relation.left, f.relation.right
    if f.relation.sign != "=" or not isinstance(y, Entry | Symbol) or _name(y) not in drawn:
        return
    indices = y.indices if isinstance(y, Entry) else ()
    axes = tuple(i for i in indices if isinstance(i, Symbol) and i in f.variables)
    free = _name(y) not in map(_name, leaves(unfold(right, statement)))
    if len(set(axes)) == len(indices) and free and set(default_arguments(statement, (right,))) <= drawn.keys():
        drawn[_name(y)] = _values((Output("equal", right, axes, _ranges(f, statement)),), statement, drawn, sizes)


def _ranges(f: Fact, statement: Statement) -> dict[str, Term]:
    """The sizes of the axes in which the letters of a fact stand."""
    entries = (u for side in (f.relation.left, f.relation.right) for u in subterms(side) if isinstance(u, Entry))
    pairs = (p for u in entries for p in zip(u.indices, statement.scope.shapes[u.array], strict=True))
    return {i.name: size for i, size in pairs if isinstance(i, Symbol)}


def _values(
    outputs: tuple[Output, ...], statement: Statement, drawn: Mapping[str, Any], sizes: Mapping[str, int]
) -> Any:
    names = default_arguments(statement, [o.term for o in outputs])
    function = compile_function("fact", statement, outputs, names)
    return function(*(drawn[n] for n in names), **{n: sizes[n] for n in function.sizes})


def _check(f: Fact, statement: Statement, drawn: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
    sides = (f.relation.left, f.relation.right)
    if all(isinstance(s, Symbol) and s.name not in drawn for s in sides):
        return  # a fact between indices says nothing about the arguments
    if not set(default_arguments(statement, sides)) <= drawn.keys():
        return  # a fact about what is no argument
    ranges = _ranges(f, statement)
    outputs = (Output(n, s, f.variables, ranges) for n, s in zip(("left", "right"), sides, strict=True))
    left, right = _values(tuple(outputs), statement, drawn, sizes)
    scale = TOLERANCE * (1 + np.max(np.abs(right), initial=0.0))
    holds = {
        "=": np.all(np.abs(left - right) <= scale),
        "!=": np.all(left != right),
        ">": np.all(left > right),
        ">=": np.all(left >= right),
    }[f.relation.sign]
    if not holds:
        raise Refused(
            "no random arguments that satisfy the given facts are known for this problem: pass points of your own, "
            "or state the facts as bounds of entries and sums of one array"
        )
