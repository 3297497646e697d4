"""Handwritten digits: multinomial logistic regression with a generated gradient, beside scikit-learn's.

    pip install symderiv scikit-learn
    python digits.py

Both minimise the same function: half the sum of squared weights, plus C times the cross-entropy of all samples. The
bias is not held small. SciPy's L-BFGS-B gets value and gradients from the zoo's linear-softmax-cross-entropy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sympy import IndexedBase, symbols

import symderiv as sd

C, CLASSES = 0.1, 10
EXACT = {"maxiter": 10_000, "maxfun": 20_000, "ftol": 0.0, "gtol": 1e-6, "maxcor": 50}


@dataclass(frozen=True)
class Fitted:
    """Weights of shape (inputs, classes), a bias for each class, and how many samples they get right."""

    weights: Any
    bias: Any
    right: int


def digits() -> tuple[Any, Any]:
    """1797 pictures of 64 pixels between 0 and 1, and what digit each shows."""
    found = load_digits()
    return found.data / 16.0, found.target


def by_symderiv(x: Any, labels: Any) -> Fitted:
    """The minimum by generated code: loss and both gradients in one function."""
    a, i = symbols("a i")
    W, c = IndexedBase("W"), IndexedBase("c")
    f = sd.value_and_grad(sd.load("linear-softmax-cross-entropy"), wrt=(W[a, i], c[i]))
    y, shape = np.eye(CLASSES)[labels], (x.shape[1], CLASSES)

    def objective(flat: Any) -> tuple[float, Any]:
        w, bias = flat[:-CLASSES].reshape(shape), flat[-CLASSES:]
        loss, (by_w, by_bias) = f(W=w, c=bias, x=x, y=y)
        scale = C * len(x)  # the loss is a mean over samples
        return scale * loss + 0.5 * np.vdot(w, w), np.concatenate([(scale * by_w + w).ravel(), scale * by_bias])

    found = minimize(objective, np.zeros((shape[0] + 1) * CLASSES), jac=True, method="L-BFGS-B", options=EXACT).x
    w, bias = found[:-CLASSES].reshape(shape), found[-CLASSES:]
    return Fitted(w, bias, int(np.sum((x @ w + bias).argmax(1) == labels)))


def by_sklearn(x: Any, labels: Any) -> Fitted:
    """The minimum by scikit-learn."""
    model = LogisticRegression(C=C, solver="newton-cg", tol=1e-8).fit(x, labels)
    return Fitted(model.coef_.T, model.intercept_, int(np.sum(model.predict(x) == labels)))


def gap(a: Any, b: Any) -> float:
    """How far two arrays are apart, relative to the largest entry."""
    return float(np.max(np.abs(a - b)) / np.max(np.abs(b)))


def main() -> None:
    """Fit both ways and compare."""
    x, labels = digits()
    ours, theirs = by_symderiv(x, labels), by_sklearn(x, labels)
    print(f"samples: {len(x)}, right by symderiv: {ours.right}, by scikit-learn: {theirs.right}")
    print(f"weights apart by {gap(ours.weights, theirs.weights):.1e}, bias by {gap(ours.bias, theirs.bias):.1e}")


if __name__ == "__main__":
    main()
