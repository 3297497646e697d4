"""The prover's own derivatives against the witness evaluator's jets, which share no code with them."""

from __future__ import annotations

import pytest
from proof.test_normal import claimed

from symderiv.proof.normal import normalise
from symderiv.proof.witness import search

SOFTMAX = ("p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)",)
DERIVATIVES = (
    ("Derivative(x^3*log(x), x)", "3*x^2*log(x) + x^2", (), ("x > 0",)),
    ("Derivative(sqrt(1 + x^2), x)", "x/sqrt(1 + x^2)", (), ()),
    ("Derivative(x^a, a)", "x^a*log(x)", (), ("x > 0",)),
    ("Derivative(exp(sum(z[k]*w[k], k=1..K)), z[i])", "w[i]*exp(sum(z[k]*w[k], k=1..K))", (), ()),
    ("Derivative(sum(z[k]^2/(1 + z[k]), k=1..K), z[2])", "(2*z[2] + z[2]^2)/(1 + z[2])^2", (), ()),
    ("Derivative(sum((1 - delta(k, i))*z[k]^2, k=1..K), z[j])", "2*z[j]*(1 - delta(i, j))", (), ()),
    ("Derivative(sum(Derivative(sum(z[j]^3, j=1..K), z[k]), k=1..K), z[i])", "6*z[i]", (), ()),
    ("Derivative(log(p[j]), z[i])", "delta(i, j) - p[i]", SOFTMAX, ()),
    ("Derivative(p[j]*log(p[j]), p[i])", "delta(i, j)*(log(p[i]) + 1)", SOFTMAX, ()),
    ("Derivative(stop_gradient(z[i])*z[i], z[i])", "z[i]", (), ()),
    ("Derivative(Derivative(sum(sum(z[k]*z[j]^2, j=1..K), k=1..K), z[i]), z[m])", "2*(z[i] + z[m])"
     " + 2*delta(i, m)*sum(z[k], k=1..K)", (), ()),
)  # fmt: skip


@pytest.mark.parametrize("row", DERIVATIVES, ids=lambda row: row[0])
def test_derivatives(row: tuple[str, str, tuple[str, ...], tuple[str, ...]]) -> None:
    left, right, where, given = row
    c = claimed(f"{left} = {right}", where, given)
    assert normalise(c).zero
    found = search(c)
    assert found.counterexample is None
    assert found.model is not None


@pytest.mark.parametrize("row", DERIVATIVES, ids=lambda row: row[0])
def test_a_derivative_that_is_off_is_seen_by_both(row: tuple[str, str, tuple[str, ...], tuple[str, ...]]) -> None:
    left, right, where, given = row
    c = claimed(f"{left} = {right} + 1", where, given)
    assert not normalise(c).zero
    assert search(c).counterexample is not None
