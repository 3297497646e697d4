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
BLOCK = 2**18  # entries of a block of rows: three arrays of them stay in a third cache
MOST_ROWS = 8192  # of more short rows, threads make a product with ones, and wait for one another
FEW = 64  # classes below which a row is too short for a loop over it
LOST = 1e-24  # a row whose exponentials add up to less, or to more than its inverse, gets a shift
PIECE = 8192  # entries of a row that are summed at a time: longer ones are shared by threads, as above
BUFFER = 512  # entries of NumPy's buffer while a column is spread over rows: of longer rows it makes no copies


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
    """Cross-entropy and gradient into ``loss`` and ``g``: one row, or blocks of rows that stay in the cache.

    Labels are taken to add up to 1, and values to be of the size of the logits.
    """
    rows, classes = z.shape
    if rows == 1:
        loss[0] = _one_row(z[0], y[0], g[0])
        return loss, g
    many = max(1, min(BLOCK // classes, MOST_ROWS))
    ones = np.ones(classes, z.dtype)
    before = np.getbufsize()
    narrow = BUFFER < classes < before
    if narrow:
        np.setbufsize(BUFFER)
    try:
        for start in range(0, rows, many):
            at = slice(start, start + many)
            _block(z[at], y[at], loss[at], g[at], ones)
    finally:
        if narrow:
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
    np.multiply(g, 1 / total, out=g)
    np.subtract(g, y, out=g)
    return math.log(total) - float(y.dot(z))


def _block(z: Array, y: Array, loss: Array, g: Array, ones: Array) -> None:
    """Some rows, without a shift or with one for each where a sum of exponentials is out of range."""
    short = len(ones) < FEW
    np.exp(z, out=g)
    sums = g.dot(ones) if short else _dots(g, ones)
    if not LOST < sums.min() <= sums.max() < 1 / LOST:
        z = z - z.max(1, keepdims=True)
        np.exp(z, out=g)
        sums = g.dot(ones) if short else _dots(g, ones)
    if short:
        (z * y).dot(ones, out=loss)
    else:
        loss[:] = _dots(z, y)
    np.subtract(np.log(sums), loss, out=loss)
    inverse = np.reciprocal(sums)
    np.multiply(g, inverse.repeat(len(ones)).reshape(g.shape) if short else inverse[:, None], out=g)
    np.subtract(g, y, out=g)


def _dots(a: Array, b: Array) -> Array:
    """Sums of products along rows, in pieces."""
    parts = (slice(low, low + PIECE) for low in range(0, a.shape[-1], PIECE))
    return np.asarray(sum(np.vecdot(a[:, part], b[..., part]) for part in parts))
