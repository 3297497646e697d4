"""Softmax cross-entropy of one sample; equals torch's cross_entropy with class probabilities."""

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Mistake
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k = symbols("K i j k")
z, y, p = map(IndexedBase, ("z", "y", "p"))
L2 = "L_2 = sum((p[k] - y[k])*z[k], k=1..K)"
H = "H = -sum(p[k]*log(p[k]), k=1..K)"
EXTRA = "p[i]*(z[i] - sum(p[k]*z[k], k=1..K))"

ABOUT = (
    "A classifier gives each class a logit. Softmax turns the logits into probabilities, and cross-entropy measures "
    "how far these are from the labels."
)
PROBLEM = Problem(
    name="softmax-cross-entropy",
    title="Softmax with cross-entropy",
    about=ABOUT,
    meanings={"z": "logits", "p": "probabilities", "y": "labels", "K": "number of classes"},
    where={p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))},
    value=-Sum(y[k] * log(p[k]), (k, 1, K)),
    wrt=z[i],
    given=[Eq(Sum(y[k], (k, 1, K)), 1)],
    examples=(
        Example("The label is class 1.", {"z": (1.2, 0.9, 0.4), "y": (1.0, 0.0, 0.0)}),
        Example("The label is class 2.", {"z": (1.2, 0.9, 0.4), "y": (0.0, 1.0, 0.0)}),
    ),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(z, y)",
        "Optax": "optax.softmax_cross_entropy(z, y)",
    },
    claims=(
        Claim("The gradient", "dL/dz[i] = p[i] - y[i]"),
        Claim("For labels of any sum", "dL/dz[i] = p[i]*sum(y[k], k=1..K) - y[i]"),
        Claim("By the probabilities", "dL/dp[j] = -y[j]/p[j]"),
        Claim("By log-sum-exp", "L = logsumexp(z, k) - sum(y[k]*z[k], k=1..K)"),
        Claim("The Hessian", "Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])"),
        Claim(
            "The third derivative",
            "Derivative(L, z[i], z[j], z[m])"
            " = p[i]*((delta(i, j) - p[j])*(delta(i, m) - p[m]) - p[j]*(delta(j, m) - p[m]))",
        ),
        Claim("The Hessian times 1 is 0", "sum(Derivative(L, z[i], z[k]), k=1..K) = 0"),
        Claim("A shift of all logits changes nothing", "-sum(y[k]*log(softmax(z[k] + c, k)), k=1..K) = L"),
        Claim(
            "The weighted logits have the same gradient where softmax is held",
            "Derivative(sum((stop_gradient(p[k]) - y[k])*z[k], k=1..K), z[i]) = dL/dz[i]",
            numeric=True,
        ),
        Claim("In value, the loss is the weighted logits and the entropy", "L = L_2 + H", (L2, H), numeric=True),
        Claim(
            "Where softmax is not held, a term is added whose sum over the classes is 0", f"sum({EXTRA}, i=1..K) = 0"
        ),
        Mistake(
            "The weighted logits have the same gradient",
            "dL_2/dz[i] = p[i] - y[i]",
            L2,
            instead=f"dL_2/dz[i] = p[i] - y[i] + {EXTRA}",
            source="source A",
            numeric=True,
        ),
        Mistake(
            "The loss and the weighted logits are equal", "L = L_2", (L2, H), instead="L = L_2 + H", source="source A"
        ),
        Mistake(
            "A plus off the diagonal of the Jacobian",
            "dp[j]/dz[i] = p[j]*p[i]",
            given="i != j",
            instead="dp[j]/dz[i] = -p[j]*p[i]",
            source="a reference manual",
        ),
        Mistake(
            "Divided by the maximum for stability",
            "exp(z[j]/z[1])/sum(exp(z[k]/z[1]), k=1..K) = p[j]",
            given="z[1] >= z[k]",
            instead="exp(z[j] - z[1])/sum(exp(z[k] - z[1]), k=1..K) = p[j]",
            source="a tutorial",
        ),
        Mistake("The wrong sign", "dL/dz[i] = y[i] - p[i]", instead="dL/dz[i] = p[i] - y[i]"),
        Mistake(
            "The chain rule without its sum",
            "dL/dz[i] = dL/dp[j]*dp[j]/dz[i]",
            instead="dL/dz[i] = sum(dL/dp[j]*dp[j]/dz[i], j=1..K)",
            source="source C (5)",
        ),
        Mistake(
            "A bound index that collides with the free one",
            "dL/dp[j] = -sum(y[k]/p[k], k=1..K)",
            instead="dL/dp[j] = -y[j]/p[j]",
            source="source C (6)",
        ),
        Mistake(
            "The diagonal for the whole Jacobian",
            "dL/dz[i] = -y[i]/p[i]*dp[i]/dz[i]",
            instead="dL/dz[i] = -sum(y[k]/p[k]*dp[k]/dz[i], k=1..K)",
            source="source A",
        ),
        Mistake("Minus 1 for every class", "dL/dz[i] = p[i] - 1", instead="dL/dz[i] = p[i] - y[i]"),
    ),
)
