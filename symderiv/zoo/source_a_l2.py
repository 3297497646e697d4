"""The weighted logits Sum_k (p_k - q_k) a_k, p depending on a: its gradient is not p - q, as one lecture has it."""

from sympy import IndexedBase, Sum, exp, symbols

from symderiv.claims import Claim, Mistake, Passage
from symderiv.problem import Example, Problem

K, i, j, k = symbols("K i j k")
a, p, q = map(IndexedBase, ("a", "p", "q"))
L1 = "L_1 = -sum(q[k]*log(p[k]), k=1..K)"
H = "H = -sum(p[k]*log(p[k]), k=1..K)"
ONES = "sum(q[k], k=1..K) = 1"

PROBLEM = Problem(
    name="source-a-l2",
    title="Logits weighted by softmax minus labels",
    where={p[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))},
    value=Sum((p[k] - q[k]) * a[k], (k, 1, K)),
    wrt=a[i],
    examples=(Example("The label is class 1.", {"a": (1.2, 0.9, 0.4), "q": (1.0, 0.0, 0.0)}),),
    equals={
        "PyTorch": "torch.sum((torch.softmax(a, dim=-1) - q) * a)",
        "JAX": "jax.numpy.sum((jax.nn.softmax(a) - q) * a)",
    },
    claims=(
        Claim("The gradient", "dL/da[i] = p[i] - q[i] + p[i]*(a[i] - sum(p[k]*a[k], k=1..K))", numeric=True),
        Claim(
            "Of the extra terms only the sum vanishes (source A, check 4)",
            "sum(p[i]*(a[i] - sum(p[k]*a[k], k=1..K)), i=1..K) = 0",
            numeric=True,
        ),
        Claim("In value, L differs from cross-entropy by the entropy", "L_1 = L + H", (L1, H), ONES, numeric=True),
        Claim(
            "The extra term is minus the gradient of the entropy", "dH/da[i] = -p[i]*(a[i] - sum(p[k]*a[k], k=1..K))", H
        ),
        Mistake(
            "p taken for a constant",
            "dL/da[i] = p[i] - q[i]",
            instead="Derivative(sum((stop_gradient(p[k]) - q[k])*a[k], k=1..K), a[i]) = p[i] - q[i]",
            source="source A",
            numeric=True,
        ),
        Mistake(
            "L and cross-entropy have one gradient",
            "dL/da[i] = dL_1/da[i]",
            (L1, H),
            ONES,
            instead="dL/da[i] = dL_1/da[i] - dH/da[i]",
            source="source A, check 5",
            numeric=True,
        ),
        Mistake("L and cross-entropy are equal", "L = L_1", (L1, H), ONES, instead="L = L_1 - H"),
        Passage(
            "Source A adds a gradient that is 0 to that of cross-entropy",
            (
                "dL_1/da[i]",
                "dL_1/da[i] + sum(dp[k]/da[i], k=1..K)",
                "dL_1/da[i] + sum(p[k]*Derivative(log(p[k]), a[i]), k=1..K)",
                "-sum(q[k]*Derivative(a[k] - log(S), a[i]), k=1..K)"
                " + sum(p[k]*Derivative(a[k] - log(S), a[i]), k=1..K)",
                "Derivative(sum((p[k] - q[k])*a[k], k=1..K), a[i])"
                " + (sum(q[k], k=1..K) - sum(p[k], k=1..K))*Derivative(log(S), a[i])",
                "Derivative(sum((p[k] - q[k])*a[k], k=1..K), a[i])",
            ),
            (L1, "S = sum(exp(a[k]), k=1..K)"),
            ONES,
        ),
        Passage(
            "Source A differentiates L",
            (
                "dL/da[i]",
                "p[i]*(1 - p[i])*a[i] + (p[i] - q[i]) - p[i]*sum(p[j]*a[j], j=1..K, j!=i)",
                "p[i] - q[i] + p[i]*(a[i] - sum(p[j]*a[j], j=1..K))",
                "p[i] - q[i] + sum(p[j]*a[j], j=1..K) - sum(p[j]*a[j], j=1..K)",
                "p[i] - q[i]",
            ),
        ),
    ),
)
