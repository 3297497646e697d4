"""Every route that applies leads to the same derivative, by steps that hold; the others refuse with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from engine.losses import CASES, CROSS_ENTROPY, ONE, SOFTMAX, Case
from oracle.small_sizes import check_step, check_trace
from sympy import Eq, IndexedBase, KroneckerDelta, Sum, exp, log, symbols

import symderiv as sd
from symderiv.binders import alpha_equal
from symderiv.engine.derive import Derived, derive_statement
from symderiv.engine.routes import ROUTES
from symderiv.errors import InputError, Refused
from symderiv.printing.plain import plain
from symderiv.problem import Problem
from symderiv.trace import Step

OTHERS = tuple(name for name in ROUTES if name != "chain")
SIZES = {"K": 3, "N": 2, "M": 2}
K, C, N, T = symbols("K C N T")
a, b, c, d, i, j, k, m, n, t = symbols("a b c d i j k m n t")
z, y, p, q, w, x = map(IndexedBase, "zypqwx")

CROSS = ("cases", "jacobian", "log-sum-exp", "zero-term")
# which routes lead through; the rest must refuse
APPLIES: dict[str, tuple[str, ...]] = {
    "cross-entropy": CROSS,
    "cross-entropy, labels free": CROSS,
    "batch mean": CROSS,
    "label smoothing": CROSS,
    "temperature, by logits": CROSS,
    "temperature, by T": ("jacobian", "log-sum-exp", "zero-term"),
    "weighted softmax": CROSS,
    "KL from labels": CROSS,
    "linear layer, W": CROSS,
    "entropy, named": ("cases", "jacobian", "log-sum-exp"),
    "softmax entry": ("cases",),
    "log-softmax entry": ("cases", "jacobian", "log-sum-exp"),
    "log-sum-exp": ("cases", "log-sum-exp"),
    "sigmoid cross-entropy, named": ("cases", "jacobian", "log-sum-exp"),
    "sigmoid cross-entropy, scalar": ("jacobian", "log-sum-exp"),
    "mean squared error": ("cases",),
    "other entries": ("cases",),
    "squared distance of softmax": ("cases", "jacobian"),
    "focal": ("cases", "jacobian", "log-sum-exp"),
    "layer norm": ("cases",),
    "derivative by a defined name": ("cases", "jacobian"),
    "scalar polynomial": (),
}
BY_NAME = {case.name: case for case in CASES}


def attempt(problem: Problem, route: str) -> Derived | None:
    try:
        return derive_statement(problem.statement, route)
    except Refused as refused:
        reason = str(refused)
    assert f"the route {route} does not lead through {problem.name}: it needs " in reason
    return None


def same(one: Derived, other: Derived) -> bool:
    """Whether two results are one term, or agree exactly at small sizes under the problem's facts."""
    if alpha_equal(one.trace.result, other.trace.result):
        return True
    conditions = tuple(dict.fromkeys(e for d in (one, other) for s in d.trace.steps for e in s.conditions))
    step = Step("same", "", one.trace.result, other.trace.result, conditions)
    return check_step(step, other.statement, SIZES).reason.startswith("checked")


def sound(derived: Derived) -> None:
    verdicts = check_trace(derived.trace, derived.statement, SIZES)
    for verdict, (number, step) in zip(verdicts, derived.trace.walk(), strict=True):
        line = f"{number} [{step.rule}] {plain(step.before)} = {plain(step.after)}: {verdict}"
        assert verdict.reason.startswith("checked"), line


@pytest.mark.parametrize("name", APPLIES)
def test_the_routes_through_a_loss(name: str) -> None:
    problem = BY_NAME[name].make()
    found = {route: attempt(problem, route) for route in OTHERS}
    assert tuple(route for route, derived in found.items() if derived is not None) == APPLIES[name]
    for derived in found.values():
        if derived is not None:
            sound(derived)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_all_routes_agree(case: Case) -> None:
    problem = case.make()
    default = derive_statement(problem.statement)
    for route in OTHERS:
        derived = attempt(problem, route)
        assert derived is None or same(derived, default), f"{route}: {plain(derived.trace.result)}"


