"""Text that is already markup, and the escapes for text that is not."""

from __future__ import annotations

import re
import unicodedata

from symderiv.printing.notation import spellings

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#$|~&])")
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
}


class Formula(str):
    """LaTeX of a formula without dollar signs: a template puts it between the delimiters of its format."""

    __slots__ = ()


class Code(str):
    """Text that stands in a code block as it is."""

    __slots__ = ()


def line_of(text: str) -> str:
    """Text on one line, without characters that no file of notes can show."""
    shown = (c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(shown).split())


def markdown(value: object) -> str:
    """Prose for Markdown; formulas and code as they are.

    >>> markdown("y_hat * 2"), markdown(Formula("y_i"))
    ('y\\\\_hat \\\\* 2', 'y_i')
    """
    if isinstance(value, Formula | Code):
        return str(value)
    return _MARKDOWN.sub(r"\\\1", str(value))


def tex(value: object) -> str:
    """Prose for LaTeX; formulas and code as they are.

    >>> tex("50% of y_hat")
    '50\\\\% of y\\\\_hat'
    """
    if isinstance(value, Formula | Code):
        return str(value)
    return "".join(_LATEX.get(c) or (c if c.isascii() else f"(U+{ord(c):04X})") for c in str(value))


def unicode_tex(value: object) -> str:
    """Prose for a LaTeX that reads any letter, such as xelatex.

    >>> unicode_tex("梯度 100%")
    '梯度 100\\\\%'
    """
    if isinstance(value, Formula | Code):
        return str(value)
    return "".join(_LATEX.get(c, c) for c in str(value))


def declarations(text: str) -> list[Code]:
    """What LaTeX must be told before it can print the characters of a code block that are not ASCII.

    >>> declarations("\u03c3 = 1")
    ['\\\\DeclareUnicodeCharacter{03C3}{\\\\ensuremath{\\\\sigma}}']
    """
    letters = sorted({c for c in text if not c.isascii()})
    return [Code(f"\\DeclareUnicodeCharacter{{{ord(c):04X}}}{{\\ensuremath{{{next(spellings(c))}}}}}") for c in letters]
