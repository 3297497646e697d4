"""Worked numbers: every definition, the value and each derivative, from the expressions themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from symderiv.binders import array_names, free_names
from symderiv.engine.derive import result_axes
from symderiv.errors import Refused
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import Output
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.printing.latex import latex
from symderiv.printing.notation import Notation
from symderiv.report.markup import Formula
from symderiv.statement import Definition, Statement
from symderiv.terms import D, Entry, Stop, Symbol, Term, kinds, number

DIGITS = 4
COARSE = 2
LARGEST_TABLE = 12


@dataclass(frozen=True)
class Change:
    """What the sign of a derivative, ``negative``, ``positive`` or ``zero``, says: which variable changes what."""

    sign: str
    variable: Formula
    value: Formula


@dataclass(frozen=True)
class Rounding:
    """What becomes of the value where a definition is rounded before it is used."""

    name: Formula
    digits: int
    rounded: Formula
    value: Formula


@dataclass(frozen=True)
class Figure:
    """An equation between a name and its number, and what that says."""

    equation: Formula
    change: Change | None = None


@dataclass(frozen=True)
class Worked:
    """One set of inputs and everything computed from it."""

    caption: str
    inputs: tuple[Figure, ...]
    definitions: tuple[Figure, ...]
    value: Figure
    gradient: tuple[Figure, ...]
    rounding: Rounding | None


def worked(
    statement: Statement, name: Term, gradient: Term, caption: str, given: Mapping[str, Any], to: Notation
) -> Worked:
    """An example worked through; ``name`` is what the notes call the value.

    ``given`` maps the names of arrays and scalars to numbers. Digits are rounded to four places,
    far from what differs between machines.
    """
    value = evaluate(statement, statement.value, axes(statement, statement.value), given)
    slopes = evaluate(statement, gradient, result_axes(statement), given)
    return Worked(
        caption=caption,
        inputs=tuple(_equal(to.names[a], digits(np.asarray(x), _trim)) for a, x in given.items()),
        definitions=tuple(
            _equal(to.names[d.name], digits(evaluate(statement, d.head, d.parameters, given)))
            for d in statement.definitions
            if d.name != _called(name) and _follows(statement, d, given)
        ),
        value=_equal(to.names[_called(name)], digits(value)),
        gradient=tuple(_components(statement, name, slopes, to)),
        rounding=_rounding(statement, given, value, to),
    )


def _follows(statement: Statement, d: Definition, given: Mapping[str, Any]) -> bool:
    """Whether the numbers tell what is defined; the value need not use it."""
    try:
        return set(default_arguments(statement, (d.head,))) <= given.keys()
    except Refused:
        return False


def axes(statement: Statement, t: Term) -> tuple[Symbol, ...]:
    """The free indices of a term, in the order of the result's axes."""
    return tuple(i for i in result_axes(statement) if i.name in free_names(t))


def evaluate(statement: Statement, t: Term, indices: tuple[Symbol, ...], given: Mapping[str, Any]) -> Any:
    """The numbers of a term, one axis per index; sizes are read off all the given arrays.

    Class numbers are given as in formulas, from 1 on.
    """
    function = compile_function("value", statement, (Output("value", t, indices),), tuple(given))
    return np.asarray(function(*(as_argument(statement, a, x) for a, x in given.items())))


def as_argument(statement: Statement, name: str, numbers: Any) -> Any:
    """Numbers of an example as the code takes them: class numbers whole and from 0 on, all others as floats."""
    return np.asarray(numbers, int) - 1 if name in statement.classes else np.asarray(numbers, float)


def _called(name: Term) -> str:
    assert isinstance(name, Symbol | Entry)
    return name.name if isinstance(name, Symbol) else name.array


def _equal(name: str, digits: str, change: Change | None = None) -> Figure:
    return Figure(Formula(f"{name} = {digits}"), change)


def _components(statement: Statement, name: Term, slopes: Any, to: Notation) -> Iterator[Figure]:
    """One row per component; a table too large to read becomes one row."""
    derivative = name
    for v in statement.variables:
        derivative = D(derivative, v)
    if slopes.size > LARGEST_TABLE:
        yield _equal(latex(derivative, to), digits(slopes))
        return
    first_order = len(statement.variables) == 1
    # where a part is held, the derivative does not say which way the value moves
    held = any(Stop in kinds(t) for t in (statement.value, *(d.body for d in statement.definitions)))
    for place in product(*map(range, slopes.shape)):
        at = {i: number(n + 1) for i, n in zip(result_axes(statement), place, strict=True)}
        slope = float(slopes[place])
        named = _placed(derivative, at)
        change = _change(slope, named, to) if first_order and not held and isinstance(named, D) else None
        yield _equal(latex(named, to), _round(slope), change)


def _placed(t: Term, at: Mapping[Symbol, Term]) -> Term:
    """The derivative's name with numbers for indices."""
    match t:
        case D(body, variable):
            return D(_placed(body, at), _placed(variable, at))
        case Entry(array, indices):
            return Entry(array, tuple(at.get(i, i) if isinstance(i, Symbol) else i for i in indices))
    return t


def _change(slope: float, derivative: D, to: Notation) -> Change:
    variable, value = Formula(latex(derivative.variable, to)), Formula(latex(derivative.body, to))
    sign = "zero" if float(_round(slope)) == 0 else "negative" if slope < 0 else "positive"
    return Change(sign, variable, value)


def _rounding(statement: Statement, given: Mapping[str, Any], value: Any, to: Notation) -> Rounding | None:
    """What becomes of the value when a definition is rounded before it is used."""
    named = next((d.body for d in statement.definitions if d.head is statement.value), statement.value)
    used = [d for d in statement.definitions if d.parameters and d.name in array_names(named)]
    if value.ndim or len(used) != 1:
        return None
    (d,) = used
    coarse = np.round(evaluate(statement, d.head, d.parameters, given), COARSE)
    without = replace(statement, definitions=tuple(o for o in statement.definitions if o is not d))
    with np.errstate(all="ignore"):
        rounded = float(evaluate(without, statement.value, (), {**given, d.name: coarse}))
    if not np.isfinite(rounded) or _round(rounded) == _round(float(value)):
        return None
    name, shown = Formula(to.names[d.name]), Formula(_round(float(value)))
    return Rounding(name, COARSE, Formula(_round(rounded)), shown)


def digits(numbers: Any, write: Any = None) -> str:
    """Numbers as a formula: one, a row in brackets, or the rows of a matrix."""
    write = write or _round
    if numbers.ndim == 0:
        return str(write(float(numbers)))
    if numbers.ndim == 1:
        return "\\left(" + ",\\ ".join(write(float(x)) for x in numbers) + "\\right)"
    rows = (" & ".join(write(float(x)) for x in row) for row in numbers.reshape(-1, numbers.shape[-1]))
    return "\\begin{bmatrix} " + " \\\\ ".join(rows) + " \\end{bmatrix}"


def _round(x: float) -> str:
    if not np.isfinite(x):
        return "\\text{undefined}" if np.isnan(x) else "\\infty" if x > 0 else "-\\infty"
    text = f"{x:.{DIGITS}f}"
    return text.lstrip("-") if float(text) == 0 else text


def _trim(x: float) -> str:
    return f"{x:g}"
