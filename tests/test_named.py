"""What the prover finds, in the names of the definitions: every form is confirmed."""

from __future__ import annotations

from typing import Any

import pytest

import symderiv.named as named_module
from symderiv import prove
from symderiv.named import difference, named
from symderiv.printing.plain import plain
from symderiv.proof.budget import DEFAULT
from symderiv.proof.normal import normalise
from symderiv.terms import Symbol, minus, plus, times

SOFTMAX = "p[k] = softmax(z, k)"
LOSS = "L = -sum(y[k]*log(p[k]), k=1..K)"


def residual(claim: str, *where: str) -> str:
    return plain(prove(claim, where=where).residual_term)


@pytest.mark.parametrize(
    ("claim", "where", "shown"),
    [
        ("dL/dz[i] = p[i] - y[i]", (SOFTMAX, LOSS), "p[i]*(sum(y[j], j=1..K) - 1)"),
        (
            "Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])",
            (SOFTMAX, LOSS),
            "p[i]*(sum(y[k], k=1..K) - 1)*(delta(i, j) - p[j])",
        ),
        (
            "Derivative(M, s[a], s[b]) = q[a]*(delta(a, b) - q[b])",
            ("q[j] = exp(s[j])/sum(exp(s[k]), k=1..N)", "M = -sum(w[i]*log(q[i]), i=1..N)"),
            "q[a]*(sum(w[i], i=1..N) - 1)*(delta(a, b) - q[b])",
        ),
        ("dp[j]/dz[i] = -p[i]*p[j]", (SOFTMAX,), "p[i]*delta(i, j)"),
        ("d/dx[i] (sum(x[k]^2, k=1..K)) = x[i]", (), "x[i]"),
    ],
)
def test_residuals_are_factored_and_named(claim: str, where: tuple[str, ...], shown: str) -> None:
    assert residual(claim, *where) == shown


def test_a_form_that_the_prover_does_not_confirm_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong rule of the engine spoils the form, never what is said."""
    v = prove("dL/dz[i] = p[i] - y[i]", where=[SOFTMAX, LOSS])
    finish = named_module.finish

    def wrong(record: Any, context: Any) -> None:
        finish(record, context)
        record.add("form", "a wrong line", plus(record.line, Symbol("x")))

    monkeypatch.setattr(named_module, "finish", wrong)
    t = minus(v.claim.left, v.claim.right)
    assert difference(v.claim, normalise(v.claim), DEFAULT) is t
    one = times(Symbol("K"), Symbol("K"))
    assert named(one, v.claim, DEFAULT) is one
