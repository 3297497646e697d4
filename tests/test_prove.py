"""prove and check: verdicts in the caller's objects, chains and their repair, refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from sympy import Derivative, Eq, Expr, Gt, IndexedBase, KroneckerDelta, Ne, Sum, Symbol, exp, log, symbols

import symderiv as sd
from symderiv import Budget, check, prove, stop_gradient
from symderiv.errors import InputError

K, N, x, w, T = symbols("K N x w T")
i, j, k, n = symbols("i j k n")
z, y, p, a, s = map(IndexedBase, "zypas")


def softmax_of(array: Any, at: Any, size: Any = K, letter: Any = j) -> Any:
    return exp(array[at]) / Sum(exp(array[letter]), (letter, 1, size))


where = {p[k]: softmax_of(z, k)}
one = Eq(Sum(y[k], (k, 1, K)), 1)
loss = -Sum(y[k] * log(p[k]), (k, 1, K))
weighted = Sum((p[k] - y[k]) * z[k], (k, 1, K))
held = Sum((stop_gradient(p[k]) - y[k]) * z[k], (k, 1, K))


# --- the flagship, with and without its fact ---------------------------------------------------


def test_a_proved_claim_names_the_fact_it_uses() -> None:
    v = prove(Derivative(loss, z[i]), p[i] - y[i], where=where, given=[one])
    assert v.status == "proved"
    assert bool(v)
    assert v.conditions == (one,)
    assert v.residual == 0
    assert (v.counterexample, v.holds_when, v.coincidences) == (None, (), ())


def test_a_refuted_claim_says_when_it_holds() -> None:
    v = prove(Derivative(loss, z[i]), p[i] - y[i], where=where)
    assert v.status == "refuted"
    assert not v
    assert v.holds_when == (one,)
    assert v.residual == p[i] * (Sum(y[k], (k, 1, K)) - 1)
    assert v.counterexample is not None
    assert v.counterexample.check()


def test_the_weighted_logits() -> None:
    v = prove(Derivative(weighted, z[i]), p[i] - y[i], where=where)
    assert v.status == "refuted"
    found = v.counterexample
    assert found is not None
    assert found.sizes == {K: 2}
    assert found.indices == {i: 1}
    assert found.values[z] == (0, 1)
    assert found.lhs[1] < found.rhs[0] or found.rhs[1] < found.lhs[0]
    assert found.check()
    assert v.coincidences == ({K: 1},)
    assert v.residual == p[i] * (z[i] - Sum(p[k] * z[k], (k, 1, K)))
    assert v.holds_when == (Eq(z[i], Sum(p[k] * z[k], (k, 1, K))),)
    assert prove(Derivative(held, z[i]), p[i] - y[i], where=where).status == "proved"


def test_twins_with_clashing_letters_get_the_same_verdicts() -> None:
    """The softmax by another name, over N, with k free and i bound, s for the logits."""
    own = {a[i]: softmax_of(s, i, N, k)}
    value = -Sum(y[i] * log(a[i]), (i, 1, N))
    fact = Eq(Sum(y[j], (j, 1, N)), 1)
    assert prove(Derivative(value, s[k]), a[k] - y[k], where=own, given=fact).status == "proved"
    v = prove(Derivative(value, s[k]), a[k] - y[k], where=own)
    assert v.status == "refuted"
    assert v.residual == a[k] * (Sum(y[i], (i, 1, N)) - 1)
    assert v.counterexample is not None
    assert set(v.counterexample.sizes) == {N}
    assert set(v.counterexample.indices) == {k}


def test_two_alternatives() -> None:
    entropy = -Sum(p[k] * log(p[k]), (k, 1, K))
    v = prove(loss, weighted + entropy, where=where)
    assert v.status == "refuted"
    assert len(v.holds_when) == 2
    assert one in v.holds_when
    assert prove(loss, weighted + entropy, where=where, given=one).status == "proved"


def test_a_claim_over_again_is_no_alternative() -> None:
    assert prove(Sum(y[k], (k, 1, K)), 1).holds_when == ()
    assert prove(z[i], y[i]).holds_when == ()


def test_sizes_are_coincidences_and_no_alternatives() -> None:
    v = prove(Sum(p[k] ** 2, (k, 1, K)), 1 - 2 * p[i] + 2 * p[i] ** 2, where=where)
    assert v.status == "refuted"
    assert v.coincidences == ({K: 1}, {K: 2})
    v = prove(Sum(x, (k, 1, K)), x)
    assert v.holds_when == (Eq(x, 0),)
    assert v.coincidences == ({K: 1},)


@pytest.mark.parametrize(
    ("claim", "given"),
    [
        ("x = 1", "x^2 = 1"),
        ("w = -1", "w^2 = 1"),
        ("a[i]*a[j] = 1", "a[k]^2 = 1"),
        ("v = 2", "v^2 - 3*v + 2 = 0"),
        ("v = 1", "v^2 - 3*v + 2 = 0"),
        ("x^2 = x", "x^3 = x"),
    ],
)
def test_every_solution_of_a_given_equation_is_tried(claim: str, given: str) -> None:
    v = prove(claim, given=given)
    assert v.status == "refuted"
    assert v.counterexample is not None
    assert v.counterexample.check()


@pytest.mark.parametrize("given", [["p[k] > 0", "p[k] = 0-1"], ["a[n] = -1", "a[k] >= 0"]])
def test_an_inequality_that_equations_contradict_is_refused(given: list[str]) -> None:
    with pytest.raises(InputError, match=r"the given facts contradict each other: by the others, .* is false"):
        prove("p[i]*a[i]*x = w", given=given)


def test_why_nothing_is_spoken_of_is_said_once() -> None:
    v = prove("x = w", given=["x > 1", "x < 0"])
    assert v.status == "undecided"
    assert v.reason.count("no point was found") == 1


# --- ways to state a claim ---------------------------------------------------------------------


def test_an_equation_is_one_argument() -> None:
    assert prove(Eq(Sum(z[k], (k, 1, K)) ** 2, Sum(z[i] * z[j], (i, 1, K), (j, 1, K)))).status == "proved"


def test_text_is_read() -> None:
    v = prove("dL/dz[i] = p[i] - y[i]", problem="softmax-cross-entropy")
    assert v.status == "proved"
    assert [str(c) for c in v.conditions] == ["Eq(Sum(y[k], (k, 1, K)), 1)"]
    v = prove("sum(p[k], k)", "1", where="p[k] = softmax(z, k)")
    assert v.status == "proved"
    assert prove("sum(y[k]*x, k) = x", given="sum(y[k], k) = 1").status == "proved"
    assert prove("sum(y[k]*x, k) == x").status == "refuted"


def test_a_problem_brings_its_names_definitions_and_facts() -> None:
    problem = sd.load("softmax-cross-entropy")
    claim = Derivative(problem.value, z[i]), p[i] - y[i]
    assert prove(*claim, problem=problem).status == "proved"
    further = prove("dL/dz[i] = p[i] - delta(i, t)", given="one_hot(y, t)", problem=problem)
    assert further.status == "proved"


def test_a_fixed_size() -> None:
    claim = Sum(p[k] ** 2, (k, 1, K)), 1 - 2 * p[i] + 2 * p[i] ** 2
    assert prove(*claim, where=where, sizes={K: 2}).status == "proved"
    v = prove(*claim, where=where, sizes={K: 3})
    assert v.status == "refuted"
    assert v.counterexample is not None
    assert len(v.counterexample.values[z]) == 3
    assert prove(z[2] + z[1], Sum(z[k], (k, 1, K)), sizes={"K": 2}).status == "proved"


def test_facts_between_indices_select_patterns() -> None:
    jacobian = Derivative(p[j], z[i])
    assert prove(jacobian, -p[i] * p[j], where=where, given=Ne(i, j)).status == "proved"
    assert prove(jacobian, p[i] * (1 - p[i]), where=where, given=Eq(i, j)).status == "proved"
    assert prove(jacobian, -p[i] * p[j], where=where).status == "refuted"
    assert prove(jacobian, p[j] * (KroneckerDelta(i, j) - p[i]), where=where).status == "proved"


def test_a_divisor_that_may_be_zero_is_a_condition() -> None:
    v = prove("x*w/w = x")
    assert v.status == "proved"
    assert v.conditions == (Ne(w, 0),)
    assert prove(x * exp(z[i]) / exp(z[i]), x).conditions == ()
    assert prove("x*w/w = x", given="w > 0").conditions == ()


# --- what is not decided -----------------------------------------------------------------------


def test_a_budget_ends_undecided() -> None:
    tiny = Budget(seconds=0.0)
    v = prove(Derivative(loss, z[i]), p[i] - y[i], where=where, given=one, budget=tiny)
    assert v.status == "undecided"
    assert "budget" in v.reason
    assert v.residual != 0


def test_a_true_identity_that_speaks_of_nothing_is_not_proved() -> None:
    v = prove("sum((z[k] - z[i])/(z[k] - z[i]), k=1..K) = K")
    assert v.status == "undecided"
    assert "no point" in v.reason


@pytest.mark.parametrize(
    ("claim", "given", "message"),
    [
        ("x = 1", ["x + w = 1", "x + w = 2"], "contradict each other"),
        ("x = 1", ["x = 3", "w = x + 1", "w = 7"], "contradict each other"),
        ("x > 1", [], "only equations are decided"),
        ("x != 1", [], "only equations are decided"),
        ("w/(sum(z[k], k=1..K) - sum(z[j], j=1..K)) = x", [], "0"),
        ("x/0 = 1", [], "0"),
        ("sum(z[k], k=1..K)*y[i] = sum(y[k], k=1..N)*z[i]", [], "size"),
        ("z[i] = z[i, j]", [], "axes"),
        ("z[i] = i", [], "used as a number"),
        ("x = 1 = w", [], "several relations"),
        ("x", [], "a relation is missing"),
    ],
)
def test_bad_input_is_refused(claim: str, given: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        prove(claim, given=given)


@pytest.mark.parametrize("claim", [Gt(x, 1), Ne(x, 1), Eq(x, x), x, True])
def test_what_is_no_equation_is_refused(claim: Any) -> None:
    with pytest.raises(InputError):
        prove(claim)


@pytest.mark.parametrize("sizes", [{K: 0}, {K: 1.5}, {K: True}, {N: 2}, {K: "2"}])
def test_sizes_that_are_none_are_refused(sizes: dict[Any, Any]) -> None:
    with pytest.raises(InputError):
        prove(Sum(z[k], (k, 1, K)), z[i], sizes=sizes)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: prove("x", "w", sizes=3), r"sizes=\{K: 2\}, not 3"),
        (lambda: prove("x", "w", sizes=0), r"sizes=\{K: 2\}, not 0"),
        (lambda: prove("x", "w", sizes=[("K", 2)]), "sizes is a mapping"),
        (lambda: prove("x", "w", problem=3), "a Problem or the name of one in the zoo, not 3"),
        (lambda: prove("x", "w", problem=0), "a Problem or the name of one in the zoo, not 0"),
        (lambda: check(["x", "w"], problem=3), "a Problem or the name of one in the zoo, not 3"),
        (lambda: prove("x", "w", budget=5), r"such as Budget\(seconds=5\), not 5"),
        (lambda: prove("x", "w", budget=None), r"such as Budget\(seconds=5\), not None"),
        (lambda: check(["x", "w"], budget=1), r"such as Budget\(seconds=5\), not 1"),
        (lambda: check({"x": 1}), "a sequence of expressions"),
        (lambda: check({"x": 1, "w": 2}), "a sequence of expressions"),
        (lambda: check(3), "a sequence of expressions"),
        (lambda: Budget(seconds=-1), "seconds from 0 on"),
        (lambda: Budget(seconds=float("nan")), "seconds from 0 on"),
        (lambda: Budget(seconds="5"), "seconds from 0 on"),
        (lambda: Budget(terms=-1), "terms of a budget"),
        (lambda: Budget(binders=1.5), "binders of a budget"),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(asked: Callable[[], Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        asked()


def test_a_name_that_is_nearly_one_of_the_problem_is_refused() -> None:
    problem = sd.Problem("s", Sum((y[k] - a[k]) ** 2, (k, 1, K)), a[i])
    hat = IndexedBase("y_hat")
    problem = sd.Problem("squares", Sum((hat[k] - y[k]) ** 2, (k, 1, K)), hat[i])
    assert prove("dL/dy_hat[i] = 2*(y_hat[i] - y[i])", problem=problem).status == "proved"
    with pytest.raises(InputError, match="did you mean y_hat"):
        prove("dL/dy_hat[i] = 2*(y_ht[i] - y[i])", problem=problem)
    with pytest.raises(InputError, match="did you mean y"):
        prove("dL/dy_hat[i] = 2*(y_hat[i] - Y[i])", problem=problem)
    assert prove("dL/dy_hat[i] = 2*(y_hat[i] - q[i])", problem=problem).status == "refuted"


def test_an_unknown_problem_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'entropy'"):
        prove("x = x", problem="entrpy")


# --- chains ------------------------------------------------------------------------------------


def test_a_chain_that_holds() -> None:
    chain = check([Derivative(loss, z[i]), p[i] * Sum(y[k], (k, 1, K)) - y[i], p[i] - y[i]], where=where, given=[one])
    assert chain.status == "proved"
    assert chain
    assert len(chain) == 2
    assert [v.status for v in chain] == ["proved", "proved"]
    assert (chain.broken, chain.first_broken, chain.repair) == (None, None, None)


def test_the_first_broken_link_and_the_fact_that_repairs_it() -> None:
    chain = check([Derivative(loss, z[i]), p[i] * Sum(y[k], (k, 1, K)) - y[i], p[i] - y[i]], where=where)
    assert chain.status == "refuted"
    assert chain.broken == 1
    assert chain.first_broken is chain[1]
    assert chain.repair is not None
    assert chain.repair.holds_when == (one,)
    assert not chain.repair.skip
    assert chain.repair.corrected == p[i] * Sum(y[k], (k, 1, K)) - y[i]


def test_a_line_that_is_a_slip_can_be_left_out() -> None:
    chain = check("(x + w)^2 = x^2 + w^2 = x^2 + 2*x*w + w^2")
    assert chain.broken == 0
    assert chain.repair is not None
    assert chain.repair.skip
    assert chain.repair.corrected == x**2 + 2 * w * x + w**2
    assert "without line 2 the chain goes on: line 1 = line 3" in str(chain)


def test_the_lines_of_a_chain_share_their_sizes() -> None:
    with pytest.raises(InputError, match="size"):
        check([Sum(z[k], (k, 1, K)), z[i], Sum(z[k], (k, 1, N))])


@pytest.mark.parametrize("lines", [[], [x], "x", 3, x])
def test_a_chain_has_two_lines(lines: Any) -> None:
    with pytest.raises(InputError):
        check(lines)


# --- what is shown -----------------------------------------------------------------------------


def shown() -> list[Any]:
    claim = Derivative(weighted, z[i]), p[i] - y[i]
    return [
        prove(*claim, where=where),
        prove(Derivative(held, z[i]), p[i] - y[i], where=where),
        prove(*claim, where=where, budget=Budget(seconds=0.0)),
        check([*claim, p[i]], where=where),
    ]


def test_verdicts_are_readable() -> None:
    text = str(prove(Derivative(weighted, z[i]), p[i] - y[i], where=where))
    assert text.startswith("refuted: d/dz[i] (sum(z[k]*(p[k] - y[k]), k=1..K)) = p[i] - y[i]\n")
    for part in (
        "at K = 2, i = 1",
        "holds all the same at K = 1",
        "left - right = p[i]*(z[i] - sum(z[k]*p[k], k=1..K))",
    ):
        assert part in text


@pytest.mark.parametrize("place", range(4))
def test_everything_shows_itself_and_is_plain_data(place: int) -> None:
    found = shown()[place]
    assert json.loads(json.dumps(found.to_dict()))["status"] == found.status
    assert found.status in str(found)
    assert found.status in repr(found)
    assert re.search(rf"\*\*{found.status}\*\*|\({found.status}\)", found._repr_markdown_())
    assert found._repr_latex_().startswith("$\\displaystyle")


def test_results_are_in_the_callers_objects() -> None:
    r = Symbol("r", positive=True)
    v = prove(Derivative(r**2 * x, r), 2 * x)
    assert v.counterexample is not None
    assert r in v.counterexample.values
    assert isinstance(v.residual, Expr)
    assert r in v.residual.free_symbols


def test_the_verdict_of_a_chain_is_that_of_its_links() -> None:
    lines = [Derivative(held, z[i]), p[i] - y[i], p[i] + y[i]]
    chain = check(lines, where=where)
    assert [v.status for v in chain] == [prove(u, v, where=where).status for u, v in pairwise(lines)]
