"""Losses, layers and bare expressions, with the gradient as one expects to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Derivative, Eq, Expr, Gt, IndexedBase, KroneckerDelta, Ne, Sum, exp, log, pi, sqrt, symbols, tanh

from symderiv.doors.surface import stop_gradient
from symderiv.problem import Problem

K, M, N, T, G, A = symbols("K M N T gamma alpha")
H, mu, L, v = symbols("H mu L v")
a, b, d, i, j, k, m, n = symbols("a b d i j k m n")
z, y, p, q, s, w, x, W, h, u = map(IndexedBase, ("z", "y", "p", "q", "s", "w", "x", "W", "h", "u"))

SOFTMAX = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
ROWS = {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))}
SIGMOID = {s[k]: 1 / (1 + exp(-z[k]))}
ONE = [Eq(Sum(y[k], (k, 1, K)), 1)]
SHARE = {q[k]: x[k] / Sum(x[j], (j, 1, K))}
SQUARES = {q[k]: x[k] ** 2 / Sum(x[j] ** 2, (j, 1, K))}
NORMAL = {u[k]: exp(-((x[k] - y[k]) ** 2) / 2) / (s[k] * sqrt(2 * pi))}
CROSS_ENTROPY = -Sum(y[k] * log(p[k]), (k, 1, K))


@dataclass(frozen=True)
class Case:
    """A problem and its derivative in one line of plain text."""

    name: str
    make: Callable[[], Problem]
    expected: str


def case(name: str, value: Any, wrt: Any, expected: str, where: Any = None, given: Any = ()) -> Case:
    return Case(name, lambda: Problem(name, value, wrt, where, given), expected)


def total(body: Expr, *over: Any) -> Expr:
    for index in over:
        body = Sum(body, (index, 1, N if index == n else M if index in (m, d) else K))
    return body


CASES = (
    case("cross-entropy", CROSS_ENTROPY, z[i], "p[i] - y[i]", SOFTMAX, ONE),
    case(
        "cross-entropy with the square of log-sum-exp",
        CROSS_ENTROPY + A * log(total(exp(z[j]), j)) ** 2,
        z[i],
        "2*alpha*p[i]*log(sum(exp(z[j]), j=1..K)) - y[i] + p[i]",
        SOFTMAX,
        ONE,
    ),
    case("cross-entropy, labels free", CROSS_ENTROPY, z[i], "p[i]*sum(y[k], k=1..K) - y[i]", SOFTMAX),
    case(
        "batch mean",
        -total(y[n, k] * log(p[n, k]), k, n) / N,
        z[m, i],
        "(p[m, i] - y[m, i])/N",
        ROWS,
        [Eq(Sum(y[n, k], (k, 1, K)), 1)],
    ),
    case("softmax entry", p[j], z[i], "p[j]*(delta(i, j) - p[i])", SOFTMAX),
    case("log-softmax entry", log(p[j]), z[i], "delta(i, j) - p[i]", SOFTMAX),
    case(
        "squared distance of softmax",
        total((p[k] - y[k]) ** 2, k),
        z[i],
        "2*p[i]*(p[i] - y[i] - sum(p[k]*(p[k] - y[k]), k=1..K))",
        SOFTMAX,
    ),
    case(
        "half squared distance of softmax",
        total((p[k] - y[k]) ** 2, k) / 2,
        z[i],
        "p[i]*(p[i] - y[i] - sum(p[k]*(p[k] - y[k]), k=1..K))",
        SOFTMAX,
    ),
    case(
        "sigmoid cross-entropy, named",
        -total(y[k] * log(s[k]) + (1 - y[k]) * log(1 - s[k]), k),
        z[i],
        "s[i] - y[i]",
        SIGMOID,
    ),
    case(
        "sigmoid cross-entropy, e^z/(1+e^z)",
        -total(y[k] * log(s[k]) + (1 - y[k]) * log(1 - s[k]), k),
        z[i],
        "s[i] - y[i]",
        {s[k]: exp(z[k]) / (1 + exp(z[k]))},
    ),
    case(
        "sigmoid cross-entropy, inline",
        -total(y[k] * log(1 / (1 + exp(-z[k]))) + (1 - y[k]) * log(1 - 1 / (1 + exp(-z[k]))), k),
        z[i],
        "1/(1 + exp(-z[i])) - y[i]",
    ),
    case("sigmoid cross-entropy, scalar", -(A * log(v) + (1 - A) * log(1 - v)), T, "v - alpha", {v: 1 / (1 + exp(-T))}),
    case(
        "sigmoid cross-entropy, logits form",
        total(log(1 + exp(z[k])) - y[k] * z[k], k),
        z[i],
        "exp(z[i])/(1 + exp(z[i])) - y[i]",
    ),
    case(
        "temperature, by logits",
        CROSS_ENTROPY,
        z[i],
        "(p[i] - y[i])/T",
        {p[k]: exp(z[k] / T) / Sum(exp(z[j] / T), (j, 1, K))},
        ONE,
    ),
    case(
        "temperature, by T",
        CROSS_ENTROPY,
        T,
        "1/T**2*sum(z[j]*(y[j] - p[j]), j=1..K)",
        {p[k]: exp(z[k] / T) / Sum(exp(z[j] / T), (j, 1, K))},
        ONE,
    ),
    case(
        "label smoothing",
        -total(((1 - A) * y[k] + A / K) * log(p[k]), k),
        z[i],
        "p[i] - (1 - alpha)*y[i] - alpha/K",
        SOFTMAX,
        ONE,
    ),
    case("entropy", -total(p[k] * log(p[k]), k), z[i], "p[i]*(sum(p[k]*log(p[k]), k=1..K) - log(p[i]))", SOFTMAX),
    case("entropy, named", H, z[i], "-p[i]*(log(p[i]) + H)", {**SOFTMAX, H: -total(p[k] * log(p[k]), k)}),
    case("KL from labels", total(y[k] * log(y[k] / p[k]), k), z[i], "p[i] - y[i]", SOFTMAX, [*ONE, Gt(y[k], 0)]),
    case(
        "KL to labels",
        total(p[k] * log(p[k] / y[k]), k),
        z[i],
        "p[i]*(log(p[i]/y[i]) - sum(p[k]*log(p[k]/y[k]), k=1..K))",
        SOFTMAX,
        [*ONE, Gt(y[k], 0)],
    ),
    case(
        "KL to labels, named",
        L,
        z[i],
        "p[i]*(log(p[i]/y[i]) - L)",
        {**SOFTMAX, L: total(p[k] * log(p[k] / y[k]), k)},
        [Gt(y[k], 0)],
    ),
    case("log-sum-exp", log(total(exp(z[k]), k)), z[i], "exp(z[i])/sum(exp(z[k]), k=1..K)"),
    case(
        "log-sum-exp, Hessian",
        log(total(exp(z[k]), k)),
        [z[i], z[j]],
        "exp(z[i])/sum(exp(z[k]), k=1..K)*(delta(i, j) - exp(z[j])/sum(exp(z[k]), k=1..K))",
    ),
    case(
        "weighted softmax",
        CROSS_ENTROPY,
        z[i],
        "p[i] - y[i]",
        {p[k]: w[k] * exp(z[k]) / Sum(w[j] * exp(z[j]), (j, 1, K))},
        [*ONE, Gt(w[k], 0)],
    ),
    case(
        "focal",
        -total(y[k] * (1 - p[k]) ** 2 * log(p[k]), k),
        z[i],
        "p[i]*sum(y[k]*(1 - p[k])*(1 - 2*p[k]*log(p[k]) - p[k]), k=1..K)"
        " + y[i]*(1 - p[i])*(2*p[i]*log(p[i]) - 1 + p[i])",
        SOFTMAX,
    ),
    case(
        "focal, gamma",
        -total(y[k] * (1 - p[k]) ** G * log(p[k]), k),
        z[i],
        "p[i]*sum(y[k]*((1 - p[k])**gamma - gamma*p[k]*(1 - p[k])**(gamma - 1)*log(p[k])), k=1..K)"
        " + y[i]*(gamma*p[i]*(1 - p[i])**(gamma - 1)*log(p[i]) - (1 - p[i])**gamma)",
        SOFTMAX,
    ),
    case("tanh", total(tanh(z[k]), k), z[i], "1 - ((exp(2*z[i]) - 1)/(exp(2*z[i]) + 1))**2"),
    case("tanh, one entry", tanh(z[k]), z[i], "(1 - ((exp(2*z[k]) - 1)/(exp(2*z[k]) + 1))**2)*delta(i, k)"),
    case("softplus", log(1 + exp(z[k])), z[i], "exp(z[k])*delta(i, k)/(1 + exp(z[k]))"),
    case("logistic loss", total(log(1 + exp(-y[k] * z[k])), k), z[i], "-y[i]*exp(-y[i]*z[i])/(1 + exp(-y[i]*z[i]))"),
    case("mean squared error", total((z[n] - y[n]) ** 2, n) / N, z[i], "2*(z[i] - y[i])/N"),
    case("variance", total((x[n] - mu) ** 2, n) / N, x[i], "2*(x[i] - mu)/N", {mu: total(x[n], n) / N}),
    case("centred entry", x[k] - mu, x[i], "delta(i, k) - 1/K", {mu: total(x[j], j) / K}),
    case(
        "layer norm",
        (x[k] - mu) / v,
        x[i],
        "(delta(i, k) - (x[k] - mu)*(x[i] - mu)/(v**2*K) - 1/K)/v",
        {mu: total(x[j], j) / K, v: sqrt(total((x[j] - mu) ** 2, j) / K)},
    ),
    case(
        "unit vector",
        x[k] / sqrt(total(x[j] ** 2, j)),
        x[i],
        "(delta(i, k) - x[k]*x[i]/sum(x[j]**2, j=1..K))/sum(x[j]**2, j=1..K)**(1/2)",
    ),
    case(
        "unit vector, named length", x[k] / L, x[i], "(delta(i, k) - x[k]*x[i]/L**2)/L", {L: sqrt(total(x[j] ** 2, j))}
    ),
    case("length", sqrt(total(x[j] ** 2, j)), x[i], "x[i]/sum(x[j]**2, j=1..K)**(1/2)"),
    case("pairs", total((z[k] - z[j]) ** 2, j, k), z[i], "4*(K*z[i] - sum(z[j], j=1..K))"),
    case(
        "other entries",
        total((1 - KroneckerDelta(j, k)) * z[j] * z[k], j, k),
        z[i],
        "2*sum(z[k], k=1..K, k!=i)",
    ),
    case(
        "ranking, log-sigmoid of pairs",
        total(log(1 + exp(z[j] - z[k])), j, k),
        z[i],
        "sum(exp(z[i] - z[k])/(1 + exp(z[i] - z[k])), k=1..K) - sum(exp(z[j] - z[i])/(1 + exp(z[j] - z[i])), j=1..K)",
    ),
    case(
        "linear layer, W",
        -total(y[n, k] * log(p[n, k]), k, n) / N,
        W[a, b],
        "1/N*sum(x[n, b]*(p[n, a] - y[n, a]), n=1..N)",
        {**ROWS, z[n, k]: Sum(W[k, d] * x[n, d], (d, 1, M)) + h[k]},
        [Eq(Sum(y[n, k], (k, 1, K)), 1)],
    ),
    case(
        "linear layer, bias",
        -total(y[n, k] * log(p[n, k]), k, n) / N,
        h[a],
        "1/N*sum(p[n, a] - y[n, a], n=1..N)",
        {**ROWS, z[n, k]: Sum(W[k, d] * x[n, d], (d, 1, M)) + h[k]},
        [Eq(Sum(y[n, k], (k, 1, K)), 1)],
    ),
    case(
        "linear layer, x",
        -total(y[n, k] * log(p[n, k]), k, n) / N,
        x[a, b],
        "1/N*sum(W[k, b]*(p[a, k] - y[a, k]), k=1..K)",
        {**ROWS, z[n, k]: Sum(W[k, d] * x[n, d], (d, 1, M)) + h[k]},
        [Eq(Sum(y[n, k], (k, 1, K)), 1)],
    ),
    case("literal variable", CROSS_ENTROPY, z[2], "p[2] - y[2]", SOFTMAX, ONE),
    case("literal entries", p[1] * p[2], z[i], "p[1]*p[2]*(delta(i, 1) + delta(i, 2) - 2*p[i])", SOFTMAX),
    case("odds", log(p[1] / p[2]), z[i], "delta(i, 1) - delta(i, 2)", SOFTMAX),
    case("power, entry", total(x[k] ** T, k), x[i], "T*x[i]**(T - 1)", None, [Gt(x[k], 0)]),
    case("power, exponent", total(x[k] ** T, k), T, "sum(x[k]**T*log(x[k]), k=1..K)", None, [Gt(x[k], 0)]),
    case("self power", x[k] ** x[k], x[i], "x[k]**x[k]*(log(x[k]) + 1)*delta(i, k)", None, [Gt(x[k], 0)]),
    case("derivative inside", total(Derivative(z[k] ** 3, z[k]), k), z[i], "6*z[i]"),
    case(
        "derivative by a defined name", Derivative(CROSS_ENTROPY, p[j]), z[i], "y[j]*(delta(i, j) - p[i])/p[j]", SOFTMAX
    ),
    case("gradient by probabilities", CROSS_ENTROPY, p[i], "-y[i]/p[i]", SOFTMAX),
    case("stopped weight", total(p[k] * stop_gradient(p[k]), k), z[i], "p[i]*(p[i] - sum(p[k]**2, k=1..K))", SOFTMAX),
    case(
        "held L2",
        total((p[k] - y[k]) * stop_gradient(1) * z[k], k),
        z[i],
        "p[i] - y[i] + p[i]*(z[i] - sum(z[k]*p[k], k=1..K))",
        SOFTMAX,
    ),
    case("held gradient", total(stop_gradient(p[k] - y[k]) * z[k], k), z[i], "p[i] - y[i]", SOFTMAX),
    case("held gradient, Hessian", total(stop_gradient(p[k] - y[k]) * z[k], k), [z[i], z[j]], "0", SOFTMAX),
    case("Hessian", CROSS_ENTROPY, [z[i], z[j]], "p[i]*(delta(i, j) - p[j])", SOFTMAX, ONE),
    case(
        "third derivative",
        CROSS_ENTROPY,
        [z[i], z[j], z[m]],
        "p[i]*((delta(i, m) - p[m])*(delta(i, j) - p[j]) - p[j]*(delta(j, m) - p[m]))",
        SOFTMAX,
        ONE,
    ),
    case("mixed", CROSS_ENTROPY, [z[i], y[j]], "p[i] - delta(i, j)", SOFTMAX, ONE),
    case("labels", CROSS_ENTROPY, y[i], "-log(p[i])", SOFTMAX, ONE),
    case("attention weights", total(q[k] * p[k], k), z[i], "p[i]*(q[i] - sum(q[k]*p[k], k=1..K))", SOFTMAX),
    case(
        "attention scores",
        total(u[m] * p[m], m),
        q[i],
        "sum(u[m]*p[m]*(h[m, i] - sum(p[n]*h[n, i], n=1..M)), m=1..M)",
        {p[m]: exp(Sum(q[d] * h[m, d], (d, 1, N))) / Sum(exp(Sum(q[d] * h[n, d], (d, 1, N))), (n, 1, M))},
    ),
    case("scalar polynomial", (T**2 + 1) * exp(T), T, "(T**2 + 2*T + 1)*exp(T)"),
    case("scalar quotient", T / (1 + T**2), T, "(1 - T**2)/(1 + T**2)**2"),
    case("scalar second derivative", exp(-(T**2) / 2), [T, T], "(T**2 - 1)*exp(-T**2/2)"),
    case("quadratic form", total(x[j] * W[j, k] * x[k], j, k), x[i], "sum(x[k]*(W[i, k] + W[k, i]), k=1..K)"),
    case(
        "Gaussian kernel",
        log(total(exp(-((z[k] - x[k]) ** 2) / 2), k)),
        z[i],
        "(x[i] - z[i])*exp(-(z[i] - x[i])**2/2)/sum(exp(-(z[k] - x[k])**2/2), k=1..K)",
    ),
    case(
        "expected reward",
        total(p[k] * (q[k] - total(p[j] * q[j], j)) ** 2, k),
        z[i],
        "p[i]*((q[i] - sum(p[j]*q[j], j=1..K))**2 - sum(p[k]*(q[k] - sum(p[j]*q[j], j=1..K))**2, k=1..K))",
        SOFTMAX,
    ),
    case(
        "negative entropy of sigmoid",
        total(s[k] * log(s[k]) + (1 - s[k]) * log(1 - s[k]), k),
        z[i],
        "s[i]*(1 - s[i])*(log(s[i]) - log(1 - s[i]))",
        SIGMOID,
    ),
    case("swish", z[k] / (1 + exp(-z[k])), z[i], "1/(1 + exp(-z[k]))*(1 + z[k]*(1 - 1/(1 + exp(-z[k]))))*delta(i, k)"),
    case(
        "product of two softmax",
        total(p[k] * q[k], k),
        z[i],
        "(1 + 1/T)*p[i]*q[i] - (p[i] + q[i]/T)*sum(p[k]*q[k], k=1..K)",
        {**SOFTMAX, q[k]: exp(z[k] / T) / Sum(exp(z[j] / T), (j, 1, K))},
    ),
    case(
        "perplexity",
        exp(-total(y[k] * log(p[k]), k)),
        z[i],
        "(p[i] - y[i])*exp(-sum(y[k]*log(p[k]), k=1..K))",
        SOFTMAX,
        ONE,
    ),
    case("perplexity, named", exp(L), z[i], "(p[i] - y[i])*exp(L)", {**SOFTMAX, L: CROSS_ENTROPY}, ONE),
    case(
        "no other entry", total(log(1 - p[k]), k), z[i], "p[i]*(sum(p[k]/(1 - p[k]), k=1..K) - 1/(1 - p[i]))", SOFTMAX
    ),
    case("rest of the row", total((1 - KroneckerDelta(i, k)) * z[k] ** 2, k), z[j], "2*z[j]*(1 - delta(i, j))"),
    case("distinct", p[i] * p[j], z[m], "p[i]*p[j]*(delta(i, m) + delta(j, m) - 2*p[m])", SOFTMAX, [Ne(i, j)]),
    case(
        "two layers, inner weights",
        -total(y[n, k] * log(p[n, k]), k, n) / N,
        u[i, j],
        "1/N*sum(x[n, j]*h[n, i]*(1 - h[n, i])*sum(W[k, i]*(p[n, k] - y[n, k]), k=1..K), n=1..N)",
        {
            **ROWS,
            z[n, k]: Sum(W[k, d] * h[n, d], (d, 1, M)),
            h[n, d]: 1 / (1 + exp(-Sum(u[d, b] * x[n, b], (b, 1, M)))),
        },
        [Eq(Sum(y[n, k], (k, 1, K)), 1)],
    ),
    case(
        "sum that vanishes with its negative",
        total(z[k] * (y[k] - x[k]), k) * T + T * total(z[j] * (x[j] - y[j]), j) + z[m],
        z[i],
        "delta(i, m)",
    ),
    case("share", q[k], x[i], "(delta(i, k) - q[k])/sum(x[j], j=1..K)", SHARE),
    case("logarithm of a share", log(q[k]), x[i], "(delta(i, k)/q[k] - 1)/sum(x[j], j=1..K)", SHARE),
    case(
        "cross-entropy of shares",
        -total(y[k] * log(q[k]), k),
        x[i],
        "(1 - y[i]/q[i])/sum(x[j], j=1..K)",
        SHARE,
        [*ONE, Gt(x[k], 0)],
    ),
    case(
        "cross-entropy of weighted shares",
        -total(y[j] * log(u[j]), j),
        q[k],
        "w[k]/sum(q[i]*w[i], i=1..K) - y[k]/q[k]",
        {u[j]: w[j] * q[j] / Sum(w[i] * q[i], (i, 1, K))},
        [*ONE, Gt(q[k], 0), Gt(w[k], 0)],
    ),
    case("share of squares", q[k], x[i], "2*(x[k]*delta(i, k) - x[i]*q[k])/sum(x[j]**2, j=1..K)", SQUARES),
    case(
        "share of powers, exponent",
        -total(y[k] * log(q[k]), k),
        T,
        "sum((q[j] - y[j])*log(x[j]), j=1..K)",
        {q[k]: x[k] ** T / Sum(x[j] ** T, (j, 1, K))},
        [*ONE, Gt(x[k], 0)],
    ),
    case(
        "entropy of shares",
        -total(q[k] * log(q[k]), k),
        x[i],
        "(sum(q[k]*log(q[k]), k=1..K) - log(q[i]))/sum(x[j], j=1..K)",
        SHARE,
        [Gt(x[k], 0)],
    ),
    case("a part and its share", x[i] + x[i] * q[j], x[i], "1 + q[i]*(delta(i, j) - q[j]) + q[j]", SHARE),
    case(
        "unit vector, named",
        q[k],
        x[i],
        "(delta(i, k) - q[k]*q[i])/sum(x[j]**2, j=1..K)**(1/2)",
        {q[k]: x[k] / sqrt(total(x[j] ** 2, j))},
    ),
    case(
        "root mean square norm",
        q[k],
        x[i],
        "(delta(i, k) - q[k]*q[i]/K)/(alpha + 1/K*sum(x[j]**2, j=1..K))**(1/2)",
        {q[k]: x[k] / sqrt(total(x[j] ** 2, j) / K + A)},
        [Gt(A, 0)],
    ),
    case(
        "layer norm, named",
        q[k],
        x[i],
        "(delta(i, k) - q[i]*q[k]/K - 1/K)/v",
        {mu: total(x[j], j) / K, v: sqrt(total((x[j] - mu) ** 2, j) / K), q[k]: (x[k] - mu) / v},
    ),
    case("Gaussian density", u[k], x[i], "u[k]*(y[k] - x[k])*delta(i, k)", NORMAL),
    case(
        "Gaussian mixture, its point",
        log(total(w[k] * h[k], k)),
        T,
        "1/sum(h[k]*w[k], k=1..K)*sum(w[k]*h[k]*(y[k] - T), k=1..K)",
        {h[k]: exp(-((T - y[k]) ** 2) / 2) / sqrt(2 * pi)},
        [Gt(w[k], 0)],
    ),
    case(
        "Gaussian mixture, a mean",
        log(total(w[k] * h[k], k)),
        y[i],
        "w[i]*h[i]*(T - y[i])/(s[i]**2*sum(h[k]*w[k], k=1..K))",
        {h[k]: exp(-((T - y[k]) ** 2) / (2 * s[k] ** 2)) / (s[k] * sqrt(2 * pi))},
        [Gt(w[k], 0), Gt(s[k], 0)],
    ),
    case(
        "an exponential and its share",
        total(exp(z[k]), k) + log(total(exp(z[k]), k)),
        z[i],
        "exp(z[i]) + p[i]",
        SOFTMAX,
    ),
    case(
        "log-sum-exp, third derivative",
        log(total(exp(z[k]), k)),
        [z[i], z[j], z[m]],
        "exp(z[i])/sum(exp(z[k]), k=1..K)*((delta(i, m) - exp(z[m])/sum(exp(z[k]), k=1..K))"
        "*(delta(i, j) - exp(z[j])/sum(exp(z[k]), k=1..K))"
        " - exp(z[j])/sum(exp(z[k]), k=1..K)*(delta(j, m) - exp(z[m])/sum(exp(z[k]), k=1..K)))",
    ),
    case(
        "swish, summed, another letter",
        total(w[j] * x[j] / (exp(-x[j]) + 1), j),
        x[k],
        "w[k]/(1 + exp(-x[k]))*(1 + x[k]*(1 - 1/(1 + exp(-x[k]))))",
    ),
    case("softplus, Hessian", total(log(1 + exp(z[k])), k), [z[i], z[j]], "exp(z[i])*delta(i, j)/(1 + exp(z[i]))**2"),
    case("cubic", T * (T**3 + 1) * exp(T), T, "(T**4 + 4*T**3 + T + 1)*exp(T)"),
    case(
        "focal, one class",
        -((1 - p[m]) ** 2) * log(p[m]),
        z[i],
        "(1 - p[m])*(delta(i, m) - p[i])*(2*p[m]*log(p[m]) - 1 + p[m])",
        SOFTMAX,
    ),
    case(
        "focal, another exponent and other letters",
        -total(w[j] * (1 - q[j]) ** T * log(q[j]), j),
        x[k],
        "q[k]*sum(w[j]*((1 - q[j])**T - T*q[j]*(1 - q[j])**(T - 1)*log(q[j])), j=1..K)"
        " + w[k]*(T*q[k]*(1 - q[k])**(T - 1)*log(q[k]) - (1 - q[k])**T)",
        {q[j]: exp(x[j]) / Sum(exp(x[i]), (i, 1, K))},
    ),
    case(
        "all but one, in and out of a logarithm",
        Sum((1 - KroneckerDelta(k, m)) * y[k] * log(Sum((1 - KroneckerDelta(j, m)) * exp(z[j]), (j, 1, K))), (k, 1, K)),
        z[i],
        "(1 - delta(i, m))*exp(z[i])/sum(exp(z[j]), j=1..K, j!=m)*sum(y[k], k=1..K, k!=m)",
    ),
)
