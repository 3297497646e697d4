"""Expressions written out for concrete sizes."""

from __future__ import annotations

from typing import Any

import pytest
from oracle.derivatives import written_derivative
from sympy import (
    Derivative,
    Function,
    IndexedBase,
    KroneckerDelta,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    pi,
    simplify,
    sin,
    symbols,
)

from symderiv.doors.sympy import stop_gradient
from symderiv.doors.written_out import instantiate, plain_name, written_out
from symderiv.errors import InputError, Refused
from symderiv.problem import Problem
from symderiv.terms import Big, D, Entry, number
from symderiv.terms import Symbol as Name

K, N, x, lam = symbols("K N x lam")
i, j, k, n = symbols("i j k n")
z, y, p = map(IndexedBase, ("z", "y", "p"))
softmax = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
cross_entropy = -Sum(y[k] * log(p[k]), (k, 1, K))


def test_sums_and_definitions() -> None:
    both = exp(z[1]) + exp(z[2])
    assert instantiate(Sum(p[k], (k, 1, K)), {K: 2}, softmax) == exp(z[1]) / both + exp(z[2]) / both
    assert instantiate(Sum(p[k], (k, 1, K)), {"K": 2}) == p[1] + p[2]
    assert instantiate(Sum(z[k], (k, 1, 3)) / K, {K: 4}) == (z[1] + z[2] + z[3]) / 4
    assert instantiate(Sum(z[k] * y[j], (k, 1, K), (j, 1, N)), {K: 1, N: 2}) == z[1] * y[1] + z[1] * y[2]
    assert instantiate(pi * sin(x), {}) == pi * sin(x)


def test_free_indices_stay_symbols() -> None:
    leaving_out = Sum(z[j] * (1 - KroneckerDelta(i, j)), (j, 1, K))
    one, two = KroneckerDelta(1, i), KroneckerDelta(2, i)
    assert instantiate(leaving_out, {K: 2}) == (1 - one) * z[1] + (1 - two) * z[2]
    assert instantiate(leaving_out, {K: 2, i: 1}) == z[2]
    assert instantiate(Sum(KroneckerDelta(i, k) * z[k], (k, 1, K)) * z[i], {K: 2}) == (one * z[1] + two * z[2]) * z[i]


def test_the_callers_own_objects_come_back() -> None:
    shaped = IndexedBase("z", shape=(K,), real=True)
    m = Symbol("m", integer=True)
    result = instantiate(Sum(shaped[k] ** 2, (k, 1, K)) * shaped[m], {K: 2})
    assert result == (shaped[1] ** 2 + shaped[2] ** 2) * shaped[m]


def test_letters_may_clash() -> None:
    clash = Sum(z[k] * Sum(y[k], (k, 1, K)), (k, 1, K)) * z[k]
    assert (instantiate(clash, {K: 2, k: 1}) - (z[1] + z[2]) * (y[1] + y[2]) * z[1]).expand() == 0


def test_derivatives_are_total() -> None:
    value = instantiate(Derivative(cross_entropy, z[i]), {K: 2, i: 1}, softmax)
    p_1 = exp(z[1]) / (exp(z[1]) + exp(z[2]))
    assert simplify(value - (p_1 * (y[1] + y[2]) - y[1])) == 0
    symbolic = instantiate(Derivative(Sum(z[k] ** 2, (k, 1, K)), z[i]), {K: 2})
    assert symbolic == 2 * z[1] * KroneckerDelta(1, i) + 2 * z[2] * KroneckerDelta(2, i)


def test_a_defined_name_is_an_independent_variable() -> None:
    by_p = Derivative(cross_entropy, p[i])
    assert instantiate(by_p, {K: 2, i: 2}) == -y[2] / p[2]
    both = exp(z[1]) + exp(z[2])
    assert instantiate(by_p, {K: 2, i: 2}, softmax) == -y[2] * both * exp(-z[2])
    u = symbols("u")
    assert instantiate(Derivative(u**2 * x, u), {}, {u: x**3}) == 2 * x**4
    assert instantiate(Derivative(u**2 * x, x), {}, {u: x**3}) == 7 * x**6


