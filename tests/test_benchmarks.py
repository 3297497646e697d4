"""The benchmarks still run, and say of an answer what it is. Times are printed, never tested."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sympy
from proof.corpus.known import KNOWN
from proof.corpus.record import parts_of

import symderiv as sd
from benchmarks import cost, own, proofs, timing, versus, with_sympy
from benchmarks.claims import CLAIMS, Claim
from benchmarks.corpus import survey
from benchmarks.losses import QUESTIONS
from benchmarks.table import table
from benchmarks.timing import Timing, TooLong, limited, measure
from symderiv.printing.plain import plain
from symderiv.report.figures.price import measured
from symderiv.terms import neg

ANSWERS = {
    "gradient": "p[i] - y[i]",
    "batch gradient": "(p[m, i] - y[m, i])/N",
    "Hessian": "p[i]*(delta(i, r) - p[r])",
    "third derivative": "p[i]*((delta(i, m) - p[m])*(delta(i, r) - p[r]) - p[r]*(delta(r, m) - p[m]))",
}


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "REPEATS", 1)


def test_everyone_is_asked_what_we_answer() -> None:
    found = {question: sd.derive(sd.Problem(**make(""))) for question, make in QUESTIONS.items()}
    assert {question: plain(d.trace.result) for question, d in found.items()} == ANSWERS
    for entrants in (versus.ours(), with_sympy.entrants()):
        assert [e.question for e in entrants] == list(ANSWERS)


def test_our_own_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_process", lambda *_: None)
    assert [row[0] for row in own.zoo()] == list(sd.names())
    assert [row[0] for row in own.sizes()] == ["symbolic", *map(str, own.SIZES)]
    assert [row[0] for row in own.orders()] == ["1", "2", "3", "4"]
    assert [(row[0], row[2].split(",")[0]) for row in own.questions()] == [
        (question, f"{own.TARGETS[question]} ms") for question in ANSWERS
    ]
    assert len(list(own.around())) == 5


def test_what_we_and_sympy_come_to() -> None:
    ours = next(versus.ours())
    assert ours.form(ours.answer(ours.state("7"))) == "`p[i] - y[i]`"
    theirs = next(with_sympy.entrants())
    result, closed = theirs.answer(theirs.state("7"))
    assert theirs.form((result, closed)) == "closed form, with Σy, inside a Piecewise"
    assert theirs.form((closed, closed)) == "closed form, with Σy"
    assert "operations" in theirs.form((closed, None))


def test_the_loss_written_out_has_the_gradient_it_should() -> None:
    value, logits = with_sympy.written_out(2)
    point = {logits[0]: 1, logits[1]: 0, sympy.Symbol("y_1"): 0}
    found = [float(g.subs(point)) for g in with_sympy.gradient_written_out((value, logits))]
    assert found == pytest.approx([0.7310585786, -0.7310585786])


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.name)
def test_claims_come_out_as_expected_whatever_their_names(claim: Claim) -> None:
    assert proofs.proved(claim.asked("7")).status == claim.expected


def test_sympy_checks_what_is_written_out() -> None:
    answers = {
        claim.name: [(one.reach, one.check(one.state("7"))) for one in with_sympy.checkers(claim)]
        for claim in CLAIMS
        if claim.name in ("softmax Jacobian", "cross-entropy gradient", "L2, total derivative", "all pairs, K²/2")
    }
    one, every = "one entry, all sizes 3", "all sizes 3"
    assert answers == {
        "softmax Jacobian": [(one, True), (every, True)],
        "cross-entropy gradient": [(one, True), (every, True)],
        "L2, total derivative": [(one, False), (every, False)],
        "all pairs, K²/2": [(every, True)],
    }


def test_a_wrong_verdict_on_a_record_is_counted() -> None:
    few = KNOWN[:3]
    flipped = [replace(few[0], expected="refuted"), *few[1:]]
    found = [survey(records, parts_of) for records in (few, flipped)]
    assert [(f["claims"], f["wrong"]) for f in found] == [(3, 0), (3, 1)]
    assert found[0]["slowest"] <= found[0]["milliseconds"]
    assert found[0]["megabytes"] > 1


def test_both_ways_to_a_gradient_agree_and_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every problem that figures know times of, one is timed here; the committed data is of these very formulas."""
    found = dict(cost.prices())
    data = json.loads(cost.MEASURED.read_text(encoding="utf-8"))
    assert [m["name"] for m in data["measured"]] == list(found)
    assert all(measured(price) is not None for price in found.values())
    monkeypatch.setattr(cost, "LEAST", 0.0)
    one = cost.measured("entropy", found["entropy"], (2, 5))
    assert [row[:2] for row in cost.rows(one)] == [("entropy", "2"), ("entropy", "5")]
    assert min(*one["direct"], *one["product"]) > 0


def test_ways_that_differ_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    price = dict(cost.prices())["softmax-cross-entropy"]
    with pytest.raises(AssertionError, match="differ"):
        cost.measured("wrong", replace(price, gradient=neg(price.gradient)), (3,))


def forever() -> None:
    while True:
        pass


def test_an_action_is_stopped_at_its_limit() -> None:
    with pytest.raises(TooLong), limited(1):
        forever()
    found = measure(lambda tag: int(tag) + 3)
    assert (found.result, found.runs) == (3, 1)
    assert str(Timing(2500.0, 3)) == "2.5 s"
    assert str(Timing(float("inf"), 0)) == f"> {timing.LIMIT} s"


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [(1, "long")]).splitlines() == ["| a   | b    |", "| :-- | :--- |", "| 1   | long |"]
