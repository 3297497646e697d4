"""Kullback-Leibler divergence of softmax from a target q; equals torch's kl_div of log-softmax, "sum"."""

from sympy import Eq, Gt, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k = symbols("K i j k")
z, p, q = map(IndexedBase, ("z", "p", "q"))

PROBLEM = Problem(
    name="kl-divergence",
    title="Kullback-Leibler divergence from a target to softmax",
    about="How far the probabilities that softmax makes of logits are from a target, as in distillation and "
    "variational inference.",
    meanings={"z": "logits", "p": "probabilities", "q": "target probabilities", "K": "number of classes"},
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=Sum(q[k] * log(q[k] / p[k]), (k, 1, K)),
    wrt=z[i],
    given=[Eq(Sum(q[k], (k, 1, K)), 1), Gt(q[k], 0)],
    examples=(Example("A target that prefers class 2.", {"z": (1.2, 0.9, 0.4), "q": (0.2, 0.7, 0.1)}),),
    equals={
        "PyTorch": 'torch.nn.functional.kl_div(z.log_softmax(dim=-1), q, reduction="sum")',
        "Optax": "optax.kl_divergence(jax.nn.log_softmax(z), q)",
    },
    claims=(
        Claim("The gradient is that of cross-entropy", "dL/dz[i] = p[i] - q[i]"),
        Claim("Cross-entropy less entropy", "L = -sum(q[k]*log(p[k]), k=1..K) + sum(q[k]*log(q[k]), k=1..K)"),
        Claim(
            "The other way round",
            "dR/dz[i] = p[i]*(log(p[i]/q[i]) - R)",
            where="R = sum(p[k]*log(p[k]/q[k]), k=1..K)",
        ),
        Mistake("The divergence is symmetric", "L = sum(p[k]*log(p[k]/q[k]), k=1..K)"),
        Mistake(
            "One gradient for both ways",
            "dR/dz[i] = p[i] - q[i]",
            where="R = sum(p[k]*log(p[k]/q[k]), k=1..K)",
            instead="dR/dz[i] = p[i]*(log(p[i]/q[i]) - R)",
        ),
    ),
)
