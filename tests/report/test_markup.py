"""Prose is escaped, formulas and code are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from symderiv.report.markup import Code, Formula, markdown, tex


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_escaped_prose_reads_as_written(prose: str) -> None:
    (inline,) = (t for t in MarkdownIt().parse("x " + markdown(prose)) if t.type == "inline")
    assert "".join(t.content for t in inline.children or ()) == "x " + prose


def test_latex_specials() -> None:
    assert tex(r"50% & $x_1 {y} \z #^~") == (
        r"50\% \& \$x\_1 \{y\} \textbackslash{}z \#\textasciicircum{}\textasciitilde{}"
    )
    assert tex("\u4e2d") == "(U+4E2D)"


def test_formulas_and_code_pass() -> None:
    for escape in (markdown, tex):
        assert escape(Formula("p_i")) == "p_i"
        assert escape(Code("a_b")) == "a_b"
