"""Entropy, divergences, temperature, smoothing, weights, adjusted logits, focal loss."""

from __future__ import annotations

from proof.corpus.known import AT_1, ONES, L, P, Q
from proof.corpus.record import Record, conditional, proved, refuted

H = "H = -sum(p[k]*log(p[k]), k=1..K)"
KL = "D = sum(y[k]*log(y[k]/p[k]), k=1..K)"
REVERSE = "D = sum(p[k]*log(p[k]/y[k]), k=1..K)"
SMOOTH = "r[k] = (1 - e_0)*y[k] + e_0/K"
SMOOTHED = "L = -sum(((1 - e_0)*y[k] + e_0/K)*log(p[k]), k=1..K)"
WEIGHTED = "L = -sum(w[k]*y[k]*log(p[k]), k=1..K)"
ADJUSTED = "a[k] = exp(z[k] + c*log(g[k]))/sum(exp(z[j] + c*log(g[j])), j=1..K)"
ADJUSTED_LOSS = "L = -sum(y[k]*log(a[k]), k=1..K)"
FOCAL = "F = -sum(y[k]*(1 - p[k])^g*log(p[k]), k=1..K)"
POS = "y[k] > 0"
JS = "J = sum(p[k]*log(p[k]/((p[k] + y[k])/2)) + y[k]*log(y[k]/((p[k] + y[k])/2)), k=1..K)/2"

