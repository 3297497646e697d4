"""Typed text as tokens: what each piece is, where it stands, and a caret under what cannot be read.

Nothing is looked up or computed here. Every character that is not listed is refused, so that what
looks like one letter is that letter, and nothing invisible gets through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from symderiv.errors import InputError

LONGEST = 10_000  # characters in one text
DEEPEST = 40  # brackets within brackets
MOST_OPERATORS = 1_000  # operators and commas in one text
MOST_DIGITS = 308  # digits of one number; longer ones have no floating-point value
_CLOSING = {"(": ")", "[": "]"}
SHOWN = 72  # characters of the line that a message shows


class Misread(InputError):
    """Text that cannot be read as meant, with the line and a caret under the place."""


@dataclass(frozen=True)
class Text:
    """A piece of typed text: the characters from ``start`` to ``end`` of a source."""

    source: str
    start: int = 0
    end: int | None = None

    @property
    def stop(self) -> int:
        """Where the piece ends."""
        return len(self.source) if self.end is None else self.end

    def __str__(self) -> str:
        return self.source[self.start : self.stop]

    def misread(self, start: int, end: int, sentence: str) -> Misread:
        """The error for the characters from start to end."""
        return Misread(f"{sentence}\n{caret(self.source, start, end)}")


class AsTyped(Text):
    """Text that somebody is quoted with: its factors and summands stay in the order in which they are typed."""


@dataclass(frozen=True)
class Token:
    """``kind`` is "name", "number", "raised" (a superscript) or "operator"; ``text`` the plain spelling."""

    kind: str
    text: str
    start: int
    end: int


_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DECIMAL = "0123456789"
_PATTERN = re.compile(
    r"(?P<space>[ \t\r\n\xa0\u2002-\u200a\u202f]+)"
    r"|(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<raised>⁻?[{_DIGITS}]+)"
    r"|(?P<operator>\*\*|==|!=|>=|<=|:=|\.\.\.?|[-+*/^()\[\],=<>](?!(?<=/)/))"
)
_SAME = {
    **dict.fromkeys("·×⋅∙∗", "*"),
    **dict.fromkeys("−–", "-"),
    **dict.fromkeys("÷∕⁄", "/"),
    "≠": "!=",
    "≥": ">=",
    "≤": "<=",
    "…": "..",
    "...": "..",
    "^": "**",
    "==": "=",
}
_HINTS = {
    "|": "|x| has a kink: write the smooth piece that is meant, or sqrt(x**2)",
    "√": "write sqrt(x)",
    "∏": "write exp(sum(log(...), k=1..K)) for a product of positive factors",
    "∫": "symderiv knows finite sums, not integrals",
    "∇": "write the entries: the gradient by z is the derivative by z[i]",
    "∞": "symderiv works with ordinary numbers; sums end at a size such as K",
    "∈": "write a range as k=1..K, and that y holds 0 and a single 1 as one_hot(y, t)",
    "%": "write a fraction, such as 5/100",
    "@": "write the sum over the inner index, such as sum(W[i, j]*x[j], j=1..D)",
    "\\": "LaTeX is not read: write sum(y[k]*log(p[k]), k=1..K), exp(x), a/b",
    "$": "LaTeX is not read: write the formula itself",
    ".": "attributes and methods are not read: write functions, such as exp(x); torch's detach is stop_gradient(x)",
    "'": "write the indices of a transpose in their order, and formulas without quotation marks",
    '"': "write formulas without quotation marks",
    "!": "the sign for unequal is !=",
    ":": "write a range as k=1..K",
    "//": "division is a/b",
    "{": "write brackets as ( )",
    "}": "write brackets as ( )",
    "&": "write one relation per fact",
    ";": "write one definition or fact per text: repeat --where or --given, or pass a list of texts",
    "½": "write 1/2",
}


def tokens(text: Text) -> list[Token]:
    """The tokens of a text.

    Raises `Misread` for a character that means nothing here, and for a text beyond the limits above.

    >>> [t.text for t in tokens(Text("y[k]·x²"))]
    ['y', '[', 'k', ']', '*', 'x', '2']
    """
    if text.stop - text.start > LONGEST:
        raise text.misread(
            text.start, text.start + 1, f"a text of more than {LONGEST} characters is not read: name parts of it"
        )
    found = list(_scan(text))
    if sum(t.kind == "operator" for t in found) > MOST_OPERATORS:
        last = found[-1]
        raise text.misread(
            last.start, last.end, f"more than {MOST_OPERATORS} operators are not read: name parts of the expression"
        )
    return found


def _scan(text: Text) -> Iterator[Token]:
    place = text.start
    while place < text.stop:
        end = _name_end(text, place)
        if end > place:
            yield Token("name", _name(text, place, end), place, end)
        elif match := _PATTERN.match(text.source, place, text.stop):
            end = match.end()
            if match.lastgroup != "space":
                yield Token(str(match.lastgroup), _plain(text, match), place, end)
        elif text.source[place] in _SAME:
            end = place + 1
            yield Token("operator", _SAME[text.source[place]], place, end)
        else:
            raise text.misread(place, place + 1, _stranger(text.source[place : min(place + 2, text.stop)]))
        place = end


def _name_end(text: Text, place: int) -> int:
    """Where the name that begins here ends: letters and digits, or braces, or p_{i,j}, d{name} together."""
    source, end = text.source, place
    if source[place] == "∂":
        end = place + 1
        while source.startswith(" ", end, text.stop):
            end += 1
    first = end
    while end < text.stop and (_is_letter(source[end]) or (source[end] in _DECIMAL and end > first)):
        end += 1
    attached = end == first or source[first:end] == "d" or source[end - 1] == "_"
    if attached and source.startswith("{", end, text.stop):
        closed = source.find("}", end, text.stop)
        end = closed + 1 if closed > 0 else end
    return place + 1 if end == first and source[place] == "∂" else end


def _is_letter(character: str) -> bool:
    return character.isalpha() or character in "_∑"


def _plain(text: Text, match: re.Match[str]) -> str:
    """The plain spelling of a number, a superscript or an operator."""
    if match.lastgroup == "raised":
        return match[0].translate(str.maketrans(_DIGITS + "⁻", "0123456789-"))
    if match.lastgroup == "number":
        _check_number(text, match)
    return _SAME.get(match[0], match[0])


def _check_number(text: Text, match: re.Match[str]) -> None:
    mantissa, _, exponent = match[0].lower().partition("e")
    if len(mantissa) > MOST_DIGITS or len(exponent) > 4 or abs(int(exponent or "0")) > MOST_DIGITS:
        raise text.misread(
            match.start(), match.end(), f"a number with more than {MOST_DIGITS} digits cannot be computed with"
        )


def _name(text: Text, start: int, end: int) -> str:
    """A name as it stands, without the space after a ∂; nothing invisible is in it."""
    for place in range(start, end):
        if not text.source[place].isprintable():
            raise text.misread(place, place + 1, _stranger(text.source[place]))
    name = text.source[start:end]
    return "∂" + name[1:].lstrip(" ") if name[0] == "∂" else name


def _stranger(characters: str) -> str:
    """What to say about a character, or a sign, that means nothing here."""
    first = characters[0]
    for sign in (characters, first):
        if sign in _HINTS:
            return f"{sign} is not read here: {_HINTS[sign]}"
    if first in "₀₁₂₃₄₅₆₇₈₉":
        return f"{first} is not read here: write an index in brackets, such as z[{ord(first) - 0x2080}]"
    number, name = f"U+{ord(first):04X}", unicodedata.name(first, "a character without a name")
    shown = f"{first} ({number}, {name})" if first.isprintable() else f"the character {number} ({name})"
    return f"{shown} has no meaning here: formulas are made of names, numbers, brackets and + - * / **"


def brackets(text: Text, found: list[Token]) -> dict[int, int]:
    """Which bracket closes which.

    Raises `Misread` for brackets that do not match, or too many within one another.
    """
    pairs: dict[int, int] = {}
    unclosed: list[int] = []
    for place, token in enumerate(found):
        if token.kind != "operator":
            continue
        if token.text in _CLOSING:
            unclosed.append(place)
            if len(unclosed) > DEEPEST:
                raise text.misread(
                    token.start,
                    token.end,
                    f"more than {DEEPEST} brackets within brackets are not read: name parts of the expression",
                )
        elif token.text in _CLOSING.values():
            if not unclosed or _CLOSING[found[unclosed[-1]].text] != token.text:
                raise text.misread(token.start, token.end, f"this {token.text} closes no bracket")
            pairs[unclosed.pop()] = place
    if unclosed:
        token = found[unclosed[-1]]
        raise text.misread(token.start, token.end, f"this {token.text} is never closed")
    return pairs


def is_sign(token: Token, *signs: str) -> bool:
    """Whether a token is one of some operators."""
    return token.kind == "operator" and token.text in signs


def caret(source: str, start: int, end: int) -> str:
    """The line around start, and carets below the characters from start to end.

    >>> print(caret("2z[i]", 1, 2))
      2z[i]
       ^
    """
    begin = source.rfind("\n", 0, start) + 1
    stop = source.find("\n", start, start + SHOWN)
    stop = min(len(source), start + SHOWN) if stop < 0 else stop
    first = max(begin, min(start - SHOWN // 2, stop - SHOWN))
    last = min(stop, first + SHOWN)
    before, after = "..." * (first > begin), "..." * (last < len(source) and source[last] != "\n")
    marked = source[start : max(start + 1, min(end, last))]
    line = before + "".join(map(_visible, source[first:last])) + after
    below = " " * (len(before) + _width(source[first:start])) + "^" * max(1, _width(marked))
    return f"  {line}\n  {below}"


def _visible(character: str) -> str:
    """A character as a message may show it: invisible and control characters become a replacement."""
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _width(characters: str) -> int:
    """Columns that characters take on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in map(_visible, characters)
    )
