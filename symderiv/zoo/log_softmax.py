"""Log-softmax and its Jacobian, which is not symmetric; equals torch's log_softmax over the last axis."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.problem import Example, Problem

K, i, j, k, m = symbols("K i j k m")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="log-softmax",
    title="Log-softmax",
    where={p[k]: exp(z[k]) / Sum(exp(z[m]), (m, 1, K))},
    value=log(p[j]),
    wrt=z[i],
    examples=(Example("Three classes.", {"z": (1.2, 0.9, 0.4)}),),
    equals={"PyTorch": "torch.nn.functional.log_softmax(z, dim=-1)", "JAX": "jax.nn.log_softmax(z)"},
)
