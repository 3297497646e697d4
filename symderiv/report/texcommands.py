"""What the commands of LaTeX in the notes' formulas mean, as a table; one that is not in it is refused.

Besides the characters of `symderiv.report.symbols` there are fractions, roots, brackets that grow, accents, alphabets,
words, and the environments of matrices and cases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import escape

from symderiv.report import symbols
from symderiv.report.atoms import Atom, Kind, group, row, width
from symderiv.report.texreader import END, TOKEN, Command, Reader

BRACKETS = {"bmatrix": ("[", "]"), "pmatrix": ("(", ")"), "vmatrix": ("|", "|"), "cases": ("{", "")}
ENVIRONMENTS = {"matrix", "aligned", *BRACKETS}


def whole(formula: str) -> list[Atom]:
    """The atoms of a formula; raises `InputError` for LaTeX that is not known here."""
    reader = Reader(formula, COMMANDS, TOKEN.findall(formula))
    atoms = reader.atoms(frozenset({END}))
    reader.expect(END)
    return atoms


def aligned_rows(formula: str) -> list[list[list[Atom]]] | None:
    """The rows of two cells of a formula that is an ``aligned`` and nothing else, else None."""
    found = re.fullmatch(r"\s*\\begin\{aligned\}(.*)\\end\{aligned\}\s*", formula, re.DOTALL)
    if not found or "\\begin{aligned}" in found[1]:
        return None
    reader = Reader(formula, COMMANDS, TOKEN.findall(found[1]))
    rows = reader.rows(END)
    if any(len(cells) > 2 for cells in rows):
        return None
    return [([[]] if len(cells) == 1 else []) + cells for cells in rows]


def _braced(reader: Reader, token: str) -> Atom:
    """A group, which TeX spaces as one ordinary atom."""
    body = reader.atoms(frozenset("}"))
    reader.expect("}")
    alone = len(body) == 1 and body[0].sign  # a sign in braces is set without its spaces, as the comma of 1{,}000
    markup = row(body, script=True) if alone else group(body, reader.script)
    return Atom("ordinary", markup, width(body), any(a.tall for a in body))


def _fraction(reader: Reader, token: str) -> Atom:
    top, bottom = reader.argument(), reader.argument()
    parts = group(top, reader.script) + group(bottom, reader.script)
    return Atom("inner", f"<mfrac>{parts}</mfrac>", max(width(top), width(bottom)) + 0.2, tall=True)


def _root(reader: Reader, token: str) -> Atom:
    body = reader.argument()
    tall = any(a.tall for a in body)
    return Atom("ordinary", f"<msqrt>{row(body, reader.script)}</msqrt>", width(body) + 0.8, tall)


def _left(reader: Reader, token: str) -> Atom:
    opening = reader.fence(symbols.OPENING)
    body = reader.atoms(frozenset({"\\right"}))
    reader.expect("\\right")
    closing = reader.fence(symbols.CLOSING)
    tall = any(a.tall for a in body)
    fences = _fence(opening, "prefix", tall), _fence(closing, "postfix", tall)
    inner = row(body, reader.script)
    return Atom("fence", f"<mrow>{fences[0]}{inner}{fences[1]}</mrow>", width(body) + 0.8, tall)


def _fence(character: str, form: str, tall: bool) -> str:
    stretchy = "true" if tall else "false"
    return f'<mo fence="true" form="{form}" stretchy="{stretchy}">{escape(character)}</mo>' if character else ""


def _accent(reader: Reader, token: str) -> Atom:
    base = reader.argument()
    stretchy = "true" if token in symbols.WIDE else "false"
    accent = f'<mo stretchy="{stretchy}">{symbols.ACCENTS[token]}</mo>'
    markup = f'<mover accent="true">{group(base, reader.script)}{accent}</mover>'
    return Atom("ordinary", markup, width(base), any(a.tall for a in base))


def _stacked(reader: Reader, token: str) -> Atom:
    """Something over or under a base, which keeps its class."""
    script, base = reader.small(), reader.argument()
    tag = "mover" if token == "\\overset" else "munder"
    kind: Kind = base[0].kind if len(base) == 1 else "ordinary"
    inner = f"<mo>{escape(base[0].markup)}</mo>" if len(base) == 1 and base[0].sign else group(base, reader.script)
    return Atom(kind, f"<{tag}>{inner}{group(script, True)}</{tag}>", width(base), tall=True)


def _named(reader: Reader, token: str) -> Atom:
    text = reader.words().replace(" ", "")
    if len(text) == 1:
        return Atom("ordinary", f'<mi mathvariant="normal">{escape(text)}</mi>')
    return Atom("name", f"<mi>{escape(text)}</mi>", 0.5 * len(text))


def _words(reader: Reader, token: str) -> Atom:
    text = reader.words()
    wide = sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.48 for c in text)
    edges = re.sub("^ | $", "\u00a0", text)  # a browser drops plain spaces there
    return Atom("ordinary", f"<mtext>{escape(edges)}</mtext>", wide)


def _alphabet(reader: Reader, token: str) -> Atom:
    font = symbols.FONTS[token]
    text = "".join(symbols.in_font(c, font) for c in reader.letters())
    return Atom("ordinary" if len(text) == 1 else "name", f"<mi>{escape(text)}</mi>", 0.6 * len(text))


def _phantom(reader: Reader, token: str) -> Atom:
    body = reader.argument()
    return Atom("ordinary", f"<mphantom>{row(body, reader.script)}</mphantom>", width(body))


def _boxed(reader: Reader, token: str) -> Atom:
    body = reader.argument()
    return Atom("inner", f'<mrow class="boxed">{row(body, reader.script)}</mrow>', width(body) + 1, tall=True)


def _display(reader: Reader, token: str) -> Atom:
    """What follows, up to the end of the group or cell, in the size of a display."""
    body: list[Atom] = []
    while reader.peek() not in ("}", "&", "\\\\", "\\right", "\\end", END):
        body.append(reader.scripts(reader.atom(reader.take())))
    markup = f'<mrow displaystyle="true">{row(body, reader.script)}</mrow>'
    return Atom("ordinary", markup, width(body), any(a.tall for a in body))


def _environment(reader: Reader, token: str) -> Atom:
    name = reader.words()
    if name not in ENVIRONMENTS:
        raise reader.error(f"the environment {name} is not known here")
    rows = reader.rows("\\end")
    reader.expect("\\end")
    if reader.words() != name:
        raise reader.error(f"the environment {name} does not end")
    opening, closing = (
        _fence(c, form, True) for c, form in zip(BRACKETS.get(name, ("", "")), ("prefix", "postfix"), strict=True)
    )
    style = ' displaystyle="true"' if name == "aligned" else ""
    body = "".join(f"<mtr>{''.join(f'<mtd>{row(c, reader.script)}</mtd>' for c in cells)}</mtr>" for cells in rows)
    columns = [[width(cell) for cell in cells] for cells in rows]
    wide = sum(max((c[n] for c in columns if n < len(c)), default=0) + 1 for n in range(max(map(len, columns))))
    table = f'<mtable class="{name}"{style}>{body}</mtable>'
    return Atom("inner", f"<mrow>{opening}{table}{closing}</mrow>", wide, tall=True)


def _relation(reader: Reader, token: str) -> Atom:
    return Atom("relation", symbols.RELATIONS[token], 1.25, sign=True)


def _binary(reader: Reader, token: str) -> Atom:
    return Atom("binary", symbols.BINARY[token], 1.1, sign=True)


def _punctuation(reader: Reader, token: str) -> Atom:
    return Atom("punctuation", symbols.PUNCTUATION[token], 0.5, sign=True)


def _letter(reader: Reader, token: str) -> Atom:
    letter = symbols.GREEK[token]
    upright = ' mathvariant="normal"' if letter.isupper() else ""
    return Atom("ordinary", f"<mi{upright}>{letter}</mi>")


def _ordinary(reader: Reader, token: str) -> Atom:
    return Atom("ordinary", f'<mi mathvariant="normal">{escape(symbols.ORDINARY[token])}</mi>', 0.7)


def _large(reader: Reader, token: str) -> Atom:
    markup = f'<mo lspace="0" rspace="0">{symbols.LARGE[token]}</mo>'
    return Atom("large", markup, 1.3, tall=True, limits=token != "\\int")


def _function(reader: Reader, token: str) -> Atom:
    return Atom("function", f"<mi>{token[1:]}</mi>", 0.5 * len(token))


def _limit(reader: Reader, token: str) -> Atom:
    markup = f'<mo lspace="0" rspace="0" movablelimits="true">{token[1:]}</mo>'
    return Atom("function", markup, 0.5 * len(token), limits=True)


def _opening(reader: Reader, token: str) -> Atom:
    return Atom("opening", _fence(symbols.OPENING[token], "prefix", False), 0.4)


def _closing(reader: Reader, token: str) -> Atom:
    return Atom("closing", _fence(symbols.CLOSING[token], "postfix", False), 0.4)


def _space(reader: Reader, token: str) -> Atom:
    return Atom("space", f'<mspace width="{symbols.SPACES[token]}"/>', float(symbols.SPACES[token].removesuffix("em")))


def _differential(reader: Reader, token: str) -> Atom:
    return Atom("differential", "<mi>∂</mi>")


COMMANDS: Mapping[str, Command] = {
    "{": _braced,
    "\\frac": _fraction,
    "\\sqrt": _root,
    "\\left": _left,
    "\\overset": _stacked,
    "\\underset": _stacked,
    "\\mathrm": _named,
    "\\operatorname": _named,
    "\\text": _words,
    "\\phantom": _phantom,
    "\\boxed": _boxed,
    "\\begin": _environment,
    "\\displaystyle": _display,
    "\\partial": _differential,
    **dict.fromkeys(symbols.GREEK, _letter),
    **dict.fromkeys(symbols.ORDINARY, _ordinary),
    **dict.fromkeys(symbols.LARGE, _large),
    **dict.fromkeys(symbols.NAMED, _function),
    **dict.fromkeys(symbols.LIMITS, _limit),
    **dict.fromkeys(symbols.BINARY, _binary),
    **dict.fromkeys(symbols.RELATIONS, _relation),
    **dict.fromkeys(symbols.PUNCTUATION, _punctuation),
    **dict.fromkeys(symbols.OPENING, _opening),
    **dict.fromkeys(symbols.CLOSING, _closing),
    **dict.fromkeys(symbols.SPACES, _space),
    **dict.fromkeys(symbols.ACCENTS, _accent),
    **dict.fromkeys(symbols.FONTS, _alphabet),
}
