"""The check at small sizes: right steps pass, broken ones are refuted with a witness."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from oracle.small_sizes import check_step, check_trace
from sympy import Derivative, Eq, Function, Gt, IndexedBase, KroneckerDelta, Lt, Sum, exp, log, sin, sqrt, symbols

from symderiv.doors.sympy import Reader, stop_gradient
from symderiv.problem import Problem
from symderiv.proof.verdict import Verdict
from symderiv.statement import Relation
from symderiv.terms import D, Entry, Plus, Symbol, Term, minus, neg, times
from symderiv.trace import Case, Condition, Lemma, Step, Trace, specialise

K, N, x, T = symbols("K N x T")
i, j, k, l, m, n = symbols("i j k l m n")  # noqa: E741
z, y, p, W, q = map(IndexedBase, ("z", "y", "p", "W", "q"))
softmax = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
cross_entropy = -Sum(y[k] * log(p[k]), (k, 1, K))
ones = Eq(Sum(y[k], (k, 1, K)), 1)
problem = Problem("softmax cross-entropy", cross_entropy, z[i], softmax, [ones])
delta = KroneckerDelta(i, k)
by_z = Derivative(p[j], z[i])
spread = (K - 1) * (z[1] - z[2]) ** 2
batch = Problem(
    "batch",
    -Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)) / N,
    z[m, i],
    {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))},
    Eq(Sum(y[n, k], (k, 1, K)), 1),
)


def check(before: Any, after: Any, of: Problem = problem, needs: tuple[Any, ...] = (), **sizes: int) -> Verdict:
    """The verdict on ``before = after``, both SymPy or terms, in a problem's definitions and facts."""
    sides = [t if isinstance(t, Term) else Reader().term(t) for t in (before, after)]
    conditions = tuple(Condition(Reader().relation(r)) for r in needs)
    return check_step(Step("a rule", "because", *sides, conditions), of.statement, sizes or None)


def agrees(verdict: Verdict) -> bool:
    assert verdict.status in ("undecided", "refuted")
    return verdict.status == "undecided" and verdict.reason.startswith("checked at ")


gradient = D(problem.statement.value, problem.statement.variables[0])

RIGHT = [
    ("whole gradient", gradient, p[i] * Sum(y[k], (k, 1, K)) - y[i]),
    ("linearity", gradient, -Sum(Derivative(y[k] * log(p[k]), z[i]), (k, 1, K))),
    ("constant factor", Derivative(y[k] * log(p[k]), z[i]), y[k] * Derivative(log(p[k]), z[i])),
    ("log", Derivative(log(p[k]), z[i]), Derivative(p[k], z[i]) / p[k]),
    ("Jacobian", Derivative(p[k], z[i]), p[k] * (delta - p[i])),
    (
        "chain rule",
        Derivative(cross_entropy, z[i]),
        Sum(Derivative(cross_entropy, p[j]) * Derivative(p[j], z[i]), (j, 1, K)),
    ),
    ("sift", Sum(y[k] * delta, (k, 1, K)), y[i]),
    ("split off", Sum(y[k] * p[k], (k, 1, K)), y[i] * p[i] + Sum(y[k] * p[k] * (1 - delta), (k, 1, K))),
    ("sum of a softmax", Sum(p[k], (k, 1, K)), 1),
    ("log of a softmax", log(p[k]), z[k] - log(Sum(exp(z[j]), (j, 1, K)))),
    ("second derivative", Derivative(log(Sum(exp(z[k]), (k, 1, K))), z[i], z[j]), p[i] * (KroneckerDelta(i, j) - p[j])),
    ("literal index", Derivative(p[1], z[i]), p[1] * (KroneckerDelta(1, i) - p[i])),
    ("root", Derivative(sqrt(Sum(z[k] ** 2, (k, 1, K))), z[i]), z[i] / sqrt(Sum(z[k] ** 2, (k, 1, K)))),
    ("temperature", Derivative(exp(z[i] / T), T), -z[i] * exp(z[i] / T) / T**2),
    ("double sum", Sum(z[k] * y[j], (k, 1, K), (j, 1, K)), Sum(z[k], (k, 1, K)) * Sum(y[j], (j, 1, K))),
    ("stop", Derivative(z[i] * stop_gradient(z[i]), z[i]), z[i]),
    ("power", Derivative(x ** z[i], z[i]), log(x) * x ** z[i]),
]

