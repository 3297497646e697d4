"""A figure as the notes take it: its bytes in every format, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symderiv.report.markup import Formula


@dataclass(frozen=True)
class Saying:
    """A sentence of the catalogue and what fills its places: formulas, or plain text where no formula can stand."""

    sentence: str
    parts: Mapping[str, str | Formula] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """A figure: the name of its files without a suffix, their bytes by suffix, a text for those who cannot see it.

    ``alt`` holds plain text only. ``caption`` is one sentence or several.
    """

    name: str
    files: Mapping[str, bytes]
    alt: Saying
    caption: tuple[Saying, ...]
