"""Small functions a generated source brings along when it uses them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symderiv.numeric.costs import FEW, LONG, LOW, MANY, NONE, SHORT, TINY, WIDE, WRITTEN
from symderiv.numeric.texts.dialects import Dialect
from symderiv.numeric.texts.pure import OWN, PURE, RENAMED

HELPERS = {
    "sigmoid": '''def sigmoid(x):
    """1 / (1 + exp(-x)), where only exponentials of at most 1 are formed."""
    t = np.exp(np.where(np.real(x) > 0, -x, x))
    return np.where(np.real(x) > 0, 1, t) / (1 + t)''',
    "softplus": '''def softplus(x):
    """log(1 + exp(x)), where only exponentials of at most 1 are formed."""
    positive = np.real(x) > 0
    return np.where(positive, x, 0) + np.log1p(np.exp(np.where(positive, -x, x)))''',
    "log_inv_cloglog": '''def log_inv_cloglog(x):
    """log(1 - exp(-exp(x))), which is x where exp(x) is small."""
    low = np.real(x) < -40
    return np.where(low, x, log1mexp(-np.exp(np.where(np.abs(np.real(x)) > 40, 40, x))))''',
    "log1mexp": '''def log1mexp(x):
    """log(1 - exp(x)) for x < 0, where nothing is lost near 0."""
    near = np.real(x) > -0.7
    close, far = np.where(near, x, -1), np.where(near, -1, x)
    return np.where(near, np.log(-np.expm1(close)), np.log1p(-np.exp(far)))''',
    "bernoulli": '''def bernoulli(x):
    """x / (exp(x) - 1), 1 at 0, where only exponentials of at most 1 are formed."""
    near, positive = np.abs(x) < 0.5, np.real(x) > 0
    close, t = np.where(near, x, 0), np.where(near, 1, np.where(np.real(x) > 800, 800, x))
    t = np.where(positive, -t, t)
    away = np.where(positive, np.exp(t), 1) * t / np.expm1(t)
    return np.where(near, 1 - close * bernoulli_gap(close), away)''',
    "log_bernoulli": '''def log_bernoulli(x):
    """log(x / (exp(x) - 1)), 0 at 0, where nothing is lost near 0."""
    near, size = np.abs(x) < 0.5, np.where(np.real(x) > 0, x, -x)
    close, far = np.where(near, x, 0), np.where(near, 1, size)
    above = np.where(np.real(x) > 0, far, 0)
    away = np.log(np.where(np.real(x) > 1e30, 1e30, far)) - above - np.log1p(-np.exp(-far))
    return np.where(near, np.log1p(-close * bernoulli_gap(close)), away)''',
    "bernoulli_less": '''def bernoulli_less(x):
    """1 - x / (exp(x) - 1), where nothing is lost near 0."""
    far = np.real(x) > 80
    near = np.where(far, 80, x)
    return np.where(far, 1, near * bernoulli_gap(near))''',
    "bernoulli_gap": '''def bernoulli_gap(x):
    """1 / x - 1 / (exp(x) - 1), 1/2 at 0, by its series where the two are nearly equal."""
    near = np.abs(x) < 0.5
    close, far = np.where(near, x, 0), np.where(near, 1, x)
    above, s = np.real(x) > 80, 0 * close
    for c in (74724249600, 1307674368000 / 691, 47900160, 1209600, 30240, 720, 12):
        s = 1 / c - close * close * s
    away = 1 / far - 1 / np.expm1(np.where(above, np.inf, far))
    return np.where(near, 0.5 - close * s, away)''',
    "bernoulli_odd": '''def bernoulli_odd(x):
    """1 / 2 - 1 / x + 1 / (exp(x) - 1), x / 12 near 0, by the fraction of coth there."""
    near = np.abs(x) < 2
    close, far = np.where(near, x, 0), np.where(near, 2, x)
    above, s, y = np.real(x) > 80, 0 * close, close * close / 4
    for c in (21, 19, 17, 15, 13, 11, 9, 7, 5):
        s = y / (c + s)
    away = 0.5 - 1 / far + 1 / np.expm1(np.where(above, np.inf, far))
    return np.where(near, close / (12 + 4 * s), away)''',
    "bernoulli_bend": '''def bernoulli_bend(x):
    """1 / x**2 - exp(x) / (exp(x) - 1)**2, 1/12 at 0, by the series of sinh near 0."""
    near, size = np.abs(x) < 2, np.where(np.real(x) > 0, x, -x)
    close, far = np.where(near, x, 0), np.where(near, 2, size)
    s = 0 * close
    for c in (342, 272, 210, 156, 110, 72, 42, 20, 24):
        s = (1 + close * close / 4 * s) / c
    q = 1 + close * close * s  # 2 * sinh(x / 2) / x
    r = np.exp(-far / 2) / np.expm1(-far)
    return np.where(near, s * (q + 1) / (q * q), (1 / far - r) * (1 / far + r))''',
    "matvec": '''def matvec(matrix, vector):
    """matrix @ vector for each item; one product where all items share the matrix."""
    if np.ndim(matrix) == 2:
        return vector @ matrix.T
    return (matrix @ vector[..., None])[..., 0]''',
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
    "log_rest": '''def log_rest(share, log_value):
    """log(1 - share): log_value, another form of it, where the share is at least 1/2."""
    small = np.real(share) < 0.5
    return np.where(small, np.log1p(-np.where(small, share, 0)), log_value)''',
    "is_top": '''def is_top(x, axis):
    """Whether an entry is the greatest along an axis, the first of several."""
    places = np.arange(np.shape(x)[axis]).reshape(-1, *[1] * (-axis - 1))
    return places == np.argmax(x, axis=axis, keepdims=True)''',
    "max_others": '''def max_others(x, axis):
    """For each entry the greatest of the others along an axis, -inf where there is none."""
    top = is_top(x, axis)
    second = np.max(np.where(top, -np.inf, x), axis=axis, keepdims=True)
    return np.where(top, second, np.max(x, axis=axis, keepdims=True))''',
    "sum_others": '''def sum_others(x, weight, axis):
    """For each entry the sum of weight * exp(x - m) over the others, m their greatest x.

    The greatest entry has a sum of its own, the others are taken off that of all.
    """
    top = is_top(x, axis)
    others = np.where(top, -np.inf, x)
    second = np.max(others, axis=axis, keepdims=True)
    second = np.where(np.real(second) > -np.inf, second, 0)
    apart = np.where(top, 0, weight * np.exp(others - second))
    rest = np.sum(apart, axis=axis, keepdims=True)
    e = weight * np.exp(x - np.max(x, axis=axis, keepdims=True))
    whole = np.sum(e, axis=axis, keepdims=True)
    return np.where(top, rest, whole - e)''',
    "row_sum": '''@lru_cache(maxsize=64)
def ones_for(length, dtype):
    """A vector of ones, made once."""
    return np.ones(length, dtype)


def row_sum(x):
    """The sum along each row: its product with ones, for long rows in pieces."""
    length = x.shape[-1]
    if x.ndim == 1 and length < TINY:
        return sum(x.tolist())
    if length <= MANY:
        return x.dot(ones_for(length, x.dtype))
    if length <= LONG:
        return np.vecdot(x, ones_for(length, x.dtype))
    whole = length - length % LONG
    pieces = x[..., :whole].reshape(*x.shape[:-1], -1, LONG)
    sums = np.add.reduce(np.vecdot(pieces, ones_for(LONG, x.dtype)), axis=-1)
    return sums + np.vecdot(x[..., whole:], ones_for(length - whole, x.dtype))''',
    "zeros_for": '''@lru_cache(maxsize=64)
def zeros_for(length, dtype):
    """What rows are compared with: zeros side by side are quicker than the number."""
    return np.zeros(length, dtype) if length >= SHORT else np.zeros((), dtype)''',
    "spread": '''def spread(x, length):
    """One number for each row, beside rows of a length; written out for short ones."""
    return x.repeat(length).reshape(-1, length) if length < WRITTEN else x[:, None]''',
    "row_max": '''def row_max(x):
    """The greatest entry of each row; short rows are turned, which is quicker in NumPy."""
    if x.shape[-1] > FEW:
        return np.max(x, axis=-1)
    return np.max(np.ascontiguousarray(x.T), axis=0)''',
    "row_dot": '''def row_dot(x, y, room):
    """The sum of products along each row; long ones in pieces, which no threads share."""
    length = x.shape[-1]
    if x.ndim == 1 and length <= LONG:
        return x.dot(y)
    if length < SHORT:
        return row_sum(np.multiply(x, y, out=room))
    if length <= LONG:
        return np.vecdot(x, y)
    whole = length - length % LONG
    left, right = (a[..., :whole].reshape(*a.shape[:-1], -1, LONG) for a in (x, y))
    rest = np.vecdot(x[..., whole:], y[..., whole:])
    return np.add.reduce(np.vecdot(left, right), axis=-1) + rest''',
    "row_weighted": '''def row_weighted(weight, x, room):
    """The sum of weight * x along each row, where 0 times an infinity counts 0."""
    total = row_dot(weight, x, room)
    if x.ndim == 1:
        return total if total == total else row_dot(weight, limited(weight, x), None)
    if total.dot(total) == total.dot(total):  # no nan is among them
        return total
    at = np.isnan(total)
    at = slice(None) if at.all() else at
    total[at] = row_dot(weight[at], limited(weight[at], x[at]), None)
    return total''',
    "sum_weighted": '''def sum_weighted(weight, x):
    """The sum of weight * x for two lists, where 0 times an infinity counts 0."""
    total = sum(map(mul, weight, x))
    if total == total:
        return total
    return sum([w * v for w, v in zip(weight, x) if w or not math.isinf(v)])''',
    "limited": '''def limited(weight, x):
    """x with something finite for an infinity whose weight is 0; a clip is quicker."""
    lost = np.isinf(x)
    if (lost & (weight != 0)).any():
        return np.where(lost & (weight == 0), 0, x)
    most = np.finfo(x.dtype).max
    return np.clip(x, -most, most)''',
    "exp_of": '''def exp_of(x, out):
    """exp(x) into out; where doubles underflow NumPy is slow, so these are put in."""
    if x.dtype == np.float64 and x.size >= WIDE:
        some = x[::64] < LOW
        if 8 * np.count_nonzero(some) > some.size:
            none = x < NONE
            slow = (x < LOW) ^ none
            rest = np.exp(x[slow])
            np.multiply(np.exp(np.clip(x, LOW, np.inf, out=out), out=out), ~none, out=out)
            out[slow] = rest
            return out
    return np.exp(x, out=out)''',
    "row_pick": '''def row_pick(x, at):
    """The entry of each row that a class number picks."""
    return x[np.arange(len(x)), at]''',
    "is_finite": '''def is_finite(x):
    """Whether every entry is; a sum over all of them tells."""
    return bool(np.isfinite(x.sum()))''',
}


# numbers that the texts above leave open
OPEN = {
    "TINY": TINY,
    "FEW": FEW,
    "SHORT": SHORT,
    "MANY": MANY,
    "LONG": LONG,
    "WRITTEN": WRITTEN,
    "WIDE": WIDE,
    "LOW": LOW,
    "NONE": NONE,
}
HELPERS = {n: re.sub("|".join(OPEN), lambda m: str(OPEN[m[0]]), t) for n, t in HELPERS.items()}


def helpers_for(body: str, dialect: Dialect) -> list[str]:
    """The texts of the helpers that a body calls and those that they call, in a fixed order.

    >>> from symderiv.numeric.texts.dialects import NUMPY
    >>> [text.split("(")[0] for text in helpers_for("p = sigmoid(x)", NUMPY)]
    ['def sigmoid']
    """
    texts, found, todo = _texts(dialect), set[str](), [body]
    while todo:
        text = todo.pop()
        called = {name for name in texts if re.search(rf"\b{name}\(", text)} - found
        found |= called
        todo += [texts[name] for name in called]
    return [text for name, text in texts.items() if name in found]


def _texts(dialect: Dialect) -> Mapping[str, str]:
    if not dialect.pure:
        return HELPERS
    if dialect.module == "xp":
        return PURE
    renamed = {"(xp, ": "(", **RENAMED.get(dialect.name, {}), "xp.": f"{dialect.module}."}
    texts = {**PURE, **OWN[dialect.name]}
    for old, new in renamed.items():
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    return texts
