"""What docs/templates.md shows works, and what it lists is what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from jinja2.defaults import DEFAULT_FILTERS
from tools import ROOT

import symderiv as sd
from symderiv import notes
from symderiv.report import render
from symderiv.report.document import Block, Document, Run, Section, plain
from symderiv.report.sandbox import SUFFIX

PAGE = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
SNIPPETS = dict(re.findall(r"```jinja (\S+)\n(.*?)```", PAGE, re.DOTALL))
NAME = "entropy"


def listed(head: str) -> dict[str, str]:
    """The rows of a table, found by its first heading: what stands in the first column, and the rest."""
    table = PAGE.split(f"\n| {head} | ")[1].split("\n\n")[0]
    rows = [row.strip("| ").split(" | ", 1) for row in table.splitlines()[2:]]
    return {name: rest for first, rest in rows for name in re.findall(r"[\w.()]+", first.replace("`", ""))}


@pytest.fixture(scope="module")
def document() -> Document:
    """The notes of the flagship, before they are written."""
    seen: list[Document] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notes, "content_of", lambda document, *_: seen.append(document) or "")
        patch.setattr(notes, "write", lambda files: list(files))
        sd.report("softmax-cross-entropy", formats=("md",))
    return seen[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = tmp_path_factory.mktemp("templates")
    for name, body in SNIPPETS.items():
        (found / name).write_text(body, encoding="utf-8")
    return found


def test_the_templates_are_ours_by_name() -> None:
    ours = {path.name for path in render.template_folder().glob(f"*{SUFFIX}")}
    assert set(listed("file")) == ours
    assert set(SNIPPETS) == {"document.md.j2", "document.tex.j2", "style.css.j2"} <= ours


def test_the_sections_are_those_of_the_notes(document: Document) -> None:
    ids = [s.id for s in document.sections]
    assert ids == [name for name in listed("id") if name in ids]
    assert len(ids) > 10


def test_every_section_of_a_chapter_is_listed() -> None:
    chapters = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "symderiv/report/chapters").glob("*.py"))
    assert set(re.findall(r'Section\("([\w-]+)"', chapters)) == set(listed("id"))


def test_the_blocks_have_the_entries_that_are_listed() -> None:
    rows = listed("kind")
    assert set(rows) == {kind.kind for kind in get_args(Block)}
    for kind in get_args(Block):
        named = set(re.findall(r"`(\w+)`", rows[kind.kind]))
        assert {f.name for f in fields(kind)} <= named, kind
    of = listed("of")
    for name, made in (("document", Document), ("section", Section), ("run", Run)):
        assert {f.name for f in fields(made)} <= set(re.findall(r"`(\w+)`", of[name]))


def test_plain_data_is_what_is_said(document: Document) -> None:
    def check(part: object) -> None:
        assert isinstance(part, str | int | bool | list | dict)
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            check(inner)

    data = plain(document)
    check({**data, "words": dict(data["words"])})


def test_the_filters_are_listed() -> None:
    environment = render._environment(render.STYLES["md"][0])
    assert set(listed("filter")) == set(environment.filters) - set(DEFAULT_FILTERS)


def test_the_examples_do_what_is_said(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("ziamath")
    sd.report(NAME, tmp_path, ("md", "tex", "html"), templates=folder)
    for suffix in (".md", ".github.md"):
        text = (tmp_path / f"{NAME}{suffix}").read_text(encoding="utf-8")
        assert re.findall("^## (.*)", text, re.MULTILINE) == ["Assumptions", "Result", "Code"]
    tex = (tmp_path / f"{NAME}.tex").read_text(encoding="utf-8")
    assert "\\section*{Derivation}" in tex
    assert "Toolkit" not in tex
    assert tex.endswith("\\end{document}\n")
    page = (tmp_path / f"{NAME}.html").read_text(encoding="utf-8")
    assert page.index(".page { max-width: 44rem") < page.index(".page { max-width: 60rem")


def test_nothing_is_written_where_a_template_fails(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "document.tex.j2").write_text("\\VAR{nonsense}")
    with pytest.raises(sd.InputError, match=r"document\.tex\.j2, line 1: 'nonsense' is undefined"):
        sd.report(NAME, tmp_path / "out", ("md", "tex"), templates=own)
    assert not (tmp_path / "out").exists()
