"""Steps that lose meaning are refuted; steps that only gain some are compared where both sides have it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from oracle.small_sizes import check_step
from oracle.test_small_sizes import agrees, check, problem
from sympy import Gt, IndexedBase, KroneckerDelta, Ne, Sum, log, sqrt, symbols

from symderiv.engine.derive import derive_statement
from symderiv.problem import Problem
from symderiv.terms import D, Delta, Entry, Log, Neg, Plus, Power, Quotient, Symbol, Term, Times, kinds, minus, number
from symderiv.trace import Condition, Step

K = symbols("K")
i, j, k = symbols("i j k")
z, d, v = map(IndexedBase, ("z", "d", "v"))
i_, j_, k_ = map(Symbol, "ijk")
z_i, z_k, d_ik = Entry("z", (i_,)), Entry("z", (k_,)), Entry("d", (i_, k_))
nothing = Plus((z_i, Neg(z_i)))
apart = 1 - KroneckerDelta(i, j)
pairs = Problem("pairs", Sum(apart / d[i, j], (j, 1, K), (i, 1, K)), z[k], {d[i, j]: sqrt((z[i] - z[j]) ** 2)})

LOST = [
    ("a division by 0", z_i, Quotient(z_i, nothing)),
    ("0 over 0", z_i, Times((z_i, Quotient(nothing, nothing)))),
    ("a logarithm of 0", z_i, Plus((z_i, Times((nothing, Log(nothing)))))),
    ("a reciprocal", z_i, Times((z_i, nothing, Power(nothing, number(-1))))),
    ("a reciprocal root", z_i, Times((z_i, Power(nothing, number(Fraction(-1, 2)))))),
    ("at equal indices only", z_i, Times((z_i, Quotient(minus(z_i, z_k), minus(z_i, z_k))))),
    ("behind a definition", z_i, Times((z_i, Quotient(d_ik, d_ik)))),
    ("a 0 that is no delta", number(0), Times((nothing, Quotient(number(1), d_ik)))),
    ("a root where it is 0", D(Entry("d", (k_, k_)), z_i), Quotient(number(0), Entry("d", (k_, k_)))),
]


@pytest.mark.parametrize(("before", "after"), [pytest.param(*c[1:], id=c[0]) for c in LOST])
def test_meaning_lost_and_gained(before: Term, after: Term) -> None:
    lost = check(before, after, pairs)
    assert lost.status == "refuted", lost
    assert lost.counterexample is not None
    assert lost.counterexample.right.startswith("undefined (a ")
    assert not lost.counterexample.left.startswith("undefined")
    assert ("a logarithm" in lost.counterexample.right) == (Log in kinds(after))
    gained = check(after, before, pairs)
    assert gained.status == "undecided", gained


def test_a_recorded_condition_leaves_the_point_out() -> None:
    before, after = z_i, Times((z_i, Quotient(d_ik, d_ik)))
    verdict = check(before, after, pairs, needs=(Ne(d[i, k], 0),))
    assert agrees(verdict), verdict
    assert "K = 2..4" in verdict.reason
    assert check(before, Plus((after, number(1))), pairs, needs=(Ne(d[i, k], 0),)).status == "refuted"


def test_a_condition_that_never_holds() -> None:
    verdict = check(z[k], z[k], pairs, needs=(Ne(d[k, k], 0),))
    assert str(verdict) == "refuted: the condition d[k, k] != 0 of the step holds at no point tried"
    assert check(z[k], z[k], pairs, needs=(Ne(z[k], 0), Ne(z[i] - z[i] + d[k, k], 0))).status == "refuted"
    assert agrees(check(z[k] * z[i], z[i] * z[k], pairs, needs=(Ne(d[k, i], 0),)))


def test_a_condition_the_points_cannot_judge_is_not_refuted() -> None:
    for needs, sizes in (((Gt(z[i], 100),), {}), ((Ne((K - 1) * z[i], 0),), {"K": 1})):
        verdict = check(z[i], z[i], pairs, needs=needs, **sizes)
        assert verdict.status == "undecided", verdict
        assert "not checked" in verdict.reason
    assert agrees(check(z[i], z[i], pairs, needs=(Ne((K - 1) * z[i], 0),)))


def test_a_given_fact_that_never_holds_is_the_problem_s_own() -> None:
    never = Ne(d[k, k], 0)
    given = Problem("pairs", z[i], z[i], {d[i, j]: sqrt((z[i] - z[j]) ** 2)}, given=[never])
    assert check(z[k], z[k], given, needs=(never,)).status == "undecided"


def test_a_condition_on_summands_is_not_asked_of_one_left_out() -> None:
    line = Sum(apart * d[i, j], (j, 1, K), (i, 1, K))
    needs = (Ne(d[i, j], 0),)
    assert agrees(check(line, line, pairs, needs=needs))
    both = line + Sum(z[j], (j, 1, K))
    assert agrees(check(both, both, pairs, needs=needs))
    whole = Sum(d[i, j], (j, 1, K), (i, 1, K))
    assert "at no point tried" in check(whole, whole, pairs, needs=needs).reason


def test_a_derivative_has_no_value_where_its_body_has_none() -> None:
    """SymPy cancels the pole; the line after, which still shows it, loses nothing."""
    body = Quotient(Times((z_k, nothing)), nothing)
    assert check(D(body, z_i), Quotient(D(Times((z_k, nothing)), z_i), nothing)).status == "undecided"


def test_where_the_value_has_none_its_derivative_is_not_in_question() -> None:
    """For one class this value divides by 0: what its definition is there does not matter."""
    spread = Problem("s", z[k] / v[k], z[i], {v[k]: sqrt(Sum((z[j] - z[k]) ** 2, (j, 1, K)))})
    before = D(Entry("v", (k_,)), z_i)
    after = Times((before, Quotient(Entry("v", (k_,)), Entry("v", (k_,)))))
    verdict = check(before, after, spread)
    assert agrees(verdict), verdict
    assert "K = 2..4" in verdict.reason
    everywhere = Problem("s", z[k] + v[k], z[i], {v[k]: sqrt(Sum((z[j] - z[k]) ** 2, (j, 1, K)))})
    assert check(before, after, everywhere).status == "refuted"


def test_a_delta_that_is_0_leaves_its_product_out() -> None:
    on, off = Delta(i_, k_), minus(number(1), Delta(i_, k_))
    pole = Quotient(number(1), minus(z_i, z_k))
    left_out = Quotient(off, minus(z_i, z_k))
    for line in (Times((off, pole)), Neg(Times((off, z_i, pole))), Times((z_i, left_out)), left_out):
        assert agrees(check(line, Times((number(1), line)))), line
    assert "K = 1..4" in check(left_out, Times((off, pole))).reason
    assert check(off, Quotient(Times((off, z_i)), z_i)).status == "undecided"
    assert check(number(0), Times((on, pole))).status == "refuted"  # at i = k nothing is left out
    assert check(number(0), Times((Plus((on, Neg(on))), pole))).status == "refuted"


@pytest.mark.parametrize(
    "of", [problem, pairs, Problem("l", Sum(log(z[k] ** 2 + 1), (k, 1, K)), z[i])], ids=lambda p: p.name
)
def test_every_step_mutated_in_both_directions(of: Any) -> None:
    derived = derive_statement(of.statement)
    for _, step in derived.trace.walk():
        conditions = tuple(Condition(c.relation, c.reason) for c in step.conditions)

        def verdict(before: Term, after: Term, conditions: tuple[Condition, ...] = conditions) -> str:
            return check_step(Step("mutated", "why", before, after, conditions), derived.statement, {"K": 2}).status

        one = Quotient(nothing, nothing)
        # in a lemma the line before may have no value anywhere, at indices at which it is not used
        if check_step(step, derived.statement, {"K": 2}).reason.startswith("checked"):
            assert verdict(step.before, Times((step.after, one))) == "refuted"
        assert verdict(Times((step.before, one)), step.after) == "undecided"
