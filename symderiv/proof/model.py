"""Points at which the given facts hold, found by drawing small numbers and solving for some of them.

Equations are solved exactly, one instance after the other: for an entry in which the equation is affine,
fractional linear or quadratic (or is in e to that entry), else jointly with those before as a linear system,
else along a line through a point that solves it. Whatever was found, every fact is checked again, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from time import monotonic

import flint

from symderiv.errors import SymderivError
from symderiv.proof import balls, jets
from symderiv.proof.balls import NoValue, Number
from symderiv.proof.draws import Numbers, drawn, drawn_labels
from symderiv.proof.evaluation import Env, Evaluation, Location
from symderiv.proof.places import Places, Sizes
from symderiv.proof.roots import roots
from symderiv.statement import Fact

BITS = 128
WORK = 4000  # evaluations of facts for one model, and that many times TURNS for all
TURNS = 10
Instance = tuple[Fact, Env]
Done = dict[Location, list[Instance]]  # the equations that hold already, by the numbers they depend on


class TooMuch(SymderivError):
    """Solving for the facts takes more evaluations, or time, than it may."""


@dataclass(frozen=True)
class Model:
    """Numbers at which the facts hold; ``solved`` are those that an equation fixes, ``outer`` the fixed indices.

    ``attempt`` says which of several solutions of an equation is tried first.
    """

    sizes: Sizes
    outer: Env
    numbers: Numbers
    labels: Mapping[Location, int]
    solved: frozenset[Location] = frozenset()
    attempt: int = 0

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
    deadline: float | None = None
    simple: dict[tuple[object, ...], Model] = field(default_factory=dict)
    _work: int = 0
    _before: int = 0

    def model(self, sizes: Sizes, outer: Env, attempt: int) -> Model | None:
        """The model of this attempt, the same every time; None where the facts could not be met."""
        labels = drawn_labels(self.places, sizes, attempt)
        start = Model(sizes, outer, drawn(self.places, sizes, attempt, self.logarithmic), labels, attempt=attempt)
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
            self._before, self._work = self._before + self._work, 0
            try:
                if not all(self.holds(start, one) for one in equations):
                    found = self._solved_in_turn(start, equations, known) or self._solved_jointly(start, equations)
                    if found is None:
                        return None
                    start = found
            except TooMuch:
                return None
            return start if self.all_hold(start) else None

    def all_hold(self, model: Model) -> bool:
        """Whether every fact holds, for all values of its indices."""
        facts = self.places.claim.statement.facts
        evaluation = model.evaluation(self.places)
        with balls.precision(max(BITS, flint.ctx.prec)):
            return all(
                _holds(evaluation, fact, {**model.outer, **env})
                for fact in facts
                for env in self.places.instances(fact, model.sizes)
            )

    def holds(self, model: Model, instance: Instance) -> bool:
        """Whether one fact holds for some values of its indices."""
        fact, env = instance
        return _holds(self._evaluation(model), fact, env)

    def _evaluation(self, model: Model) -> Evaluation:
        self._work += 1 + len(model.numbers) // 100
        late = self.deadline is not None and monotonic() > self.deadline
        if late or self._work > WORK or self._before > WORK * TURNS:
            raise TooMuch("the given facts at one point")
        return model.evaluation(self.places)

    def _instances(self, model: Model, equations: bool) -> Iterator[Instance]:
        for fact in self.places.claim.statement.facts:
            if (fact.relation.sign == "=") is equations:
                for env in self.places.instances(fact, model.sizes):
                    yield fact, {**model.outer, **env}

    def _solved_in_turn(self, model: Model, equations: list[Instance], known: Model | None) -> Model | None:
        done: Done = {}
        for one in equations:
            if not self.holds(model, one):
                found = self._solved(model, one, done) or (known and self._on_a_line(model, one, done, known))
                if not found:
                    return None
                model = found
            for place in self._used(model, one):
                done.setdefault(place, []).append(one)
        return model

    def _solved(self, model: Model, one: Instance, done: Done) -> Model | None:
        """The model with one number changed so that one more equation holds, and what is no equation if possible."""
        second: Model | None = None
        for found in self._solutions(model, one, done):
            if self._bounds_hold(found):
                return found
            second = second or found
        return second

    def _solutions(self, model: Model, one: Instance, done: Done) -> Iterator[Model]:
        candidates = [place for place in self._used(model, one) if place not in model.solved]
        for place in sorted(candidates, key=lambda p: (p in done, [-i for i in p[1]])):
            turn = model.attempt and model.attempt + sum(place[1])  # neighbours need not be on the same branch
            for x in roots(partial(self._residual_with, model, place, one), turn):
                found = self._with(model, place, x)
                if found is not None and all(self.holds(found, other) for other in (*done.get(place, ()), one)):
                    yield replace(found, solved=model.solved | {place})

    def _residual_with(self, model: Model, place: Location, one: Instance, x: Fraction) -> Fraction | None:
        return self._residual(self._with(model, place, x), one)

    def _with(self, model: Model, place: Location, x: Fraction) -> Model | None:
        """The model with x for a number, or its logarithm where e to that is in a given equation."""
        if place[0] not in self.logarithmic:
            return model.changed({place: balls.rational(x)})
        return model.changed({place: balls.logarithm(balls.rational(x))}) if x > 0 else None

    def _bounds_hold(self, model: Model) -> bool:
        return all(self.holds(model, one) for one in self._instances(model, equations=False))

    def _on_a_line(self, model: Model, one: Instance, done: Done, known: Model) -> Model | None:
        """Another point of a quadric: on the line through a known point towards the drawn one."""
        places = self._used(model, one)
        through = {place: known.numbers[place] for place in places}
        start = model.changed(through)
        others = list({id(other): other for place in places for other in done.get(place, ())}.values())
        direction = self._along(start, others, {p: model.numbers[p] + -through[p] for p in places})
        if direction is None:
            return None

        def moved(x: Fraction) -> Model:
            return start.changed({p: through[p] + balls.rational(x) * direction[p] for p in places})

        for x in (*(x for x in roots(lambda x: self._residual(moved(x), one)) if x), Fraction(0)):
            found = moved(x)
            if all(self.holds(found, other) for other in (*others, one)):
                return replace(found, solved=model.solved | through.keys())
        return None

    def _along(self, model: Model, others: list[Instance], direction: Numbers) -> Numbers | None:
        """The direction less what changes other equations; None where something is not rational."""
        if any(balls.as_fraction(d) is None for d in direction.values()):
            return None
        rows = [self._slopes(model, other, [*direction]) for other in others]
        if not rows:
            return direction
        if any(row is None for row in rows):
            return None
        a, d = (
            flint.fmpq_mat([row for row in rows if row is not None]),
            flint.fmpq_mat([[v] for v in direction.values()]),
        )
        try:
            kept = d - a.transpose() * (a * a.transpose()).solve(a * d)
        except ZeroDivisionError:
            return None
        return {place: kept[n, 0] for n, place in enumerate(direction)}

    def _solved_jointly(self, model: Model, equations: list[Instance]) -> Model | None:
        """One step of Newton's method for all equations: exact where they are linear."""
        places = sorted({place for one in equations for place in self._used(model, one)} - model.solved)
        table: list[list[Number]] = []
        for one in equations:
            residual, row = self._residual(model, one), self._slopes(model, one, places)
            if residual is None or row is None or not places:
                return None
            table.append([*row, balls.rational(-residual)])
        reduced, rank = flint.fmpq_mat(table).rref()
        step: dict[Location, Number] = {}
        for n in range(rank):
            pivot = next(m for m in range(len(places) + 1) if reduced[n, m])
            if pivot == len(places):
                return None
            step[places[pivot]] = model.numbers[places[pivot]] + reduced[n, len(places)]
        return replace(model.changed(step), solved=model.solved | step.keys())

    def _slopes(self, model: Model, one: Instance, places: list[Location]) -> list[Number] | None:
        """The exact derivatives of an equation by some numbers, None where they are not rational."""
        fact, env = one
        found: list[Number] = []
        for place in places:
            at = replace(model, numbers={**model.numbers, place: jets.moved(model.numbers[place], 1)})
            evaluation = self._evaluation(at)
            try:
                left, right = (evaluation.at(side, env) for side in (fact.relation.left, fact.relation.right))
            except NoValue:
                return None
            slope = jets.derivative(left, 1) + -jets.derivative(right, 1)
            if balls.as_fraction(slope) is None:
                return None
            found.append(slope)
        return found

    def _used(self, model: Model, one: Instance) -> list[Location]:
        """The numbers that an equation depends on."""
        fact, env = one
        evaluation = self._evaluation(model)
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
        evaluation = self._evaluation(model)
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
