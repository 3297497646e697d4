"""Entropy of softmax, a regulariser of policies; equals torch's Categorical(logits=z).entropy()."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.problem import Example, Problem

H, K, i, j, k = symbols("H K i j k")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="entropy",
    title="Entropy of softmax",
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K)), H: -Sum(p[k] * log(p[k]), (k, 1, K))},
    value=H,
    wrt=z[i],
    examples=(
        Example("Three classes.", {"z": (1.2, 0.9, 0.4)}),
        Example("Equal logits: the entropy is at its largest, and flat.", {"z": (1.0, 1.0, 1.0)}),
    ),
    equals={
        "PyTorch": "torch.distributions.Categorical(logits=z).entropy()",
        "JAX": "jax.scipy.special.entr(jax.nn.softmax(z)).sum()",
    },
)
