"""The parts of the notes, one function each: from the data of a page to a section, in some voice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symderiv.report.chapters.beside import absent, batch, hessian, jacobian, routes, toolkit
from symderiv.report.chapters.claims import claims, lines, mistakes, passages
from symderiv.report.chapters.derivation import derivation, steps
from symderiv.report.chapters.numbers import check, checked, code, examples
from symderiv.report.chapters.pictures import cost
from symderiv.report.chapters.result import assumptions, names, result, slide
from symderiv.report.chapters.stability import shift
from symderiv.report.contents import Page
from symderiv.report.document import Document, Line, Section
from symderiv.report.records import Printed
from symderiv.report.voice import Voice

Chapter = Callable[[Page, Voice], Section | None]

BODY: tuple[Chapter, ...] = (result, assumptions, names, derivation)
SLIDE: tuple[Chapter, ...] = (slide, steps)
WORDS = {
    "contents": "Contents",
    "open": " (",
    "close": ")",
    "comma": ", ",
    "stop": ".",
    "space": " ",
}
NOTES: tuple[Chapter, ...] = (
    result,
    assumptions,
    names,
    toolkit,
    derivation,
    routes,
    jacobian,
    hessian,
    batch,
    shift,
    claims,
    mistakes,
    passages,
    examples,
    code,
    check,
    cost,
    absent,
    checked,
)


def document(page: Page, chapters: Iterable[Chapter], voice: Voice) -> Document:
    """The notes: those of the chapters that apply to the problem."""
    found = tuple(s for s in (chapter(page, voice) for chapter in chapters) if s is not None)
    return _made(voice.own(page.title), found, voice)


def derivation_in_print(printed: Printed, voice: Voice) -> Document:
    """A derivation as somebody wrote it, with the verdict on each line."""
    title = voice.say("{title}: {outcome}", title=voice.own(printed.title), outcome=voice.sentence(printed.outcome))
    return _made(title, (lines(printed, voice),), voice)


def _made(title: Line, sections: tuple[Section, ...], voice: Voice) -> Document:
    words = {name: voice.words(english) for name, english in WORDS.items()}
    return Document(voice.language.code, title, sections, words, tuple(voice.untranslated))
