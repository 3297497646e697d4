"""Source text: lines that fit."""

from __future__ import annotations

import textwrap

WIDTH = 92  # with indentation a line of the notes in print


def broken(line: str) -> str:
    """A line that fits; whitespace between tokens is free inside brackets."""
    if len(line) <= WIDTH:
        return line
    name, text = line.split(" = ", 1) if " = " in line else ("", line)
    if not name:
        return line
    wrapped = textwrap.wrap(text, WIDTH - 8, break_long_words=False, break_on_hyphens=False)
    return "\n".join([f"{name} = (", *("    " + w for w in wrapped), ")"])
