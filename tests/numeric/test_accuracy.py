"""Accuracy in eps: what is exact is near one, what loses digits or overflows is seen, what has no value is left out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numeric.problems import ONE_EACH, K, P, big, compiled, cross_entropy, exp, i, k, log, made, minus, p, quo, y, z

from symderiv.doors.digits import Digits
from symderiv.numeric.checks.accuracy import EPS, accuracy
from symderiv.numeric.checks.naive import Plainly
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import ONE, Entry, Symbol, Term, number, power

FLAGSHIP = made(cross_entropy(), (z(i),), (P,), (ONE_EACH,))
GRADIENT = minus(p(i), y(i))


def measured(statement: Statement, term: Term, names: tuple[str, ...], gradient: Any = None) -> dict[float, float]:
    """Errors in eps by spread."""
    own = gradient or compiled(statement, (term, (i,)), arguments=names)
    found = accuracy(own, Plainly(statement, term, (i,), names), {"K": 5}, Digits, 40, 1)
    assert all(a.variable == "z" and a.digits == 40 for a in found)
    return {a.spread: a.eps for a in found}


def softmax(row: np.ndarray) -> np.ndarray:
    e = np.exp(row - row.max())
    return e / e.sum()


def test_stable_code_is_exact_to_rounding_however_large_its_arguments() -> None:
    found = measured(FLAGSHIP, GRADIENT, ("z", "y"))
    assert list(found) == [1.0, 100.0, 10000.0]
    assert max(found.values()) < 2


def test_code_that_loses_digits_is_seen() -> None:
    def by_logarithms(row: np.ndarray, labels: np.ndarray) -> np.ndarray:
        total = row.max() + np.log(np.sum(np.exp(row - row.max())))
        return np.exp(row - total) - labels

    assert measured(FLAGSHIP, GRADIENT, ("z", "y"), lambda a, b: (softmax(a) - b) * (1 + 10 * EPS))[1.0] > 3
    assert measured(FLAGSHIP, GRADIENT, ("z", "y"), by_logarithms)[1.0] < 5


def test_code_that_overflows_is_seen() -> None:
    def textbook(row: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return np.exp(row) / np.sum(np.exp(row)) - labels

    found = measured(FLAGSHIP, GRADIENT, ("z", "y"), textbook)
    assert found[1.0] < 2
    assert found[10000.0] == np.inf


def test_what_is_too_small_for_a_double_is_no_error() -> None:
    square = big(k, K, power(p(k), number(2)))
    by_z = power(p(i), number(7))
    assert measured(made(square, (z(i),), (P,)), by_z, ("z",))[10000.0] < 2


def test_spreads_at_which_facts_fail_or_values_have_no_double_are_left_out() -> None:
    on_the_plane = made(big(k, K, exp(z(k))), (z(i),), (), (Fact(Relation("=", big(k, K, z(k)), ONE)),))
    assert list(measured(on_the_plane, exp(z(i)), ("z",))) == [1.0]
    free = made(big(k, K, exp(z(k))), (z(i),))
    assert list(measured(free, exp(z(i)), ("z",))) == [1.0, 100.0]


def test_points_at_which_the_formula_has_no_value_are_left_out() -> None:
    """Of either sign or positive: a logarithm takes the latter; 1 - p is lost in so few digits where p is near 1."""
    logs = made(big(k, K, log(z(k))), (z(i),))
    assert max(measured(logs, quo(ONE, z(i)), ("z",)).values()) < 2
    odds = made(big(k, K, log(p(k))), (z(i),), (P,))
    found = measured(odds, quo(p(i), minus(ONE, p(i))), ("z",), lambda row: softmax(row) / (1 - softmax(row)))
    assert 10000.0 not in found


def test_names_and_indices_do_not_matter() -> None:
    """The same with the index of the sum, the name and the size of another problem's."""
    n, m = Symbol("K"), Symbol("z")
    total = big(m, n, exp(Entry("k", (m,))))
    twin = made(log(total), (Entry("k", (i,)),))
    term = quo(exp(Entry("k", (i,))), total)
    own = compiled(twin, (term, (i,)), arguments=("k",))
    found = accuracy(own, Plainly(twin, term, (i,), ("k",)), {"K": 4}, Digits, 40, 0)
    assert [a.spread for a in found] == [1.0, 100.0, 10000.0]
    assert max(a.eps for a in found) < 2
    assert "40 digits, entries of k times 10000: " in str(found[-1])
