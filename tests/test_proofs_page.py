"""What docs/proofs.md says of the code that verdicts rest on is so."""

from __future__ import annotations

import ast
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from tools import ROOT

PAGE = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (proved|refuted|both) \| `symderiv/(proof/\w+\.py)` \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)


def reached(path: Path, found: set[Path]) -> set[Path]:
    """The modules of the package that one needs, itself among them."""
    if path not in found:
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("symderiv."):
                base = ROOT / node.module.replace(".", "/")
                several = [base / f"{a.name}.py" for a in node.names] if base.is_dir() else [base.with_suffix(".py")]
                for one in several:
                    reached(one, found)
    return found


def lines(paths: set[Path]) -> int:
    return sum(len(p.read_text(encoding="utf-8").splitlines()) for p in paths)


def base(module: str) -> tuple[set[Path], set[Path]]:
    """The modules of the wing that a verdict rests on, and those below it."""
    every = reached(ROOT / "symderiv" / module, set())
    wing = {p for p in every if p.parent.name == "proof"}
    return wing, every - wing


def test_the_table_has_both_kinds_of_verdict_and_what_joins_them() -> None:
    assert [row[0] for row in ROWS] == ["proved", "refuted", "both"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_trusted_base_is_as_long_as_the_page_says(row: tuple[str, ...]) -> None:
    _, module, own, shared = row
    wing, below = base(module)
    assert (lines(wing), lines(below)) == (int(own), int(shared))


@pytest.mark.parametrize("row", ROWS[:2], ids=lambda row: row[0])
def test_neither_kind_of_verdict_rests_on_the_engine_or_a_printer(row: tuple[str, ...]) -> None:
    _, below = base(row[1])
    assert not any(p.parts[-2] in ("doors", "engine", "numeric", "printing") for p in below)


def test_what_joins_them_adds_what_the_page_names() -> None:
    (first, _), (second, _), (whole, below) = (base(row[1]) for row in ROWS)
    assert {p.stem for p in whole - first - second} == {"prove", "conditions", "verdict"}
    assert "facts" in {p.stem for p in below}
    assert not any(p.parts[-2] in ("engine", "numeric") for p in below)


def test_the_two_kinds_of_verdict_share_no_code_of_the_wing_but_the_claim() -> None:
    proved, refuted = (base(row[1])[0] for row in ROWS[:2])
    assert {p.stem for p in proved & refuted} == {"claim"}


def test_the_snippets_print_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # one of them writes notes
    names: dict[str, object] = {}
    out, expected = StringIO(), ""
    for kind, body in re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL):
        if kind == "python":
            with redirect_stdout(out):
                exec(compile(body, "proofs.md", "exec"), names)
        else:
            expected += body
    assert out.getvalue() == expected
