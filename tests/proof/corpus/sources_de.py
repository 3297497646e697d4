"""Sources D and E, line by line. e of source E is L here, because e is read as nothing but the base of exp."""

from __future__ import annotations

from proof.corpus.chains import Broken, Derivation, printed

from symderiv.zoo import source_d, source_e

# D: logits l, softmax y_hat, label y; k classes (every formula is our reconstruction)
D = ("y_hat[i] = exp(l[i])/sum(exp(l[j]), j=1..k)", "L = -sum(y[i]*log(y_hat[i]), i=1..k)")
D_WEIGHTS = "y_hat[n]*sum(y[i], i=1..k) - y[n]"
SOURCE_D = (
    Derivation("D: chain rule", printed(source_d.CHAIN), source_d.CHAIN_WHERE),
    Derivation("D: quotient rule", printed(source_d.QUOTIENT)),
    Derivation("D: logarithm", printed(source_d.LOGARITHM)),
    Derivation("D: exponential", printed(source_d.EXPONENTIAL)),
    Derivation("D: i = n", printed(source_d.EQUAL), D),
    Derivation("D: i != n", printed(source_d.DIFFERENT), D, ("i != n",)),
    Derivation("D: combined formula", printed(source_d.COMBINED), D),
    Derivation(
        "D: combined formula without its cases",
        ("dy_hat[i]/dl[n]", "y_hat[i]*(1 - y_hat[i]) - y_hat[i]*y_hat[n]"),
        D,
        broken=((1, Broken("both cases at once", corrected=source_d.BOTH)),),
    ),
    Derivation(
        "D: gradient",
        printed(source_d.GRADIENT),
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

# E: logits x, softmax s, label y, error L; k classes
E = ("s[i] = exp(x[i])/sum(exp(x[t]), t=1..k)", "L = -sum(y[i]*log(s[i]), i=1..k)")
E_RESULT = source_e.RESULT
SOURCE_E = (
    Derivation("E: row", printed(source_e.ROW), E),
    Derivation("E: matrix, diagonal", printed(source_e.DIAGONAL), E),
    Derivation("E: matrix, off the diagonal", printed(source_e.OFF_DIAGONAL), E, ("i != j",)),
    Derivation("E: row times jacobian", printed(source_e.PRODUCT), E),
    Derivation(
        "E: last entry of the printed vector",
        ("dL/dx[m]", E_RESULT),
        E,
        broken=((1, Broken("the index i in the place of the last one", ("i = m",), "s[m]*sum(y[t], t=1..k) - y[m]")),),
        note="the last index is called m",
    ),
)
