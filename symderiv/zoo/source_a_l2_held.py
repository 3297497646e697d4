"""The weighted logits Sum_k (p_k - q_k) a_k with p held: the gradient is that of cross-entropy, p - q."""

from sympy import IndexedBase, Sum, exp, symbols

from symderiv.doors.surface import stop_gradient
from symderiv.problem import Example, Problem

K, i, j, k = symbols("K i j k")
a, p, q = map(IndexedBase, ("a", "p", "q"))

PROBLEM = Problem(
    name="source-a-l2-held",
    title="Logits weighted by softmax minus labels, softmax held",
    where={p[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))},
    value=Sum((stop_gradient(p[k]) - q[k]) * a[k], (k, 1, K)),
    wrt=a[i],
    examples=(Example("The label is class 1.", {"a": (1.2, 0.9, 0.4), "q": (1.0, 0.0, 0.0)}),),
    equals={
        "PyTorch": "torch.sum((torch.softmax(a, dim=-1).detach() - q) * a)",
        "JAX": "jax.numpy.sum((jax.lax.stop_gradient(jax.nn.softmax(a)) - q) * a)",
    },
)
