"""A derivation as one text: every level and flavour parses, and says what it should."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from engine.losses import CASES
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sympy import IndexedBase, Sum, exp, log, symbols
from tools import FORBIDDEN, fitting, katex_errors, needs_katex, needs_latex, unquoted

import symderiv as sd
from symderiv.report import needs
from symderiv.report.levels import DETAILS, FULL, stages
from symderiv.statement import Relation
from symderiv.trace import Trace

NAMES = (
    "cross-entropy",
    "batch mean",
    "layer norm",
    "sigmoid cross-entropy, inline",
    "Hessian",
    "attention scores",
    "derivative by a defined name",
    "held L2",
    "quadratic form",
    "scalar second derivative",
)
MADE = [sd.derive(c.make()) for c in CASES if c.name in NAMES]
DERIVATIONS = [pytest.param(d, id=d.problem.name) for d in MADE]
FLAVORS = ("portable", "github")


@pytest.fixture(scope="module")
def flagship() -> sd.Derivation:
    return sd.derive(sd.load("softmax-cross-entropy"))


def formulas(text: str) -> list[str]:
    """Every formula of a Markdown or LaTeX text."""
    text = unquoted(text)
    shown = re.findall(
        r"^(?:\$\$|```math|\\\[|\\display\{)\n(.*?)\n(?:\$\$|```|\\\]|\})$", text, re.DOTALL | re.MULTILINE
    )
    return shown + fitting(text) + re.findall(r"(?<!\$)\$`?([^$`\n]+)`?\$(?!\$)", text)


def parsed(text: str) -> list[tuple[str, str]]:
    parser = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False, double_inline=False)
    found = []
    for token in parser.parse(text):
        found.append((token.type, token.content))
        found += [(child.type, child.content) for child in token.children or ()]
    return found


def test_there_are_ten_unrelated_losses() -> None:
    assert len(DERIVATIONS) == len(NAMES)


@pytest.mark.parametrize("d", DERIVATIONS)
@pytest.mark.parametrize("detail", DETAILS)
def test_markdown_parses_as_meant(d: sd.Derivation, detail: str) -> None:
    for text in (d.to_markdown(detail=detail), d.to_markdown(detail=detail, fragment=True)):
        found = parsed(text)
        prose = "".join(content for kind, content in found if kind == "text")
        assert "$" not in prose
        assert "\\" not in prose
        assert "\n\n\n" not in text
        assert [content.strip() for kind, content in found if kind == "math_block"]
        assert text == text.strip() + "\n"


@pytest.mark.parametrize("d", DERIVATIONS)
def test_both_flavours_and_latex_show_the_same_formulas(d: sd.Derivation) -> None:
    for detail in DETAILS:
        for fragment in (False, True):
            texts = [d.to_markdown(flavor, "en", detail, fragment) for flavor in FLAVORS]
            texts.append(d.to_latex("en", detail, fragment))
            first, *others = [[f.strip() for f in formulas(text) if "boxed" not in f] for text in texts]
            shown = {f for f in first if "\\text" not in f and "\\dots" not in f}
            assert first
            for other in others:
                assert shown <= set(other)


@pytest.mark.parametrize("d", DERIVATIONS)
def test_a_fragment_is_formulas_and_nothing_else(d: sd.Derivation) -> None:
    for detail in DETAILS:
        text = d.to_markdown(detail=detail, fragment=True)
        assert {kind for kind, _ in parsed(text)} == {"math_block"}
        latex = d.to_latex(detail=detail, fragment=True)
        assert re.sub(r"\\\[\n(.*?)\n\\\]", "", latex, flags=re.DOTALL).strip() == ""
    assert len(formulas(d.to_latex(detail="brief", fragment=True))) == 1
    (main,) = formulas(d.to_latex(detail="normal", fragment=True))
    assert main.startswith("\\begin{aligned}\n")
    assert main.endswith("\n\\end{aligned}")
    # every line of every part is there, each part once
    parts = dict.fromkeys([(d.trace, None), *_below(d.trace)])
    assert len(formulas(d.to_latex(detail="full", fragment=True))) == len(parts)


def _below(trace: Trace) -> list[tuple[Trace, Relation | None]]:
    found: list[tuple[Trace, Relation | None]] = []
    for step in trace.steps:
        lemmas = [(step.lemma.trace, None)] if step.lemma else []
        for part in (*lemmas, *((case.trace, case.condition) for case in step.cases)):
            found += [part, *_below(part[0])]
    return found


def test_no_macro_that_a_dialect_refuses() -> None:
    for d in MADE:
        for detail in DETAILS:
            for fragment in (False, True):
                assert not FORBIDDEN.search(d.to_markdown(detail=detail, fragment=fragment))


@needs_katex
def test_katex_accepts_every_formula() -> None:
    everything = {
        formula
        for d in MADE
        for detail in DETAILS
        for fragment in (False, True)
        for formula in formulas(d.to_markdown(detail=detail, fragment=fragment))
    }
    assert len(everything) > 200
    assert katex_errors(sorted(everything)) == []


@needs_latex
@pytest.mark.parametrize("detail", DETAILS)
def test_latex_compiles(flagship: sd.Derivation, detail: str, tmp_path: Path) -> None:
    pasted = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n%s\\end{document}\n"
    texts = {"whole": flagship.to_latex(detail=detail)}
    texts["fragment"] = pasted % flagship.to_latex(detail=detail, fragment=True)
    for name, text in texts.items():
        (tmp_path / f"{name}.tex").write_text(text)
        command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout[-2000:]


def test_brief_is_a_slide(flagship: sd.Derivation) -> None:
    text = flagship.to_markdown(detail="brief")
    assert text.startswith(
        "# Softmax with cross-entropy\n\n$$\n\\boxed{\\frac{\\partial L}{\\partial z_i} = p_i - y_i}\n"
    )
    assert (
        "It needs $\\sum_{k=1}^{K} y_k = 1$.\n\nHere\n\n$$\nL = -\\sum_{k=1}^{K} y_k \\log p_k\n$$\n\n$$\np_k" in text
    )
    lemma = r"Here $\frac{\partial p_k}{\partial z_i} = p_k \left(\delta_{ik} - p_i\right)$."
    assert f"**Step 4** (lemma). Insert the derivative of $p$, derived separately. {lemma}" in text
    assert "**Steps 1 to 3** (linearity, constant factor, log). Differentiate, from the outside in." in text
    assert text.count("**Step") == 3
    assert "Needs" not in text
    assert flagship._repr_markdown_() == text


def test_a_value_with_a_name_of_its_own_is_defined_once() -> None:
    text = sd.derive(sd.load("entropy")).to_markdown(detail="brief")
    assert text.count("\nH = -\\sum_{k=1}^{K} p_k \\log p_k\n") == 1
    assert "\nH\n" not in text


def test_normal_is_a_lecture(flagship: sd.Derivation) -> None:
    text = flagship.to_markdown()
    assert text == flagship.to_markdown(detail="normal")
    assert "**Steps 6 to 9** (distribute, split sum, pull out, sift). Carry out the sums." in text
    assert "**Steps 1 and 2** (linearity, constant factor)." in text
    assert "> > **Case** $k = i$ **of step 4.7**" in text
    assert "Needs $p_k \\ne 0$: $p$ is a quotient of positive terms." in text
    assert "Needs $\\sum_{k=1}^{K} y_k = 1$: given." in text


def test_full_shows_every_step(flagship: sd.Derivation) -> None:
    text = flagship.to_markdown(detail="full")
    for number, _ in flagship.numbered:
        assert f"**Step {number}** (" in text


def test_the_fragment_of_the_flagship(flagship: sd.Derivation) -> None:
    start = r"\frac{\partial}{\partial z_i} \left(-\sum_{k=1}^{K} y_k \log p_k\right)"
    assert flagship.to_latex(detail="brief", fragment=True) == f"\\[\n{start} = p_i - y_i\n\\]\n"
    assert flagship.to_markdown("github", "en", "brief", True) == f"```math\n{start} = p_i - y_i\n```\n"
    rows = formulas(flagship.to_latex(fragment=True))[0].splitlines()[1:-1]
    assert len(rows) == 1 + len(stages(flagship.trace, "normal"))
    assert rows[-1] == "&= p_i - y_i"
    full = formulas(flagship.to_markdown(detail="full", fragment=True))
    assert len(full[0].splitlines()) == 3 + len(stages(flagship.trace, FULL))
    assert "\\qquad \\left(k = i\\right) \\\\\n" in full[2]
    assert "\\qquad \\left(k \\ne i\\right) \\\\\n" in full[3]


def test_names_are_escaped_and_letters_do_not_clash() -> None:
    e, delta, w = map(IndexedBase, ("e", "delta", "y_hat"))
    n, m, size = symbols("n m N")
    where = {w[n]: exp(e[n]) / Sum(exp(e[m]), (m, 1, size))}
    value = -Sum(delta[n] * log(w[n]), (n, 1, size))
    problem = sd.Problem("a_b & {{c}} $d$", value, e[symbols("k")], where)
    d = sd.derive(problem)
    assert d.to_markdown(detail="brief").startswith("# a\\_b \\& \\{\\{c\\}\\} \\$d\\$\n")
    assert "\\title{a\\_b \\& \\{\\{c\\}\\} \\$d\\$}" in d.to_latex()
    assert "\\exp" in d.to_latex(detail="full", fragment=True)  # e is a name here
    assert "\\left[" in d.to_latex(fragment=True)  # and so is delta


def test_other_choices_are_refused(flagship: sd.Derivation) -> None:
    for wrong in ({"flavor": "gitlab"}, {"flavor": None}, {"flavor": "article"}):
        with pytest.raises(sd.InputError, match="flavor is 'portable' or 'github'"):
            flagship.to_markdown(**wrong)  # type: ignore[arg-type]  # that is the point
    for render in (flagship.to_markdown, flagship.to_latex):
        with pytest.raises(sd.InputError, match="lang is 'en' or 'zh', not 'xx'"):
            render(lang="xx")
        with pytest.raises(sd.InputError, match="no level of detail 'long'; write brief, normal or full"):
            render(detail="long")
        with pytest.raises(sd.InputError, match="fragment is True or False, not 'yes'"):
            render(fragment="yes")  # type: ignore[arg-type]  # that is the point


def test_it_reads_the_same_after_a_journey(flagship: sd.Derivation) -> None:
    again = sd.Derivation.from_dict(flagship.to_dict())
    for detail in DETAILS:
        assert again.to_markdown(detail=detail) == flagship.to_markdown(detail=detail)
        assert again.to_latex(detail=detail, fragment=True) == flagship.to_latex(detail=detail, fragment=True)


@pytest.mark.parametrize("detail", DETAILS)
def test_a_page_of_html(flagship: sd.Derivation, detail: str) -> None:
    pytest.importorskip("ziamath")
    text = flagship.to_html(detail=detail)
    assert text.startswith("<!DOCTYPE html>")
    assert "Softmax with cross-entropy" in text
    assert flagship.to_html(detail=detail) == text
    formulas_only = flagship.to_html(detail=detail, fragment=True)
    assert "<math" in formulas_only
    assert "<html" not in formulas_only
    assert "Step" not in formulas_only


def test_a_page_needs_its_extra(flagship: sd.Derivation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "installed", lambda _: None)
    with pytest.raises(sd.ToolMissing, match=r"pip install 'symderiv\[html\]'"):
        flagship.to_html()
    assert flagship.to_markdown()
    assert flagship.to_html(fragment=True)
