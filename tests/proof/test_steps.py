"""Steps decided by the prover: right ones are proved, broken ones refuted with a point that checks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from oracle import test_labels, test_small_sizes
from oracle.test_meaning import LOST, d, pairs, v
from oracle.test_small_sizes import gradient, jacobian_by_cases, ones, p, problem, y, z
from sympy import Gt, KroneckerDelta, Ne, Sum, sqrt, symbols

from symderiv.doors.sympy import Reader
from symderiv.engine.derive import derive_statement
from symderiv.problem import Problem
from symderiv.proof.lost import Lost
from symderiv.proof.steps import decide_trace, doubt_trace
from symderiv.proof.verdict import Verdict
from symderiv.proof.witness import Counterexample
from symderiv.statement import Relation, Statement
from symderiv.terms import ZERO, D, Entry, Quotient, Symbol, Term, Times, minus, number, plus, times
from symderiv.trace import Condition, Lemma, Step, Trace

K = symbols("K")
i, j, k = symbols("i j k")
RIGHT = [pytest.param(problem, *row[1:], (), id=row[0]) for row in test_small_sizes.RIGHT]
RIGHT += [pytest.param(*row[1:], id=row[0]) for row in test_labels.RIGHT]
WRONG = [pytest.param(problem, *row[1:], (), id=row[0]) for row in test_small_sizes.WRONG]
WRONG += [pytest.param(*row[1:], id=row[0]) for row in test_labels.WRONG]
AT_A_ROOT = "a root where it is 0"  # its left side is a derivative that the evaluation does not vouch for


def decide_step(step: Step, statement: Statement) -> Verdict:
    """The verdict on a step without lemmas or cases."""
    ((_, verdict),) = decide_trace(Trace(step.before, (step,)), statement)
    return verdict


def decided(of: Problem, before: Any, after: Any, needs: Any = (), because: str | None = None) -> Verdict:
    """The verdict on ``before = after``; with ``because`` the step says that its conditions hold."""
    sides = [t if isinstance(t, Term) else Reader().term(t) for t in (before, after)]
    conditions = tuple(Condition(Reader().relation(r), because) for r in needs)
    return decide_step(Step("a rule", "because", *sides, conditions), of.statement)


@pytest.mark.parametrize(("of", "before", "after", "needs"), RIGHT)
def test_right_steps_are_proved(of: Problem, before: Any, after: Any, needs: Any) -> None:
    verdict = decided(of, before, after, needs)
    assert verdict, verdict


@pytest.mark.parametrize(("of", "before", "after", "needs"), WRONG)
def test_wrong_steps_are_refuted_by_a_point_that_checks(of: Problem, before: Any, after: Any, needs: Any) -> None:
    verdict = decided(of, before, after, needs)
    assert verdict.status == "refuted", verdict
    assert isinstance(verdict.counterexample, Counterexample)
    assert verdict.counterexample.check()


@pytest.mark.parametrize(("before", "after"), [pytest.param(*c[1:], id=c[0]) for c in LOST if c[0] != AT_A_ROOT])
def test_a_value_that_is_lost_refutes_and_one_that_is_gained_does_not(before: Term, after: Term) -> None:
    lost = decided(pairs, before, after)
    assert lost.status == "refuted", lost
    assert isinstance(lost.counterexample, Lost)
    assert lost.counterexample.check()
    assert not replace(lost.counterexample, claim=replace(lost.counterexample.claim, right=before)).check()
    assert decided(pairs, after, before).status != "refuted"


def test_a_derivative_of_a_root_at_0_is_no_value() -> None:
    """There d sqrt(x^2) has none: neither does the step lose one, nor is it refuted there."""
    x = Symbol("x")
    root = Reader().term(sqrt(symbols("x") ** 2))
    assert decided(problem, D(root, x), Quotient(x, root))
    assert decided(problem, times(D(root, x), D(root, x)), number(1))


def test_a_given_equation_counts_only_where_it_is_cited() -> None:
    assert decided(problem, gradient, p[i] - y[i], (ones,))
    silent = decided(problem, gradient, p[i] - y[i])
    assert silent.status == "refuted"
    assert "unless the given equations hold, which the step does not record" in silent.reason
    assert decided(problem, gradient, p[i] + y[i], (ones,)).status == "refuted"
    assert "unless" not in decided(problem, gradient, p[i] + y[i]).reason


def test_a_fact_that_fixes_a_class_is_looked_at_though_it_is_not_cited() -> None:
    single = test_labels.single
    silent = decided(single, Sum(y[k], (k, 1, K)), 1 + 0 * z[1])
    assert silent.status == "refuted"
    assert "does not record" in silent.reason
    assert decided(single, y[i], 2 * y[i]).status == "refuted"


def test_an_equation_that_nobody_gave_is_of_no_use() -> None:
    total = Sum(z[k], (k, 1, K))
    step = Step("r", "why", Reader().term(total), ZERO, (Condition(Relation("=", Reader().term(total), ZERO)),))
    assert decide_step(step, problem.statement).status == "refuted"


def test_an_assumption_selects_points() -> None:
    before, after = z[i], Times((Entry("z", (Symbol("i"),)), Quotient(*[Entry("d", (Symbol("i"), Symbol("k")))] * 2)))
    assert decided(pairs, before, after).status == "refuted"
    assert decided(pairs, before, after, (Ne(d[i, k], 0),))
    assert decided(pairs, before, plus(after, number(1)), (Ne(d[i, k], 0),)).status == "refuted"


def test_a_condition_that_holds_nowhere_is_named() -> None:
    verdict = decided(pairs, z[k], z[k], (Ne(d[k, k], 0),))
    assert str(verdict) == "refuted: the condition d[k, k] != 0 of the step holds at no point"
    assert decided(pairs, z[k] * z[i], z[i] * z[k], (Ne(d[k, i], 0),))


def test_a_condition_is_not_asked_of_summands_that_are_left_out() -> None:
    line = Sum((1 - KroneckerDelta(i, j)) * d[i, j], (j, 1, K), (i, 1, K))
    needs = (Ne(d[i, j], 0),)
    assert decided(pairs, line, line, needs)
    both = line + Sum(z[j], (j, 1, K))
    assert decided(pairs, both, both, needs)
    whole = Sum(d[i, j], (j, 1, K), (i, 1, K))
    assert "at no point" in decided(pairs, whole, whole, needs).reason


@pytest.mark.parametrize(
    ("of", "condition"),
    [(problem, Ne(p[i], 0)), (problem, Gt(p[i] * p[j], 0)), (problem, Gt(Sum(p[k] ** 2, (k, 1, K)), 0))],
)
def test_what_a_step_says_to_hold_is_proved_too(of: Problem, condition: Any) -> None:
    verdict = decided(of, z[i], z[i], (condition,), "one says so")
    assert verdict
    assert verdict.reason.endswith("is proved too")


@pytest.mark.parametrize(("a", "letter"), [(z, i), (v, k)])
def test_a_condition_that_is_only_sampled_leaves_the_step_undecided(a: Any, letter: Any) -> None:
    """No square completed, no sign known: true, and nothing but points speak for it."""
    sampled = Gt(a[letter] ** 2 - a[letter] + 1, 0)
    verdict = decided(problem, a[letter], a[letter], (sampled,), "one says so")
    assert verdict.status == "undecided"
    assert verdict.reason.endswith("holds at the points tried, and is not proved")
    broken = decided(problem, a[letter], a[letter], (sampled, Gt(a[letter], 0)), "one says so")
    assert broken.status == "refuted"


def test_what_a_step_says_to_hold_and_does_not_refutes_it() -> None:
    for condition in (Ne(z[i], 0), Gt(z[i], 0), Ne(y[i], 1)):
        verdict = decided(problem, z[i], z[i], (condition,), "one says so")
        assert verdict.status == "refuted", verdict
        assert "that the step says to hold does not" in verdict.reason
        assert isinstance(verdict.counterexample, Lost)
        assert verdict.counterexample.check()


def test_where_the_value_has_none_its_derivative_is_not_in_question() -> None:
    spread = Problem("s", z[k] / v[k], z[i], {v[k]: sqrt(Sum((z[j] - z[k]) ** 2, (j, 1, K)))})
    v_k = Entry("v", (Symbol("k"),))
    before = D(v_k, Entry("z", (Symbol("i"),)))
    assert decided(spread, before, Times((before, Quotient(v_k, v_k))))


def test_a_trace_with_lemmas_and_cases() -> None:
    lemma = jacobian_by_cases()
    before, after = times(Symbol("x"), lemma.start), times(Symbol("x"), lemma.result)
    step = Step("lemma", "why", before, after, lemma=Lemma(lemma, ((lemma.start, lemma.result),)))
    trace = Trace(before, (step,))
    found = decide_trace(trace, problem.statement)
    assert len(found) == len(list(trace.walk())) == 6
    assert all(verdict for _, verdict in found)
    for (_, walked), (claim, _) in zip(trace.walk(), found, strict=True):
        assert (claim.left, claim.right) == (walked.before, walked.after)


@pytest.mark.parametrize("of", [problem, pairs], ids=lambda of: of.name)
def test_no_mutated_step_is_proved(of: Problem) -> None:
    """Something added to a line, a factor, and a fraction that has no value."""
    derived = derive_statement(of.statement)
    nothing = minus(Entry("z", (Symbol("i"),)), Entry("z", (Symbol("i"),)))
    steps = list(derived.trace.steps)
    for n, step in enumerate(steps):
        for wrong in (
            plus(step.after, number(1)),
            times(step.after, number(2)),
            Times((step.after, Quotient(nothing, nothing))),
        ):
            mutated = replace(step, after=wrong, lemma=None, cases=())
            verdict = decide_step(mutated, derived.statement)
            assert not verdict, (n, verdict)
            if step.after is not ZERO:
                assert verdict.status == "refuted", (n, verdict)


def test_points_alone_refute_and_never_prove() -> None:
    derived = derive_statement(problem.statement)
    assert {v.status for _, v in doubt_trace(derived.trace, derived.statement)} == {"undecided"}
    *others, last = derived.trace.steps
    wrong = replace(last, after=Reader().term(p[i] + y[i]))
    *good, (_, bad) = doubt_trace(Trace(derived.trace.start, (*others, wrong)), derived.statement)
    assert {v.status for _, v in good} == {"undecided"}
    assert bad.status == "refuted"


def test_lines_that_contradict_the_problem_are_no_claim() -> None:
    before, after = Entry("y", (Symbol("i"), Symbol("j"))), Entry("y", (Symbol("i"),))
    verdict = decided(problem, before, after)
    assert verdict.status == "undecided"
    assert verdict.reason.startswith("not decided: ")
