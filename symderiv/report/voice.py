"""Who speaks in the notes: a language, and the spelling of the names that sentences mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symderiv.report.document import Line, Run
from symderiv.report.language import PLACE, Language
from symderiv.report.markup import WIDE_MARKS, Code, Formula

Part = str | Line | Sequence[Formula]
WORDS = re.compile(r"\\text\{([^{}]*)\}")
IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff"
SET_APART = ("math", "code")
AS_IT_IS = "quoted"  # the place for text of a formula, which is shown as code


@dataclass(frozen=True)
class Voice:
    """Says things in a language; ``spelling`` is LaTeX for names, ``untranslated`` collects what the language lacks."""

    language: Language
    spelling: Mapping[str, str]
    untranslated: dict[str, None] = field(default_factory=dict)

    def say(self, sentence: str, **parts: Part) -> Line:
        """A sentence of the notes with its places filled: formulas, lists of formulas, code, words or other lines."""
        return self._filled(self._translated(sentence), parts)

    def sentence(self, text: str) -> Line:
        """A sentence that another part of the house wrote; the names of the problem in its places become formulas."""
        if self.language.sentences.get(text) is None:
            found = self.language.recognised(text)
            if found is not None:
                english, parts = found
                return self._filled(self._translated(english), {k: self._part(k, v) for k, v in parts.items()})
            if "; " in text:
                return self._in_turn("; ", [self.sentence(t) for t in text.split("; ")])
        return self._filled(self._translated(text), {}) if text else ()

    def own(self, text: str) -> Line:
        """Words of the problem's author: ours are in the catalogue, those of a user stay as they are."""
        known = self.language.sentence(text)
        return (Run("text", text if known is None else known),) if text else ()

    def strong(self, sentence: str, **parts: Part) -> Line:
        """The same as `say`, set strong; spaces and wide marks at its ends stay outside, as Markdown wants it."""
        return tuple(s for r in self.say(sentence, **parts) for s in (_strong(r.text) if r.kind == "text" else (r,)))

    def math(self, formula: Formula) -> Run:
        """A formula within a line, its words in this language."""
        return Run("math", self.formula(formula))

    def formula(self, formula: Formula) -> Formula:
        """A formula with its words in this language."""
        return Formula(WORDS.sub(lambda found: f"\\text{{{self._words(found[1])}}}", formula))

    def words(self, sentence: str) -> str:
        """A sentence without places, as plain text."""
        return self._translated(sentence)

    def text(self, *lines: Line) -> Line:
        """Sentences one after the other, with the space that the language puts between them."""
        return self._in_turn(" ", lines)

    def _in_turn(self, between: str, lines: Iterable[Line]) -> Line:
        found: list[Run] = []
        for line in lines:
            if line and found:
                found.append(Run("text", self._translated(between)))
            found += line
        return joined(found)

    def listed(self, formulas: Sequence[Formula], word: str = "and") -> Line:
        """Formulas one after the other, the last after a word: and, or."""
        found: list[Run] = []
        for n, formula in enumerate(formulas):
            if n:
                found.append(Run("text", self._between(f" {word} " if n == len(formulas) - 1 else ", ")))
            found.append(self.math(formula))
        return tuple(found)

    def _between(self, piece: str) -> str:
        """What stands between the parts of a list: a word, or a comma, which Chinese tells from that of a clause."""
        return self._translated(",") + self._translated(" ") if piece == ", " else self._translated(piece)

    def _words(self, text: str) -> str:
        """Words inside a formula, with the spaces around them."""
        inner = text.strip()
        if not re.search("[a-z]{2}", inner):
            return text
        return text.replace(inner, self._translated(inner))

    def _translated(self, english: str) -> str:
        found = self.language.sentence(english)
        if found is None:
            self.untranslated[english] = None
        return english if found is None else found

    def _part(self, place: str, text: str) -> Part:
        """What fills a place: a name is a formula, a number stays as it is, anything else is words."""
        if place == AS_IT_IS:
            return Code(text)
        pieces = re.split(r"( and |, )", text)
        if all(name in self.spelling for name in pieces[::2]):
            return self.listed([Formula(self.spelling[name]) for name in pieces[::2]])
        if all(re.fullmatch(r"[\d.e+-]*\d", number) for number in pieces[::2]):
            return "".join(self._between(piece) if n % 2 else piece for n, piece in enumerate(pieces))
        return self.sentence(text)

    def _filled(self, sentence: str, parts: Mapping[str, Part]) -> Line:
        return joined(self._runs(sentence, parts))

    def _runs(self, sentence: str, parts: Mapping[str, Part]) -> Iterator[Run]:
        for n, piece in enumerate(PLACE.split(sentence)):
            if n % 2 == 0:
                yield from (Run("text", piece),) if piece else ()
                continue
            part = parts[piece]
            if isinstance(part, Formula):
                yield self.math(part)
            elif isinstance(part, Code):
                yield Run("code", part)
            elif isinstance(part, str):
                yield Run("text", part)
            elif part and isinstance(part[0], Run):
                yield from (r for r in part if isinstance(r, Run))
            else:
                yield from self.listed([Formula(f) for f in part])


def _strong(words: str) -> Iterator[Run]:
    inner = words.strip(f" {WIDE_MARKS}")
    before, after = words.partition(inner)[::2] if inner else (words, "")
    runs = (Run("text", before), Run("strong", inner), Run("text", after))
    yield from (r for r in runs if r.text)


def joined(runs: Iterable[Run]) -> Line:
    """A line in which no two pieces of plain text follow each other, and no ideograph touches a formula or code.

    >>> joined([Run("text", "\\u82e5"), Run("math", "x")])[0].text.endswith(" ")
    True
    """
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else Run("text", "")
        text = run.text
        if run.kind == "text" and last.kind in SET_APART and re.match(f"[{IDEOGRAPH}]", text):
            text = f" {text}"
        if run.kind in SET_APART and last.kind == "text" and re.search(f"[{IDEOGRAPH}]$", last.text):
            found[-1] = Run("text", f"{last.text} ")
        if found and run.kind == "text" == last.kind:
            found[-1] = Run("text", last.text + text)
        else:
            found.append(replace(run, text=text))
    return tuple(found)