WRONG = [
    ("wrong quotient sign", Derivative(exp(x) / T, T), exp(x) / T**2),
    ("quotient rule turned round", Derivative(p[k], z[i]), -p[k] * (delta - p[i])),
    ("dropped term", gradient, -y[i]),
    ("dropped factor", Derivative(log(p[k]), z[i]), Derivative(p[k], z[i])),
    ("missing substitution", Sum(y[k] * delta, (k, 1, K)), y[k]),
    ("captured index", Derivative(Sum(z[k] ** 2, (k, 1, K)), z[i]), Sum(2 * z[k], (k, 1, K))),
    ("index-dependent factor pulled out", Sum(y[k] * p[k], (k, 1, K)), y[k] * Sum(p[k], (k, 1, K))),
    ("diagonal only", Derivative(p[k], z[i]), p[k] * (1 - p[i])),
    ("off the diagonal only", Derivative(p[k], z[i]), -p[k] * p[i]),
    ("diagonal sum", Derivative(cross_entropy, z[i]), Derivative(cross_entropy, p[i]) * Derivative(p[i], z[i])),
    ("a letter for another", p[i] * Sum(y[k], (k, 1, K)), p[i] * K),
    ("a small constant", x, x + sqrt(2) / 10**30),
    ("stop let go", Derivative(z[i] * stop_gradient(z[i]), z[i]), 2 * z[i]),
    ("true for one class only", p[i], 1),
    (
        "true for two classes only",
        Sum(p[k] * (1 - delta), (k, 1, K)) * 2,
        Sum(p[k] ** 0 * (1 - delta) * 2, (k, 1, K)) * p[k],
    ),
]


@pytest.mark.parametrize(("before", "after"), [pytest.param(*c[1:], id=c[0]) for c in RIGHT])
def test_right_steps(before: Any, after: Any) -> None:
    verdict = check(before, after)
    assert agrees(verdict), verdict


@pytest.mark.parametrize(("before", "after"), [pytest.param(*c[1:], id=c[0]) for c in WRONG])
def test_wrong_steps(before: Any, after: Any) -> None:
    verdict = check(before, after)
    assert verdict.status == "refuted", verdict
    assert verdict.counterexample is not None
    assert verdict.counterexample.left != verdict.counterexample.right


def test_the_witness_is_small_and_whole() -> None:
    witness = check(*next(c[1:] for c in WRONG if c[0] == "diagonal only")).counterexample
    assert witness is not None
    assert witness.sizes == {"K": 2}
    assert sorted(witness.indices) == ["i", "k"]
    assert witness.indices["i"] != witness.indices["k"]
    assert len(witness.values["z"]) == 2  # type: ignore[arg-type]


def test_a_fact_counts_only_where_it_is_cited() -> None:
    used = check(gradient, p[i] - y[i], needs=(ones,))
    assert agrees(used), used
    silent = check(gradient, p[i] - y[i])
    assert silent.status == "refuted"
    assert "unless the given equations hold" in silent.reason
    wrong = check(gradient, p[i] + y[i], needs=(ones,))
    assert wrong.status == "refuted"


def test_instances_of_quantified_facts() -> None:
    at_m = Eq(Sum(y[m, k], (k, 1, K)), 1)
    after = (p[m, i] - y[m, i]) / N
    start = D(batch.statement.value, batch.statement.variables[0])
    verdict = check(start, after, batch, needs=(at_m,))
    assert agrees(verdict), verdict
    assert "K = 1..4, N = 1..3" in verdict.reason
    assert check(start, after * N, batch, needs=(at_m,)).status == "refuted"
    bound = Eq(Sum(y[j, k], (k, 1, K)), 1)
    assert agrees(check(Sum(y[j, k] * q[j], (k, 1, K), (j, 1, N)), Sum(q[j], (j, 1, N)), batch, needs=(bound,)))


def test_a_fact_holds_at_the_point_not_around_it() -> None:
    """Using Sum y = 1 under a derivative by y is wrong, and is found out."""
    before = Derivative(Sum(y[k], (k, 1, K)) * z[i], y[j])
    assert check(before, 0, needs=(ones,)).status == "refuted"
    assert agrees(check(before, z[i], needs=(ones,)))


def test_conditions_of_a_step() -> None:
    logs = log(x**2), 2 * log(x)
    assert agrees(check(*logs, needs=(Gt(x, 0),)))
    positive = Problem("s", Sum(y[k] * z[k], (k, 1, K)), z[i], given=[Gt(y[k], 0)])
    assert agrees(check(log(y[i] * y[k]), log(y[i]) + log(y[k]), positive))


def test_negative_values_are_found_where_facts_ask_for_them() -> None:
    negative = Problem("s", Sum(y[k] * z[k], (k, 1, K)), z[i], given=[Lt(y[k], 0)])
    verdict = check(sqrt(y[i] ** 2), -y[i], negative)
    assert agrees(verdict), verdict
    assert check(sqrt(y[i] ** 2), y[i], negative).status == "refuted"


