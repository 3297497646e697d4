"""Nested sums of which one has to be done before the other: losses over sets, and shares that add up."""

from __future__ import annotations

from proof.corpus.record import Record, proved, refuted

COX = "L = -sum(d[n]*(h[n] - log(sum(R[n, m]*exp(h[m]), m=1..N))), n=1..N)"
RANKED = "L = -sum(sum(P[r, n]*h[n], n=1..N) - log(sum(R[r, m]*exp(h[m]), m=1..N)), r=1..N)"
BIASED = (
    "q[n, k] = exp(z[n, k] + b[k])/sum(exp(z[n, m] + b[m]), m=1..K)",
    "L = -sum(sum(y[n, k]*log(q[n, k]), k=1..K), n=1..B)/B",
)
CONTRAST = "L = -sum(log(exp(s[n, n] + u[n])/sum(exp(s[n, k] + u[k]), k=1..N)), n=1..N)/N"
OTHERS = "L = -sum(sum(y[n, m]*log(exp(u[m]/T)/sum(exp(u[k]/T), k=1..N, k!=n)), m=1..N, m!=n), n=1..N)"
AT_RISK = "sum(R[n, m]*exp(h[m]), m=1..N)"
SHARED = "sum(w[j]*f[n, j], j=1..K)"

EXCHANGES: tuple[Record, ...] = (
    proved("Cox: the gradient adds up to 0", "sum(Derivative(L, h[i]), i=1..N) = 0", COX),
    refuted("Cox: weighted, it does not", "sum(c[i]*Derivative(L, h[i]), i=1..N) = 0", COX, coincidences=({"N": 1},)),
    proved("Cox: a row of the Hessian adds up to 0", "sum(Derivative(L, h[i], h[j]), i=1..N) = 0", COX),
    proved("Plackett-Luce: the gradient", "sum(Derivative(L, h[i]), i=1..N) = 0", RANKED, "sum(P[r, n], n=1..N) = 1"),
    proved(
        "Plackett-Luce: whatever the marks add up to",
        "sum(Derivative(L, h[i]), i=1..N) = N - sum(sum(P[r, n], n=1..N), r=1..N)",
        RANKED,
    ),
    refuted("Plackett-Luce: the marks forgotten", "sum(Derivative(L, h[i]), i=1..N) = 0", RANKED, coincidences=()),
    proved(
        "ListNet: the gradient",
        "sum(Derivative(L, z[i]), i=1..N) = 0",
        "L = -sum(exp(y[n])/sum(exp(y[m]), m=1..N)*log(exp(z[n])/sum(exp(z[m]), m=1..N)), n=1..N)",
    ),
    proved(
        "Bradley-Terry: the gradient",
        "sum(Derivative(L, h[i]), i=1..N) = 0",
        "L = sum(sum(W[a, b]*log(sigmoid(h[a] - h[b])), b=1..N), a=1..N)",
    ),
    proved("one bias for a batch", "sum(Derivative(L, b[i]), i=1..K) = 0", BIASED, "sum(y[n, k], k=1..K) = 1"),
    proved("contrast: one offset for an item", "sum(Derivative(L, u[i]), i=1..N) = 0", CONTRAST),
    proved("contrast with the others only", "sum(Derivative(L, u[i]), i=1..N) = 0", OTHERS),
    proved("shares of a batch", f"sum(sum(w[k]*f[n, k]/{SHARED}, n=1..B), k=1..K) = B"),
    proved("weights of a mixture", f"sum(w[k]*d/dw[k] (sum(log({SHARED}), n=1..B)), k=1..K) = B"),
    refuted("shares of a batch, over the other size", f"sum(sum(w[k]*f[n, k]/{SHARED}, n=1..B), k=1..K) = K"),
    proved(
        "a share of a square is a share less",
        f"sum(exp(h[i])*sum(R[n, i]*c[n]/{AT_RISK}^2, n=1..B), i=1..N) = sum(c[n]/{AT_RISK}, n=1..B)",
    ),
    refuted(
        "a share of a square taken for a whole one",
        f"sum(exp(h[i])*sum(R[n, i]*c[n]/{AT_RISK}^2, n=1..B), i=1..N) = sum(c[n], n=1..B)",
    ),
    proved(
        "a share of more than the whole",
        f"sum(exp(h[i])*sum(R[n, i]*c[n]/(g + {AT_RISK}), n=1..B), i=1..N)"
        f" = sum(c[n], n=1..B) - g*sum(c[n]/(g + {AT_RISK}), n=1..B)",
    ),
    proved(
        "a share under a logarithm",
        f"sum(exp(h[i])*sum(R[n, i]*log({AT_RISK})/{AT_RISK}, n=1..B), i=1..N) = sum(log({AT_RISK}), n=1..B)",
    ),
    proved(
        "a share over a root",
        "sum(sum(x[n, i]^2*c[n]/sqrt(sum(x[n, k]^2, k=1..D)), n=1..B), i=1..D)"
        " = sum(c[n]*sqrt(sum(x[n, k]^2, k=1..D)), n=1..B)",
    ),
    proved(
        "a whole of two axes",
        "sum(sum(sum(A[n, i, j]*c[n]/sum(sum(A[n, k, l], k=1..K), l=1..M), n=1..B), i=1..K), j=1..M)"
        " = sum(c[n], n=1..B)",
    ),
    proved(
        "a chain of shares",
        "sum(sum(sum(p[i]*A[i, j]*C[j, n]/(sum(A[i, l], l=1..M)*sum(C[j, m], m=1..B)), n=1..B), i=1..K), j=1..M)"
        " = sum(p[i], i=1..K)",
    ),
    refuted(
        "a chain of shares, one over the other's letter",
        "sum(sum(sum(p[j]*A[i, j]*C[j, n]/(sum(A[i, l], l=1..M)*sum(C[j, m], m=1..B)), n=1..B), i=1..K), j=1..M)"
        " = sum(p[j], j=1..M)",
    ),
    proved(
        "values of attention, one for all",
        "sum(d/dv[m, a] (sum(sum(G[n, c]*sum(exp(S[n, j])/sum(exp(S[n, l]), l=1..N)*v[j, c], j=1..N), c=1..D),"
        " n=1..B)), m=1..N) = sum(G[n, a], n=1..B)",
    ),
    proved(
        "a homogeneous loss is its own multiple",
        "sum(h[i]*Derivative(L, h[i]), i=1..N) = L",
        "L = sum(sum(R[n, m]*h[m]^3, m=1..N)/sum(Q[n, m]*h[m]^2, m=1..N), n=1..B)",
    ),
    refuted(
        "a homogeneous loss of another degree",
        "sum(h[i]*Derivative(L, h[i]), i=1..N) = 2*L",
        "L = sum(sum(R[n, m]*h[m]^3, m=1..N)/sum(Q[n, m]*h[m]^2, m=1..N), n=1..B)",
    ),
)
