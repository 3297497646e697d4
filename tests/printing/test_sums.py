"""Sums without their index: only where nobody can misread them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from printing.some_terms import same_reading, terms

from symderiv.binders import rebuild_raw
from symderiv.printing.latex import latex, lines, relation
from symderiv.printing.notation import Notation, settle
from symderiv.statement import Relation
from symderiv.terms import ONE, Big, D, Delta, Entry, Symbol, Term, big, exp, log, number, parts, plus, quo, times

i, j, k, K, S = (Symbol(s) for s in ("i", "j", "k", "K", "S"))
BARE = Notation(sums="bare")


def z(*indices: Term) -> Term:
    return Entry("z", indices)


total = big(j, K, exp(z(j)))
PRINTED = [
    (total, r"\sum e^{z_j}"),
    (quo(exp(z(i)), total), r"\frac{e^{z_i}}{\sum e^{z_j}}"),
    (times(total, S), r"\left(\sum e^{z_j}\right) S"),
    (quo(total, big(k, K, z(k))), r"\frac{\sum e^{z_j}}{\sum z_k}"),
    (plus(total, z(j)), r"\sum_{j} e^{z_j} + z_j"),  # j is free as well
    (big(j, K, times(z(j), z(i))), r"\sum_{j} z_j z_i"),  # i and j both stand under it
    (big(j, K, z(i, j)), r"\sum_{j} z_{ij}"),
    (big(j, K, z(j, number(1))), r"\sum_{j} z_{j,1}"),
    (big(j, K, S), r"\sum_{j} S"),  # nothing under it says what it runs over
    (big(k, K, log(quo(exp(z(k)), total))), r"\sum_{k} \log \frac{e^{z_k}}{\sum e^{z_j}}"),
    (Big(j, K, z(j), (i,)), r"\sum_{j \ne i} z_j"),
    (big(j, K, D(z(j), S)), r"\sum_{j} \frac{\partial z_j}{\partial S}"),
    (big(j, K, Delta(i, j)), r"\sum_{j} \delta_{ij}"),
    (plus(total, Big(j, K, z(j), (i,))), r"\sum_{j} e^{z_j} + \sum_{j \ne i} z_j"),
    (big(j, K, Entry("z", (Entry("t", (j,)),))), r"\sum_{j} z_{t_j}"),
]


@pytest.mark.parametrize(("term", "expected"), PRINTED, ids=[s for _, s in PRINTED])
def test_a_sum(term: Term, expected: str) -> None:
    assert latex(term, BARE) == expected


def test_the_whole_formula_counts() -> None:
    assert relation(Relation("=", total, ONE), BARE) == r"\sum e^{z_j} = 1"
    assert relation(Relation("=", total, z(j)), BARE) == r"\sum_{j} e^{z_j} = z_j"
    assert "".join(lines(plus(total, z(j)), BARE)) == r"\sum_{j} e^{z_j} + z_j"


@settings(max_examples=600, deadline=None)
@given(terms(), terms())
def test_different_terms_look_different(t: Term, u: Term) -> None:
    """Sizes are not printed; all else is told apart."""
    common = settle(BARE, [t, u])
    if latex(t, common) == latex(u, common):
        assert same_reading(of_one_size(t), sizes=False) is same_reading(of_one_size(u), sizes=False)


def of_one_size(t: Term) -> Term:
    """The same term with every sum over K."""
    if isinstance(t, Big):
        return Big(t.index, K, of_one_size(t.body), t.excluded)
    return rebuild_raw(t, tuple(map(of_one_size, parts(t))))
