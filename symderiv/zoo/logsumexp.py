"""Log-sum-exp, a smooth maximum, whose gradient is softmax; equals torch's logsumexp over the last axis."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.problem import Example, Problem

K, i, j, k = symbols("K i j k")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="logsumexp",
    title="Log-sum-exp",
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=log(Sum(exp(z[k]), (k, 1, K))),
    wrt=z[i],
    examples=(Example("Three classes.", {"z": (1.2, 0.9, 0.4)}),),
    equals={"PyTorch": "torch.logsumexp(z, dim=-1)", "JAX": "jax.nn.logsumexp(z)"},
)
