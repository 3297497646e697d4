"""Large inputs: where formulas as they stand overflow, and the generated code does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symderiv.derivation import Derivation
from symderiv.engine.derive import result_axes
from symderiv.errors import InputError, Refused
from symderiv.numeric.checks.naive import Formulas
from symderiv.numeric.rewrites.prepare import under_exp, unfold
from symderiv.report.elements import Absent
from symderiv.report.example import evaluate
from symderiv.report.inputs import satisfies, simple_input
from symderiv.report.stability import Extremes, Overflow
from symderiv.statement import Statement
from symderiv.terms import Entry, Symbol

LARGE = (1000.0, 0.0, -1000.0)
MOST = 12  # numbers in one row of a table
NO_EXPONENT = "No array stands in an exponent."
NO_INPUT = "No simple input satisfies the facts."
HARMLESS = "The formulas come out as finite numbers there too."
BEYOND = "Neither the formulas nor the code give finite numbers there."
NO_NUMBERS = "There are no formulas to evaluate as they stand."


def extremes(derivation: Derivation) -> Extremes | Absent:
    """Definitions, value and gradient at large entries of an array: by formula, in double precision, and by code.

    The array is the variable if it stands in an exponent, else the first that does. It gets 1000, 0, -1000 over its
    last index, which must leave the facts true; all other inputs are those of the problem's first example, or simple
    ones. What the code gives is told only where it is finite.

    >>> from symderiv.derivation import derive
    >>> from symderiv.zoo import load
    >>> found = extremes(derive(load("softmax")))
    >>> [row.naive for row in found.rows if row.shape == (3,)]
    [(nan, 0.0, 0.0)]
    >>> [row.stable for row in found.rows if row.shape == (3,)]
    [(1.0, 0.0, 0.0)]
    """
    try:
        array = _array(derivation.problem.statement)
        if array is None:
            return Absent(NO_EXPONENT)
        given = _large(derivation, array)
        if given is None:
            return Absent(NO_INPUT)
        every = list(_rows(derivation, given))
    except (Refused, InputError):
        return Absent(NO_NUMBERS)
    rows = tuple(row for row in every if row is not None)
    if not any(np.isfinite(row.stable).all() and not np.isfinite(row.naive).all() for row in rows):
        return Absent(BEYOND if None in every else HARMLESS)
    return Extremes(array, tuple((name, np.asarray(x).tolist()) for name, x in given.items()), rows)


def _array(s: Statement) -> str | None:
    """The array that is made large: the variable if it stands in an exponent, else the first that does."""
    exponents = under_exp(unfold(d, s) for d in (s.value, *(d.body for d in s.definitions)))
    names = [v.array for v in s.variables if isinstance(v, Entry)]
    return next((name for name in (*names, *s.scope.shapes) if name in exponents), None)


def _large(derivation: Derivation, array: str) -> Mapping[str, Any] | None:
    """Inputs with large entries of an array, if they satisfy the facts."""
    s, examples = derivation.problem.statement, derivation.problem.examples
    given = examples[0].values if examples else simple_input(s)
    if given is None or array not in given:
        return None
    shape = np.shape(given[array])
    large = np.broadcast_to(np.resize(LARGE, shape[-1:]), shape)
    found = {**given, array: large}
    return found if satisfies(s, found) else None


def _rows(derivation: Derivation, given: Mapping[str, Any]) -> Iterator[Overflow | None]:
    """Definitions, value and gradient as a few numbers; None for one that the code does not give as finite numbers."""
    s = derivation.problem.statement
    formulas = Formulas(s, given, _sizes(s, given))
    asked = [(d.head, d.head, d.parameters) for d in s.definitions if d.name not in given]
    if s.definition(s.value) is None:
        asked.append((s.value, s.value, result_axes(s, ())))
    asked.append((derivation.trace.start, derivation.trace.result, result_axes(s)))
    for subject, t, axes in asked:
        stable = evaluate(s, t, axes, given)
        if not np.isfinite(stable).all():
            yield None
        elif stable.size <= MOST:
            naive = formulas.over(t, axes, stable.shape)
            yield Overflow(subject, stable.shape, _listed(naive), _listed(stable))


def _listed(numbers: Any) -> tuple[float, ...]:
    """The entries of an array in order, 0 without a sign."""
    return tuple((numbers.ravel() + 0.0).tolist())


def _sizes(s: Statement, given: Mapping[str, Any]) -> dict[str, int]:
    """What the sizes are, read off the shapes of the inputs."""
    pairs = (pair for a, x in given.items() for pair in zip(s.scope.shapes.get(a, ()), np.shape(x), strict=True))
    return {size.name: n for size, n in pairs if isinstance(size, Symbol)}
