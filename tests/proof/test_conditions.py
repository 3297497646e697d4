"""What a claim rests on, and what leaves it without a subject."""

from __future__ import annotations

import pytest

from symderiv.doors.sympy import Reader
from symderiv.doors.text import Text
from symderiv.printing.plain import relation
from symderiv.proof.budget import DEFAULT
from symderiv.proof.claim import Claim, claim
from symderiv.proof.conditions import contradiction, needs


def typed(left: str, right: str, given: tuple[str, ...] = (), where: tuple[tuple[str, str], ...] = ()) -> Claim:
    reader = Reader()
    texts = tuple(map(Text, (left, right, *given)))
    pairs = {Text(a): Text(b) for a, b in where}
    reader.announce((*texts, *pairs.values()), pairs)
    definitions = tuple(reader.definition(*pair) for pair in pairs.items())
    sides = [reader.term(t) for t in texts[:2]]
    facts = tuple(map(reader.fact, texts[2:]))
    return claim(*sides, definitions, facts, reader.declared, reader.open_sizes)


@pytest.mark.parametrize(
    ("left", "right", "given", "found"),
    [
        ("x/w", "x", (), ["w != 0"]),
        ("x/w + 1/w", "x^(-2)", (), ["w != 0", "x != 0"]),
        ("x/w", "x", ("w > 0",), []),
        ("x/exp(w)", "x", (), []),
        ("sum(x[k]/w[k], k)", "1", (), ["w[k] != 0"]),
        ("x", "w", (), []),
    ],
)
def test_divisors_that_may_be_zero(left: str, right: str, given: tuple[str, ...], found: list[str]) -> None:
    assert list(map(relation, needs(typed(left, right, given)))) == found


def test_divisors_of_the_definitions_that_are_used() -> None:
    where = (("q[k]", "x[k]/sum(x[j], j=1..K)"), ("s", "1/w"))
    assert list(map(relation, needs(typed("q[i]", "x[i]", (), where)))) == ["sum(x[j], j=1..K) != 0"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("x + w = 3", "x = 1", "w = 1"), "contradict each other"),
        (("sum(exp(z[k])/sum(exp(z[j]), j), k) = 2",), "is false at every point"),
        (("z[k] > 0", "z[k] = 0 - 1"), "by the others, z[k] > 0 is false"),
        (("a[n] = -2", "a[k] >= -1"), "by the others, a[k] >= -1 is false"),
        (("x != 3", "x = 3"), "by the others, x != 3 is false"),
        (("x > 0", "x = 0"), "by the others, x > 0 is false"),
        (("x >= 0", "x = 0"), ""),
        (("x > 0", "w = -1"), ""),
        (("x = 1", "w = 1"), ""),
        ((), ""),
    ],
)
def test_facts_that_contradict_each_other(given: tuple[str, ...], message: str) -> None:
    found = contradiction(typed("x*w*z[i]", "1", given), DEFAULT)
    assert message in found
    assert bool(message) == bool(found)


def test_a_divisor_that_vanishes() -> None:
    found = contradiction(typed("x/(sum(z[k], k) - sum(z[j], j))", "x"), DEFAULT)
    assert "divides by" in found
