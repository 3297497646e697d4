"""The LaTeX commands that formulas of the notes are made of, with their characters, as tables.

What is in none of them is refused by `symderiv.report.mathml`, so that no command ever reaches a page as text.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

from symderiv.printing.notation import LETTERS, NAMED_FUNCTIONS

GREEK = {
    **{f"\\{name}": letter for letter, name in LETTERS.items()},
    "\\epsilon": "ϵ",
    "\\omicron": "ο",
    "\\varepsilon": "ε",
    "\\vartheta": "ϑ",
    "\\varphi": "φ",
    "\\phi": "ϕ",
    "\\varrho": "ϱ",
    "\\varsigma": "ς",
    "\\Upsilon": "Υ",
}
ORDINARY = {
    "\\infty": "∞",
    "\\ell": "ℓ",
    "\\nabla": "∇",
    "\\dots": "…",
    "\\ldots": "…",
    "\\cdots": "⋯",
    "\\vdots": "⋮",
    "\\ddots": "⋱",
    "\\top": "⊤",
    "\\perp": "⊥",
    "\\forall": "∀",
    "\\exists": "∃",
    "\\emptyset": "∅",
    "\\prime": "′",
    "\\Re": "ℜ",
    "\\Im": "ℑ",
    "\\#": "#",
    "\\%": "%",
    "\\&": "&",
    "\\_": "_",
    "\\$": "$",
    ".": ".",
    "!": "!",
    "?": "?",
    "/": "/",
}
BINARY = {
    "+": "+",
    "-": "−",
    "*": "∗",
    "\\ast": "∗",
    "\\pm": "±",
    "\\mp": "∓",
    "\\cdot": "⋅",
    "\\times": "×",
    "\\circ": "∘",
    "\\odot": "⊙",
    "\\oplus": "⊕",
    "\\otimes": "⊗",
    "\\cup": "∪",
    "\\cap": "∩",
    "\\setminus": "∖",
}
RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    ":": ":",
    "\\lt": "<",
    "\\gt": ">",
    "\\ne": "≠",
    "\\neq": "≠",
    "\\le": "≤",
    "\\leq": "≤",
    "\\ge": "≥",
    "\\geq": "≥",
    "\\ll": "≪",
    "\\gg": "≫",
    "\\approx": "≈",
    "\\equiv": "≡",
    "\\sim": "∼",
    "\\propto": "∝",
    "\\in": "∈",
    "\\notin": "∉",
    "\\subset": "⊂",
    "\\subseteq": "⊆",
    "\\mid": "∣",
    "\\to": "→",
    "\\rightarrow": "→",
    "\\mapsto": "↦",
    "\\Rightarrow": "⇒",
    "\\implies": "⟹",
    "\\iff": "⟺",
}
PUNCTUATION = {",": ",", ";": ";", "\\colon": ":"}
OPENING = {
    "(": "(",
    "[": "[",
    "\\lbrack": "[",
    "\\{": "{",
    "\\lbrace": "{",
    "\\langle": "⟨",
    "\\lfloor": "⌊",
    "\\lceil": "⌈",
    "\\lvert": "|",
    "\\lVert": "‖",
}
CLOSING = {
    ")": ")",
    "]": "]",
    "\\rbrack": "]",
    "\\}": "}",
    "\\rbrace": "}",
    "\\rangle": "⟩",
    "\\rfloor": "⌋",
    "\\rceil": "⌉",
    "\\rvert": "|",
    "\\rVert": "‖",
}
EITHER = {"|": "|", "\\vert": "|", "\\|": "‖", "\\Vert": "‖", "/": "/", ".": ""}  # after \left and \right
LARGE = {"\\sum": "∑", "\\prod": "∏", "\\int": "∫"}
LIMITS = frozenset({"\\max", "\\min", "\\sup", "\\inf", "\\lim"})  # what stands below them is set below them
NAMED = frozenset(
    {"\\log", "\\ln", "\\exp", "\\det", "\\dim", "\\arg", "\\ker", "\\Pr", *(f"\\{n}" for n in NAMED_FUNCTIONS)}
)
ACCENTS = {
    "\\hat": "^",
    "\\widehat": "^",
    "\\bar": "¯",
    "\\overline": "¯",
    "\\tilde": "~",
    "\\widetilde": "~",
    "\\dot": "˙",
    "\\ddot": "¨",
    "\\check": "ˇ",
    "\\breve": "˘",
    "\\vec": "→",
}
WIDE = frozenset({"\\widehat", "\\overline", "\\widetilde"})
SPACES = {
    "\\,": "0.1667em",
    "\\:": "0.2222em",
    "\\;": "0.2778em",
    "\\!": "-0.1667em",
    "\\ ": "0.25em",
    "~": "0.25em",
    "\\quad": "1em",
    "\\qquad": "2em",
}
FONTS = {
    "\\mathbf": "BOLD",
    "\\boldsymbol": "BOLD ITALIC",
    "\\mathcal": "SCRIPT",
    "\\mathbb": "DOUBLE-STRUCK",
    "\\mathfrak": "FRAKTUR",
    "\\mathsf": "SANS-SERIF",
}
ESCAPED = {  # inside \text and \mathrm
    "\\textbackslash": "\\",
    "\\textasciicircum": "^",
    "\\textasciitilde": "~",
    "\\textless": "<",
    "\\textgreater": ">",
    "\\textbar": "|",
    "\\ ": "\u00a0",
    **{f"\\{c}": c for c in "{}$&#%_"},
}
ITALIC_APART = dict(zip("hϵϑϕϱ∂", "ℎ𝜖𝜗𝜙𝜚𝜕", strict=True))  # letters whose italic has a name of another kind


def in_font(letter: str, font: str) -> str:
    """A letter or digit in one of the alphabets of mathematics; itself where that has none.

    >>> in_font("x", "BOLD"), in_font("L", "SCRIPT"), in_font("σ", "BOLD"), in_font("+", "BOLD")
    ('𝐱', 'ℒ', '𝛔', '+')
    """
    plain = re.sub("(LATIN|GREEK|LETTER) ", "", unicodedata.name(letter, ""))
    for name in (f"MATHEMATICAL {font} {plain}", f"{font} {plain}"):
        with suppress(KeyError):
            return unicodedata.lookup(name)
    return ITALIC_APART.get(letter, letter) if font == "ITALIC" else letter
