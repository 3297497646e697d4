"""Softmax cross-entropy of one sample with a one-hot label; equals torch's cross_entropy with a class number."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.doors.abbreviations import one_hot
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k, t = symbols("K i j k t")
z, y, p = map(IndexedBase, ("z", "y", "p"))

PROBLEM = Problem(
    name="softmax-cross-entropy-one-hot",
    title="Softmax with cross-entropy, one-hot label",
    about="The loss of a classifier where the label is one class: minus the logarithm of the probability of "
    "that class.",
    meanings={"z": "logits", "p": "probabilities", "y": "labels", "t": "class of the label", "K": "number of classes"},
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=-Sum(y[k] * log(p[k]), (k, 1, K)),
    wrt=z[i],
    given=[one_hot(y[k], t)],
    examples=(Example("The label is class 2.", {"z": (1.2, 0.9, 0.4), "y": (0.0, 1.0, 0.0)}),),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z, y.argmax())",
        "Optax": "optax.softmax_cross_entropy_with_integer_labels(z, y.argmax())",
    },
    claims=(
        Claim("The label picks one summand", "L = -log(p[t])"),
        Claim("At the class of the label", "dL/dz[t] = p[t] - 1"),
        Claim("At another class", "dL/dz[i] = p[i]", given="i != t"),
        Claim("Both in one", "dL/dz[i] = p[i] - delta(i, t)"),
        Mistake("Minus 1 for every class", "dL/dz[i] = p[i] - 1", instead="dL/dz[i] = p[i] - delta(i, t)"),
        Mistake(
            "The derivative of another share",
            "dL/dz[i] = -1/p[t]*dp[i]/dz[i]",
            instead="dL/dz[i] = -1/p[t]*dp[t]/dz[i]",
        ),
        Mistake(
            "No gradient at other classes",
            "dL/dz[i] = delta(i, t)*(p[i] - 1)",
            instead="dL/dz[i] = p[i] - delta(i, t)",
        ),
    ),
)
