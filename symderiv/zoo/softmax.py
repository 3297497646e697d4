"""Softmax and its Jacobian d p_j / d z_i; equals torch's softmax over the last axis."""

from sympy import IndexedBase, Sum, exp, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k, m = symbols("K i j k m")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="softmax",
    title="Softmax",
    about="Softmax turns logits into probabilities: positive numbers that add up to 1.",
    meanings={"z": "logits", "p": "probabilities", "K": "number of classes"},
    where={p[k]: exp(z[k]) / Sum(exp(z[m]), (m, 1, K))},
    value=p[j],
    wrt=z[i],
    examples=(Example("Three classes.", {"z": (1.2, 0.9, 0.4)}),),
    equals={"PyTorch": "torch.nn.functional.softmax(z, dim=-1)", "JAX": "jax.nn.softmax(z)"},
    claims=(
        Claim("The rows of the Jacobian add up to 0", "sum(dp[j]/dz[k], k=1..K) = 0"),
        Claim("So do its columns", "sum(dp[k]/dz[i], k=1..K) = 0"),
        Claim("The Jacobian is symmetric", "dp[j]/dz[i] = dp[i]/dz[j]"),
        Claim("Its trace", "sum(dp[k]/dz[k], k=1..K) = 1 - sum(p[k]^2, k=1..K)"),
        Claim("A shift of all logits changes nothing", "exp(z[j] + c)/sum(exp(z[k] + c), k=1..K) = p[j]"),
        Mistake(
            "A plus off the diagonal",
            "dp[j]/dz[i] = p[j]*p[i]",
            given="i != j",
            instead="dp[j]/dz[i] = -p[j]*p[i]",
            source="a reference manual",
        ),
        Mistake(
            "The diagonal for the whole Jacobian",
            "dp[j]/dz[i] = p[j]*(1 - p[j])",
            instead="dp[j]/dz[i] = p[j]*(delta(i, j) - p[i])",
        ),
        Mistake(
            "Divided by the maximum for stability",
            "exp(z[j]/z[1])/sum(exp(z[k]/z[1]), k=1..K) = p[j]",
            given="z[1] >= z[k]",
            instead="exp(z[j] - z[1])/sum(exp(z[k] - z[1]), k=1..K) = p[j]",
            source="a tutorial",
        ),
        Mistake(
            "Softmax of softmax is softmax",
            "exp(p[j])/sum(exp(p[k]), k=1..K) = p[j]",
            source="source A's code applies it 900 times",
        ),
        Mistake("A formula tested for two classes only", "sum(p[k]^2, k=1..K) = 1 - 2*p[j] + 2*p[j]^2"),
    ),
)
