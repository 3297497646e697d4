"""Numbers for the test of an exported module: examples, and large entries at which the results are still finite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symderiv.errors import Refused
from symderiv.exported.recipe import Recipe
from symderiv.matter.evidence import numbers_of
from symderiv.numeric.checks.draw import draw
from symderiv.numeric.rewrites.prepare import independent, size_names, under_exp, unfold
from symderiv.numeric.texts.names import identifier
from symderiv.report.example import as_argument
from symderiv.report.inputs import satisfies
from symderiv.statement import Statement
from symderiv.terms import Symbol

LARGE = (1e4, 0.0, -1e4)
SEEDS = range(4)
CLASSES, OTHERS = 3, 2
NO_POINT = (
    "no numbers are known for the test of {name}: give the problem examples that tell every array, satisfy its facts "
    "and have a finite value"
)

Point = Mapping[str, Any]


@dataclass(frozen=True)
class Points:
    """Arguments by their identifiers, as the code takes them.

    ``lost`` says that the code has no finite gradient somewhere among large entries where it has a finite value.
    """

    examples: tuple[Point, ...]
    large: tuple[Point, ...]
    lost: bool


def points(recipe: Recipe) -> Points:
    """The problem's own examples, else simple numbers, else random ones with a fixed seed; and large entries.

    In the large ones an array that is differentiated by, or stands in an exponent, holds 1e4, 0, -1e4 over its last
    axis, where the facts remain true and all results finite. Raises `Refused` where no numbers are known.
    """
    s = recipe.statement
    known = [] if recipe.function.sizes else [given for _, given in numbers_of(recipe.parts[0])[0]]
    found = known or list(_drawn(recipe))
    finite = [given for given in found if _finite(recipe, given)]
    if not finite:
        raise Refused(NO_POINT.format(name=recipe.problem.name))
    tried = [made for made in _large(s, finite[0]) if satisfies(s, made)]
    large = [made for made in tried if _finite(recipe, made)]
    lost = any(_finite(recipe, made, 1) and not _finite(recipe, made) for made in tried)
    return Points(tuple(_arguments(recipe, g) for g in finite), tuple(_arguments(recipe, g) for g in large), lost)


def _drawn(recipe: Recipe) -> Iterator[Point]:
    """Random numbers that satisfy the facts, and sizes that no shape tells; class numbers count from 1, as in examples.

    They are of either sign in turn with positive ones, and the first with finite results is enough.
    """
    s = recipe.statement
    last = {shape[-1] for shape in s.scope.shapes.values() if shape}
    sizes = {
        name: max(CLASSES if Symbol(name) in last else OTHERS, s.scope.least.get(Symbol(name), 1))
        for name in size_names(s, [o.term for o in recipe.outputs])
    }
    for seed in SEEDS:
        for positive in (False, True):
            try:
                drawn = draw(s, recipe.arguments, sizes, np.random.default_rng(seed), positive)
            except Refused:
                continue
            given = {name: np.asarray(drawn[name]) + (name in s.classes) for name in recipe.arguments}
            found = {**given, **{n: sizes[n] for n in sizes if identifier(n) in recipe.function.sizes}}
            if found.keys() >= set(recipe.function.sizes) and _finite(recipe, found):
                yield found
                return


def _arguments(recipe: Recipe, given: Point) -> Point:
    """Numbers of an example by the identifiers of the code, class numbers from 0 on, also for one-hot arrays."""
    made = {}
    for name, p in zip(recipe.arguments, recipe.function.parameters, strict=True):
        x = as_argument(recipe.statement, name, given[name])
        made[p.name] = x if p.axis is None else p.class_numbers(x)
    return {**made, **{n: given[n] for n in recipe.function.sizes}}


def _finite(recipe: Recipe, given: Point, many: int | None = None) -> bool:
    """Whether the results, or so many of them, are finite."""
    found = recipe.function(**_arguments(recipe, given))[:many]
    return all(bool(np.all(np.isfinite(x))) for x in found)


def _large(s: Statement, given: Point) -> Iterator[Point]:
    exponents = under_exp(unfold(t, s) for t in (s.value, *(d.body for d in s.definitions)))
    for name in dict.fromkeys((*independent(s), *s.scope.shapes)):
        if name in given and np.ndim(given[name]) and (name in independent(s) or name in exponents):
            shape = np.shape(given[name])
            yield {**given, name: np.broadcast_to(np.resize(LARGE, shape[-1:]), shape)}
