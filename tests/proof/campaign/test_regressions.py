"""What the campaign found once is told right from then on."""

from __future__ import annotations

import pytest

from symderiv.doors.sympy import Reader
from symderiv.doors.text import Text
from symderiv.proof.claim import Claim, claim

from .cases import case
from .evaluation import compared
from .judge import normal_form_is_0
from .regressions import CLAIMS, SEEDS


def typed(left: str, right: str, given: tuple[str, ...]) -> Claim:
    reader = Reader()
    texts = tuple(map(Text, (left, right, *given)))
    reader.announce(texts)
    sides = [reader.term(t) for t in texts[:2]]
    return claim(*sides, (), tuple(map(reader.fact, texts[2:])), reader.declared, reader.open_sizes)


@pytest.mark.parametrize(("left", "right", "true", "given"), CLAIMS)
def test_the_normal_form_tells_it_right(left: str, right: str, true: bool, given: tuple[str, ...]) -> None:
    assert normal_form_is_0(typed(left, right, given)) == true


@pytest.mark.parametrize("seed", SEEDS)
def test_no_false_claim_of_these_seeds_is_0(seed: int) -> None:
    one = case(seed)
    assert not (compared(one).difference and normal_form_is_0(one.claim))
