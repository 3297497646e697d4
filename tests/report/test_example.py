"""Worked numbers against numbers computed another way."""

from __future__ import annotations

import math

import pytest
from report.problems import labelled
from sympy import IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.engine.derive import derive_statement
from symderiv.printing.notation import DEFAULT, settle
from symderiv.report.example import Worked, worked
from symderiv.report.naming import value_name
from symderiv.statement import Statement
from symderiv.terms import Entry, Term

LOGITS = (1.2, 0.9, 0.4)


def work(statement: Statement, given: dict[str, object]) -> Worked:
    derived, name = derive_statement(statement), value_name(statement)
    every: list[Term] = [name, derived.trace.result, statement.value, *statement.variables]
    every += [t for d in statement.definitions for t in (d.head, d.body)]
    every += [Entry(a, s) for a, s in statement.scope.shapes.items()]
    return worked(statement, name, derived.trace.result, "Numbers.", given, settle(DEFAULT, every))


@pytest.mark.parametrize("label", [0, 1, 2])
def test_the_flagship(label: int) -> None:
    total = sum(map(math.exp, LOGITS))
    p = [math.exp(x) / total for x in LOGITS]
    y = tuple(1.0 if k == label else 0.0 for k in range(3))
    found = work(sd.load("softmax-cross-entropy").statement, {"z": LOGITS, "y": y})
    assert found.value.equation == f"L = {-math.log(p[label]):.4f}"
    assert found.definitions[0].equation == "p = \\left(" + ",\\ ".join(f"{x:.4f}" for x in p) + "\\right)"
    for n, figure in enumerate(found.gradient):
        slope = p[n] - y[n]
        assert figure.equation == rf"\frac{{\partial L}}{{\partial z_{n + 1}}} = {slope:.4f}"
        assert figure.change is not None
        assert figure.change.sign == ("negative" if slope < 0 else "positive")
        assert (figure.change.variable, figure.change.value) == (f"z_{n + 1}", "L")
    coarse = -math.log(round(p[label], 2))
    assert found.rounding is not None
    assert (found.rounding.name, found.rounding.rounded) == ("p", f"{coarse:.4f}")


def test_a_component_that_vanishes() -> None:
    z, k, i, K = IndexedBase("z"), *symbols("k i K")
    problem = sd.Problem(name="a", value=Sum(z[k] ** 2, (k, 1, K)), wrt=z[i])
    found = work(problem.statement, {"z": (0.0, -1.0)})
    assert [f.equation.split(" = ")[1] for f in found.gradient] == ["0.0000", "-2.0000"]
    assert found.gradient[0].change is not None
    assert found.gradient[0].change.sign == "zero"


def test_a_large_table_is_one_matrix() -> None:
    z, k, j, i, K = IndexedBase("z"), *symbols("k j i K")
    problem = sd.Problem(name="a", value=log(Sum(exp(z[k]), (k, 1, K))), wrt=[z[i], z[j]])
    (figure,) = work(problem.statement, {"z": (0.0, 0.0, 0.0, 0.0)}).gradient
    assert figure.equation.count("&") == 12
    assert "0.1875" in figure.equation


def test_class_numbers_count_from_1() -> None:
    logits, classes = [[1.2, 0.9, 0.4], [0.1, 0.3, 0.2]], [3, 1]
    marks = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    found = work(labelled().statement, {"z": logits, "t": classes, "y": marks})
    shares = [[math.exp(x) / sum(map(math.exp, row)) for x in row] for row in logits]
    loss = -sum(math.log(row[c - 1]) for row, c in zip(shares, classes, strict=True))
    assert found.value.equation == f"L = {loss:.4f}"
    assert "t = \\left(3,\\ 1\\right)" in [figure.equation for figure in found.inputs]
    slopes = [p - y for row, mark in zip(shares, marks, strict=True) for p, y in zip(row, mark, strict=True)]
    assert [f.equation.rsplit(" ", 1)[1] for f in found.gradient] == [f"{s:.4f}" for s in slopes]


def test_where_a_part_is_held_no_sign_is_interpreted() -> None:
    """The value is minus the sum, its derivative 1 all the same: it does not say that raising z raises the value."""
    z, k, i, K = IndexedBase("z"), *symbols("k i K")
    problem = sd.Problem("held", Sum(z[k] - 2 * sd.stop_gradient(z[k]), (k, 1, K)), z[i])
    found = work(problem.statement, {"z": (0.5, 1.0)})
    assert [figure.change for figure in found.gradient] == [None, None]
