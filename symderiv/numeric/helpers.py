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
    """a[..., at] with one class number, from 0 on, for each place of the leading axes."""
    front = np.broadcast_shapes(np.shape(a)[:-1], np.shape(at))
    a = np.broadcast_to(a, front + np.shape(a)[-1:])
    return a[(*np.indices(front, sparse=True), at)]''',
    "rows": '''def rows(a, at, own, rest):
    """a[at] for each place of the last own axes of at; rest axes of a stand behind."""
    front = np.shape(a)[: np.ndim(a) - rest - 1]
    if not front:
        return a[at]
    each = np.shape(at)[np.ndim(at) - own :]
    both = np.broadcast_shapes(front, np.shape(at)[: np.ndim(at) - own])
    a = np.broadcast_to(a, both + np.shape(a)[len(front) :])
    return a[(*np.indices(both + (1,) * own, sparse=True)[: len(both)], at)]''',
    "add_at": '''def add_at(a, at, values):
    """a, which may change, with values added at a class number for each place in front."""
    front = np.broadcast_shapes(np.shape(a)[:-1], np.shape(at), np.shape(values))
    a = np.asarray(a, np.result_type(a, values, 0.0))
    if np.shape(a)[:-1] != front:
        a = np.broadcast_to(a, front + np.shape(a)[-1:]).copy()
    a[(*np.indices(front, sparse=True), at)] += values
    return a''',
    "set_at": '''def set_at(a, at, values):
    """a, which may change, with values stored at a class number for each place in front."""
    front = np.broadcast_shapes(np.shape(a)[:-1], np.shape(at), np.shape(values))
    if np.shape(a)[:-1] != front:
        a = np.broadcast_to(a, front + np.shape(a)[-1:]).copy()
    a[(*np.indices(front, sparse=True), at)] = values
    return a''',
    "class_sums": '''def class_sums(values, at, size, summed, rest):
    """values added up by class over the last axes of at; values may have rest axes more."""
    at, values = np.asarray(at), np.asarray(values)
    each, last = values.shape[: values.ndim - rest], values.shape[values.ndim - rest :]
    front = np.broadcast_shapes(each, at.shape)
    batch = front[: len(front) - summed]
    rows, items, width = (int(np.prod(n)) for n in (batch, front[len(batch) :], last))
    at = np.broadcast_to(at, front).reshape(rows, items)
    at = (at + size * np.arange(rows)[:, None])[..., None] * width + np.arange(width)
    sums = np.zeros(rows * size * width, np.result_type(values, 0.0))
    np.add.at(sums, at.ravel(), np.broadcast_to(values, front + last).ravel())
    return sums.reshape(batch + (size,) + last)''',
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
