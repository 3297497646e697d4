"""Chains of equalities as data: which link of a derivation holds, and what repairs those that do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from proof.corpus.record import Record

from symderiv.claims import as_lines


@dataclass(frozen=True)
class Broken:
    """Why a line does not follow from the one before it, and what would mend that.

    ``given`` are facts that make it follow; ``corrected`` is the line as it should be; ``skip`` says that the
    next line follows from the one before.
    """

    why: str
    given: tuple[str, ...] = ()
    corrected: str | None = None
    skip: bool = False


@dataclass(frozen=True)
class Derivation:
    """A printed chain ``lines[0] = lines[1] = ...``; ``broken`` has the lines that do not follow, by place."""

    id: str
    lines: tuple[Any, ...]
    where: tuple[Any, ...] = ()
    given: tuple[Any, ...] = ()
    broken: tuple[tuple[int, Broken], ...] = ()
    note: str = ""

    def link(self, place: int) -> Record:
        """The claim that the line at a place equals the one before it."""
        before, line = self.lines[place - 1 : place + 1]
        holds = place not in dict(self.broken)
        return self._claim(before, line, "proved" if holds else "refuted")

    def mended(self, place: int) -> tuple[Record, ...]:
        """What is true instead of a link that is broken."""
        broken, before = dict(self.broken)[place], self.lines[place - 1]
        found = []
        if broken.given:
            found.append(self._claim(before, self.lines[place], "proved", broken.given))
        if broken.corrected is not None:
            found.append(self._claim(before, broken.corrected, "proved"))
        if broken.skip:
            found.append(self._claim(before, self.lines[place + 1], "proved"))
        return tuple(found)

    def _claim(self, left: Any, right: Any, expected: Any, more: tuple[str, ...] = ()) -> Record:
        return Record(self.id, left, right, self.where, (*self.given, *more), expected)


def printed(lines: Iterable[Any]) -> tuple[Any, ...]:
    """The expressions of a passage of the zoo, which holds the lines of the sources as they are printed."""
    return tuple(line.expression for line in as_lines(lines))


def better(lines: Iterable[Any], place: int) -> Any:
    """What should stand at a place of a passage instead of what is printed there."""
    return as_lines(lines)[place].instead
