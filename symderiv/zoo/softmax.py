"""Softmax and its Jacobian d p_j / d z_i; equals torch's softmax over the last axis."""

from sympy import IndexedBase, Sum, exp, symbols

from symderiv.problem import Example, Problem

K, i, j, k, m = symbols("K i j k m")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="softmax",
    title="Softmax",
    where={p[k]: exp(z[k]) / Sum(exp(z[m]), (m, 1, K))},
    value=p[j],
    wrt=z[i],
    examples=(Example("Three classes.", {"z": (1.2, 0.9, 0.4)}),),
    equals={"PyTorch": "torch.nn.functional.softmax(z, dim=-1)", "JAX": "jax.nn.softmax(z)"},
)
