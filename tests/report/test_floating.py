"""Both sides of a claim in floating point."""

from __future__ import annotations

import pytest

import symderiv as sd
from symderiv.errors import InputError
from symderiv.report.floating import compared
from symderiv.report.records import Numbers

SOFTMAX = "p[k] = softmax(z, k)"
ROWS = "p[n, k] = softmax(z[n, k], k)"
ONES = "sum(y[k], k=1..K) = 1"


def numbers(equation: str, where: str = SOFTMAX, given: str | tuple[str, ...] = ()) -> Numbers:
    return compared(sd.prove(equation, where=where or None, given=given).claim)


@pytest.mark.parametrize(
    ("equation", "agree"),
    [
        ("sum(p[k], k=1..K) = 1", True),
        ("sum(p[i]*(z[i] - sum(p[k]*z[k], k=1..K)), i=1..K) = 0", True),
        ("sum(z[i] - sum(p[k]*z[k], k=1..K), i=1..K) = 0", False),
        ("p[i]*delta(i, j) = p[j]*delta(i, j)", True),
        ("p[i]*delta(i, j) = p[j]", False),
    ],
)
def test_sides_without_derivatives(equation: str, agree: bool) -> None:
    found = numbers(equation)
    assert found.agree is agree
    assert found.sizes == "K = 2, 5, 50"
    assert (found.apart == "10^{-12}") is agree


@pytest.mark.parametrize(
    ("equation", "agree"),
    [
        ("d/dz[i] (-sum(y[k]*log(p[k]), k=1..K)) = p[i] - y[i]", True),
        ("d/dz[i] (-sum(y[k]*log(p[k]), k=1..K)) = y[i] - p[i]", False),
        ("d/dz[i] (sum(stop_gradient(p[k])*z[k], k=1..K)) = p[i]", True),
        ("d/dz[i] (sum(p[k]*z[k], k=1..K)) = p[i]", False),
        ("d/dz[i] (sum(p[k]*z[k], k=1..K)) = d/dz[i] (sum(p[k]*log(p[k]), k=1..K))", False),
        ("d/dz[i] (log(p[j])) = delta(i, j) - p[i]", True),
        ("d/dz[i] (log(p[j])) = delta(i, j) - p[j]", False),
    ],
)
def test_a_derivative_on_the_left_is_taken_numerically(equation: str, agree: bool) -> None:
    found = numbers(equation, given=ONES if "y[" in equation else ())
    assert found.agree is agree
    assert (found.apart == "10^{-6}") is agree


def test_the_difference_is_that_of_the_sides() -> None:
    found = numbers("sum(z[k], k=1..K) = sum(z[k], k=1..K) + 3", "")
    assert (found.agree, found.apart) == (False, "3")


def test_it_works_for_several_axes_and_fixed_sizes() -> None:
    assert numbers("d/dz[m, i] (-sum(log(p[n, 1]), n=1..N)) = p[m, i] - delta(i, 1)", ROWS).agree
    assert numbers("sum(x[k], k=1..3) = x[1] + x[2] + x[3]", "").agree


def test_facts_hold_at_the_inputs() -> None:
    assert numbers("sum(y[k], k=1..K) = 1", "", ONES).agree


@pytest.mark.parametrize(
    "equation",
    [
        "2*d/dz[i] (p[j]) = 2*p[j]*(delta(i, j) - p[i])",
        "Derivative(p[j], z[i], z[m]) = 0",
        "d/dz[i] (p[j]) = 2*Derivative(p[j], z[i])",
    ],
)
def test_other_derivatives_are_refused(equation: str) -> None:
    with pytest.raises(InputError, match="in numbers, "):
        numbers(equation)
