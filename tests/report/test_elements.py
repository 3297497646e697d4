"""The records of the elements: what they list and count."""

from __future__ import annotations

from symderiv.engine.rules.calculus import LOG
from symderiv.matter.tools import ENTRY
from symderiv.report.elements import Count, Matrix, Tool
from symderiv.terms import D, Delta, Entry, Symbol

i, k, K = map(Symbol, "ikK")


def test_a_tool_lists_its_law() -> None:
    assert list(Tool("constant-factor", "A factor.", None, "derivatives").terms()) == []
    assert list(Tool("entry", "An entry.", ENTRY, "derivatives").terms()) == [ENTRY.left, ENTRY.right]
    assert Tool("constant-factor", "A factor.", LOG, "derivatives").name == "constant factor"


def test_a_matrix_knows_only_what_was_proved() -> None:
    entry = Delta(i, k)
    derivative = D(Entry("x", (k,)), Entry("x", (i,)))
    m = Matrix(derivative, entry, k, i, (K, K), (), (), (True, True), (), ())
    assert m.property("symmetric") is None
    assert m.definite is None
    assert set(m.terms()) == {derivative, k, i, K}


def test_verdicts_add_up() -> None:
    assert Count("steps", 3, 1, 2).total == 6
