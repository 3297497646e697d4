"""Other routes: they differ, every step is proved, and they arrive at the same result."""

from __future__ import annotations

import pytest
from matter.losses import brier, log_likelihood, springs, twin

import symderiv as sd
from symderiv.binders import key
from symderiv.matter.ways import other_routes

EXPECTED = {
    "entropy": ["jacobian", "log-sum-exp"],
    "linear-softmax-cross-entropy": ["jacobian", "log-sum-exp"],
    "logsumexp": [],
    "mean-squared-error": [],
    "sigmoid-binary-cross-entropy": ["jacobian", "log-sum-exp"],
    "softmax": [],
    "softmax-cross-entropy": ["jacobian", "log-sum-exp"],
    "source-a-l2": [],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_zoo(name: str) -> None:
    d = sd.derive(sd.load(name))
    found = other_routes(d)
    assert [r.id for r in found] == EXPECTED[name]
    for r in found:
        assert r.agreement.status == "proved"
        assert {v.status for v in r.verdicts} == {"proved"}
        assert len(r.verdicts) == len(list(r.trace.walk()))
        assert r.trace.start is d.trace.start


def test_losses_of_ones_own() -> None:
    assert [r.id for r in other_routes(sd.derive(twin()))] == ["jacobian", "log-sum-exp"]
    assert [r.id for r in other_routes(sd.derive(log_likelihood()))] == ["jacobian", "log-sum-exp"]
    assert [r.id for r in other_routes(sd.derive(brier()))] == ["jacobian"]
    assert [r.id for r in other_routes(sd.derive(springs()))] == ["cases"]


def test_a_result_in_another_form_is_proved_equal() -> None:
    d = sd.derive(sd.load("entropy"))
    (_, other) = other_routes(d)
    assert not other.same
    assert key(other.trace.result) is not key(d.trace.result)
    assert other.agreement.claim.left is other.trace.result


def test_routes_differ_from_the_derivation_at_hand() -> None:
    d = sd.derive(sd.load("softmax-cross-entropy"), route="jacobian")
    assert [r.id for r in other_routes(d)] == ["log-sum-exp", "zero-term"]
    assert [r.id for r in other_routes(d, most=1)] == ["log-sum-exp"]
