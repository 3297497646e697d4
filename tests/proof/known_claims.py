"""Claims with known answers, written with letters of one's choice: the twin binds the letters that are free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Derivative, Eq, Function, Gt, IndexedBase, KroneckerDelta, Sum, cos, exp, log, pi, sin, sqrt, symbols

import symderiv as sd

Row = tuple[str, Any, Any, Any, tuple[Any, ...]]


@dataclass(frozen=True)
class Names:
    """Sizes, scalars, free indices i j l m n t, bound ones k r, arrays and functions."""

    K: Any
    T: Any
    x: Any
    free: Any
    bound: Any
    arrays: Any
    functions: Any


PLAIN = Names(
    *symbols("K T x"),
    symbols("i j l m n t"),
    symbols("k r"),
    tuple(map(IndexedBase, "zypqwa")),
    tuple(map(Function, "fg")),
)
TWIN = Names(
    *symbols("N k j"),
    symbols("i t l m n r"),
    symbols("i t"),
    tuple(map(IndexedBase, ("y", "K1", "q", "z", "p", "s"))),
    tuple(map(Function, "hf")),
)


def softmax(s: Names, scale: Any = 1) -> Any:
    (k, r), (z, _, p, *_) = s.bound, s.arrays
    return {p[k]: exp(z[k] / scale) / Sum(exp(z[r] / scale), (r, 1, s.K))}


def true_claims(s: Names) -> list[Row]:
    K, T, x = s.K, s.T, s.x
    (i, j, _, _, n, t), (k, r) = s.free, s.bound
    (z, y, p, _, w, a), (f, _) = s.arrays, s.functions
    where, warm = softmax(s), softmax(s, T)
    ones = Eq(Sum(y[k], (k, 1, K)), 1)
    loss = -Sum(y[k] * log(p[k]), (k, 1, K))
    entropy = -Sum(p[k] * log(p[k]), (k, 1, K))
    jacobian = p[i] * (KroneckerDelta(i, j) - p[j])
    held = Sum((sd.stop_gradient(p[k]) - y[k]) * z[k], (k, 1, K))
    chain = Sum(Derivative(loss, p[r]) * Derivative(p[r], z[n]), (r, 1, K))
    return [
        ("jacobian", Derivative(p[j], z[i]), jacobian, where, ()),
        ("gradient", Derivative(loss, z[i]), p[i] - y[i], where, (ones,)),
        ("gradient without facts", Derivative(loss, z[i]), p[i] * Sum(y[k], (k, 1, K)) - y[i], where, ()),
        ("Hessian", Derivative(loss, z[i], z[j]), jacobian, where, (ones,)),
        ("held", Derivative(held, z[i]), p[i] - y[i], where, ()),
        ("residuals add up to 0", Sum(p[r] * (z[r] - Sum(p[k] * z[k], (k, 1, K))), (r, 1, K)), 0, where, ()),
        ("L1 and L2", loss, Sum((p[k] - y[k]) * z[k], (k, 1, K)) + entropy, where, (ones,)),
        ("shifted", exp(z[i] + x) / Sum(exp(z[k] + x), (k, 1, K)), p[i], where, ()),
        ("temperature", Derivative(loss, T), Sum((y[k] - p[k]) * z[k], (k, 1, K)) / T**2, warm, (ones,)),
        ("entropy", Derivative(entropy, z[i]), -p[i] * (log(p[i]) + entropy), where, ()),
        ("chain rule", chain, Derivative(loss, z[n]), where, ()),
        ("by a defined name", Derivative(loss, p[j]), -y[j] / p[j], where, ()),
        ("pairs", Sum(1 / (1 + exp(z[r] - z[k])), (k, 1, K), (r, 1, K)), K**2 / 2, None, ()),
        ("double sum", Sum(z[r] * z[k], (k, 1, K), (r, 1, K)), Sum(z[k], (k, 1, K)) ** 2, None, ()),
        ("known functions", Derivative(sin(x) ** 2, x), 2 * sin(x) * cos(x), None, ()),
        ("any function", Derivative(f(x) ** 2, x), 2 * f(x) * Derivative(f(x), x), None, ()),
        ("one-hot", loss, -log(p[t]), where, (sd.one_hot(y, t),)),
        ("labels", Sum(w[n, k] * z[n, k], (k, 1, K)), z[n, a[n]], None, (sd.one_hot(w[n, k], a[n]),)),
        ("symbolic power", Derivative(x**T, x), T * x ** (T - 1), None, (Gt(x, 0),)),
    ]


def false_claims(s: Names) -> list[Row]:
    K, T, x = s.K, s.T, s.x
    (i, j, _, m, n, t), (k, _) = s.free, s.bound
    (z, y, p, q, w, a), (f, g) = s.arrays, s.functions
    where = softmax(s)
    loss = -Sum(y[k] * log(p[k]), (k, 1, K))
    entropy = -Sum(p[k] * log(p[k]), (k, 1, K))
    shared = Sum((p[k] - y[k]) * z[k], (k, 1, K))
    falls = K * (K - 1) * (K - 2) * Sum(z[k], (k, 1, K))
    return [
        ("gradient", Derivative(loss, z[i]), p[i] - y[i], where, ()),
        ("Hessian", Derivative(loss, z[i], z[j]), p[i] * (KroneckerDelta(i, j) - p[j]), where, ()),
        ("L2", Derivative(shared, z[i]), p[i] - y[i], where, ()),
        ("each residual", p[i] * (z[i] - Sum(p[k] * z[k], (k, 1, K))), 0, where, ()),
        ("L1 and L2", loss, shared + entropy, where, ()),
        ("for one and two", Sum(p[k] ** 2, (k, 1, K)), 1 - 2 * p[i] + 2 * p[i] ** 2, where, ()),
        ("for two and three", falls, 0, None, ()),
        ("root of a square", sqrt(x**2), x, None, ()),
        ("diagonal only", Derivative(p[j], z[i]), p[j] * (1 - p[i]), where, ()),
        ("off the diagonal only", Derivative(p[j], z[i]), -p[j] * p[i], where, ()),
        ("captured", Derivative(Sum(z[k] ** 2, (k, 1, K)), z[n]), Sum(2 * z[k], (k, 1, K)), None, ()),
        ("another row", Sum(w[n, k] * z[n, k], (k, 1, K)), z[n, a[m]], None, (sd.one_hot(w[n, k], a[n]),)),
        ("another class", Sum(y[k] * z[k], (k, 1, K)), z[1], None, (sd.one_hot(y, t),)),
        ("a literal", z[2], z[1], None, ()),
        ("a small constant", x, x + sqrt(2) / 10**30, None, ()),
        ("additive", f(x + T), f(x) + f(T), None, ()),
        ("two functions", Derivative(f(x), x), Derivative(g(x), x), None, ()),
        ("a constant", sin(pi * x), 0, None, ()),
        ("positive", log(q[i]), 0, None, (Gt(q[k], 0),)),
    ]
