"""Looking for a point at which a claim fails, and for one at which it speaks of something.

A claim is tried at small sizes, at few exact points that fulfil the given facts, for every pattern of equal
and distinct free indices. It is refuted where two balls that certainly hold its sides have no number in
common; where they overlap nothing is said. `Counterexample.check` evaluates the original claim once more.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from time import monotonic
from typing import Any

import flint

from symderiv.errors import InputError
from symderiv.proof import balls, jets
from symderiv.proof.balls import NoValue, Number, Unclear
from symderiv.proof.claim import Claim
from symderiv.proof.evaluation import Env, Evaluation
from symderiv.proof.model import Givens, Model
from symderiv.proof.places import Places, Sizes, allowed, size_value
from symderiv.proof.point import Interval, Point, interval, model_of, point_of
from symderiv.proof.simplest import simplest

FINE = (53, 256, 1024)  # bits, the next where balls are too wide
CHECKED = 512
NARROW = 2.0**-20


@dataclass(frozen=True)
class Counterexample:
    """A point at which the given facts hold and the two sides certainly differ."""

    claim: Claim
    point: Point
    left: Interval
    right: Interval

    def __str__(self) -> str:
        return f"at {self.point} the left side is {self.left}, the right side {self.right}"

    def check(self) -> bool:
        """Whether it is one: every fact exactly, and both sides of the claim itself, in higher precision."""
        places = Places(self.claim)
        try:
            model = model_of(self.point, places)
            sound = _fits(self.claim, self.point) and Givens(places).all_hold(model)
            if not sound:
                return False
            with balls.precision(CHECKED):
                evaluation = model.evaluation(places)
                left, right = (evaluation.at(side, self.point.indices) for side in (self.claim.left, self.claim.right))
                return interval(left).apart_from(interval(right))
        except (NoValue, InputError, KeyError, AssertionError):
            return False

    def to_dict(self) -> dict[str, Any]:
        """The counterexample as plain data."""
        return {**self.point.to_dict(), "left": self.left.to_dict(), "right": self.right.to_dict()}


@dataclass(frozen=True)
class Found:
    """What a search found: a counterexample, else a point at which the claim says something, else why none."""

    counterexample: Counterexample | None
    model: Point | None
    reason: str = ""


@dataclass(frozen=True)
class Effort:
    """How long to look: the largest sizes in turn, points at each, ways to draw one, bits."""

    largest: int
    most_sizes: int
    points: int
    attempts: int
    fine: tuple[int, ...] = FINE
    only: int | None = None  # this size alone, or 3 where there are several


NO_POINT = "no point was found at which the given facts hold"
QUICK = Effort(largest=3, most_sizes=6, points=2, attempts=9)
THOROUGH = Effort(largest=8, most_sizes=24, points=8, attempts=24, fine=(256, 1024))
SCALARS = Effort(largest=1, most_sizes=1, points=48, attempts=96, fine=(256, 1024))
GLANCE = Effort(largest=2, most_sizes=1, points=1, attempts=3, only=2)
LARGER = Effort(largest=5, most_sizes=1, points=1, attempts=2, only=5)


def search(claim: Claim, thorough: bool = False, deadline: float | None = None) -> Found:
    """A counterexample to a claim, the smallest sizes first; ``deadline`` is a time of `time.monotonic`.

    Where there is none, ``model`` is a point at which the facts hold and both sides have a value, with
    sizes of 2 and more where there is one; ``reason`` says why there is none.
    """
    effort = QUICK if not thorough else THOROUGH if claim.statement.scope.sizes else SCALARS
    return _searched(claim, effort, deadline)


def look_again(claim: Claim) -> Found:
    """One look at a size that a quick search does not reach, for a claim that is about to be called proved."""
    return _searched(claim, LARGER, None) if claim.statement.scope.sizes else Found(None, None)


def glance(claim: Claim) -> Found:
    """One look at one point of small sizes, for at most a second."""
    return _searched(claim, GLANCE, monotonic() + 1)


def _searched(claim: Claim, effort: Effort, deadline: float | None) -> Found:
    try:
        return _Search(Places(claim), effort, deadline).run()
    except InputError as problem:
        return Found(None, None, str(problem))


@dataclass
class _Search:
    """One search; ``models`` holds points at which both sides have a value, by whether all sizes are large."""

    places: Places
    effort: Effort
    deadline: float | None
    models: dict[bool, Point] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)
    _at: tuple[Model, int, Evaluation] | None = None

    def __post_init__(self) -> None:
        self.claim = self.places.claim
        self.givens = Givens(self.places, self.deadline)

    def run(self) -> Found:
        for sizes in self._sizes():
            found = self._at_sizes(sizes)
            if found is not None:
                return Found(found, found.point)
        point = self.models.get(True) or self.models.get(False)
        return Found(None, point, "" if point else self._why())

    def _sizes(self) -> list[Sizes]:
        """Sizes to try, in order of their sum; of three and more those that are all equal or differ by turns."""
        scope, effort = self.claim.statement.scope, self.effort
        least = [scope.least.get(s, 1) for s in scope.sizes]
        if effort.only is not None:
            size = effort.only if len(least) == 1 else 3
            return [{s.name: max(low, size) for s, low in zip(scope.sizes, least, strict=True)}]
        largest = effort.largest if len(least) < 2 else min(effort.largest, effort.largest // 2 + 2)
        several = set(product(*(range(low, max(low, largest) + 1) for low in least)))
        if len(several) > effort.most_sizes:
            turns = [(n, n + up) for n in range(1, largest + 1) for up in (0, 1, -1) if n + up]
            several = {tuple(max(low, pair[at % 2]) for at, low in enumerate(least)) for pair in turns}
        ordered = sorted(several, key=lambda values: (sum(values), values))[: effort.most_sizes]
        return [{s.name: value for s, value in zip(scope.sizes, values, strict=True)} for values in ordered]

    def _at_sizes(self, sizes: Sizes) -> Counterexample | None:
        good = {tuple(env.items()): 0 for env in self.places.patterns(sizes)}
        if not good:
            self.troubles["no values of the indices fit the relations between them"] += 1
        start = 0 if self.effort.only is None else 1  # zeros and ones, drawn first, would say little here
        for attempt in range(start, start + self.effort.attempts):
            models: dict[tuple[int, ...], Model | None] = {}
            for items in [items for items, count in good.items() if count < self.effort.points]:
                env = dict(items)
                key = tuple(env[name] for name in self.places.fixed)
                if self.deadline is not None and monotonic() > self.deadline:
                    self.troubles["no time was left"] += 1
                    return None
                if key not in models:
                    outer = dict(zip(self.places.fixed, key, strict=True))
                    models[key] = self.givens.model(sizes, outer, attempt)
                model = models[key]
                if model is None:
                    self.troubles[NO_POINT] += 1
                    continue
                found = self._compared(model, env)
                if isinstance(found, Counterexample):
                    return simplest(found, model, self.givens, partial(self._fails, env=env))
                good[items] += found
        return None

    def _fails(self, model: Model, env: Env) -> Counterexample | None:
        found = self._compared(model, env)
        return found if isinstance(found, Counterexample) else None

    def _compared(self, model: Model, env: Env) -> Counterexample | bool:
        """A counterexample, or whether both sides have a value here."""
        trouble: list[str] = []
        for bits in self.effort.fine:
            with balls.precision(bits):
                values, trouble, certain = self._values(model, env)
                if values is not None:
                    apart, (left, right) = differ(*values), map(interval, values)
                    if apart and left.apart_from(right):
                        return Counterexample(self.claim, point_of(model, env, self.places), left, right)
                    if apart is False:
                        self._speaks(model, env)
                        return True
                elif certain:
                    break
        self.troubles.update(trouble)
        return False

    def _values(self, model: Model, env: Env) -> tuple[tuple[Number, Number] | None, list[str], bool]:
        """Both sides, or what is wrong with them, and whether more bits would not help."""
        evaluation = self._evaluation(model)
        found: dict[str, Number] = {}
        trouble: dict[str, NoValue] = {}
        for name, side in (("left", self.claim.left), ("right", self.claim.right)):
            try:
                found[name] = finite(jets.value(evaluation.at(side, env)))
            except NoValue as problem:
                trouble[name] = problem
        if not trouble:
            return (found["left"], found["right"]), [], True
        other = " where the other side has one" if found else ""
        said = [f"the {name} side has no value{other}: {problem}" for name, problem in trouble.items()]
        return None, said, not all(isinstance(problem, Unclear) for problem in trouble.values())

    def _evaluation(self, model: Model) -> Evaluation:
        """What evaluates at a model with the bits in force; index patterns share it."""
        if self._at is None or self._at[0] is not model or self._at[1] != flint.ctx.prec:
            self._at = model, flint.ctx.prec, model.evaluation(self.places)
        return self._at[2]

    def _speaks(self, model: Model, env: Env) -> None:
        large = all(value > 1 for value in model.sizes.values())
        if large not in self.models:
            self.models[large] = point_of(model, env, self.places)

    def _why(self) -> str:
        return "; ".join(reason for reason, _ in self.troubles.most_common(2)) or "no size was tried"


def finite(a: Number) -> Number:
    """The number itself; raises `Unclear` where its ball has no bounds."""
    if type(a) is flint.arb and not a.is_finite():
        raise Unclear("a number too large to enclose")
    return a


def differ(left: Number, right: Number) -> bool | None:
    """Whether two numbers certainly differ; None where their balls overlap and are too wide to say more."""
    difference = left + -right
    with suppress(Unclear):
        return balls.sign(difference) != 0
    small = balls.ball(difference).rad() < NARROW * (1 + abs(balls.ball(left)))
    return False if small else None


def _fits(claim: Claim, point: Point) -> bool:
    """Whether sizes and indices are in their ranges, and as the relations of the claim say."""
    scope = claim.statement.scope
    sizes = all(point.sizes[s.name] >= scope.least.get(s, 1) for s in scope.sizes)
    indices = all(1 <= v <= size_value(scope.indices[n], point.sizes) for n, v in point.indices.items())
    return sizes and indices and all(allowed(r, point.indices) for r in claim.relations)
