"""What would make a false claim true, and where it holds all the same."""

from __future__ import annotations

import pytest

from symderiv.doors.sympy import Reader
from symderiv.doors.text import Text
from symderiv.printing.plain import plain, relation
from symderiv.proof.claim import Claim, claim
from symderiv.proof.conditions import factors_of
from symderiv.proof.normal import normalise
from symderiv.proof.repair import alternatives, as_equation, coincidences, common_factors, suffices
from symderiv.terms import Term


def typed(left: str, right: str, *given: str, where: tuple[tuple[str, str], ...] = ()) -> Claim:
    reader = Reader()
    texts = tuple(map(Text, (left, right, *given)))
    pairs = {Text(a): Text(b) for a, b in where}
    reader.announce((*texts, *pairs.values()), pairs)
    definitions = tuple(reader.definition(*pair) for pair in pairs.items())
    sides = [reader.term(t) for t in texts[:2]]
    facts = tuple(map(reader.fact, texts[2:]))
    return claim(*sides, definitions, facts, reader.declared, reader.open_sizes)


def term(text: str) -> Term:
    return Reader().term(Text(text))


@pytest.mark.parametrize(
    ("factor", "equation"),
    [
        ("s - 1", "s = 1"),
        ("1 - s", "s = 1"),
        ("a - b", "a = b"),
        ("log(s)", "s = 1"),
        ("x", "x = 0"),
        ("a + b", "a + b = 0"),
    ],
)
def test_a_factor_as_an_equation(factor: str, equation: str) -> None:
    assert relation(as_equation(term(factor))) == equation


def test_factors_above_the_line() -> None:
    assert sorted(map(plain, factors_of(term("-3*x*(y - 1)^2/w")))) == ["x", "y - 1"]


def test_common_factors_are_those_of_every_pattern() -> None:
    c = typed("delta(i, j)*x*y[i]", "x*w")
    assert [plain(f) for f in common_factors(normalise(c))] == ["x"]


def test_alternatives_are_proved_and_come_without_indices_first() -> None:
    c = typed("x*y[i]*sum(z[k], k)", "x*y[i]")
    residual = term("x*y[i]*(sum(z[k], k=1..K) - 1)")
    found = alternatives(c, residual, tuple(factors_of(residual)))
    assert list(map(relation, found)) == ["x = 0", "sum(z[k], k=1..K) = 1", "y[i] = 0"]


def test_what_is_no_factor_of_the_residual_does_not_suffice() -> None:
    c = typed("x*y[i]", "x*y[j]")
    assert suffices(term("x"), term("x*(y[i] - y[j])"), c)
    assert not suffices(term("w"), term("x*(y[i] - y[j])"), c)


@pytest.mark.parametrize("body", ["v/x", "v*x^(-1)", "v*x^2/x^3"])
def test_a_divisor_within_a_definition_is_seen(body: str) -> None:
    """The residual x*s has no value at x = 0, and the claim, which has one there, is false."""
    c = typed("v", "0*s", where=(("s", body),))
    assert not suffices(term("x"), term("x*s"), c)
    assert not list(alternatives(c, term("x*s"), (term("x"),)))


@pytest.mark.parametrize("left", ["v + 0*s", "v*u"])
def test_an_alternative_against_which_a_point_speaks_is_none(left: str) -> None:
    """Whatever the residual looks like: here it is not left - right."""
    assert not suffices(term("x"), term("x*w"), typed(left, "0*x"))


@pytest.mark.parametrize(("p", "z", "i", "k"), [("p", "z", "i", "k"), ("a", "s", "k", "i")])
def test_an_alternative_that_goes_in_a_circle(p: str, z: str, i: str, k: str) -> None:
    """It cannot be solved for, since the definition holds what is asked for: the factor is seen at sight."""
    where = ((f"{p}[{k}]", f"exp({z}[{k}])/sum(exp({z}[m]), m)"),)
    left, right = f"d/d{z}[{i}] (sum({p}[{k}]*{z}[{k}], {k}))", f"{p}[{i}]"
    c = typed(left, right, where=where)
    factor = term(f"{z}[{i}] - sum({p}[{k}]*{z}[{k}], {k}=1..K)")
    assert suffices(factor, term(f"{p}[{i}]*({z}[{i}] - sum({p}[{k}]*{z}[{k}], {k}=1..K))"), c)


def test_an_alternative_that_no_point_fulfils_is_none() -> None:
    c = typed("x*(w^2 + 1)", "0")
    found = alternatives(c, term("x*(w^2 + 1)"), tuple(factors_of(term("x*(w^2 + 1)"))))
    assert list(map(relation, found)) == ["x = 0"]


@pytest.mark.parametrize(
    ("left", "right", "sizes"),
    [
        ("sum(x, k=1..K)", "x", ({"K": 1},)),
        ("(K - 2)*sum(x[k], k=1..K)", "0", ({"K": 2},)),
        ("sum(sum(x[n]*y[k], n=1..N), k=1..K)", "x[m]*sum(y[k], k=1..K)", ({"N": 1},)),
        ("sum(sum(x, k=1..K), n=1..N)", "6*x", ({"N": 2, "K": 3}, {"N": 3, "K": 2})),
        ("x", "w", ()),
        ("sum(x[k], k=1..K)/(K - 1)", "0", ()),
    ],
)
def test_coincidences(left: str, right: str, sizes: tuple[dict[str, int], ...]) -> None:
    assert coincidences(typed(left, right)) == sizes
