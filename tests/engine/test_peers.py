"""Faults found in other systems: here each gives the right answer, or a refusal with a reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import (
    Function,
    IndexedBase,
    KroneckerDelta,
    MatrixSymbol,
    Piecewise,
    Sum,
    exp,
    log,
    simplify,
    sqrt,
    symbols,
)

import symderiv as sd
from symderiv.derivation import Derivation
from symderiv.engine.derive import result_axes
from symderiv.errors import InputError, Refused
from symderiv.printing.latex import latex
from symderiv.printing.plain import plain
from symderiv.terms import Neg, Plus, Symbol

K, N, T, L = symbols("K N T L")
i, j, k, m = symbols("i j k m")
z, y, p, x, q, s, w = map(IndexedBase, ("z", "y", "p", "x", "q", "s", "w"))

SOFTMAX = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
SHIFTED = {p[k]: exp(z[k] + T) / Sum(exp(z[j] + T), (j, 1, K))}
SIGMOID = {s[k]: 1 / (1 + exp(-z[k]))}


def derived(value: Any, wrt: Any, where: Any = None, given: Any = ()) -> Derivation:
    """The derivation, every step of it proved."""
    d = sd.derive(value, wrt, where=where, given=given)
    assert d.verified, [str(v) for v in d.verify() if not v]
    return d


def text(d: Derivation) -> str:
    return str(d).split(" = ", 1)[1]


# tensorgrad


def test_a_bracket_after_a_minus_sign_keeps_its_meaning() -> None:
    g, a, b = map(Symbol, "gab")
    line = Plus((g, Neg(Plus((a, Neg(b))))))
    assert plain(line) == "g - (a - b)"
    assert latex(line).replace("\\left", "").replace("\\right", "").replace(" ", "") == "g-(a-b)"
    assert text(derived(Sum(z[k] * (w[k] - (x[k] - y[k])), (k, 1, K)), z[i])) == "w[i] + y[i] - x[i]"


def test_the_root_of_a_square_is_no_identity() -> None:
    d = derived(Sum(sqrt(x[k] ** 2), (k, 1, K)), x[i])
    assert text(d) == "x[i]/(x[i]**2)**(1/2)"
    np.testing.assert_allclose(d.lambdify()(np.array([-2.0, 3.0])), [-1.0, 1.0])


def test_softmax_does_not_feel_a_shift() -> None:
    assert derived(-Sum(y[k] * log(p[k]), (k, 1, K)), T, SHIFTED).result == 0
    assert derived(p[m], T, SHIFTED).result == 0
    assert text(derived(p[k], z[i], SHIFTED)) == "p[k]*(delta(i, k) - p[i])"
    assert derived(log(Sum(exp(x[j] - T), (j, 1, N))) + T, T).result == 0


def test_an_exponential_cancels_with_its_inverse() -> None:
    assert derived(q[k] * w[k], z[i], {q[k]: exp(z[k]), w[k]: exp(-z[k])}).result == 0
    assert derived(exp(z[k]) * exp(y[k] - z[k]), z[i]).result == 0


def test_the_derivative_of_the_sigmoid() -> None:
    assert text(derived(s[k], z[i], SIGMOID)) == "s[k]*(1 - s[k])*delta(i, k)"
    assert text(derived(L, T, {L: exp(T) / (exp(T) + 1)})) == "L*(1 - L)"


def test_the_entropy_of_a_softmax() -> None:
    d = derived(-Sum(p[k] * log(p[k]), (k, 1, K)), z[i], SOFTMAX)
    assert text(d) == "p[i]*(sum(p[k]*log(p[k]), k=1..K) - log(p[i]))"


def test_steps_go_together_with_a_constraint() -> None:
    given = sd.derive(sd.load("softmax-cross-entropy"))
    assert [st.rule for st in given.steps if len(st.conditions)] == ["cancel", "given"]


# gradients that are not numbers at large logits


@pytest.mark.parametrize("large", [1000.0, -1000.0])
def test_large_logits(large: float) -> None:
    at = np.array([large, 0.0, 1.0])
    loss = sd.derive(sd.load("softmax-cross-entropy")).lambdify()
    assert np.isfinite(loss(at, np.array([0.0, 1.0, 0.0]))).all()
    total = derived(log(Sum(exp(z[k]), (k, 1, K))), z[i]).lambdify()(at)
    np.testing.assert_allclose(total.sum(), 1.0)
    sigmoid = sd.derive(-Sum(y[k] * log(s[k]) + (1 - y[k]) * log(1 - s[k]), (k, 1, K)), z[i], where=SIGMOID)
    assert np.isfinite(sigmoid.lambdify()(at, np.array([0.0, 1.0, 0.0]))).all()


# SymPy


def test_a_delta_beside_two_factors_keeps_the_free_index() -> None:
    """SymPy's arrays contract this to a scalar (#28950): the axes of the derivative are i, then k."""
    d = derived(Sum(KroneckerDelta(i, j) * z[j] * y[j], (j, 1, K)), z[k])
    assert text(d) == "y[i]*delta(i, k)"
    assert [a.name for a in result_axes(d.statement)] == ["i", "k"]


def test_no_bound_index_is_left_free() -> None:
    sum_ = Sum(Piecewise((KroneckerDelta(i, j, (1, N)), x[i] > 0), (0, True)), (i, 1, N))
    assert i in simplify(-sum_).free_symbols  # SymPy (#27359)
    with pytest.raises(InputError, match=r"Piecewise.*smooth pieces"):
        sd.derive(sum_, x[j])
    for value in (Sum(KroneckerDelta(i, j) * x[i] ** 2, (i, 1, N)), Sum(x[i] * x[j], (i, 1, N))):
        assert i not in derived(value, x[k]).result.subs(Sum(x[i], (i, 1, N)), 0).free_symbols


def test_the_log_sum_exp_of_a_matrix_symbol() -> None:
    """Its derivative is 0 in SymPy; here a matrix symbol is refused, and an array has the softmax."""
    column = MatrixSymbol("X", N, 1)
    with pytest.raises(InputError, match="entries of IndexedBase"):
        sd.derive(log(Sum(exp(column[k, 0]), (k, 0, N - 1))), column[i, 0])
    assert text(derived(log(Sum(exp(x[k]), (k, 1, N))), x[i])) == "exp(x[i])/sum(exp(x[k]), k=1..N)"


def test_a_name_that_hides_the_variable_has_no_derivative_0() -> None:
    """Maxima returns 0 for the gradient of a sum of a symbolic length; SymPy for a function's name."""
    assert text(derived(Sum(z[k] ** 2, (k, 1, K)), z[i])) == "2*z[i]"
    with pytest.raises(Refused, match="derivative of f"):
        sd.derive(Function("f")(T), T)
