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


def at(equation: str, example: dict[str, object], given: str | tuple[str, ...] = ()) -> tuple[str, ...]:
    return compared(sd.prove(equation, where=SOFTMAX, given=given).claim, example).at


def test_both_sides_are_worked_out_with_the_numbers_of_an_example() -> None:
    z, y = (0.0, 0.0), (0.25, 0.75)
    gradient = "d/dz[i] (-sum(y[k]*log(p[k]), k=1..K)) = p[i]"
    assert at(gradient, {"z": z, "y": y}, ONES) == (
        "\\left(0.2500,\\ -0.2500\\right)",
        "\\left(0.5000,\\ 0.5000\\right)",
    )
    assert at("sum(p[k], k=1..K) = K", {"z": z}) == ("1.0000", "2.0000")


def test_an_example_that_does_not_fit_is_left_out() -> None:
    z, y = (0.0, 0.0), (0.25, 0.25)
    gradient = "d/dz[i] (-sum(y[k]*log(p[k]), k=1..K)) = p[i]"
    assert at(gradient, {"z": z, "y": y}, ONES) == ()  # it breaks a fact
    assert at(gradient, {"z": z}, ONES) == ()  # it says nothing of y
    assert at("p[i] = 1", {"z": (0.0,) * 20}) == ()  # too long for a line
    assert at("sum(1/y[k], k=1..K) = 0", {"z": z, "y": (0.0, 1.0)}) == ()  # it has no value there
