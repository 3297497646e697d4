"""Double precision that does not depend on the machine."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest
from report.problems import labelled, tempered

import symderiv as sd
from symderiv.errors import Refused
from symderiv.report.example import axes, evaluate
from symderiv.report.figures.doubles import NUMPY, called, double
from symderiv.report.figures.setting import sizes_of, values
from symderiv.report.inputs import simple_input
from symderiv.statement import Statement
from symderiv.terms import D, Entry, Function, Symbol


def test_arithmetic_is_that_of_doubles() -> None:
    rng = random.Random(1)
    for _ in range(300):
        a, b = rng.uniform(-1, 1), rng.uniform(-1, 1) * 10.0 ** rng.randint(-20, 20)
        x, y = double(a), double(b)
        assert [(x + y).real, (x - y).real, (x * y).real, (x / y).real, (-x).real] == [a + b, a - b, a * b, a / b, -a]
    assert (double(Fraction(1, 3)) ** double(3)).real == pytest.approx(1 / 27, rel=1e-16)
    assert (double(2.0) ** double(0.5)).real == math.sqrt(2)


@pytest.mark.parametrize("name", ["exp", "log", "sin", "tanh", "atan"])
def test_functions_are_within_a_rounding_of_the_library(name: str) -> None:
    for x in (0.3, 1.7, 12.25):
        theirs = getattr(math, name)(x)
        assert abs(called(name, double(x)).real - theirs) <= 2 * math.ulp(theirs)


def test_a_small_imaginary_part_is_kept() -> None:
    z = called("exp", double(0.5, 2.0**-52))
    assert z.imag / 2.0**-52 == pytest.approx(math.exp(0.5), rel=1e-15)


def test_a_function_that_is_not_known_is_refused() -> None:
    with pytest.raises(Refused, match="gamma"):
        called("gamma", double(1))


def held() -> sd.Problem:
    return sd.load("source-a-l2-held")


@pytest.mark.parametrize("problem", [*map(sd.load, sd.names()), tempered(), labelled()], ids=lambda p: p.name)
def test_values_are_those_of_the_generated_code(problem: sd.Problem) -> None:
    """Definitions, sums that leave indices out, class numbers, stopped gradients: all as in the code."""
    d = sd.derive(problem)
    given = problem.examples[0].values if problem.examples else simple_input(problem.statement)
    assert given is not None
    for term in (d.statement.value, d.trace.result):
        letters = [i for i in axes(d.statement, term) if i.name not in given]
        code = evaluate(d.statement, term, tuple(letters), given)
        for arithmetic in (None, NUMPY):
            at = values(d.statement, given) if arithmetic is None else values(d.statement, given, arithmetic)
            for place in np.ndindex(code.shape):
                env = {i.name: n + 1 for i, n in zip(letters, place, strict=True)}
                assert float(at.at(term, env).real) == pytest.approx(code[place], rel=1e-12, abs=1e-14)


def bare(t: Entry | Function | D) -> Statement:
    return Statement("", t, (), (), (), sd.load("softmax").statement.scope)


def test_what_has_no_value_here_is_refused() -> None:
    x = Symbol("x")
    for t in (D(Entry("z", (x,)), x), Function("f", (x, x))):
        with pytest.raises(Refused, match="not worked out"):
            values(bare(t), {"x": 1.0}).at(t, {})


def test_sizes_are_read_off_the_example() -> None:
    problem = sd.load("linear-softmax-cross-entropy")
    assert sizes_of(problem.statement, problem.examples[0].values) == {"N": 2, "D": 2, "K": 3}
