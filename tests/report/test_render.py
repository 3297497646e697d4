"""Templates in their sandbox, and files that appear whole or not at all."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from tools import needs_latex

from symderiv.errors import InputError, ToolMissing
from symderiv.report import needs, render
from symderiv.report.document import Document, Run, Section, Table
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


def table(rows: int) -> Document:
    """Notes with one table, whose outer columns are narrow."""
    cells = tuple((Run("text", word),) for word in ("a name", "words that take all the width there is " * 3, "K"))
    words = {"contents": "", "open": " (", "close": ")", "comma": ", ", "stop": ".", "space": " "}
    section = Section("names", (Run("text", "Names"),), (Table(cells, (cells,) * rows),))
    return Document("en", (Run("text", "A title"),), (section,), words)


def test_a_long_table_may_break() -> None:
    (style,) = STYLES["tex"]
    short, long = (render.render(table(rows), style).split("\\begin{document}")[1] for rows in (5, 6))
    assert "\\begin{tabularx}" in short
    assert "longtable" not in short
    assert "tabularx" not in long
    assert long.index("\\midrule\n\\endhead\n") < long.index("\\end{longtable}")
    assert long.count("\\narrow{") == 2


@needs_latex
@pytest.mark.parametrize("rows", [5, 6, 80])
def test_a_table_is_as_wide_as_the_page(rows: int, tmp_path: Path) -> None:
    (style,) = STYLES["tex"]
    (tmp_path / "notes.tex").write_text(render.render(table(rows), style), encoding="utf-8")
    command = ("latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "notes.tex")
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=True)
    log = (tmp_path / "notes.log").read_text(errors="replace")
    assert "Overfull" not in log
    assert int(re.findall(r"Output written on notes.pdf \((\d+) page", log)[0]) == (4 if rows == 80 else 1)
