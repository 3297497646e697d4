"""A derivation as one text: the choices a caller has, and the template or fragment that each means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from symderiv.errors import InputError
from symderiv.printing.notation import DEFAULT, Notation, settle
from symderiv.report.chapters import BODY, SLIDE, derivation_in_print, document
from symderiv.report.claims import ClaimTeller
from symderiv.report.fragment import fragment as formulas
from symderiv.report.judged import Read
from symderiv.report.language import language
from symderiv.report.levels import BRIEF, checked_detail
from symderiv.report.markup import Formula
from symderiv.report.needs import demand, needs
from symderiv.report.page import page
from symderiv.report.records import Evidence
from symderiv.report.render import STYLES, Style, in_language, render
from symderiv.report.subject import Subject
from symderiv.report.voice import Voice

FLAVORS: Mapping[str, Mapping[str, Style]] = {
    "md": dict(zip(("portable", "github"), STYLES["md"], strict=True)),
    "tex": dict(zip(("article",), STYLES["tex"], strict=True)),
    "html": dict(zip(("page",), STYLES["html"], strict=True)),
}
DISPLAY_IN_TEX = "\\[\n%s\n\\]"  # a fragment cannot rely on a macro of the document around it
NOTHING = Evidence(code="", usage="", checks=(), verified=False, verification=())


def told(subject: Subject, kind: str, flavor: str, lang: str, detail: str, fragment: bool, notation: Notation) -> str:
    """The text of a derivation; raises `InputError` for a choice that there is not."""
    style = in_language(_one_of("flavor", flavor, FLAVORS[kind]), language(lang).code)
    checked_detail(detail)
    if _checked(fragment):
        return _displayed(formulas(subject, detail, notation), style, lang)
    demand(needs(kind, lang))
    made = page(subject, (), NOTHING, notation, detail)
    chapters = SLIDE if detail == BRIEF else BODY
    return render(document(made, chapters, Voice(language(lang), made.spelling)), style)


def told_lines(read: Read, kind: str, flavor: str, lang: str, fragment: bool) -> str:
    """The text of a derivation as somebody wrote it, with the verdict on each line; errors are those of `told`."""
    style = in_language(_one_of("flavor", flavor, FLAVORS[kind]), language(lang).code)
    if not isinstance(read.title, str) or not read.title.strip():
        raise InputError(f"the title is a few words, not {read.title!r}")
    to = settle(DEFAULT, read.terms())
    if _checked(fragment):
        return _displayed([read.formula(to)], style, lang)
    claim = read.links[0].claim
    nothing = replace(claim.statement, value=claim.left, definitions=(), facts=())  # all that is known is told here
    printed = ClaimTeller(nothing, claim.left, to).printed(read)
    return render(derivation_in_print(printed, Voice(language(lang), to.names)), style)


def _checked(fragment: Any) -> bool:
    if not isinstance(fragment, bool):
        raise InputError(f"fragment is True or False, not {fragment!r}")
    return fragment


def _displayed(shown: Iterable[Formula], style: Style, lang: str) -> str:
    """Formulas and nothing else, the words in them in a language."""
    display, voice = DISPLAY_IN_TEX.__mod__ if style.tex_like else style.display, Voice(language(lang), {})
    return "\n\n".join(str(display(voice.formula(formula))) for formula in shown) + "\n"


def _one_of(what: str, chosen: Any, choices: Mapping[str, Any]) -> Any:
    if not isinstance(chosen, str) or chosen not in choices:
        raise InputError(f"{what} is {' or '.join(map(repr, choices))}, not {chosen!r}")
    return choices[chosen]
