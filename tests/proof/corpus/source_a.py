"""Source A, line by line: logits a, softmax p, labels q; sample i, class k."""

from __future__ import annotations

import re

from proof.corpus.chains import Broken, Derivation, printed

from symderiv.zoo import source_a, source_a_l2, source_a_zero_term

A = ("p[i, k] = exp(a[i, k])/sum(exp(a[i, j]), j=1..K)",)
A_L1 = "L_1 = -sum(sum(q[i, k]*log(p[i, k]), k=1..K), i=1..N)"
A_L2 = "L_2 = sum(sum((p[i, k] - q[i, k])*a[i, k], k=1..K), i=1..N)"
A_H = "H = -sum(sum(p[i, k]*log(p[i, k]), k=1..K), i=1..N)"
A_ONE = "sum(q[i, k], k=1..K) = 1"
TOTAL = source_a.TOTAL
MEAN = "sum(p[i, j]*a[i, j], j=1..K)"


def in_batch(line: str, letter: str) -> str:
    """A line about one sample as one about sample i, with another letter for the free index i."""
    own = {"i": letter}
    line = re.sub(r"\b(d?[apq])\[(\w)\]", lambda m: f"{m[1]}[i, {own.get(m[2], m[2])}]", line)
    return line.replace("!=i", f"!={letter}")


A_L1_LINES = printed(source_a.GRADIENT)
ZERO_TERM = tuple(in_batch(line, "c") for line in printed(source_a_zero_term.UP_TO_THE_MISTAKE))
REST, PULLED, KEPT, HELD = (
    in_batch(line, "c")
    for line in (source_a_zero_term.REST, source_a_zero_term.PULLED, source_a_zero_term.KEPT, source_a_zero_term.HELD)
)
MISTAKE_1 = Broken("nabla pulled out of the sum as if p did not depend on a", corrected=f"{KEPT} + {REST}")
MISTAKE_2 = Broken(
    "p[i, k]*a[i, k] replaced by its sum over k, by E(X - EX) = 0, which is true of the sum over the components only",
)
L2_LINES = (
    "d/da[i, k] (sum((p[i, j] - q[i, j])*a[i, j], j=1..K))",
    *(in_batch(line, "k") for line in printed(source_a_l2.GRADIENT)[1:]),
)
L2_LINES_BY_C = tuple(in_batch(line, "c") for line in printed(source_a_l2.GRADIENT)[1:])

SOURCE_A = (
    Derivation(
        "A: softmax, k bound below the line",
        printed(source_a.SOFTMAX),
        A,
        note="k is bound below the line and free above it: the reading that is meant",
    ),
    Derivation(
        "A: softmax, k free below the line",
        ("p[i, k]", source_a.FREE_BELOW),
        A,
        broken=((1, Broken("the summand lacks the index of the sum", corrected=f"exp(a[i, k])/{TOTAL}")),),
        note="the other reading: k is free below the line too",
    ),
    Derivation(
        "A: jacobian, j = k",
        printed(source_a.DIAGONAL),
        A,
    ),
    Derivation(
        "A: jacobian, j != k",
        printed(source_a.OFF_DIAGONAL),
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
        (A_L1_LINES[1], source_a.CAPTURED),
        A,
        broken=((1, Broken("the free index of the derivative captured by the sum", corrected=A_L1_LINES[2])),),
        note="the other reading of the first printed line",
    ),
    Derivation(
        "A: L1, bold quotient as a product with the whole jacobian",
        (A_L1_LINES[3], source_a.TWICE),
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
            f"{HELD} + {REST}",
            HELD,
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
