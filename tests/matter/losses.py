"""Losses that the zoo does not have, and twins of known ones whose letters clash with what is made of them."""

from __future__ import annotations

from sympy import Eq, Gt, IndexedBase, Sum, exp, log, symbols

import symderiv as sd

K, N, T, c, lam = symbols("K N T c lambda")
i, j, k, m, n = symbols("i j k m n")
u, v, x, y, z, p = map(IndexedBase, "uvxyzp")

SOFTMAX = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
SHARES = Eq(Sum(y[k], (k, 1, K)), 1)


def twin() -> sd.Problem:
    """Softmax cross-entropy in the letters that matrices, batches and shifts would choose: v, n, m, i for K, c."""
    size, labels = symbols("N"), IndexedBase("c")
    return sd.Problem(
        name="twin",
        where={v[n]: exp(y[n]) / Sum(exp(y[k]), (k, 1, size))},
        value=-Sum(labels[n] * log(v[n]), (n, 1, size)),
        wrt=y[m],
        given=[Eq(Sum(labels[n], (n, 1, size)), 1)],
    )


def ridge() -> sd.Problem:
    """Log-sum-exp with a penalty: strictly convex, and no row sum is 0."""
    return sd.Problem(
        "ridge", log(Sum(exp(z[k]), (k, 1, K))) + lam * Sum(z[k] ** 2, (k, 1, K)), z[i], given=[Gt(lam, 0)]
    )


def log_likelihood() -> sd.Problem:
    """The negative of softmax cross-entropy: concave."""
    return sd.Problem("log likelihood", Sum(y[k] * log(p[k]), (k, 1, K)), z[i], SOFTMAX, [SHARES])


def brier() -> sd.Problem:
    """The squared distance of softmax from labels: neither convex nor concave."""
    return sd.Problem("brier", Sum((p[k] - y[k]) ** 2, (k, 1, K)), z[i], SOFTMAX)


def springs() -> sd.Problem:
    """All pairs of points joined: flat where all are shifted alike."""
    return sd.Problem("springs", Sum((x[k] - x[j]) ** 2, (j, 1, K), (k, 1, K)), x[i])


def barrier() -> sd.Problem:
    """A logarithmic barrier of positive numbers."""
    return sd.Problem("barrier", -Sum(log(x[k]), (k, 1, K)), x[i], given=[Gt(x[k], 0)])


def reciprocals() -> sd.Problem:
    """Inverse squares: second derivatives are positive, and the domain has a hole."""
    return sd.Problem("reciprocals", Sum(1 / x[k] ** 2, (k, 1, K)), x[i])
