"""The weighted logits Sum_k (p_k - q_k) a_k, p depending on a: its gradient is not p - q, as one lecture has it."""

from sympy import IndexedBase, Sum, exp, symbols

from symderiv.problem import Example, Problem

K, i, j, k = symbols("K i j k")
a, p, q = map(IndexedBase, ("a", "p", "q"))

PROBLEM = Problem(
    name="source-a-l2",
    title="Logits weighted by softmax minus labels",
    where={p[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))},
    value=Sum((p[k] - q[k]) * a[k], (k, 1, K)),
    wrt=a[i],
    examples=(Example("The label is class 1.", {"a": (1.2, 0.9, 0.4), "q": (1.0, 0.0, 0.0)}),),
    equals={
        "PyTorch": "torch.sum((torch.softmax(a, dim=-1) - q) * a)",
        "JAX": "jax.numpy.sum((jax.nn.softmax(a) - q) * a)",
    },
)
