"""What a problem claims: equations that are meant to hold, mistakes to refute, and derivations as printed.

They are data of a problem, written down beside it; nothing is decided here. The notes decide each one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from symderiv.errors import InputError


@dataclass(frozen=True, eq=False)
class Claim:
    """An equation about a problem that is meant to hold, and a few words that name it.

    ``equation`` is a SymPy equation, a pair of sides, or typed text in the names of the problem, where L is
    its value. ``where`` and ``given`` are definitions and facts beside those of the problem. With ``numeric``
    the notes also compute both sides in floating point.

    >>> Claim("Softmax adds up to 1", "sum(k, p[k]) = 1").equation
    'sum(k, p[k]) = 1'
    """

    text: str
    equation: Any
    where: Any = None
    given: Any = None
    numeric: bool = False

    def __post_init__(self) -> None:
        _check_text(self.text, type(self).__name__)
        object.__setattr__(self, "equation", _equation(self.equation))


@dataclass(frozen=True, eq=False)
class Mistake(Claim):
    """An equation that is printed somewhere or easily written down, and wrong.

    ``instead`` is what should stand there, ``source`` says where the mistake was seen.
    """

    instead: Any = None
    source: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.instead is not None:
            object.__setattr__(self, "instead", _equation(self.instead))


@dataclass(frozen=True, eq=False)
class Line:
    """A line of a derivation as somebody wrote it: an expression, said to equal the line before.

    ``reason`` is why, in the author's words; ``instead`` is what should stand there, where that is wrong.

    >>> Line("x^2 + y^2", "Square each summand.", instead="x^2 + 2*x*y + y^2").reason
    'Square each summand.'
    """

    expression: Any
    reason: str = ""
    instead: Any = None

    def __post_init__(self) -> None:
        if not isinstance(self.reason, str):
            raise InputError(f"the reason of a line is text, not {self.reason!r}; what should stand there is instead=")
        if isinstance(self.expression, Line) or isinstance(self.instead, Line):
            raise InputError("a Line holds an expression, not another Line")


def as_lines(given: Iterable[Any]) -> tuple[Line, ...]:
    """Lines, of which some may be bare expressions; the first has no line before it that it could follow from."""
    lines = tuple(line if isinstance(line, Line) else Line(line) for line in given)
    if lines and (lines[0].reason or lines[0].instead is not None):
        raise InputError("a derivation starts from its first line: that has neither a reason nor an instead")
    return lines


@dataclass(frozen=True, eq=False)
class Passage:
    """A derivation as it is printed somewhere: lines, each said to equal the next; expressions, or a `Line` each."""

    text: str
    lines: tuple[Any, ...]
    where: Any = None
    given: Any = None

    def __post_init__(self) -> None:
        _check_text(self.text, "Passage")
        if isinstance(self.lines, str) or not isinstance(self.lines, Iterable):
            raise InputError(f"the lines of a Passage are a sequence of expressions, not {self.lines!r}")
        object.__setattr__(self, "lines", as_lines(self.lines))
        if len(self.lines) < 2:
            raise InputError(f"the passage {self.text!r} has fewer than two lines: there is nothing to decide")


def _check_text(text: Any, what: str) -> None:
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"a {what} starts with a few words that name it, not {text!r}; the equation comes second")


def _equation(given: Any) -> Any:
    """Text, a relation, or a pair of sides as a tuple."""
    pair = isinstance(given, tuple | list)
    if isinstance(given, bool) or type(given).__name__ in ("BooleanTrue", "BooleanFalse"):
        raise InputError("SymPy has decided this equation by itself; write it as a pair: Claim(text, (left, right))")
    if pair and len(given) != 2:
        raise InputError(f"an equation has two sides, not {len(given)}")
    return tuple(given) if pair else given


def checked_claims(given: Any) -> tuple[Claim | Passage, ...]:
    """One claim or a sequence of them as a tuple."""
    many = (given,) if isinstance(given, Claim | Passage) else given
    if not isinstance(many, Iterable) or isinstance(many, str):
        raise InputError(f"claims holds Claim, Mistake and Passage, not {given!r}")
    many = tuple(many)
    for c in many:
        if not isinstance(c, Claim | Passage):
            raise InputError(f"claims holds Claim, Mistake and Passage, not {c!r}: Claim('a few words', equation)")
    return many
