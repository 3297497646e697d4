"""What the campaign takes for true is true: every rewrite on its own, scrambled terms, and mutants that are not."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from symderiv.nodes import D, Neg, Plus, Quotient, Term, Times

from . import scramble
from .cases import Case, case
from .evaluation import compared
from .generate import Maker
from .mutate import mutant
from .rewrites import calculus
from .rewrites.spot import Rewrite, Spot
from .scramble import RULES, applied
from .settings import setting

ENOUGH = 4  # claims by each rewrite


def by_rule(rule: Rewrite, seed: int) -> Case | None:
    """A term and the term with one rewrite applied once; None where the rewrite finds nothing to do."""
    random = Random(f"{rule.__name__} {seed}")
    around = setting(random)
    maker = Maker(random, around)
    t = maker.textbook(around.letters) if seed % 2 else maker.term(3, around.letters)
    # a few other rewrites first make something to work on
    t = scramble.scrambled(t, around, random, seed % 4)[0]
    found = next(applied(t, rule, around, random, set()), None)
    return None if found is None else Case(seed, "truth", around, t, found, around.claim(t, found), (rule.__name__,))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.__name__))
def test_a_rewrite_keeps_the_value(rule: Rewrite) -> None:
    good = 0
    for seed in range(2000):
        found = by_rule(rule, seed)
        if found is not None:
            evaluated = compared(found)
            assert not evaluated.difference, f"{found}\n{evaluated.difference}"
            good += evaluated.points > 0
        if good == ENOUGH:
            return
    raise AssertionError(f"{rule.__name__} was tried {good} times only")


def test_scrambled_truths_are_true_and_mutants_mostly_false() -> None:
    found: Counter[tuple[str, str]] = Counter()
    for seed in range(800):
        one = case(seed)
        evaluated = compared(one)
        found[one.kind, "false" if evaluated.difference else "true" if evaluated.points else "void"] += 1
    assert found["truth", "false"] == 0
    assert found["truth", "true"] > 20 * found["truth", "void"]
    assert found["mutant", "false"] > 2 * found["mutant", "true"]
    assert found["fact left out", "false"] > 10
    assert found["pair", "false"] > 10


def test_cases_are_the_same_every_time() -> None:
    assert [str(case(seed)) for seed in range(40)] == [str(case(seed)) for seed in range(40)]


def wrong_quotient_sign(t: Term, at: Spot) -> Term | None:
    match t:
        case D(Quotient(u, v), x):
            return Quotient(Plus((Times((u, D(v, x))), Neg(Times((D(u, x), v))))), Times((v, v)))
    return None


def dropped_summand(t: Term, at: Spot) -> Term | None:
    return t.summands[0] if isinstance(t, Plus) else None


@pytest.mark.parametrize("wrong", [wrong_quotient_sign, dropped_summand])
def test_a_wrong_rewrite_is_found_out(wrong: Rewrite) -> None:
    found = (by_rule(wrong, seed) for seed in range(400))
    assert any(one is not None and compared(one).difference for one in found)


def test_a_mutant_differs_in_writing() -> None:
    random = Random("mutants")
    around = setting(random)
    t = Maker(random, around).term(3, around.letters)
    assert all(mutant(t, around, random) is not t for _ in range(50))


def test_the_hand_made_derivatives_reach_the_leaves() -> None:
    """Rewriting by calculus alone carries every derivative out."""
    random = Random("leaves")
    around = setting(random)
    for _ in range(30):
        t: Term = D(Maker(random, around).positive(2, around.letters), Maker(random, around).entry("z", around.letters))
        for _ in range(200):
            new = next((u for rule in CARRY_OUT for u in applied(t, rule, around, random, set())), None)
            if new is None:
                break
            t = new
        assert "d/d" not in str(t)


CARRY_OUT = (calculus.inward, calculus.leaf)
