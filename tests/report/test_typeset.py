"""LaTeX to PDF: the same bytes each time, no shell, an end in any case, and errors that say where to look."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest
from tools import needs_latex, needs_xelatex

from symderiv.errors import OutputError, ToolMissing
from symderiv.report import needs
from symderiv.report.language import languages
from symderiv.report.typeset import ENGINES, typeset

ENGLISH = "\\documentclass{{article}}{}\\begin{{document}}{}\\end{{document}}"
CHINESE = "\\documentclass{{ctexart}}{}\\begin{{document}}{}\\end{{document}}"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_every_language_has_its_engine_and_its_needs() -> None:
    assert set(ENGINES) == set(languages())
    assert {need.lang for need in needs.NEEDS if need.name == "pdf"} == set(languages())


def test_without_tex_it_is_said_what_to_install(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs.shutil, "which", lambda _: None)
    with pytest.raises(ToolMissing, match=r"pdf en: latexmk, pdflatex not found; install .*texlive-latex-recommended"):
        typeset(ENGLISH.format("", "x"), "en")
    assert os.listdir(scratch) == []


@needs_latex
def test_the_same_source_makes_the_same_bytes_and_leaves_nothing_behind(scratch: Path) -> None:
    source = ENGLISH.format("\\date{\\today}\\title{A}\\author{}", "\\maketitle $x^2$ \\today")
    made = typeset(source, "en")
    assert made.startswith(b"%PDF-")
    assert made == typeset(source, "en")
    assert os.listdir(scratch) == []


@needs_xelatex
def test_chinese(scratch: Path) -> None:
    source = CHINESE.format("", "\u68af\u5ea6 $p_i - y_i$")
    made = typeset(source, "zh")
    assert made.startswith(b"%PDF-")
    assert made == typeset(source, "zh")
    assert os.listdir(scratch) == []


@needs_latex
def test_figures_are_found_by_their_paths(scratch: Path) -> None:
    figure = typeset(ENGLISH.format("\\pagestyle{empty}", "x"), "en")
    source = ENGLISH.format("\\usepackage{graphicx}", "\\includegraphics{a-b/c.pdf}")
    assert typeset(source, "en", {"a-b/c.pdf": figure}).startswith(b"%PDF-")
    with pytest.raises(OutputError, match=r"c\.pdf"):
        typeset(source, "en")


@needs_latex
@pytest.mark.parametrize(
    ("preamble", "body", "message"),
    [
        ("", "a\n\n\\nonsense", r"TeX says: Undefined control sequence\. \(line 3\)"),
        ("\\usepackage{nosuch}", "a", r"TeX says: LaTeX Error: File `nosuch\.sty' not found"),
        ("", "", "TeX wrote none"),
    ],
)
def test_a_failure_names_the_first_error_and_keeps_the_source(
    preamble: str, body: str, message: str, scratch: Path
) -> None:
    source = ENGLISH.format(preamble, body)
    with pytest.raises(OutputError, match=message) as found:
        typeset(source, "en")
    kept = re.search(r"the LaTeX is in (\S+\.tex)", str(found.value))
    assert kept
    assert Path(kept[1]).read_text(encoding="utf-8") == source
    assert Path(kept[1]).with_suffix(".log").exists()


@needs_xelatex
def test_a_letter_that_no_font_has_is_not_lost_in_silence(scratch: Path) -> None:
    with pytest.raises(OutputError, match="the fonts of TeX lack \u0e01"):
        typeset(CHINESE.format("", "\u0e01"), "zh")


@needs_latex
def test_what_does_not_end_is_ended(scratch: Path) -> None:
    with pytest.raises(OutputError, match="did not end within 3 seconds"):
        typeset(ENGLISH.format("", "\\def\\x{\\x}\\x"), "en", seconds=3)


@needs_latex
def test_there_is_no_way_to_the_shell(scratch: Path) -> None:
    typeset(ENGLISH.format("", f"\\immediate\\write18{{touch {scratch}/escaped}}x"), "en")
    assert os.listdir(scratch) == []


@needs_latex
def test_settings_of_the_user_are_not_read(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """latexmk runs a file of settings as a program."""
    monkeypatch.setenv("HOME", str(scratch))
    (scratch / ".latexmkrc").write_text(f"system('touch {scratch}/escaped');")
    typeset(ENGLISH.format("", "x"), "en")
    assert not (scratch / "escaped").exists()
