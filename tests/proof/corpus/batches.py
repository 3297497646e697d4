"""Batches, one-hot labels, arrays of class numbers."""

from __future__ import annotations

from proof.corpus.known import AT_1
from proof.corpus.record import Record, conditional, proved, refuted

P = "p[n, k] = softmax(z[n, k], k)"
ONE = "p[k] = softmax(z, k)"
L = "L = -sum(sum(y[n, k]*log(p[n, k]), k=1..K), n=1..N)"
MEAN = "L = -sum(sum(y[n, k]*log(p[n, k]), k=1..K), n=1..N)/N"
WEIGHTS = "L = -sum(w[n]*sum(y[n, k]*log(p[n, k]), k=1..K), n=1..N)"
LABEL = "L = -sum(log(p[n, t[n]]), n=1..N)"
CE = "L = -sum(y[k]*log(p[k]), k=1..K)"
ROWS = "sum(y[n, k], k=1..K) = 1"
HOT = "one_hot(y, c)"
HOTS = "one_hot(y[n, k], t[n])"

BATCHES: tuple[Record, ...] = (
    *conditional("batch", "dL/dz[m, i] = p[m, i] - y[m, i]", ROWS, (P, L), holds_when=((ROWS,),)),
    *conditional("batch, mean", "dL/dz[m, i] = (p[m, i] - y[m, i])/N", ROWS, (P, MEAN), holds_when=((ROWS,),)),
    refuted("batch, mean forgotten", "dL/dz[m, i] = p[m, i] - y[m, i]", (P, MEAN), ROWS),
    refuted("batch, summed over examples", "dL/dz[m, i] = sum(p[n, i] - y[n, i], n=1..N)", (P, L), ROWS),
    refuted("batch, labels of another example", "dL/dz[m, i] = p[m, i] - y[n, i]", (P, L), ROWS),
    refuted(
        "batch, only the whole adds up",
        "dL/dz[m, i] = p[m, i] - y[m, i]",
        (P, L),
        "sum(sum(y[n, k], k=1..K), n=1..N) = N",
    ),
    proved("batch for any weights", "dL/dz[m, i] = p[m, i]*sum(y[m, k], k=1..K) - y[m, i]", (P, L)),
    proved("weighted examples", "dL/dz[m, i] = w[m]*(p[m, i] - y[m, i])", (P, WEIGHTS), ROWS),
    refuted(
        "weighted examples, total weight", "dL/dz[m, i] = sum(w[n], n=1..N)*(p[m, i] - y[m, i])", (P, WEIGHTS), ROWS
    ),
    proved(
        "hessian of a batch",
        "Derivative(L, z[m, i], z[n, j]) = delta(m, n)*p[m, i]*(delta(i, j) - p[m, j])",
        (P, L),
        ROWS,
    ),
    refuted(
        "hessian of a batch, examples mixed",
        "Derivative(L, z[m, i], z[n, j]) = p[m, i]*(delta(i, j) - p[m, j])",
        (P, L),
        ROWS,
    ),
    proved("gradients of each example add up to 0", "sum(dL/dz[m, i], i=1..K) = 0", (P, L)),
    proved("batch of labels", "dL/dz[m, i] = p[m, i] - delta(i, t[m])", (P, LABEL)),
    refuted("batch of labels, sign", "dL/dz[m, i] = delta(i, t[m]) - p[m, i]", (P, LABEL)),
    refuted("batch of labels, label of another example", "dL/dz[m, i] = p[m, i] - delta(i, t[n])", (P, LABEL)),
    refuted("batch of labels, delta forgotten", "dL/dz[m, i] = p[m, i] - 1", (P, LABEL)),
    proved(
        "hessian of a batch of labels",
        "Derivative(L, z[m, i], z[n, j]) = delta(m, n)*p[m, i]*(delta(i, j) - p[m, j])",
        (P, LABEL),
    ),
    proved("batch of labels from logits", "L = sum(log(sum(exp(z[n, k]), k=1..K)) - z[n, t[n]], n=1..N)", (P, LABEL)),
    *conditional("one-hot rows are labels", "L = -sum(log(p[n, t[n]]), n=1..N)", HOTS, (P, L)),
    proved("one-hot rows, gradient", "dL/dz[m, i] = p[m, i] - delta(i, t[m])", (P, L), HOTS),
    proved("one-hot rows add up to 1", "sum(y[m, k], k=1..K) = 1", (), HOTS),
    refuted("one-hot columns do not", "sum(y[n, i], n=1..N) = 1", (), HOTS),
    proved("one-hot rows add up to N", "sum(sum(y[n, k], k=1..K), n=1..N) = N", (), HOTS),
    proved("labels of two examples", "sum(y[m, k]*y[n, k], k=1..K) = delta(t[m], t[n])", (), HOTS),
    refuted("labels of two examples differ", "sum(y[m, k]*y[n, k], k=1..K) = delta(m, n)", (), HOTS),
    proved("picked by a label", "sum(y[n, k]*x[n, k], k=1..K) = x[n, t[n]]", (), HOTS),
    refuted("picked by the wrong label", "sum(y[n, k]*x[n, k], k=1..K) = x[n, t[m]]", (), HOTS),
    *conditional("one-hot, gradient", "dL/dz[i] = p[i] - delta(i, c)", HOT, (ONE, CE), coincidences=AT_1),
    proved("one-hot, loss", "L = -log(p[c])", (ONE, CE), HOT),
    refuted("one-hot, loss of another class", "L = -log(p[i])", (ONE, CE), HOT, coincidences=AT_1),
    *conditional("one-hot entries are their squares", "y[i]^2 = y[i]", HOT, coincidences=()),
    *conditional("different one-hot entries", "y[i]*y[j] = 0", HOT, (), "i != j", coincidences=()),
    refuted("one-hot entries, equal or not", "y[i]*y[j] = 0", (), HOT, coincidences=()),
    proved("one-hot entries, in general", "y[i]*y[j] = delta(i, j)*y[i]", (), HOT),
    proved("one-hot label under an exponential", "sum(exp(y[k]*x[k]), k=1..K) = K - 1 + exp(x[c])", (), HOT),
    refuted(
        "one-hot label under an exponential, as if the rest were 0",
        "sum(exp(y[k]*x[k]), k=1..K) = exp(x[c])",
        (),
        HOT,
        coincidences=AT_1,
    ),
    proved("one-hot label under a square", "sum((x[k] - y[k])^2, k=1..K) = sum(x[k]^2, k=1..K) - 2*x[c] + 1", (), HOT),
    proved("two sums over a one-hot label", "sum(x[k]*y[k], k=1..K) + sum(y[k], k=1..K) = 1 + x[c]", (), HOT),
    refuted("two sums over a one-hot label, one lost", "sum(x[k]*y[k], k=1..K) + sum(y[k], k=1..K) = 1", (), HOT),
    proved("differences picked by a one-hot label", "sum(y[k]*(x[k] - w), k=1..K) = x[c] - w", (), HOT),
    refuted("differences picked by a one-hot label, one lost", "sum(y[k]*(x[k] - w), k=1..K) = -w", (), HOT),
    proved("one-hot label in a power", "sum(x[k]^y[k], k=1..K) = K - 1 + x[c]", (), (HOT, "x[k] > 0")),
    proved("one-hot label, second derivative", "Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])", (ONE, CE), HOT),
    refuted(
        "a fact holds at the point only",
        "d/dy[i] (sum(y[k], k=1..K)) = 0",
        (),
        "sum(y[k], k=1..K) = 1",
        coincidences=(),
    ),
    proved("what a fact leaves of a derivative", "d/dy[i] (sum(y[k], k=1..K)) = 1", (), "sum(y[k], k=1..K) = 1"),
    proved(
        "a fact times a derivative",
        "sum(y[k], k=1..K)*d/dy[i] (sum(y[k]^2, k=1..K)) = 2*y[i]",
        (),
        "sum(y[k], k=1..K) = 1",
    ),
    proved(
        "mixed labels", "d/dz[i] (-(1 - a)*log(p[c]) - a*log(p[g])) = p[i] - (1 - a)*delta(i, c) - a*delta(i, g)", ONE
    ),
    refuted(
        "mixed labels, weights swapped",
        "d/dz[i] (-(1 - a)*log(p[c]) - a*log(p[g])) = p[i] - a*delta(i, c) - (1 - a)*delta(i, g)",
        ONE,
        holds_when=(("a = 1/2",),),
        coincidences=AT_1,
    ),
    proved("true class", "d/dz[c] (-log(p[c])) = p[c] - 1", ONE),
    proved("another class", "d/dz[i] (-log(p[c])) = p[i]", ONE, "i != c"),
    refuted("any class", "d/dz[i] (-log(p[c])) = p[i]", ONE, coincidences=()),
    proved(
        "embedding", "d/dW[i, a] (sum(sum(G[n, d]*W[t[n], d], d=1..D), n=1..N)) = sum(delta(i, t[n])*G[n, a], n=1..N)"
    ),
    refuted(
        "embedding, as if labels were all different",
        "d/dW[i, a] (sum(sum(G[n, d]*W[t[n], d], d=1..D), n=1..N)) = delta(i, t[m])*G[m, a]",
    ),
    proved(
        "contrastive batch",
        "d/ds[a, b] (-sum(log(exp(s[n, n])/sum(exp(s[n, m]), m=1..N)), n=1..N))"
        " = exp(s[a, b])/sum(exp(s[a, m]), m=1..N) - delta(a, b)",
    ),
    refuted(
        "contrastive batch, along columns",
        "d/ds[a, b] (-sum(log(exp(s[n, n])/sum(exp(s[n, m]), m=1..N)), n=1..N))"
        " = exp(s[a, b])/sum(exp(s[n, b]), n=1..N) - delta(a, b)",
        coincidences=({"N": 1},),
    ),
    proved("accuracy counts", "sum(sum(delta(k, t[n]), k=1..K), n=1..N) = N + 0*sum(sum(z[n, k], k=1..K), n=1..N)"),
    proved("class counts", "sum(sum(y[n, k], n=1..N)*w[k], k=1..K) = sum(w[t[n]], n=1..N)", (), HOTS),
    *conditional(
        "rows in either order",
        "sum(sum(w[n]*y[n, k], n=1..N), k=1..K) = sum(w[n], n=1..N)",
        ROWS,
        holds_when=((ROWS,),),
    ),
)
