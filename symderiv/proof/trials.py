"""All steps of a trace at common points: a line is evaluated once, for the step it ends and the one it begins.

The points fulfil all given facts. What is found here only sorts the steps: those whose sides agree, at a point
that serves as a model, those that look false, and those whose right side has no value where the left has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product

from symderiv.binders import free_names
from symderiv.errors import InputError
from symderiv.printing import plain
from symderiv.proof import balls
from symderiv.proof.assertion import Assertion
from symderiv.proof.balls import Number, Unclear
from symderiv.proof.claim import Claim, both
from symderiv.proof.evaluation import Env, Evaluation
from symderiv.proof.lost import Lost, holds, number_at, right_of
from symderiv.proof.model import Givens, Model
from symderiv.proof.places import Places, Sizes, size_value
from symderiv.proof.point import Point, point_of
from symderiv.proof.witness import FINE, differ
from symderiv.scope import Scope
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import ZERO, Plus, Symbol

LARGEST, MOST_SIZES, POINTS, ATTEMPTS = 3, 6, 2, 9


@dataclass
class Outcome:
    """What the points say of one step."""

    model: Point | None = None
    differs: bool = False
    lost: Lost | None = None
    broken: dict[Relation, Lost] = field(default_factory=dict)


def tried(assertions: Sequence[Assertion], statement: Statement) -> list[Outcome]:
    """An outcome for every assertion; one without anything in it where no point could be used."""
    trials = _Trials(statement, _everything(assertions, statement))
    outcomes = [Outcome() for _ in assertions]
    with suppress(InputError):  # too many entries to write out
        trials.run([_Trial(a, o, Places(a.claim)) for a, o in zip(assertions, outcomes, strict=True)])
    return outcomes


def _everything(assertions: Sequence[Assertion], statement: Statement) -> Claim:
    """One claim with all lines and facts, for the names that need values."""
    shapes, labels = dict(statement.scope.shapes), dict(statement.scope.labels)
    for a in assertions:
        shapes |= a.claim.statement.scope.shapes
        labels |= a.claim.statement.scope.labels
    facts = [f for f in statement.facts if not _indices_only(f, statement)]
    conditions = (f.relation for a in assertions for f in (*a.assumed, *(d for d, _ in a.discharged)))
    lines = dict.fromkeys(t for a in assertions for t in (a.claim.left, a.claim.right))
    sides = (side for r in conditions for side in (r.left, r.right))
    whole = Plus((statement.value, *statement.variables, *lines, *sides))
    scope = replace(statement.scope, shapes=shapes, labels=labels)
    return Claim(whole, ZERO, replace(statement, facts=tuple(facts), scope=scope))


def _indices_only(fact: Fact, statement: Statement) -> bool:
    sides = fact.relation.left, fact.relation.right
    return bool(free_names(both(fact.relation)) & statement.scope.indices.keys()) and all(
        isinstance(s, Symbol) for s in sides
    )


@dataclass(frozen=True)
class _Trial:
    assertion: Assertion
    outcome: Outcome
    places: Places


@dataclass
class _Trials:
    """The common points; ``statement`` is the problem, ``everything`` all lines as one claim."""

    statement: Statement
    everything: Claim

    def __post_init__(self) -> None:
        self.places = Places(self.everything)
        self.givens = Givens(self.places)

    def run(self, trials: Sequence[_Trial]) -> None:
        """Fill in the outcomes."""
        own = self.everything.statement.scope
        trials = [t for t in trials if _within(t.assertion.claim.statement.scope, own)]
        for sizes in self._sizes():
            ready = [t for t in trials if _large_enough(t, sizes)]
            for outer in self._outer(sizes) if ready else ():
                for model in self._models(sizes, outer):
                    with balls.precision(FINE[0]):
                        evaluation = model.evaluation(self.places)
                        for trial in ready:
                            self._look(trial, model, evaluation)

    def _sizes(self) -> list[Sizes]:
        scope = self.everything.statement.scope
        least = [scope.least.get(s, 1) for s in scope.sizes]
        largest = LARGEST if len(least) < 2 else 2
        ranges = [range(low, max(low + 1, largest) + 1) for low in least]
        several = sorted(product(*ranges), key=lambda values: (sum(values), values))
        if len(several) > MOST_SIZES:
            several = [v for v in several if max(v) - min(v) < 2][:MOST_SIZES]
        return [{s.name: value for s, value in zip(scope.sizes, values, strict=True)} for values in several]

    def _outer(self, sizes: Sizes) -> Iterator[Env]:
        """Every choice of the indices that facts fix."""
        indices = self.everything.statement.scope.indices
        names = [n for n in self.statement.fixed if n in indices]
        for values in product(*(range(1, size_value(indices[n], sizes) + 1) for n in names)):
            yield dict(zip(names, values, strict=True))

    def _models(self, sizes: Sizes, outer: Env) -> Iterator[Model]:
        good = 0
        for attempt in range(ATTEMPTS):
            model = self.givens.model(sizes, outer, attempt)
            if model is not None:
                yield model
                good += 1
                if good == POINTS:
                    return

    def _look(self, trial: _Trial, model: Model, evaluation: Evaluation) -> None:
        """Compare the sides of one step at one model, for every pattern of its indices."""
        places, assertion, sizes = trial.places, trial.assertion, model.sizes
        for env in places.patterns(sizes):
            if trial.outcome.differs or trial.outcome.lost is not None:
                return
            if any(env.get(name, value) != value for name, value in model.outer.items()):
                continue
            left = number_at(evaluation, assertion.claim.left, env)
            if left is not None and all(holds(f, places, sizes, evaluation, env) for f in assertion.assumed):
                self._right(trial, left, model, evaluation, env)
                self._conditions(trial, model, evaluation, env)

    def _right(self, trial: _Trial, left: Number, model: Model, evaluation: Evaluation, env: Env) -> None:
        """Compare the right side, where that can be done."""
        outcome, claim = trial.outcome, trial.assertion.claim
        try:
            right = right_of(claim, evaluation, env)
        except Unclear:
            return
        if right is None:
            if self._in_question(model, evaluation, env):
                outcome.lost = Lost(claim, _point(trial, model, env), "and the right side has none")
            return
        outcome.differs = bool(differ(left, right))
        if not outcome.differs and (outcome.model is None or _small(outcome.model.sizes)):
            outcome.model = _point(trial, model, env)

    def _conditions(self, trial: _Trial, model: Model, evaluation: Evaluation, env: Env) -> None:
        """Whether what a step says to hold does."""
        outcome = trial.outcome
        for fact, relation in trial.assertion.discharged:
            found = holds(fact, trial.places, model.sizes, evaluation, env)
            if found is False and relation not in outcome.broken:
                point, said = _point(trial, model, env), f"and {plain.relation(relation)} does not hold"
                outcome.broken[relation] = Lost(trial.assertion.claim, point, said, fact)

    def _in_question(self, model: Model, evaluation: Evaluation, env: Env) -> bool:
        """Whether the problem's value has a value here, for these and some values of its other free indices."""
        statement = self.statement
        others = sorted((free_names(statement.value) & statement.scope.indices.keys()) - env.keys())
        ranges = [range(1, size_value(statement.scope.indices[name], model.sizes) + 1) for name in others]
        for values in product(*ranges):
            if number_at(evaluation, statement.value, {**env, **dict(zip(others, values, strict=True))}) is not None:
                return True
        return False


def _point(trial: _Trial, model: Model, env: Env) -> Point:
    """The point, as far as a step speaks of it."""
    reached = set(trial.places.reached) | {name for name, _ in trial.places.label_places(model.sizes)}
    sizes = {s.name: model.sizes[s.name] for s in trial.places.claim.statement.scope.sizes}
    numbers = {place: number for place, number in model.numbers.items() if place[0] in reached}
    return point_of(replace(model, sizes=sizes, numbers=numbers), env, trial.places)


def _small(sizes: Sizes) -> bool:
    """Whether there is a size at which indices cannot differ."""
    return any(n == 1 for n in sizes.values())


def _within(scope: Scope, own: Scope) -> bool:
    """Whether the common points give values for all that a step speaks of."""
    return set(scope.sizes) <= set(own.sizes) and scope.labels.keys() <= own.labels.keys()


def _large_enough(trial: _Trial, sizes: Sizes) -> bool:
    least = trial.assertion.claim.statement.scope.least
    return all(sizes[s.name] >= n for s, n in least.items() if isinstance(s, Symbol) and s.name in sizes)
