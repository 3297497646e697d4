"""A chain of claimed equalities as a derivation: what is proved, what is marked, and how it is shown."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sympy import IndexedBase, Sum, cos, sin, symbols
from tools import FORBIDDEN, katex_errors, needs_katex, needs_latex

import symderiv as sd

i, k, n, K, x, w = symbols("i k n K x w")
z = IndexedBase("z")
SOFTMAX = "p[k] = softmax(z, k)"
FLAVORS = ("portable", "github")


def squares() -> sd.Chain:
    """Wrong twice, and right in the end."""
    return sd.check(
        [
            "(x + w)^2",
            sd.Line("x^2 + w^2", "Square each & every_one.", instead="x^2 + 2*x*w + w^2"),
            "x^2 + 2*x*w + w^2",
        ]
    )


def cross_entropy() -> sd.Chain:
    return sd.check(
        [
            "d/dz[i] (-sum(y[k]*log(p[k]), k=1..K))",
            "p[i]*sum(y[k], k=1..K) - y[i]",
            sd.Line("p[i] - y[i]", "y is a row."),
        ],
        where=SOFTMAX,
    )


def twin() -> sd.Chain:
    """The same chain in clashing letters, with its fact given."""
    return sd.check(
        ["d/de[K] (-sum(z[m]*log(y[m]), m=1..n))", "y[K]*sum(z[j], j=1..n) - z[K]", "y[K] - z[K]"],
        where="y[m] = softmax(e, m)",
        given="sum(z[K], K=1..n) = 1",
    )


def variance() -> sd.Chain:
    """Not a softmax: the gradient of a weighted variance, the mean forgotten."""
    return sd.check(
        [
            "d/dx[i] (sum(w[k]*(x[k] - mu)^2, k=1..K))",
            "sum(2*w[k]*(x[k] - mu)*delta(i, k), k=1..K)",
            "2*w[i]*(x[i] - mu)",
        ],
        where="mu = sum(w[k]*x[k], k=1..K)",
    )


def undecided() -> sd.Chain:
    return sd.check([sin(x) ** 2 + cos(x) ** 2, 1, 2])


CHAINS = [squares, cross_entropy, twin, variance, undecided]


def test_the_outcome_names_the_lines() -> None:
    found = [made().outcome for made in CHAINS]
    assert found == [
        "wrong at lines 2 and 3",
        "wrong at line 3",
        "every line proved",
        "wrong at line 2",
        "wrong at line 3 and undecided at line 2",
    ]


def test_mistakes_can_make_up_for_each_other() -> None:
    assert squares().ends == "proved"
    assert squares().conclusion == "This derivation is wrong at lines 2 and 3. Yet its last line equals its first."
    assert cross_entropy().ends == "refuted"
    assert cross_entropy().conclusion.endswith("Its last line does not equal its first.")
    assert twin().conclusion == "Every line of this derivation is proved."


def test_a_line_that_is_right_again_is_not_mended() -> None:
    """Line 3 equals line 1; what would follow from the wrong line 2 would make it wrong."""
    chain = squares()
    assert [r is not None for r in chain.repairs] == [True, False]
    assert chain.repair is chain.repairs[0]
    assert chain.repair is not None
    assert chain.repair.skip
    assert twin().repairs == (None, None)


def test_reasons_and_what_should_stand_there() -> None:
    chain = squares()
    assert chain.reasons == ("Square each & every_one.", "")
    assert chain.instead[0] is not None
    assert chain.instead[0].status == "proved"
    assert chain.instead[1] is None
    wrong = sd.check(["(x + w)^2", sd.Line("x^2", instead="w^2")])
    assert wrong.instead[0] is not None
    assert wrong.instead[0].status == "refuted"
    assert "instead: w**2 (refuted)" in str(wrong)
    assert "It is said that from line 1 follows" in wrong.to_markdown()


def test_an_instead_shares_the_letters_and_sizes_of_the_chain() -> None:
    """Its bound letter is free elsewhere, and its free index is one of the lines'."""
    total = Sum(z[k], (k, 1, K))
    chain = sd.check([total * z[i], sd.Line(z[i], instead="z[i]*sum(z[i], i=1..K)")])
    assert chain.links[0].status == "refuted"
    assert chain.instead[0] is not None
    assert chain.instead[0].status == "proved"
    with pytest.raises(sd.InputError, match="size"):
        sd.check([total * z[i], sd.Line(z[i], instead=Sum(z[k], (k, 1, n)) * z[i])])


@pytest.mark.parametrize("made", CHAINS)
def test_a_wrong_derivation_prints_as_such(made: Callable[[], sd.Chain]) -> None:
    chain = made()
    for text in (*(chain.to_markdown(flavor) for flavor in FLAVORS), chain.to_latex()):
        assert f"A derivation: {chain.outcome}" in text
        assert chain.conclusion in text
        for number, link in enumerate(chain, 2):
            said = r"\." if link.status == "proved" else rf" \({link.status}\)\."
            mark = {"proved": r"(✓ |\$\\checkmark\$~)", "refuted": r"(✗ |\$\\times\$~)", "undecided": r"\?( |~)"}
            assert re.search(rf"{mark[link.status]}(\*\*|\\textbf{{)Line {number}(\*\*|\}}){said}", text)
    assert str(chain).endswith(chain.conclusion)
    assert chain._repr_markdown_() == chain.to_markdown()
    for text in (*(chain.to_markdown(flavor, fragment=True) for flavor in FLAVORS), chain.to_latex(fragment=True)):
        for status in ("refuted", "undecided"):
            assert text.count(f"\\text{{({status})}}") == sum(v.status == status for v in chain)


