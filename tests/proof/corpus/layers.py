"""Means, variances, normalisation layers, norms."""

from __future__ import annotations

from proof.corpus.known import AT_1
from proof.corpus.record import Record, conditional, proved, refuted

M = "m = sum(x[k], k=1..K)/K"
VAR = "v = sum((x[k] - m)^2, k=1..K)/K"
C = "c[k] = x[k] - m"
HAT = "h[k] = (x[k] - m)/sqrt(v + e_0)"
OUT = "o[k] = g[k]*h[k] + b[k]"
LAYER = (M, VAR, HAT)
EPS = "e_0 > 0"
RMS = ("q = sum(x[k]^2, k=1..K)/K", "r[k] = x[k]/sqrt(q + e_0)")
NORM = "N_x = sqrt(sum(x[k]^2, k=1..K))"
UNIT = "u[k] = x[k]/sqrt(sum(x[j]^2, j=1..K))"
BATCH = (
    "m[k] = sum(x[n, k], n=1..N)/N",
    "v[k] = sum((x[n, k] - m[k])^2, n=1..N)/N",
    "h[n, k] = (x[n, k] - m[k])/sqrt(v[k] + e_0)",
)

LAYERS: tuple[Record, ...] = (
    proved("variance from squares", "v = sum(x[k]^2, k=1..K)/K - m^2", (M, VAR)),
    refuted(
        "variance without the mean",
        "v = sum(x[k]^2, k=1..K)/K",
        (M, VAR),
        coincidences=(),
        holds_when=(("sum(x[k], k=1..K) = 0",),),
    ),
    proved("deviations add up to 0", "sum(x[k] - m, k=1..K) = 0", M),
    proved("derivative of the variance", "dv/dx[i] = 2*(x[i] - m)/K", (M, VAR)),
    refuted("derivative of the variance, K forgotten", "dv/dx[i] = 2*(x[i] - m)", (M, VAR), coincidences=AT_1),
    proved("hessian of the variance", "Derivative(v, x[i], x[j]) = 2*(delta(i, j) - 1/K)/K", (M, VAR)),
    refuted(
        "hessian of the variance, mean held", "Derivative(v, x[i], x[j]) = 2*delta(i, j)/K", (M, VAR), coincidences=()
    ),
    proved("variance with the mean held", "d/dx[i] (sum((x[k] - stop_gradient(m))^2, k=1..K)/K) = 2*(x[i] - m)/K", M),
    proved("variance from all pairs", "v = sum(sum((x[i] - x[j])^2, j=1..K), i=1..K)/(2*K^2)", (M, VAR)),
    refuted(
        "variance from all pairs, factor",
        "v = sum(sum((x[i] - x[j])^2, j=1..K), i=1..K)/K^2",
        (M, VAR),
        coincidences=AT_1,
    ),
    proved("steiner's shift", "sum((x[k] - a)^2, k=1..K) = sum((x[k] - m)^2, k=1..K) + K*(m - a)^2", M),
    refuted(
        "steiner's shift, K forgotten",
        "sum((x[k] - a)^2, k=1..K) = sum((x[k] - m)^2, k=1..K) + (m - a)^2",
        M,
        coincidences=AT_1,
    ),
    proved("jacobian of centring", "dc[j]/dx[i] = delta(i, j) - 1/K", (M, C)),
    proved("centring twice is centring", "c[i] - sum(c[k], k=1..K)/K = c[i]", (M, C)),
    proved(
        "third moment by an entry", "d/dx[i] (sum(c[k]^3, k=1..K)/K) = 3*(c[i]^2 - sum(c[k]^2, k=1..K)/K)/K", (M, C)
    ),
    refuted(
        "third moment by an entry, mean held", "d/dx[i] (sum(c[k]^3, k=1..K)/K) = 3*c[i]^2/K", (M, C), coincidences=AT_1
    ),
    proved("normalised entries add up to 0", "sum(h[k], k=1..K) = 0", LAYER, EPS),
    proved("normalised squares", "sum(h[k]^2, k=1..K) = K*v/(v + e_0)", LAYER, EPS),
    refuted("normalised squares without epsilon", "sum(h[k]^2, k=1..K) = K", LAYER, EPS, coincidences=()),
    proved("jacobian of layer norm", "dh[j]/dx[i] = (delta(i, j) - 1/K - h[i]*h[j]/K)/sqrt(v + e_0)", LAYER, EPS),
    refuted(
        "jacobian of layer norm, variance held",
        "dh[j]/dx[i] = (delta(i, j) - 1/K)/sqrt(v + e_0)",
        LAYER,
        EPS,
        coincidences=AT_1,
    ),
    refuted(
        "jacobian of layer norm, mean held",
        "dh[j]/dx[i] = (delta(i, j) - h[i]*h[j]/K)/sqrt(v + e_0)",
        LAYER,
        EPS,
        coincidences=(),
    ),
    proved(
        "layer norm backwards",
        "d/dx[i] (sum(a[k]*h[k], k=1..K)) = (a[i] - sum(a[k], k=1..K)/K - h[i]*sum(a[k]*h[k], k=1..K)/K)/sqrt(v + e_0)",
        LAYER,
        EPS,
    ),
    proved("layer norm, scale", "d/dg[i] (sum(a[k]*o[k], k=1..K)) = a[i]*h[i]", (*LAYER, OUT), EPS),
    proved("layer norm, offset", "d/db[i] (sum(a[k]*o[k], k=1..K)) = a[i]", (*LAYER, OUT), EPS),
    proved("layer norm does not see a shift", "sum(dh[j]/dx[k], k=1..K) = 0", LAYER, EPS),
    proved(
        "layer norm with scale backwards",
        "d/dx[i] (sum(a[k]*o[k], k=1..K))"
        " = (a[i]*g[i] - sum(a[k]*g[k], k=1..K)/K - h[i]*sum(a[k]*g[k]*h[k], k=1..K)/K)/sqrt(v + e_0)",
        (*LAYER, OUT),
        EPS,
    ),
    proved("jacobian of rms norm", "dr[j]/dx[i] = (delta(i, j) - r[i]*r[j]/K)/sqrt(q + e_0)", RMS, EPS),
    refuted(
        "jacobian of rms norm, as of layer norm",
        "dr[j]/dx[i] = (delta(i, j) - 1/K - r[i]*r[j]/K)/sqrt(q + e_0)",
        RMS,
        EPS,
        coincidences=(),
    ),
    proved(
        "batch norm backwards",
        "d/dx[m, i] (sum(sum(a[n, k]*h[n, k], k=1..K), n=1..N))"
        " = (a[m, i] - sum(a[n, i], n=1..N)/N - h[m, i]*sum(a[n, i]*h[n, i], n=1..N)/N)/sqrt(v[i] + e_0)",
        tuple(t.replace("m[k]", "mu[k]") for t in BATCH),
        EPS,
    ),
    refuted(
        "batch norm backwards, over the wrong axis",
        "d/dx[m, i] (sum(sum(a[n, k]*h[n, k], k=1..K), n=1..N))"
        " = (a[m, i] - sum(a[m, k], k=1..K)/K - h[m, i]*sum(a[m, k]*h[m, k], k=1..K)/K)/sqrt(v[i] + e_0)",
        tuple(t.replace("m[k]", "mu[k]") for t in BATCH),
        EPS,
    ),
    proved("euclidean norm", "dN_x/dx[i] = x[i]/N_x", NORM),
    refuted("euclidean norm, factor", "dN_x/dx[i] = 2*x[i]/N_x", NORM, coincidences=()),
    proved("hessian of the euclidean norm", "Derivative(N_x, x[i], x[j]) = (delta(i, j) - x[i]*x[j]/N_x^2)/N_x", NORM),
    proved("unit vectors", "sum(u[k]^2, k=1..K) = 1", UNIT),
    proved("jacobian of the unit vector", "du[j]/dx[i] = (delta(i, j) - u[i]*u[j])/N_x", (UNIT, NORM)),
    proved("the unit vector does not see its scale", "sum(x[k]*du[j]/dx[k], k=1..K) = 0", UNIT),
    proved(
        "cosine similarity",
        "d/dx[i] (sum(x[k]*y[k], k=1..K)/(N_x*N_y)) = y[i]/(N_x*N_y) - x[i]*sum(x[k]*y[k], k=1..K)/(N_x^3*N_y)",
        (NORM, "N_y = sqrt(sum(y[k]^2, k=1..K))"),
    ),
    refuted(
        "cosine similarity, second half forgotten",
        "d/dx[i] (sum(x[k]*y[k], k=1..K)/(N_x*N_y)) = y[i]/(N_x*N_y)",
        (NORM, "N_y = sqrt(sum(y[k]^2, k=1..K))"),
        coincidences=(),
    ),
    proved(
        "shares of a total",
        "d/dx[i] (x[j]/sum(x[k], k=1..K)) = (delta(i, j) - x[j]/sum(x[k], k=1..K))/sum(x[k], k=1..K)",
    ),
    proved(
        "weighted mean",
        "d/dw[i] (sum(w[k]*x[k], k=1..K)/sum(w[k], k=1..K))"
        " = (x[i] - sum(w[k]*x[k], k=1..K)/sum(w[k], k=1..K))/sum(w[k], k=1..K)",
    ),
    *conditional(
        "weighted mean of normalised weights, weights moving",
        "d/dw[i] (sum(w[k]*x[k], k=1..K)/sum(w[k], k=1..K)) = x[i] - sum(w[k]*x[k], k=1..K)",
        "sum(w[k], k=1..K) = 1",
        coincidences=(),
    ),
    refuted(
        "weighted mean as if its weights added up to 1",
        "d/dw[i] (sum(w[k]*x[k], k=1..K)/sum(w[k], k=1..K)) = x[i]",
        (),
        "sum(w[k], k=1..K) = 1",
        coincidences=(),
    ),
    proved(
        "geometric mean",
        "d/dx[i] (exp(sum(log(x[k]), k=1..K)/K)) = exp(sum(log(x[k]), k=1..K)/K)/(K*x[i])",
        (),
        "x[k] > 0",
    ),
    proved("harmonic mean", "d/dx[i] (K/sum(1/x[k], k=1..K)) = K/(x[i]*sum(1/x[k], k=1..K))^2"),
    refuted("harmonic mean, square forgotten", "d/dx[i] (K/sum(1/x[k], k=1..K)) = K/(x[i]*sum(1/x[k], k=1..K))"),
    proved("standard deviation", "d/dx[i] (sqrt(v)) = (x[i] - m)/(K*sqrt(v))", (M, VAR)),
    refuted("standard deviation, sign of the mean", "d/dx[i] (sqrt(v)) = (x[i] + m)/(K*sqrt(v))", (M, VAR)),
    proved(
        "gaussian log-likelihood by its mean",
        "d/da (-sum((x[k] - a)^2/(2*b^2) + log(b), k=1..K)) = sum(x[k] - a, k=1..K)/b^2",
    ),
    proved(
        "gaussian log-likelihood by its width",
        "d/db (-sum((x[k] - a)^2/(2*b^2) + log(b), k=1..K)) = sum((x[k] - a)^2, k=1..K)/b^3 - K/b",
    ),
    proved(
        "contrastive pairs",
        "sum(sum((x[i] - x[j])^2, j=1..K), i=1..K) = 2*K*sum(x[k]^2, k=1..K) - 2*sum(x[k], k=1..K)^2",
    ),
    refuted(
        "contrastive pairs, factor",
        "sum(sum((x[i] - x[j])^2, j=1..K), i=1..K) = 2*K*sum(x[k]^2, k=1..K) - sum(x[k], k=1..K)^2",
        coincidences=(),
    ),
    proved(
        "pseudo-huber loss",
        "d/dx[i] (sum(sqrt(1 + (x[k] - y[k])^2) - 1, k=1..K)) = (x[i] - y[i])/sqrt(1 + (x[i] - y[i])^2)",
    ),
)
