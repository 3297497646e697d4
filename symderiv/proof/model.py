"""Points at which the given facts hold, found by drawing small numbers and solving for some of them.

Equations are solved exactly, one instance after the other: for an entry in which the equation is affine,
fractional linear or quadratic (or is in e to that entry), else jointly with those before as a linear system,
else along a line through a point that solves it. Whatever was found, every fact is checked again, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import flint

from symderiv.proof import balls, jets
from symderiv.proof.balls import NoValue, Number
from symderiv.proof.draws import Numbers, drawn, drawn_labels
from symderiv.proof.evaluation import Env, Evaluation, Location
from symderiv.proof.places import Places, Sizes
from symderiv.proof.roots import roots
from symderiv.statement import Fact

BITS = 128
Instance = tuple[Fact, Env]


@dataclass(frozen=True)
class Model:
    """Numbers at which the facts hold; ``solved`` are those that an equation fixes, ``outer`` the fixed indices."""

    sizes: Sizes
    outer: Env
    numbers: Numbers
    labels: Mapping[Location, int]
    solved: frozenset[Location] = frozenset()

    def evaluation(self, places: Places) -> Evaluation:
        """What evaluates terms here; make a new one for another precision."""
        return Evaluation(places.names, self.sizes, self.numbers, self.labels)

    def changed(self, numbers: Numbers) -> Model:
        """The same with some numbers replaced."""
        return replace(self, numbers={**self.numbers, **numbers})


@dataclass
class Givens:
    """The facts of a claim, and models of them; ``simple`` keeps the first model for given sizes."""

    places: Places
    simple: dict[tuple[object, ...], Model] = field(default_factory=dict)

    def model(self, sizes: Sizes, outer: Env, attempt: int) -> Model | None:
        """The model of this attempt, the same every time; None where the facts could not be met."""
        labels = drawn_labels(self.places, sizes, attempt)
        start = Model(sizes, outer, drawn(self.places, sizes, attempt, self.logarithmic), labels)
        key = (tuple(sizes.items()), tuple(outer.items()))
        found = self.imposed(start)
        if found is None and key in self.simple:
            found = self.imposed(start, self.simple[key])
        if found is not None:
            self.simple.setdefault(key, found)
        return found

    @cached_property
    def logarithmic(self) -> frozenset[str]:
        """The names under an exponential in a given equation: e to them should be rational."""
        facts = [f.relation for f in self.places.claim.statement.facts if f.relation.sign == "="]
        return self.places.names.exponents(side for r in facts for side in (r.left, r.right))

    def imposed(self, start: Model, known: Model | None = None) -> Model | None:
        """The model moved in a few numbers so that all facts hold."""
        with balls.precision(BITS):
            equations = list(self._instances(start, equations=True))
            if not all(self.holds(start, one) for one in equations):
                found = self._solved_in_turn(start, equations, known) or self._solved_jointly(start, equations)
                if found is None:
                    return None
                start = found
            return start if self.all_hold(start) else None

    def all_hold(self, model: Model) -> bool:
        """Whether every fact holds, for all values of its indices."""
        facts = self.places.claim.statement.facts
        evaluation = model.evaluation(self.places)
        return all(
            _holds(evaluation, fact, {**model.outer, **env})
            for fact in facts
            for env in self.places.instances(fact, model.sizes)
        )

    def holds(self, model: Model, instance: Instance) -> bool:
        """Whether one fact holds for some values of its indices."""
        fact, env = instance
        return _holds(model.evaluation(self.places), fact, env)

    def _instances(self, model: Model, equations: bool) -> Iterator[Instance]:
        for fact in self.places.claim.statement.facts:
            if (fact.relation.sign == "=") is equations:
                for env in self.places.instances(fact, model.sizes):
                    yield fact, {**model.outer, **env}

    def _solved_in_turn(self, model: Model, equations: list[Instance], known: Model | None) -> Model | None:
        done: list[Instance] = []
        for one in equations:
            if not self.holds(model, one):
                found = self._solved(model, one, done) or (known and self._on_a_line(model, one, done, known))
                if not found:
                    return None
                model = found
            done.append(one)
        return model

    def _solved(self, model: Model, one: Instance, done: list[Instance]) -> Model | None:
        """The model with one number changed so that one more equation holds, and what is no equation if possible."""
        second: Model | None = None
        for found in self._solutions(model, one, done):
            if self._bounds_hold(found):
                return found
            second = second or found
        return second

    def _solutions(self, model: Model, one: Instance, done: list[Instance]) -> Iterator[Model]:
        used = {place for before in done for place in self._used(model, before)}
        candidates = [place for place in self._used(model, one) if place not in model.solved]
        for place in sorted(candidates, key=lambda p: (p in used, [-i for i in p[1]])):
            for x in roots(lambda x, place=place: self._residual(self._with(model, place, x), one)):  # type: ignore[misc]
                found = self._with(model, place, x)
                if found is not None and all(self.holds(found, before) for before in (*done, one)):
                    yield replace(found, solved=model.solved | {place})

    def _with(self, model: Model, place: Location, x: Fraction) -> Model | None:
        """The model with x for a number, or its logarithm where e to that is in a given equation."""
        if place[0] not in self.logarithmic:
            return model.changed({place: balls.rational(x)})
        return model.changed({place: balls.logarithm(balls.rational(x))}) if x > 0 else None

    def _bounds_hold(self, model: Model) -> bool:
        return all(self.holds(model, one) for one in self._instances(model, equations=False))

    def _on_a_line(self, model: Model, one: Instance, done: list[Instance], known: Model) -> Model | None:
        """Another point of a quadric: on the line through a known point in the direction of the drawn one."""
        through = {place: known.numbers[place] for place in self._used(model, one)}
        if any(balls.as_fraction(n) is None for n in (*through.values(), *(model.numbers[p] for p in through))):
            return None
        start = model.changed(through)
        for direction in ({p: model.numbers[p] for p in through}, {p: model.numbers[p] - through[p] for p in through}):

            def moved(x: Fraction, direction: Numbers = direction) -> Model:
                return start.changed({p: through[p] + balls.rational(x) * direction[p] for p in through})

            for x in (*roots(lambda x, moved=moved: self._residual(moved(x), one)), Fraction(0)):  # type: ignore[misc]
                found = moved(x)
                if all(self.holds(found, before) for before in (*done, one)):
                    return replace(found, solved=model.solved | through.keys())
        return None

    def _solved_jointly(self, model: Model, equations: list[Instance]) -> Model | None:
        """One step of Newton's method for all equations: exact where they are linear."""
        places = sorted({place for one in equations for place in self._used(model, one)} - model.solved)
        residuals = [self._residual(model, one) for one in equations]
        rows = [[self._slope(model, one, place) for place in places] for one in equations]
        if not places or any(entry is None for entry in residuals) or any(s is None for row in rows for s in row):
            return None
        table = [[*row, -balls.rational(r)] for row, r in zip(rows, residuals, strict=True) if r is not None]
        reduced, rank = flint.fmpq_mat(table).rref()
        step: dict[Location, Number] = {}
        for n in range(rank):
            pivot = next(m for m in range(len(places) + 1) if reduced[n, m])
            if pivot == len(places):
                return None
            step[places[pivot]] = model.numbers[places[pivot]] + reduced[n, len(places)]
        return replace(model.changed(step), solved=model.solved | step.keys())

    def _slope(self, model: Model, one: Instance, place: Location) -> Number | None:
        """The exact derivative of an equation by one number, None where it is not rational."""
        fact, env = one
        at = replace(model, numbers={**model.numbers, place: jets.moved(model.numbers[place], 1)})
        try:
            evaluation = at.evaluation(self.places)
            found = jets.derivative(evaluation.at(fact.relation.left, env), 1)
            found = found + -jets.derivative(evaluation.at(fact.relation.right, env), 1)
        except NoValue:
            return None
        return found if balls.as_fraction(found) is not None else None

    def _used(self, model: Model, one: Instance) -> list[Location]:
        """The numbers that an equation depends on."""
        fact, env = one
        evaluation = model.evaluation(self.places)
        for side in (fact.relation.left, fact.relation.right):
            try:
                evaluation.at(side, env)
            except NoValue:
                continue
        return [place for place in model.numbers if place in evaluation.looked_up]

    def _residual(self, model: Model | None, one: Instance) -> Fraction | None:
        if model is None:
            return None
        fact, env = one
        evaluation = model.evaluation(self.places)
        try:
            return balls.as_fraction(evaluation.at(fact.relation.left, env) + -evaluation.at(fact.relation.right, env))
        except NoValue:
            return None


def _holds(evaluation: Evaluation, fact: Fact, env: Env) -> bool:
    relation = fact.relation
    try:
        found = balls.sign(evaluation.at(relation.left, env) + -evaluation.at(relation.right, env))
    except NoValue:
        return False
    return {"=": found == 0, "!=": found != 0, ">": found > 0, ">=": found >= 0}[relation.sign]
