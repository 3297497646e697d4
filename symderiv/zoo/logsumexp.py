"""Log-sum-exp, a smooth maximum, whose gradient is softmax; equals torch's logsumexp over the last axis."""

from sympy import IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k = symbols("K i j k")
z, p = map(IndexedBase, ("z", "p"))

PROBLEM = Problem(
    name="logsumexp",
    title="Log-sum-exp",
    about="A smooth maximum: log-sum-exp lies above the largest entry, by at most the logarithm of their "
    "number. Its gradient is softmax.",
    meanings={"z": "logits", "p": "probabilities", "K": "number of classes"},
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=log(Sum(exp(z[k]), (k, 1, K))),
    wrt=z[i],
    examples=(Example("Three classes.", {"z": (1.2, 0.9, 0.4)}),),
    equals={"PyTorch": "torch.logsumexp(z, dim=-1)", "JAX": "jax.nn.logsumexp(z)"},
    claims=(
        Claim("A shift comes out", "logsumexp(z[k] + c, k) = c + L"),
        Claim("The Hessian is the Jacobian of softmax", "Derivative(L, z[i], z[j]) = dp[j]/dz[i]"),
        Claim("The Hessian times 1 is 0", "sum(Derivative(L, z[i], z[k]), k=1..K) = 0"),
        Mistake("The logarithm of a sum taken apart", "L = sum(z[k], k=1..K)"),
        Mistake(
            "A factor taken out",
            "logsumexp(c*z[k], k) = c*L",
            instead="Derivative(logsumexp(c*z[k], k), z[i]) = c*softmax(c*z[i], i)",
        ),
        Mistake(
            "The Hessian without its outer product",
            "Derivative(L, z[i], z[j]) = delta(i, j)*p[i]*(1 - p[i])",
            instead="Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])",
        ),
    ),
)
