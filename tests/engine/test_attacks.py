"""What a fuzzer and two readers got wrong answers from: each is right now, or refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from oracle.small_sizes import check_trace
from sympy import Derivative, Eq, IndexedBase, KroneckerDelta, Sum, exp, log, sqrt, symbols

import symderiv as sd
from symderiv.errors import Refused
from symderiv.printing.plain import plain
from symderiv.problem import Problem

K, N, c, i, j, k, m, n = symbols("K N c i j k m n")
z, y, p, q, x, u, w = map(IndexedBase, "zypqxuw")
SOFTMAX = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}

RIGHT = {
    "a label below the line keeps its class": (z[c] / y[c], z[i], {}, [sd.one_hot(y[k], c)], "y[i]/y[c]"),
    "and beside a share": (p[c] / y[c], z[i], SOFTMAX, [sd.one_hot(y[k], c)], "p[c]*(y[i] - p[i])/y[c]"),
    "a label of every row has no entry without a row": (
        Sum(Sum(y[n, k] * z[n, k], (k, 1, K)), (n, 1, N)) + u[c],
        u[i],
        {},
        [sd.one_hot(y[n, k], c)],
        "delta(c, i)",
    ),
    "a delta of another array's index is no label": (
        Sum(y[k] * z[k], (k, 1, K)) + Sum(x[n] ** 2, (n, 1, N)) * x[2],
        x[j],
        {},
        [sd.one_hot(y, 2)],
        "2*x[2]*x[j] + delta(j, 2)*sum(x[n]**2, n=1..N)",
    ),
    "a root is not squared away": (
        x[i] * w[i] ** 3,
        w[j],
        {q[k]: sqrt(x[k]) * w[k]},
        [],
        "3*x[i]*w[i]**2*delta(i, j)",
    ),
    "a symmetric fact is no rule": (
        Sum(Sum(z[i] * x[i, j] * z[j], (i, 1, K)), (j, 1, K)),
        z[k],
        {},
        [Eq(x[n, j], x[j, n])],
        "sum(z[j]*(x[k, j] + x[j, k]), j=1..K)",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_now(name: str) -> None:
    value, wrt, where, given, expected = RIGHT[name]
    d = sd.derive(Problem("attack", value, wrt, where, given))
    found: Any = plain(d.trace.result)
    assert found == expected
    assert all(v.reason.startswith("checked") for v in check_trace(d.trace, d.statement))


@pytest.mark.parametrize(
    ("value", "wrt"),
    [(p[n], [z[i], p[m]]), (Derivative(p[n], z[m]), [p[i]])],
    ids=["by z, then by p", "by p of a derivative by z"],
)
def test_no_derivative_by_a_name_after_one_through_it(value: Any, wrt: list[Any]) -> None:
    with pytest.raises(Refused, match=r"p\[.\] is defined through z\[.\].*differentiate by p\[.\] first"):
        sd.derive(Problem("orders", value, wrt, SOFTMAX))


def test_a_pole_at_a_literal_index_is_kept_out() -> None:
    value = Sum((1 - KroneckerDelta(k, 2)) / (z[k] - z[2]), (k, 1, K))
    with pytest.raises(Refused):
        sd.derive(Problem("literal", value, z[i]), route="cases")
    assert "1/0" not in plain(sd.derive(Problem("literal", value, z[i])).trace.result)


@pytest.mark.parametrize("route", ["chain", "jacobian"])
def test_a_fact_about_rows_is_used_whatever_the_order_of_the_sums(route: str) -> None:
    value = -Sum(Sum(y[n, k] * log(p[k]), (k, 1, K)), (n, 1, N))
    given = [Eq(Sum(y[n, k], (k, 1, K)), 1)]
    d = sd.derive(Problem("one share for all rows", value, z[i], SOFTMAX, given), route=route)
    assert plain(d.trace.result) == "N*p[i] - sum(y[n, i], n=1..N)"
    assert d.remarks == ()  # "with sum(y[n, i], n=1..N) = 1" would normalise labels over the rows
    assert all(v.reason.startswith("checked") for v in check_trace(d.trace, d.statement))
