"""The judge notices what a prover gets wrong: one that proves everything, refutes everything, gives up or crashes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from symderiv.proof.claim import Claim

from .__main__ import main
from .cases import case
from .evaluation import compared, confirmed
from .judge import judged, outcome
from .minimise import minimised
from .names import weight
from .tally import Tally

SEEDS = range(60)


@dataclass(frozen=True)
class Said:
    status: str
    reason: str = "so it is said"
    counterexample: Any = None


@dataclass(frozen=True)
class Shown:
    point: Any

    def check(self) -> bool:
        return True


def campaign(decide: Any, zero: bool = False) -> Tally:
    """The campaign with a prover and a normal form that only pretend."""
    tally = Tally()
    for seed in SEEDS:
        tally.add(judged(seed, decide, lambda claim: zero))
    return tally


def test_a_prover_that_proves_everything_is_caught() -> None:
    tally = campaign(lambda claim: Said("proved"))
    false = [seed for seed in SEEDS if compared(case(seed)).difference]
    assert len(false) > 15
    assert tally.failures == false


def test_a_normal_form_that_is_always_0_is_caught() -> None:
    false = [seed for seed in SEEDS if compared(case(seed)).difference]
    assert campaign(lambda claim: Said("undecided"), zero=True).failures == false


def test_a_prover_that_refutes_everything_is_caught() -> None:
    assert len(campaign(lambda claim: Said("refuted")).failures) == len(SEEDS)
    nowhere = Shown(SimpleNamespace(sizes={"K": 1, "N": 1}, indices={"i": 1, "j": 1, "n": 1, "h": 1}, values={}))
    with pytest.raises(KeyError):
        campaign(lambda claim: Said("refuted", counterexample=nowhere))


def test_a_prover_that_gives_up_is_not_wrong_but_counted() -> None:
    tally = campaign(lambda claim: Said("undecided"))
    assert not tally.failures
    assert tally.share() == 1
    assert "(100.00%)" in str(tally)


def test_a_crash_is_a_failure() -> None:
    def crash(claim: Claim) -> Any:
        raise ZeroDivisionError

    assert len(campaign(crash).failures) == len(SEEDS)


def test_a_counterexample_is_confirmed_by_the_campaigns_own_evaluation() -> None:
    one = next(c for c in map(case, range(100)) if not c.claim.statement.facts and compared(c).difference)
    scope = one.claim.statement.scope

    def entries(shape: tuple[Any, ...], at: int = 0) -> Any:
        return tuple(entries(shape[1:], at + n) for n in range(3)) if shape else Fraction(at + 2, 3)

    values = {name: entries(shape) for name, shape in scope.shapes.items()}
    values |= {name: Fraction(3, 2) for name in ("a", "b", "c", "T")}
    point = SimpleNamespace(sizes={"K": 3, "N": 3}, indices={"i": 1, "j": 2, "n": 1, "h": 1}, values=values)
    same = replace(one.claim, right=one.claim.left)
    assert "both sides are" in confirmed(same, point)


def test_minimising_keeps_what_fails() -> None:
    def proves(claim: Claim) -> Any:
        return Said("proved")

    seed = next(s for s in SEEDS if weight(case(s).left) > 12 and compared(case(s)).difference)
    found = outcome(case(seed), proves)
    small = minimised(found, proves)
    assert small.failure.startswith("WRONG, proved")
    assert weight(small.case.left) + weight(small.case.right) < 8


def test_one_seed_from_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "3"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("seed 3 (")
    assert "verdict: " in out
    assert "evaluation: " in out


def test_a_run_from_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--claims", "10"]) == 0
    captured = capsys.readouterr()
    assert "wrong verdicts: 0" in captured.out
    assert "10/10 claims" in captured.err
