"""Verdicts on the steps of a derivation: each line equals the one before it, for all sizes.

A step is proved by the normal form and refuted by a certified point, as any claim is. Beyond that it is
refuted where its right side has no value while its left side has one, as in ``x = x w/w`` at w = 0, and where a
condition that it says to hold does not. The other way round, cancelling, only widens where a line is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from symderiv.errors import InputError, Refused
from symderiv.printing import plain
from symderiv.proof.assertion import Assertion, Place, assertion, places
from symderiv.proof.budget import DEFAULT, Budget, GivesUp
from symderiv.proof.claim import Claim
from symderiv.proof.lost import Lost
from symderiv.proof.normal import normalise
from symderiv.proof.prove import PROVED, REFUTED, decide
from symderiv.proof.shown import holds_by_sign, never_holds, point_against
from symderiv.proof.trials import Outcome, tried
from symderiv.proof.verdict import Verdict
from symderiv.proof.witness import search
from symderiv.statement import Fact, Statement
from symderiv.trace import Trace

LOST = "the right side has no value where the left side has one"
BROKEN = "the condition {} that the step says to hold does not"
UNCITED = "{}, unless the given equations hold, which the step does not record as used"
SAMPLED = "{} holds at the points tried, and is not proved"
NEVER = "the condition {} of the step holds at no point"


class Decided(NamedTuple):
    """The claim that a step is, and the verdict on it."""

    claim: Claim
    verdict: Verdict


def decide_trace(trace: Trace, statement: Statement, budget: Budget = DEFAULT) -> tuple[Decided, ...]:
    """One verdict per step of ``trace.walk()``, in its order; a case is decided under its condition only."""
    return _judged(places(trace), statement, partial(_verdict, statement=statement, budget=budget))


def doubt_trace(trace: Trace, statement: Statement) -> tuple[Decided, ...]:
    """One verdict per step, as `decide_trace`, but none is "proved": only points are looked at, which is quick."""
    return _judged(places(trace), statement, partial(_doubt, statement=statement))


Judge = Callable[[Assertion, Outcome], Verdict]


def _judged(several: Iterable[Place], statement: Statement, judge: Judge) -> tuple[Decided, ...]:
    read = [_asserted(place, statement) for place in several]
    outcomes = iter(_at_common_points([a for a in read if isinstance(a, Assertion)], statement))
    return tuple(Decided(a.claim, judge(a, next(outcomes))) if isinstance(a, Assertion) else a for a in read)


def _asserted(place: Place, statement: Statement) -> Assertion | Decided:
    """What a step asserts, or that it is no claim, and why."""
    try:
        return assertion(place, statement)
    except (InputError, Refused) as problem:
        claim = Claim(place.step.before, place.step.after, statement)
        return Decided(claim, Verdict("undecided", f"not decided: {problem}"))


def _at_common_points(several: Sequence[Assertion], statement: Statement) -> list[Outcome]:
    """An outcome for every assertion; those that use the same given equations share their points."""
    groups: dict[tuple[Fact, ...], list[int]] = {}
    for n, a in enumerate(several):
        groups.setdefault(tuple(f for f in a.claim.statement.facts if f.relation.sign == "="), []).append(n)
    found = [Outcome() for _ in several]
    for equations, group in groups.items():
        facts = tuple(f for f in statement.facts if f.relation.sign != "=" or f in equations)
        outcomes = tried([several[n] for n in group], replace(statement, facts=facts))
        for n, outcome in zip(group, outcomes, strict=True):
            found[n] = outcome
    return found


def _verdict(a: Assertion, outcome: Outcome, statement: Statement, budget: Budget) -> Verdict:
    """The verdict on an assertion, given what common points say of it."""
    found = _equality(a, outcome, budget)
    if found.status == "refuted":
        return _uncited(a, found, statement, budget)
    for reason, point in _failures(outcome):
        return replace(found, status="refuted", reason=reason, counterexample=point)
    if found.status == "proved":
        return _with_conditions(a, found, budget)
    never = next((f for f in a.assumed if never_holds(f, a.claim, budget)), None)
    if never is None:
        return found
    if a.narrower is not None:
        return _verdict(a.narrower, _at_common_points([a.narrower], statement)[0], statement, budget)
    return replace(found, status="refuted", reason=NEVER.format(plain.relation(never.relation)))


def _doubt(a: Assertion, outcome: Outcome, statement: Statement) -> Verdict:
    """What points alone say of an assertion."""
    if outcome.model is None or outcome.differs:
        found = search(a.claim)
        if found.counterexample is not None and found.counterexample.check():
            refuted = Verdict("refuted", REFUTED, counterexample=found.counterexample)
            return _uncited(a, refuted, statement, DEFAULT)
    for reason, point in _failures(outcome):
        return Verdict("refuted", reason, counterexample=point)
    return Verdict("undecided", "not refuted at the points tried")


def _failures(outcome: Outcome) -> Iterator[tuple[str, Lost]]:
    """What is wrong with a step whose sides are equal where both have a value."""
    if outcome.lost is not None:
        yield LOST, outcome.lost
    for relation, point in outcome.broken.items():
        yield BROKEN.format(plain.relation(relation)), point


def _equality(a: Assertion, outcome: Outcome, budget: Budget) -> Verdict:
    """Whether the two lines are equal wherever both have a value."""
    if outcome.model is None or outcome.differs:
        return decide(a.claim, budget)
    try:
        normal = normalise(a.claim, budget)
    except GivesUp:
        return decide(a.claim, budget)
    if not normal.zero:
        return decide(a.claim, budget)
    return Verdict("proved", PROVED, tuple(f.relation for f in normal.used))


def _uncited(a: Assertion, found: Verdict, statement: Statement, budget: Budget) -> Verdict:
    """Say so where the given equations that the step does not cite would make it true."""
    facts = a.claim.statement.facts
    others = tuple(f for f in statement.facts if f.relation.sign == "=" and f not in facts)
    if not others:
        return found
    scope = a.claim.statement.scope
    scope = replace(scope, indices={**statement.fixed, **scope.indices})  # an added fact may fix a class
    stated = replace(a.claim.statement, facts=(*facts, *others), scope=scope)
    again = decide(replace(a.claim, statement=stated), budget)
    return replace(found, reason=UNCITED.format(found.reason)) if again.status == "proved" else found


def _with_conditions(a: Assertion, found: Verdict, budget: Budget) -> Verdict:
    """The verdict on a step whose lines are equal, and on what it says to hold; a failing one comes first."""
    sampled: list[str] = []
    for fact, relation in a.discharged:
        if holds_by_sign(fact, a.claim, budget):
            found = replace(found, reason=f"{found.reason}; {plain.relation(relation)} is proved too")
            continue
        point = point_against(fact, a.claim)
        if point is not None:
            return Verdict("refuted", BROKEN.format(plain.relation(relation)), (), point)
        sampled.append(plain.relation(relation))
    return Verdict("undecided", SAMPLED.format(" and ".join(sampled))) if sampled else found
