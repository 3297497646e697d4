"""The claims everyone is asked to check, in SymPy; ``tag`` ends every name, as in `benchmarks.losses`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from sympy import Derivative, Eq, Gt, KroneckerDelta, Symbol, exp, log
from sympy import Sum as Total

import symderiv as sd
from benchmarks.losses import arrays, letters

SIZE = 3  # what others write out


class Asked(NamedTuple):
    """Whether two sides are equal.

    ``sizes``, ``indices`` (the free ones) and ``solved`` are for those who write it out with 3 for every size:
    the given equations there, each solved for one entry.
    """

    left: Any
    right: Any
    where: Mapping[Any, Any]
    sizes: tuple[Any, ...]
    indices: tuple[Any, ...]
    given: tuple[Any, ...] = ()
    solved: Mapping[Any, Any] = {}


class Claim(NamedTuple):
    """A claim by name, how long a decision may take (in milliseconds), and what is right."""

    name: str
    target: float
    expected: str
    asked: Callable[[str], Asked]


def softmax(question: str, tag: str) -> Asked:
    """Claims about softmax, its losses and its entropy."""
    z, y, p, q = arrays(tag, "zypq")
    i, j, k, m, K, T = letters(tag, "ijkmKT")
    loss, second, entropy = (Symbol(name + tag) for name in ("L", "L_2", "H"))
    ones = (Eq(Total(y[k], (k, 1, K)), 1),)
    share = {p[k]: exp(z[k]) / Total(exp(z[j]), (j, 1, K))}
    tempered = {q[k]: exp(z[k] / T) / Total(exp(z[j] / T), (j, 1, K))}
    first = {**share, loss: -Total(y[k] * log(p[k]), (k, 1, K))}
    cold = {**tempered, loss: -Total(y[k] * log(q[k]), (k, 1, K))}
    other = {**share, second: Total((p[k] - y[k]) * z[k], (k, 1, K))}
    held = {**share, second: Total((sd.stop_gradient(p[k]) - y[k]) * z[k], (k, 1, K))}
    spread = {**share, entropy: -Total(p[k] * log(p[k]), (k, 1, K))}
    last = {y[SIZE]: 1 - sum(y[n] for n in range(1, SIZE))}
    one, two, three = ((KroneckerDelta(a, b) - p[b]) for a, b in ((i, j), (i, m), (j, m)))
    return {
        "Jacobian": Asked(Derivative(p[j], z[i]), p[j] * (KroneckerDelta(i, j) - p[i]), share, (K,), (i, j)),
        "gradient": Asked(Derivative(loss, z[i]), p[i] - y[i], first, (K,), (i,), ones, last),
        "Hessian": Asked(Derivative(loss, z[i], z[j]), p[i] * one, first, (K,), (i, j), ones, last),
        "third": Asked(
            Derivative(loss, z[i], z[j], z[m]), p[i] * (two * one - p[j] * three), first, (K,), (i, j, m), ones, last
        ),
        "total": Asked(Derivative(second, z[i]), p[i] - y[i], other, (K,), (i,)),
        "held": Asked(Derivative(second, z[i]), p[i] - y[i], held, (K,), (i,)),
        "value": Asked(loss, second + entropy, {**first, **other, **spread}, (K,), (), ones, last),
        "temperature": Asked(Derivative(loss, z[i]), (q[i] - y[i]) / T, cold, (K,), (i,), ones, last),
        "entropy": Asked(Derivative(entropy, z[i]), -p[i] * (log(p[i]) + entropy), spread, (K,), (i,)),
    }[question]


def logistic(tag: str) -> Asked:
    """The gradient of binary cross-entropy, summed over outputs."""
    z, y, s = arrays(tag, "zys")
    i, k, K = letters(tag, "ikK")
    loss = Symbol("L" + tag)
    value = -Total(y[k] * log(s[k]) + (1 - y[k]) * log(1 - s[k]), (k, 1, K))
    return Asked(Derivative(loss, z[i]), s[i] - y[i], {s[k]: 1 / (1 + exp(-z[k])), loss: value}, (K,), (i,))


def pairs(tag: str) -> Asked:
    """The shares of all ordered pairs add up to half their number."""
    (x,) = arrays(tag, "x")
    i, j, K = letters(tag, "ijK")
    return Asked(Total(Total(x[i] / (x[i] + x[j]), (j, 1, K)), (i, 1, K)), K**2 / 2, {}, (K,), (), (Gt(x[i], 0),))


def linear(tag: str) -> Asked:
    """Softmax cross-entropy of a linear layer, mean over a batch, by the weights."""
    X, W, b, s, p, y = arrays(tag, "XWbspy")
    a, d, i, j, k, n, D, K, N = letters(tag, "adijknDKN")
    loss = Symbol("L" + tag)
    where = {
        s[n, k]: b[k] + Total(X[n, d] * W[d, k], (d, 1, D)),
        p[n, k]: exp(s[n, k]) / Total(exp(s[n, j]), (j, 1, K)),
        loss: -Total(Total(y[n, k] * log(p[n, k]), (k, 1, K)), (n, 1, N)) / N,
    }
    right = Total(X[n, a] * (p[n, i] - y[n, i]), (n, 1, N)) / N
    last = {y[row, SIZE]: 1 - sum(y[row, m] for m in range(1, SIZE)) for row in range(1, SIZE + 1)}
    return Asked(Derivative(loss, W[a, i]), right, where, (D, K, N), (a, i), (Eq(Total(y[n, k], (k, 1, K)), 1),), last)


def attention(tag: str) -> Asked:
    """Any loss that is linear in the output of attention, by the queries; H are the keys."""
    Q, H, V, G, S, A, O = arrays(tag, "QHVGSAO")  # noqa: E741
    a, c, d, i, m, n, l, B, D, N = letters(tag, "acdimnlBDN")  # noqa: E741
    loss = Symbol("L" + tag)
    where = {
        S[n, m]: Total(Q[n, d] * H[m, d], (d, 1, D)),
        A[n, m]: exp(S[n, m]) / Total(exp(S[n, l]), (l, 1, N)),
        O[n, a]: Total(A[n, m] * V[m, a], (m, 1, N)),
        loss: Total(Total(G[n, a] * O[n, a], (a, 1, B)), (n, 1, N)),
    }
    apart = Total(G[i, a] * V[m, a], (a, 1, B)) - Total(G[i, a] * O[i, a], (a, 1, B))
    return Asked(Derivative(loss, Q[i, c]), Total(A[i, m] * apart * H[m, c], (m, 1, N)), where, (B, D, N), (i, c))


FLAGSHIP, THIRD, MATRICES = 15, 40, 300
CLAIMS = (
    Claim("softmax Jacobian", FLAGSHIP, "proved", partial(softmax, "Jacobian")),
    Claim("cross-entropy gradient", FLAGSHIP, "proved", partial(softmax, "gradient")),
    Claim("Hessian", FLAGSHIP, "proved", partial(softmax, "Hessian")),
    Claim("third derivative", THIRD, "proved", partial(softmax, "third")),
    Claim("L2, total derivative", FLAGSHIP, "refuted", partial(softmax, "total")),
    Claim("L2, p held", FLAGSHIP, "proved", partial(softmax, "held")),
    Claim("L1 = L2 + H", FLAGSHIP, "proved", partial(softmax, "value")),
    Claim("temperature", FLAGSHIP, "proved", partial(softmax, "temperature")),
    Claim("binary cross-entropy", FLAGSHIP, "proved", logistic),
    Claim("entropy", FLAGSHIP, "proved", partial(softmax, "entropy")),
    Claim("all pairs, K²/2", FLAGSHIP, "proved", pairs),
    Claim("linear layer, dW", MATRICES, "proved", linear),
    Claim("attention, dQ", MATRICES, "proved", attention),
)
