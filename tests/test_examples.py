"""The notebooks of examples/ run from top to bottom, and say what their committed outputs say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from notebooks import NOTEBOOKS, executed, joined
from tools import ROOT, katex_errors, needs_katex

FORMULA = re.compile(r"\$\$\n(.*?)\n\$\$|\$([^$]+)\$", re.DOTALL)
LECTURE = ("Problem", "derive", "prove", "check", "value_and_grad", "gradcheck", "report")


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def texts(path: Path) -> list[str]:
    """Everything in a notebook that is set as Markdown or LaTeX."""
    found = ["".join(c["source"]) for c in cells(path) if c["cell_type"] == "markdown"]
    outputs = [o for c in cells(path) for o in c.get("outputs", ())]
    kinds = ("text/markdown", "text/latex")
    return found + ["".join(o["data"][kind]) for o in outputs for kind in kinds if kind in o.get("data", {})]


def test_what_is_printed_in_a_row_is_one_text_and_displays_keep_their_place() -> None:
    def said(text: str, name: str = "stdout") -> dict[str, str]:
        return {"output_type": "stream", "name": name, "text": text}

    display = {"output_type": "display_data"}
    pieces = [said("a"), said("b"), display, said("c"), said("d", "stderr"), said("e", "stderr")]
    assert joined(pieces) == [said("ab"), display, said("c"), said("de", "stderr")]


def test_there_are_notebooks_and_the_page_lists_them() -> None:
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in NOTEBOOKS] == re.findall(r"^- \[([\w.]+)\]\(\1\)", page, re.MULTILINE)
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_and_prints_what_it_says(path: Path) -> None:
    pytest.importorskip("nbclient", reason="notebooks: nbclient and ipykernel are not installed")
    assert executed(path) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_cell_of_code_shows_something_and_none_complains(path: Path) -> None:
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["outputs"], cell["source"]
            kinds = {output.get("name", output["output_type"]) for output in cell["outputs"]}
            assert kinds <= {"stdout", "display_data", "execute_result"}, cell["source"]


def test_the_lecture_goes_from_the_problem_to_the_notes() -> None:
    code = "".join("".join(c["source"]) + "\n" for c in cells(NOTEBOOKS[0]) if c["cell_type"] == "code")
    assert [name for name in LECTURE if f"sd.{name}(" not in code] == []


@needs_katex
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_formula_is_one_for_katex(path: Path) -> None:
    found = [block or inline for text in texts(path) for block, inline in FORMULA.findall(text)]
    assert len(found) > 20
    assert katex_errors(found) == []
