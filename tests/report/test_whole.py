"""A result as one array, only where no index is lost."""

from __future__ import annotations

import pytest

from symderiv.printing.plain import plain
from symderiv.report.whole import whole_array
from symderiv.terms import Delta, Entry, Symbol, Term, big, exp, minus, neg, number, plus, quo, times

i, j, m, K, N, T = (Symbol(s) for s in ("i", "j", "m", "K", "N", "T"))


def at(array: str, *indices: Term) -> Term:
    return Entry(array, indices or (i,))


p, y, z = at("p"), at("y"), at("z")


@pytest.mark.parametrize(
    ("result", "variable", "expected"),
    [
        (minus(p, y), z, "p - y"),
        (quo(minus(at("p", m, i), at("y", m, i)), N), at("z", m, i), "(p - y)/N"),
        (quo(minus(p, y), times(T, N)), z, "(p - y)/(T*N)"),
        (neg(times(number(2), quo(number(1), T), p)), z, "-2*(1/T)*p"),
    ],
)
def test_linear_results(result: Term, variable: Term, expected: str) -> None:
    found = whole_array(result, variable)
    assert found is not None
    assert plain(found) == expected


@pytest.mark.parametrize(
    "result",
    [
        times(p, y),
        minus(p, at("y", j)),
        plus(p, number(1)),
        times(p, big(j, K, at("y", j))),
        Delta(i, j),
        exp(p),
        quo(number(1), p),
        quo(p, times(T, y)),
        times(i, p),
    ],
)
def test_results_that_need_their_indices(result: Term) -> None:
    assert whole_array(result, z) is None


def test_variables_without_distinct_index_letters() -> None:
    assert whole_array(at("p", number(1)), at("z", number(1))) is None
    assert whole_array(at("p", i, i), at("W", i, i)) is None
    assert whole_array(T, T) is None
