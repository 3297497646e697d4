"""The doctor's findings."""

from __future__ import annotations

import pytest

from symderiv.report import needs
from symderiv.report.doctor import examine, lines
from symderiv.report.language import languages
from symderiv.report.render import STYLES


def test_findings_name_what_is_missing() -> None:
    found = examine()
    found["packages"]["sympy"] = None
    text = "\n".join(lines(found))
    assert "sympy         missing: pip install sympy" in text
    assert "format md     can be written" in text


def test_every_format_is_spoken_of_in_every_language() -> None:
    found = examine()["formats"]
    assert {entry["name"] for entry in found} == {*STYLES, "figures"}
    for name in STYLES:
        langs = {entry["lang"] for entry in found if entry["name"] == name}
        assert langs in ({""}, set(languages()))


def test_a_format_that_lacks_something_says_what_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs.shutil, "which", lambda tool: None if tool == "xelatex" else f"/bin/{tool}")
    monkeypatch.setattr(needs, "_lacking", lambda _: ())
    found = examine()
    assert {(e["name"], e["lang"]): e["missing"] for e in found["formats"] if e["missing"]} == {
        ("pdf", "zh"): ["xelatex"]
    }
    (line,) = (line for line in lines(found) if line.startswith("format pdf zh"))
    assert line.startswith("format pdf zh cannot be written: xelatex not found; it needs ")
    assert "texlive-lang-chinese" in line
