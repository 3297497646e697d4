"""Mistakes seen in print, beside what is right."""

from __future__ import annotations

from proof.corpus.known import AT_1, L2, ONES, L, P
from proof.corpus.record import Record, proved, refuted

E_X = "sum(p[k]*z[k], k=1..K)"

PRINTED: tuple[Record, ...] = (
    refuted("manual: softmax derivative with a plus off the diagonal", "dp[j]/dz[i] = p[j]*p[i]", P, "i != j"),
    refuted("blog: dividing by the maximum", "exp(z[i]/z[m])/sum(exp(z[k]/z[m]), k=1..K) = p[i]", P, coincidences=AT_1),
    proved("blog: subtracting the maximum", "exp(z[i] - z[m])/sum(exp(z[k] - z[m]), k=1..K) = p[i]", P),
    refuted("blog: no sum in the chain rule", "dL/dz[i] = dL/dp[j]*dp[j]/dz[i]", (P, L), ONES, coincidences=AT_1),
    refuted(
        "A: nabla pulled out of the difference",
        "d/dz[i] (sum((p[k] - y[k])*z[k], k=1..K)) = sum((p[k] - y[k])*Derivative(z[k], z[i]), k=1..K)",
        P,
        coincidences=AT_1,
    ),
    proved(
        "A: nabla pulled out, p held",
        "d/dz[i] (sum((stop_gradient(p[k]) - y[k])*z[k], k=1..K)) = sum((p[k] - y[k])*Derivative(z[k], z[i]), k=1..K)",
        P,
    ),
    refuted(
        "A: a mean in the place of one entry",
        f"p[i] - y[i] + p[i]*z[i] - p[i]*{E_X} = p[i] - y[i] + {E_X} - {E_X}",
        P,
        coincidences=AT_1,
    ),
    proved("A: what E(X - EX) = 0 gives", f"sum(p[i]*z[i] - p[i]*{E_X}, i=1..K) = {E_X} - {E_X}", P),
    proved("A: zero term", "sum(p[k]*Derivative(log(p[k]), z[i]), k=1..K) = 0*z[i]", P),
    proved(
        "A: gradient with a zero term", "dL/dz[i] = dL/dz[i] + sum(p[k]*Derivative(log(p[k]), z[i]), k=1..K)", (P, L)
    ),
    proved(
        "A: the line that is not printed",
        "dL/dz[i] = sum((p[k] - y[k])*Derivative(z[k], z[i]), k=1..K) + (sum(y[k], k=1..K)"
        " - sum(p[k], k=1..K))*Derivative(log(sum(exp(z[k]), k=1..K)), z[i])",
        (P, L),
    ),
    refuted("A: L1 and L2 are equivalent", "L = L_2", (P, L, L2), ONES, coincidences=AT_1),
    refuted("A: L1 and L2 have one gradient", "dL/dz[i] = dL_2/dz[i]", (P, L, L2), ONES, coincidences=AT_1),
    refuted(
        "A: the diagonal stands for the whole", "dL/dz[i] = -y[i]/p[i]*dp[i]/dz[i]", (P, L), ONES, coincidences=AT_1
    ),
    refuted("A: p divided by its exponential", "sum(p[k]/exp(p[k]), k=1..K) = 1", P, coincidences=()),
    refuted("A: the heading without p", f"sum(z[i] - {E_X}, i=1..K) = 0", P, coincidences=AT_1),
    refuted(
        "C: bound index collides with the free one", "dL/dp[j] = -sum(y[j]*1/p[j], j=1..K)", (P, L), coincidences=AT_1
    ),
    proved("C: derivative by one share", "dL/dp[j] = -y[j]*1/p[j]", (P, L)),
    refuted(
        "C: product of a sum with one derivative",
        "dL/dz[i] = -sum(y[k]/p[k], k=1..K)*dp[j]/dz[i]",
        (P, L),
        coincidences=AT_1,
    ),
    proved("C: second line", "dL/dz[i] = -y[i]/p[i]*p[i]*(1 - p[i]) + sum(y[j]/p[j]*p[i]*p[j], j=1..K, j!=i)", (P, L)),
    proved(
        "C: third line",
        "-y[i]/p[i]*p[i]*(1 - p[i]) + sum(y[j]/p[j]*p[i]*p[j], j=1..K, j!=i) = -y[i] + p[i]*sum(y[j], j=1..K)",
        P,
    ),
    refuted(
        "C: the third line with an incomplete sum",
        "dL/dz[i] = -y[i] + p[i]*sum(y[j], j=1..K, j!=i)",
        (P, L),
        coincidences=(),
    ),
    refuted("D: one loss for all outputs", "d/dz[i] (-y[i]*log(p[i])) = p[i] - y[i]", P, ONES, coincidences=AT_1),
    proved("D: loss of one output", "d/dz[i] (-y[j]*log(p[j])) = y[j]*(p[i] - delta(i, j))", P),
    refuted("E: misprinted index", "dL/dz[m] = p[i]*sum(y[k], k=1..K) - y[i]", (P, L), coincidences=AT_1),
    proved(
        "E: row times jacobian",
        "sum(-y[k]/p[k]*(delta(k, i)*p[k] - p[k]*p[i]), k=1..K) = p[i]*sum(y[k], k=1..K) - y[i]",
        P,
    ),
    refuted("forum: label minus share", "dL/dz[i] = y[i] - p[i]", (P, L), ONES, coincidences=AT_1),
    refuted("forum: share minus one for every class", "dL/dz[i] = p[i] - 1", (P, L), ONES, coincidences=AT_1),
    refuted("forum: slope of a sigmoid", "dp[j]/dz[i] = p[i]*(1 - p[i])", P, coincidences=AT_1),
    refuted(
        "forum: softmax times its complement",
        "dL/dz[i] = (p[i] - y[i])*p[i]*(1 - p[i])",
        (P, L),
        ONES,
        coincidences=AT_1,
    ),
    refuted("forum: log of a sum taken apart", "-log(p[i]) = sum(z[k], k=1..K) - z[i]", P, coincidences=AT_1),
    refuted(
        "forum: hessian without the outer product",
        "Derivative(L, z[i], z[j]) = delta(i, j)*p[i]*(1 - p[i])",
        (P, L),
        ONES,
        coincidences=AT_1,
    ),
)
