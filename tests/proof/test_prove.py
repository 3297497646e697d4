"""Deciding claims in terms."""

from __future__ import annotations

from symderiv.proof.claim import claim
from symderiv.proof.prove import decide
from symderiv.terms import Entry, Symbol


def test_what_is_not_shown_is_not_proved() -> None:
    i = Symbol("i")
    assert decide(claim(Entry("z", (i,)), Entry("y", (i,)))).status != "proved"
