"""Lines for a page: a browser may break a line between a formula and its comma, so the two become one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

AFTER = re.compile("[,.;:!?)…，。；：、）？！]*")
BEFORE = re.compile("[(（]*$")


def glued(runs: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The runs of a line, each formula with the punctuation that touches it, as ``before`` and ``after``.

    >>> [r["text"] for r in glued([{"kind": "math", "text": "x"}, {"kind": "text", "text": ", then"}])]
    ['x', ' then']
    """
    found: list[dict[str, str]] = []
    for run in runs:
        now = {**run, "before": "", "after": ""}
        last = found[-1] if found else now
        if now["kind"] == "text" and last["kind"] == "math":
            last["after"], now["text"] = _cut(AFTER, now["text"])
        elif now["kind"] == "math" and last["kind"] == "text":
            now["before"], last["text"] = _cut(BEFORE, last["text"])
        found.append(now)
    return found


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """What a pattern finds, and the text without it."""
    found = pattern.search(text)
    return (found[0], text[: found.start()] + text[found.end() :]) if found else ("", text)
