"""LaTeX of the notes' formulas as MathML Core, which browsers show without a script.

Browsers do not break formulas over lines: a long one becomes several pieces that may break before a relation or a
sign, and the rows of an ``aligned`` that is a whole display become rows of the page. LaTeX that is in none of the
tables of `symderiv.report.symbols` is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from symderiv.report.atoms import Atom, Kind, pieces
from symderiv.report.texcommands import aligned_rows, whole

INLINE, DISPLAY, SCREEN = 13.0, 15.0, 17.0  # em: wider formulas break, wider pieces scroll; a telephone shows 19


@lru_cache(maxsize=4096)
def inline(formula: str) -> str:
    """A formula within a line of text.

    Raises `InputError` for LaTeX that it does not know.

    >>> inline("p_i - 1")
    '<math><msub><mi>p</mi><mi>i</mi></msub><mo>−</mo><mn>1</mn></math>'
    """
    return _line(whole(formula), INLINE, "<math>")


@lru_cache(maxsize=4096)
def display(formula: str) -> str:
    """A formula on lines of its own: a line, or for an ``aligned`` its rows, cell by cell.

    Raises `InputError` for LaTeX that it does not know.

    >>> display("L")
    '<div class="line"><math displaystyle="true"><mi>L</mi></math></div>'
    """
    rows = aligned_rows(formula)
    if rows is None:
        return f'<div class="line">{_shown(whole(formula))}</div>'
    return f'<div class="rows">{"".join(map(_row, rows))}</div>'


def _row(cells: Sequence[Sequence[Atom]]) -> str:
    left, right = cells
    return f'<div class="left">{_shown(left)}</div><div class="right">{_shown(right, "ordinary")}</div>'


def _shown(atoms: Sequence[Atom], before: Kind | None = None) -> str:
    return _line(atoms, DISPLAY, '<math displaystyle="true">', before) if atoms else ""


def _line(atoms: Sequence[Atom], limit: float, start: str, before: Kind | None = None) -> str:
    """A row in pieces between which the line may break; one too wide for a telephone scrolls in a box of its own."""
    found = ((f"{start}{markup}</math>", wide) for markup, wide in pieces(atoms, limit, before))
    return "<wbr>".join(f'<span class="wide">{math}</span>' if wide > SCREEN else math for math, wide in found)
