"""Formulas and the punctuation that touches them are one piece of a line."""

from __future__ import annotations

from symderiv.report.glue import glued


def line(*runs: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [(r["before"], r["text"], r["after"]) for r in glued({"kind": kind, "text": text} for kind, text in runs)]


def test_punctuation_moves_to_the_formula_it_touches() -> None:
    found = line(("text", "where ("), ("math", "x"), ("text", "), and "), ("math", "y"), ("text", "."))
    assert found == [("", "where ", ""), ("(", "x", "),"), ("", " and ", ""), ("", "y", "."), ("", "", "")]


def test_nothing_else_moves() -> None:
    runs = (("text", "It needs "), ("math", "x"), ("text", " , so"), ("strong", ", "), ("math", "y"), ("code", "."))
    assert line(*runs) == [("", text, "") for _, text in runs]


def test_the_runs_of_a_document_stay_as_they_are() -> None:
    runs = [{"kind": "math", "text": "x"}, {"kind": "text", "text": "，所以"}]
    assert "".join(r["before"] + r["text"] + r["after"] for r in glued(runs)) == "x，所以"
    assert runs[1] == {"kind": "text", "text": "，所以"}
