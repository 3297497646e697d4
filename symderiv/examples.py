"""Numbers to work a problem through with, and whether they fit it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symderiv.errors import InputError
from symderiv.statement import Statement, names_used
from symderiv.terms import Entry, Number, Symbol, Term


@dataclass(frozen=True)
class Example:
    """Numbers to work a problem through with: what they stand for, and a value for each array.

    Class numbers count from 1 here, as in formulas.
    """

    text: str
    values: Mapping[str, Any]


def checked_examples(given: Any, statement: Statement) -> tuple[Example, ...]:
    """The examples of a problem, each with finite numbers in the shape of every array that the value needs.

    Raises `InputError` for any other, with its text and the name of the array.
    """
    if isinstance(given, Example) or not isinstance(given, Iterable):
        raise InputError('examples is a sequence of Examples: examples=[Example("Three classes.", {"z": (1, 0, 2)})]')
    found = tuple(given)
    for example in found:
        if not isinstance(example, Example) or not isinstance(example.text, str):
            raise InputError(f"an example is an Example of a text and numbers by name, not {example!r}")
        _check(example, statement)
    return found


def fitting(examples: Iterable[Example], statement: Statement) -> tuple[Example, ...]:
    """Those of some examples whose numbers fit a problem.

    >>> from symderiv.statement import state
    >>> from symderiv.terms import times
    >>> x = Symbol("x")
    >>> square = state("square", times(x, x), (x,), (), (), {})
    >>> [e.text for e in fitting([Example("fits", {"x": 3}), Example("does not", {"y": 3})], square)]
    ['fits']
    """
    return tuple(e for e in examples if _fits(e, statement))


def _fits(example: Example, statement: Statement) -> bool:
    try:
        _check(example, statement)
    except InputError:
        return False
    return True


def _check(example: Example, statement: Statement) -> None:
    where = f"the example {example.text!r} of {statement.name}"
    if not isinstance(example.values, Mapping):
        raise InputError(f'{where} maps names to numbers: {{"z": (1, 0, 2)}}')
    free = {v.array if isinstance(v, Entry) else getattr(v, "name", "") for v in statement.variables}
    asked, needed = _names(statement, free)
    for name in example.values:
        if name in statement.by_name and name not in free:
            raise InputError(f"{where} gives numbers for {name}, which is defined; leave them out, they follow")
        if name not in asked:
            known = ", ".join(sorted(asked))
            raise InputError(f"{where} gives numbers for {name}, which the problem does not use; it uses {known}")
    for name in sorted(needed - example.values.keys()):
        raise InputError(f"{where} has no numbers for {name}, which the value needs")
    lengths: dict[Term, tuple[int, str]] = {}
    for name, numbers in example.values.items():
        array = _array(where, name, numbers)
        _check_shape(where, name, array, statement, lengths)
    for name in (name for name in example.values if name in statement.classes):
        size = statement.classes[name]
        many = int(size.value) if isinstance(size, Number) else lengths.get(size, (None, ""))[0]
        _check_classes(where, name, np.asarray(example.values[name]), many)


def _names(statement: Statement, free: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that take numbers, and those of them that the value needs."""
    kept, bodies = frozenset(free), {d.name: d.body for d in statement.definitions}
    needed, todo = frozenset[str](), names_used(statement.value) | kept
    while todo - needed:
        needed |= todo
        todo = frozenset().union(*(names_used(bodies[n]) for n in todo if n in bodies and n not in kept))
    sides = (side for f in statement.facts for side in (f.relation.left, f.relation.right))
    every = needed.union(*map(names_used, (*bodies.values(), *sides)), statement.classes)
    scope = statement.scope
    none = {s.name for s in scope.sizes} | (scope.indices.keys() - statement.classes.keys()) | (bodies.keys() - kept)
    return every - none, needed - none


def _array(where: str, name: str, numbers: Any) -> Any:
    """Numbers as an array of floats."""
    try:
        array = np.asarray(numbers)
    except ValueError:
        raise InputError(f"{where}: the rows of {name} differ in length") from None
    if array.dtype.kind not in "iuf" or not np.all(np.isfinite(array)):
        raise InputError(f"{where}: {name} holds {numbers!r}, and numbers are finite and real")
    return array


def _check_shape(where: str, name: str, array: Any, statement: Statement, lengths: dict[Term, tuple[int, str]]) -> None:
    """Check one array against its shape and against the lengths that others have told."""
    shape = statement.scope.shapes.get(name, ())
    wanted = ", ".join(str(s.value) if isinstance(s, Number) else getattr(s, "name", "") for s in shape)
    if array.ndim != len(shape):
        kind = f"an array of shape ({wanted})" if shape else "one number"
        raise InputError(f"{where}: {name} is {kind}, not an array of shape {array.shape}")
    for size, length in zip(shape, array.shape, strict=True):
        known = (int(size.value), "the problem") if isinstance(size, Number) else lengths.get(size, (length, ""))
        if length != known[0]:
            raise InputError(
                f"{where}: {name} has shape {array.shape}, but ({wanted}) is wanted and {known[1]} says {known[0]}"
            )
        if length < statement.scope.least.get(size, 1):
            raise InputError(
                f"{where}: {name} has shape {array.shape}, but {getattr(size, 'name', '')} is at least "
                f"{statement.scope.least.get(size, 1)} here"
            )
        if isinstance(size, Symbol):
            lengths[size] = known[0], known[1] or name


def _check_classes(where: str, name: str, array: Any, many: int | None) -> None:
    last = "" if many is None else f" to {many}"
    if np.any(array != np.floor(array)) or np.any(array < 1) or (many is not None and np.any(array > many)):
        raise InputError(f"{where}: {name} holds class numbers, which are whole and run from 1{last}")
