"""Softmax cross-entropy, the mean over a batch; equals torch's cross_entropy, reduction="mean"."""

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, N, i, j, k, m, n = symbols("K N i j k m n")
z, y, p = map(IndexedBase, ("z", "y", "p"))

PROBLEM = Problem(
    name="softmax-cross-entropy-batch",
    title="Softmax with cross-entropy, mean over a batch",
    about="A classifier gives each class of each sample a logit. The loss is the mean of the cross-entropies of"
    " a batch.",
    meanings={"z": "logits", "p": "probabilities", "y": "labels", "K": "number of classes", "N": "number of samples"},
    where={p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))},
    value=-Sum(Sum(y[n, k] * log(p[n, k]), (k, 1, K)), (n, 1, N)) / N,
    wrt=z[m, i],
    given=[Eq(Sum(y[n, k], (k, 1, K)), 1)],
    examples=(
        Example(
            "Two samples, of class 1 and class 2.",
            {"z": ((1.2, 0.9, 0.4), (0.0, 1.0, 2.0)), "y": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))},
        ),
    ),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z, y)",
        "Optax": "optax.softmax_cross_entropy(z, y).mean()",
    },
    claims=(
        Claim("The gradient", "dL/dz[m, i] = (p[m, i] - y[m, i])/N"),
        Claim("For labels of any sum", "dL/dz[m, i] = (p[m, i]*sum(y[m, k], k=1..K) - y[m, i])/N"),
        Claim("The gradient of a sample adds up to 0", "sum(Derivative(L, z[m, k]), k=1..K) = 0"),
        Mistake("Without 1/N", "dL/dz[m, i] = p[m, i] - y[m, i]", instead="N*dL/dz[m, i] = p[m, i] - y[m, i]"),
        Mistake(
            "The mean over samples instead of one of them",
            "dL/dz[m, i] = sum(p[n, i] - y[n, i], n=1..N)/N",
            instead="sum(dL/dz[n, i], n=1..N) = sum(p[n, i] - y[n, i], n=1..N)/N",
        ),
    ),
)
