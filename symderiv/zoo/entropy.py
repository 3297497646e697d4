"""Entropy of softmax, a regulariser of policies; equals torch's Categorical(logits=z).entropy()."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

H, K, i, j, k = symbols("H K i j k")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="entropy",
    title="Entropy of softmax",
    about="The entropy of the probabilities that softmax makes of logits: 0 where one class has them all, "
    "largest where all are alike.",
    meanings={"z": "logits", "p": "probabilities", "H": "entropy", "K": "number of classes"},
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
    claims=(
        Claim("The gradient", "dH/dz[i] = -p[i]*(log(p[i]) + H)"),
        Claim("It adds up to 0", "sum(dH/dz[k], k=1..K) = 0"),
        Claim("Equal logits: the entropy is flat", "dH/dz[i] = 0", given="z[k] = c"),
        Claim("By log-sum-exp", "H = logsumexp(z, k) - sum(p[k]*z[k], k=1..K)"),
        Mistake(
            "The derivative by p for that by z",
            "dH/dz[i] = -(log(p[i]) + 1)",
            instead="Derivative(-sum(q[k]*log(q[k]), k=1..K), q[i]) = -(log(q[i]) + 1)",
        ),
        Mistake("Without H", "dH/dz[i] = -p[i]*log(p[i])", instead="dH/dz[i] = -p[i]*(log(p[i]) + H)"),
        Mistake("The wrong sign", "dH/dz[i] = p[i]*(log(p[i]) + H)", instead="dH/dz[i] = -p[i]*(log(p[i]) + H)"),
    ),
)
