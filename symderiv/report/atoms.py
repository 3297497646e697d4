"""Rows of MathML from TeX's classes of atoms, with TeX's spacing (The TeXbook, chapter 18).

Browsers space relations, signs and commas from a dictionary of their own; what they lack is the thin space around
functions, fractions and brackets, the sign in front of a term, and tight subscripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Kind = Literal[
    "ordinary", "name", "large", "function", "binary", "relation", "opening", "closing", "punctuation", "inner",
    "fence", "differential", "unary", "space",
]  # fmt: skip
THIN = '<mspace width="0.1667em"/>'
APPLY = "<mo>\u2061</mo>"
BEFORE_A_TERM = frozenset({None, "unary", "binary", "relation", "large", "function", "opening", "punctuation"})
CLOSED = frozenset({"ordinary", "name", "closing", "inner", "fence"})
SIGNS = frozenset({"binary", "relation", "punctuation"})
SPACED = frozenset({"function", "large", "inner", "fence", "differential"})


@dataclass(frozen=True)
class Atom:
    """A piece of a formula: its class, its markup, about how wide it is in em, whether it is taller than a line.

    Of a sign (``sign``) the markup is the bare character, as its form depends on what stands before it; ``limits``
    says that scripts stand above and below.
    """

    kind: Kind
    markup: str
    width: float = 0.55
    tall: bool = False
    sign: bool = False
    limits: bool = False


def row(atoms: Sequence[Atom], script: bool = False, before: Kind | None = None) -> str:
    """The markup of atoms side by side; ``before`` is the class of what stands to their left, if anything does."""
    out, first = "", True
    for atom in atoms:
        if atom.kind == "space":
            out += atom.markup
            continue
        out += _between(before, atom.kind, script)
        unary = atom.kind == "binary" and before in BEFORE_A_TERM
        out += _sign(atom, script, unary, first) if atom.sign else atom.markup
        before, first = "unary" if unary else atom.kind, False
    return out


def group(atoms: Sequence[Atom], script: bool = False) -> str:
    """The markup of atoms as one element."""
    return atoms[0].markup if len(atoms) == 1 and not atoms[0].sign else f"<mrow>{row(atoms, script)}</mrow>"


def width(atoms: Iterable[Atom]) -> float:
    """About how wide atoms are, in em."""
    return sum(a.width for a in atoms)


def pieces(atoms: Sequence[Atom], limit: float, before: Kind | None = None) -> Iterator[tuple[str, float]]:
    """Rows with their widths, of at most about ``limit`` em where breaks before relations, then signs, allow it."""
    for part in _parts(atoms, limit):
        yield row(part, before=before), width(part)
        before = next((a.kind for a in reversed(part) if a.kind != "space"), before)


def _parts(atoms: Sequence[Atom], limit: float) -> Iterator[Sequence[Atom]]:
    if width(atoms) <= limit:
        yield atoms
        return
    for part in _cut(atoms, "relation"):
        yield from [part] if width(part) <= limit else _cut(part, "binary")


def _cut(atoms: Sequence[Atom], kind: Kind) -> Iterator[Sequence[Atom]]:
    """Atoms, cut before those of a kind that have a term to their left, and after a comma."""
    start, before = 0, None
    for n, atom in enumerate(atoms):
        if atom.kind == "space":
            continue
        if (atom.kind == kind and before not in BEFORE_A_TERM) or (before == "punctuation" and n > start):
            yield atoms[start:n]
            start = n
        before = atom.kind
    yield atoms[start:]


def _between(before: Kind | None, after: Kind, script: bool) -> str:
    """What stands between two atoms whose own space is not in the browser's dictionary."""
    if before == "function":
        called = after not in SIGNS and after != "closing"
        return (APPLY if called else "") + (THIN if called and after not in ("fence", "opening") else "")
    if before == "name" and after == "fence":
        return APPLY
    if before == "unary":
        return THIN if after == "large" and not script else ""
    after_operator = before == "large" and after not in SIGNS | {"opening", "closing"}
    beside = before in CLOSED and after in SPACED
    after_inner = before in ("inner", "fence") and after in ("ordinary", "name", "opening")
    return THIN if not script and (after_operator or beside or after_inner) else ""


def _sign(atom: Atom, script: bool, unary: bool, first: bool) -> str:
    form = ' form="prefix"' if unary else ' form="infix"' if first and atom.kind != "punctuation" else ""
    tight = ' lspace="0" rspace="0"' if script or unary else ""
    return f"<mo{form}{tight}>{escape(atom.markup)}</mo>"
