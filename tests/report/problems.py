"""Problems that several tests of the notes share."""

from __future__ import annotations

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd

i, j, k, K = symbols("i j k K")
z = IndexedBase("z")


def tempered() -> sd.Problem:
    """Softmax cross-entropy of a batch at a temperature that nothing says is not 0."""
    n, m, N, T = symbols("n m N T")
    y, p = map(IndexedBase, ("y", "p"))
    return sd.Problem(
        name="tempered",
        where={p[n, k]: exp(z[n, k] / T) / Sum(exp(z[n, j] / T), (j, 1, K))},
        value=-T * Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)),
        wrt=z[m, i],
        given=[Eq(Sum(y[n, k], (k, 1, K)), 1)],
    )


def labelled() -> sd.Problem:
    """Mean negative log-likelihood of a batch with class numbers and one-hot labels of the same classes."""
    n, m, N = symbols("n m N")
    y, p, t = map(IndexedBase, ("y", "p", "t"))
    return sd.Problem(
        name="labelled",
        where={p[n, k]: sd.softmax(z[n, k], k)},
        value=-Sum(log(p[n, t[n]]), (n, 1, N)) / N - Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)) / N,
        wrt=z[m, i],
        given=sd.one_hot(y[n, k], t[n]),
    )
