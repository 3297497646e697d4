"""What a notebook shows: every public record as IPython's own formatter hands it to the front end."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from tools import katex_errors, needs_katex

import symderiv as sd

MARKDOWN = ("problem", "typed problem", "derivation", "typed derivation", "proved", "refuted", "undecided", "chain")
LATEX = (*MARKDOWN, "step", "case split", "lemma")


@cache
def records() -> dict[str, Any]:
    problem = sd.load("softmax-cross-entropy")
    typed = sd.Problem.from_text("sum(j, w[j]*x_1[j]^2) + x1", "x_1[k]", given="w[i] > 0", name="by hand")
    derivation = sd.derive(problem)
    lemma = next(s.lemma for s in derivation.steps if s.lemma)
    return {
        "problem": problem,
        "typed problem": typed,
        "derivation": derivation,
        "typed derivation": sd.derive(typed),
        "proved": sd.prove("dL/dz[i] = p[i] - y[i]", problem=problem),
        "refuted": sd.prove("x1^2 = x_1"),
        "undecided": sd.prove("sum((z[k] - z[i])/(z[k] - z[i]), k=1..K) = K"),
        "chain": sd.check("(x + y)^2 = x^2 + y^2 = x^2 + 2*x*y + y^2"),
        "step": derivation.steps[0],
        "case split": next(s for s in lemma.steps if s.cases),
        "lemma": lemma,
    }


@cache
def shown(name: str) -> dict[str, str]:
    formatters = pytest.importorskip("IPython.core.formatters", reason="notebooks: IPython is not installed")
    data, _ = formatters.DisplayFormatter().format(records()[name])
    return dict(data)


@pytest.mark.parametrize("name", LATEX)
def test_a_notebook_gets_latex_and_prose_where_there_is_any(name: str) -> None:
    kinds = {"text/plain", "text/latex", *(["text/markdown"] if name in MARKDOWN else [])}
    assert set(shown(name)) == kinds


@pytest.mark.parametrize("name", LATEX)
def test_latex_is_one_formula(name: str) -> None:
    text = shown(name)["text/latex"]
    assert text.startswith("$\\displaystyle ")
    assert text.endswith("$")
    assert text.count("$") == 2
    assert "\n\n" not in text


@needs_katex
@pytest.mark.parametrize("name", LATEX)
def test_every_formula_is_one_for_katex(name: str) -> None:
    texts = shown(name)
    text = texts["text/latex"] + texts.get("text/markdown", "")
    found = re.findall(r"\$\$\n(.*?)\n\$\$|\$([^$]+)\$", text, re.DOTALL)
    assert found
    assert katex_errors(block or inline for block, inline in found) == []


def test_two_names_are_told_apart_on_the_two_sides_of_a_formula() -> None:
    """Each side by itself would print both names as one."""
    verdict = records()["refuted"]
    assert verdict._repr_latex_() == "$\\displaystyle x_1^{2} \\ne \\mathrm{x\\_1}$"
    chain = sd.check("x1 = x_1 = x1")._repr_latex_()
    assert "&\\ne \\mathrm{x\\_1} " in chain
    assert "&\\ne x_1 " in chain
    problem = records()["typed problem"]
    derived = records()["typed derivation"]
    assert "\\mathrm{x1}" in problem._repr_latex_()
    assert "\\mathrm{x1}" in derived._repr_latex_()
    assert "\\mathrm{x1}" in derived.steps[0]._repr_latex_()


def test_a_problem_shows_what_is_asked_what_is_defined_and_what_is_given() -> None:
    text = shown("problem")["text/markdown"]
    assert "\\frac{\\partial}{\\partial z_i}" in text
    assert "p_k = " in text
    assert "Given: " in text


def test_a_refutation_shows_its_numbers() -> None:
    text = shown("refuted")["text/markdown"]
    assert text.startswith("**refuted**: $")
    assert "x1 = " in text


def test_a_lemma_shows_what_it_says() -> None:
    assert shown("lemma")["text/latex"].startswith("$\\displaystyle \\frac{\\partial p_k}{\\partial z_i} = p_k ")
