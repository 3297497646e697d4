"""Spellings of names never clash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symderiv.printing.notation import DEFAULT, Notation, settle
from symderiv.terms import Entry, Function, Symbol


@given(st.lists(st.text(max_size=6), unique=True, max_size=8), st.lists(st.text(max_size=4), unique=True, max_size=4))
def test_every_name_has_its_own_spelling(names: list[str], calls: list[str]) -> None:
    terms = [Symbol(s) for s in names] + [Function(s, ()) for s in calls]
    settled = settle(DEFAULT, terms)
    spelled = [*settled.names.values(), *settled.functions.values()]
    assert len(set(spelled)) == len(spelled) == len(names) + len(calls)
    assert all(s.isascii() and "$" not in s and "|" not in s for s in spelled)


def test_a_given_spelling_is_kept_and_avoided() -> None:
    settled = settle(Notation(names={"q": "y"}), [Symbol("q"), Entry("y", (Symbol("i"),))])
    assert settled.names["q"] == "y"
    assert settled.names["y"] == r"\mathrm{y}"


def test_settling_twice_changes_nothing() -> None:
    once = settle(DEFAULT, [Symbol("mu_1"), Entry("mu", (Symbol("i"),))])
    assert settle(once, [Symbol("mu_1")]) == once