LOSSES: tuple[Record, ...] = (
    proved("entropy from the logits", "H = log(sum(exp(z[k]), k=1..K)) - sum(p[k]*z[k], k=1..K)", (P, H)),
    proved("the entropy's gradient adds up to 0", "sum(dH/dz[i], i=1..K) = 0", (P, H)),
    proved("the entropy's gradient in logits", "dH/dz[i] = -p[i]*(z[i] - sum(p[k]*z[k], k=1..K))", (P, H)),
    proved("entropy by the shares", "dH/dp[i] = -log(p[i]) - 1", (P, H)),
    refuted("entropy by the shares, without 1", "dH/dp[i] = -log(p[i])", (P, H), coincidences=()),
    proved("entropy of equal logits", "H = log(K)", (P, H), "z[k] = c"),
    refuted("entropy is that of equal logits", "H = log(K)", (P, H), coincidences=AT_1),
    *conditional("kl divergence", "dD/dz[i] = p[i] - y[i]", ONES, (P, KL), POS, holds_when=((ONES,),), coincidences=()),
    proved("kl divergence for any weights", "dD/dz[i] = p[i]*sum(y[k], k=1..K) - y[i]", (P, KL), POS),
    proved("kl divergence is cross-entropy less entropy", "D = L + sum(y[k]*log(y[k]), k=1..K)", (P, KL, L), POS),
    refuted("kl divergence is cross-entropy", "D = L", (P, KL, L), POS, coincidences=()),
    proved("kl divergence has the gradient of cross-entropy", "dD/dz[i] = dL/dz[i]", (P, KL, L), POS),
    proved("reverse kl divergence", "dD/dz[i] = p[i]*(log(p[i]/y[i]) - D)", (P, REVERSE), POS),
    refuted(
        "reverse kl divergence is no kl divergence",
        "dD/dz[i] = p[i] - y[i]",
        (P, REVERSE),
        (POS, ONES),
        coincidences=AT_1,
    ),
    refuted("reverse kl divergence without its mean", "dD/dz[i] = p[i]*log(p[i]/y[i])", (P, REVERSE), POS),
    refuted(
        "reverse kl divergence with a stray 1",
        "dD/dz[i] = p[i]*(log(p[i]/y[i]) + 1 - D)",
        (P, REVERSE),
        POS,
        coincidences=(),
    ),
    proved("reverse kl divergence by the shares", "dD/dp[i] = log(p[i]) - log(y[i]) + 1", (P, REVERSE), POS),
    refuted(
        "kl divergence is symmetric",
        "sum(p[k]*log(p[k]/q[k]), k=1..K) = sum(q[k]*log(q[k]/p[k]), k=1..K)",
        (P, "q[k] = softmax(y, k)"),
        coincidences=AT_1,
    ),
    proved(
        "kl divergence between two softmaxes",
        "d/dy[i] (sum(p[k]*log(p[k]/q[k]), k=1..K)) = q[i] - p[i]",
        (P, "q[k] = softmax(y, k)"),
    ),
    proved(
        "symmetric divergence between two softmaxes",
        "sum((p[k] - q[k])*(log(p[k]) - log(q[k])), k=1..K) = sum((p[k] - q[k])*(z[k] - y[k]), k=1..K)",
        (P, "q[k] = softmax(y, k)"),
    ),
    proved(
        "jensen-shannon divergence",
        "dJ/dz[i] = p[i]*(log(2*p[i]/(p[i] + y[i])) - sum(p[k]*log(2*p[k]/(p[k] + y[k])), k=1..K))/2",
        (P, JS),
        (POS, ONES),
    ),
    proved(
        "distillation", "d/dz[i] (-sum(r[k]*log(q[k]), k=1..K)) = (q[i] - r[i])/T", (Q, "r[k] = softmax(v[k]/T, k)")
    ),
    refuted(
        "distillation without 1/T",
        "d/dz[i] (-sum(r[k]*log(q[k]), k=1..K)) = q[i] - r[i]",
        (Q, "r[k] = softmax(v[k]/T, k)"),
        coincidences=AT_1,
    ),
    proved(
        "distillation times T squared",
        "d/dz[i] (-T^2*sum(r[k]*log(q[k]), k=1..K)) = T*(q[i] - r[i])",
        (Q, "r[k] = softmax(v[k]/T, k)"),
    ),
    proved("jacobian with temperature", "dq[j]/dz[i] = q[j]*(delta(i, j) - q[i])/T", Q),
    proved("shares by the temperature", "dq[j]/dT = q[j]*(sum(q[k]*z[k], k=1..K) - z[j])/T^2", Q),
    refuted(
        "shares by the temperature, sign", "dq[j]/dT = q[j]*(z[j] - sum(q[k]*z[k], k=1..K))/T^2", Q, coincidences=AT_1
    ),
    proved("softened and scaled back", "softmax(z[k]*T, k) = softmax(z[k], k)", (), "T = 1"),
    proved(
        "inverse temperature",
        "d/db (log(sum(exp(b*z[k]), k=1..K))) = sum(z[k]*exp(b*z[k]), k=1..K)/sum(exp(b*z[k]), k=1..K)",
    ),
    *conditional(
        "smoothed labels",
        "dL/dz[i] = p[i] - r[i]",
        ONES,
        (P, SMOOTH, SMOOTHED),
        holds_when=((ONES,), ("e_0 = 1",)),
        coincidences=(),
    ),
    proved("smoothed labels add up to 1", "sum(r[k], k=1..K) = 1", SMOOTH, ONES),
    refuted(
        "smoothed labels, share off by one",
        "dL/dz[i] = p[i] - (1 - e_0)*y[i]",
        (P, SMOOTHED),
        ONES,
        coincidences=(),
        holds_when=(("e_0 = 0",),),
    ),
    proved("smoothing as a penalty", "dL/dz[i] = (1 - e_0)*(p[i] - y[i]) + e_0*(p[i] - 1/K)", (P, SMOOTHED), ONES),
    refuted(
        "smoothed labels of K - 1 classes",
        "sum((1 - e_0)*y[k] + e_0/(K - 1), k=1..K) = 1",
        (),
        (ONES, "K >= 2"),
        holds_when=(("e_0 = 0",),),
    ),
    proved("class weights", "dL/dz[i] = p[i]*sum(w[k]*y[k], k=1..K) - w[i]*y[i]", (P, WEIGHTED)),
    *conditional(
        "class weights that are all alike", "dL/dz[i] = p[i] - y[i]", (ONES, "w[k] = 1"), (P, WEIGHTED), coincidences=()
    ),
    refuted("class weights pulled out", "dL/dz[i] = w[i]*(p[i] - y[i])", (P, WEIGHTED), ONES, coincidences=AT_1),
    proved(
        "class weights pulled out of a one-hot label",
        "dL/dz[i] = w[c]*(p[i] - delta(i, c))",
        (P, WEIGHTED),
        "one_hot(y, c)",
    ),
    refuted(
        "class weights of the wrong class",
        "dL/dz[i] = w[i]*(p[i] - delta(i, c))",
        (P, WEIGHTED),
        "one_hot(y, c)",
        coincidences=AT_1,
    ),
    *conditional(
        "adjusted logits",
        "dL/dz[i] = a[i] - y[i]",
        ONES,
        (ADJUSTED, ADJUSTED_LOSS),
        "g[k] > 0",
        holds_when=((ONES,),),
        coincidences=(),
    ),
    proved(
        "adjusted logits are weighted exponentials",
        "a[i] = g[i]^c*exp(z[i])/sum(g[k]^c*exp(z[k]), k=1..K)",
        ADJUSTED,
        "g[k] > 0",
    ),
    proved("adjusted by equal shares", "a[i] = p[i]", (ADJUSTED, P), "g[k] = b"),
    refuted(
        "adjusted logits are the logits",
        "a[i] = p[i]",
        (ADJUSTED, P),
        "g[k] > 0",
        coincidences=AT_1,
        holds_when=(("c = 0",),),
    ),
    proved(
        "adjusted logits by the strength",
        "dL/dc = sum((a[k] - y[k])*log(g[k]), k=1..K)",
        (ADJUSTED, ADJUSTED_LOSS),
        (ONES, "g[k] > 0"),
    ),
    proved(
        "margin on the true class",
        "d/dz[i] (-log(exp(z[c] - m)/(exp(z[c] - m) + sum(exp(z[k]), k=1..K, k!=c))))"
        " = exp(z[i] - m*delta(i, c))/(exp(z[c] - m) + sum(exp(z[k]), k=1..K, k!=c)) - delta(i, c)",
    ),
    proved("focal loss without focus", "F = L", (P, FOCAL, L), ("g = 0", "K >= 2")),
    refuted("focal loss is cross-entropy", "F = L", (P, FOCAL, L), "K >= 2", coincidences=()),
    proved(
        "focal loss by the shares",
        "dF/dp[i] = y[i]*(g*(1 - p[i])^(g - 1)*log(p[i]) - (1 - p[i])^g/p[i])",
        (P, FOCAL),
        "K >= 2",
    ),
    proved(
        "focal loss with a square",
        "d/dz[i] (-(1 - p[c])^2*log(p[c])) = (1 - p[c])*(delta(i, c) - p[i])*(2*p[c]*log(p[c]) - (1 - p[c]))",
        P,
    ),
    refuted(
        "focal loss with a square, the logarithm's factor lost",
        "d/dz[i] (-(1 - p[c])^2*log(p[c])) = (1 - p[c])*(delta(i, c) - p[i])*(2*log(p[c]) - (1 - p[c]))",
        P,
        coincidences=AT_1,
    ),
    proved(
        "focal loss in full",
        "dF/dz[i] = sum(y[k]*(1 - p[k])^(g - 1)*(g*p[k]*log(p[k]) - (1 - p[k]))*(delta(k, i) - p[i]), k=1..K)",
        (P, FOCAL),
        "K >= 2",
    ),
    proved(
        "squared error of shares",
        "d/dz[i] (sum((p[k] - y[k])^2, k=1..K)) = 2*p[i]*(p[i] - y[i] - sum(p[k]*(p[k] - y[k]), k=1..K))",
        P,
    ),
    refuted(
        "squared error of shares, as if they were logits",
        "d/dz[i] (sum((p[k] - y[k])^2, k=1..K)) = 2*(p[i] - y[i])",
        P,
        coincidences=(),
    ),
    refuted(
        "squared error of shares, diagonal only",
        "d/dz[i] (sum((p[k] - y[k])^2, k=1..K)) = 2*(p[i] - y[i])*p[i]*(1 - p[i])",
        P,
        coincidences=AT_1,
    ),
    proved("squared error", "d/dx[i] (sum((x[k] - y[k])^2, k=1..K)/K) = 2*(x[i] - y[i])/K"),
    proved("tsallis entropy", "d/dz[i] ((1 - sum(p[k]^2, k=1..K))/1) = -2*p[i]*(p[i] - sum(p[k]^2, k=1..K))", P),
    proved("tsallis entropy of any order", "d/dz[i] (sum(p[k]^a, k=1..K)) = a*(p[i]^a - p[i]*sum(p[k]^a, k=1..K))", P),
    proved("renyi entropy", "d/dz[i] (log(sum(p[k]^a, k=1..K))) = a*(p[i]^a/sum(p[k]^a, k=1..K) - p[i])", P),
    proved("hinge of log-odds", "d/dz[i] (log(1 + sum(exp(z[k] - z[c]), k=1..K, k!=c))) = p[i] - delta(i, c)", P),
    proved(
        "cross-entropy is the log of one plus the others",
        "-log(p[c]) = log(1 + sum(exp(z[k] - z[c]), k=1..K, k!=c))",
        P,
    ),
    proved("z-loss", "d/dz[i] (log(sum(exp(z[k]), k=1..K))^2) = 2*log(sum(exp(z[k]), k=1..K))*p[i]", P),
    proved("confidence penalty", "d/dz[i] (L - b*H) = p[i] - y[i] + b*p[i]*(log(p[i]) + H)", (P, L, H), ONES),
    refuted(
        "confidence penalty, labels not given",
        "d/dz[i] (L - b*H) = p[i] - y[i] + b*p[i]*(log(p[i]) + H)",
        (P, L, H),
        holds_when=((ONES,),),
        coincidences=(),
    ),
    proved("policy gradient", "d/dz[i] (sum(p[k]*r[k], k=1..K)) = sum(p[k]*r[k]*(delta(k, i) - p[i]), k=1..K)", P),
    proved(
        "a baseline changes nothing", "d/dz[i] (sum(p[k]*(r[k] - b), k=1..K)) = d/dz[i] (sum(p[k]*r[k], k=1..K))", P
    ),
    refuted(
        "a baseline for each class does",
        "d/dz[i] (sum(p[k]*(r[k] - b[k]), k=1..K)) = d/dz[i] (sum(p[k]*r[k], k=1..K))",
        P,
        coincidences=AT_1,
    ),
    proved("score function", "sum(p[k]*dl[k]/dz[i], k=1..K) = 0", (P, "l[k] = log(p[k])")),
    proved(
        "fisher information",
        "sum(p[k]*dl[k]/dz[i]*dl[k]/dz[j], k=1..K) = p[i]*(delta(i, j) - p[j])",
        (P, "l[k] = log(p[k])"),
    ),
    refuted(
        "fisher information without its weights",
        "sum(dl[k]/dz[i]*dl[k]/dz[j], k=1..K) = p[i]*(delta(i, j) - p[j])",
        (P, "l[k] = log(p[k])"),
        coincidences=AT_1,
    ),
)
