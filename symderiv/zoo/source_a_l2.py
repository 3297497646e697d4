"""The weighted logits Sum_k (p_k - q_k) a_k, p depending on a: its gradient is not p - q, as one lecture has it."""

from sympy import IndexedBase, Sum, exp, symbols

from symderiv.claims import Claim, Line, Mistake, Passage
from symderiv.examples import Example
from symderiv.problem import Problem

K, i, j, k = symbols("K i j k")
a, p, q = map(IndexedBase, ("a", "p", "q"))
L1 = "L_1 = -sum(q[k]*log(p[k]), k=1..K)"
H = "H = -sum(p[k]*log(p[k]), k=1..K)"
ONES = "sum(q[k], k=1..K) = 1"

OF_LOG = "sum(exp(l[j]), j=1..K)"
MEAN = "sum(p[j]*a[j], j=1..K)"
GRADIENT = (
    "dL/da[i]",
    Line("sum(Derivative((p[j] - q[j])*a[j], a[i]), j=1..K)", "The gradient of a sum is the sum of the gradients."),
    Line(
        "Derivative((p[i] - q[i])*a[i], a[i]) + sum(Derivative((p[j] - q[j])*a[j], a[i]), j=1..K, j!=i)",
        "Take one summand out.",
    ),
    Line("dp[i]/da[i]*a[i] + (p[i] - q[i]) + sum(dp[j]/da[i]*a[j], j=1..K, j!=i)", "Product rule."),
    Line(
        "p[i]*(1 - p[i])*a[i] + (p[i] - q[i]) - p[i]*sum(p[j]*a[j], j=1..K, j!=i)",
        "The derivative of softmax, in both cases.",
    ),
    Line(f"p[i] - q[i] + p[i]*a[i] - p[i]*{MEAN}", "Multiply out; what p squared leaves is the summand left out."),
    Line(f"p[i] - q[i] + p[i]*(a[i] - {MEAN})", "Take p out."),
    Line(
        f"p[i] - q[i] + {MEAN} - {MEAN}",
        "By E(X - EX) = 0, the source says. But that is about the sum over all i, and this is one of its terms.",
    ),
    Line("p[i] - q[i]", "The two sums cancel."),
)

PROBLEM = Problem(
    name="source-a-l2",
    title="Logits weighted by softmax minus labels",
    about="A lecture replaces cross-entropy by the logits weighted by softmax minus labels, and says that the "
    "gradients are equal. They are not, unless softmax is held fixed.",
    meanings={"a": "logits", "p": "probabilities", "q": "labels", "K": "number of classes"},
    where={p[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))},
    value=Sum((p[k] - q[k]) * a[k], (k, 1, K)),
    wrt=a[i],
    route="cases",
    notation="A",
    examples=(Example("The label is class 1.", {"a": (1.2, 0.9, 0.4), "q": (1.0, 0.0, 0.0)}),),
    equals={
        "PyTorch": "torch.sum((torch.softmax(a, dim=-1) - q) * a)",
        "JAX": "jax.numpy.sum((jax.nn.softmax(a) - q) * a)",
    },
    claims=(
        Claim("The gradient", "dL/da[i] = p[i] - q[i] + p[i]*(a[i] - sum(p[k]*a[k], k=1..K))", numeric=True),
        Claim(
            "Of the extra terms only the sum vanishes (source A, check 4, as we read its garbled heading)",
            "sum(p[i]*(a[i] - sum(p[k]*a[k], k=1..K)), i=1..K) = 0",
            numeric=True,
        ),
        Claim("In value, L differs from cross-entropy by the entropy", "L_1 = L + H", (L1, H), ONES, numeric=True),
        Claim(
            "The extra term is minus the gradient of the entropy",
            "dH/da[i] = -p[i]*(a[i] - sum(p[k]*a[k], k=1..K))",
            H,
            numeric=True,
        ),
        Claim(
            "With p held, the gradient is that of cross-entropy (source A, check 5)",
            "Derivative(sum((stop_gradient(p[k]) - q[k])*a[k], k=1..K), a[i]) = dL_1/da[i]",
            L1,
            ONES,
            numeric=True,
        ),
        Claim("Both mistakes together come to what is true of cross-entropy", "dL_1/da[i] = p[i] - q[i]", L1, ONES),
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
        Claim(
            "p adds up to 1; the vector that the listing of source A prints adds up to 1.4005",
            "sum(p[k], k=1..K) = 1",
            numeric=True,
        ),
        Claim("Log-softmax of log-softmax is log-softmax", f"l[i] - log({OF_LOG}) = l[i]", "l[k] = log(p[k])"),
        Mistake(
            "Softmax of softmax is softmax",
            "r[i] = p[i]",
            "r[k] = exp(p[k])/sum(exp(p[j]), j=1..K)",
            source="source A, check 5, whose listing applies softmax to its own output again and again",
            numeric=True,
        ),
        Mistake("L and cross-entropy are equal", "L = L_1", (L1, H), ONES, instead="L = L_1 - H"),
        Passage("Source A differentiates L", GRADIENT),
    ),
)
