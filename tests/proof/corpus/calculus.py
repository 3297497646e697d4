"""Stop-gradient, derivatives by defined arrays, chain rules, opaque functions."""

from __future__ import annotations

from proof.corpus.known import AT_1, ONES, L, P
from proof.corpus.record import Record, conditional, proved, refuted
from sympy import Derivative, Function, IndexedBase, Sum, symbols

K, i, j, k = symbols("K i j k")
x, w = symbols("x w")
z, y = IndexedBase("z"), IndexedBase("y")
f, g = Function("f"), Function("g")

SQ = "q[k] = p[k]^2/sum(p[j]^2, j=1..K)"
A = "a[k] = x[k]^2"
B = "b[k] = sum(a[j], j=1..K)*a[k]"

CALCULUS: tuple[Record, ...] = (
    proved("by the shares", "dL/dp[j] = -y[j]/p[j]", (P, L)),
    refuted("by the shares, summed", "dL/dp[j] = -sum(y[k]/p[k], k=1..K)", (P, L), coincidences=AT_1),
    refuted("by the shares, sign", "dL/dp[j] = y[j]/p[j]", (P, L), coincidences=()),
    proved("second derivative by the shares", "Derivative(L, p[i], p[j]) = delta(i, j)*y[i]/p[i]^2", (P, L)),
    proved("chain rule", "sum(dL/dp[k]*dp[k]/dz[i], k=1..K) = dL/dz[i]", (P, L)),
    refuted("chain rule without its sum", "dL/dp[k]*dp[k]/dz[i] = dL/dz[i]", (P, L), coincidences=AT_1),
    refuted("chain rule, diagonal only", "dL/dp[i]*dp[i]/dz[i] = dL/dz[i]", (P, L), coincidences=AT_1),
    *conditional(
        "chain rule, evaluated",
        "sum(dL/dp[k]*dp[k]/dz[i], k=1..K) = p[i] - y[i]",
        ONES,
        (P, L),
        coincidences=(),
        holds_when=((ONES,),),
    ),
    proved(
        "chain rule of three",
        "sum(sum(dL/dq[k]*dq[k]/dp[j]*dp[j]/dz[i], k=1..K), j=1..K) = dL/dz[i]",
        (P, SQ, "L = -sum(y[k]*log(q[k]), k=1..K)"),
    ),
    refuted(
        "chain rule of three, one sum short",
        "sum(dL/dq[k]*dq[k]/dp[k]*dp[k]/dz[i], k=1..K) = dL/dz[i]",
        (P, SQ, "L = -sum(y[k]*log(q[k]), k=1..K)"),
        coincidences=AT_1,
    ),
    proved("through two definitions", "db[i]/dx[j] = 2*x[j]*x[i]^2 + 2*delta(i, j)*x[i]*sum(x[k]^2, k=1..K)", (A, B)),
    proved("by a definition in between", "db[i]/da[j] = a[i] + delta(i, j)*sum(a[k], k=1..K)", (A, B)),
    refuted(
        "by a definition in between, one path", "db[i]/da[j] = delta(i, j)*sum(a[k], k=1..K)", (A, B), coincidences=()
    ),
    proved("chain rule in between", "sum(db[i]/da[k]*da[k]/dx[j], k=1..K) = db[i]/dx[j]", (A, B)),
    proved("a held factor", "d/dz[i] (sum(stop_gradient(z[k])*z[k], k=1..K)) = z[i]"),
    refuted("a held factor let go", "d/dz[i] (sum(stop_gradient(z[k])*z[k], k=1..K)) = 2*z[i]", coincidences=()),
    proved(
        "a held factor, twice", "Derivative(sum(stop_gradient(z[k])*z[k]^2, k=1..K), z[i], z[j]) = 2*delta(i, j)*z[i]"
    ),
    proved("held values are values", "sum(stop_gradient(p[k]), k=1..K) = 1", P),
    proved("held all over", "d/dz[i] (stop_gradient(sum(z[k]^2, k=1..K))) = 0*z[i]"),
    refuted(
        "held or not",
        "d/dz[i] (sum(stop_gradient(p[k])*log(p[k]), k=1..K)) = d/dz[i] (sum(p[k]*log(p[k]), k=1..K))",
        P,
        coincidences=AT_1,
    ),
    proved("held shares times log-shares", "d/dz[i] (sum(stop_gradient(p[k])*log(p[k]), k=1..K)) = 0*z[i]", P),
    proved(
        "policy gradient from held rewards",
        "d/dz[i] (sum(stop_gradient(p[k])*r[k]*log(p[k]), k=1..K)) = d/dz[i] (sum(p[k]*r[k], k=1..K))",
        P,
    ),
    proved(
        "shifted by a held maximum",
        "d/dz[i] (log(sum(exp(z[k] - stop_gradient(z[m])), k=1..K)) + stop_gradient(z[m])) = p[i]",
        P,
    ),
    refuted(
        "shifted by a maximum held once only",
        "d/dz[i] (log(sum(exp(z[k] - stop_gradient(z[m])), k=1..K)) + z[m]) = p[i]",
        P,
        coincidences=(),
    ),
    proved("straight-through", "d/dz[i] (sum(y[k]*(z[k] + stop_gradient(z[k]^2 - z[k])), k=1..K)) = y[i]"),
    proved("straight-through in value", "z[i] + stop_gradient(z[i]^2 - z[i]) = z[i]^2"),
    proved("a derivative that is held", "d/dz[i] (z[i]*stop_gradient(Derivative(z[i]^3, z[i]))) = 3*z[i]^2"),
    proved("linear rule", "d/dx (a*exp(x) + b*log(x)) = a*exp(x) + b/x"),
    proved("product rule", "d/dx (exp(x)*log(x)) = exp(x)*log(x) + exp(x)/x"),
    refuted("product rule, product of derivatives", "d/dx (exp(x)*log(x)) = exp(x)/x"),
    proved("quotient rule", "d/dx (exp(x)/log(x)) = (exp(x)*log(x) - exp(x)/x)/log(x)^2"),
    refuted("quotient rule, sign", "d/dx (exp(x)/log(x)) = (exp(x)*log(x) + exp(x)/x)/log(x)^2"),
    refuted("quotient rule, turned round", "d/dx (exp(x)/log(x)) = (exp(x)/x - exp(x)*log(x))/log(x)^2"),
    refuted("quotient rule, square forgotten", "d/dx (exp(x)/log(x)) = (exp(x)*log(x) - exp(x)/x)/log(x)"),
    proved("nested exponentials", "d/dx (exp(exp(x))) = exp(x + exp(x))"),
    proved("nested logarithms", "d/dx (log(log(x))) = 1/(x*log(x))", (), "x > 1"),
    proved("derivative of a derivative", "d/dx (d/dx (x^4)) = 12*x^2"),
    proved("derivative of a product with a derivative", "d/dx (x*Derivative(x^3, x)) = 9*x^2"),
    proved("derivatives by two names", "Derivative(x^2*w^3, x, w) = 6*x*w^2"),
    proved("derivative by what is not there", "d/dx (w^2 + x) = 1 + 0*w"),
    refuted("derivative as if the other moved too", "d/dx (x*w) = w + x"),
    proved("derivative of a sum by an entry", "d/dz[i] (sum(sum(z[k]*z[j], j=1..K), k=1..K)) = 2*sum(z[k], k=1..K)"),
    proved(
        "derivative by an entry within a sum over it",
        "sum(Derivative(z[k]^2*z[j], z[k]), k=1..K) = 2*z[j]*sum(z[k], k=1..K) + z[j]^2",
    ),
    refuted(
        "derivative by an entry within a sum over it, once",
        "sum(Derivative(z[k]^2*z[j], z[k]), k=1..K) = 2*z[j]*sum(z[k], k=1..K)",
        coincidences=(),
    ),
    proved("divergence", "sum(Derivative(p[k], z[k]), k=1..K) = 1 - sum(p[k]^2, k=1..K)", P),
    proved(
        "laplacian of log-sum-exp",
        "sum(Derivative(log(sum(exp(z[j]), j=1..K)), z[k], z[k]), k=1..K) = 1 - sum(p[k]^2, k=1..K)",
        P,
    ),
    proved("euler's theorem", "sum(x[k]*Derivative(sum(x[j]^3, j=1..K), x[k]), k=1..K) = 3*sum(x[k]^3, k=1..K)"),
    proved(
        "third derivative of a cube", "Derivative(sum(x[k]^3, k=1..K), x[i], x[j], x[m]) = 6*delta(i, j)*delta(j, m)"
    ),
    proved("third derivative of a cube of a sum", "Derivative(sum(x[k], k=1..K)^3, x[i], x[j], x[m]) = 6 + 0*x[i]"),
    refuted(
        "third derivative of a cube, delta lost",
        "Derivative(sum(x[k]^3, k=1..K), x[i], x[j], x[m]) = 6*delta(i, j)",
        coincidences=AT_1,
    ),
    proved("exponential loss", "d/dz[i] (sum(exp(-y[k]*z[k]), k=1..K)) = -y[i]*exp(-y[i]*z[i])"),
    proved("poisson loss", "d/dz[i] (sum(exp(z[k]) - y[k]*z[k], k=1..K)) = exp(z[i]) - y[i]"),
    proved("opaque functions commute", (f(x) * g(w), g(w) * f(x))),
    refuted("two opaque functions", (f(x), g(x))),
    refuted("an opaque function at two places", (f(x), f(w))),
    proved("opaque function at equal values", (f((x + 1) ** 2), f(x**2 + 2 * x + 1))),
    proved("sum of opaque functions", (Sum(f(z[k]) + y[k], (k, 1, K)), Sum(f(z[j]), (j, 1, K)) + Sum(y[k], (k, 1, K)))),
    refuted(
        "opaque function pulled out",
        (Sum(f(z[k]) * y[k], (k, 1, K)), f(z[i]) * Sum(y[k], (k, 1, K))),
        coincidences=AT_1,
    ),
    proved("product rule with an opaque function", (Derivative(x * f(x), x), f(x) + x * Derivative(f(x), x))),
    refuted("product rule with an opaque function, forgotten", (Derivative(x * f(x), x), f(x))),
    proved("opaque function of other things", (Derivative(z[i] * f(w), z[i]), f(w) * 1 + 0 * w)),
)
