"""The doctor's findings."""

from __future__ import annotations

from symderiv.report.doctor import examine, lines


def test_findings_name_what_is_missing() -> None:
    found = examine()
    found["packages"]["sympy"] = None
    text = "\n".join(lines(found))
    assert "sympy         missing: pip install sympy" in text
    assert "format md     can be written" in text
