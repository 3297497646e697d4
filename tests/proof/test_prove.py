"""Deciding claims in terms: every way in which a decision ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proof.test_repair import typed

import symderiv as sd
from symderiv.proof import prove
from symderiv.proof.budget import DEFAULT, Valueless
from symderiv.proof.claim import Claim, claim
from symderiv.proof.normal import Normal
from symderiv.proof.prove import AT_ODDS, NO_MODEL, NOT_SHOWN, PROVED, REFUTED, decide, holds
from symderiv.proof.witness import Found, search
from symderiv.terms import Entry, Symbol

TRUE = ("(x + w)^2", "x^2 + 2*x*w + w^2")
FALSE = ("(x + w)^2", "x^2 + w^2")
TWINS = [TRUE, ("(a[i] + v)^2", "a[i]^2 + 2*v*a[i] + v^2")]


def test_what_is_not_shown_is_not_proved() -> None:
    i = Symbol("i")
    assert decide(claim(Entry("z", (i,)), Entry("y", (i,)))).status != "proved"


@pytest.mark.parametrize("sides", TWINS)
def test_proved_and_refuted(sides: tuple[str, str]) -> None:
    found = decide(typed(*sides))
    assert (found.status, found.reason, found.flaw) == ("proved", PROVED, "")
    found = decide(typed(sides[0], f"{sides[1]} + 1"))
    assert (found.status, found.reason) == ("refuted", REFUTED)


def no_search(c: Claim, thorough: bool = False, deadline: float | None = None) -> Found:
    return Found(None, None, "")


def quick_finds_nothing(c: Claim, thorough: bool = False, deadline: float | None = None) -> Found:
    return search(c, thorough, deadline) if thorough else no_search(c)


def test_what_the_quick_search_misses_a_thorough_one_refutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "search", quick_finds_nothing)
    found = decide(typed(*FALSE))
    assert (found.status, found.reason) == ("refuted", REFUTED)


def test_what_no_search_refutes_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    c = typed(*FALSE)
    model = search(c).counterexample
    assert model is not None
    monkeypatch.setattr(prove, "search", lambda *_: Found(None, model.point, ""))
    assert (decide(c).status, decide(c).reason) == ("undecided", NOT_SHOWN)


def test_a_normal_form_at_odds_with_a_point_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "search", quick_finds_nothing)
    monkeypatch.setattr(prove, "normalise", lambda c, budget: Normal((), ()))
    found = decide(typed(*FALSE))
    assert (found.status, found.reason) == ("undecided", AT_ODDS)


@pytest.mark.parametrize("sides", TWINS)
def test_without_a_point_nothing_is_proved(sides: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "search", no_search)
    found = decide(typed(*sides))
    assert (found.status, found.reason, found.flaw) == ("undecided", NO_MODEL, "")
    assert not holds(typed(*sides))


def test_a_division_by_0_is_a_flaw() -> None:
    found = decide(typed("x/(w - w)", "x"))
    assert found.status == "undecided"
    assert found.flaw == found.reason != ""


def test_a_side_without_a_value_that_has_one_at_a_point_is_no_flaw(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(c: Claim, budget: object) -> Normal:
        raise Valueless("a side has no value")

    monkeypatch.setattr(prove, "normalise", nothing)
    found = decide(typed(*TRUE))
    assert (found.status, found.flaw) == ("undecided", "")


@pytest.mark.parametrize("given", ["x > 1", "w > 1"])
def test_contradictions_among_the_facts_are_a_flaw(given: str) -> None:
    name = given[0]
    found = decide(typed(*TRUE, given, f"{name} = 1"))
    assert found.status == "undecided"
    assert "contradict each other" in found.flaw


def test_out_of_budget_is_undecided_and_says_so() -> None:
    found = decide(typed("sum(exp(z[k])/sum(exp(z[j]), j), k)", "1"), replace(DEFAULT, seconds=0.0))
    assert found.status == "undecided"
    assert "budget" in found.reason


@pytest.mark.parametrize(
    ("text", "given", "status"),
    [
        ("sum(z[k], k=1..K) = z[i]", "sum(z[k], k=1..K) = z[i]", "proved"),
        ("sum(y[m, k], k=1..K) = 2*z[m, i]", "sum(y[n, k], k=1..K) = 2*z[n, i]", "proved"),
        ("sum(y[m, k]*z[m, k], k=1..K) = 2*z[m, i]", "sum(y[n, k]*z[n, k], k=1..K) = z[n, i]", "refuted"),
        ("z[i] = 0", "z[i] = z[j] + z[k]", "undecided"),
    ],
)
def test_letters_that_only_the_other_side_of_a_fact_has(text: str, given: str, status: str) -> None:
    """They stand for any index over their own size, and a fact that grows is not applied for ever."""
    verdict = sd.prove(text, given=given)
    assert verdict.status == status
    assert str(verdict).startswith(status)
