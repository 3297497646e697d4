"""Source A's second way to the gradient of cross-entropy: a gradient that is 0 is added first."""

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv.claims import Claim, Line, Mistake, Passage
from symderiv.examples import Example
from symderiv.problem import Problem
from symderiv.zoo.softmax_cross_entropy import ABOUT

K, c, i, j, k = symbols("K c i j k")
a, p, q = map(IndexedBase, ("a", "p", "q"))

LOSS = "-sum(q[k]*log(p[k]), k=1..K)"
LSE = "log(sum(exp(a[j]), j=1..K))"
SOFT = "exp(a[k])/sum(exp(a[j]), j=1..K)"
BY_I = f"Derivative(a[k] - {LSE}, a[i])"
REST = f"(sum(q[k], k=1..K) - sum(p[k], k=1..K))*Derivative({LSE}, a[i])"
PULLED = "Derivative(sum((p[k] - q[k])*a[k], k=1..K), a[i])"
KEPT = "sum((p[k] - q[k])*Derivative(a[k], a[i]), k=1..K)"
HELD = "Derivative(sum((stop_gradient(p[k]) - q[k])*a[k], k=1..K), a[i])"
BEFORE_THE_MISTAKE = f"-sum(q[k]*{BY_I}, k=1..K) + sum(p[k]*{BY_I}, k=1..K)"
UP_TO_THE_MISTAKE = (
    f"Derivative({LOSS}, a[i])",
    Line(
        f"Derivative({LOSS}, a[i]) + Derivative(sum(p[k], k=1..K), a[i])",
        "The zero term: p adds up to 1 whatever a is, so this gradient is 0.",
    ),
    Line(f"Derivative({LOSS}, a[i]) + sum(dp[k]/da[i], k=1..K)", "The gradient of a sum is the sum of the gradients."),
    Line(f"Derivative({LOSS}, a[i]) + sum(p[k]*(dp[k]/da[i])/p[k], k=1..K)", "Multiply and divide by p."),
    Line(f"Derivative({LOSS}, a[i]) + sum(p[k]*Derivative(log(p[k]), a[i]), k=1..K)", "Derivative of the logarithm."),
    Line(
        f"Derivative(-sum(q[k]*log({SOFT}), k=1..K), a[i]) + sum(p[k]*Derivative(log({SOFT}), a[i]), k=1..K)",
        "Insert the definition of p where its logarithm is taken.",
    ),
    Line(BEFORE_THE_MISTAKE, "The logarithm of the quotient."),
)
MISTAKE = "Here p is taken under the gradient, as if it did not depend on a. That is right for q, and for p held."
ONES = "Both q and p add up to 1."
AS_PRINTED = (
    *UP_TO_THE_MISTAKE,
    Line(f"{PULLED} + {REST}", MISTAKE, instead=f"{KEPT} + {REST}"),
    Line(PULLED, ONES),
)
MENDED = (
    BEFORE_THE_MISTAKE,
    Line(f"{KEPT} + {REST}", "Collect what belongs to a, and what belongs to the log-sum-exp; p stays in front."),
    Line(KEPT, ONES),
    Line("p[i] - q[i]", "The derivative of a by a is 1 at one index and 0 at the others."),
)
HELD_THROUGHOUT = (
    BEFORE_THE_MISTAKE,
    Line(f"{HELD} + {REST}", "With p held it may go under the gradient."),
    Line(HELD, ONES),
    Line("p[i] - q[i]", "The derivative of a by a is 1 at one index and 0 at the others."),
)

PROBLEM = Problem(
    name="source-a-zero-term",
    title="Source A: cross-entropy by a zero term",
    about=ABOUT,
    meanings={"a": "logits", "p": "probabilities", "q": "labels", "K": "number of classes"},
    where={p[k]: exp(a[k]) / Sum(exp(a[j]), (j, 1, K))},
    value=-Sum(q[k] * log(p[k]), (k, 1, K)),
    wrt=a[i],
    given=[Eq(Sum(q[k], (k, 1, K)), 1)],
    route="zero-term",
    notation="A",
    examples=(Example("The label is class 1.", {"a": (1.2, 0.9, 0.4), "q": (1.0, 0.0, 0.0)}),),
    equals={
        "PyTorch": "torch.nn.functional.cross_entropy(a, q)",
        "Optax": "optax.softmax_cross_entropy(a, q)",
    },
    claims=(
        Claim("The zero term", "Derivative(sum(p[k], k=1..K), a[i]) = 0"),
        Claim("It is the mean of the gradient of log p", "sum(p[k]*Derivative(log(p[k]), a[i]), k=1..K) = 0"),
        Claim("The line that the source does not print", f"dL/da[i] = {KEPT} + {REST}"),
        Mistake(
            "p taken under the gradient",
            f"dL/da[i] = {PULLED}",
            instead=f"dL/da[i] = {HELD}",
            source="source A",
        ),
        Passage("Source A adds a gradient that is 0 to that of cross-entropy", AS_PRINTED),
        Passage("The same from line 7 on, with p left in front", MENDED),
        Passage("The same from line 7 on, with p held", HELD_THROUGHOUT),
    ),
)
