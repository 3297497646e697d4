"""Who speaks: sentences with places, in a language, with the spelling of names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symderiv as sd
from symderiv.report.document import Run
from symderiv.report.language import CATALOGUES, PLACE, _catalogue, language, languages
from symderiv.report.markup import Code, Formula
from symderiv.report.voice import Voice, joined

ENGLISH = Voice(language("en"), {"p": "p", "y_hat": "\\hat{y}"})


def chinese() -> Voice:
    return Voice(language("zh"), {"p": "a"})


def test_places_take_formulas_lists_code_and_lines() -> None:
    a, b, c = (Formula(f) for f in ("a", "b", "c"))
    assert ENGLISH.say("It needs {x}.", x=[a, b, c]) == (
        Run("text", "It needs "),
        Run("math", "a"),
        Run("text", ", "),
        Run("math", "b"),
        Run("text", " and "),
        Run("math", "c"),
        Run("text", "."),
    )
    assert ENGLISH.say("Use {x}", x=Code("f(x)")) == (Run("text", "Use "), Run("code", "f(x)"))
    assert ENGLISH.say("{x} twice", x=ENGLISH.say("once and")) == (Run("text", "once and twice"),)


def test_names_in_sentences_of_other_parts_become_formulas() -> None:
    shown = ENGLISH.sentence("Insert the definition of y_hat.")
    assert shown == (Run("text", "Insert the definition of "), Run("math", "\\hat{y}"), Run("text", "."))
    assert ENGLISH.sentence("Insert the definition of p and y_hat.")[1:4] == (
        Run("math", "p"),
        Run("text", " and "),
        Run("math", "\\hat{y}"),
    )
    assert chinese().sentence("Insert the definition of p.")[1] == Run("math", "a")


def test_a_comma_of_a_list_is_not_that_of_a_clause() -> None:
    shown = chinese().sentence("wrong at lines 2, 3 and 5")
    assert "".join(r.text for r in shown) == "\u7b2c 2\u30013\u30015 \u884c\u6709\u8bef"
    assert "".join(r.text for r in ENGLISH.sentence("wrong at lines 2, 3 and 5")) == "wrong at lines 2, 3 and 5"


def test_reasons_come_one_after_the_other_and_quote_formulas_as_code() -> None:
    shown = ENGLISH.sentence("no time was left; not used: y = 0")
    assert shown == (Run("text", "no time was left; not used: "), Run("code", "y = 0"))
    assert chinese().sentence("no time was left; not used: y = 0")[1] == Run("code", "y = 0")


def test_ideographs_stand_apart_from_formulas_and_code() -> None:
    x, mark = Run("math", "x"), "\uff0c"
    line = joined([Run("text", "\u82e5"), x, Run("text", "\u5219"), Run("code", "f"), Run("text", mark), x])
    assert "".join(r.text for r in line) == f"\u82e5 x \u5219 f{mark}x"


def test_strong_words_leave_wide_marks_outside() -> None:
    line = chinese().strong("Example {number}.", number="1")
    assert line == (Run("strong", "\u7b97\u4f8b 1"), Run("text", "\u3002"))


def test_strong_words_have_no_spaces_at_their_ends() -> None:
    line = ENGLISH.strong("Case {x} of it", x=Formula("x"))
    assert line == (Run("strong", "Case"), Run("text", " "), Run("math", "x"), Run("text", " "), Run("strong", "of it"))


def test_words_in_formulas_are_translated() -> None:
    voice = chinese()
    voice.formula(Formula("a \\text{ no such words } b \\text{x}"))
    assert list(voice.untranslated) == ["no such words"]


def test_what_is_missing_is_collected_and_said_in_english() -> None:
    voice = chinese()
    assert voice.say("There is no such sentence {n}.", n="5") == (Run("text", "There is no such sentence 5."),)
    assert list(voice.untranslated) == ["There is no such sentence {n}."]
    assert voice.own("A user's words") == (Run("text", "A user's words"),)
    assert len(voice.untranslated) == 1


@given(st.lists(st.sampled_from(["", "One.", "Two."]), max_size=4))
def test_sentences_are_put_together(sentences: list[str]) -> None:
    lines = [ENGLISH.own(s) for s in sentences]
    assert "".join(r.text for r in ENGLISH.text(*lines)) == " ".join(s for s in sentences if s)


@pytest.mark.parametrize("code", languages()[1:])
def test_a_translation_has_the_places_of_its_sentence(code: str) -> None:
    for english, other in _catalogue(CATALOGUES / f"{code}.toml").items():
        assert set(PLACE.findall(english)) == set(PLACE.findall(other)), english
        assert not re.search(r"[\u4e00-\u9fff]", english)


@pytest.mark.parametrize("wrong", ["xx", "EN", "", None, 3])
def test_another_language_is_refused(wrong: object) -> None:
    with pytest.raises(sd.InputError, match="lang is 'en' or 'zh', not"):
        language(wrong)  # type: ignore[arg-type]  # that is the point
