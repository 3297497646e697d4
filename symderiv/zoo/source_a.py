"""Source A's L_1: cross-entropy of logits a, softmax p and labels q, over samples i and classes k."""

from sympy import Eq, IndexedBase, Sum, Symbol, exp, log, symbols

from symderiv.claims import Claim, Line, Mistake, Passage
from symderiv.examples import Example
from symderiv.problem import Problem
from symderiv.zoo.softmax_cross_entropy import ABOUT

K, N, i, j, k = symbols("K N i j k")
a, p, q = map(IndexedBase, ("a", "p", "q"))
L_1 = Symbol("L_1")

TOTAL = "sum(exp(a[i, k]), k=1..K)"
ROW = "-sum(q[i, k]*log(p[i, k]), k=1..K)"
OTHERS = "sum(q[i, j]/p[i, j]*(-p[i, j]*p[i, k]), j=1..K, j!=k)"
SOFTMAX = (
    "p[i, k]",
    Line(
        f"exp(a[i, k])/{TOTAL}", "The definition. The k below the line is bound by the sum, the one above it is free."
    ),
    Line(
        "exp(a[i, k])/(exp(a[i, k]) + sum(exp(a[i, j]), j=1..K, j!=k))",
        "Take the summand of class k out of the sum.",
    ),
)
DIAGONAL = (
    "dp[i, k]/da[i, k]",
    Line(
        f"(exp(a[i, k])*{TOTAL} - exp(a[i, k])^2)/{TOTAL}^2", "The quotient rule; below the line only class k counts."
    ),
    Line("p[i, k]*(1 - p[i, k])", "Divide through and recognise p."),
)
OFF_DIAGONAL = (
    "dp[i, k]/da[i, j]",
    Line(f"-exp(a[i, k])*exp(a[i, j])/{TOTAL}^2", "The quotient rule; above the line nothing depends on class j."),
    Line("-p[i, k]*p[i, j]", "Recognise p twice."),
)
GRADIENT = (
    "dL_1/da[i, k]",
    Line(f"d/da[i, k] ({ROW})", "The other samples do not depend on the logits of sample i."),
    Line(
        "-sum(q[i, j]*Derivative(log(p[i, j]), a[i, k]), j=1..K)", "The gradient of a sum is the sum of the gradients."
    ),
    Line("-sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K)", "Derivative of the logarithm."),
    Line(
        "-q[i, k]/p[i, k]*dp[i, k]/da[i, k] - sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K, j!=k)",
        "Take the summand j = k out of the sum.",
    ),
    Line(f"-q[i, k]/p[i, k]*p[i, k]*(1 - p[i, k]) - {OTHERS}", "The derivative of softmax, in both cases."),
    Line("-q[i, k] + p[i, k]*q[i, k] + p[i, k]*sum(q[i, j], j=1..K, j!=k)", "Cancel p and multiply out."),
    Line("-q[i, k] + p[i, k]*sum(q[i, j], j=1..K)", "The summand left out comes back in."),
    Line("p[i, k] - q[i, k]", "The labels of a sample add up to 1."),
)
CAPTURED = "-sum(q[i, k]*Derivative(log(p[i, k]), a[i, k]), k=1..K)"
TWICE = "-sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K) - sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K, j!=k)"
FREE_BELOW = "exp(a[i, k])/sum(exp(a[i, k]), j=1..K)"

PROBLEM = Problem(
    name="source-a",
    title="Source A: cross-entropy of a batch",
    about=ABOUT,
    meanings={
        "a": "logits",
        "p": "probabilities",
        "q": "labels",
        "L_1": "loss",
        "N": "number of samples",
        "K": "number of classes",
    },
    where={
        p[i, k]: exp(a[i, k]) / Sum(exp(a[i, j]), (j, 1, K)),
        L_1: -Sum(Sum(q[i, k] * log(p[i, k]), (k, 1, K)), (i, 1, N)),
    },
    value=L_1,
    wrt=a[i, k],
    given=[Eq(Sum(q[i, k], (k, 1, K)), 1)],
    route="cases",
    notation="A",
    examples=(
        Example(
            "Two samples, of class 1 and class 2.",
            {"a": ((1.2, 0.9, 0.4), (0.0, 1.0, 2.0)), "q": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))},
        ),
    ),
    equals={
        "PyTorch": 'torch.nn.functional.cross_entropy(a, q, reduction="sum")',
        "Optax": "optax.softmax_cross_entropy(a, q).sum()",
    },
    claims=(
        Claim("The gradient", "dL_1/da[i, k] = p[i, k] - q[i, k]"),
        Claim("The gradient of a sample adds up to 0", "sum(Derivative(L_1, a[i, j]), j=1..K) = 0"),
        Mistake(
            "k free below the line as well as above it",
            f"{FREE_BELOW} = p[i, k]",
            instead=f"exp(a[i, k])/{TOTAL} = p[i, k]",
            source="source A",
        ),
        Mistake(
            "The second case of the Jacobian for all j and k",
            "dp[i, k]/da[i, j] = -p[i, k]*p[i, j]",
            instead="dp[i, k]/da[i, j] = p[i, k]*(delta(j, k) - p[i, j])",
        ),
        Mistake(
            "The index of the variable bound by the sum",
            f"dL_1/da[i, k] = {CAPTURED}",
            instead=f"dL_1/da[i, k] = {GRADIENT[2].expression}",
            source="source A",
        ),
        Mistake(
            "A vector times the whole Jacobian, and the other classes once more",
            f"dL_1/da[i, k] = {TWICE}",
            instead=f"dL_1/da[i, k] = {GRADIENT[4].expression}",
            source="source A, its bold vectors read as written",
        ),
        Passage("Source A writes softmax in two ways", SOFTMAX),
        Passage("Source A: the Jacobian, both indices equal", DIAGONAL),
        Passage("Source A: the Jacobian, the indices different", OFF_DIAGONAL, given="j != k"),
        Passage("Source A differentiates the loss by cases", GRADIENT),
    ),
)
