"""Shorter accounts claim nothing that the steps do not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from engine.losses import CASES, Case

import symderiv as sd
from symderiv.engine.derive import derive_statement
from symderiv.engine.kinds import kind
from symderiv.report.levels import BRIEF, DETAILS, FULL, NORMAL, stages
from symderiv.trace import Step, Trace

EVERY = [pytest.param(c, id=c.name) for c in CASES]


def traces(trace: Trace) -> list[Trace]:
    """A trace and the sub-derivations in it."""
    below = [s.lemma.trace for s in trace.steps if s.lemma] + [c.trace for s in trace.steps for c in s.cases]
    return [trace, *(t for u in below for t in traces(u))]


@pytest.mark.parametrize("case", EVERY)
def test_lines_join_up_and_lose_nothing(case: Case) -> None:
    for trace in traces(derive_statement(case.make().statement).trace):
        for detail in DETAILS:
            found = stages(trace, detail)
            assert tuple(s for stage in found for s in stage.steps) == trace.steps
            # each line follows from the one before: a coarser trace that hangs together
            lines = [trace.start, *(stage.after for stage in found)]
            short = [
                Step(", ".join(g.rules), g.reason, before, g.after, g.conditions)
                for before, g in zip(lines, found, strict=False)
            ]
            assert Trace(trace.start, tuple(short)).result is trace.result
            conditions = {c for s in trace.steps for c in s.conditions}
            assert {c for stage in found for c in stage.conditions} == conditions


@pytest.mark.parametrize("case", EVERY)
def test_normal_joins_routine_steps_only_and_brief_whole_phases(case: Case) -> None:
    trace = derive_statement(case.make().statement).trace
    for stage in stages(trace, NORMAL):
        assert len(stage.steps) == 1 or all(kind(r).together for r in stage.rules)
        assert len({kind(r).phase for r in stage.rules}) == 1
    brief = stages(trace, BRIEF)
    assert all(len({kind(r).phase for r in stage.rules}) == 1 for stage in brief)
    assert all(kind(a.rules[0]).phase != kind(b.rules[0]).phase for a, b in pairwise(brief))
    assert len(brief) <= len(stages(trace, NORMAL)) <= len(stages(trace, FULL)) == len(trace.steps)


def test_the_flagship() -> None:
    trace = derive_statement(sd.load("softmax-cross-entropy").statement).trace
    assert [(s.first, s.last) for s in stages(trace, BRIEF)] == [(1, 3), (4, 4), (5, 11)]
    told = [(s.rules, s.reason) for s in stages(trace, NORMAL)]
    assert told[0][0] == ("linearity", "constant-factor")
    assert (("distribute", "split-sum", "pull-out", "sift"), "Carry out the sums.") in told
    assert [rules for rules, _ in told].count(("lemma",)) == 1


def test_an_unknown_level_is_refused() -> None:
    trace = derive_statement(sd.load("softmax-cross-entropy").statement).trace
    for wrong in ("ful", None, 3, ["full"]):
        with pytest.raises(sd.InputError, match="write brief, normal or full"):
            stages(trace, wrong)  # type: ignore[arg-type]  # that is the point
