"""The notes as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from report.problems import labelled, tempered
from sympy import IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.engine.derive import derive_statement
from symderiv.printing.notation import Notation
from symderiv.report.contents import Page
from symderiv.report.markup import Formula
from symderiv.report.naming import value_name
from symderiv.report.page import page
from symderiv.report.records import Evidence
from symderiv.report.subject import Subject

NOTHING = Evidence("", "", (), False, ())
i, j, k, K, L, w = symbols("i j k K L w")
z = IndexedBase("z")


def made(problem: sd.Problem, notation: Notation | None = None) -> Page:
    derived = derive_statement(problem.statement)
    assumed = tuple(c.relation for c in sd.derive(problem).assumed)
    subject = Subject("a title", problem.statement, derived.trace, assumed)
    return page(subject, (), NOTHING, notation or Notation())


def flagship() -> Page:
    return made(sd.load("softmax-cross-entropy"))


def leaves(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return [x for value in data.values() for x in leaves(value)]
    if isinstance(data, tuple | list):
        return [x for value in data for x in leaves(value)]
    return [data]


def test_it_is_plain_data_and_keeps_its_marks() -> None:
    found = leaves(asdict(flagship()))
    assert all(x is None or isinstance(x, str | bool) for x in found)
    assert any(isinstance(x, Formula) for x in found)


def test_the_value_gets_a_letter_that_is_free() -> None:
    assert value_name(sd.load("softmax-cross-entropy").statement).name == "L"  # type: ignore[attr-defined]
    taken = sd.Problem(name="a", value=L * Sum(exp(z[k]), (k, 1, K)), wrt=L)
    assert made(taken).headline == r"\frac{\partial F}{\partial L} = \sum_{k=1}^{K} e^{z_k}"
    free = sd.Problem(name="a", value=exp(z[j]), wrt=z[i])
    assert made(free).value == "L_j = e^{z_j}"


def test_a_value_that_is_but_a_name_is_shown_by_its_definition() -> None:
    sigma, size = IndexedBase("sigma"), symbols("L")
    found = made(sd.Problem("a", sigma[j], z[i], {sigma[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, size))}))
    assert found.value == r"\sigma_j = \frac{e^{z_j}}{\sum_{k=1}^{L} e^{z_k}}"
    assert made(sd.Problem("a", w, w)).value == "w"


def test_steps_lemmas_and_cases_are_numbered() -> None:
    chain = flagship().chain
    assert [line.number for line in chain.lines] == [str(n) for n in range(1, len(chain.lines) + 1)]
    (with_lemma,) = (line for line in chain.lines if line.lemma)
    assert with_lemma.lemma is not None
    assert with_lemma.lemma.lines[0].number == f"{with_lemma.number}.1"
    (with_cases,) = (line for line in with_lemma.lemma.lines if line.cases)
    assert [case.condition for case in with_cases.cases] == ["k = i", r"k \ne i"]
    assert with_cases.cases[1].lines[0].number == f"{with_cases.number}b.1"


def test_conditions_carry_the_reason_that_discharges_them() -> None:
    needs = [(n.formula, n.why) for line in flagship().chain.lines for n in line.needs]
    assert (r"p_k \ne 0", "p is a quotient of positive terms") in needs
    assert (r"\sum_{k=1}^{K} y_k = 1", "given") in needs


def test_what_is_assumed_is_not_called_given() -> None:
    found = made(tempered())
    needs = {n.formula: n.why for line in found.chain.lines for n in line.needs}
    assert needs[r"T \ne 0"] == "assumed"
    assert needs[r"\sum_{k=1}^{K} y_{mk} = 1"] == "given"
    assert found.presumed == (r"T \ne 0",)
    assert set(found.conditions) == {r"T \ne 0", r"\sum_{k=1}^{K} y_{nk} = 1 \quad\text{for every } n"}
    assert found.assumptions[0].formula in found.conditions


def test_what_the_result_divides_by_is_said() -> None:
    """As a proof of the result says it; letters of sums and definitions stand for all their values."""
    w_, x, n, m, N = IndexedBase("w"), IndexedBase("x"), *symbols("n m N")
    value = Sum(log(Sum(w_[n, m] * exp(x[m]), (m, 1, N))), (n, 1, N))
    found = made(sd.Problem(name="a", value=value, wrt=x[i]))
    assert found.conditions == ()
    assert found.divisors == (r"\sum_{m=1}^{N} w_{nm} e^{x_m} \ne 0 \quad\text{for every } n",)
    assert made(sd.Problem(name="a", value=1 / w, wrt=w)).divisors == (r"w \ne 0",)
    assert flagship().divisors == ()
    assert made(tempered()).divisors == ()  # T != 0 is said already: a step needs it


def test_every_name_has_its_shape() -> None:
    rows = {row.formula: (row.meaning, row.shape) for row in made(sd.load("softmax-cross-entropy-batch")).names}
    assert rows["z"] == ("differentiated with respect to", r"N \times K")
    assert rows["p"] == ("defined above", r"N \times K")
    assert rows["K"] == ("size, any whole number", r"\geq 1")
    assert rows["m"] == ("free index", r"1, \dots, N")
    scalar = made(sd.Problem(name="a", value=w * log(w), wrt=w))
    assert [(row.formula, row.meaning, row.shape) for row in scalar.names] == [
        ("w", "differentiated with respect to", r"\text{a number}")
    ]


def test_class_numbers_have_their_range() -> None:
    rows = {row.formula: (row.meaning, row.shape) for row in made(labelled()).names}
    assert rows["t"] == ("class numbers", r"N,\ \text{from } 1, \dots, K")
    c = symbols("c")
    fixed = sd.Problem("fixed", Sum(z[k] * w, (k, 1, K)) + z[c], z[i], None, sd.one_hot(IndexedBase("y")[k], c))
    assert ("c", "class number", r"1, \dots, K") in [(r.formula, r.meaning, r.shape) for r in made(fixed).names]


def test_a_notation_reaches_every_formula() -> None:
    found = made(sd.load("softmax-cross-entropy"), Notation(log=r"\ln", names={"p": "a", "z": r"\zeta"}))
    text = " ".join(x for x in leaves(asdict(found)) if isinstance(x, Formula))
    assert r"\ln a_k" in text
    assert r"\log" not in text
    assert "z_" not in text.replace(r"\zeta_", "")
