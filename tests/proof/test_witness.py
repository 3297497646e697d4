"""The search for counterexamples: what is false is refuted with a certified point, what is true never."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from time import monotonic
from typing import Any

import pytest
from proof.claims_typed import typed
from proof.corpus import CLAIMS, VACUOUS, Record
from proof.corpus.record import parts_of
from proof.known_claims import PLAIN, TWIN, false_claims, softmax, true_claims
from sympy import Derivative, Eq, Ge, Gt, IndexedBase, KroneckerDelta, Ne, Sum, exp, gamma, log, sqrt, symbols

from symderiv.proof.claim import at_sizes, within
from symderiv.proof.point import Interval, Logarithm
from symderiv.proof.witness import Counterexample, search
from symderiv.terms import Symbol

K, N, T, x, c = symbols("K N T x c")
i, j, k, n = symbols("i j k n")
z, y, p, q, w = map(IndexedBase, "zypqw")
WHERE = softmax(PLAIN)
L2 = Sum((p[k] - y[k]) * z[k], (k, 1, K))
TRUE = [
    pytest.param(*row[1:], id=f"{row[0]}, {of}")
    for of in ("plain", "twin")
    for row in true_claims({"plain": PLAIN, "twin": TWIN}[of])
]
FALSE = [
    pytest.param(*row[1:], id=f"{row[0]}, {of}")
    for of in ("plain", "twin")
    for row in false_claims({"plain": PLAIN, "twin": TWIN}[of])
]


def refuted(*claim: Any, thorough: bool = False) -> Counterexample:
    found = search(typed(*claim), thorough).counterexample
    assert found is not None
    assert found.check()
    return found


@pytest.mark.parametrize(("left", "right", "where", "given"), TRUE)
@pytest.mark.parametrize("thorough", [False, True], ids=["quick", "thorough"])
def test_what_is_true_is_not_refuted_and_speaks_of_a_point(
    left: Any, right: Any, where: Any, given: Any, thorough: bool
) -> None:
    found = search(typed(left, right, where, given), thorough)
    assert found.counterexample is None, str(found.counterexample)
    assert found.model is not None, found.reason
    assert all(size >= 2 for size in found.model.sizes.values())


@pytest.mark.parametrize(("left", "right", "where", "given"), FALSE)
def test_what_is_false_is_refuted_by_a_point_that_checks(left: Any, right: Any, where: Any, given: Any) -> None:
    claim = typed(left, right, where, given)
    found = search(claim).counterexample
    assert found is not None
    assert found.check()
    assert found.left.apart_from(found.right)
    assert replace(found, claim=replace(claim, right=claim.left)).check() is False
    assert json.loads(json.dumps(found.to_dict()))["sizes"] == dict(found.point.sizes)


@pytest.mark.parametrize("record", [*CLAIMS, *VACUOUS], ids=lambda record: record.id)
def test_the_corpus(record: Record) -> None:
    """A false claim is refuted at once, a true one speaks of a point, one about nothing does not."""
    read = parts_of(record).read()
    found = search(within(read.left, read.right, read.statement))
    assert (found.counterexample is not None) == (record.expected == "refuted"), str(found.counterexample)
    if found.counterexample is not None:
        assert found.counterexample.check()
    else:
        assert (found.model is not None) == (record.expected == "proved"), found.reason
        assert found.model is None or all(size >= 2 for size in found.model.sizes.values())


def test_the_witness_against_l2_is_the_simplest() -> None:
    found = refuted(Derivative(L2, z[i]), p[i] - y[i], WHERE)
    assert str(found) == (
        "at K = 2, i = 1, y = (1, 0), z = (0, 1) the left side is -0.927670511871..., the right side -0.731058578630..."
    )
    assert found.point.values == {"z": (0, 1), "y": (1, 0)}
    assert search(typed(Derivative(L2, z[i]), p[i] - y[i], WHERE)) == search(
        typed(Derivative(L2, z[i]), p[i] - y[i], WHERE)
    )


def test_the_smallest_size_comes_first() -> None:
    three = refuted(Sum(p[k] ** 2, (k, 1, K)), 1 - 2 * p[i] + 2 * p[i] ** 2, WHERE)
    assert three.point.sizes == {"K": 3}
    assert refuted(z[2], z[1]).point.sizes == {"K": 2}
    assert refuted(Sum(z[k], (k, 1, K)), z[i]).point.sizes == {"K": 2}
    assert refuted(Sum(z[k] + 1, (k, 1, K)), Sum(z[k], (k, 1, K)), None, (Ge(K, 4),)).point.sizes == {"K": 4}


def test_a_thorough_search_reaches_larger_sizes() -> None:
    falls = K * (K - 1) * (K - 2) * (K - 3) * (K - 4) * (K - 5) * Sum(z[k], (k, 1, K))
    assert search(typed(falls, 0)).counterexample is None
    assert refuted(falls, 0, thorough=True).point.sizes == {"K": 6}


def test_a_claim_at_fixed_sizes() -> None:
    claim = typed(Sum(p[k] ** 2, (k, 1, K)), 1 - 2 * p[i] + 2 * p[i] ** 2, WHERE)
    assert search(at_sizes(claim, {Symbol("K"): 2})).counterexample is None
    found = search(at_sizes(claim, {Symbol("K"): 3})).counterexample
    assert found is not None
    assert (found.point.sizes, found.check()) == ({}, True)
    wide = search(at_sizes(typed(Sum(z[k], (k, 1, K)), 0), {Symbol("K"): 10**6}))
    assert (wide.counterexample, wide.model) == (None, None)
    assert "1000000 entries" in wide.reason


def test_relations_between_indices_select_the_patterns() -> None:
    assert search(typed(KroneckerDelta(i, j) * z[i], 0, None, (Ne(i, j),))).counterexample is None
    found = refuted(KroneckerDelta(i, j) * z[i], z[i], None, (Ne(i, j),))
    assert found.point.indices["i"] != found.point.indices["j"]
    assert not replace(found, point=replace(found.point, indices={"i": 1, "j": 1})).check()


GIVENS = [
    ("a sum", (Eq(Sum(y[k], (k, 1, K)), 1),), Sum(y[k], (k, 1, K)), 1),
    ("every row", (Eq(Sum(w[n, k], (k, 1, K)), 1),), Sum(w[n, k], (k, 1, K), (n, 1, N)), N),
    (
        "rows and columns",
        (Eq(Sum(w[n, k], (k, 1, N)), 1), Eq(Sum(w[n, k], (n, 1, N)), 1)),
        Sum(w[n, k], (n, 1, N), (k, 1, N)),
        N,
    ),
    ("pointwise", (Eq(y[k], z[k] ** 2),), Sum(y[k], (k, 1, K)), Sum(z[k] ** 2, (k, 1, K))),
    ("one after the other", (Eq(T, 1), Eq(c * T, 1)), c, 1),
    (
        "two sums",
        (Eq(Sum(y[k], (k, 1, K)), 1), Eq(Sum(y[k] * z[k], (k, 1, K)), 0)),
        Sum(y[k] * (z[k] + 1), (k, 1, K)),
        1,
    ),
    ("a square", (Eq(T**2, 4), Gt(T, 0)), T, 2),
    ("a negative root", (Eq(T**2, 4), Gt(0, T)), T, -2),
    ("a cube", (Eq(T**3, 8),), T**6, 64),
    ("a fraction", (Eq(x / (x + T), Fraction(1, 3)),), T, 2 * x),
    ("a sphere", (Eq(Sum(z[k] ** 2, (k, 1, K)), 1),), Sum(z[k] ** 2 + 1, (k, 1, K)), K + 1),
    ("signs", (Eq(z[k] ** 2, 1),), Sum(z[k] ** 4, (k, 1, K)), K),
    (
        "standardised",
        (Eq(Sum(z[k], (k, 1, K)), 0), Eq(Sum(z[k] ** 2, (k, 1, K)), K)),
        Sum((z[k] + 1) ** 2, (k, 1, K)),
        2 * K,
    ),
    ("exponentials", (Eq(Sum(exp(z[k]), (k, 1, K)), 1),), p[i], exp(z[i])),
    ("a definition", (Eq(Sum(p[k] ** 2, (k, 1, K)), Fraction(5, 9)),), Sum(p[k] ** 2, (k, 1, K)), Fraction(5, 9)),
    ("shares", (Gt(q[k], 0), Eq(Sum(q[k], (k, 1, K)), 1)), Sum(q[k], (k, 1, K)), 1),
    ("between", (Gt(T, 0), Gt(1, T)), T, T),
    ("not 0", (Ne(x, 0),), x / x, 1),
    ("a root", (Eq(sqrt(Sum(z[k] ** 2, (k, 1, K))), 1),), Sum(z[k] ** 2, (k, 1, K)), 1),
    ("of a size", (Ge(K, 2),), Sum(z[k], (k, 1, K)) / (K - 1), Sum(z[k] / (K - 1), (k, 1, K))),
]


@pytest.mark.parametrize(("given", "left", "right"), [pytest.param(*row[1:], id=row[0]) for row in GIVENS])
def test_givens_of_every_kind_have_a_model(given: Any, left: Any, right: Any) -> None:
    found = search(typed(left, right, WHERE if left.has(p) else None, given))
    assert found.counterexample is None, str(found.counterexample)
    assert found.model is not None, found.reason
    assert all(size >= 2 for size in found.model.sizes.values())
    wrong = search(typed(left, right + x, WHERE if left.has(p) else None, given)).counterexample
    assert wrong is not None
    assert wrong.check()


def test_models_are_more_than_zeros_and_ones() -> None:
    """What holds at every 0 and 1 on a sphere fails at other rational points of it."""
    refuted(Sum(z[k] ** 4, (k, 1, K)), 1, None, (Eq(Sum(z[k] ** 2, (k, 1, K)), 1),))
    refuted(Sum(w[n, k] ** 4, (k, 1, K), (n, 1, N)), N, None, (Eq(Sum(w[n, k] ** 2, (k, 1, K)), 1),))
    given = (Eq(Sum(z[k], (k, 1, K)), 0), Eq(Sum(z[k] ** 2, (k, 1, K)), K))
    assert search(typed(z[i] ** 2, 1, None, given)).counterexample is None
    refuted(z[i] ** 2, 1, None, given, thorough=True)


def test_solving_for_facts_is_bounded() -> None:
    claim = typed(w[i, j] + x, w[i, j], None, (Eq(w[n, k], z[n] * y[k]),))
    assert search(claim).counterexample is not None
    found = search(at_sizes(claim, {Symbol("K"): 40, Symbol("N"): 40}))
    assert (found.counterexample, found.model) == (None, None)
    deep = search(typed(Derivative(x**9 * T, (x, 9)), 362880 * T))
    assert (deep.model, deep.reason) == (None, "more than 8 derivatives within one another")


def test_a_logarithm_is_a_value_where_an_exponential_is_given() -> None:
    found = refuted(z[1], z[2], None, (Eq(Sum(exp(z[k]), (k, 1, K)), 1),))
    assert found.point.values["z"] == (Logarithm(Fraction(1, 3)), Logarithm(Fraction(2, 3)))
    assert "z = (log(1/3), log(2/3))" in str(found)
    assert found.to_dict()["values"]["z"] == ["log(1/3)", "log(2/3)"]


def test_a_point_that_breaks_a_given_fact_does_not_check() -> None:
    found = refuted(y[i] * z[i], z[i], None, (Eq(Sum(y[k], (k, 1, K)), 1),))
    values = {**found.point.values, "y": (Fraction(1), Fraction(1))}
    assert not replace(found, point=replace(found.point, values=values)).check()
    assert not replace(found, point=replace(found.point, values={"z": found.point.values["z"]})).check()
    assert not replace(found, point=replace(found.point, indices={"i": 9})).check()


NO_MODEL = [
    ("contradiction", x, x, (Eq(T, 1), Eq(T**2, 3)), "no point was found at which the given facts hold"),
    ("a pole", 1 / (x - T) + x, x + 1 / (x - T), (Eq(x, T),), "the left side has no value: a division by 0; "),
    ("one side only", x, x + 1 / (x - T), (Eq(x, T),), "the right side has no value where the other side has one"),
    ("negative", log(-(x**2) - 1), 0, (), "the left side has no value where the other side has one: a logarithm of"),
    ("not known here", gamma(gamma(x)).diff(x), 0, (), "no value is known for polygamma"),
]


@pytest.mark.parametrize(("left", "right", "given", "reason"), [pytest.param(*row[1:], id=row[0]) for row in NO_MODEL])
def test_why_there_is_no_model(left: Any, right: Any, given: Any, reason: str) -> None:
    for thorough in (False, True):
        found = search(typed(left, right, None, given), thorough)
        assert (found.counterexample, found.model) == (None, None)
        assert reason in found.reason


def test_a_derivative_with_two_readings_has_none() -> None:
    loss = -Sum(y[k] * log(p[k]), (k, 1, K))
    found = search(typed(Derivative(Derivative(loss, z[i]), p[j]), 0, WHERE))
    assert (found.counterexample, found.model) == (None, None)
    assert "the derivative by z inside one by p, which is defined through z" in found.reason


def test_a_deadline_ends_the_search() -> None:
    found = search(typed(Sum(z[k], (k, 1, K)), Sum(z[j], (j, 1, K))), True, monotonic() - 1)
    assert (found.counterexample, found.model, found.reason) == (None, None, "no time was left")


def test_intervals_are_shown_as_far_as_they_are_known() -> None:
    assert str(Interval(Fraction(2, 3), Fraction(2, 3))) == "2/3"
    assert str(Interval(Fraction(31, 100), Fraction(32, 100))) == "0.3..."
    assert str(Interval(Fraction(-1), Fraction(1))) == "[-1, 1]"
    assert Interval(Fraction(0), Fraction(1)).apart_from(Interval(Fraction(2), Fraction(3)))
    assert not Interval(Fraction(0), Fraction(2)).apart_from(Interval(Fraction(2), Fraction(3)))
