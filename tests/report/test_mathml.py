"""LaTeX as MathML: every command of ours, the spacing of TeX, lines that may break, and refusals."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from engine.losses import CASES

import symderiv as sd
from symderiv.printing.latex import latex
from symderiv.report.mathml import display, inline
from symderiv.report.texcommands import COMMANDS

THIN = '<mspace width="0.1667em"/>'


def tree(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{markup.replace('<wbr>', '<wbr/>')}</div>")


def shown(formula: str) -> str:
    """The characters of a formula, in order."""
    return "".join(tree(inline(formula)).itertext())


def body(formula: str) -> str:
    return inline(formula).removeprefix("<math>").removesuffix("</math>")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_line_of_every_derivation_is_read(case: object) -> None:
    assert isinstance(case, type(CASES[0]))
    d = sd.derive(case.make())
    for term in (d.trace.start, *(s.after for s in d.trace.steps)):
        formula = latex(term)
        for markup in (inline(formula), display(formula)):
            assert "\\" not in "".join(tree(markup).itertext())


@pytest.mark.parametrize(
    ("formula", "characters"),
    [
        (r"\hat{y}_k \ne \bar{x}^{2}", "y^k≠x¯2"),
        (r"\left[i = j\right]", "[i=j]"),
        (r"\mathrm{a\_b'1}_{k}", "a_b'1k"),
        (r"\text{for every } n,\ \text{如果}", "for every\u00a0n,如果"),
        (r"\text{50\% \textasciicircum{} \{x\}}", "50% ^ {x}"),
        (r"\begin{bmatrix} 1 & \dots \\ \vdots & \ddots \end{bmatrix}", "[1…⋮⋱]"),
        (r"\begin{cases} 1 & \text{if } i = j \\ 0 & \text{else} \end{cases}", "{1if\u00a0i=j0else"),
        (r"\mathbf{x}^\top \boldsymbol{\theta} \mathcal{L} \mathbb{R}", "𝐱⊤𝜽ℒℝ"),
        (r"\nabla_{z} L \overset{?}{=} \frac{\partial L}{\partial z_1}", "∇zL=?∂L∂z1"),
        (r"\sqrt{x} \cdot 10^{-5} \times 1.25", "x⋅10−5×1.25"),
        (r"K \geq 2, \lbrace 1, \dots, K \rbrace \mid a < b", "K≥2,{1,…,K}∣a<b"),
        (r"\alpha\beta\Gamma\varepsilon\epsilon\phi\varphi\ell\infty", "αβΓεϵϕφℓ∞"),
        ("x_12", "x12"),
        ("x'_i", "x′i"),
        (r"\boxed{\phantom{{}={}} x}", "=x"),
    ],
)
def test_what_is_shown(formula: str, characters: str) -> None:
    assert shown(formula) == characters


def test_every_command_makes_wellformed_markup() -> None:
    arguments = {"\\left": "( x \\right)", "\\begin": "{matrix} 1 \\end{matrix}", "\\frac": "{1}{2}", "{": "x}"}
    for command in COMMANDS:
        after = arguments.get(command, "{x}{y}")
        found = tree(inline(f"{command} {after}"))
        assert not re.search(r"\\|[A-Za-z]{6}", "".join(found.itertext()).replace("arc", "")), command


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        (r"\foo{x}", r"\\foo is not known"),
        (r"a \href{x}{y}", r"\\href is not known"),
        ("é", "é is not known"),
        ("a\\", "not known"),
        (r"\frac{a", "ends before }"),
        ("a}", "}"),
        (r"\left( a", r"ends before \\right"),
        (r"\left x", "x is no bracket"),
        ("x_1_2", "two scripts"),
        (r"\begin{array} 1 \end{array}", "environment array"),
        (r"\begin{cases} 1 \end{matrix}", "does not end"),
        (r"\text{$x$}", r"\$ among words"),
        (r"\text{a", "its end among words"),
        (r"\text{\foo}", r"\\foo among words"),
        (r"\mathbf{+}", "among the letters"),
        (r"\frac", "too early"),
    ],
)
def test_what_cannot_be_shown_is_refused(formula: str, what: str) -> None:
    for made in (inline, display):
        with pytest.raises(sd.InputError, match=what):
            made(formula)


def test_prose_in_formulas_is_escaped() -> None:
    for formula in (r"\text{<b>&}", r"\mathrm{<b>}", "a < b", r"\text{\textless script\textgreater}"):
        assert not re.search(r"<(b|script)\b", inline(formula))
        assert tree(inline(formula)) is not None


def test_spacing_is_that_of_tex() -> None:
    assert f"{THIN}<mi>log</mi><mo>\u2061</mo>{THIN}<msub>" in inline(r"y_k \log p_k")
    assert "<mi>log</mi><mo>\u2061</mo><mrow>" in inline(r"\log\left(1 + x\right)")
    assert "<mi>sg</mi><mo>\u2061</mo><mrow>" in inline(r"\mathrm{sg}\left(x\right)")
    assert f"<mi>x</mi>{THIN}<mfrac>" in inline(r"x \frac{1}{2}")
    assert f"{THIN}<mi>∂</mi>" in inline(r"\partial x \partial y")
    assert body("a - b") == "<mi>a</mi><mo>−</mo><mi>b</mi>"


@pytest.mark.parametrize("formula", ["-x", "a = -x", r"\left(-x\right)", "a - -x", "a, -x", r"\sum_{k} -x"])
def test_a_sign_in_front_of_a_term_stands_close_to_it(formula: str) -> None:
    assert '<mo form="prefix" lspace="0" rspace="0">−</mo><mi>x</mi>' in inline(formula)


def test_scripts_are_tight() -> None:
    assert '<mo lspace="0" rspace="0">≠</mo>' in inline(r"\sum_{j \ne i} x_j")
    assert "<mo>≠</mo>" in inline(r"j \ne i")


def test_brackets_grow_around_what_is_tall_only() -> None:
    def stretched(formula: str) -> set[str | None]:
        return {mo.get("stretchy") for mo in tree(inline(formula)).iter("mo") if mo.get("fence")}

    assert stretched(r"\left(p_i^{2} - 1\right)") == {"false"}
    for tall in (r"\frac{a}{b}", r"\sum_{k} a_k", r"e^{\frac{a}{b}}", r"\sqrt{\frac{a}{b}}"):
        assert stretched(rf"\left({tall}\right)") == {"true"}


def test_a_long_formula_may_break_before_relations_and_signs() -> None:
    term = r"\sum_{k=1}^{K} y_k \log p_k"
    formula = f"L = {term} + {term} - {term} + {term} = 0"
    for markup in (inline(formula), display(formula)):
        parts = markup.split("<wbr>")
        assert len(parts) == 6
        assert [re.search("<mo[^>]*>(.)</mo>", part)[1] for part in parts[1:]] == list("=+−+=")  # type: ignore[index]
        assert all('form="infix"' in part for part in parts[1:])
        assert shown(formula) == "".join(tree(markup).itertext())
    assert "<wbr>" not in inline("L = 0")


def test_what_is_too_wide_and_does_not_break_scrolls() -> None:
    row = " & ".join(["0.1234"] * 8)
    assert inline(rf"\begin{{bmatrix}} {row} \end{{bmatrix}}").startswith('<span class="wide"><math>')


def test_the_rows_of_an_aligned_become_rows_of_the_page() -> None:
    found = tree(display("\\begin{aligned}\na &= b \\\\\n&\\quad + c \\\\\n\\end{aligned}"))
    cells = found.findall("./div[@class='rows']/div")
    assert [(c.get("class"), "".join(c.itertext())) for c in cells] == [
        ("left", "a"),
        ("right", "=b"),
        ("left", ""),
        ("right", "+c"),
    ]
    assert 'form="infix">+' in display(r"\begin{aligned} a &= b \\ &\quad + c \end{aligned}")


def test_an_aligned_within_a_formula_is_a_table() -> None:
    found = tree(display(r"x = \begin{aligned} a &= b \\ &= c \end{aligned}"))
    assert [len(row) for row in found.iter("mtr")] == [2, 2]
