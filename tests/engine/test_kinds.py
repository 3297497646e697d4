"""Every rule has its place in a shorter account."""

from __future__ import annotations

from symderiv.engine.chain import CARRY_OUT, DIFFERENTIATE
from symderiv.engine.kinds import INSIGHT, KINDS, PHASES, kind, together
from symderiv.engine.routes import ROUTES
from symderiv.engine.rules.onehot import NAME_LABEL
from symderiv.engine.sentences import SENTENCES


def test_every_rule_has_a_kind() -> None:
    routes = [rule for route in ROUTES.values() for rule in route.rules]
    rules = {rule.id for rule in (*DIFFERENTIATE, *CARRY_OUT, NAME_LABEL, *routes)} | set(SENTENCES)
    missing = rules - set(KINDS)
    assert not missing, f"say in engine/kinds.py what {sorted(missing)} do in the course of a derivation"
    assert set(KINDS) <= rules


def test_every_kind_has_its_phase() -> None:
    assert {k.phase for k in KINDS.values()} == set(PHASES)


def test_an_unknown_rule_stands_alone() -> None:
    assert kind("of another library") is INSIGHT
    assert not INSIGHT.together


def test_a_run_of_one_kind_says_so_once() -> None:
    assert together(["sift", "pull-out", "sift"]) == ("Carry out the sums.",)
