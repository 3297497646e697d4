"""One-line text of terms."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from printing.some_terms import every_small_term, same_reading, terms

from symderiv.printing.plain import plain, relation
from symderiv.statement import Relation
from symderiv.terms import (
    ONE,
    Big,
    D,
    Delta,
    Entry,
    Function,
    Neg,
    Number,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    big,
    exp,
    log,
    minus,
    neg,
    number,
    power,
    quo,
    times,
)

i, k, K, S = (Symbol(s) for s in ("i", "k", "K", "S"))
z_i, z_k, p_i, p_k, y_k = (Entry(a, (x,)) for a, x in (("z", i), ("z", k), ("p", i), ("p", k), ("y", k)))

SPELLINGS = [
    (minus(p_i, Entry("y", (i,))), "p[i] - y[i]"),
    (neg(big(k, K, times(y_k, log(p_k)))), "-sum(y[k]*log(p[k]), k=1..K)"),
    (Big(k, K, y_k, (i,)), "sum(y[k], k=1..K, k!=i)"),
    (D(times(y_k, p_k), z_i), "d/dz[i] (y[k]*p[k])"),
    (D(p_k, z_i), "dp[k]/dz[i]"),
    (D(Entry("dp", (k,)), z_i), "d/dz[i] (dp[k])"),
    (Delta(i, k), "delta(i, k)"),
    (times(y_k, quo(ONE, p_k), D(p_k, z_i)), "y[k]*(1/p[k])*(dp[k]/dz[i])"),
    (Quotient(times(p_i, p_k), times(S, K)), "p[i]*p[k]/(S*K)"),
    (Quotient(Neg(p_i), S), "(-p[i])/S"),
    (Neg(Quotient(p_i, S)), "-p[i]/S"),
    (Neg(Neg(S)), "-(-S)"),
    (power(minus(S, ONE), number(2)), "(S - 1)**2"),
    (Power(S, Number(Fraction(-1, 2))), "S**(-1/2)"),
    (exp(neg(S)), "exp(-S)"),
    (Times((S, Number(Fraction(-2)))), "S*(-2)"),
    (Function("log", (S,)), "log_(S)"),
    (Symbol("a b"), "{a b}"),
]


@pytest.mark.parametrize(("term", "expected"), SPELLINGS, ids=[s for _, s in SPELLINGS])
def test_spelling(term: Term, expected: str) -> None:
    assert plain(term) == expected


def test_relation() -> None:
    assert relation(Relation(">=", K, number(2))) == "K >= 2"


def test_no_two_small_terms_share_a_text() -> None:
    seen: dict[str, Term] = {}
    for t in every_small_term():
        known = seen.setdefault(plain(t), t)
        assert known is t or same_reading(known) is same_reading(t), plain(t)


@settings(max_examples=600, deadline=None)
@given(terms(), terms())
def test_different_terms_read_differently(t: Term, u: Term) -> None:
    if plain(t) == plain(u):
        assert same_reading(t) is same_reading(u)
