"""The normal form is 0 for what is true and for nothing else, however a claim is written down."""

from __future__ import annotations

from contextlib import suppress

import pytest
from proof.corpus.record import Record, parts_of
from proof.normal_claims import ROWS, Row

from symderiv.proof.budget import Budget, OutOfBudget, OutsideFragment, Valueless
from symderiv.proof.claim import Claim, claim
from symderiv.proof.normal import OPERATIONS, Pattern, normalise
from symderiv.proof.prove import decide
from symderiv.proof.reading import read
from symderiv.proof.session import Session, Split
from symderiv.proof.written import written
from symderiv.terms import ZERO, Stop, Term, kinds, minus, neg


def claimed(text: str, where: tuple[str, ...] = (), given: tuple[str, ...] = ()) -> Claim:
    left, right = text.split(" = ")
    p = parts_of(Record("a claim", left, right, where, given))
    return claim(p.left, p.right, p.definitions, p.facts, p.declared, p.open_sizes)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_zero_where_true_and_only_there(row: Row) -> None:
    text, where, given, true = row
    assert normalise(claimed(text, where, given)).zero_where_it_speaks == true


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_the_side_on_which_a_term_stands_makes_no_difference(row: Row) -> None:
    text, where, given, true = row
    c = claimed(text, where, given)
    assert normalise(Claim(c.right, c.left, c.statement)).zero_where_it_speaks == true
    assert normalise(Claim(minus(c.left, c.right), ZERO, c.statement)).zero_where_it_speaks == true
    assert normalise(Claim(neg(c.left), neg(c.right), c.statement)).zero_where_it_speaks == true


@pytest.mark.parametrize("row", [r for r in ROWS if not r[3]], ids=lambda row: row[0][:60])
def test_the_residual_is_the_difference(row: Row) -> None:
    """What is left over, taken to the other side, makes the claim true for the pattern it was found in."""
    text, where, given, _ = row
    c = claimed(text, where, given)
    patterns = normalise(c).patterns
    if len(patterns) == 1:
        assert normalise(Claim(c.left, _with_residual(c.right, patterns[0]), c.statement)).zero


def _with_residual(right: Term, pattern: Pattern) -> Term:
    return minus(right, neg(pattern.residual))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_reading_what_was_written_changes_nothing(row: Row) -> None:
    """Idempotence: the term of a normal form has that normal form (a frozen value comes out thawed)."""
    text, where, given, _ = row
    c = claimed(text, where, given)
    for side in (t for t in (c.left, c.right) if Stop not in kinds(t)):
        s = Session(c.statement, Budget(), OPERATIONS)
        try:
            first = read(s, side, {})
        except (Split, OutsideFragment):
            continue
        assert not s.minus(read(s, written(s, first), {}), first)


def test_a_division_by_nothing_is_said() -> None:
    with pytest.raises(Valueless, match="division"):
        normalise(claimed("x[i]/(x[i] - x[i]) = 1"))


def test_a_pattern_without_a_value_says_nothing() -> None:
    found = normalise(claimed("x/delta(i, j) = x"))
    assert found.zero_where_it_speaks
    assert not found.zero
    assert [[r.sign for r in pattern] for pattern in found.silent] == [["!="]]
    assert not normalise(claimed("x/delta(i, j) = 2*x")).zero_where_it_speaks


def test_no_value_inside_a_sum_is_no_proof() -> None:
    """At K = 1 the sum has one summand, which is not among those without a value."""
    with pytest.raises(Valueless):
        normalise(claimed("sum(x[k]/delta(k, i), k=1..K) = 5*x[i]"))


def test_a_symbolic_exponent_needs_a_base_of_known_sign() -> None:
    """Where the sign is not known the power stands for itself: only whole parts of the exponent come off."""
    assert not normalise(claimed("x^a*x^b = x^(a + b)")).zero
    assert normalise(claimed("x^a*x^b = x^(a + b)", (), ("x > 0",))).zero
    assert normalise(claimed("x^(a + 2) = x*x*x^a")).zero
    assert normalise(claimed("Derivative(x^a, x)*x = a*x^a")).zero
    with pytest.raises(OutsideFragment, match="symbolic exponent"):
        normalise(claimed("Derivative(x^a, a) = x^a"))


