"""Batches: every array lifted, facts for every sample, and the gradient of the mean proved."""

from __future__ import annotations

import numpy as np
import pytest
from matter.losses import K, N, T, barrier, brier, i, k, log_likelihood, ridge, springs, twin, x, y, z
from sympy import Eq, Ne, Sum, exp, symbols

import symderiv as sd
from symderiv.matter.batches import ALREADY, HIGHER, batch
from symderiv.matter.curvature import NO_NUMBER
from symderiv.matter.jacobian import BETWEEN, NO_VECTOR
from symderiv.matter.lifting import lift_of, lifted
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import Output
from symderiv.printing.plain import plain, relation
from symderiv.report.elements import Absent, Batch
from symderiv.terms import Entry, Symbol


def made(problem: sd.Problem) -> Batch:
    found = batch(sd.derive(problem))
    assert not isinstance(found, Absent), found.why
    return found


def whole(b: Batch) -> str:
    return plain(b.whole) if b.whole is not None else ""


def test_softmax_cross_entropy_becomes_the_batch_of_the_zoo() -> None:
    b, zoo = made(sd.load("softmax-cross-entropy")), sd.derive(sd.load("softmax-cross-entropy-batch"))
    assert plain(b.trace.result) == plain(zoo.trace.result) == "(p[m, i] - y[m, i])/N"
    assert plain(b.statement.value) == "-sum(sum(y[n, k]*log(p[n, k]), k=1..K), n=1..N)/N"
    assert whole(b) == "(p - y)/N"
    assert [relation(f.relation) for f in b.statement.facts] == ["sum(y[n, k], k=1..K) = 1"]
    assert b.agreement.status == b.derived.status == "proved"


@pytest.mark.parametrize(
    ("problem", "result", "without_indices"),
    [
        pytest.param(sd.load("temperature"), "(p[m, i] - y[m, i])/(T*N)", "(p - y)/(T*N)", id="temperature"),
        pytest.param(sd.load("entropy"), "-p[m, i]*(log(p[m, i]) + H[m])/N", "", id="entropy"),
        pytest.param(sd.load("mean-squared-error"), "2*(z[k, m] - y[k, m])/(N*K)", "2*(z - y)/(N*K)", id="squares"),
        pytest.param(
            sd.load("sigmoid-binary-cross-entropy"), "(sigma[m, i] - y[m, i])/N", "(sigma - y)/N", id="sigmoid"
        ),
        pytest.param(log_likelihood(), "(y[m, i] - p[m, i])/N", "(y - p)/N", id="log likelihood"),
        pytest.param(springs(), "4*(K*x[m, i] - sum(x[m, j], j=1..K))/N", "", id="springs"),
        pytest.param(barrier(), "-1/(N*x[m, i])", "", id="barrier"),
        pytest.param(twin(), "(v[l, m] - c[l, m])/K", "(v - c)/K", id="twin"),
    ],
)
def test_the_gradient_of_the_mean(problem: sd.Problem, result: str, without_indices: str) -> None:
    b = made(problem)
    assert plain(b.trace.result) == result
    assert whole(b) == without_indices
    assert b.agreement.status == b.derived.status == "proved"


def test_numbers_made_of_arrays_belong_to_a_sample_and_others_are_shared() -> None:
    entropy, tempered = made(sd.load("entropy")), made(sd.load("temperature"))
    assert entropy.scalars == ("H",)
    assert tempered.scalars == ()
    assert [relation(f.relation) for f in tempered.statement.facts][-1] == "T > 0"


def test_the_class_of_a_sample_becomes_a_label() -> None:
    b = made(sd.load("softmax-cross-entropy-one-hot"))
    assert b.scalars == ("t",)
    assert [relation(f.relation) for f in b.statement.facts] == ["y[n, k] = delta(k, t[n])"]
    assert "t" in b.statement.scope.labels
    assert plain(b.trace.result) == "(p[m, i] - y[m, i])/N"


def test_letters_are_new() -> None:
    b = made(twin())
    assert len({b.index.name, b.row.name, b.size.name} - {"n", "m", "k", "i", "N", "c", "v", "y"}) == 3


def test_a_sum_over_the_letter_of_the_sample_does_not_capture_it() -> None:
    n, q = Symbol("n"), symbols("q")
    problem = sd.Problem("q", Sum(exp(x[k]), (k, 1, K)) * q, x[i])
    lift = lift_of(problem.statement)
    assert plain(lift.term(problem.statement.value, n)) == "q*sum(exp(x[n, k]), k=1..K)"
    assert plain(lift.term(problem.statement.value, Symbol("k"))) != "q*sum(exp(x[k, k]), k=1..K)"
    variable = problem.statement.variables[0]
    assert isinstance(variable, Entry)
    assert lifted(problem.statement, lift, variable).scope.shapes["x"] == (Symbol("N"), Symbol("K"))


@pytest.mark.parametrize("problem", [ridge(), brier(), log_likelihood()], ids=lambda p: p.name)
def test_numbers_bear_it_out(problem: sd.Problem) -> None:
    """Each row of the gradient is that of its sample alone, over the number of samples."""
    b = made(problem)
    variable = b.statement.variables[0]
    assert isinstance(variable, Entry)
    axes = tuple(s for s in variable.indices if isinstance(s, Symbol))
    many = compile_function("g", b.statement, (Output("g", b.trace.result, axes),))
    one = sd.derive(problem).lambdify()
    assert set(many.args) == set(one.args)
    rng = np.random.default_rng(0)
    shared = {a: 0.7 for a in one.args if not b.statement.scope.shapes.get(a)}
    rows = [{a: rng.uniform(0.1, 0.9, 4) for a in one.args if a not in shared} for _ in range(3)]
    together = {a: np.stack([row[a] for row in rows]) for a in rows[0]}
    apart = np.stack([one(**row, **shared) for row in rows])
    assert np.allclose(many(**together, **shared), apart / 3)


def test_where_there_is_none() -> None:
    for name, why in (
        ("softmax", NO_NUMBER),
        ("softmax-cross-entropy-batch", NO_VECTOR),
        ("linear-softmax-cross-entropy", NO_VECTOR),
    ):
        assert batch(sd.derive(sd.load(name))) == Absent(why)
    d = sd.derive(sd.load("softmax-cross-entropy"), [z[i], z[k]])
    assert batch(d) == Absent(HIGHER)
    assert batch(sd.derive(sd.load("temperature"), T)) == Absent(NO_VECTOR)
    t = symbols("t")
    shared = sd.Problem("shared", Sum(z[k, 1] * x[k], (k, 1, K)), x[i])
    assert batch(sd.derive(shared)) == Absent(ALREADY)
    other = sd.Problem("other", Sum(y[k] * x[k], (k, 1, N)), x[i], given=[Ne(i, t), Eq(Sum(y[k], (k, 1, N)), 1)])
    assert batch(sd.derive(other)) == Absent(BETWEEN)
