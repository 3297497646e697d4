"""Sigmoid cross-entropy summed over K yes-or-no labels; equals torch's binary_cross_entropy_with_logits, "sum"."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, k = symbols("K i k")
z, y, sigma = map(IndexedBase, ("z", "y", "sigma"))

PROBLEM = Problem(
    name="sigmoid-binary-cross-entropy",
    title="Sigmoid with binary cross-entropy",
    about="Several questions with the answers yes and no, each with a logit of its own: the cross-entropies add up.",
    meanings={"z": "logits", "sigma": "probabilities of yes", "y": "labels"},
    where={sigma[k]: 1 / (1 + exp(-z[k]))},
    value=-Sum(y[k] * log(sigma[k]) + (1 - y[k]) * log(1 - sigma[k]), (k, 1, K)),
    wrt=z[i],
    examples=(Example("Labels 1 and 3 apply.", {"z": (1.2, -0.9, 0.4), "y": (1.0, 0.0, 1.0)}),),
    equals={
        "PyTorch": 'torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum")',
        "Optax": "optax.sigmoid_binary_cross_entropy(z, y).sum()",
    },
    claims=(
        Claim("The gradient", "dL/dz[i] = sigma[i] - y[i]"),
        Claim("The slope of the sigmoid", "dsigma[i]/dz[i] = sigma[i]*(1 - sigma[i])"),
        Claim("Its symmetry", "sigmoid(-z[i]) = 1 - sigma[i]"),
        Claim("In stable form", "L = sum(log(1 + exp(z[k])) - y[k]*z[k], k=1..K)"),
        Mistake(
            "The slope left in",
            "dL/dz[i] = (sigma[i] - y[i])*sigma[i]*(1 - sigma[i])",
            instead="dL/dz[i] = sigma[i] - y[i]",
            source="the gradient of squared error, up to a factor",
        ),
        Mistake("Half of the loss", "L = -sum(y[k]*log(sigma[k]), k=1..K)"),
        Mistake(
            "The Jacobian of softmax for that of the sigmoid",
            "dsigma[j]/dz[i] = sigma[j]*(delta(i, j) - sigma[i])",
            instead="dsigma[j]/dz[i] = delta(i, j)*sigma[i]*(1 - sigma[i])",
        ),
    ),
)
