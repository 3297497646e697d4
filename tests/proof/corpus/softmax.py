"""Softmax, log-softmax and log-sum-exp."""

from __future__ import annotations

from proof.corpus.known import AT_1, P
from proof.corpus.record import Record, conditional, proved, refuted

PK = "p[k] = softmax(z, k=1..K)"
LS = "l[k] = log(p[k])"
LSE = "A = log(sum(exp(z[k]), k=1..K))"
U = "u[k] = exp(z[k])"
V = "v[k] = u[k]/sum(u[j], j=1..K)"
ROW = "p[n, k] = softmax(z[n, k], k)"

SOFTMAX: tuple[Record, ...] = (
    proved("softmax adds up to 1", "sum(p[k], k=1..K) = 1", P),
    refuted("one share is all", "p[i] = 1", P, coincidences=AT_1),
    refuted(
        "all shares are alike",
        "p[i] = 1/K",
        PK,
        coincidences=AT_1,
        witness={"sizes": {"K": 2}, "indices": {"i": 1}, "values": {"z": (0, 1)}},
    ),
    proved("equal logits give equal shares", "p[i] = 1/K", PK, "z[k] = c"),
    proved("softmax in two steps", "v[i] = p[i]", (U, V, P)),
    proved("jacobian in two steps", "dv[j]/dz[i] = v[j]*(delta(i, j) - v[i])", (U, V)),
    proved("by the exponentials", "dv[j]/du[i] = (delta(i, j) - v[j])/sum(u[k], k=1..K)", (U, V)),
    refuted(
        "by the exponentials, index swapped",
        "dv[j]/du[i] = (delta(i, j) - v[i])/sum(u[k], k=1..K)",
        (U, V),
        coincidences=AT_1,
    ),
    proved("jacobian on the diagonal", "dp[i]/dz[i] = p[i]*(1 - p[i])", P),
    proved("jacobian off the diagonal", "dp[j]/dz[i] = -p[j]*p[i]", P, "i != j"),
    refuted("jacobian, one case for all", "dp[j]/dz[i] = -p[j]*p[i]", P, coincidences=()),
    refuted("jacobian, diagonal for all", "dp[j]/dz[i] = p[j]*(1 - p[i])", P, coincidences=AT_1),
    refuted("jacobian, sign", "dp[j]/dz[i] = p[j]*(p[i] - delta(i, j))", P, coincidences=AT_1),
    refuted("jacobian, plus off the diagonal", "dp[j]/dz[i] = p[j]*(delta(i, j) + p[i])", P, coincidences=()),
    proved("jacobian is symmetric", "dp[j]/dz[i] = dp[i]/dz[j]", P),
    proved("jacobian's rows add up to 0", "sum(dp[j]/dz[k], k=1..K) = 0", P),
    proved("jacobian's columns add up to 0", "sum(dp[k]/dz[i], k=1..K) = 0", P),
    proved("jacobian written with delta", "dp[j]/dz[i] = delta(i, j)*p[i] - p[i]*p[j]", P),
    proved("jacobian with the delta's other index", "dp[j]/dz[i] = p[i]*(delta(i, j) - p[j])", P),
    proved("trace of the jacobian", "sum(dp[k]/dz[k], k=1..K) = 1 - sum(p[k]^2, k=1..K)", P),
    refuted("trace of the jacobian, one short", "sum(dp[k]/dz[k], k=1..K) = K - 1", P, coincidences=AT_1),
    proved(
        "second derivative of softmax",
        "Derivative(p[k], z[i], z[j]) = p[k]*((delta(k, i) - p[i])*(delta(k, j) - p[j]) - p[i]*(delta(i, j) - p[j]))",
        P,
    ),
    refuted(
        "second derivative of softmax, half of it",
        "Derivative(p[k], z[i], z[j]) = p[k]*(delta(k, i) - p[i])*(delta(k, j) - p[j])",
        P,
        coincidences=AT_1,
    ),
    proved("second derivatives commute", "Derivative(p[k], z[i], z[j]) = Derivative(p[k], z[j], z[i])", P),
    proved("second derivative on the diagonal", "Derivative(p[i], z[i], z[i]) = p[i]*(1 - p[i])*(1 - 2*p[i])", P),
    refuted(
        "second derivative on the diagonal, squared",
        "Derivative(p[i], z[i], z[i]) = p[i]*(1 - p[i])^2",
        P,
        coincidences=AT_1,
    ),
    proved("shares compare as exponentials", "p[i]/p[j] = exp(z[i] - z[j])", P),
    refuted("shares compare as logits", "p[i]/p[j] = z[i]/z[j]", P),
    proved("softmax of log-softmax", "softmax(l, i) = p[i]", (P, LS)),
    refuted("softmax of softmax", "softmax(p, i) = p[i]", P, coincidences=AT_1),
    proved("log-softmax of log-softmax", "l[i] - log(sum(exp(l[k]), k=1..K)) = l[i]", (P, LS)),
    proved("log-softmax", "l[i] = z[i] - A", (P, LS, LSE)),
    refuted(
        "log-softmax without its sum",
        "l[i] = z[i]",
        (P, LS),
        coincidences=(),
        holds_when=(("sum(exp(z[k]), k=1..K) = 1",),),
    ),
    proved("log-softmax of normalised logits", "l[i] = z[i]", (P, LS), "sum(exp(z[k]), k=1..K) = 1"),
    proved("jacobian of log-softmax", "dl[j]/dz[i] = delta(i, j) - p[i]", (P, LS)),
    refuted("jacobian of log-softmax, index", "dl[j]/dz[i] = delta(i, j) - p[j]", (P, LS), coincidences=AT_1),
    proved("second derivative of log-softmax", "Derivative(l[m], z[i], z[j]) = p[i]*(p[j] - delta(i, j))", (P, LS)),
    proved("log-sum-exp has softmax for its gradient", "dA/dz[i] = p[i]", (P, LSE)),
    proved("hessian of log-sum-exp", "Derivative(A, z[i], z[j]) = p[i]*(delta(i, j) - p[j])", (P, LSE)),
    proved(
        "third derivative of log-sum-exp",
        "Derivative(A, z[i], z[j], z[m]) = p[i]*(delta(i, j)*delta(i, m) - delta(i, j)*p[m] - delta(i, m)*p[j]"
        " - delta(j, m)*p[j] + 2*p[j]*p[m])",
        (P, LSE),
    ),
    refuted(
        "third derivative of log-sum-exp, once instead of twice",
        "Derivative(A, z[i], z[j], z[m]) = p[i]*(delta(i, j)*delta(i, m) - delta(i, j)*p[m] - delta(i, m)*p[j]"
        " - delta(j, m)*p[j] + p[j]*p[m])",
        (P, LSE),
        coincidences=(),
    ),
    proved(
        "fourth derivative of log-sum-exp at one class",
        "Derivative(A, z[i], z[i], z[i], z[i]) = p[i]*(1 - p[i])*(1 - 6*p[i] + 6*p[i]^2)",
        (P, LSE),
    ),
    proved("log-sum-exp of shifted logits", "log(sum(exp(z[k] + c), k=1..K)) = c + A", LSE),
    refuted("log-sum-exp of scaled logits", "log(sum(exp(c*z[k]), k=1..K)) = c*A", LSE, coincidences=AT_1),
    proved("log-sum-exp of equal logits", "A = c + log(K)", LSE, "z[k] = c"),
    refuted("log-sum-exp is no sum", "A = sum(z[k], k=1..K)", LSE, coincidences=AT_1),
    proved("log-sum-exp past one entry", "A = z[m] + log(sum(exp(z[k] - z[m]), k=1..K))", LSE),
    proved(
        "variance under softmax",
        "sum(p[k]*z[k]^2, k=1..K) - sum(p[k]*z[k], k=1..K)^2 = sum(p[k]*(z[k] - sum(p[j]*z[j], j=1..K))^2, k=1..K)",
        P,
    ),
    proved(
        "derivative of the mean under softmax",
        "d/dz[i] (sum(p[k]*z[k], k=1..K)) = p[i]*(1 + z[i] - sum(p[k]*z[k], k=1..K))",
        P,
    ),
    refuted(
        "derivative of the mean under softmax, p held", "d/dz[i] (sum(p[k]*z[k], k=1..K)) = p[i]", P, coincidences=AT_1
    ),
    proved(
        "mean of other values under softmax",
        "d/dz[i] (sum(p[k]*v[k], k=1..K)) = p[i]*(v[i] - sum(p[k]*v[k], k=1..K))",
        P,
    ),
    proved("covariance under softmax", "sum(dp[k]/dz[i]*v[k], k=1..K) = p[i]*v[i] - p[i]*sum(p[j]*v[j], j=1..K)", P),
    proved("rows of a batch do not mix", "dp[n, k]/dz[m, i] = delta(n, m)*p[n, k]*(delta(k, i) - p[n, i])", ROW),
    refuted("rows of a batch mixed", "dp[n, k]/dz[m, i] = p[n, k]*(delta(k, i) - p[n, i])", ROW),
    proved("one row of a batch", "dp[n, k]/dz[m, i] = p[n, k]*(delta(k, i) - p[n, i])", ROW, "n = m"),
    proved(
        "softmax along the other axis",
        "d/dz[m, i] (softmax(z[n, k], n)) = softmax(z[n, k], n)*delta(k, i)*(delta(n, m) - softmax(z[m, k], m))",
    ),
    proved("two classes are the logistic function", "exp(z[1])/sum(exp(z[k]), k=1..2) = sigmoid(z[1] - z[2])"),
    refuted("two classes, sign", "exp(z[1])/sum(exp(z[k]), k=1..2) = sigmoid(z[2] - z[1])"),
    proved(
        "scaled logits are powers of shares", "exp(c*z[i])/sum(exp(c*z[k]), k=1..K) = p[i]^c/sum(p[k]^c, k=1..K)", P
    ),
    proved("softmax of twice the logits", "exp(2*z[i])/sum(exp(2*z[k]), k=1..K) = p[i]^2/sum(p[k]^2, k=1..K)", P),
    refuted(
        "softmax of twice the logits is no square",
        "exp(2*z[i])/sum(exp(2*z[k]), k=1..K) = p[i]^2",
        P,
        coincidences=AT_1,
    ),
    proved("derivative along the logits", "sum(z[k]*dp[i]/dz[k], k=1..K) = p[i]*(z[i] - sum(p[k]*z[k], k=1..K))", P),
    refuted(
        "a product of shares",
        "p[i]*p[j] = exp(z[i] + z[j])/sum(exp(z[k]), k=1..K)",
        P,
        holds_when=(("sum(exp(z[k]), k=1..K) = 1",),),
        coincidences=(),
    ),
    proved("smoothed softmax adds up to 1", "sum((exp(z[k]) + c)/(sum(exp(z[j]), j=1..K) + K*c), k=1..K) = 1"),
    *conditional(
        "the maximum divided out is another function",
        "exp(z[i]/c)/sum(exp(z[k]/c), k=1..K) = p[i]",
        "c = 1",
        P,
        coincidences=AT_1,
    ),
    proved("without one class", "sum(exp(z[k]), k=1..K, k!=i)/sum(exp(z[k]), k=1..K) = 1 - p[i]", P),
    proved("odds of a class", "p[i]/(1 - p[i]) = exp(z[i])/sum(exp(z[k]), k=1..K, k!=i)", P),
    proved("log-odds of a class", "d/dz[j] (log(p[i]/(1 - p[i]))) = (delta(i, j) - p[j])/(1 - p[i])", P),
)
