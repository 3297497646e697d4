"""Large inputs: formulas as they stand against the generated code."""

from __future__ import annotations

import math

import numpy as np
import pytest
from matter.losses import K, barrier, brier, i, k, log_likelihood, ridge, springs, twin, y, z
from sympy import Derivative, Eq, Sum, exp

import symderiv as sd
from symderiv.matter.extremes import BEYOND, HARMLESS, NO_EXPONENT, NO_INPUT, NO_NUMBERS, extremes
from symderiv.numeric.checks.naive import Formulas
from symderiv.printing.plain import plain
from symderiv.report.elements import Absent
from symderiv.report.example import evaluate
from symderiv.report.inputs import simple_input
from symderiv.report.stability import Extremes


def made(problem: sd.Problem) -> Extremes:
    found = extremes(sd.derive(problem))
    assert not isinstance(found, Absent), found.why
    return found


def test_softmax_cross_entropy_at_large_logits() -> None:
    found = made(sd.load("softmax-cross-entropy"))
    assert dict(found.inputs)["z"] == [1000.0, 0.0, -1000.0]
    p, loss, gradient = found.rows
    assert math.isnan(p.naive[0])
    assert p.stable == (1.0, 0.0, 0.0)
    assert math.isnan(loss.naive[0])
    assert loss.stable == (0.0,)
    assert math.isnan(gradient.naive[0])
    assert gradient.stable == (0.0, 0.0, 0.0)


def test_log_sum_exp_is_infinite_by_its_formula() -> None:
    rows = {plain(row.subject): row for row in made(sd.load("logsumexp")).rows}
    value = rows["log(sum(exp(z[k]), k=1..K))"]
    assert value.naive == (math.inf,)
    assert value.stable == (1000.0,)


@pytest.mark.parametrize(
    "problem",
    [twin(), ridge(), brier(), log_likelihood(), sd.load("sigmoid-binary-cross-entropy"), sd.load("temperature")],
    ids=lambda p: p.name,
)
def test_the_code_is_finite_where_some_formula_is_not(problem: sd.Problem) -> None:
    rows = made(problem).rows
    assert all(np.isfinite(row.stable).all() for row in rows)
    assert any(not np.isfinite(row.naive).all() for row in rows)
    for row in rows:
        finite = np.isfinite(row.naive)
        assert len(row.naive) == len(row.stable) == int(np.prod(row.shape, dtype=int))
        assert np.allclose(np.asarray(row.naive)[finite], np.asarray(row.stable)[finite])


@pytest.mark.parametrize("name", sd.names())
def test_at_ordinary_inputs_both_are_the_same(name: str) -> None:
    s = sd.derive(sd.load(name)).problem.statement
    given = simple_input(s)
    assert given is not None
    sizes = {n.name: m for a, v in given.items() for n, m in zip(s.scope.shapes.get(a, ()), np.shape(v), strict=True)}
    formulas = Formulas(s, given, sizes)
    for d in s.definitions:
        stable = evaluate(s, d.head, d.parameters, given)
        assert np.allclose(formulas.over(d.head, d.parameters, stable.shape), stable, rtol=1e-12)


def test_where_there_is_none() -> None:
    assert extremes(sd.derive(springs())) == Absent(NO_EXPONENT)
    assert extremes(sd.derive(barrier())) == Absent(NO_EXPONENT)
    tied = sd.Problem("tied", Sum(exp(z[k]), (k, 1, K)), z[i], given=[Eq(Sum(z[k], (k, 1, K)), 1)])
    assert extremes(sd.derive(tied)) == Absent(NO_INPUT)
    inner = sd.Problem("inner", Sum(Derivative(exp(z[k] * y[k]), y[k]), (k, 1, K)), z[i])
    assert extremes(sd.derive(inner)) == Absent(NO_NUMBERS)
    bump = sd.Problem("bump", Sum(exp(-(z[k] ** 2)), (k, 1, K)), z[i])
    assert extremes(sd.derive(bump)) == Absent(HARMLESS)
    steep = sd.Problem("steep", Sum(exp(z[k]), (k, 1, K)), z[i])
    assert extremes(sd.derive(steep)) == Absent(BEYOND)