# the same problems with letters that clash: bound letters, the variable's index, sizes and arrays share names
def twin(route: str) -> Problem:
    # i is bound in the definition and in the value, k is the variable's index, p is what is differentiated by
    where = {z[i]: exp(p[i]) / Sum(exp(p[k]), (k, 1, N))}
    value = -Sum(q[i] * log(z[i]), (i, 1, N))
    given = [sd.one_hot(q, j)] if route == "one-hot" else [Eq(Sum(q[j], (j, 1, N)), 1)]
    return Problem("twin", value, p[k], where, given)


@pytest.mark.parametrize("route", OTHERS)
def test_a_renamed_and_clashing_twin(route: str) -> None:
    derived = derive_statement(twin(route).statement, route)
    sound(derived)
    assert plain(derived.trace.result) == "z[k] - q[k]"


ONE_HOT = {
    "cross-entropy": (CROSS_ENTROPY, SOFTMAX, "p[i] - y[i]"),
    "squared distance": (
        Sum((p[k] - y[k]) ** 2, (k, 1, K)),
        SOFTMAX,
        "2*p[i]*(p[i] - sum(p[k]**2, k=1..K) - y[i] + p[t])",
    ),
    "margins": (
        log(Sum(exp(z[k] - Sum(y[j] * z[j], (j, 1, K))), (k, 1, K))),
        {},
        "exp(z[i] - z[t])/sum(exp(z[k] - z[t]), k=1..K) - y[i]",
    ),
}


@pytest.mark.parametrize("name", ONE_HOT)
def test_one_hot_labels(name: str) -> None:
    value, where, expected = ONE_HOT[name]
    problem = Problem(name, value, z[i], where, [sd.one_hot(y, t)])
    derived = derive_statement(problem.statement, "one-hot")
    sound(derived)
    assert plain(derived.trace.result) == expected
    assert same(derived, derive_statement(problem.statement))


def test_the_label_letter_is_not_captured() -> None:
    """The labelled class is called k, which is bound in the value and in the definition."""
    problem = Problem("label k", CROSS_ENTROPY, z[i], SOFTMAX, [sd.one_hot(y[j], k)])
    for route in ("chain", *OTHERS):
        derived = derive_statement(problem.statement, route)
        sound(derived)
        assert plain(derived.trace.result) == "p[i] - y[i]", route


def test_no_route_opens_a_name_that_is_the_variable() -> None:
    """By p, p is independent: its definition must stay closed, and its entries need not add up to 1."""
    problem = Problem("by p", -Sum(y[k] * log(p[k]), (k, 1, K)), p[i], SOFTMAX, ONE)
    for route in ("chain", *OTHERS):
        derived = attempt(problem, route)
        assert derived is None or plain(derived.trace.result) == "-y[i]/p[i]", route


def test_one_hot_waits_for_nothing_that_varies() -> None:
    problem = Problem("labels vary", CROSS_ENTROPY, [z[i], y[j]], SOFTMAX, [sd.one_hot(y, t)])
    assert attempt(problem, "one-hot") is None


def lines(value: Any, route: str, where: Any = SOFTMAX, given: Any = ONE) -> list[str]:
    derived = derive_statement(Problem("a loss", value, z[i], where, given).statement, route)
    return [plain(derived.trace.start), *(plain(s.after) for s in derived.trace.steps)]


def test_by_cases_reads_like_source_c() -> None:
    found = lines(CROSS_ENTROPY, "cases")
    assert "-(y[i]*(1/p[i])*p[i]*(1 - p[i]) - sum(y[k]*(1/p[k])*p[k]*p[i], k=1..K, k!=i))" in found
    assert "-(y[i]*(1 - p[i]) - p[i]*sum(y[k], k=1..K, k!=i))" in found
    assert found[-1] == "p[i] - y[i]"


