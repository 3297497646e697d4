"""Source A, line by line: logits a, softmax p, labels q; sample i, class k."""

from __future__ import annotations

from proof.corpus.chains import Broken, Derivation

A = ("p[i, k] = exp(a[i, k])/sum(exp(a[i, j]), j=1..K)",)
A_L1 = "L_1 = -sum(sum(q[i, k]*log(p[i, k]), k=1..K), i=1..N)"
A_L2 = "L_2 = sum(sum((p[i, k] - q[i, k])*a[i, k], k=1..K), i=1..N)"
A_H = "H = -sum(sum(p[i, k]*log(p[i, k]), k=1..K), i=1..N)"
A_ONE = "sum(q[i, k], k=1..K) = 1"
TOTAL = "sum(exp(a[i, k]), k=1..K)"
OTHERS = "sum(q[i, j]/p[i, j]*(-p[i, j]*p[i, k]), j=1..K, j!=k)"
MEAN = "sum(p[i, j]*a[i, j], j=1..K)"
LOSS_OF_ROW = "-sum(q[i, k]*log(p[i, k]), k=1..K)"

A_L1_LINES = (
    "dL_1/da[i, k]",
    f"d/da[i, k] ({LOSS_OF_ROW})",
    "-sum(q[i, j]*Derivative(log(p[i, j]), a[i, k]), j=1..K)",
    "-sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K)",
    "-q[i, k]/p[i, k]*dp[i, k]/da[i, k] - sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K, j!=k)",
    f"-q[i, k]/p[i, k]*p[i, k]*(1 - p[i, k]) - {OTHERS}",
    "-q[i, k] + p[i, k]*q[i, k] + p[i, k]*sum(q[i, j], j=1..K, j!=k)",
    "-q[i, k] + p[i, k]*sum(q[i, j], j=1..K)",
    "p[i, k] - q[i, k]",
)

LOSS_BY_C = f"d/da[i, c] ({LOSS_OF_ROW})"
SOFT = "exp(a[i, k])/sum(exp(a[i, j]), j=1..K)"
LSE = "log(sum(exp(a[i, j]), j=1..K))"
BY_C = f"Derivative(a[i, k] - {LSE}, a[i, c])"
REST = f"(sum(q[i, k], k=1..K) - sum(p[i, k], k=1..K))*Derivative({LSE}, a[i, c])"
PULLED = "d/da[i, c] (sum((p[i, k] - q[i, k])*a[i, k], k=1..K))"
KEPT = "sum((p[i, k] - q[i, k])*Derivative(a[i, k], a[i, c]), k=1..K)"

ZERO_TERM = (
    LOSS_BY_C,
    f"{LOSS_BY_C} + d/da[i, c] (sum(p[i, k], k=1..K))",
    f"{LOSS_BY_C} + sum(dp[i, k]/da[i, c], k=1..K)",
    f"{LOSS_BY_C} + sum(p[i, k]*(dp[i, k]/da[i, c])/p[i, k], k=1..K)",
    f"{LOSS_BY_C} + sum(p[i, k]*Derivative(log(p[i, k]), a[i, c]), k=1..K)",
    f"d/da[i, c] (-sum(q[i, k]*log({SOFT}), k=1..K)) + sum(p[i, k]*Derivative(log({SOFT}), a[i, c]), k=1..K)",
    f"-sum(q[i, k]*{BY_C}, k=1..K) + sum(p[i, k]*{BY_C}, k=1..K)",
)
MISTAKE_1 = Broken("nabla pulled out of the sum as if p did not depend on a", corrected=f"{KEPT} + {REST}")
MISTAKE_2 = Broken(
    "p[i, k]*a[i, k] replaced by its sum over k, by E(X - EX) = 0, which is true of the sum over the components only",
)

L2_LINES = (
    "d/da[i, k] (sum((p[i, j] - q[i, j])*a[i, j], j=1..K))",
    "sum(Derivative((p[i, j] - q[i, j])*a[i, j], a[i, k]), j=1..K)",
    "Derivative((p[i, k] - q[i, k])*a[i, k], a[i, k])"
    " + sum(Derivative((p[i, j] - q[i, j])*a[i, j], a[i, k]), j=1..K, j!=k)",
    "dp[i, k]/da[i, k]*a[i, k] + (p[i, k] - q[i, k]) + sum(dp[i, j]/da[i, k]*a[i, j], j=1..K, j!=k)",
    "p[i, k]*(1 - p[i, k])*a[i, k] + (p[i, k] - q[i, k]) - p[i, k]*sum(p[i, j]*a[i, j], j=1..K, j!=k)",
    f"p[i, k] - q[i, k] + p[i, k]*a[i, k] - p[i, k]*{MEAN}",
    f"p[i, k] - q[i, k] + p[i, k]*(a[i, k] - {MEAN})",
    f"p[i, k] - q[i, k] + {MEAN} - {MEAN}",
    "p[i, k] - q[i, k]",
)

