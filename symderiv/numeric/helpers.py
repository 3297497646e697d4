"""Small functions a generated source brings along when it uses them."""

from __future__ import annotations

HELPERS = {
    "sigmoid": '''def sigmoid(x):
    """1 / (1 + exp(-x)), where only exponentials of at most 1 are formed."""
    t = np.exp(np.where(np.real(x) > 0, -x, x))
    return np.where(np.real(x) > 0, 1, t) / (1 + t)''',
    "softplus": '''def softplus(x):
    """log(1 + exp(x)), where only exponentials of at most 1 are formed."""
    positive = np.real(x) > 0
    return np.where(positive, x, 0) + np.log1p(np.exp(np.where(positive, -x, x)))''',
    "pick": '''def pick(a, at):
    """a[..., at] with one class number, counted from 0, for each place of the leading axes."""
    front = np.broadcast_shapes(np.shape(a)[:-1], np.shape(at))
    a, at = np.broadcast_to(a, front + np.shape(a)[-1:]), np.broadcast_to(at, front)
    return np.take_along_axis(a, at[..., None], axis=-1)[..., 0]''',
    "times_log": '''def times_log(weight, log_value):
    """weight * log_value, where 0 times an infinite logarithm counts 0."""
    return weight * np.where((weight == 0) & np.isinf(log_value), 0, log_value)''',
}


def helpers_for(body: str) -> list[str]:
    """The texts of the helpers that a body calls, in a fixed order.

    >>> [text.split("(")[0] for text in helpers_for("p = sigmoid(x)")]
    ['def sigmoid']
    """
    return [text for name, text in HELPERS.items() if f"{name}(" in body]
