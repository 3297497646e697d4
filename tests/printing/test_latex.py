"""LaTeX of terms: the spellings people expect, and never one spelling for two meanings."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from printing.some_terms import every_small_term, same_reading, terms
from tools import katex_errors, needs_katex

from symderiv.printing.latex import aligned, latex, lines, relation
from symderiv.printing.notation import DEFAULT, Notation, settle
from symderiv.statement import Relation
from symderiv.terms import (
    ONE,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
    Neg,
    Number,
    Power,
    Stop,
    Symbol,
    Term,
    Times,
    big,
    exp,
    log,
    minus,
    neg,
    number,
    plus,
    power,
    quo,
    times,
)

i, j, k, n, K, N, S, T = (Symbol(s) for s in ("i", "j", "k", "n", "K", "N", "S", "T"))


def z(*indices: Term) -> Term:
    return Entry("z", indices)


def p(*indices: Term) -> Term:
    return Entry("p", indices)


def y(*indices: Term) -> Term:
    return Entry("y", indices)


total = big(j, K, exp(z(j)))

SPELLINGS = [
    (minus(p(i), y(i)), r"p_i - y_i"),
    (times(p(i), minus(Delta(i, j), p(j))), r"p_i \left(\delta_{ij} - p_j\right)"),
    (neg(big(k, K, times(y(k), log(p(k))))), r"-\sum_{k=1}^{K} y_k \log p_k"),
    (Big(k, K, y(k), (i,)), r"\sum_{k \ne i} y_k"),
    (z(n, k), "z_{nk}"),
    (z(n, number(12)), "z_{n,12}"),
    (z(Symbol("alpha"), k), r"z_{\alpha,k}"),
    (exp(z(j)), "e^{z_j}"),
    (quo(exp(z(k)), total), r"\frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}"),
    (D(p(k), z(i)), r"\frac{\partial p_k}{\partial z_i}"),
    (D(Symbol("L"), Symbol("mu")), r"\frac{\partial L}{\partial \mu}"),
    (D(D(Symbol("L"), z(i)), z(j)), r"\frac{\partial^{2} L}{\partial z_i \partial z_j}"),
    (D(D(D(p(k), z(i)), z(i)), z(j)), r"\frac{\partial^{3} p_k}{\partial z_i^{2} \partial z_j}"),
    (D(D(log(p(k)), z(i)), z(j)), r"\frac{\partial^{2}}{\partial z_i \partial z_j} \log p_k"),
    (D(D(total, z(i)), z(i)), r"\frac{\partial^{2}}{\partial z_i^{2}} \sum_{j=1}^{K} e^{z_j}"),
    (times(D(D(exp(z(k)), z(i)), z(j)), S), r"\left(\frac{\partial^{2}}{\partial z_i \partial z_j} e^{z_k}\right) S"),
    (D(log(p(k)), z(i)), r"\frac{\partial}{\partial z_i} \log p_k"),
    (D(times(y(k), p(k)), z(i)), r"\frac{\partial}{\partial z_i} \left(y_k p_k\right)"),
    (times(D(exp(z(k)), z(i)), S), r"\left(\frac{\partial}{\partial z_i} e^{z_k}\right) S"),
    (times(log(p(i)), minus(ONE, p(i))), r"\log\left(p_i\right) \left(1 - p_i\right)"),
    (log(times(p(i), minus(ONE, p(i)))), r"\log\left(p_i \left(1 - p_i\right)\right)"),
    (log(total), r"\log \sum_{j=1}^{K} e^{z_j}"),
    (times(total, S), r"\left(\sum_{j=1}^{K} e^{z_j}\right) S"),
    (plus(total, S), r"\sum_{j=1}^{K} e^{z_j} + S"),
    (big(j, K, plus(z(j), S)), r"\sum_{j=1}^{K} \left(z_j + S\right)"),
    (power(z(i), number(2)), "z_i^{2}"),
    (power(plus(z(i), S), number(2)), r"\left(z_i + S\right)^{2}"),
    (Power(Power(S, K), N), r"\left(S^{K}\right)^{N}"),
    (Power(z(i), Number(Fraction(1, 2))), r"\sqrt{z_i}"),
    (times(number(-2), z(i)), "-2 z_i"),
    (Times((z(i), Number(Fraction(-2)))), r"z_i \left(-2\right)"),
    (Times((number(2), Number(Fraction(1, 2)))), r"2 \cdot \frac{1}{2}"),
    (neg(minus(y(i), p(i))), r"-\left(y_i - p_i\right)"),
    (Neg(Neg(S)), r"-\left(-S\right)"),
    (times(quo(ONE, N), total), r"\frac{1}{N} \sum_{j=1}^{K} e^{z_j}"),
    (Symbol("y_hat"), r"\hat{y}"),
    (Symbol("mu_1"), r"\mu_1"),
    (Symbol("loss_x"), r"\mathrm{loss\_x}"),
    (Symbol("\u03c3"), r"\sigma"),
    (Entry("W_1", (i, k)), "{W_1}_{ik}"),
    (Stop(p(i)), r"\mathrm{sg}\left(p_i\right)"),
    (Function("f", (z(i), S)), r"f\left(z_i, S\right)"),
    (Function("pi", ()), r"\pi"),
    (times(Symbol("eps"), plus(S, T)), r"\mathrm{eps} \cdot \left(S + T\right)"),
]


@pytest.mark.parametrize(("term", "expected"), SPELLINGS, ids=[s for _, s in SPELLINGS])
def test_spelling(term: Term, expected: str) -> None:
    assert latex(term) == expected


def test_a_name_e_keeps_apart_from_the_exponential() -> None:
    assert latex(plus(Symbol("e"), Exp(S))) == r"e + \exp\left(S\right)"


def test_an_array_delta_keeps_apart_from_kroneckers_delta() -> None:
    assert latex(plus(Entry("delta", (i, j)), Delta(i, j))) == r"\delta_{ij} + \left[i = j\right]"


def test_a_scalar_keeps_apart_from_an_entry_of_the_same_look() -> None:
    assert latex(plus(Symbol("z_1"), z(number(1)))) == r"\mathrm{z\_1} + z_1"


def test_a_notation_renames_and_chooses_operators() -> None:
    ours = Notation(log=r"\ln", sums="index", names={"p": "a"})
    assert latex(big(k, K, times(y(k), log(p(k)))), ours) == r"\sum_{k} y_k \ln a_k"


def test_relations() -> None:
    assert relation(Relation("!=", i, k)) == r"i \ne k"
    assert relation(Relation("=", big(k, K, y(k)), ONE)) == r"\sum_{k=1}^{K} y_k = 1"


def test_long_sums_break_before_summands() -> None:
    long = plus(*(z(Symbol(s)) for s in "abcdefgh"), neg(S))
    rows = lines(long, width=20)
    assert "".join(rows).replace(" ", "") == latex(long).replace(" ", "")
    assert max(map(len, rows)) <= 20
    assert aligned("x", rows).startswith("\\begin{aligned}\nx &= ")
    assert aligned("x", lines(S)) == "x = S"


def test_no_two_small_terms_share_a_text() -> None:
    seen: dict[str, Term] = {}
    for t in every_small_term():
        known = seen.setdefault(latex(t), t)
        assert known is t or same_reading(known) is same_reading(t), latex(t)


@settings(max_examples=600, deadline=None)
@given(terms(), terms())
def test_different_terms_look_different(t: Term, u: Term) -> None:
    common = settle(DEFAULT, [t, u])
    if latex(t, common) == latex(u, common):
        assert same_reading(t, sizes=False) is same_reading(u, sizes=False)


@needs_katex
def test_katex_accepts_every_spelling() -> None:
    from hypothesis import Phase

    found: list[str] = [latex(t) for t, _ in SPELLINGS]

    @settings(max_examples=300, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(terms(12))
    def collect(t: Term) -> None:
        found.append(latex(t))

    collect()
    assert katex_errors(found) == []
