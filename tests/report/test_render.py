"""Templates in their sandbox, and files that appear whole or not at all."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from symderiv.errors import InputError, ToolMissing
from symderiv.report import needs, render
from symderiv.report.document import Document, Run
from symderiv.report.language import languages
from symderiv.report.render import STYLES, content_of, styles


def test_formats() -> None:
    assert [s.suffix for s in styles(("md", "tex", "md"))] == [".md", ".github.md", ".tex"]
    for nothing in ((), (3,)):
        with pytest.raises(InputError, match="formats"):
            styles(nothing)
    with pytest.raises(InputError, match="no format is called 'docx'"):
        styles(("md", "docx"))


def test_a_format_whose_tools_are_missing_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs.shutil, "which", lambda _: None)
    assert styles(("md", "tex"), "zh")
    for lang in languages():
        with pytest.raises(ToolMissing, match=f"pdf {lang}: latexmk"):
            styles(("md", "pdf"), lang)


def test_what_is_set_in_type_is_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same text as the LaTeX, with the figures, goes to TeX."""
    seen: list[object] = []
    monkeypatch.setattr(render, "typeset", lambda *given: seen.append(given) or b"%PDF-")
    document = Document("en", (Run("text", "A title"),), (), {})
    (pdf,) = STYLES["pdf"]
    assert content_of(document, pdf, {"a/b.pdf": b"x", "a/b.png": b"y"}) == b"%PDF-"
    assert seen == [(render.render(document, STYLES["tex"][0]), "en", {"a/b.pdf": b"x"})]
    assert content_of(document, STYLES["tex"][0]) == seen[0][0]


@pytest.mark.parametrize("style", [s for several in STYLES.values() for s in several], ids=lambda s: s.suffix)
def test_the_sandbox(style: render.Style) -> None:
    environment = render._environment(style)
    start, end = environment.variable_start_string, environment.variable_end_string
    with pytest.raises(SecurityError):
        environment.from_string(f"{start}''.__class__.__mro__{end}").render()
    with pytest.raises(UndefinedError):
        environment.from_string(f"{start}nonsense{end}").render()
