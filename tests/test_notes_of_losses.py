"""Notes of losses that are not in the zoo: they come out, every element there or named with the reason."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from engine.losses import CASES
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from tools import katex_errors, needs_katex, unquoted

from symderiv.matter.evidence import INNER
from symderiv.notes import file_name, report

SAMPLE = (
    "layer norm",
    "layer norm, named",
    "derivative inside",
    "derivative by a defined name",
    "self power",
    "other entries",
    "held gradient, Hessian",
    "literal entries",
    "sum that vanishes with its negative",
    "Gaussian mixture, a mean",
    "scalar second derivative",
    "all but one, in and out of a logarithm",
)
EVERY = ("Result", "Assumptions", "Names and shapes", "Toolkit", "Derivation", "Code", "Gradient check")
LAST = "What was checked"
VOID = {"meta", "wbr", "br", "hr", "img", "link", "input"}
MAKE = {case.name: case.make for case in CASES}
PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False, double_inline=False)


class Page(HTMLParser):
    """A page whose elements are closed in order, with its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self.headings.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["h2"]:
            self.headings[-1] += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = tmp_path_factory.mktemp("losses")
    for name in SAMPLE:
        report(MAKE[name](), out=found, formats=("md", "html"))
    return found


@cache
def tokens(path: Path) -> tuple[tuple[str, str], ...]:
    """Type and content of what a Markdown parser finds, inline pieces included."""
    blocks = PARSER.parse(path.read_text(encoding="utf-8"))
    return tuple((t.type, t.content) for block in blocks for t in (block, *(block.children or ())))


def path_of(folder: Path, name: str, suffix: str) -> Path:
    return folder / f"{file_name(name)}{suffix}"


def headings(path: Path) -> list[str]:
    return re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", SAMPLE)
def test_every_element_is_there(name: str, folder: Path) -> None:
    found = headings(path_of(folder, name, ".md"))
    assert [h for h in found if h in EVERY] == list(EVERY)
    assert found[-1] == LAST
    page = Page()
    page.feed(path_of(folder, name, ".html").read_text(encoding="utf-8"))
    assert page.open == []
    assert page.headings == found


@pytest.mark.parametrize("name", SAMPLE)
def test_formulas_are_read_as_formulas(name: str, folder: Path) -> None:
    found = tokens(path_of(folder, name, ".md"))
    formulas = [content for kind, content in found if kind in ("math_block", "math_inline")]
    assert len(formulas) > 5
    assert not [f for f in formulas if re.search(r"(?<!\\mathrm\{)\b(nan|inf)\b", f)]
    assert not [content for kind, content in found if kind == "text" and ("$" in content or "\\" in content)]


@pytest.mark.parametrize("name", ["layer norm", "layer norm, named"])
def test_sizes_that_a_check_leaves_out_are_named(name: str, folder: Path) -> None:
    text = path_of(folder, name, ".md").read_text(encoding="utf-8")
    assert "Not with $K = 1$: there the value is no finite number, however the inputs are drawn." in text
    assert "| central differences | $K = 2, 5$ |" in text
    assert "## Worked numbers" in text


@pytest.mark.parametrize("name", ["derivative inside", "derivative by a defined name"])
def test_what_has_no_code_says_so(name: str, folder: Path) -> None:
    text = path_of(folder, name, ".md").read_text(encoding="utf-8")
    assert INNER in text
    assert "```python" not in text
    assert "is proved for every size" in text


@needs_katex
def test_katex_accepts_every_formula(folder: Path) -> None:
    paths = (path_of(folder, name, ".md") for name in SAMPLE)
    found = {unquoted(content) for path in paths for kind, content in tokens(path) if kind.startswith("math_")}
    assert katex_errors(sorted(found)) == []
