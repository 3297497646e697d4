"""NumPy by hand: as in textbooks, and for cross-entropy as fast as we know how without compiling anything.

Arguments come as arrays with items in front; a textbook returns new arrays, the fast forms fill those they get.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BLOCK = 256 * 1024  # bytes of a block of rows: half of a core's second cache
FEW = 64  # classes below which a row is too short for a loop over it
LOST = 1e-29  # a row whose exponentials add up to less gets a shift of its own: a float32 has lost digits there
BUFFER = 512  # entries of NumPy's buffer while a column is spread over rows


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def cross_entropy(z: Array, y: Array) -> tuple[Any, Array]:
    p = softmax(z)
    return -(y * np.log(p)).sum(-1), p - y


def mean_cross_entropy(z: Array, y: Array) -> tuple[Any, Array]:
    p = softmax(z)
    return -(y * np.log(p)).sum() / len(z), (p - y) / len(z)


def jacobian(z: Array) -> Array:
    p = softmax(z)
    return p[..., :, None] * (np.eye(z.shape[-1], dtype=z.dtype) - p[..., None, :])


def linear(w: Array, x: Array, c: Array, y: Array) -> tuple[Any, Array]:
    p = softmax(x @ w + c)
    return -(y * np.log(p)).sum() / len(x), x.T @ (p - y) / len(x)


def binary(z: Array, y: Array) -> tuple[Any, Array]:
    s = 1 / (1 + np.exp(-z))
    return -(y * np.log(s) + (1 - y) * np.log(1 - s)).sum(-1), s - y


def entropy(z: Array) -> tuple[Any, Array]:
    p = softmax(z)
    log_p = np.log(p)
    h = -(p * log_p).sum(-1, keepdims=True)
    return h[..., 0], -p * (log_p + h)


TEXTBOOK: Mapping[str, Callable[..., Any]] = {
    "cross-entropy": cross_entropy,
    "mean cross-entropy": mean_cross_entropy,
    "softmax Jacobian": jacobian,
    "linear layer, dW": linear,
    "binary cross-entropy": binary,
    "entropy": entropy,
}


def with_scipy(z: Array, y: Array) -> tuple[Any, Array]:
    """Cross-entropy from SciPy's log_softmax."""
    from scipy.special import log_softmax

    log_p = log_softmax(z, axis=-1)
    return -(y * log_p).sum(-1), np.exp(log_p) - y


def by_hand(z: Array, y: Array, loss: Array, g: Array) -> tuple[Array, Array]:
    """Cross-entropy and gradient into ``loss`` and ``g``: one row, or blocks of rows that stay in the cache."""
    rows, classes = z.shape
    if rows == 1:
        loss[0] = _one_row(z[0], y[0], g[0])
        return loss, g
    many = max(1, BLOCK // (classes * z.itemsize))
    ones = np.ones(classes, z.dtype)
    if rows <= many:
        _block(z, y, loss, g, ones)
        return loss, g
    before = np.setbufsize(BUFFER)
    try:
        for start in range(0, rows, many):
            at = slice(start, start + many)
            _block(z[at], y[at], loss[at], g[at], ones)
    finally:
        np.setbufsize(before)
    return loss, g


def _one_row(z: Array, y: Array, g: Array) -> float:
    """Without a shift where the sum of exponentials shows that none was needed."""
    np.exp(z, out=g)
    total = float(np.add.reduce(g))
    if not LOST < total < 1 / LOST:
        z = z - z.max()
        np.exp(z, out=g)
        total = float(np.add.reduce(g))
    np.divide(g, total, out=g)
    np.subtract(g, y, out=g)
    return math.log(total) - float(y.dot(z))


def _exponentials(z: Array, y: Array, dot: Array, g: Array, ones: Array, shift: Any) -> Array:
    """Exponentials of the shifted logits into ``g``, their product with the labels into ``dot``; row sums."""
    np.subtract(z, shift, out=g)
    if len(ones) < FEW:
        (g * y).dot(ones, out=dot)  # no loop over a row
    else:
        np.vecdot(y, g, out=dot)
    np.exp(g, out=g)
    return g @ ones


def _block(z: Array, y: Array, loss: Array, g: Array, ones: Array) -> None:
    """Some rows with one shift for all, or with one for each where that loses a row."""
    sums = _exponentials(z, y, loss, g, ones, z.max())
    if not sums.min() > LOST:
        sums = _exponentials(z, y, loss, g, ones, z.max(1, keepdims=True))
    np.subtract(np.log(sums), loss, out=loss)
    if len(ones) < FEW:
        np.divide(g, np.repeat(sums, len(ones)).reshape(g.shape), out=g)
    else:
        np.multiply(g, (1 / sums)[:, None], out=g)
    np.subtract(g, y, out=g)
