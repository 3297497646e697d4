"""A loss on the simplex of three probabilities, and the flow of its gradient in the logits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from symderiv.engine.derive import derive_statement
from symderiv.errors import InputError, Refused
from symderiv.facts import positive
from symderiv.letters import fresh
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import Output
from symderiv.printing.plain import plain
from symderiv.proof.claim import claim
from symderiv.proof.prove import decide
from symderiv.report.example import as_argument, evaluate
from symderiv.report.figures.drawn import Drawn, Saying
from symderiv.report.figures.setting import Given, Setting, only_through
from symderiv.report.figures.simplex import Landscape, simplex
from symderiv.statement import Definition, Statement
from symderiv.terms import ONE, Big, Entry, Stop, Symbol, kinds, number

CLASSES, FINE, COARSE, MARGIN = 3, 72, 9, 0.35
STRETCHES = (1.0, 0.25, 0.5, 2.0, 4.0)
PLACES = 6  # digits kept: far more than can be seen, far fewer than differ between machines


def landscape_of(setting: Setting) -> Drawn | None:
    """The loss over the probabilities p through which alone the value depends on its variable.

    Its precondition: a first derivative of a number by an array with one axis, an example with 3 classes, and a
    defined array p of one axis that is positive by structure and proved to add up to 1. Nothing is stopped: the
    arrows would not lead down then.
    """
    bodies = (setting.statement.value, *(d.body for d in setting.statement.definitions))
    if setting.vector is None or any(Stop in kinds(t) for t in bodies):
        return None
    variable, _ = setting.vector
    for given in setting.examples:
        if np.shape(given.get(variable.array, ())) == (CLASSES,):
            for d in setting.statement.definitions:
                if only_through(setting.statement, d.name, variable.array) and are_shares(d, setting.statement):
                    return _drawn(setting, d, given)
    return None


def are_shares(d: Definition, statement: Statement) -> bool:
    """Whether a defined array is positive and proved to add up to 1 for every size."""
    if len(d.parameters) != 1:
        return False
    k = fresh((*statement.scope.indices, *(s.name for s in statement.scope.sizes)), "k")
    entry, (size,) = Entry(d.name, (k,)), statement.scope.shapes[d.name]
    if positive(entry, statement) is None:
        return False
    total = claim(Big(k, size, entry, ()), ONE, statement.definitions, statement.facts, statement.scope.shapes)
    return decide(total).status == "proved"


def _drawn(setting: Setting, d: Definition, given: Given) -> Drawn | None:
    try:
        data = _landscape(setting, d, given)
    except (InputError, Refused):
        return None
    if not np.all(np.isfinite(data.values)):
        return None
    name, variable = setting.formula(setting.name), setting.formula(setting.statement.variables[0])
    return Drawn(
        "simplex",
        simplex(data, setting.formats),
        Saying(
            "A triangle of all {shares} coloured by {value}, darker where it is larger, with arrows that lead down.",
            {"shares": plain(d.head), "value": setting.spoken},
        ),
        (
            Saying(
                "{value} over all {shares} that are positive and add up to 1, the other numbers being those of "
                "an example; darker is larger.",
                {"value": name, "shares": setting.formula(d.head)},
            ),
            Saying(
                "The arrows show where a step against the gradient by {variable} moves {shares}; the dot is the "
                "example itself.",
                {"variable": variable, "shares": setting.formula(d.head)},
            ),
        ),
    )


def _landscape(setting: Setting, d: Definition, given: Given) -> Landscape:
    statement, (k,) = setting.statement, d.parameters
    assert setting.vector is not None
    variable, i = setting.vector
    name = variable.array
    shares = Output("shares", d.head, (k,))
    value = Output("value", statement.value, ())
    slope = Output("slope", setting.subject.trace.result, (i,))
    moves = Output("moves", *_jacobian(statement, d, variable, k, i))
    stretch = min(STRETCHES, key=lambda s: _off(statement, shares, given, name, s))
    fine, coarse = (stretch * np.log(_grid(n)) for n in (FINE, COARSE))
    reached, values = (_many(statement, o, given, name, fine) for o in (shares, value))
    here, slopes, moved = (_many(statement, o, given, name, coarse) for o in (shares, slope, moves))
    flow = -np.einsum("nki,ni->nk", moved, slopes)
    own = evaluate(statement, d.head, (k,), given)
    return Landscape(
        points=_rows(reached),
        triangles=tuple(_triangles(FINE)),
        values=tuple(np.round(values, PLACES).tolist()),
        flow=tuple(zip(_rows(here), _rows(flow), strict=True)),
        here=_rows(own[None])[0],
        corners=(_corner(setting, d.name, 1), _corner(setting, d.name, 2), _corner(setting, d.name, 3)),
        value=setting.formula(setting.name),
    )


def _jacobian(statement: Statement, d: Definition, variable: Entry, k: Symbol, i: Symbol) -> tuple[Any, ...]:
    """The derivative of the probabilities by the variable, its axes and their sizes."""
    other = k if k is not i else fresh((*statement.scope.indices, i.name), "m")
    own = replace(statement, value=Entry(d.name, (other,)), variables=(variable,))
    (size,) = statement.scope.shapes[d.name]
    scope = replace(own.scope, indices={**own.scope.indices, other.name: size})
    derived = derive_statement(replace(own, scope=scope))
    return derived.trace.result, (other, i), {other.name: size}


def _off(statement: Statement, shares: Output, given: Given, name: str, stretch: float) -> float:
    """How far from a point of the triangle its logarithms, stretched, lead."""
    grid = _grid(COARSE)
    return float(np.max(np.abs(_many(statement, shares, given, name, stretch * np.log(grid)) - grid)))


def _many(statement: Statement, output: Output, given: Given, name: str, points: Any) -> Any:
    """An output at many values of one argument, the others as in the example: a batch."""
    function = compile_function("value", statement, (output,), tuple(given))
    fixed = {a: as_argument(statement, a, x) for a, x in given.items()}
    return np.asarray(function(*({**fixed, name: points}[a] for a in given)))


def _corner(setting: Setting, name: str, n: int) -> str:
    """What a corner of the simplex is called: the entry that is 1 there."""
    return setting.formula(Entry(name, (number(n),)))


def _rows(points: Any) -> tuple[Any, ...]:
    return tuple(map(tuple, np.round(points, PLACES).tolist()))


@cache
def _grid(many: int) -> Any:
    """Points of the triangle, rows of them from one side to the opposite corner, none on its edge."""
    whole = many + CLASSES * MARGIN
    return np.array(
        [
            ((a + MARGIN) / whole, (b + MARGIN) / whole, (many - a - b + MARGIN) / whole)
            for a in range(many + 1)
            for b in range(many + 1 - a)
        ]
    )


def _triangles(many: int) -> Iterator[tuple[int, int, int]]:
    """The triangles between the points of a grid, by their places in it."""
    starts = [a * (many + 1) - a * (a - 1) // 2 for a in range(many + 2)]
    for a in range(many):
        for b in range(many - a):
            here, above = starts[a] + b, starts[a + 1] + b
            yield here, here + 1, above
            if b < many - a - 1:
                yield here + 1, above + 1, above
