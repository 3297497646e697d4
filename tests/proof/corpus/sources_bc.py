"""Sources B and C, line by line. E of source C is E_0 here, because E is read as nothing but the base of exp."""

from __future__ import annotations

from proof.corpus.chains import Broken, Derivation, better, printed

from symderiv.zoo import source_b, source_c

# B: logits z, softmax a, label y, one-hot at j; n classes
B = ("a[i] = exp(z[i])/sum(exp(z[k]), k=1..n)",)
SOURCE_B = (
    Derivation("B: loss", printed(source_b.LOSS), B, ("one_hot(y, j)",)),
    Derivation("B: chain rule", printed(source_b.CHAIN), B),
    Derivation("B: jacobian, j = i", printed(source_b.EQUAL), B),
    Derivation("B: gradient, j = i", printed(source_b.GRADIENT_EQUAL), B),
    Derivation("B: jacobian, j != i", printed(source_b.DIFFERENT), B, ("i != j",)),
    Derivation("B: gradient, j != i", printed(source_b.GRADIENT_DIFFERENT), B, ("i != j",)),
    Derivation("B: gradient as a vector", printed(source_b.VECTOR), B, ("one_hot(y, j)",)),
)

# C: logits z, softmax a, label y; C classes, m samples
C = ("a[i] = exp(z[i])/sum(exp(z[k]), k=1..C)", "l = -sum(y[i]*log(a[i]), i=1..C)")
C_9 = printed(source_c.WHOLE)[2:4]
SOURCE_C = (
    Derivation(
        "C: (3)", printed(source_c.LABEL), C, ("one_hot(y, c)",), note="i is the true class there, and bound in l: c"
    ),
    Derivation(
        "C: (5)",
        printed(source_c.OUTER),
        C,
        broken=((1, Broken("no sum over j", corrected=better(source_c.OUTER, 1))),),
        note="j free",
    ),
    Derivation(
        "C: (5), summed over j",
        ("dl/dz[i]", source_c.CHAIN_RULE),
        C,
        note="j bound, as the sum convention would have it",
    ),
    Derivation(
        "C: (6)",
        printed(source_c.INNER),
        C,
        broken=((2, Broken("the bound index collides with the free one", corrected=better(source_c.INNER, 2))),),
    ),
    Derivation(
        "C: (7)",
        printed(source_c.EQUAL),
        C,
    ),
    Derivation(
        "C: (8)",
        printed(source_c.DIFFERENT),
        C,
        ("i != j",),
    ),
    Derivation(
        "C: (9), product of the sum with one derivative",
        printed(source_c.WHOLE_PRODUCT),
        C,
        broken=(
            (
                1,
                Broken(
                    "(5) without its sum times the collision of (6)",
                    corrected=better(source_c.WHOLE_PRODUCT, 1),
                    skip=True,
                ),
            ),
            (2, Broken("the second line is right, though it does not follow")),
        ),
        note="j free behind the bracket",
    ),
    Derivation(
        "C: (9), one sum over the product",
        printed(source_c.WHOLE)[:-1],
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
        printed(source_c.STABLE),
        (C[0], "F = log(E_0)"),
        ("E_0 > 0",),
        note="the text asks for E != 0; log E needs E > 0",
    ),
    Derivation("C: gradient of log-sum-exp", printed(source_c.LOG_SUM_EXP), C[:1]),
    Derivation("C: softmax of two", printed(source_c.TWO)),
    Derivation(
        "C: fully connected layer",
        printed(source_c.LAYER),
        (source_c.LAYER_WHERE, *C),
        ("sum(y[i], i=1..C) = 1",),
    ),
)
