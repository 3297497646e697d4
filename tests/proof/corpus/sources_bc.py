"""Sources B and C, line by line. E of source C is E_0 here, because E is read as nothing but the base of exp."""

from __future__ import annotations

from proof.corpus.chains import Broken, Derivation

# B: logits z, softmax a, label y, one-hot at j; n classes
B = ("a[i] = exp(z[i])/sum(exp(z[k]), k=1..n)",)
B_SUM = "sum(exp(z[k]), k=1..n)"
SOURCE_B = (
    Derivation("B: loss", ("-sum(y[k]*log(a[k]), k=1..n)", "-log(a[j])"), B, ("one_hot(y, j)",)),
    Derivation(
        "B: chain rule",
        ("d/dz[i] (-log(a[j]))", "Derivative(-log(a[j]), a[j])*da[j]/dz[i]", "-1/a[j]*da[j]/dz[i]"),
        B,
    ),
    Derivation(
        "B: jacobian, j = i",
        (
            "da[i]/dz[i]",
            f"d/dz[i] (exp(z[i])/{B_SUM})",
            f"(Derivative(exp(z[i]), z[i])*{B_SUM} - exp(z[i])*Derivative({B_SUM}, z[i]))/{B_SUM}^2",
            f"(exp(z[i])*{B_SUM} - exp(z[i])*exp(z[i]))/{B_SUM}^2",
            f"exp(z[i])*({B_SUM} - exp(z[i]))/{B_SUM}^2",
            f"(exp(z[i])/{B_SUM})*(({B_SUM} - exp(z[i]))/{B_SUM})",
            f"(exp(z[i])/{B_SUM})*(1 - exp(z[i])/{B_SUM})",
            "a[i]*(1 - a[i])",
        ),
        B,
    ),
    Derivation("B: gradient, j = i", ("-1/a[i]*da[i]/dz[i]", "-1/a[i]*a[i]*(1 - a[i])", "a[i] - 1"), B),
    Derivation(
        "B: jacobian, j != i",
        (
            "da[j]/dz[i]",
            f"d/dz[i] (exp(z[j])/{B_SUM})",
            f"-exp(z[j])*Derivative({B_SUM}, z[i])/{B_SUM}^2",
            f"-exp(z[j])*exp(z[i])/{B_SUM}^2",
            f"-(exp(z[j])/{B_SUM})*(exp(z[i])/{B_SUM})",
            "-a[j]*a[i]",
        ),
        B,
        ("i != j",),
    ),
    Derivation("B: gradient, j != i", ("-1/a[j]*da[j]/dz[i]", "-1/a[j]*(-a[j]*a[i])", "a[i]"), B, ("i != j",)),
    Derivation(
        "B: gradient as a vector",
        ("d/dz[i] (-sum(y[k]*log(a[k]), k=1..n))", "a[i] - delta(i, j)", "a[i] - y[i]"),
        B,
        ("one_hot(y, j)",),
    ),
)

