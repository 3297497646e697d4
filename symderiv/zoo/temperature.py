"""Softmax cross-entropy at a temperature T, as in distillation; equals torch's cross_entropy of z / T."""

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k = symbols("K i j k")
T = symbols("T", positive=True)
z, y, p = map(IndexedBase, ("z", "y", "p"))

PROBLEM = Problem(
    name="temperature",
    title="Softmax cross-entropy at a temperature",
    about="Logits are divided by a temperature before softmax: a high one makes the probabilities alike, a low "
    "one sharpens them.",
    meanings={"z": "logits", "p": "probabilities", "y": "labels", "T": "temperature", "K": "number of classes"},
    where={p[k]: exp(z[k] / T) / Sum(exp(z[j] / T), (j, 1, K))},
    value=-Sum(y[k] * log(p[k]), (k, 1, K)),
    wrt=z[i],
    given=[Eq(Sum(y[k], (k, 1, K)), 1)],
    examples=(
        Example("Temperature 2, the label is class 1.", {"z": (1.2, 0.9, 0.4), "y": (1.0, 0.0, 0.0), "T": 2.0}),
        Example("Temperature 0.5: the same logits, sharper.", {"z": (1.2, 0.9, 0.4), "y": (1.0, 0.0, 0.0), "T": 0.5}),
    ),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z / T, y)",
        "Optax": "optax.softmax_cross_entropy(z / T, y)",
    },
    claims=(
        Claim("The gradient", "dL/dz[i] = (p[i] - y[i])/T"),
        Claim("By the temperature", "dL/dT = sum((y[k] - p[k])*z[k], k=1..K)/T^2"),
        Claim("The Hessian", "Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])/T^2"),
        Mistake("Without 1/T", "dL/dz[i] = p[i] - y[i]", instead="T*dL/dz[i] = p[i] - y[i]"),
        Mistake(
            "The Hessian with 1/T for 1/T^2",
            "Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])/T",
            instead="Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])/T^2",
        ),
        Mistake(
            "The wrong sign by the temperature",
            "dL/dT = sum((p[k] - y[k])*z[k], k=1..K)/T^2",
            instead="dL/dT = sum((y[k] - p[k])*z[k], k=1..K)/T^2",
        ),
    ),
)
