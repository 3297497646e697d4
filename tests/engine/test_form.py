"""The printed form of a term: the same value, in the shape one expects, and stable."""

from __future__ import annotations

import pytest
from engine.random_losses import T, entry, values
from evaluate import Real, Undefined, World, evaluate, table
from hypothesis import assume, given
from hypothesis import strategies as st

from symderiv.binders import alpha_equal, free_names
from symderiv.engine.form import tidy_whole
from symderiv.engine.polynomial import Preferred
from symderiv.engine.printed import cost
from symderiv.errors import Refused
from symderiv.printing.plain import plain
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    D,
    Neg,
    Plus,
    Symbol,
    Term,
    Times,
    big,
    kinds,
    log,
    minus,
    number,
    plus,
    quo,
    times,
)

i, j, k, K = map(Symbol, ("i", "j", "k", "K"))

IJ = Preferred(("i", "j"))


def x(at: Term) -> Term:
    return entry("x", at)


def y(at: Term) -> Term:
    return entry("y", at)


def p(at: Term) -> Term:
    return entry("p", at)


TOTAL = big(k, K, times(x(k), minus(y(k), p(k))))
OPPOSITE = big(j, K, times(x(j), minus(p(j), y(j))))

FORMS = {
    "opposite sums vanish": (plus(TOTAL, OPPOSITE), "0"),
    "opposite sums are like terms": (minus(times(T, TOTAL), OPPOSITE), "(T + 1)*sum(x[k]*(y[k] - p[k]), k=1..K)"),
    "a common factor": (plus(times(p(i), x(i)), times(p(i), y(i))), "p[i]*(x[i] + y[i])"),
    "a sign into the bracket": (Neg(minus(y(i), p(i))), "p[i] - y[i]"),
    "local before aggregate": (plus(T, log(p(i))), "log(p[i]) + T"),
    "like terms": (plus(x(i), x(i), Neg(y(i))), "2*x[i] - y[i]"),
    "like terms in brackets": (
        Plus((Times((p(i), minus(x(i), T))), Times((p(i), minus(y(i), T))))),
        "p[i]*(x[i] - 2*T + y[i])",
    ),
    "a fraction that clears": (quo(minus(times(T, x(i)), y(i)), times(T, T)), "(x[i] - y[i]/T)/T"),
    "a fraction that does not": (quo(minus(ONE, T), plus(ONE, T)), "(1 - T)/(1 + T)"),
    "nothing": (minus(x(i), x(i)), "0"),
    "two sums joined to a product": (
        minus(big(k, K, times(x(k), y(k))), big(j, K, times(x(j), p(j)))),
        "sum(x[k]*(y[k] - p[k]), k=1..K)",
    ),
    "the number of joined sums in front": (
        plus(big(k, K, times(number(2), x(k), y(k))), big(j, K, times(number(4), x(j), p(j)))),
        "2*sum(x[k]*(y[k] + 2*p[k]), k=1..K)",
    ),
    "two sums kept": (minus(big(k, K, x(k)), big(j, K, y(j))), "sum(x[k], k=1..K) - sum(y[j], j=1..K)"),
    "a summand less": (minus(big(k, K, times(x(k), y(k))), times(x(i), y(i))), "sum(x[k]*y[k], k=1..K, k!=i)"),
    "a summand less, with factors": (
        minus(times(x(i), p(i)), times(p(i), big(k, K, x(k)))),
        "-p[i]*sum(x[k], k=1..K, k!=i)",
    ),
    "the first summand less": (minus(big(k, K, x(k)), x(number(1))), "sum(x[k], k=1..K, k!=1)"),
    "no summand of it": (minus(big(k, K, times(x(k), y(k))), times(x(i), y(j))), "sum(x[k]*y[k], k=1..K) - x[i]*y[j]"),
    "a sum of a constant": (minus(big(k, K, y(i)), y(i)), "sum(y[i], k=1..K) - y[i]"),
    "an index left out already": (minus(Big(k, K, x(k), (j,)), x(i)), "sum(x[k], k=1..K, k!=j) - x[i]"),
    "halves": (plus(quo(x(i), number(2)), quo(x(i), number(2))), "x[i]"),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    term, expected = FORMS[name]
    assert plain(tidy_whole(term, ("i",))) == expected


@given(values, st.integers(0, 100), st.integers(1, 3))
def test_the_form_has_the_same_value(t: Term, seed: int, size: int) -> None:
    assume(D not in kinds(t))
    after = tidy_whole(t, IJ)
    assert free_names(after) <= free_names(t)
    symbols = {"i": 1, "j": size, "k": size, "K": size, "T": 2, "c": 3}
    world = World(symbols, lambda name, at: abs(table(seed)(name, at)) / 4 + 1, Real())
    try:
        before = float(evaluate(t, world))
        assert abs(float(evaluate(after, world)) - before) <= 1e-9 * (1 + abs(before))
    except (Undefined, OverflowError, ZeroDivisionError, Refused):
        return


@given(values)
def test_the_form_does_not_grow_when_it_is_taken_again(t: Term) -> None:
    assume(D not in kinds(t))
    once = tidy_whole(t, IJ)
    twice = tidy_whole(once, IJ)
    assert cost(twice) <= cost(once) or alpha_equal(once, twice)
    assert not (once is ZERO and twice is not ZERO)
