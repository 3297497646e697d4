"""Rows as a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its columns lined up; columns of numbers are the caller's to format.

    >>> print(table(("what", "time"), [("a", "1 ms"), ("longer", "12 ms")]))
    | what   | time  |
    | :----- | :---- |
    | a      | 1 ms  |
    | longer | 12 ms |
    """
    cells = [tuple(head), *(tuple(map(str, row)) for row in rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    lines = [f"| {' | '.join(cell.ljust(w) for cell, w in zip(row, widths, strict=True))} |" for row in cells]
    rule = f"| {' | '.join(':' + '-' * (w - 1) for w in widths)} |"
    return "\n".join([lines[0], rule, *lines[1:]])


def section(title: str, head: Sequence[str], rows: Iterable[Sequence[object]], text: str = "") -> str:
    """A table under its title, what it shows said before."""
    said = f"{text}\n\n" if text else ""
    return f"\n## {title}\n\n{said}{table(head, rows)}"
