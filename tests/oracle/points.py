"""Random exact points on which the facts of a problem hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

from oracle.exact import Field, Undefined
from oracle.valuation import Derive, Env, Labels, Place, Valuation

from symderiv.binders import free_names
from symderiv.errors import InputError
from symderiv.letters import labels
from symderiv.scope import Scope
from symderiv.statement import Fact, Statement, names_used
from symderiv.terms import Entry, Exp, Number, Power, Symbol, Term, subterms

SEED = 20240607


class NotImposed(Undefined):
    """A fact that no choice of the values tried makes true."""


@dataclass(frozen=True)
class Sampler:
    """Draws points; ``names`` are the undefined arrays and scalars that need values."""

    statement: Statement
    scope: Scope
    names: tuple[str, ...]
    whole: frozenset[str]
    derive: Callable[[Mapping[str, int], Labels], Derive]

    def point(
        self, sizes: Mapping[str, int], equations: tuple[Fact, ...], attempt: int, unit: int, outer: Env
    ) -> Valuation:
        """The point of this attempt, the same every time; raises `NotImposed` where a fact cannot be met.

        ``outer`` gives the free indices that facts mention besides those they are quantified over.
        """
        rng = Random(f"{SEED} {sorted(sizes.items())} {attempt}")
        labels = self._labels(rng, sizes, attempt)
        values = {place: _draw(rng, place[0] in self.whole, attempt % 4) for place in self._places(sizes)}
        values |= {place: Fraction(label) for place, label in labels.items()}
        point = Valuation(Field(unit), self.statement, sizes, values, self.derive(sizes, labels))
        solved: set[Place] = set(labels)
        for fact in equations:
            for env in instances(fact.variables, fact, self.scope, sizes):
                point = _imposed(point, fact, {**outer, **env}, solved)
        for fact in (*equations, *(f for f in self.statement.facts if f.relation.sign != "=")):
            if not between_indices(fact, self.scope):
                for env in instances(fact.variables, fact, self.scope, sizes):
                    if not holds(point, fact, {**outer, **env}):
                        raise NotImposed("a given fact does not hold at the points tried")
        return point

    def _labels(self, rng: Random, sizes: Mapping[str, int], attempt: int) -> Labels:
        """Class numbers in their range: neighbours differ on every other attempt, and all agree on the rest."""
        found: dict[Place, int] = {}
        for array, size in self.scope.labels.items():
            many, start = size_value(size, sizes), rng.randrange(size_value(size, sizes))
            for at in _indices(self.scope.shapes[array], sizes):
                found[array, at] = 1 + (start + (sum(at) if attempt % 2 == 0 else 0)) % many
        return found

    def _places(self, sizes: Mapping[str, int]) -> Iterator[Place]:
        for name in self.names:
            yield from ((name, indices) for indices in _indices(self.scope.shapes.get(name, ()), sizes))


def _indices(shape: tuple[Term, ...], sizes: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    return product(*(range(1, size_value(size, sizes) + 1) for size in shape))


def undefined_names(statement: Statement, terms: Iterable[Term]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names without definition that the terms reach, and those among them that must be whole numbers.

    Whole are those that stand in an exponent: e to a whole number is one generator for all of them.
    """
    todo, seen = list(terms), set[str]()
    exponents: set[str] = set()
    reached: set[str] = set()
    while todo:
        t = todo.pop()
        for u in subterms(t):
            if isinstance(u, Exp):
                exponents |= _closure(statement, u.body)
            elif isinstance(u, Power) and not isinstance(u.exponent, Number):
                exponents |= _closure(statement, u.exponent)
        used = names_used(t)
        reached |= used
        todo += [statement.by_name[n].body for n in sorted(used - seen) if n in statement.by_name]
        seen |= used
    sizes = {s.name for s in statement.scope.sizes}
    return tuple(sorted(reached - sizes - statement.by_name.keys())), frozenset(exponents)


def _closure(statement: Statement, t: Term) -> set[str]:
    found: set[str] = set()
    todo = list(names_used(t))
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            if name in statement.by_name:
                todo += names_used(statement.by_name[name].body)
    return found


def size_value(size: Term, sizes: Mapping[str, int]) -> int:
    """The value of a size, symbolic or literal."""
    return int(size.value) if isinstance(size, Number) else sizes[getattr(size, "name", "")]


def instances(variables: Iterable[Symbol], fact: Fact, scope: Scope, sizes: Mapping[str, int]) -> Iterator[Env]:
    """Every choice of the quantified indices of a fact."""
    names = [v.name for v in variables]
    ranges = [range(1, size_value(_range(name, fact, scope), sizes) + 1) for name in names]
    for values in product(*ranges):
        yield dict(zip(names, values, strict=True))


def _range(name: str, fact: Fact, scope: Scope) -> Term:
    """The size an index of a fact runs over, read off the arrays it subscripts."""
    for side in (fact.relation.left, fact.relation.right):
        for u in (*subterms(side), *labels(side)):
            if isinstance(u, Entry):
                for axis, i in enumerate(u.indices):
                    if isinstance(i, Symbol) and i.name == name:
                        return scope.shapes[u.array][axis]
    size = scope.indices.get(name)
    if size is None:
        raise InputError(f"the range of the index {name} in a fact is not known")
    return size


def between_indices(fact: Fact, scope: Scope) -> bool:
    """Whether a fact speaks of indices only, such as i != j."""
    sides = fact.relation.left, fact.relation.right
    return all(isinstance(s, Symbol | Number) for s in sides) and any(
        free_names(s) & scope.indices.keys() for s in sides
    )


def holds(point: Valuation, fact: Fact, env: Env) -> bool:
    """Whether a fact is true at a point."""
    relation = fact.relation
    difference = point.ring.difference(point.at(relation.left, env), point.at(relation.right, env))
    sign = point.ring.sign(difference)
    return {"=": sign == 0, "!=": sign != 0, ">": sign > 0, ">=": sign >= 0}[relation.sign]


def _draw(rng: Random, whole: bool, mode: int) -> Fraction:
    """A value: positive and below 1 at first, then of either sign, then smaller, then negative."""
    if whole:
        value = Fraction(rng.randint(1, (4, 5, 6, 4)[mode]))
    else:
        value = Fraction(rng.randint(1, (9, 9, 4, 9)[mode]), 5 if mode == 1 else 30)
    return value * (1, rng.choice((-1, 1)), 1, -1)[mode]


def _imposed(point: Valuation, fact: Fact, env: Env, solved: set[Place]) -> Valuation:
    """The point moved in one value so that an affine equation holds."""
    if holds(point, fact, env):
        return point
    seen = Valuation(point.ring, point.statement, point.sizes, point.values, point.derive)
    holds(seen, fact, env)
    for place in sorted(seen.looked_up - solved, reverse=True):
        value = _solution(point, fact, env, place)
        if value is not None:
            solved.add(place)
            return point.changed(place, value)
    raise NotImposed("a given equation could not be solved for one of its entries")


def _solution(point: Valuation, fact: Fact, env: Env, place: Place) -> Fraction | None:
    residuals = []
    for value in (0, 1, 2):
        moved = point.changed(place, Fraction(value))
        try:
            left, right = moved.at(fact.relation.left, env), moved.at(fact.relation.right, env)
        except Undefined:
            return None
        residual = point.ring.fraction(point.ring.difference(left, right))
        if residual is None:
            return None
        residuals.append(residual)
    r0, r1, r2 = residuals
    return None if r1 == r0 or r2 - r1 != r1 - r0 else r0 / (r0 - r1)
