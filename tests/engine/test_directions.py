"""Products as derivations: along a line and of a weighted value, each also the way through the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from symderiv.engine.directions import Direction, along, by_columns, by_rows, weighted
from symderiv.printing.plain import plain
from symderiv.problem import Problem
from symderiv.statement import Statement
from symderiv.terms import Entry, Symbol, Term


def stated(value: str, wrt: str, where: str = "", **shapes: Sequence[str]) -> Statement:
    """A statement that knows the shapes of the vectors as well."""
    s = Problem.from_text(value, wrt, where or ()).statement
    known = {name: tuple(map(Symbol, sizes)) for name, sizes in shapes.items()}
    return replace(s, scope=replace(s.scope, shapes={**s.scope.shapes, **known}))


def entry(name: str, *indices: str) -> Entry:
    return Entry(name, tuple(map(Symbol, indices)))


SOFTMAX = "p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)"
TWIN = "v[i] = exp(u[i])/sum(exp(u[k]), k=1..j)"


@pytest.mark.parametrize(
    ("statement", "vector", "straight", "through"),
    [
        (
            stated("p[j]", "z[i]", SOFTMAX, v=("K",)),
            entry("v", "i"),
            "p[j]*(v[j] - sum(p[m]*v[m], m=1..K))",
            "sum(p[j]*(delta(j, l) - p[l])*v[l], l=1..K)",
        ),
        (
            stated("v[i]", "u[i]", TWIN, t=("j",)),
            entry("t", "i"),
            "v[i]*(t[i] - sum(v[k]*t[k], k=1..j))",
            "sum(v[i]*(delta(i, l) - v[l])*t[l], l=1..j)",
        ),
        (
            stated("W[j, k]*W[k, j]", "W[a, a]", v=("K",)),
            entry("v", "a"),
            "2*v[j]*W[j, j]*delta(k, j)",
            "sum(2*W[j, j]*delta(j, l)*delta(k, j)*v[l], l=1..K)",
        ),
    ],
)
def test_along_a_line_and_by_columns(statement: Statement, vector: Term, straight: str, through: str) -> None:
    moved = [Direction(statement.variables[0], vector)]
    still = replace(statement, variables=())
    assert (plain(along(still, moved).term), plain(by_columns(still, moved).term)) == (straight, through)


@pytest.mark.parametrize(
    ("statement", "upstream", "straight", "through"),
    [
        (
            stated("p[j]", "z[i]", SOFTMAX, u=("K",)),
            entry("u", "j"),
            "p[i]*(u[i] - sum(u[j]*p[j], j=1..K))",
            "sum(u[j]*p[j]*(delta(j, i) - p[i]), j=1..K)",
        ),
        (
            stated("v[i]", "u[i]", TWIN, t=("j",)),
            entry("t", "i"),
            "v[i]*(t[i] - sum(t[l]*v[l], l=1..j))",
            "sum(t[k]*v[k]*(delta(k, i) - v[i]), k=1..j)",
        ),
        (stated("x^2", "x"), Symbol("u"), "2*u*x", "2*u*x"),
    ],
)
def test_weighted_and_by_rows(statement: Statement, upstream: Term, straight: str, through: str) -> None:
    assert (plain(weighted(statement, upstream).term), plain(by_rows(statement, upstream).term)) == (straight, through)


def test_what_the_line_is_made_of_stays_inside() -> None:
    """At a literal index, where the number and the start of the line cannot have their first names."""
    statement = stated("t*sum(x[k]^3, k=1..K) + k*x[1]", "x[2]")
    found = along(replace(statement, variables=()), [Direction(statement.variables[0], Symbol("v"))])
    assert plain(found.term) == "3*t*v*x[2]**2"
    assert found.least[Symbol("K")] == 2
