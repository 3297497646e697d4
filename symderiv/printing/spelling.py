"""LaTeX that somebody wants for a name, read piece by piece: what is not listed here is refused.

A spelling is one letter or word, accents above it, and marks below and beside it. It is written out again in one way
only, so that two spellings that look alike are one text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from symderiv.errors import InputError
from symderiv.printing.notation import ACCENTS, GREEK, NAMED_FUNCTIONS, spellings, subscript

ABOVE = frozenset(("vec", *ACCENTS))
UPRIGHT = frozenset(("mathbf", "mathrm"))
WORDS_TAKEN = NAMED_FUNCTIONS | {"log", "ln", "exp", "sg"}
SYMBOLS = frozenset(GREEK.values())
BESIDE = {"\\ast": "\\ast", "*": "\\ast", "\\star": "\\star", "\\prime": "\\prime"}
_PIECE = re.compile(r"\\[A-Za-z]+|[A-Za-z0-9{}_^,()*]| +")
KINDS = (
    "a letter, a Greek letter, a word in \\mathrm{...}, \\mathbf, \\boldsymbol or \\mathcal, with accents such as "
    "\\hat{y}, a subscript, and a superscript in round brackets, \\ast, \\star or \\prime"
)


def spelled(text: str) -> str:
    """LaTeX of a name as people type it (``y_hat``), or of LaTeX that starts with a backslash or stands in dollars.

    Raises `InputError` for anything else.

    >>> spelled("y_hat"), spelled("$x$"), spelled("\\\\mathbf{a}_{1}"), spelled("$z^{(1)}$")
    ('\\\\hat{y}', 'x', '\\\\mathbf{a}_1', 'z^{(1)}')
    """
    dollars = len(text) > 2 and text[0] == text[-1] == "$"
    if dollars or text.startswith("\\"):
        return _Reader(text.strip("$") if dollars else text).whole()
    if not text.isidentifier():
        raise InputError(
            f"{text!r} is no name; names are typed as in formulas (y_hat, alpha), LaTeX between dollar signs"
        )
    return _checked(next(spellings(text)), text)


def _checked(found: str, text: str) -> str:
    """What was read, unless it is the name of a function."""
    word = found.removeprefix("\\mathrm{").removesuffix("}")
    if word in WORDS_TAKEN:
        raise InputError(f"{word} in {text!r} would read as a function; choose another word")
    return found


def _is_letter(piece: str) -> bool:
    return piece in SYMBOLS or (len(piece) == 1 and piece.isalpha())


@dataclass
class _Reader:
    """Reads a spelling from left to right."""

    text: str
    pieces: list[str] = field(init=False)
    place: int = 0

    def __post_init__(self) -> None:
        self.pieces = [piece for piece in _PIECE.findall(self.text) if piece.strip()]
        strange = _PIECE.sub("", self.text)[:1]
        if strange:
            raise InputError(f"{strange!r} in {self.text!r} is not read; a name is {KINDS}")

    def whole(self) -> str:
        found = self.body()
        marks: dict[str, str] = {}
        while self.ahead in ("_", "^"):
            sign = self.take()
            if sign in marks:
                raise InputError(f"two marks {sign} in {self.text!r}: a name takes one")
            marks[sign] = self.below() if sign == "_" else self.beside()
        if self.ahead:
            raise self.refused(self.ahead)
        return found + marks.get("_", "") + marks.get("^", "")

    @property
    def ahead(self) -> str:
        return self.pieces[self.place] if self.place < len(self.pieces) else ""

    def take(self, wanted: str = "") -> str:
        piece = self.ahead
        if not piece or (wanted and piece != wanted):
            raise InputError(f"{wanted or 'something'} is missing in {self.text!r}; a name is {KINDS}")
        self.place += 1
        return piece

    def refused(self, piece: str) -> InputError:
        return InputError(f"{piece} in {self.text!r} does not belong there; a name is {KINDS}")

    def body(self) -> str:
        """A letter, a word, or one with an accent."""
        piece = self.take()
        if _is_letter(piece):
            return piece
        command = piece.removeprefix("\\")
        if command in ABOVE:
            return f"{piece}{{{self.braced(self.body)}}}"
        if command == "boldsymbol":
            return f"{piece}{{{self.braced(self.letter)}}}"
        if command in UPRIGHT:
            return f"{piece}{{{self.braced(self.word)}}}"
        if command == "mathcal":
            return f"{piece}{{{self.braced(self.capital)}}}"
        raise self.refused(piece)

    def braced(self, inside: Callable[[], str]) -> str:
        self.take("{")
        found = inside()
        self.take("}")
        return found

    def letter(self) -> str:
        piece = self.take()
        if _is_letter(piece):
            return piece
        raise self.refused(piece)

    def capital(self) -> str:
        piece = self.take()
        if len(piece) == 1 and piece.isupper():
            return piece
        raise self.refused(piece)

    def word(self) -> str:
        """Letters and digits, no name of a function."""
        return _checked(self.run(), self.text)

    def run(self) -> str:
        found = self.take()
        while len(self.ahead) == 1 and self.ahead.isalnum():
            found += self.take()
        if not found.isalnum():
            raise self.refused(found)
        return found

    def below(self) -> str:
        """A subscript: letters, numbers and words, by comma."""
        if self.ahead != "{":
            return subscript(self.mark())
        return subscript(self.braced(self.marks))

    def marks(self) -> str:
        found = [self.mark(long=True)]
        while self.ahead == ",":
            self.take()
            found.append(self.mark(long=True))
        return ",".join(found)

    def mark(self, long: bool = False) -> str:
        if self.ahead.isalnum():
            return self.run() if long else self.take()
        return self.body()

    def beside(self) -> str:
        """A superscript that is no power: a layer in round brackets, or a sign."""
        if self.ahead in BESIDE:
            return f"^{BESIDE[self.take()]}"
        return f"^{{{self.braced(self.layer)}}}"

    def layer(self) -> str:
        if self.ahead in BESIDE:
            return BESIDE[self.take()]
        self.take("(")
        found = self.mark(long=True)
        self.take(")")
        return f"({found})"
