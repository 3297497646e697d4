"""The claims of a problem decided, with what each needs of the problem's facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from symderiv.claims import Claim, Mistake, Passage
from symderiv.errors import InputError
from symderiv.problem import Problem
from symderiv.proof.prove import decide
from symderiv.proving import check, prove
from symderiv.report.floating import compared
from symderiv.report.judged import Judged, Judgement, Read
from symderiv.statement import Fact
from symderiv.verdicts import Verdict


def judgement(problem: Problem, example: Mapping[str, Any] | None = None) -> Judgement:
    """Every claim and passage of a problem with its verdicts; ``example`` holds numbers to work claims out with.

    Raises `InputError`, with the words that name the claim, for one that cannot be read as meant.
    """
    claims = tuple(judged(problem, c, example) for c in problem.claims if isinstance(c, Claim))
    return Judgement(claims, tuple(_read(problem, p) for p in problem.claims if isinstance(p, Passage)))


def judged(problem: Problem, claim: Claim, example: Mapping[str, Any] | None = None) -> Judged:
    """One claim decided, and what it comes to where a fact that it needs is withdrawn."""
    verdict = _decided(problem, claim, claim.equation)
    instead = claim.instead if isinstance(claim, Mistake) else None
    return Judged(
        claim,
        verdict,
        tuple(_without(problem, verdict)),
        None if instead is None else _decided(problem, claim, instead),
        compared(verdict.claim, example) if claim.numeric else None,
    )


def _decided(problem: Problem, claim: Claim, equation: Any) -> Verdict:
    left, right = equation if isinstance(equation, tuple) else (equation, None)
    with _naming(problem, claim.text):
        return prove(left, right, where=claim.where, given=claim.given, problem=problem)


def _read(problem: Problem, passage: Passage) -> Read:
    with _naming(problem, passage.text):
        return check(passage.lines, passage.where, passage.given, problem=problem).read(passage.text)


@contextmanager
def _naming(problem: Problem, text: str) -> Iterator[None]:
    """Say which claim an error is about."""
    try:
        yield
    except InputError as error:
        raise InputError(f"the claim {text!r} of {problem.name}: {error}") from error


def _without(problem: Problem, verdict: Verdict) -> Iterator[tuple[Fact, Verdict]]:
    """The verdicts on a claim with each fact withdrawn that its proof uses and the problem states."""
    claim = verdict.claim
    own = {f.relation for f in problem.statement.facts}
    for fact in claim.statement.facts:
        if fact.relation in own and fact.relation in verdict.finding.conditions:
            others = tuple(f for f in claim.statement.facts if f is not fact)
            weaker = replace(claim, statement=replace(claim.statement, facts=others))
            yield fact, replace(verdict, claim=weaker, finding=decide(weaker, verdict.budget))
