"""A derivation as one text: the choices a caller has, and the template or fragment that each means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symderiv.errors import InputError
from symderiv.report.fragment import fragment as formulas
from symderiv.report.levels import BRIEF, checked_detail
from symderiv.report.page import page
from symderiv.report.records import Evidence
from symderiv.report.render import STYLES, Style, render
from symderiv.report.subject import Subject

LANGUAGES = ("en",)
FLAVORS: Mapping[str, Mapping[str, Style]] = {
    "md": dict(zip(("portable", "github"), STYLES["md"], strict=True)),
    "tex": dict(zip(("article",), STYLES["tex"], strict=True)),
}
DISPLAY_IN_TEX = "\\[\n%s\n\\]"  # a fragment cannot rely on a macro of the document around it
NOTHING = Evidence(code="", usage="", checks=(), verified=False, verification=())


def told(subject: Subject, kind: str, flavor: str, lang: str, detail: str, fragment: bool) -> str:
    """The text of a derivation; raises `InputError` for a choice that there is not."""
    style = _one_of("flavor", flavor, FLAVORS[kind])
    _one_of("lang", lang, dict.fromkeys(LANGUAGES))
    checked_detail(detail)
    if not isinstance(fragment, bool):
        raise InputError(f"fragment is True or False, not {fragment!r}")
    if fragment:
        display = DISPLAY_IN_TEX if style.tex_like else style.display
        return "\n\n".join(display % formula for formula in formulas(subject, detail)) + "\n"
    template = "brief" if detail == BRIEF else "derivation"
    return render(page(subject, (), NOTHING, detail=detail), style, template)


def _one_of(what: str, chosen: Any, choices: Mapping[str, Any]) -> Any:
    if not isinstance(chosen, str) or chosen not in choices:
        raise InputError(f"{what} is {' or '.join(map(repr, choices))} in this version, not {chosen!r}")
    return choices[chosen]
