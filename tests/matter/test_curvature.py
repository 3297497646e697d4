"""Hessians and convexity: concluded where the signs and the domain allow it, and nowhere else."""

from __future__ import annotations

import pytest
from matter.losses import K, T, barrier, brier, i, j, k, log_likelihood, p, reciprocals, ridge, springs, twin, x, y, z
from sympy import Eq, Gt, Sum, exp, log

import symderiv as sd
from symderiv.matter.curvature import HELD, NO_NUMBER, hessian
from symderiv.matter.jacobian import NO_VECTOR
from symderiv.printing.plain import plain
from symderiv.report.elements import Absent, Hessian


def made(problem: sd.Problem) -> Hessian:
    found = hessian(sd.derive(problem))
    assert not isinstance(found, Absent)
    return found


@pytest.mark.parametrize(
    ("problem", "entry", "curvature"),
    [
        pytest.param(sd.load("softmax-cross-entropy"), "p[i]*(delta(i, l) - p[l])", "convex", id="cross-entropy"),
        pytest.param(sd.load("temperature"), "p[i]*(delta(i, l) - p[l])/T**2", "convex", id="temperature"),
        pytest.param(sd.load("logsumexp"), "p[i]*(delta(i, l) - p[l])", "convex", id="logsumexp"),
        pytest.param(sd.load("mean-squared-error"), "2*delta(j, m)/N", "strictly convex", id="squares"),
        pytest.param(
            sd.load("sigmoid-binary-cross-entropy"),
            "sigma[i]*(1 - sigma[i])*delta(i, j)",
            "strictly convex",
            id="sigmoid",
        ),
        pytest.param(twin(), "v[m]*(delta(j, m) - v[j])", "convex", id="twin"),
        pytest.param(log_likelihood(), "p[i]*(p[l] - delta(i, l))", "concave", id="log likelihood"),
        pytest.param(springs(), "4*(K*delta(i, l) - 1)", "convex", id="springs"),
        pytest.param(barrier(), "delta(i, j)/x[i]**2", "strictly convex", id="barrier"),
    ],
)
def test_second_derivatives_and_curvature(problem: sd.Problem, entry: str, curvature: str) -> None:
    h = made(problem)
    assert plain(h.matrix.entry) == entry
    assert h.curvature == curvature
    found = h.matrix.property("entry")
    assert found is not None
    assert found.verdict.status == "proved"
    assert h.matrix.property("form") is not None


def test_a_penalty_makes_it_strict() -> None:
    h = made(ridge())
    assert h.curvature == "strictly convex"
    assert h.matrix.row_sum is not None
    assert plain(h.matrix.row_sum) == "2*lambda"


def test_no_sign_no_conclusion() -> None:
    for problem in (brier(), sd.load("entropy"), sd.load("source-a-l2")):
        h = made(problem)
        assert h.matrix.property("symmetric") is not None
        assert h.matrix.definite is None
        assert h.curvature == ""


def test_labels_of_any_sum_leave_the_sign_open() -> None:
    free = sd.Problem("free", -Sum(y[k] * log(p[k]), (k, 1, K)), z[i], {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))})
    assert made(free).matrix.definite is None
    given = sd.Problem("positive", free.value, z[i], free.where, [Gt(y[k], 0)])
    assert made(given).curvature == "convex"


def test_a_hole_in_the_domain_forbids_the_conclusion() -> None:
    """1/x^2 has positive second derivatives on either side of 0 and is not convex."""
    h = made(reciprocals())
    assert h.matrix.definite is not None
    assert h.matrix.definite.strict
    assert h.curvature == ""
    assert [plain(t) for t in made(barrier()).positive] == ["x[k]"]


def test_a_fact_about_the_variable_forbids_the_conclusion() -> None:
    """On the sphere the value is constant; the fact holds at the point and not around it."""
    sphere = sd.Problem("sphere", Sum(x[k] ** 2, (k, 1, K)), x[i], given=[Eq(Sum(x[k] ** 2, (k, 1, K)), 1)])
    assert made(sphere).curvature == ""


def test_a_stopped_gradient_forbids_the_conclusion() -> None:
    held = sd.Problem("held", Sum(sd.stop_gradient(exp(x[k])) * x[k] ** 2, (k, 1, K)), x[i])
    assert made(held).curvature == ""


def test_where_there_is_none() -> None:
    assert hessian(sd.derive(sd.load("softmax"))) == Absent(NO_NUMBER)
    assert hessian(sd.derive(sd.load("linear-softmax-cross-entropy"))) == Absent(NO_VECTOR)
    assert hessian(sd.derive(sd.load("source-a-l2-held"))) == Absent(HELD)
    assert hessian(sd.derive(sd.load("temperature"), T)) == Absent(NO_VECTOR)