L2_LINES_BY_C = tuple(line.replace("k]", "c]").replace("!=k", "!=c") for line in L2_LINES[1:])

SOURCE_A = (
    Derivation(
        "A: softmax, k bound below the line",
        ("p[i, k]", f"exp(a[i, k])/{TOTAL}", "exp(a[i, k])/(exp(a[i, k]) + sum(exp(a[i, j]), j=1..K, j!=k))"),
        A,
        note="k is bound below the line and free above it: the reading that is meant",
    ),
    Derivation(
        "A: softmax, k free below the line",
        ("p[i, k]", "exp(a[i, k])/sum(exp(a[i, k]), j=1..K)"),
        A,
        broken=((1, Broken("the summand lacks the index of the sum", corrected=f"exp(a[i, k])/{TOTAL}")),),
        note="the other reading: k is free below the line too",
    ),
    Derivation(
        "A: jacobian, j = k",
        (
            "dp[i, k]/da[i, k]",
            f"(exp(a[i, k])*{TOTAL} - exp(a[i, k])^2)/{TOTAL}^2",
            "p[i, k]*(1 - p[i, k])",
        ),
        A,
    ),
    Derivation(
        "A: jacobian, j != k",
        ("dp[i, k]/da[i, j]", f"-exp(a[i, k])*exp(a[i, j])/{TOTAL}^2", "-p[i, k]*p[i, j]"),
        A,
        ("j != k",),
    ),
    Derivation(
        "A: jacobian, second case for all j and k",
        ("dp[i, k]/da[i, j]", f"-exp(a[i, k])*exp(a[i, j])/{TOTAL}^2"),
        A,
        broken=((1, Broken("left out: the case j = k", ("j != k",), "p[i, k]*(delta(j, k) - p[i, j])")),),
    ),
    Derivation("A: L1", A_L1_LINES, (*A, A_L1), (A_ONE,), note="k is bound on the first printed line and free below"),
    Derivation(
        "A: L1, rows of q not said to add up to 1",
        A_L1_LINES,
        (*A, A_L1),
        broken=((8, Broken("uses that q adds up to 1", (A_ONE,), A_L1_LINES[7])),),
    ),
    Derivation(
        "A: L1, k bound in the derivative as well",
        (A_L1_LINES[1], "-sum(q[i, k]*Derivative(log(p[i, k]), a[i, k]), k=1..K)"),
        A,
        broken=((1, Broken("the free index of the derivative captured by the sum", corrected=A_L1_LINES[2])),),
        note="the other reading of the first printed line",
    ),
    Derivation(
        "A: L1, bold quotient as a product with the whole jacobian",
        (
            A_L1_LINES[3],
            "-sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K) - sum(q[i, j]/p[i, j]*dp[i, j]/da[i, k], j=1..K, j!=k)",
        ),
        A,
        (A_ONE,),
        broken=((1, Broken("all but the diagonal counted twice", corrected=A_L1_LINES[4])),),
        note="the other reading of the bold vectors: d p_i/d a_i stands for the diagonal only in the printed line",
    ),
    Derivation(
        "A: zero term, both mistakes",
        (
            *ZERO_TERM,
            f"{PULLED} + {REST}",
            PULLED,
            *L2_LINES_BY_C,
        ),
        A,
        (A_ONE,),
        broken=((7, MISTAKE_1), (15, MISTAKE_2)),
        note="the ends are equal: the second mistake takes back what the first one added",
    ),
    Derivation(
        "A: zero term, with the line that is not printed",
        (*ZERO_TERM, f"{KEPT} + {REST}", KEPT, "p[i, c] - q[i, c]"),
        A,
        (A_ONE,),
    ),
    Derivation(
        "A: zero term, p held",
        (
            *ZERO_TERM,
            f"d/da[i, c] (sum((stop_gradient(p[i, k]) - q[i, k])*a[i, k], k=1..K)) + {REST}",
            "d/da[i, c] (sum((stop_gradient(p[i, k]) - q[i, k])*a[i, k], k=1..K))",
            "p[i, c] - q[i, c]",
        ),
        A,
        (A_ONE,),
    ),
    Derivation("A: L2", ("dL_2/da[i, k]", *L2_LINES), (*A, A_L2), broken=((8, MISTAKE_2),)),
    Derivation(
        "A: E(X - EX) = 0",
        (
            f"sum(p[i, k]*(a[i, k] - {MEAN}), k=1..K)",
            "sum(p[i, k]*a[i, k], k=1..K) - sum(p[i, k]*a[i, k], k=1..K)",
            "0",
        ),
        A,
        note="heading 4 as we read it",
    ),
    Derivation(
        "A: L1 and L2 are equivalent",
        ("L_1", "L_2"),
        (*A, A_L1, A_L2, A_H),
        (A_ONE,),
        broken=((1, Broken("the entropy of p is left out", corrected="L_2 + H")),),
    ),
)
