"""Every problem of the zoo is derived, and every step of it compared at small sizes."""

from __future__ import annotations

from itertools import product

import pytest

import symderiv as sd
from symderiv.errors import InputError
from symderiv.facts import equation
from symderiv.printing.plain import plain
from symderiv.proof.small_sizes import check_trace
from symderiv.statement import Relation
from symderiv.terms import Number, Term
from symderiv.zoo import load, names

RESULTS = {
    "softmax-cross-entropy": "p[i] - y[i]",
    "softmax-cross-entropy-batch": "(p[m, i] - y[m, i])/N",
}


def test_names_are_sorted_and_load() -> None:
    assert list(names()) == sorted(names())
    assert set(RESULTS) <= set(names())
    assert all(load(name).name == name for name in names())
    assert load(names()[0]) is load(names()[0])


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean 'softmax-cross-entropy'\?"):
        load("softmax-crossentropy")
    with pytest.raises(InputError, match=r"the names are: .*softmax"):
        load("xyzzy")
    with pytest.raises(InputError):
        load("../softmax_cross_entropy")


@pytest.mark.parametrize("name", names())
def test_it_is_derived_and_checked(name: str) -> None:
    d = sd.derive(load(name))
    verdicts = check_trace(d.trace, d.statement)
    assert all(v.status != "refuted" and v.reason.startswith("checked") for v in verdicts)
    assert all(any(equation(f, c.relation.left) for f in d.statement.facts) for c in d.assumed)


@pytest.mark.parametrize("name", RESULTS)
def test_the_result(name: str) -> None:
    assert plain(sd.derive(load(name)).trace.result) == RESULTS[name]


@pytest.mark.parametrize("name", names())
def test_it_has_a_title_and_examples(name: str) -> None:
    problem = load(name)
    assert problem.title
    assert problem.examples


@pytest.mark.parametrize("name", names())
def test_examples_fit_the_shapes_and_the_facts(name: str) -> None:
    problem = load(name)
    scope = problem.statement.scope
    for example in problem.examples:
        sizes: dict[Term, int] = {}
        for array, values in example.values.items():
            level = values
            for size in scope.shapes[array]:
                assert sizes.setdefault(size, len(level)) == len(level)
                assert all(not isinstance(v, tuple) or len(v) == len(level[0]) for v in level)
                level = level[0]
            assert not isinstance(level, tuple)
        assert all(not isinstance(size, Number) or size.value == n for size, n in sizes.items())


@pytest.mark.parametrize("name", names())
def test_labels_of_examples_add_up(name: str) -> None:
    """Rows of y sum to 1 wherever the problem says so."""
    problem = load(name)
    for fact in problem.statement.facts:
        if not plain(fact.relation.left).startswith("sum(y[") or fact.relation.sign != "=":
            continue
        assert isinstance(fact.relation, Relation)
        for example in problem.examples:
            rows = example.values["y"]
            for row, _ in product(rows if isinstance(rows[0], tuple) else (rows,), (0,)):
                assert sum(row) == pytest.approx(1)
