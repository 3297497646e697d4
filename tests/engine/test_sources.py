"""The five source derivations, each in its own letters and by its own route."""

from __future__ import annotations

from typing import Any

import pytest
from oracle.small_sizes import check_trace
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.errors import Refused
from symderiv.printing.plain import plain

N, K, C, c, i, j, k, m, n, t, r = symbols("N K C c i j k m n t r")
a, p, q, u, y, z = map(IndexedBase, "apquyz")


def source_a(value: Any) -> sd.Problem:
    where = {p[i, k]: exp(a[i, k]) / Sum(exp(a[i, j]), (j, 1, K))}
    return sd.Problem("source A", value, a[m, c], where, [Eq(Sum(q[i, k], (k, 1, K)), 1)])


L1 = -Sum(Sum(q[i, k] * log(p[i, k]), (k, 1, K)), (i, 1, N))
L2 = Sum(Sum((p[i, k] - q[i, k]) * a[i, k], (k, 1, K)), (i, 1, N))
HELD = Sum(Sum(sd.stop_gradient(p[i, k] - q[i, k]) * a[i, k], (k, 1, K)), (i, 1, N))
EXTRA = "p[m, c] - q[m, c] + p[m, c]*(a[m, c] - sum(a[m, k]*p[m, k], k=1..K))"

C_ = sd.Problem(
    "source C",
    -Sum(Sum(y[k, j] * log(a[k, j]), (j, 1, C)), (k, 1, m)),
    z[t, i],
    {a[k, j]: exp(z[k, j]) / Sum(exp(z[k, r]), (r, 1, C))},
    [sd.one_hot(y[k, j], u[k])],
)
CASES = (
    (source_a(L1), "cases", "p[m, c] - q[m, c]"),
    (source_a(L1), "zero-term", "p[m, c] - q[m, c]"),
    (source_a(L2), "chain", EXTRA),
    (source_a(L2), "cases", EXTRA),
    (source_a(HELD), "chain", "p[m, c] - q[m, c]"),
    (sd.load("source-b"), "one-hot", "a[i] - y[i]"),
    (C_, "cases", "a[t, i] - y[t, i]"),
    (C_, "jacobian", "a[t, i] - y[t, i]"),
    (sd.load("source-c"), "jacobian", "a[i] - y[i]"),
    (sd.load("source-d"), "cases", "y_hat[n] - y[n]"),
    (sd.load("source-e"), "jacobian", "s[i]*sum(y[t], t=1..k) - y[i]"),
)


@pytest.mark.parametrize(("problem", "route", "expected"), [pytest.param(*c, id=f"{c[0].name}, {c[1]}") for c in CASES])
def test_the_source_by_its_route(problem: sd.Problem, route: str, expected: str) -> None:
    d = sd.derive(problem, route=route)
    assert plain(d.trace.result) == expected
    for verdict, (number, step) in zip(check_trace(d.trace, d.statement), d.trace.walk(), strict=True):
        assert verdict.reason.startswith("checked"), f"{number} [{step.rule}]: {verdict}"


def test_what_is_no_label_refuses_the_label_route() -> None:
    with pytest.raises(Refused, match="one_hot"):
        sd.derive(sd.load("source-d"), route="one-hot")


def test_source_a_pulled_the_derivative_out_of_the_sum() -> None:
    """By the zero term the derivative stays inside; outside it would be that of L2, which is another one."""
    lines = [plain(line.after) for line in sd.derive(source_a(L1), route="zero-term").trace.steps]
    assert any("(q[i, k] - p[i, k])*(d/da[m, c] (log(p[i, k])))" in line for line in lines)
    assert sd.derive(source_a(L1)).result != sd.derive(source_a(L2)).result
    assert sd.derive(source_a(L1)).result == sd.derive(source_a(HELD)).result
