"""The table of known answers, each row with its conditional variants."""

from __future__ import annotations

from proof.corpus.record import Record, conditional, proved, refuted

P = "p[k] = softmax(z, k)"
Q = "q[k] = softmax(z[k]/T, k)"
L = "L = -sum(y[k]*log(p[k]), k=1..K)"
L2 = "L_2 = sum((p[k] - y[k])*z[k], k=1..K)"
HELD = "L_2 = sum((stop_gradient(p[k]) - y[k])*z[k], k=1..K)"
H = "H = -sum(p[k]*log(p[k]), k=1..K)"
TEMPERED = "L = -sum(y[k]*log(q[k]), k=1..K)"
ONES = "sum(y[k], k=1..K) = 1"
BCE = "L = -sum(y[k]*log(s[k]) + (1 - y[k])*log(1 - s[k]), k=1..K)"
S = "s[k] = sigmoid(z[k])"
WITNESS = {"sizes": {"K": 2}, "indices": {"i": 1}, "values": {"z": (0, 1), "y": (1, 0)}}
AT_1 = ({"K": 1},)

KNOWN: tuple[Record, ...] = (
    proved("jacobian", "dp[j]/dz[i] = p[j]*(delta(i, j) - p[i])", P),
    *conditional(
        "flagship",
        "dL/dz[i] = p[i] - y[i]",
        ONES,
        (P, L),
        holds_when=((ONES,),),
        residual="p[i]*(sum(y[k], k=1..K) - 1)",
        coincidences=(),
    ),
    proved("flagship for any weights", "dL/dz[i] = p[i]*sum(y[k], k=1..K) - y[i]", (P, L)),
    *conditional(
        "hessian",
        "Derivative(L, z[i], z[j]) = p[i]*(delta(i, j) - p[j])",
        ONES,
        (P, L),
        holds_when=((ONES,),),
        residual="(sum(y[k], k=1..K) - 1)*p[i]*(delta(i, j) - p[j])",
        coincidences=AT_1,
    ),
    proved(
        "hessian for any weights",
        "Derivative(L, z[i], z[j]) = sum(y[k], k=1..K)*p[i]*(delta(i, j) - p[j])",
        (P, L),
    ),
    *conditional(
        "third derivative",
        "Derivative(L, z[i], z[j], z[m])"
        " = p[i]*((delta(i, m) - p[m])*(delta(i, j) - p[j]) - p[j]*(delta(j, m) - p[m]))",
        ONES,
        (P, L),
        holds_when=((ONES,),),
        coincidences=AT_1,
    ),
    proved(
        "third derivative for any weights",
        "Derivative(L, z[i], z[j], z[m]) = sum(y[k], k=1..K)*p[i]*(delta(i, m)*(delta(i, j) - p[j])"
        " - p[m]*(delta(i, j) - p[j]) - p[j]*(delta(j, m) - p[m]))",
        (P, L),
    ),
    refuted(
        "L2, p depends on z",
        "dL_2/dz[i] = p[i] - y[i]",
        (P, L2),
        residual="p[i]*(z[i] - sum(p[k]*z[k], k=1..K))",
        witness=WITNESS,
        coincidences=AT_1,
    ),
    refuted(
        "L2, p depends on z, labels that add up to 1",
        "dL_2/dz[i] = p[i] - y[i]",
        (P, L2),
        ONES,
        residual="p[i]*(z[i] - sum(p[k]*z[k], k=1..K))",
        witness=WITNESS,
        coincidences=AT_1,
    ),
    proved("L2 in full", "dL_2/dz[i] = p[i] - y[i] + p[i]*(z[i] - sum(p[k]*z[k], k=1..K))", (P, L2)),
    proved("L2, p held", "dL_2/dz[i] = p[i] - y[i]", (P, HELD)),
    proved("only the sum of the residuals vanishes", "sum(p[i]*(z[i] - sum(p[k]*z[k], k=1..K)), i=1..K) = 0", P),
    refuted(
        "each residual by itself",
        "p[i]*(z[i] - sum(p[k]*z[k], k=1..K)) = 0",
        P,
        witness={"sizes": {"K": 2}, "indices": {"i": 1}, "values": {"z": (0, 1)}},
        coincidences=AT_1,
    ),
    *conditional(
        "L1 is L2 plus the entropy",
        "L = L_2 + H",
        ONES,
        (P, L, L2, H),
        holds_when=((ONES,), ("sum(exp(z[k]), k=1..K) = 1",)),
        residual="log(sum(exp(z[k]), k=1..K))*(sum(y[k], k=1..K) - 1)",
        coincidences=(),
    ),
    proved(
        "what sets L2 apart is minus the entropy's gradient",
        "dL_2/dz[i] - (p[i]*sum(y[k], k=1..K) - y[i]) = p[i]*(1 - sum(y[k], k=1..K)) - dH/dz[i]",
        (P, L2, H),
    ),
    proved("any shift", "exp(z[i] + c)/sum(exp(z[k] + c), k=1..K) = p[i]", P),
    proved("a shift by an entry", "exp(z[i] - z[m])/sum(exp(z[k] - z[m]), k=1..K) = p[i]", P),
    refuted(
        "a shift that depends on the class",
        "exp(z[i] + c[i])/sum(exp(z[k] + c[k]), k=1..K) = p[i]",
        P,
        coincidences=AT_1,
    ),
    *conditional(
        "temperature", "dL/dz[i] = (q[i] - y[i])/T", ONES, (Q, TEMPERED), holds_when=((ONES,),), coincidences=()
    ),
    proved("temperature for any weights", "dL/dz[i] = (q[i]*sum(y[k], k=1..K) - y[i])/T", (Q, TEMPERED)),
    *conditional(
        "by the temperature",
        "dL/dT = sum((y[k] - q[k])*z[k], k=1..K)/T^2",
        ONES,
        (Q, TEMPERED),
        coincidences=(),
    ),
    proved(
        "by the temperature for any weights",
        "dL/dT = sum((y[k] - sum(y[j], j=1..K)*q[k])*z[k], k=1..K)/T^2",
        (Q, TEMPERED),
    ),
    *conditional(
        "temperature forgotten",
        "dL/dz[i] = q[i] - y[i]",
        (ONES, "T = 1"),
        (Q, TEMPERED),
        holds_when=(),
        coincidences=(),
    ),
    refuted(
        "temperature forgotten, labels given", "dL/dz[i] = q[i] - y[i]", (Q, TEMPERED), ONES, holds_when=(("T = 1",),)
    ),
    proved("sigmoid cross-entropy", "dL/dz[i] = s[i] - y[i]", (S, BCE)),
    proved("derivative of the sigmoid", "d/dx (sigmoid(x)) = sigmoid(x)*(1 - sigmoid(x))"),
    proved("sigmoid of minus x", "sigmoid(-x) = 1 - sigmoid(x)"),
    proved("entropy", "dH/dz[i] = -p[i]*(log(p[i]) + H)", (P, H)),
    refuted("entropy, sign", "dH/dz[i] = p[i]*(log(p[i]) + H)", (P, H), coincidences=AT_1),
    refuted("entropy, without its mean", "dH/dz[i] = -p[i]*log(p[i])", (P, H), coincidences=AT_1),
    refuted(
        "squares of two classes",
        "sum(p[k]^2, k=1..K) = 1 - 2*p[i] + 2*p[i]^2",
        P,
        coincidences=({"K": 1}, {"K": 2}),
    ),
    proved("shares of one", "sum(1/(1 + exp(z[k])), k=1..K) + sum(exp(z[k])/(1 + exp(z[k])), k=1..K) = K"),
    proved("every pair of sigmoids", "sum(sum(sigmoid(s[i] - s[j]), j=1..K), i=1..K) = K^2/2"),
    proved("every pair of shares", "sum(sum(x[i]/(x[i] + x[j]), j=1..K), i=1..K) = K^2/2", (), "x[i] > 0"),
    refuted("root of a square", "sqrt(x^2) = x", holds_when=(("x >= 0",),), coincidences=()),
    proved("root of a square, not negative", "sqrt(x^2) = x", (), "x > 0"),
    proved("root of a square, negative", "sqrt(x^2) = -x", (), "x < 0"),
    proved("square of a sum", "sum(sum(x[i]*x[j], j=1..K), i=1..K) = sum(x[k], k=1..K)^2"),
    refuted("sum of squares", "sum(x[k]^2, k=1..K) = sum(x[k], k=1..K)^2", coincidences=AT_1),
)