@pytest.mark.parametrize("budget", [Budget(seconds=0), Budget(terms=3)], ids=["seconds", "terms"])
def test_a_claim_beyond_the_budget_ends(budget: Budget) -> None:
    with pytest.raises(OutOfBudget, match="budget"):
        normalise(claimed("(a + b + c + d)^12 = (a + b)^12*sum(x[k], k=1..K)"), budget)


SUM, LARGE = "sum(y[k], k=1..K)", "(K - 1)*(K - 2)*(K - 3)"


@pytest.mark.parametrize(
    "text",
    [
        f"{SUM} + (y[i] - y[j])^K = {SUM} + (y[i] - y[j])^K + delta(i, j)*{LARGE}",
        f"{SUM} + delta(i, j)^K = {SUM} + delta(i, j) + (1 - delta(i, j))*{LARGE} + y[i] - y[i]",
        f"{SUM} + ((y[i] - y[j])^2)^K = {SUM} + ((y[i] - y[j])^2)^K + delta(i, j)*{LARGE}",
        f"d/dy[i] (sum(((y[k] - y[j])^2)^K, k=1..K)) + {SUM}"
        f" = d/dy[i] (sum(((y[k] - y[j])^2)^K, k=1..K)) + {SUM} + delta(i, j)*{LARGE}",
    ],
)
def test_a_power_of_0_has_a_value_where_its_exponent_is_a_size(text: str) -> None:
    """These were proved once: a pattern in which 0 stands under a power was taken to have no value."""
    with suppress(OutsideFragment):
        assert not normalise(claimed(text)).zero_where_it_speaks
    assert decide(claimed(text)).status == "refuted"


def test_facts_that_were_used_are_named() -> None:
    given = ("sum(y[k], k=1..K) = 1", "sum(w[k], k=1..K) = 2")
    used = normalise(claimed("x*sum(y[k], k=1..K) = x", (), given)).used
    assert [f.relation.left for f in used] == [claimed("x = x", (), given[:1]).statement.facts[0].relation.left]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("sum(y[k]^2, k=1..K) = sum(y[k], k=1..K)", "y[k]^2 = y[k]"),
        ("(1 - y[i])^3 = 1 - y[i]", "y[k]*(1 - y[k]) = 0"),
        ("1/x = x - 1", "x^2 = x + 1"),
        ("x^5 = 5*x + 3", "x^2 = x + 1"),
        ("1/T^3 = T/16", "T^2 = 4"),
    ],
)
def test_a_polynomial_equation_for_one_entry(text: str, given: str) -> None:
    assert normalise(claimed(text, (), (given,))).zero
    assert not normalise(claimed(f"{text} + 1", (), (given,))).zero


PARTS = "sum(1/(y[k]+x), k=1..K) + sum(1/(y[k]-1), k=1..K) + sum(1/((y[k]+x)*(y[k]-1)), k=1..K)"


@pytest.mark.parametrize(
    ("text", "where", "given"),
    [
        # from f*g >= 0 and f >= 0 nothing follows about g where f is 0
        ("sqrt(w^2*y) + sqrt(y^2) = sqrt(w^2*y) + y", (), ()),
        ("sqrt(x*y) + sqrt(y^2) = sqrt(x*y) + y", (), ("x >= 0",)),
        ("sqrt(w^2*y) = w*sqrt(y)", (), ()),
        # x - 1 divides 0 where x^2 = 1: partial fractions must not divide by it
        (f"{PARTS} + (x - 1)*c = {PARTS}", (), ("x^2 = 1",)),
        # a fact about the point says nothing under the derivative in another fact
        ("z = 0", (), ("x = 1", "z = Derivative(x*y, x)")),
        ("z = 0", ("g = Derivative(x*y, x)",), ("x = 1", "z = g")),
    ],
)
def test_what_was_0_by_mistake(text: str, where: tuple[str, ...], given: tuple[str, ...]) -> None:
    assert not normalise(claimed(text, where, given)).zero_where_it_speaks


def test_signs_that_lead_back_to_themselves_end() -> None:
    """A seed of the campaign: the sign of a root was asked for while it was being found out."""
    roots = "r[k] = (1 + sum((z[j] - z[k])^2, j=1..K))^(1/2)"
    left = "sum(log(p[l]/r[i]), l=1..K)"
    right = "log(p[1]) - log(r[i]) + sum(log(log(log(p[l]) - log(r[i]))), l=1..K, l!=1)"
    assert not normalise(claimed(f"{left} = {right}", ("p[k] = softmax(z, k)", roots))).zero