def test_derivatives_that_mean_two_things_are_refused() -> None:
    inner = Derivative(cross_entropy, z[i])
    with pytest.raises(Refused, match="defined through z"):
        instantiate(Derivative(inner, p[j]), {K: 2}, softmax)
    f = Function("f")
    with pytest.raises(Refused, match="undefined function"):
        instantiate(Derivative(f(p[1]), p[1]), {}, {p[k]: z[k]})
    assert instantiate(Derivative(f(x), x), {}) == Derivative(f(x), x)
    assert instantiate(Derivative(sin(x), x), {}) == cos(x)


def test_stop_gradient_has_a_value_but_no_derivative() -> None:
    held = z[1] * stop_gradient(z[1] ** 2)
    assert instantiate(held, {}) == z[1] ** 3
    assert instantiate(Derivative(held, z[1]), {}) == z[1] ** 2
    assert instantiate(Derivative(stop_gradient(x) * x, x, x), {}) == 0
    nested = stop_gradient(x * stop_gradient(x)) * x
    assert instantiate(Derivative(nested, x), {}) == x**2


def test_written_out_over_plain_symbols() -> None:
    problem = Problem("cross-entropy", cross_entropy, z[i], softmax)
    gradient = D(problem.statement.value, problem.statement.variables[0])
    written = written_out(gradient, {"K": 2}, {"i": 1}, problem.statement)
    assert {str(s) for s in written.free_symbols} == {"z_1", "z_2", "y_1", "y_2"}
    read = written_derivative(gradient, {"K": 2}, {"i": 1}, problem.statement)
    assert not any(isinstance(u, D | Big | Entry) for u in _below(read))


def _below(t: Any) -> list[Any]:
    from symderiv.terms import subterms

    return list(subterms(t))


def test_no_two_places_share_a_plain_name() -> None:
    places = [("z", (1, 2)), ("z_1", (2,)), ("z_1_2", ()), ("z", (12,)), ("z_1", (12,)), ("z_12", ()), ("z", ())]
    assert len({plain_name(*p) for p in places}) == len(places)


@pytest.mark.parametrize(
    ("expr", "sizes", "message"),
    [
        (Sum(z[k], (k, 1, K)), {}, "K has no value"),
        (Sum(z[k], (k, 1, K)), {K: 0}, "whole numbers"),
        (Sum(z[k], (k, 1, K)), {K: 1.5}, "whole numbers"),
        (Sum(z[k], (k, 1, K)) * z[i], {K: 2, i: 3}, "outside 1..2"),
        (Sum(z[k], (k, 1, K)) * z[3], {K: 2}, "too small"),
        (z[0], {}, "start at 1"),
    ],
)
def test_refusals(expr: Any, sizes: dict[Any, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        instantiate(expr, sizes)


def test_an_index_without_a_value() -> None:
    with pytest.raises(InputError, match="index i has no value"):
        written_out(Entry("z", (Name("i"),)), {}, {})
    assert written_out(Entry("z", (number(2),)), {}, {}) == Symbol("z_2")


def test_what_is_too_large_to_write_out_is_refused_at_once() -> None:
    with pytest.raises(InputError, match="more than 50000 summands"):
        instantiate(Sum(z[k], (k, 1, K)), {K: 10**7})
    with pytest.raises(InputError, match="sizes is a mapping"):
        instantiate(Sum(z[k], (k, 1, K)), 3)


def test_labels_stay_entries() -> None:
    t, (n, i, N) = IndexedBase("t"), symbols("n i N")
    loss = Sum(log(IndexedBase("p")[n, t[n]]), (n, 1, N))
    p, z = IndexedBase("p"), IndexedBase("z")
    assert instantiate(loss, {N: 2}) == log(p[1, t[1]]) + log(p[2, t[2]])
    assert instantiate(KroneckerDelta(i, t[n]) + KroneckerDelta(i, n), {n: 1}) == KroneckerDelta(
        i, t[1]
    ) + KroneckerDelta(i, 1)
    assert instantiate(Derivative(z[t[1]] ** 2, z[2]), {}) == 2 * z[t[1]] * KroneckerDelta(2, t[1])
    c, k, K = symbols("c k K")
    picked = instantiate(Sum(KroneckerDelta(k, c) * z[k], (k, 1, K)), {K: 2})
    assert picked == KroneckerDelta(1, c) * z[1] + KroneckerDelta(2, c) * z[2]
    where = {p[n, i]: z[n, i] ** 2}
    assert instantiate(loss, {N: 1}, where) == log(z[1, t[1]] ** 2)
