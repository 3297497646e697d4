"""The languages of the notes: an English sentence is the name of a message, a catalogue holds it in another language.

A sentence may hold places in braces. Sentences that other parts of the house write come with the places filled in;
they are recognised by the words around them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from symderiv.errors import InputError

CATALOGUES = Path(__file__).parent / "catalogue"
ENGLISH = "en"
PLACE = re.compile(r"\{(\w+)\}")
ONE_NAME = r"\S+"  # what fills the place {word}


@dataclass(frozen=True)
class Language:
    """A language by its code, and its sentences by the English ones; ``patterns`` are those with places."""

    code: str
    sentences: Mapping[str, str] = field(repr=False)
    patterns: tuple[tuple[re.Pattern[str], str], ...] = field(repr=False)

    def sentence(self, english: str) -> str | None:
        """The sentence in this language, places still open; None where the catalogue lacks it."""
        return english if self.code == ENGLISH else self.sentences.get(english)

    def recognised(self, text: str) -> tuple[str, Mapping[str, str]] | None:
        """The English sentence with places that a text was made from, and what fills them."""
        found = ((pattern.fullmatch(text), english) for pattern, english in self.patterns)
        return next(((english, match.groupdict()) for match, english in found if match), None)


def languages() -> tuple[str, ...]:
    """The codes of the languages that notes are written in.

    >>> languages()
    ('en', 'zh')
    """
    return (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.toml")))


@cache
def language(code: str) -> Language:
    """A language by its code; raises `InputError` for one without a catalogue."""
    if not isinstance(code, str) or code not in languages():
        raise InputError(f"lang is {' or '.join(map(repr, languages()))}, not {code!r}")
    tables = {path.stem: _catalogue(path) for path in sorted(CATALOGUES.glob("*.toml"))}
    known = dict.fromkeys(english for table in tables.values() for english in table)
    return Language(code, tables.get(code, {}), _patterns(known))


def _catalogue(path: Path) -> dict[str, str]:
    """The sentences of a file, whose tables only group them."""
    groups = tomllib.loads(path.read_text(encoding="utf-8"))
    return {english: text for group in groups.values() for english, text in group.items()}


def _patterns(known: Mapping[str, None]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What recognises the sentences with places, those with most words of their own first."""
    with_places = sorted((s for s in known if PLACE.search(s)), key=lambda s: (-len(PLACE.sub("", s)), s))
    return tuple((_pattern(s), s) for s in with_places if PLACE.sub("", s).strip(" ,.:;"))


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = PLACE.split(sentence)
    seen: set[str] = set()
    text = ""
    for n, piece in enumerate(pieces):
        if n % 2 == 0:
            text += re.escape(piece)
        else:
            text += f"(?P={piece})" if piece in seen else f"(?P<{piece}>{ONE_NAME if piece == 'word' else '.+?'})"
            seen.add(piece)
    return re.compile(text)
