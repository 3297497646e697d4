"""Points at which a step fails although its sides do not differ there: its right side or its condition fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symderiv.errors import InputError
from symderiv.proof import balls, jets
from symderiv.proof.balls import NoValue, Number, Unclear
from symderiv.proof.claim import Claim
from symderiv.proof.evaluation import Env, Evaluation, NoMeaning
from symderiv.proof.model import Givens
from symderiv.proof.places import Places, Sizes
from symderiv.proof.point import Point, model_of
from symderiv.proof.witness import CHECKED, finite
from symderiv.statement import Fact

SIGNS = {"=": (0,), "!=": (-1, 1), ">": (1,), ">=": (0, 1)}


@dataclass(frozen=True)
class Lost:
    """A point at which the left side of a step has a value, and the right side has none or ``broken`` is false."""

    claim: Claim
    point: Point
    problem: str
    broken: Fact | None = None

    def __str__(self) -> str:
        return f"at {self.point} the left side has a value {self.problem}"

    def check(self) -> bool:
        """Whether it is one: every fact exactly, and the sides of the claim itself, in higher precision."""
        places = Places(self.claim)
        env = self.point.indices
        try:
            model = model_of(self.point, places)
            if not Givens(places).all_hold(model):
                return False
            with balls.precision(CHECKED):
                evaluation = model.evaluation(places)
                if number_at(evaluation, self.claim.left, env) is None:
                    return False
                if self.broken is not None:
                    return holds(self.broken, places, model.sizes, evaluation, env) is False
                return right_of(self.claim, evaluation, env) is None
        except (NoValue, InputError, KeyError, AssertionError):
            return False

    def to_dict(self) -> dict[str, Any]:
        """The point as plain data."""
        return {**self.point.to_dict(), "problem": self.problem}


def number_at(evaluation: Evaluation, t: Any, env: Env) -> Number | None:
    """The number a term is, None where it has none or too few bits tell."""
    try:
        return finite(jets.value(evaluation.at(t, env)))
    except NoValue:
        return None


def right_of(claim: Claim, evaluation: Evaluation, env: Env) -> Number | None:
    """The number on the right, None where there certainly is none; raises `Unclear` where that cannot be told."""
    try:
        return finite(jets.value(evaluation.at(claim.right, env)))
    except Unclear:
        raise
    except NoMeaning as problem:
        raise Unclear(str(problem)) from None
    except NoValue:
        return None


def holds(fact: Fact, places: Places, sizes: Sizes, evaluation: Evaluation, env: Env) -> bool | None:
    """Whether a condition holds for all values of its indices; None where too few bits tell."""
    relation = fact.relation
    for chosen in places.instances(fact, sizes):
        inside = {**env, **chosen}
        try:
            difference = evaluation.at(relation.left, inside) + -evaluation.at(relation.right, inside)
            if balls.sign(jets.value(difference)) not in SIGNS[relation.sign]:
                return False
        except Unclear:
            return None
        except NoValue:
            return False
    return True
