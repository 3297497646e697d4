"""Numbers to work a problem through with: what does not fit is refused by its name when the problem is made."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.errors import InputError

K, N, c = symbols("K N c")
i, j, k, m, n = symbols("i j k m n")
a, p, t, w, y, z = map(IndexedBase, "aptwyz")


def softmax(values: Any, **more: Any) -> sd.Problem:
    """Softmax cross-entropy with an example."""
    where = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
    value = -Sum(y[k] * log(p[k]), (k, 1, K))
    return sd.Problem("entropy", value, z[i], where, [Eq(Sum(y[k], (k, 1, K)), 1)], examples=example(values), **more)


def scaled(values: Any) -> sd.Problem:
    """A weighted distance in letters that clash with the other problems' indices and sizes."""
    return sd.Problem("scaled", c * Sum(N * w[m, n] * a[n] ** 2, (m, 1, 2), (n, 1, K)), a[k], examples=example(values))


def labelled(values: Any) -> sd.Problem:
    """Class numbers of a batch."""
    where = {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))}
    return sd.Problem("labelled", -Sum(log(p[n, t[n]]), (n, 1, N)), z[m, i], where, examples=example(values))


def example(values: Any) -> list[sd.Example]:
    return [sd.Example("An example.", values)]


GOOD = {"w": ((1, 2, 3), (4, 5, 6)), "a": (1, 2, 3), "c": 2, "N": 0.5}
ROWS = ((1.0, 2.0), (0.0, 1.0))


@pytest.mark.parametrize(
    ("make", "values", "message"),
    [
        (softmax, {"z": (1, 2)}, "no numbers for y"),
        (softmax, {"z": (1, 2), "y": (1, 0), "q": (1,)}, "for q, which the problem does not use; it uses y, z"),
        (softmax, {"z": (1, 2), "y": (1, 0), "p": (1, 0)}, "for p, which is defined"),
        (softmax, {"z": (1, 2), "y": (1, 0), "K": 2}, "for K, which"),
        (softmax, {"z": (1, 2), "y": (1, 0, 0)}, r"y has shape \(3,\).* z says 2"),
        (softmax, {"z": (1, 2), "y": ((1, 0),)}, r"y is an array of shape \(K\), not .* \(1, 2\)"),
        (softmax, {"z": (1, 2), "y": ("1", "0")}, "y holds"),
        (softmax, {"z": (1, 2), "y": (1, float("nan"))}, "y holds"),
        (softmax, {"z": (1, 2), "y": (1, 1j)}, "y holds"),
        (softmax, {"z": (True, False), "y": (1, 0)}, "z holds"),
        (softmax, {"z": (1, 2), "y": ((1,), (2, 3))}, "rows of y differ"),
        (softmax, {"z": (), "y": ()}, "K is at least 1"),
        (softmax, 3, "maps names to numbers"),
        (scaled, {**GOOD, "w": ((1, 2, 3),)}, "the problem says 2"),
        (scaled, {**GOOD, "c": (2,)}, "c is one number"),
        (scaled, {name: x for name, x in GOOD.items() if name != "N"}, "no numbers for N"),
        (scaled, {**GOOD, "m": 1}, "for m, which"),
        (labelled, {"z": ROWS, "t": (0, 1)}, "t holds class numbers, .* from 1 to 2"),
        (labelled, {"z": ROWS, "t": (1, 3)}, "from 1 to 2"),
        (labelled, {"z": ROWS, "t": (1, 1.5)}, "whole"),
        (labelled, {"z": ROWS}, "no numbers for t"),
    ],
)
def test_numbers_that_do_not_fit(make: Any, values: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make(values)


@pytest.mark.parametrize("examples", [3, sd.Example("One.", {"z": (1, 2)}), [{"z": (1, 2)}], [sd.Example(3, {})]])
def test_what_is_no_sequence_of_examples(examples: Any) -> None:
    with pytest.raises(InputError, match="example"):
        sd.Problem("norm", Sum(z[k] ** 2, (k, 1, K)), z[i], examples=examples)


def test_numbers_that_fit_are_kept() -> None:
    assert softmax({"z": (1, 2), "y": (1, 0)}).examples[0].values["z"] == (1, 2)
    assert scaled(GOOD).examples[0].values == GOOD
    assert labelled({"z": ROWS, "t": (2, 1)}).examples[0].text == "An example."


def test_a_literal_index_asks_for_a_size() -> None:
    with pytest.raises(InputError, match="K is at least 3"):
        sd.Problem("third", Sum(z[k], (k, 1, K)) * z[3], z[i], examples=example({"z": (1, 2)}))


def test_numbers_for_what_only_a_fact_or_a_definition_names_are_taken() -> None:
    more = {w[k]: a[k] ** 2}
    problem = sd.Problem("norm", Sum(z[k] ** 2, (k, 1, K)), z[i], more, examples=example({"z": (1, 2), "a": (3, 4)}))
    assert len(problem.examples) == 1
    given = sd.one_hot(y[k], c)
    sd.Problem("one", -Sum(y[k] * z[k], (k, 1, K)), z[i], given=given, examples=example({"z": (1, 2), "y": (0, 1)}))


def test_another_question_leaves_behind_what_does_not_fit() -> None:
    problem = softmax({"z": (1, 2), "y": (1, 0)})
    assert problem.with_variables(y[i]).examples == problem.examples
    assert problem.with_variables(p[i]).examples == ()
    assert problem.with_text(given="y[k] > -1").examples == problem.examples
