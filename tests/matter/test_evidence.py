"""Numbers, code and the gradient check of the notes: what cannot be had says why, and nothing else is missing."""

from __future__ import annotations

from typing import Any

import pytest
from engine.losses import CASES
from matter.losses import K, barrier, brier, i, j, k, twin, x, z
from sympy import Derivative, Eq, Function, Gt, IndexedBase, Sum, exp, log, sqrt, symbols

import symderiv as sd
from symderiv.errors import InconsistentTrace, InputError
from symderiv.matter import evidence
from symderiv.matter.evidence import (
    INNER,
    LEFT_OUT,
    NO_CODE,
    NO_NUMBERS,
    NO_POINTS,
    NO_SIMPLE,
    NOT_FINITE,
    ROW,
    SIMPLE,
    TABLE,
    UNCODED,
    UNTRIED,
    evidence_of,
    numbers_of,
)
from symderiv.numeric.checks.checked import GradCheck
from symderiv.report.records import Evidence, Skipped, Tried

c = symbols("c")
BY_NAME = {case.name: case.make for case in CASES}


def made(problem: sd.Problem) -> tuple[Evidence, list[tuple[str, Any]], str]:
    derivation = sd.derive(problem)
    numbers, why = numbers_of(derivation)
    return evidence_of(derivation, numbers), numbers, why


@pytest.mark.parametrize("problem", [twin(), brier(), barrier()], ids=lambda p: p.name)
def test_nothing_is_left_out_without_need(problem: sd.Problem) -> None:
    found, numbers, why = made(problem)
    assert why == found.untried == found.uncoded == ""
    assert (len(found.checks), found.skipped) == (2, ())
    assert [text for text, _ in numbers] == [SIMPLE]
    assert found.usage
    assert found.verified


def other_norm() -> sd.Problem:
    """Layer norm over the letters that notes choose for themselves, i and N for k and K."""
    u, m, s = IndexedBase("n"), symbols("v"), symbols("w")
    size = symbols("N")
    centre = Sum(u[k], (k, 1, size)) / size
    return sd.Problem(
        "other norm", (u[i] - m) / s, u[j], {m: centre, s: sqrt(Sum((u[k] - m) ** 2, (k, 1, size)) / size)}
    )


@pytest.mark.parametrize("make", [BY_NAME["layer norm"], BY_NAME["layer norm, named"], other_norm])
def test_sizes_without_a_value_are_named(make: Any) -> None:
    problem = make()
    found, _, why = made(problem)
    (size,) = problem.statement.scope.sizes
    assert why == found.untried == ""
    assert found.skipped == (Skipped(Tried((size.name,), ((1,),), True), "value"),)
    assert {row.sizes for row in found.checks} == {Tried((size.name,), ((2, 5),), True)}


def test_sizes_without_a_derivative_are_named() -> None:
    """A standard deviation is 0 for one number, and has no slope there."""
    mean = Sum(x[j], (j, 1, K)) / K
    found, _, _ = made(sd.Problem("deviation", sqrt(Sum((x[k] - mean) ** 2, (k, 1, K))), x[i]))
    assert found.skipped == (Skipped(Tried(("K",), ((1,),), True), "derivative"),)
    assert len(found.checks) == 2


def test_a_value_that_is_nowhere_finite_is_not_checked() -> None:
    found, numbers, why = made(sd.Problem("nowhere", Sum(log(-exp(z[k])), (k, 1, K)), z[i]))
    assert (found.checks, found.untried) == ((), NOT_FINITE)
    assert (numbers, why) == ([], NO_SIMPLE)
    assert found.code


@pytest.mark.parametrize("name", ["derivative inside", "derivative by a defined name"])
def test_a_derivative_within_the_value_has_no_code(name: str) -> None:
    found, numbers, why = made(BY_NAME[name]())
    assert (found.code, found.usage, found.checks) == ("", "", ())
    assert (found.uncoded, found.untried, why) == (INNER, UNCODED, NO_NUMBERS)
    assert numbers == []
    assert found.verified


def test_examples_wait_for_code() -> None:
    value = Sum(Derivative(z[k] ** 3, z[k]), (k, 1, K))
    found, numbers, why = made(sd.Problem("cubes", value, z[i], examples=[sd.Example("Two.", {"z": (1, 2)})]))
    assert (numbers, why, found.uncoded) == ([], NO_NUMBERS, INNER)


def test_facts_without_known_points_are_said() -> None:
    given = [Eq(Sum(x[k] ** 3, (k, 1, K)), 7)]
    found, numbers, why = made(sd.Problem("on a curve", Sum(x[k] ** 2, (k, 1, K)), x[i], given=given))
    assert (found.checks, found.untried) == ((), NO_POINTS)
    assert (numbers, why) == ([], NO_SIMPLE)
    assert found.code


def test_long_arrays_are_not_shown() -> None:
    examples = [sd.Example("Nine.", {"z": range(9)}), sd.Example("Two.", {"z": (1, 2)})]
    _, numbers, why = made(sd.Problem("squares", Sum(z[k] ** 2, (k, 1, K)), z[i], examples=examples))
    assert [text for text, _ in numbers] == ["Two."]
    assert why == LEFT_OUT
    assert (f"{ROW} numbers" in LEFT_OUT, f"{TABLE} in all" in LEFT_OUT) == (True, True)


def test_large_fixed_sizes_are_not_tried() -> None:
    found, numbers, why = made(sd.Problem("long", sd.logsumexp(z[k], k).subs(K, 4000), z[i]))
    assert (found.untried, numbers, why) == (UNTRIED, [], LEFT_OUT)


@pytest.mark.parametrize(
    ("value", "given", "numbers", "message"),
    [
        (Sum(x[k] ** 2, (k, 1, K)), [Gt(x[k], 0)], (1, -1), "breaks a given fact"),
        (Sum(log(x[k]), (k, 1, K)), (), (1, 0), "not finite"),
        (sqrt(Sum(x[k] ** 2, (k, 1, K))), (), (0, 0), "not finite"),
    ],
)
def test_examples_outside_the_domain_are_refused(value: Any, given: Any, numbers: Any, message: str) -> None:
    examples = [sd.Example("Edge.", {"x": numbers})]
    with pytest.raises(InputError, match=f"'Edge.'.*{message}"):
        numbers_of(sd.derive(sd.Problem("edge", value, x[i], given=given, examples=examples)))


def test_a_check_that_fails_is_no_reason_to_leave_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(derivation: sd.Derivation) -> GradCheck:
        return sd.gradcheck(derivation, grad=lambda z, y: z - y)

    monkeypatch.setattr(evidence, "gradcheck", wrong)
    with pytest.raises(InconsistentTrace, match="gradient check"):
        made(sd.load("softmax-cross-entropy"))


def test_a_function_that_numpy_lacks_has_no_code() -> None:
    found, numbers, why = made(sd.Problem("weighted", Function("f")(c) * Sum(z[k] ** 2, (k, 1, K)), z[i]))
    assert (found.code, found.uncoded, found.untried) == ("", NO_CODE, UNCODED)
    assert (numbers, why) == ([], NO_NUMBERS)
