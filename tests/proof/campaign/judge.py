"""One claim through the prover, and its verdict compared with evaluation."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symderiv.proof.budget import Budget, GivesUp
from symderiv.proof.claim import Claim
from symderiv.proof.normal import normalise

from .cases import Case, case
from .evaluation import compared, confirmed

ALONE = Budget(seconds=5, terms=400, binders=4)
Decide = Callable[[Claim], Any]


@dataclass(frozen=True)
class Outcome:
    """What became of a claim. ``failure`` says what is wrong with the verdict, empty where nothing is."""

    case: Case
    status: str
    truth: str
    seconds: float
    failure: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.case}\n  verdict: {self.status} {self.reason}\n  evaluation: {self.truth}\n  {self.failure}"


def normal_form_is_0(claim: Claim) -> bool:
    """Whether the normal form alone, with no search for counterexamples before it, takes a claim for true."""
    try:
        return normalise(claim, ALONE).zero
    except GivesUp:
        return False


def judged(seed: int, decide: Decide, alone: Callable[[Claim], bool] = normal_form_is_0) -> Outcome:
    """The outcome of the claim of a seed."""
    return outcome(case(seed), decide, alone)


def outcome(found: Case, decide: Decide, alone: Callable[[Claim], bool] = normal_form_is_0) -> Outcome:
    """The outcome of a claim: "true" by evaluation means equal at every point tried.

    A counterexample hides what the normal form says, so ``alone`` asks it about every claim that is false.
    """
    evaluated = compared(found)
    truth = "false" if evaluated.difference else "true" if evaluated.points else "void"
    start = time.perf_counter()
    try:
        verdict = decide(found.claim)
    except Exception:
        seconds = time.perf_counter() - start
        return Outcome(found, "crashed", truth, seconds, traceback.format_exc(limit=-6))
    seconds = time.perf_counter() - start
    failure = _failure(found, verdict, truth, evaluated.difference)
    if truth == "false" and not failure and alone(found.claim):
        failure = f"WRONG, the normal form of a false claim is 0: {evaluated.difference}"
    return Outcome(found, verdict.status, truth, seconds, failure, verdict.reason)


def _failure(found: Case, verdict: Any, truth: str, difference: str) -> str:
    if found.kind == "truth" and truth == "false":
        return f"the scrambler is wrong: {difference}"
    if verdict.status == "proved" and truth == "false":
        return f"WRONG, proved but false: {difference}"
    if verdict.status == "refuted":
        shown = verdict.counterexample
        if shown is None:
            return "WRONG, refuted without a counterexample"
        doubt = confirmed(found.claim, shown.point)
        if doubt:
            return f"WRONG, refuted by no counterexample ({doubt}): {shown}"
        if found.kind == "truth":
            return f"WRONG, a true claim refuted: {shown}"
        if not shown.check():
            return f"WRONG, the counterexample does not pass its own check: {shown}"
    return ""
