"""The four questions everyone is asked: derivatives of softmax cross-entropy, in SymPy.

``tag`` ends every name: with a new one nothing about the expression has been met before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sympy import Eq, IndexedBase, Sum, exp, log, symbols

Stated = Mapping[str, Any]  # the arguments of `symderiv.Problem`


def arrays(tag: str, names: str = "zyp") -> tuple[Any, ...]:
    """Arrays with the tag in their names."""
    return tuple(IndexedBase(name + tag) for name in names)


def letters(tag: str, names: str) -> Any:
    """Symbols with the tag in their names."""
    return symbols(" ".join(name + tag for name in names))


def cross_entropy(tag: str = "", variables: str = "i", size: int | None = None) -> Stated:
    """Softmax cross-entropy, by the logits at some letters in turn; K classes, or as many as ``size`` says."""
    z, y, p = arrays(tag)
    j, k, many = letters(tag, "jkK")
    many = many if size is None else size
    return {
        "name": "softmax cross-entropy",
        "where": {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, many))},
        "value": -Sum(y[k] * log(p[k]), (k, 1, many)),
        "wrt": [z[symbols(letter + tag)] for letter in variables],
        "given": [Eq(Sum(y[k], (k, 1, many)), 1, evaluate=False)],
    }


def batch(tag: str = "") -> Stated:
    """Its mean over a batch."""
    z, y, p = arrays(tag)
    i, j, k, m, n, K, N = letters(tag, "ijkmnKN")
    return {
        "name": "softmax cross-entropy, batch",
        "where": {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))},
        "value": -Sum(Sum(y[n, k] * log(p[n, k]), (k, 1, K)), (n, 1, N)) / N,
        "wrt": z[m, i],
        "given": [Eq(Sum(y[n, k], (k, 1, K)), 1)],
    }


QUESTIONS: Mapping[str, Callable[[str], Stated]] = {
    "gradient": cross_entropy,
    "batch gradient": batch,
    "Hessian": partial(cross_entropy, variables="ir"),
    "third derivative": partial(cross_entropy, variables="irm"),
}
