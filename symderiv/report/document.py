"""What notes are made of, block by block: plain data that every format has a template for.

A document is a list of sections, a section a list of blocks, and a line of prose a list of runs: words, formulas,
code. Formulas are `Formula` strings, code is `Code`; every other string is prose that a template escapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Literal

from symderiv.report.markup import Code, Formula

RunKind = Literal["text", "strong", "math", "code", "link"]


@dataclass(frozen=True)
class Run:
    """A piece of a line. ``math`` holds a `Formula`, ``code`` a `Code`; ``target`` is where a link leads."""

    kind: RunKind
    text: str
    target: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A line of prose on its own."""

    runs: Line
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Display:
    """A formula on its own lines, in a box where it is what the reader came for."""

    formula: Formula
    boxed: bool = False
    kind: ClassVar[str] = "display"


@dataclass(frozen=True)
class Bullets:
    """A list, one line each."""

    items: tuple[Line, ...]
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Table:
    """A table; every cell is a line, and the column ``wide`` (from 0) gets what the others leave of the width."""

    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    wide: int = 1
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Listing:
    """Lines of code or text as they are; ``language`` is ``python`` or ``text``."""

    code: Code
    language: str
    kind: ClassVar[str] = "listing"


@dataclass(frozen=True)
class Picture:
    """A figure: ``name`` is its file in the folder of the notes, without a suffix, ``alt`` says what it shows."""

    name: str
    alt: str
    caption: Line
    kind: ClassVar[str] = "picture"


@dataclass(frozen=True)
class Card:
    """A step, a claim, a line of somebody's derivation: a label to refer to, a mark, a lead and what follows.

    ``anchor`` is unique in its document. ``label`` is set strong, ``note`` (the rule, the source) beside it.
    ``status`` is ``proved``, ``refuted``, ``undecided`` or ``""``, and ``mark`` the word for it.
    """

    anchor: str
    label: Line
    note: Line
    status: str
    mark: str
    lead: Line
    blocks: tuple[Block, ...]
    kind: ClassVar[str] = "card"


@dataclass(frozen=True)
class Fold:
    """A sub-derivation or an aside, which a page may fold away under its summary."""

    anchor: str
    summary: Line
    blocks: tuple[Block, ...]
    kind: ClassVar[str] = "fold"


Block = Paragraph | Display | Bullets | Table | Listing | Picture | Card | Fold


@dataclass(frozen=True)
class Section:
    """A headed part; templates of one's own find it by its ``id``, which is the same in every language."""

    id: str
    title: Line
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """Notes in one language.

    ``words`` are the few that templates need themselves: punctuation, a heading for the contents. ``untranslated``
    are sentences that the catalogue of the language lacks.
    """

    lang: str
    title: Line
    sections: tuple[Section, ...]
    words: Mapping[str, str]
    untranslated: tuple[str, ...] = ()


def plain(part: Any) -> Any:
    """Plain data of a document or a part of it, for templates: a block becomes a dictionary with its ``kind``."""
    if isinstance(part, tuple):
        return [plain(p) for p in part]
    if not is_dataclass(part):
        return part
    kind = {"kind": part.kind} if hasattr(part, "kind") else {}
    return kind | {f.name: plain(getattr(part, f.name)) for f in fields(part)}