def test_discharged_conditions_must_hold() -> None:
    """A step that says why its condition holds is taken at its word, and the word is checked."""
    left, right = (Reader().term(t) for t in (y[k] * p[k], p[k] * y[k]))
    for relation, right_word in ((Gt(p[k], 0), True), (Gt(y[k] - 1, 0), False), (Eq(Sum(y[j], (j, 1, K)), 1), False)):
        condition = Condition(Reader().relation(relation), "so it is said")
        verdict = check_step(Step("a rule", "because", left, right, (condition,)), problem.statement)
        assert agrees(verdict) == right_word, verdict
    assert "claims to be fulfilled" in verdict.reason


def test_facts_that_cannot_be_imposed_are_named() -> None:
    never = Eq(Sum(y[k] ** 2, (k, 1, K)), -1)
    hard = Problem("s", Sum(y[k] * z[k], (k, 1, K)), z[i], given=[never])
    verdict = check(z[i], 0, hard, needs=(never,))
    assert verdict.status == "undecided"
    assert "not checked" in verdict.reason
    assert "equation" in verdict.reason


def test_sizes_where_nothing_is_defined_are_named() -> None:
    verdict = check(Derivative(log(1 - p[i]), p[i]), -1 / (1 - p[i]))
    assert verdict.status == "undecided"
    assert "K = 2..4" in verdict.reason
    assert "not for every size" in verdict.reason


def test_opaque_functions() -> None:
    f = Function("f")
    assert agrees(check(f(z[i]) * x, x * f(z[i])))
    verdict = check(sin(x) ** 2, 1 - sin(2 * x))
    assert verdict.status == "undecided"
    assert "not checked" in verdict.reason


def test_literal_indices_are_distinct_values() -> None:
    assert check(KroneckerDelta(1, i), KroneckerDelta(2, i)).status == "refuted"
    assert check(z[2], z[i]).status == "refuted"


def test_largest_sizes_may_be_given() -> None:
    three_sums = Sum(z[k], (k, 1, K)) ** 2 - Sum(z[k] ** 2, (k, 1, K))
    verdict = check(three_sums, Sum(z[k] * z[j] * (1 - KroneckerDelta(j, k)), (j, 1, K), (k, 1, K)), K=6)
    assert "K = 1..6" in verdict.reason


def test_traces_with_lemmas_and_cases() -> None:
    trace = jacobian_by_cases()
    verdicts = check_trace(trace, problem.statement)
    assert len(verdicts) == len(list(trace.walk()))
    assert all(map(agrees, verdicts)), verdicts
    assert any("K = 2..4" in v.reason for v in verdicts)  # i != k needs two classes


def jacobian_by_cases() -> Trace:
    i_, k_ = Symbol("i"), Symbol("k")
    start = D(Entry("p", (k_,)), Entry("z", (i_,)))
    result = Reader().term(p[k] * (delta - p[i]))
    on, off = Reader().term(p[i] * (1 - p[i])), Reader().term(-p[k] * p[i])
    cases = (
        Case(Relation("=", i_, k_), _line(D(Entry("p", (i_,)), Entry("z", (i_,))), on)),
        Case(Relation("!=", i_, k_), _line(start, off)),
    )
    cases = tuple(Case(c.condition, _extended(c.trace, specialise(result, c.condition))) for c in cases)
    return Trace(start, (Step("cases", "two cases", start, result, cases=cases),))


def _line(before: Term, after: Term) -> Trace:
    return Trace(before, (Step("r", "why", before, after),))


def _extended(trace: Trace, last: Term) -> Trace:
    return Trace(trace.start, (*trace.steps, Step("r", "why", trace.result, last)))


def test_the_wing_does_not_know_the_engine() -> None:
    import symderiv.proof

    folder = Path(str(symderiv.proof.__file__)).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.startswith(("symderiv.engine", "symderiv.numeric", "sympy")) for name in names), file


def test_sides_are_compared_as_they_stand() -> None:
    """Both sides are the same to SymPy; the check looks at the terms."""
    y_i, p_i = Entry("y", (Symbol("i"),)), Entry("p", (Symbol("i"),))
    assert agrees(check(neg(minus(y_i, p_i)), minus(p_i, y_i)))
    assert agrees(check(Plus((y_i, neg(y_i))), Reader().term(0)))


def test_lemma_steps_come_in_the_order_of_walk() -> None:
    lemma = jacobian_by_cases()
    scale = Symbol("x")
    before, after = times(scale, lemma.start), times(scale, lemma.result)
    step = Step("lemma", "why", before, after, lemma=Lemma(lemma, ((lemma.start, lemma.result),)))
    trace = Trace(before, (step,))
    walked = list(trace.walk())
    assert len(walked) == 6
    verdicts = check_trace(trace, problem.statement)
    assert len(verdicts) == len(walked)
    assert all(map(agrees, verdicts))
    only_unequal = [number for (number, _), v in zip(walked, verdicts, strict=True) if "K = 2..4" in v.reason]
    assert only_unequal == [number for number, _ in walked if "b" in number]
