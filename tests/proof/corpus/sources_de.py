"""Sources D and E, line by line. e of source E is err here, because e is read as nothing but the base of exp."""

from __future__ import annotations

from proof.corpus.chains import Broken, Derivation
from sympy import Derivative, Function, symbols

x = symbols("x")
f, g = Function("f"), Function("g")

# D: logits l, softmax y_hat, label y; k classes (every formula is our reconstruction)
D = ("y_hat[i] = exp(l[i])/sum(exp(l[j]), j=1..k)", "L = -sum(y[i]*log(y_hat[i]), i=1..k)")
D_SUM = "sum(exp(l[j]), j=1..k)"
D_BOTH = "delta(i, n)*y_hat[i]*(1 - y_hat[i]) - (1 - delta(i, n))*y_hat[i]*y_hat[n]"
D_WEIGHTS = "y_hat[n]*sum(y[i], i=1..k) - y[n]"
SOURCE_D = (
    Derivation("D: chain rule", ("dw/dx", "dw/du*du/dx", "2*u*exp(u^2)/x"), ("u = log(x)", "w = exp(u^2)")),
    Derivation(
        "D: quotient rule",
        (Derivative(f(x) / g(x), x), (Derivative(f(x), x) * g(x) - f(x) * Derivative(g(x), x)) / g(x) ** 2),
    ),
    Derivation("D: logarithm", ("d/dx (log(x))", "1/x")),
    Derivation("D: exponential", ("d/dx (exp(x))", "exp(x)")),
    Derivation(
        "D: i = n",
        (
            "dy_hat[i]/dl[i]",
            f"(exp(l[i])*{D_SUM} - exp(l[i])*exp(l[i]))/{D_SUM}^2",
            f"(exp(l[i])/{D_SUM})*(({D_SUM} - exp(l[i]))/{D_SUM})",
            "y_hat[i]*(1 - y_hat[i])",
        ),
        D,
    ),
    Derivation(
        "D: i != n",
        ("dy_hat[i]/dl[n]", f"(0 - exp(l[i])*exp(l[n]))/{D_SUM}^2", "-y_hat[i]*y_hat[n]"),
        D,
        ("i != n",),
    ),
    Derivation("D: combined formula", ("dy_hat[i]/dl[n]", D_BOTH, "y_hat[i]*(delta(i, n) - y_hat[n])"), D),
    Derivation(
        "D: combined formula without its cases",
        ("dy_hat[i]/dl[n]", "y_hat[i]*(1 - y_hat[i]) - y_hat[i]*y_hat[n]"),
        D,
        broken=((1, Broken("both cases at once", corrected=D_BOTH)),),
    ),
    Derivation(
        "D: gradient",
        (
            "dL/dl[n]",
            "-sum(y[i]*Derivative(log(y_hat[i]), l[n]), i=1..k)",
            "-sum(y[i]/y_hat[i]*dy_hat[i]/dl[n], i=1..k)",
            "-y[n]*(1 - y_hat[n]) - sum(y[i]/y_hat[i]*(-y_hat[i]*y_hat[n]), i=1..k, i!=n)",
            "-y[n] + y[n]*y_hat[n] + sum(y[i]*y_hat[n], i=1..k, i!=n)",
            "y_hat[n]*sum(y[i], i=1..k) - y[n]",
            "y_hat[n] - y[n]",
        ),
        D,
        ("sum(y[i], i=1..k) = 1",),
    ),
    Derivation(
        "D: gradient, label not said to add up to 1",
        ("dL/dl[n]", D_WEIGHTS, "y_hat[n] - y[n]"),
        D,
        broken=((2, Broken("uses that y adds up to 1", ("sum(y[i], i=1..k) = 1",), D_WEIGHTS)),),
    ),
)

# E: logits x, softmax s, label y, error err; k classes
E = ("s[i] = exp(x[i])/sum(exp(x[t]), t=1..k)", "err = -sum(y[i]*log(s[i]), i=1..k)")
E_RESULT = "s[i]*sum(y[t], t=1..k) - y[i]"
SOURCE_E = (
    Derivation("E: row", ("derr/ds[i]", "-y[i]/s[i]"), E),
    Derivation("E: matrix, diagonal", ("ds[i]/dx[i]", "-s[i]*s[i] + s[i]"), E),
    Derivation("E: matrix, off the diagonal", ("ds[i]/dx[j]", "-s[i]*s[j]"), E, ("i != j",)),
    Derivation(
        "E: row times jacobian",
        (
            "derr/dx[i]",
            "sum(derr/ds[t]*ds[t]/dx[i], t=1..k)",
            "sum(-y[t]/s[t]*(delta(t, i)*s[t] - s[t]*s[i]), t=1..k)",
            E_RESULT,
        ),
        E,
    ),
    Derivation(
        "E: last entry of the printed vector",
        ("derr/dx[m]", E_RESULT),
        E,
        broken=((1, Broken("the index i in the place of the last one", ("i = m",), "s[m]*sum(y[t], t=1..k) - y[m]")),),
        note="the last index is called m",
    ),
)
