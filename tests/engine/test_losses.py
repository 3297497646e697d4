"""Losses and layers by hand: the gradient as one expects to read it, every step compared at small sizes."""

from __future__ import annotations

import pytest
from engine.losses import CASES, Case
from oracle.small_sizes import check_trace

from symderiv.binders import index_names
from symderiv.engine.derive import derive_statement
from symderiv.printing.plain import plain

SIZES = {"K": 3, "N": 2, "M": 2}
NOT_AT_ONE = {  # at K = 1 the problem itself divides by 0
    "layer norm",  # the standard deviation of one number
    "layer norm, named",
}


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES])
def test_the_gradient_and_its_steps(case: Case) -> None:
    problem = case.make()
    derived = derive_statement(problem.statement)
    assert plain(derived.trace.result) == case.expected
    free = index_names(problem.statement.value).union(*map(index_names, problem.statement.variables))
    assert index_names(derived.trace.result) <= free
    for verdict, (number, step) in zip(
        check_trace(derived.trace, derived.statement, SIZES), derived.trace.walk(), strict=True
    ):
        line = f"{number} [{step.rule}] {plain(step.before)} = {plain(step.after)}: {verdict}"
        assert verdict.status != "refuted", line
        assert verdict.reason.startswith("checked"), line
        assert "not at every size" not in verdict.reason or case.name in NOT_AT_ONE, line


def test_no_two_cases_share_a_name() -> None:
    assert len({c.name for c in CASES}) == len(CASES) >= 60
