"""Log-softmax and its Jacobian, which is not symmetric; equals torch's log_softmax over the last axis."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k, m = symbols("K i j k m")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="log-softmax",
    title="Log-softmax",
    about="The logarithms of the probabilities that softmax makes of logits, which code works with because they"
    " do not underflow.",
    meanings={"z": "logits", "p": "probabilities", "K": "number of classes"},
    where={p[k]: exp(z[k]) / Sum(exp(z[m]), (m, 1, K))},
    value=log(p[j]),
    wrt=z[i],
    examples=(Example("Three classes.", {"z": (1.2, 0.9, 0.4)}),),
    equals={"PyTorch": "torch.nn.functional.log_softmax(z, dim=-1)", "JAX": "jax.nn.log_softmax(z)"},
    claims=(
        Claim("As a difference", "log(p[j]) = z[j] - logsumexp(z, k)"),
        Claim("Log-softmax of log-softmax is log-softmax", "l[j] - logsumexp(l, k) = l[j]", where="l[k] = log(p[k])"),
        Claim("The mean of its derivatives is 0", "sum(p[k]*Derivative(log(p[k]), z[i]), k=1..K) = 0"),
        Claim("A shift of all logits changes nothing", "z[j] + c - logsumexp(z[k] + c, k) = log(p[j])"),
        Mistake(
            "Its Jacobian transposed",
            "Derivative(log(p[j]), z[i]) = delta(i, j) - p[j]",
            instead="Derivative(log(p[j]), z[i]) = delta(i, j) - p[i]",
        ),
    ),
)
