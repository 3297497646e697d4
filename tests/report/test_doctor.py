"""The doctor's findings."""

from __future__ import annotations

import pytest

from symderiv.report import doctor
from symderiv.report.doctor import examine, lines


def test_findings_name_what_is_missing() -> None:
    found = examine()
    found["packages"]["sympy"] = None
    text = "\n".join(lines(found))
    assert "sympy         missing: pip install sympy" in text
    assert "format md     can be written" in text


def test_a_format_says_which_packages_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    known = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "ziamath" else known(name))
    text = "\n".join(lines(examine()))
    assert "format html   cannot be written; needs ziamath and fonttools: pip install 'symderiv[html]'" in text
    assert "format tex    can be written" in text
