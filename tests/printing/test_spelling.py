"""LaTeX for names: the small kinds that are read, in one spelling each, and everything else refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import katex_errors, needs_katex

from symderiv.errors import InputError
from symderiv.printing.latex import latex
from symderiv.printing.notation import Notation
from symderiv.printing.spelling import spelled
from symderiv.terms import D, Entry, Symbol, Term, number, power

READ = {
    "x": "x",
    "y_hat": r"\hat{y}",
    "alpha": r"\alpha",
    "loss": r"\mathrm{loss}",
    "$x$": "x",
    r"\ell": r"\ell",
    r"\hat{y}": r"\hat{y}",
    r"\bar{\boldsymbol{\mu}}": r"\bar{\boldsymbol{\mu}}",
    r"\vec{ a }": r"\vec{a}",
    r"\mathcal{L}": r"\mathcal{L}",
    r"\mathrm{loss}": r"\mathrm{loss}",
    "$x_1$": "x_1",
    "$x_{1}$": "x_1",
    "$x_{12}$": "x_{12}",
    "$x_{t,1}$": "x_{t,1}",
    r"$x_{\mathrm{out}}$": r"x_{\mathrm{out}}",
    r"$x_\alpha$": r"x_{\alpha}",
    "$x^{(1)}$": "x^{(1)}",
    "$x^{(1)}_k$": "x_k^{(1)}",
    "$x^*$": r"x^\ast",
    r"$x^{\ast}$": r"x^{\ast}",
    r"$x^\prime$": r"x^\prime",
}
REFUSED = {
    "": "is no name",
    "$$": "is no name",
    "x y": "is no name",
    "x^2": "is no name",
    "log": "would read as a function",
    "$x^2$": "does not belong there|is missing",
    "$x^{2}$": r"\( is missing",
    "$xy$": "y in 'xy' does not belong there",
    "$x_1_2$": "two marks _",
    "$x+1$": r"'\+' in 'x\+1' is not read",
    "$1$": "does not belong there",
    "$x_$": "something is missing",
    r"\hat{y": "} is missing",
    r"\hat": "{ is missing",
    r"\hat{y_1}": "} is missing",
    r"\frac{1}{2}": "does not belong there",
    r"\def\x{y}": "does not belong there",
    r"\href{a}": "does not belong there",
    r"\mathrm{log}": "would read as a function",
    r"\mathrm{sg}": "would read as a function",
    r"\mathcal{a}": "does not belong there",
    r"\mathbf{\alpha}": "does not belong there",
    "\\x\ny": "is not read",
    "$\u03b1$": "is not read",
    "$x\\$": "is not read",
}


@pytest.mark.parametrize("text", READ)
def test_it_is_read(text: str) -> None:
    assert spelled(text) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_it_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=REFUSED[text]):
        spelled(text)


@given(st.text(st.sampled_from(list(r"\hatmrb{}_^()*,12xyz$& ")), max_size=14))
def test_what_is_read_is_read_again_as_itself(text: str) -> None:
    try:
        found = spelled(f"${text}$")
    except InputError:
        return
    assert spelled(f"${found}$") == found
    assert found.count("{") == found.count("}")


def test_a_superscript_is_no_power() -> None:
    ours = Notation(names={"x": spelled("$x^{(1)}$"), "z": spelled("$z^*$")})
    x = Symbol("x")
    assert latex(power(x, number(2)), ours) == r"\left(x^{(1)}\right)^{2}"
    second = D(D(Symbol("L"), x), x)
    assert latex(second, ours) == r"\frac{\partial^{2} L}{\partial \left(x^{(1)}\right)^{2}}"
    assert latex(Entry("z", (Symbol("i"),)), ours) == r"z^\ast_i"


@needs_katex
def test_katex_accepts_what_is_read() -> None:
    found = []
    for text in READ:
        ours = Notation(names={"x": spelled(text), "z": spelled(text)})
        x, entry = Symbol("x"), Entry("z", (Symbol("i"),))
        terms: list[Term] = [x, entry, power(x, number(2)), power(entry, number(2)), D(D(Symbol("L"), entry), entry)]
        found += [latex(t, ours) for t in terms]
    assert katex_errors(found) == []