def test_through_the_jacobian_reads_like_source_e() -> None:
    found = lines(CROSS_ENTROPY, "jacobian", given=())
    assert "-sum(y[l]/p[l]*(dp[l]/dz[i]), l=1..K)" in found
    assert found[-1] == "p[i]*sum(y[k], k=1..K) - y[i]"


def test_log_sum_exp_takes_three_lines_to_the_point() -> None:
    found = lines(CROSS_ENTROPY, "log-sum-exp")
    assert "d/dz[i] (-(sum(y[k]*z[k], k=1..K) - log(sum(exp(z[j]), j=1..K))))" in found
    assert found[-1] == "p[i] - y[i]"


def test_the_zero_term_stays_inside_the_sum() -> None:
    """Source A pulls the derivative out of the sum here, which is its first mistake."""
    found = lines(CROSS_ENTROPY, "zero-term")
    assert "-sum((y[k] - p[k])*(d/dz[i] (log(p[k]))), k=1..K)" in found
    assert found[-1] == "p[i] - y[i]"


def test_routes_are_for_the_first_order() -> None:
    problem = Problem("Hessian", CROSS_ENTROPY, [z[i], z[j]], SOFTMAX, ONE)
    for route in CROSS:
        derived = derive_statement(problem.statement, route)
        assert plain(derived.trace.result) == "p[i]*(delta(i, j) - p[j])"
        sound(derived)


def test_an_unknown_route() -> None:
    with pytest.raises(InputError, match="unknown route 'scenic'; the routes are: chain, cases, one-hot"):
        sd.derive(BY_NAME["cross-entropy"].make(), route="scenic")


@pytest.mark.parametrize("route", OTHERS)
def test_every_route_states_what_it_needs(route: str) -> None:
    with pytest.raises(Refused, match=f"the route {route} does not lead through plain: it needs "):
        derive_statement(Problem("plain", T**2, T).statement, route)


def test_labels_that_are_only_equal_to_a_delta_by_name_are_no_labels() -> None:
    """Twice a delta is no label."""
    given = [Eq(y[k], 2 * KroneckerDelta(k, t), evaluate=False)]
    assert attempt(Problem("twice", CROSS_ENTROPY, z[i], SOFTMAX, given), "one-hot") is None


QUOTIENTS = {
    "softmax": (Sum(p[k] * y[k], (k, 1, K)) / (1 + Sum(p[k], (k, 1, K))), SOFTMAX, "p[t]*(y[i] - p[i])/2"),
    "sigmoid": (
        Sum(w[k] * y[k], (k, 1, K)) / (1 + Sum(w[k], (k, 1, K))),
        {w[k]: 1 / (1 + exp(-z[k]))},
        "w[i]*(1 - w[i])*(y[i] - w[t]/(1 + sum(w[k], k=1..K)))/(1 + sum(w[k], k=1..K))",
    ),
}


@pytest.mark.parametrize("name", QUOTIENTS)
def test_what_holds_of_the_labelled_class_is_not_said_of_every_class(name: str) -> None:
    """The lemma for the derivative of p[t] once used y[i] = delta(i, t), and stood for p[k] as well."""
    value, where, expected = QUOTIENTS[name]
    problem = Problem(name, value, z[i], where, [sd.one_hot(y, t)])
    derived = derive_statement(problem.statement, "one-hot")
    sound(derived)
    assert plain(derived.trace.result) == expected
    assert same(derived, derive_statement(problem.statement))


def test_by_cases_does_not_split_at_a_label_that_an_inner_sum_numbers() -> None:
    """The n of delta(k, r[n]) belongs to the sum over n: r[n] means nothing to the sum over k around it."""
    r = IndexedBase("r")
    for row, u in ((n, k), (k, n)):  # the letters of rows and classes, and the other way round
        count = Sum(KroneckerDelta(u, r[row]) * x[row], (row, 1, N))
        found = derive_statement(Problem("counts", Sum(z[u] * count, (u, 1, K)), z[i]).statement, "cases")
        assert alpha_equal(found.trace.result, derive_statement(found.statement).trace.result)
        assert all(v.status != "refuted" for v in check_trace(found.trace, found.statement, SIZES))
