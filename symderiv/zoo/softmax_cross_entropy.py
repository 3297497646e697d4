"""Softmax cross-entropy of one sample; equals torch's cross_entropy with class probabilities."""

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv.problem import Example, Problem

K, i, j, k = symbols("K i j k")
z, y, p = map(IndexedBase, ("z", "y", "p"))

PROBLEM = Problem(
    name="softmax-cross-entropy",
    title="Softmax with cross-entropy",
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=-Sum(y[k] * log(p[k]), (k, 1, K)),
    wrt=z[i],
    given=[Eq(Sum(y[k], (k, 1, K)), 1)],
    examples=(
        Example("The label is class 1.", {"z": (1.2, 0.9, 0.4), "y": (1.0, 0.0, 0.0)}),
        Example("The label is class 2.", {"z": (1.2, 0.9, 0.4), "y": (0.0, 1.0, 0.0)}),
    ),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z, y)",
        "Optax": "optax.softmax_cross_entropy(z, y)",
    },
)
