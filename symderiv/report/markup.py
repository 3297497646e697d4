"""Text that is already markup, and the escapes for text that is not."""

from __future__ import annotations

import re
import unicodedata

from symderiv.printing.notation import LETTERS, spellings

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

WIDE_MARKS = "\uff0c\u3002\uff1a\uff1b\u3001\uff01\uff1f\uff08\uff09\u201c\u201d"  # marks of Chinese prose


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


def active_letters(text: str) -> list[Code]:
    """What a LaTeX that reads any letter must be told of the Greek ones, which its text fonts lack.

    >>> active_letters("\u68af\u5ea6 \u03b4")
    ['\\\\catcode`\u03b4=\\\\active\\\\protected\\\\def\u03b4{\\\\ensuremath{\\\\delta}}']
    """
    letters = sorted(LETTERS.keys() & set(text))
    return [Code(f"\\catcode`{c}=\\active\\protected\\def{c}{{\\ensuremath{{{next(spellings(c))}}}}}") for c in letters]


def declarations(text: str) -> list[Code]:
    """What LaTeX must be told before it can print the characters of a code block that are not ASCII.

    >>> declarations("\u03c3 = 1")
    ['\\\\DeclareUnicodeCharacter{03C3}{\\\\ensuremath{\\\\sigma}}']
    """
    letters = sorted({c for c in text if not c.isascii()})
    return [Code(f"\\DeclareUnicodeCharacter{{{ord(c):04X}}}{{\\ensuremath{{{next(spellings(c))}}}}}") for c in letters]
