"""The page that lists the notes of a folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from sympy import IndexedBase, Sum, symbols

import symderiv as sd
from symderiv.listing import index

z, i, k, K = IndexedBase("z"), *symbols("i k K")
OWN = sd.Problem("half | norm", Sum(z[k] ** 2, (k, 1, K)) / 2, z[i], title="Half a | *norm*")


def noted(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


def test_it_lists_the_files_there_are(tmp_path: Path) -> None:
    folder = noted(tmp_path, "half-norm.md", "half-norm.github.md", "half-norm.zh.md", "other.md")
    assert index([OWN, sd.load("entropy")], folder) == [folder / "README.md"]
    text = (folder / "README.md").read_text()
    assert "(half-norm.github.md), [Markdown](half-norm.md), [\u4e2d\u6587 Markdown](half-norm.zh.md) |" in text
    assert "$`z_i`$" in text
    assert "entropy" not in text
    assert "other" not in text
    assert "<td" in MarkdownIt("commonmark").enable("table").render(text)


def test_links_lead_to_files(tmp_path: Path) -> None:
    sd.report(OWN, tmp_path, formats="md")
    index([OWN], tmp_path)
    links = re.findall(r"\]\(([^)]*)\)", (tmp_path / "README.md").read_text())
    assert links
    assert all((tmp_path / link).is_file() for link in links)


def test_pages_are_listed_on_a_page(tmp_path: Path) -> None:
    pytest.importorskip("ziamath")
    folder = noted(tmp_path, "half-norm.html")
    assert index([OWN], folder) == [folder / "README.md", folder / "index.html"]
    assert 'href="half-norm.html"' in (folder / "index.html").read_text()


def test_without_what_pages_need_they_are_left_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise sd.ToolMissing("no font")

    monkeypatch.setattr("symderiv.listing.styles", missing)
    assert index([OWN], noted(tmp_path, "half-norm.html")) == [tmp_path / "README.md"]
