"""Softmax cross-entropy with smoothed labels; equals torch's cross_entropy, label_smoothing=alpha."""

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, alpha, i, j, k = symbols("K alpha i j k")
z, y, p = map(IndexedBase, ("z", "y", "p"))

PROBLEM = Problem(
    name="label-smoothing",
    title="Softmax cross-entropy with label smoothing",
    about="Cross-entropy with labels that give every class a small share, so that no logit is driven without bound.",
    meanings={
        "z": "logits",
        "p": "probabilities",
        "y": "labels",
        "alpha": "amount of smoothing",
        "K": "number of classes",
    },
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=-Sum(((1 - alpha) * y[k] + alpha / K) * log(p[k]), (k, 1, K)),
    wrt=z[i],
    given=[Eq(Sum(y[k], (k, 1, K)), 1)],
    examples=(
        Example("The label is class 1, smoothed by 0.1.", {"z": (1.2, 0.9, 0.4), "y": (1.0, 0.0, 0.0), "alpha": 0.1}),
    ),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z, y, label_smoothing=alpha)",
        "Optax": "optax.softmax_cross_entropy(z, optax.smooth_labels(y, alpha))",
    },
    claims=(
        Claim("The gradient", "dL/dz[i] = p[i] - (1 - alpha)*y[i] - alpha/K"),
        Claim("It adds up to 0", "sum(dL/dz[k], k=1..K) = 0"),
        Claim("A mixture of losses", "L = -(1 - alpha)*sum(y[k]*log(p[k]), k=1..K) - alpha/K*sum(log(p[k]), k=1..K)"),
        Mistake("Without the uniform part", "dL/dz[i] = p[i] - (1 - alpha)*y[i]"),
        Mistake("alpha for every class", "dL/dz[i] = p[i] - (1 - alpha)*y[i] - alpha"),
        Mistake("alpha shared by K - 1 classes", "dL/dz[i] = p[i] - (1 - alpha)*y[i] - alpha/(K - 1)"),
    ),
)
