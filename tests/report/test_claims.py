"""Verdicts on claims as plain data of the notes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from sympy import Eq, Function, IndexedBase, Sum, cos, exp, log, sin, symbols

import symderiv as sd
from symderiv.deciding import judgement
from symderiv.engine.derive import derive_statement
from symderiv.report.chapters import NOTES, document
from symderiv.report.contents import Page
from symderiv.report.language import language
from symderiv.report.page import page
from symderiv.report.records import Decided, Evidence
from symderiv.report.render import STYLES, render
from symderiv.report.subject import Subject
from symderiv.report.voice import Voice

i, j, k, m, n, K, N, c = symbols("i j k m n K N c")
s, t, w, x = map(IndexedBase, "stwx")


def loss(*claims: sd.Claim | sd.Passage, **more: Any) -> sd.Problem:
    """Softmax cross-entropy in other letters."""
    return sd.Problem(
        name="other letters",
        where={s[m]: exp(x[m]) / Sum(exp(x[n]), (n, 1, N))},
        value=-Sum(t[m] * log(s[m]), (m, 1, N)),
        wrt=x[k],
        given=[Eq(Sum(t[m], (m, 1, N)), 1)],
        claims=claims,
        **more,
    )


def made(problem: sd.Problem) -> Page:
    trace = derive_statement(problem.statement).trace
    subject = Subject("a title", problem.statement, trace)
    return page(subject, (), Evidence("", "", (), False, ()), judgement=judgement(problem))


def told(claim: sd.Claim) -> Decided:
    found = made(loss(claim))
    return (*found.claims, *found.mistakes)[0]


def text(problem: sd.Problem, suffix: str = ".md") -> str:
    style = next(s for several in STYLES.values() for s in several if s.suffix == suffix)
    found = made(problem)
    return render(document(found, NOTES, Voice(language("en"), found.spelling)), style)


def test_a_proved_claim_says_what_it_needs_and_what_it_is_without() -> None:
    found = told(sd.Claim("gradient", "dL/dx[k] = s[k] - t[k]"))
    assert found.status == "proved"
    assert found.formula == r"\frac{\partial L}{\partial x_k} = s_k - t_k"
    (need,) = found.needs
    assert (need.formula, need.status) == (r"\sum_{m=1}^{N} t_m = 1", "refuted")
    assert need.residual == r"s_k \left(\sum_{m=1}^{N} t_m - 1\right)"
    assert found.failure is None


def test_a_fact_that_only_says_where_there_is_a_value_is_not_needed() -> None:
    problem = sd.Problem(
        "a", Sum(w[k] * log(w[k]), (k, 1, K)), w[i], given=w[k] > 0, claims=sd.Claim("b", "dL/dw[i] = log(w[i]) + 1")
    )
    (found,) = made(problem).claims
    assert (found.status, found.needs) == ("proved", ())


def test_a_refuted_claim_is_worked_with_numbers() -> None:
    found = told(sd.Mistake("sign", "dL/dx[k] = t[k] - s[k]", instead="dL/dx[k] = s[k] - t[k]", source="a book"))
    assert (found.status, found.source, found.mended) == ("refuted", "a book", True)
    assert found.formula == r"\frac{\partial L}{\partial x_k} \ne t_k - s_k"
    failure = found.failure
    assert failure is not None
    assert failure.point == ("N = 2", "k = 1", r"t = \left(1,\ 0\right)", r"x = \left(0,\ 1\right)")
    assert (failure.left, failure.right) == ("-0.7311", "0.7311")
    assert failure.residual == r"2 \left(s_k - t_k\right)"
    assert failure.agrees == ("N = 1",)


def test_what_would_make_it_true_stands_where_nothing_is_said_instead() -> None:
    problem = sd.Problem("a", c * Sum(x[k] ** 2, (k, 1, K)), x[i], claims=sd.Mistake("no c", "dL/dx[i] = 2*x[i]"))
    failure = made(problem).mistakes[0].failure
    assert failure is not None
    assert failure.holds_when == ("c = 1",)
    mended = sd.Mistake("no c", "dL/dx[i] = 2*x[i]", instead="dL/dx[i] = 2*c*x[i]")
    again = made(sd.Problem("a", c * Sum(x[k] ** 2, (k, 1, K)), x[i], claims=mended)).mistakes[0]
    assert again.failure is not None
    assert again.failure.holds_when == ()


def test_what_is_said_to_be_right_and_is_not_is_marked() -> None:
    wrong = sd.Mistake("sign", "dL/dx[k] = t[k] - s[k]", instead="dL/dx[k] = 2*s[k]")
    found = told(wrong)
    assert (found.instead, found.mended) == ("\\frac{\\partial L}{\\partial x_k} \\ne 2 s_k", False)
    assert "It is said that right is:\n\n$$\n\\frac{\\partial L}{\\partial x_k} \\ne 2 s_k\n$$" in text(loss(wrong))


def test_definitions_and_facts_of_a_claim_stand_beside_it() -> None:
    claim = sd.Claim(
        "two", "L + B = B - sum(t[m]*log(s[m]), m=1..N)", where="B = sum(x[m]^2, m=1..N)", given="x[m] > 0"
    )
    found = told(claim)
    assert found.where == (r"B = \sum_{m=1}^{N} x_m^{2}",)
    assert found.given == ("x_m > 0",)


def test_matrices_logarithms_and_functions_at_the_point() -> None:
    y, f = IndexedBase("y"), Function("f")
    squares = sd.Problem("a", Sum(y[n, k] ** 2, (n, 1, N), (k, 1, K)), y[m, i], claims=sd.Mistake("b", "L = y[m, i]^2"))
    (found,) = made(squares).mistakes
    assert found.failure is not None
    assert any("bmatrix" in part for part in found.failure.point)
    known = sd.Problem("a", c**2, c, claims=sd.Mistake("b", (f(c), c)))
    (called,) = made(known).mistakes
    assert called.failure is not None
    assert any(part.startswith("\\text{") for part in called.failure.point)


def test_sides_that_are_close_get_more_digits() -> None:
    problem = sd.Problem("a", exp(c), c, claims=sd.Mistake("close", "exp(c) = exp(c) + 1/1000000"))
    failure = made(problem).mistakes[0].failure
    assert failure is not None
    assert failure.left != failure.right


def test_the_label_does_not_decide() -> None:
    """A claim that is false is told as such, and a mistake that is none."""
    false = text(loss(sd.Claim("meant well", "dL/dx[k] = t[k] - s[k]")))
    assert (
        "✗ **meant well** (refuted).\n\n$$\n\\frac{\\partial L}{\\partial x_k} \\ne t_k - s_k\n$$\n\nAt $N = 2$"
        in false
    )
    true = text(loss(sd.Mistake("meant ill", "dL/dx[k] = s[k] - t[k]")))
    assert "It is no mistake: it is proved." in true


def test_an_undecided_claim_gives_its_reason() -> None:
    problem = sd.Problem("a", c**2, c, claims=sd.Claim("open", (sin(c) ** 2 + cos(c) ** 2, 1)))
    (found,) = made(problem).claims
    assert found.status == "undecided"
    assert f"Undecided: {found.reason}." in text(problem)
    assert "\\overset{?}{=}" in found.formula


@pytest.mark.parametrize("suffix", [".md", ".github.md", ".tex"])
def test_a_passage_is_told_line_by_line(suffix: str) -> None:
    lines = ["dL/dx[k]", "s[k]*(1 - t[k])", "s[k] - t[k]"]
    found = text(loss(sd.Passage("A book & more", lines)), suffix)
    assert "In print, line by line" in found
    assert "A book \\& more" in found
    assert found.count("refuted") >= 2
    assert "line 1 equals line 3" in found
    assert "This derivation is wrong at lines 2 and 3. Yet its last line equals its first." in found


def test_a_line_has_its_reason_and_what_should_stand_there() -> None:
    better = sd.Line("s[k]*2", "a guess", instead="s[k] - t[k]")
    worse = sd.Line("s[k]*2", "a guess", instead="s[k]*3")
    (good,) = made(loss(sd.Passage("p", ["dL/dx[k]", better]))).passages
    (bad,) = made(loss(sd.Passage("p", ["dL/dx[k]", worse]))).passages
    assert (good.links[0].text, good.links[0].instead, good.links[0].mended) == ("a guess", "= s_k - t_k", True)
    assert (bad.links[0].instead, bad.links[0].mended) == ("\\ne 3 s_k", False)
    assert "It is said that from line 1 follows" in text(loss(sd.Passage("p", ["dL/dx[k]", worse])))


def test_a_line_says_which_facts_it_uses() -> None:
    (found,) = made(loss(sd.Passage("p", ["dL/dx[k]", "s[k]*sum(t[m], m=1..N) - t[k]", "s[k] - t[k]"]))).passages
    assert [[need.formula for need in link.needs] for link in found.links] == [[], ["\\sum_{m=1}^{N} t_m = 1"]]
    assert found.conclusion == "Every line of this derivation is proved."


def test_the_example_of_the_docs() -> None:
    claims = (
        sd.Claim("The gradient", "dL/dx[i] = 2*(x[i] - y[i])"),
        sd.Mistake("Without the 2", "dL/dx[i] = x[i] - y[i]", instead="dL/dx[i] = 2*(x[i] - y[i])"),
        sd.Passage("In a book", ["L", "sum(x[k]^2 - y[k]^2, k=1..K)", "sum(x[k]^2, k=1..K) - sum(y[k]^2, k=1..K)"]),
    )
    found = made(sd.Problem.from_text("sum((x[k] - y[k])^2, k=1..K)", "x[i]", name="squares", claims=claims))
    assert [c.status for c in (*found.claims, *found.mistakes)] == ["proved", "refuted"]
    assert [link.status for link in found.passages[0].links] == ["refuted", "proved"]


def test_pages_stay_plain_data() -> None:
    claims = (sd.Claim("gradient", "dL/dx[k] = s[k] - t[k]", numeric=True), sd.Passage("p", ["L", "2*L", "L"]))

    def leaves(data: Any) -> list[Any]:
        if isinstance(data, dict):
            return [x for value in data.values() for x in leaves(value)]
        return [x for value in data for x in leaves(value)] if isinstance(data, tuple | list) else [data]

    assert all(x is None or isinstance(x, str | bool | int) for x in leaves(asdict(made(loss(*claims)))))


def test_without_claims_there_is_no_such_section() -> None:
    found = text(loss())
    assert "## Claims" not in found
    assert "## Mistakes" not in found
    assert "In print" not in found