# C: logits z, softmax a, label y; C classes, m samples
C = ("a[i] = exp(z[i])/sum(exp(z[k]), k=1..C)", "l = -sum(y[i]*log(a[i]), i=1..C)")
C_SUM = "sum(exp(z[k]), k=1..C)"
C_9 = ("-y[i]/a[i]*a[i]*(1 - a[i]) + sum(y[j]/a[j]*a[i]*a[j], j=1..C, j!=i)", "-y[i] + a[i]*sum(y[j], j=1..C)")
C_9_RIGHT = "-sum(y[j]/a[j]*da[j]/dz[i], j=1..C)"
C_6 = "-sum(y[j]*1/a[j], j=1..C)"
C_CHAIN = "sum(dl/da[j]*da[j]/dz[i], j=1..C)"
SOURCE_C = (
    Derivation(
        "C: (3)", ("l", "-log(a[c])"), C, ("one_hot(y, c)",), note="i is the true class there, and bound in l: c"
    ),
    Derivation(
        "C: (5)",
        ("dl/dz[i]", "dl/da[j]*da[j]/dz[i]"),
        C,
        broken=((1, Broken("no sum over j", corrected=C_CHAIN)),),
        note="j free",
    ),
    Derivation("C: (5), summed over j", ("dl/dz[i]", C_CHAIN), C, note="j bound, as the sum convention would have it"),
    Derivation(
        "C: (6)",
        ("dl/da[j]", "d/da[j] (-sum(y[j]*log(a[j]), j=1..C))", C_6),
        C,
        broken=((2, Broken("the bound index collides with the free one", corrected="-y[j]/a[j]")),),
    ),
    Derivation(
        "C: (7)",
        (
            "da[i]/dz[i]",
            f"d/dz[i] (exp(z[i])/{C_SUM})",
            f"(exp(z[i])*{C_SUM} - exp(z[i])^2)/{C_SUM}^2",
            f"(exp(z[i])/{C_SUM})*(1 - exp(z[i])/{C_SUM})",
            "a[i]*(1 - a[i])",
        ),
        C,
    ),
    Derivation(
        "C: (8)",
        (
            "da[j]/dz[i]",
            f"d/dz[i] (exp(z[j])/{C_SUM})",
            f"-exp(z[j])*(1/{C_SUM})^2*exp(z[i])",
            f"-(exp(z[j])/{C_SUM})*(exp(z[i])/{C_SUM})",
            "-a[j]*a[i]",
        ),
        C,
        ("i != j",),
    ),
    Derivation(
        "C: (9), product of the sum with one derivative",
        ("dl/dz[i]", f"({C_6})*da[j]/dz[i]", *C_9),
        C,
        broken=(
            (
                1,
                Broken(
                    "(5) without its sum times the collision of (6)",
                    corrected=C_9_RIGHT,
                    skip=True,
                ),
            ),
            (2, Broken("the second line is right, though it does not follow")),
        ),
        note="j free behind the bracket",
    ),
    Derivation(
        "C: (9), one sum over the product",
        ("dl/dz[i]", C_9_RIGHT, *C_9),
        C,
        note="the other reading: the sum reaches over the derivative",
    ),
    Derivation(
        "C: (9), sum over the other index",
        (C_9[0], "-y[i]/a[i]*a[i]*(1 - a[i]) + sum(y[j]/a[j]*a[k]*a[j], k=1..C, k!=j)"),
        C,
        broken=((1, Broken("i was to be fixed and j to be summed over", corrected=C_9[1])),),
        note="the sum over i != j with i bound, called k",
    ),
    Derivation("C: result", ("dl/dz[i]", C_9[1], "a[i] - y[i]"), C, ("one_hot(y, c)",)),
    Derivation(
        "C: result, labels not said to add up to 1",
        ("dl/dz[i]", C_9[1], "a[i] - y[i]"),
        C,
        broken=((2, Broken("uses that one label is 1 and the others are 0", ("sum(y[j], j=1..C) = 1",), C_9[1])),),
    ),
    Derivation(
        "C: (4)",
        (
            "d/dz[n, i] (-sum(sum(y[k, i]*log(b[k, i]), i=1..C), k=1..m))",
            "b[n, i]*sum(y[n, j], j=1..C) - y[n, i]",
            "b[n, i] - y[n, i]",
        ),
        ("b[k, i] = exp(z[k, i])/sum(exp(z[k, j]), j=1..C)",),
        ("sum(y[k, j], j=1..C) = 1",),
    ),
    Derivation(
        "C: stability",
        (
            "a[i]",
            f"exp(z[i])/{C_SUM}",
            "E_0*exp(z[i])/sum(E_0*exp(z[k]), k=1..C)",
            "exp(z[i] + log(E_0))/sum(exp(z[k] + log(E_0)), k=1..C)",
            "exp(z[i] + F)/sum(exp(z[k] + F), k=1..C)",
        ),
        (C[0], "F = log(E_0)"),
        ("E_0 > 0",),
        note="the text asks for E != 0; log E needs E > 0",
    ),
    Derivation("C: gradient of log-sum-exp", (f"d/dz[i] (log({C_SUM}))", f"exp(z[i])/{C_SUM}", "a[i]"), C[:1]),
    Derivation("C: softmax of two", ("exp(z[1])/sum(exp(z[k]), k=1..2)", "1/(1 + exp(z[2] - z[1]))")),
    Derivation(
        "C: fully connected layer",
        ("dl/dW[i, r]", "sum(dl/dz[k]*dz[k]/dW[i, r], k=1..C)", "(a[i] - y[i])*X[r]"),
        ("z[i] = sum(W[i, r]*X[r], r=1..N)", *C),
        ("sum(y[i], i=1..C) = 1",),
    ),
)
