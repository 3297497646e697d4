"""Tokens, brackets, and the caret under a place."""

from __future__ import annotations

import pytest

from symderiv.doors.tokens import SHOWN, Text, brackets, caret, tokens
from symderiv.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y[k]·x²", ["y", "[", "k", "]", "*", "x", "2"]),
        ("1..K 1...K 1…K", ["1", "..", "K"] * 3),
        ("a==b != c", ["a", "=", "b", "!=", "c"]),
        ("x^-1.5e-3", ["x", "**", "-", "1.5e-3"]),
        ("p_{i, j}{a b}", ["p_{i, j}", "{a b}"]),
        ("∂L/∂ z", ["∂L", "/", "∂z"]),
        ("d{a b}/dz", ["d{a b}", "/", "dz"]),
        ("x⁻¹²", ["x", "-12"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [t.text for t in tokens(Text(text))] == expected


def test_tokens_know_where_they_stand() -> None:
    text = Text("a = bb + c", 4, 8)
    assert [(t.text, t.start, t.end) for t in tokens(text)] == [("bb", 4, 6), ("+", 7, 8)]
    assert str(text) == "bb +"


@pytest.mark.parametrize(
    ("source", "start", "end", "expected"),
    [
        ("2z[i]", 1, 2, "  2z[i]\n   ^"),
        ("中文 + λ?", 6, 7, "  中文 + λ?\n          ^"),
        ("\u0303x?", 2, 3, "  \u0303x?\n   ^"),
        ("a\nb?\nc", 3, 4, "  b?\n   ^"),
        ("a\u202eb", 1, 2, "  a\N{REPLACEMENT CHARACTER}b\n   ^"),
        ("", 0, 0, "  \n  ^"),
        ("x +", 3, 3, "  x +\n     ^"),
    ],
)
def test_the_caret_stands_below_its_place(source: str, start: int, end: int, expected: str) -> None:
    assert caret(source, start, end) == expected


@pytest.mark.parametrize("place", [0, 40, 500, 960, 999])
def test_of_a_long_line_only_the_part_around_the_place_is_shown(place: int) -> None:
    source = "".join(chr(ord("a") + n % 26) for n in range(1000))
    line, carets = caret(source, place, place + 1).split("\n")
    assert len(line) <= SHOWN + 8
    assert line[carets.index("^")] == source[place]


@pytest.mark.parametrize("text", ["(", "(]", ")", "a[(])"])
def test_brackets_that_do_not_match(text: str) -> None:
    with pytest.raises(InputError, match=r"no bracket|never"):
        brackets(Text(text), tokens(Text(text)))


def test_brackets_that_match() -> None:
    assert brackets(Text("f(a[i])"), tokens(Text("f(a[i])"))) == {1: 6, 3: 5}
