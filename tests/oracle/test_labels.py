"""Labels in the check at small sizes: class numbers are drawn in range, one-hot labels imposed exactly."""

from __future__ import annotations

from typing import Any

import pytest
from oracle.small_sizes import check_step
from sympy import Derivative, IndexedBase, KroneckerDelta, Sum, exp, log, symbols

import symderiv as sd
from symderiv.doors.sympy import Reader
from symderiv.doors.written_out import written_out
from symderiv.errors import InputError
from symderiv.problem import Problem
from symderiv.proof.verdict import Verdict
from symderiv.trace import Condition, Step

K, N = symbols("K N")
c, i, j, k, m, n = symbols("c i j k m n")
z, y, p, t, r, x = map(IndexedBase, ("z", "y", "p", "t", "r", "x"))
rows = Problem(
    "rows",
    -Sum(log(p[n, t[n]]), (n, 1, N)) - Sum(y[n, k] * z[n, k], (k, 1, K), (n, 1, N)),
    z[m, i],
    {p[n, k]: sd.softmax(z[n, k], k)},
    sd.one_hot(y[n, k], t[n]),
)
single = Problem("single", Sum(y[k] * x[k] ** 2, (k, 1, K)), x[i], None, sd.one_hot(y[k], c))
ROW, ONE_ROW = sd.one_hot(y[n, k], t[n]), sd.one_hot(y[k], c)


def check(of: Problem, before: Any, after: Any, *needs: Any) -> Verdict:
    reader = Reader()
    conditions = tuple(Condition(reader.relation(r)) for r in needs)
    return check_step(Step("a rule", "because", reader.term(before), reader.term(after), conditions), of.statement)


RIGHT = [
    ("sift", rows, Sum(KroneckerDelta(k, t[n]) * z[n, k], (k, 1, K)), z[n, t[n]], ()),
    (
        "gradient",
        rows,
        Derivative(-Sum(log(p[n, t[n]]), (n, 1, N)), z[m, i]),
        p[m, i] - KroneckerDelta(i, t[m]),
        (),
    ),
    ("row adds up", rows, Sum(y[n, k], (k, 1, K)), 1 + 0 * x[1], (ROW,)),
    ("marked", rows, Sum(y[n, k] * exp(z[n, k]), (k, 1, K)), exp(z[n, t[n]]), (ROW,)),
    ("instance", rows, Sum(y[m, j], (j, 1, K)) * z[m, i], z[m, i], (sd.one_hot(y[m, j], t[m]),)),
    ("fixed class", single, Sum(y[k] * x[k], (k, 1, K)), x[c], (ONE_ROW,)),
    ("powers", single, y[i] ** 2, y[i], (ONE_ROW,)),
    ("products", single, y[i] * y[j], KroneckerDelta(i, j) * y[j], (ONE_ROW,)),
    (
        "left out",
        rows,
        Sum((1 - KroneckerDelta(k, t[n])) * z[n, k], (k, 1, K)) + z[n, t[n]],
        Sum(z[n, k], (k, 1, K)),
        (),
    ),
]

WRONG = [
    ("wrong row", rows, Sum(KroneckerDelta(k, t[n]) * z[n, k], (k, 1, K)), z[n, t[m]], ()),
    ("labels of different rows may agree", rows, KroneckerDelta(t[n], t[m]), KroneckerDelta(n, m), ()),
    ("labels of different rows may differ", rows, KroneckerDelta(t[n], t[m]) * z[1, 1], z[1, 1], ()),
    ("labels of different arrays", rows, z[n, t[n]] + 0 * p[n, 1], z[n, r[n]], ()),
    ("sign", rows, Derivative(log(p[n, t[n]]), z[n, i]), p[n, i] - KroneckerDelta(i, t[n]), ()),
    ("delta forgotten", rows, Derivative(log(p[n, t[n]]), z[n, i]), -p[n, i], ()),
    ("uncited", rows, Sum(y[n, k], (k, 1, K)), 1 + 0 * x[1], ()),
    ("other class", single, Sum(y[k] * x[k], (k, 1, K)), x[1], (ONE_ROW,)),
    ("not the entry", single, y[i] * y[j], y[i], (ONE_ROW,)),
    ("a fact holds at the point", single, Derivative(Sum(y[k], (k, 1, K)), y[i]), Derivative(x[i], y[i]), (ONE_ROW,)),
]


@pytest.mark.parametrize(("of", "before", "after", "needs"), [pytest.param(*row[1:], id=row[0]) for row in RIGHT])
def test_right_steps(of: Problem, before: Any, after: Any, needs: Any) -> None:
    verdict = check(of, before, after, *needs)
    assert (verdict.status, verdict.reason[:8]) == ("undecided", "checked "), verdict


@pytest.mark.parametrize(("of", "before", "after", "needs"), [pytest.param(*row[1:], id=row[0]) for row in WRONG])
def test_wrong_steps(of: Problem, before: Any, after: Any, needs: Any) -> None:
    assert check(of, before, after, *needs).status == "refuted"


def test_an_uncited_label_is_named_in_the_verdict() -> None:
    assert "does not record" in check(rows, Sum(y[n, k], (k, 1, K)) * z[1, 1], z[1, 1]).reason


def test_the_witness_shows_class_numbers_in_range() -> None:
    witness = check(rows, KroneckerDelta(t[n], t[m]), KroneckerDelta(n, m)).counterexample
    assert witness is not None
    (labels,) = witness.values.values()
    assert isinstance(labels, tuple)
    assert all(value in range(1, witness.sizes["K"] + 1) for value in labels)


def test_written_out_with_labels() -> None:
    term = Reader().term(z[n, t[n]] + KroneckerDelta(i, t[n]))
    values = {("t", (2,)): 3}
    assert str(written_out(term, {}, {"n": 2, "i": 3}, None, values)) == "z_2_3 + 1"
    with pytest.raises(InputError, match="label t_1 has no value"):
        written_out(term, {}, {"n": 1, "i": 3}, None, values)
