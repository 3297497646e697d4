"""What a problem claims, as data."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, IndexedBase, symbols

import symderiv as sd
from symderiv.claims import checked_claims
from symderiv.errors import InputError

i, x = symbols("i x")
z = IndexedBase("z")


def test_a_mistake_is_a_claim_with_what_should_stand_there() -> None:
    found = sd.Mistake("sign", "x = -x", instead=["x", "x"], source="a book")
    assert isinstance(found, sd.Claim)
    assert (found.equation, found.instead, found.source) == ("x = -x", ("x", "x"), "a book")
    assert sd.Mistake("sign", "x = -x").instead is None


def test_an_equation_is_text_a_relation_or_two_sides() -> None:
    assert sd.Claim("a", Eq(x, z[i])).equation == Eq(x, z[i])
    assert sd.Claim("a", (x, z[i])).equation == (x, z[i])


def test_one_claim_or_several() -> None:
    one, other = sd.Claim("a", "x = x"), sd.Passage("b", ["x", "x"])
    assert checked_claims(one) == (one,)
    assert checked_claims([one, other]) == (one, other)
    assert [line.expression for line in other.lines] == ["x", "x"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: sd.Claim("", "x = x"), "starts with a few words"),
        (lambda: sd.Claim(Eq(x, z[i]), "x"), "the equation comes second"),  # type: ignore[arg-type]
        (lambda: sd.Claim("a", ("x", "y", "z")), "two sides, not 3"),
        (lambda: sd.Claim("a", Eq(x, x)), "write it as a pair"),
        (lambda: sd.Mistake("a", "x = y", instead=True), "write it as a pair"),
        (lambda: sd.Passage("a", "x = y"), "a sequence of expressions"),  # type: ignore[arg-type]
        (lambda: sd.Passage("a", ["x"]), "fewer than two lines"),
        (lambda: sd.Passage(" ", ["x", "y"]), "starts with a few words"),
        (lambda: sd.Passage("a", [sd.Line("x", "because"), "x"]), "a derivation starts from its first line"),
        (lambda: sd.Passage("a", [sd.Line("x", instead="y"), "x"]), "neither a reason nor an instead"),
        (lambda: sd.Line("x", 3), "the reason of a line is text"),  # type: ignore[arg-type]
        (lambda: sd.Line(sd.Line("x")), "not another Line"),
        (lambda: sd.Line("x", instead=sd.Line("y")), "not another Line"),
        (lambda: sd.Problem("a", x, x, claims="x = x"), "claims holds Claim, Mistake and Passage"),
        (lambda: sd.Problem("a", x, x, claims=["x = x"]), r"Claim\('a few words', equation\)"),
        (lambda: sd.Problem("a", x, x, claims=3), "claims holds Claim, Mistake and Passage"),
    ],
)
def test_what_is_no_claim_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        make()


def test_a_problem_keeps_its_claims_when_it_gets_other_variables_or_facts() -> None:
    problem = sd.Problem("a", x**2, x, claims=sd.Claim("a square", "L = x^2"))
    assert [c.text for c in problem.with_variables([x, x]).claims if isinstance(c, sd.Claim)] == ["a square"]
    assert problem.with_text(given="x > 0").claims == problem.claims
    assert sd.Derivation.from_dict(sd.derive(problem).to_dict()).problem.claims == ()
