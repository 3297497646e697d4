"""Notes in Chinese: nothing is left in English, and every dialect reads the marks as they are meant."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from engine.losses import CASES
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from report.problems import labelled, tempered
from tools import fitting, katex_errors, needs_katex, needs_xelatex

import symderiv as sd
from symderiv import notes
from symderiv.report.document import Document, Run

FOREIGN = (
    "batch mean",
    "sigmoid cross-entropy, named",
    "focal, gamma",
    "KL to labels, named",
    "variance",
    "unit vector",
    "linear layer, W",
    "Hessian",
    "attention scores",
    "negative entropy of sigmoid",
    "layer norm, named",
    "derivative inside",
)
PROBLEMS = {
    **{name: sd.load(name) for name in sd.names()},
    **{case.name: case.make() for case in CASES if case.name in FOREIGN},
    "tempered": tempered(),
    "labelled": labelled(),
}
SUFFIXES = (".zh.md", ".zh.github.md", ".zh.tex")
FLAGSHIP = "softmax-cross-entropy"
ENGLISH = re.compile(r"[A-Za-z]{2,}[ ,.;:]+[A-Za-z]{2,}")
KEPT = re.compile("pip install")  # a command
IDEOGRAPH = r"[\u3400-\u9fff]"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Document]]:
    """The notes of all problems in Chinese, as files and as documents."""
    folder, documents = tmp_path_factory.mktemp("zh"), []

    def kept(*given: Any) -> Document:
        documents.append(document(*given))
        return documents[-1]

    document = notes.document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notes, "document", kept)
        for problem in PROBLEMS.values():
            notes.report(problem, out=folder, lang="zh")
    return folder, dict(zip(PROBLEMS, documents, strict=True))


@pytest.fixture(scope="module")
def folder(made: tuple[Path, dict[str, Document]]) -> Path:
    return made[0]


@pytest.fixture(scope="module")
def documents(made: tuple[Path, dict[str, Document]]) -> dict[str, Document]:
    return made[1]


def runs(part: Any) -> Iterator[Run]:
    """Every run of a document, and the words that stand in none."""
    if isinstance(part, Run):
        yield part
    elif isinstance(part, tuple):
        for p in part:
            yield from runs(p)
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if field.name in ("mark", "alt"):
                yield Run("text", value)
            yield from runs(value)


def prose(text: str, github: bool) -> str:
    """The text that a Markdown parser finds outside code and formulas."""
    if github:
        text = re.sub(r"```math\n.*?\n(> ?)*```", "", re.sub(r"\$`[^`]+`\$", "", text), flags=re.DOTALL)
    parser = MarkdownIt("commonmark").enable("table")
    if not github:
        parser.use(dollarmath_plugin, allow_space=False, double_inline=False)
    children = (child for token in parser.parse(text) for child in token.children or ())
    return "\n".join(child.content for child in children if child.type == "text")


def test_nothing_is_untranslated(documents: dict[str, Document]) -> None:
    assert len(documents) == len(PROBLEMS)
    assert {name: d.untranslated for name, d in documents.items() if d.untranslated} == {}


def test_no_english_is_left_in_prose(documents: dict[str, Document]) -> None:
    for name, document in documents.items():
        found = [run for section in document.sections for run in runs(section)]
        assert sum(len(re.findall(IDEOGRAPH, run.text)) for run in found) > 300
        for run in found:
            words = "".join(re.findall(r"\\text\{([^{}]*)\}", run.text)) if run.kind == "math" else run.text
            if run.kind != "code":
                assert not ENGLISH.search(KEPT.sub("", words)), (name, run)


def test_formulas_and_code_stand_apart_from_ideographs(documents: dict[str, Document]) -> None:
    def lines(part: Any) -> Iterator[tuple[Run, ...]]:
        if isinstance(part, tuple) and part and all(isinstance(run, Run) for run in part):
            yield part
        elif isinstance(part, tuple):
            for p in part:
                yield from lines(p)
        elif is_dataclass(part):
            yield from lines(tuple(getattr(part, field.name) for field in fields(part)))

    for document in documents.values():
        for line in lines(document.sections):
            for left, right in pairwise(line):
                if {left.kind, right.kind} & {"math", "code"}:
                    assert not re.search(IDEOGRAPH, left.text[-1] + right.text[0]), line


@pytest.mark.parametrize("suffix", SUFFIXES[:2])
def test_markdown_leaves_no_mark_of_its_own(suffix: str, folder: Path) -> None:
    paths = [path for path in folder.glob(f"*{suffix}") if (".github." in path.name) == (".github." in suffix)]
    assert len(paths) == len(PROBLEMS)
    for path in paths:
        text = path.read_text(encoding="utf-8")
        shown = prose(text, ".github." in suffix)
        assert not re.search(r"\*\*|[$`\\]", shown), path.name
        assert re.search(IDEOGRAPH, shown)


def test_github_sees_every_formula_in_a_sentence(folder: Path) -> None:
    """It takes a dollar for one only after a space or a bracket of its own alphabet."""
    for path in folder.glob("*.zh.github.md"):
        before = re.findall(r"(?m)(.|^)\$`[^`]+`\$", path.read_text(encoding="utf-8"))
        assert before
        assert set(before) <= {" ", "(", ""}, path.name


def test_the_flagship_in_chinese(folder: Path) -> None:
    text = (folder / f"{FLAGSHIP}.zh.md").read_text(encoding="utf-8")
    notes.report(FLAGSHIP, out=folder, formats="md")
    english = (folder / f"{FLAGSHIP}.md").read_text(encoding="utf-8")
    assert text.startswith("# softmax 与交叉熵\n")
    assert "**第 4 步所用的引理**" in text
    assert "由定义，这正是 $p$。" in text
    assert "成立条件： $\\sum_{k=1}^{K} y_k = 1$" in text
    for same in (r"^(?:> )*#+ ", r"^(?:> )*\$\$$", r"^(?:> )*[✓✗?] \*\*", r"^\|", r"^```"):
        assert len(re.findall(same, text, re.M)) == len(re.findall(same, english, re.M))
    displays = r"\$\$\n(.*?)\n(?:> )*\$\$"
    assert re.findall(displays, text, re.S) == re.findall(displays, english, re.S)


@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_texts_of_a_derivation(detail: str) -> None:
    for case in CASES:
        if case.name in FOREIGN[:4]:
            d = sd.derive(case.make())
            text = d.to_markdown(lang="zh", detail=detail)
            title = text.splitlines()[0]
            assert not ENGLISH.search(prose(text, False).replace(title.removeprefix("# "), "")), text
            assert "\\documentclass[11pt,a4paper]{ctexart}" in d.to_latex(lang="zh", detail=detail)
            assert "\\text{for" not in d.to_markdown(lang="zh", fragment=True)


def test_a_chain_in_chinese() -> None:
    chain = sd.check(["(x + y)^2", "x^2 + y^2", "x^2 + 3*x*y + y^2", "x^2 + 2*x*y + y^2"])
    text = chain.to_markdown(lang="zh")
    assert text.startswith("# 一则推导：第 2、3、4 行有误\n")
    assert text.rstrip().endswith("**这则推导第 2、3、4 行有误。不过末行仍等于首行**。")
    assert not ENGLISH.search(prose(text, False))
    assert "\\text{（已证伪）}" in chain.to_markdown(lang="zh", fragment=True)
    assert "ctexart" in chain.to_latex(lang="zh")
    assert chain.to_markdown(title="My own words", lang="zh").startswith("# My own words：")
    for wrong in (chain.to_markdown, chain.to_latex):
        with pytest.raises(sd.InputError, match="lang is 'en' or 'zh', not 'de'"):
            wrong(lang="de")


def test_letters_that_the_text_fonts_of_xelatex_lack_are_declared(folder: Path) -> None:
    text = (folder / "sigmoid-binary-cross-entropy.zh.tex").read_text(encoding="utf-8")
    assert "\\catcode`δ=\\active\\protected\\defδ{\\ensuremath{\\delta}}" in text
    assert "DeclareUnicodeCharacter" not in text


@needs_katex
def test_katex_accepts_every_formula(folder: Path) -> None:
    found = set()
    for path in folder.glob("*.zh.github.md"):
        text = path.read_text(encoding="utf-8")
        found |= {*re.findall(r"\$`([^`]+)`\$", text)}
        found |= {re.sub(r"(?m)^(> ?)+", "", f) for f in re.findall(r"```math\n(.*?)\n(?:> ?)*```", text, re.S)}
    assert len(found) > 500
    assert katex_errors(sorted(found)) == []


@needs_xelatex
@pytest.mark.parametrize("name", [FLAGSHIP, "sigmoid-binary-cross-entropy"])
def test_latex_compiles(name: str, folder: Path, tmp_path: Path) -> None:
    path = folder / f"{name}.zh.tex"
    assert fitting(path.read_text(encoding="utf-8"))
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", f"-outdir={tmp_path}", path.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    printed = (tmp_path / f"{path.stem}.log").read_text(errors="replace")
    assert "Missing character" not in printed
    assert "Overfull" not in printed
