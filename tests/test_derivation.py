"""The public derivation: what it hands out agrees with what was recorded."""

from __future__ import annotations

import json

import pytest
from sympy import Eq, IndexedBase, KroneckerDelta, Sum, exp, log, symbols

import symderiv as sd
from symderiv.derivation import Derivation, Part, Step
from symderiv.facts import is_given
from symderiv.printing import plain

K, N, T = symbols("K N T")
i, j, k = symbols("i j k")
z, y, p = map(IndexedBase, ("z", "y", "p"))
PROBLEM = sd.Problem(
    name="softmax cross-entropy",
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=-Sum(y[k] * log(p[k]), (k, 1, K)),
    wrt=z[i],
    given=[Eq(Sum(y[k], (k, 1, K)), 1)],
)


@pytest.fixture(scope="module")
def flagship() -> Derivation:
    return sd.derive(PROBLEM)


def test_the_result_is_the_last_line(flagship: Derivation) -> None:
    assert flagship.result == flagship.steps[-1].after == p[i] - y[i]
    assert flagship.trace.result is flagship.trace.steps[-1].after


def test_every_step_says_why(flagship: Derivation) -> None:
    for _, step in flagship.numbered:
        assert step.rule
        assert step.reason.endswith(".")
        assert len(step.conditions) == len(step.justifications)
        assert "$" in step._repr_latex_()
        assert " = " in step.to_latex()
        assert str(step).endswith(f"[{step.rule}]")


def test_numbers_are_unique_and_in_the_order_of_the_verdicts(flagship: Derivation) -> None:
    numbers = [number for number, _ in flagship.numbered]
    assert len(set(numbers)) == len(numbers)
    assert numbers[:4] == ["1", "2", "3", "4"]
    assert numbers[4].startswith("4.1")
    verdicts = flagship.verify()
    assert len(verdicts) == len(numbers)
    assert flagship.verify() is verdicts


def test_it_claims_no_more_than_was_shown(flagship: Derivation) -> None:
    assert flagship.verified
    assert all(v.status == "proved" for v in flagship.verify())


def test_the_conditions_of_the_whole(flagship: Derivation) -> None:
    (condition,) = flagship.conditions
    assert condition == Eq(Sum(y[k], (k, 1, K)), 1)
    assert [c.reason for c in flagship.assumed] == [None]


def test_a_lemma_is_a_derivation_of_its_own(flagship: Derivation) -> None:
    (lemma,) = [s.lemma for s in flagship.steps if s.lemma]
    assert isinstance(lemma, Part)
    assert lemma.result == p[k] * (KroneckerDelta(i, k) - p[i])
    assert all(isinstance(s, Step) for s in lemma.steps)
    ((first, _), (second, _)) = next(s.cases for s in lemma.steps if s.cases)
    assert {str(first), str(second)} == {"Eq(k, i)", "Ne(k, i)"}


def test_plain_data(flagship: Derivation) -> None:
    data = json.loads(json.dumps(flagship.to_dict()))
    assert data["result"] == "p[i] - y[i]"
    assert data["conditions"] == ["sum(y[k], k=1..K) = 1"]
    assert len(data["steps"]) == len(flagship.steps)
    assert [s["rule"] for s in data["steps"]] == [s.rule for s in flagship.steps]
    assert sum("lemma" in s for s in data["steps"]) == 1
    assert data["steps"][0]["before"] == data["start"]
    assert data["steps"][-1]["after"] == data["result"]


def test_expression_and_problem_are_the_same_call(flagship: Derivation) -> None:
    direct = sd.derive(PROBLEM.value, PROBLEM.wrt, where=PROBLEM.where, given=PROBLEM.given)
    assert direct.trace == flagship.trace


def test_another_variable_replaces_the_problems_own(flagship: Derivation) -> None:
    hessian = sd.derive(PROBLEM, wrt=[z[i], z[j]])
    assert hessian.result.equals(p[i] * (KroneckerDelta(i, j) - p[j]))
    assert sd.derive(PROBLEM, wrt=z[2]).result == p[2] - y[2]
    assert PROBLEM.wrt == (z[i],)


def test_remarks_name_the_missing_fact() -> None:
    d = sd.derive(PROBLEM.value, z[i], where=PROBLEM.where)
    assert d.remarks == ("With sum(y[k], k=1..K) = 1 given, this is p[i] - y[i].",)


def test_no_remark_about_a_fact_that_cannot_be_used() -> None:
    """By y_j as well, Sum y = 1 must not be used before: nothing is promised of it."""
    d = sd.derive(PROBLEM.value, [z[i], y[j]], where=PROBLEM.where)
    assert d.remarks == ()


def test_latex(flagship: Derivation) -> None:
    assert flagship._repr_latex_().startswith("$")
    assert "p_{i} - y_{i}" in flagship._repr_latex_() or "p_i - y_i" in flagship._repr_latex_()


def test_it_lowers_to_numpy(flagship: Derivation) -> None:
    f = flagship.lambdify()
    assert f([0.0, 0.0], [1.0, 0.0]).tolist() == [-0.5, 0.5]


def test_a_given_equation_may_start_with_its_number() -> None:
    turned = sd.Problem("turned", PROBLEM.value, z[i], PROBLEM.where, [Eq(1, Sum(y[k], (k, 1, K)))])
    assert sd.derive(turned).result == p[i] - y[i]
    assert sd.derive(turned).conditions == (Eq(Sum(y[k], (k, 1, K)), 1),)


def test_a_fact_is_listed_once_whatever_its_letters() -> None:
    d = sd.derive(PROBLEM, wrt=[z[i], z[j]])
    assert d.conditions == (Eq(Sum(y[k], (k, 1, K)), 1),)


def test_the_message_shows_what_cannot_be_differentiated_by() -> None:
    with pytest.raises(sd.InputError, match=r"cannot differentiate by z\[i\] \+ 1"):
        sd.derive(PROBLEM, wrt=z[i] + 1)


def test_the_facts_of_a_problem_are_not_silently_kept() -> None:
    with pytest.raises(sd.InputError, match="make a new Problem"):
        sd.derive(PROBLEM, given=[])


def test_a_thousand_classes_are_as_easy_as_any_number() -> None:
    loss = -Sum(y[k] * log(z[k]), (k, 1, 1000))
    assert sd.derive(loss, z[i]).verified


def test_conditions_that_nothing_gave_are_not_called_given() -> None:
    tempered = {p[k]: exp(z[k] / T) / Sum(exp(z[j] / T), (j, 1, K))}
    d = sd.derive(T**2 * PROBLEM.value, z[i], where=tempered, given=PROBLEM.given)
    told = {plain.relation(c.relation): is_given(c.relation, d.statement) for c in d.assumed}
    assert told == {"sum(y[k], k=1..K) = 1": True, "T != 0": False}


def test_many_fixed_axes_are_not_run_through() -> None:
    a, b, c = symbols("a b c")
    x = IndexedBase("x", shape=(60, 60, 60))
    assert all("too many" in v.reason for v in sd.derive(x[a, b, c] ** 2, x[i, j, k]).verify())
