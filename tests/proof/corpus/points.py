"""Sizes, indices and values at which the facts of a claim hold, by Gauss-Newton steps on all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from random import Random

import numpy as np
from proof.corpus.reckon import Env, Location, NoValue, Point
from proof.corpus.record import Read

from symderiv.scope import Scope
from symderiv.statement import Fact, Statement
from symderiv.terms import Big, D, Delta, Entry, Number, Symbol, Term, parts

LARGEST = {0: (), 1: (4,), 2: (3, 3)}
MOST_INDICES = 8
FAR = 10  # an equation such as exp(x) = 0 seems to hold far out
RANGES = ((0.2, 1.4), (-1.3, 1.4), (1.1, 2.2), (-1.9, -0.1), (0.05, 0.95))


def sizes_of(scope: Scope) -> Iterator[dict[str, int]]:
    """Small sizes first; of three sizes and more a few that differ, so that mixed axes show."""
    names, least = [s.name for s in scope.sizes], [scope.least.get(s, 1) for s in scope.sizes]
    if len(names) < 3:
        ranges = [range(low, max(most, low + 1) + 1) for low, most in zip(least, LARGEST[len(names)], strict=True)]
        every = [
            row for row in sorted(product(*ranges), key=sum) if len(names) < 2 or sum(row) < sum(r[-1] for r in ranges)
        ]
    else:
        rows = [[1], [2], [2, 3], [3, 2], [1, 2, 3], [2, 1, 2]]
        every = [tuple(max(low, row[n % len(row)]) for n, low in enumerate(least)) for row in rows]
    for values in dict.fromkeys(every):
        yield dict(zip(names, values, strict=True))


def indices_of(statement: Statement, sizes: Mapping[str, int], rng: Random) -> list[dict[str, int]]:
    """Values of the free indices, all of them where they are few, that fit the relations given between them."""
    scope = statement.scope
    names = list(scope.indices)
    ranges = [range(1, _size(scope.indices[name], sizes) + 1) for name in names]
    every = [dict(zip(names, values, strict=True)) for values in product(*ranges)]
    every = [env for env in every if all(_compared(f, env) for f in statement.facts if between(f, scope))]
    if len(every) > MOST_INDICES:
        rng.shuffle(every)
        patterns = {_pattern(env): env for env in every}
        every = [*patterns.values(), *every][: max(MOST_INDICES, len(patterns))]
    return every


def _pattern(env: Env) -> tuple[int, ...]:
    """Which indices agree."""
    values = list(env.values())
    return tuple(map(values.index, values))


def between(fact: Fact, scope: Scope) -> bool:
    """Whether a fact is between indices, as i != j."""
    sides = fact.relation.left, fact.relation.right
    letters = [s.name for s in sides if isinstance(s, Symbol)]
    return all(isinstance(s, Symbol | Number) for s in sides) and any(name in scope.indices for name in letters)


def _compared(fact: Fact, env: Env) -> bool:
    one, other = (
        env[s.name] if isinstance(s, Symbol) else s.value  # type: ignore[attr-defined]  # a Number
        for s in (fact.relation.left, fact.relation.right)
    )
    return (one == other) == (fact.relation.sign == "=")


def _size(size: Term, sizes: Mapping[str, int]) -> int:
    return int(size.value) if isinstance(size, Number) else sizes[size.name]  # type: ignore[attr-defined]  # a Symbol


def scalars(t: Term) -> set[str]:
    """The names that stand as numbers in a term."""
    match t:
        case Symbol(name):
            return {name}
        case Entry() | Delta():
            return set()
        case Big(_, _, body, _):
            return scalars(body)
        case D(body, variable):
            return scalars(body) | scalars(variable)
    return set().union(*map(scalars, parts(t)))


def locations(read: Read, sizes: Mapping[str, int]) -> Iterator[Location]:
    """Every value a point needs: entries of arrays without definition, and scalars."""
    statement = read.statement
    scope = statement.scope
    sides = [s for f in statement.facts for s in (f.relation.left, f.relation.right) if not between(f, scope)]
    terms = [statement.value, *(d.body for d in statement.definitions), *sides]
    for name, shape in sorted(scope.shapes.items()):
        if name not in statement.by_name:
            ranges = (range(1, _size(size, sizes) + 1) for size in shape)
            yield from ((name, at) for at in product(*ranges))
    for name in sorted(set().union(*map(scalars, terms)) - sizes.keys() - statement.by_name.keys()):
        yield name, ()


def drawn(read: Read, sizes: Mapping[str, int], env: Env, rng: Random, attempt: int) -> Point | None:
    """A random point at which all facts hold, or None where this attempt finds none."""
    scope = read.statement.scope
    values: dict[Location, float] = {}
    for place in locations(read, sizes):
        size = scope.labels.get(place[0])
        low, high = RANGES[attempt % len(RANGES)]
        values[place] = float(rng.randint(1, _size(size, sizes))) if size is not None else rng.uniform(low, high)
    equations = [(f, e) for f in read.statement.facts if f.relation.sign == "=" for e in instances(f, read, sizes, env)]
    point = Point(read.statement, sizes, values)
    try:
        if equations:
            point = solved(point, equations)
        for fact in read.statement.facts:
            if not between(fact, scope) and not all(holds(point, fact, e) for e in instances(fact, read, sizes, env)):
                return None
    except NoValue:
        return None
    return point


def instances(fact: Fact, read: Read, sizes: Mapping[str, int], env: Env) -> Iterator[Env]:
    """Every choice of the indices that a fact is quantified over."""
    if between(fact, read.statement.scope):
        return
    names = [v.name for v in fact.variables]
    ranges = [range(1, _size(_range(name, fact, read.statement.scope), sizes) + 1) for name in names]
    for values in product(*ranges):
        yield {**env, **dict(zip(names, values, strict=True))}


def _range(name: str, fact: Fact, scope: Scope) -> Term:
    for u in below((fact.relation.left, fact.relation.right)):
        if isinstance(u, Entry):
            for axis, i in enumerate(u.indices):
                if isinstance(i, Symbol) and i.name == name:
                    return scope.shapes[u.array][axis]
    raise AssertionError(f"{name} has no range in {fact}")


def below(many: Iterable[Term]) -> Iterator[Term]:
    """Some terms and all that stands in them: values, indices, variables of derivatives."""
    for t in many:
        yield t
        match t:
            case Entry(_, indices):
                yield from below(indices)
            case Delta(left, right):
                yield from below((left, right))
            case Big(_, _, body, excluded):
                yield from below((*excluded, body))
            case D(body, variable):
                yield from below((body, variable))
            case _:
                yield from below(parts(t))


def solved(point: Point, equations: list[tuple[Fact, Env]]) -> Point:
    """The point moved until all equations hold to rounding; raises `NoValue` where the steps do not arrive."""
    places = [p for p in point.values if p[0] not in point.statement.scope.labels]
    for _ in range(25):
        gaps = np.array([_gap(point, f, e) for f, e in equations])
        if np.max(np.abs(gaps)) < 1e-14 and max(map(abs, point.values.values())) < FAR:
            return point
        rows = [[_slope(point, f, e, place) for place in places] for f, e in equations]
        step = np.linalg.lstsq(np.array(rows), -gaps, rcond=1e-10)[0]
        step *= min(1.0, 2.0 / max(1e-9, float(np.max(np.abs(step)))))
        values = {**point.values, **{p: point.values[p] + float(d) for p, d in zip(places, step, strict=True)}}
        point = Point(point.statement, point.sizes, values)
    raise NoValue("no point at which the facts hold was found")


def _gap(point: Point, fact: Fact, env: Env) -> float:
    return point.value(fact.relation.left, env) - point.value(fact.relation.right, env)


def _slope(point: Point, fact: Fact, env: Env, place: Location) -> float:
    return point.slope(fact.relation.left, env, place) - point.slope(fact.relation.right, env, place)


def holds(point: Point, fact: Fact, env: Env) -> bool:
    """Whether a fact is true at a point, equations to rounding."""
    gap = _gap(point, fact, env)
    return {"=": abs(gap) < 1e-9, "!=": abs(gap) > 1e-6, ">": gap > 1e-6, ">=": gap > -1e-12}[fact.relation.sign]
