"""Sigmoid, softplus, tanh and losses made of them."""

from __future__ import annotations

from proof.corpus.known import BCE, S
from proof.corpus.record import Record, conditional, proved, refuted

FOCAL = "F = -sum(y[k]*(1 - s[k])^2*log(s[k]) + (1 - y[k])*s[k]^2*log(1 - s[k]), k=1..K)"
T = "h[k] = tanh(z[k])"
X = "(exp(x) - exp(-x))/(exp(x) + exp(-x))"

LOGISTIC: tuple[Record, ...] = (
    proved("sigmoid by an entry", "ds[j]/dz[i] = delta(i, j)*s[i]*(1 - s[i])", S),
    refuted("sigmoid by an entry, delta forgotten", "ds[j]/dz[i] = s[i]*(1 - s[i])", S, coincidences=({"K": 1},)),
    proved(
        "second derivative of the sigmoid",
        "Derivative(sigmoid(x), x, x) = sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))",
    ),
    refuted(
        "second derivative of the sigmoid, squared", "Derivative(sigmoid(x), x, x) = sigmoid(x)*(1 - sigmoid(x))^2"
    ),
    proved(
        "third derivative of the sigmoid",
        "Derivative(sigmoid(x), x, x, x) = sigmoid(x)*(1 - sigmoid(x))*(1 - 6*sigmoid(x) + 6*sigmoid(x)^2)",
    ),
    proved("sigmoid with exponentials above", "sigmoid(x) = exp(x)/(1 + exp(x))"),
    proved("sigmoid and tanh", "2*sigmoid(2*x) - 1 = tanh(x)"),
    refuted("sigmoid and tanh, without the factor 2", "2*sigmoid(x) - 1 = tanh(x)", witness={"values": {"x": 1}}),
    proved("tanh is odd", "tanh(-x) = -tanh(x)"),
    proved("tanh from exponentials", f"tanh(x) = {X}"),
    proved("derivative of tanh", "d/dx (tanh(x)) = 1 - tanh(x)^2"),
    refuted("derivative of tanh, not squared", "d/dx (tanh(x)) = 1 - tanh(x)"),
    proved("second derivative of tanh", "Derivative(tanh(x), x, x) = -2*tanh(x)*(1 - tanh(x)^2)"),
    proved("tanh of a sum", "tanh(x + w) = (tanh(x) + tanh(w))/(1 + tanh(x)*tanh(w))"),
    proved("tanh by an entry", "d/dz[i] (sum(h[k]^2, k=1..K)) = 2*h[i]*(1 - h[i]^2)", T),
    proved("derivative of softplus", "d/dx (log(1 + exp(x))) = sigmoid(x)"),
    proved("softplus minus its mirror image", "log(1 + exp(x)) - log(1 + exp(-x)) = x"),
    proved("log of the sigmoid", "log(sigmoid(x)) = -log(1 + exp(-x))"),
    refuted("log of the sigmoid, sign", "log(sigmoid(x)) = -log(1 + exp(x))", witness={"values": {"x": 1}}),
    proved("derivative of the log of the sigmoid", "d/dx (log(sigmoid(x))) = sigmoid(-x)"),
    proved("logit", "log(sigmoid(x)/(1 - sigmoid(x))) = x"),
    proved("sigmoid of the logit", "sigmoid(log(p_0/(1 - p_0))) = p_0", (), ("p_0 > 0", "p_0 < 1")),
    proved("cross-entropy from softplus", "L = sum(log(1 + exp(z[k])) - y[k]*z[k], k=1..K)", (S, BCE)),
    refuted("sigmoid cross-entropy, mean forgotten", "d/dz[i] (L/K) = s[i] - y[i]", (S, BCE), coincidences=({"K": 1},)),
    proved("sigmoid cross-entropy by the shares", "dL/ds[i] = (s[i] - y[i])/(s[i]*(1 - s[i]))", (S, BCE)),
    refuted("sigmoid cross-entropy by the shares, one half", "dL/ds[i] = -y[i]/s[i]", (S, BCE)),
    *conditional(
        "squared error of a sigmoid as if it were cross-entropy",
        "d/dz[i] (sum((s[k] - y[k])^2/2, k=1..K)) = 0",
        "y[k] = s[k]",
        S,
        coincidences=(),
    ),
    proved("squared error of a sigmoid", "d/dz[i] (sum((s[k] - y[k])^2/2, k=1..K)) = (s[i] - y[i])*s[i]*(1 - s[i])", S),
    refuted("squared error of a sigmoid, slope forgotten", "d/dz[i] (sum((s[k] - y[k])^2/2, k=1..K)) = s[i] - y[i]", S),
    proved("hessian of sigmoid cross-entropy", "Derivative(L, z[i], z[j]) = delta(i, j)*s[i]*(1 - s[i])", (S, BCE)),
    refuted(
        "hessian of sigmoid cross-entropy, as of softmax",
        "Derivative(L, z[i], z[j]) = s[i]*(delta(i, j) - s[j])",
        (S, BCE),
        coincidences=({"K": 1},),
    ),
    proved(
        "positive weight",
        "d/dz[i] (-sum(w*y[k]*log(s[k]) + (1 - y[k])*log(1 - s[k]), k=1..K)) = (1 - y[i])*s[i] - w*y[i]*(1 - s[i])",
        S,
    ),
    proved(
        "focal loss of a positive example",
        "dF/dz[i] = (1 - s[i])^2*(2*s[i]*log(s[i]) - (1 - s[i]))",
        (S, FOCAL),
        "y[k] = 1",
    ),
    proved(
        "focal loss of a sigmoid",
        "dF/dz[i] = y[i]*(1 - s[i])^2*(2*s[i]*log(s[i]) - (1 - s[i]))"
        " - (1 - y[i])*s[i]^2*(2*(1 - s[i])*log(1 - s[i]) - s[i])",
        (S, FOCAL),
    ),
    refuted(
        "focal loss of a sigmoid, sign of the second half",
        "dF/dz[i] = y[i]*(1 - s[i])^2*(2*s[i]*log(s[i]) - (1 - s[i]))"
        " + (1 - y[i])*s[i]^2*(2*(1 - s[i])*log(1 - s[i]) - s[i])",
        (S, FOCAL),
        coincidences=(),
    ),
    proved("swish", "d/dx (x*sigmoid(x)) = sigmoid(x) + x*sigmoid(x)*(1 - sigmoid(x))"),
    refuted("swish, product rule forgotten", "d/dx (x*sigmoid(x)) = sigmoid(x)"),
    proved("sigmoid form of gelu", "d/dx (x*sigmoid(1.702*x)) = sigmoid(1.702*x)*(1 + 1.702*x*(1 - sigmoid(1.702*x)))"),
    refuted(
        "sigmoid form of gelu, slope rounded",
        "d/dx (x*sigmoid(1.702*x)) = sigmoid(1.702*x)*(1 + 1.7*x*(1 - sigmoid(1.702*x)))",
    ),
    proved(
        "pairwise logistic loss",
        "d/ds[i] (sum(sum(log(1 + exp(s[k] - s[j])), j=1..K), k=1..K))"
        " = sum(sigmoid(s[i] - s[j]), j=1..K) - sum(sigmoid(s[j] - s[i]), j=1..K)",
    ),
    proved("bradley-terry", "sigmoid(s[i] - s[j]) = exp(s[i])/(exp(s[i]) + exp(s[j]))"),
    proved("preferred over rejected", "d/db (-log(sigmoid(b*(x - w)))) = -(x - w)*sigmoid(-b*(x - w))"),
    proved("sinh and cosh", "cosh(x)^2 - sinh(x)^2 = 1"),
    proved("log of cosh", "d/dx (log(cosh(x))) = tanh(x)"),
)