def test_a_refuted_line_is_shown_with_numbers_and_a_remedy() -> None:
    text = cross_entropy().to_markdown()
    assert "✗ **Line 3** (refuted). y is a row.\n" in text
    assert "At $K = 1$, $i = 1$," in text
    assert "line 2 is $0$, line 3 is $1$." in text
    assert r"In general, line 2 minus line 3 is $p_i \left(\sum_{k=1}^{K} y_k - 1\right)$." in text
    assert r"It would hold if $\sum_{k=1}^{K} y_k = 1$." in text
    assert "From line 2 follows" not in text  # what follows is line 2 itself


def test_what_follows_instead_is_shown_where_it_is_no_line_before() -> None:
    lines = ["(x + y)^2", sd.Line("x^2 + y^2", "Square both.", instead="x^2 + 2*x*y + y^2")]
    text = sd.check(lines).to_markdown()
    assert "From line 1 follows:\n\n$$\n= x^{2} + 2 x y + y^{2}\n$$" in text


def test_typed_lines_are_shown_in_the_order_of_their_author() -> None:
    lines = ["y/a*a*(1 - a)", "-y*a + y", "y - a*y", "(y - a*y)*b/b"]
    text = sd.check(lines).to_markdown()
    for line in (r"\frac{y}{a} a \left(1 - a\right)", "-y a + y", "y - a y", r"\frac{\left(y - a y\right) b}{b}"):
        assert f"{line}\n" in text


def test_definitions_and_facts_stand_on_the_page() -> None:
    text = twin().to_markdown()
    assert re.search(r"Here \$y_\S+ = \\frac\{", text)
    assert "Given: $\\sum_{" in text
    assert "It uses $\\sum_{" in text


def parsed(text: str) -> list[tuple[str, str]]:
    parser = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False, double_inline=False)
    found = []
    for token in parser.parse(text):
        found.append((token.type, token.content))
        found += [(child.type, child.content) for child in token.children or ()]
    return found


@pytest.mark.parametrize("made", CHAINS)
def test_markdown_parses_as_meant(made: Callable[[], sd.Chain]) -> None:
    chain = made()
    for text in (chain.to_markdown(), chain.to_markdown(fragment=True)):
        prose = "".join(content for kind, content in parsed(text) if kind == "text")
        assert "$" not in prose
        assert "\\" not in prose
        assert "\n\n\n" not in text
        assert text == text.strip() + "\n"
    assert {kind for kind, _ in parsed(chain.to_markdown(fragment=True))} == {"math_block"}


def test_what_the_author_says_is_escaped() -> None:
    assert "Square each \\& every\\_one." in squares().to_markdown()
    assert "Square each \\& every\\_one." in squares().to_latex()
    assert squares().to_markdown(title="a_b <i>").startswith("# a\\_b \\<i\\>: wrong")


def formulas(text: str) -> list[str]:
    shown = re.findall(r"^\$\$\n(.*?)\n\$\$$", text, re.DOTALL | re.MULTILINE)
    return shown + re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", text)


def test_no_macro_that_a_dialect_refuses() -> None:
    for made in CHAINS:
        for part in (False, True):
            assert not FORBIDDEN.search(made().to_markdown(fragment=part))


@needs_katex
def test_katex_accepts_every_formula() -> None:
    every = {f for made in CHAINS for part in (False, True) for f in formulas(made().to_markdown(fragment=part))}
    assert len(every) > 30
    assert katex_errors(sorted(every)) == []


@needs_latex
@pytest.mark.parametrize("made", [squares, cross_entropy])
def test_latex_compiles(made: Callable[[], sd.Chain], tmp_path: Path) -> None:
    chain = made()
    pasted = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n%s\\end{document}\n"
    for name, text in {"whole": chain.to_latex(), "fragment": pasted % chain.to_latex(fragment=True)}.items():
        (tmp_path / f"{name}.tex").write_text(text)
        command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout[-2000:]


def test_it_is_plain_data() -> None:
    data = json.loads(json.dumps(squares().to_dict()))
    assert data["conclusion"] == squares().conclusion
    assert data["reasons"] == ["Square each & every_one.", ""]
    assert [v and v["status"] for v in data["instead"]] == ["proved", None]


def test_other_choices_are_refused() -> None:
    chain = squares()
    with pytest.raises(sd.InputError, match="flavor is 'portable' or 'github'"):
        chain.to_markdown("gitlab")
    with pytest.raises(sd.InputError, match="fragment is True or False"):
        chain.to_latex(fragment="yes")  # type: ignore[arg-type]  # that is the point
    for title in ("", 3):
        with pytest.raises(sd.InputError, match="the title is a few words"):
            chain.to_markdown(title=title)  # type: ignore[arg-type]  # that is the point
