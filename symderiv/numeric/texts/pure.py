"""Helpers for real arrays in pure dialects: whole operations only, no look at the numbers in an array."""

from __future__ import annotations

_ITEMS = '''def class_sums(xp, values, at, size, summed, rest):
    """values added up by class number: over the last axes of at, as many as summed; values may have rest axes more.

    All sums of a batch item are nan where one of its class numbers is out of range.
    """
    at, _ = xp.broadcast_arrays(at, values[(..., *[0] * rest)])
    last = values.shape[values.ndim - rest :]
    batch = at.shape[: at.ndim - summed]
    items, width = math.prod(at.shape[at.ndim - summed :]), math.prod(last)
    values = xp.reshape(xp.broadcast_to(values, (*at.shape, *last)), (*batch, items, width))
    at = xp.reshape(at, (*batch, items))'''
# of real arrays in any library; a dialect with a module of its own takes them with that in place of xp
PURE = {
    "sigmoid": '''def sigmoid(xp, x):
    """1 / (1 + exp(-x)), where only exponentials of at most 1 are formed."""
    t = xp.exp(xp.where(x > 0, -x, x))
    return xp.where(x > 0, 1.0, t) / (1 + t)''',
    "softplus": '''def softplus(xp, x):
    """log(1 + exp(x)), where only exponentials of at most 1 are formed."""
    return xp.where(x > 0, x, 0.0) + xp.log1p(xp.exp(xp.where(x > 0, -x, x)))''',
    "log_inv_cloglog": '''def log_inv_cloglog(xp, x):
    """log(1 - exp(-exp(x))), which is x where exp(x) is small."""
    return xp.where(x < -40, x, log1mexp(xp, -xp.exp(xp.where(xp.abs(x) > 40, 40.0, x))))''',
    "log1mexp": '''def log1mexp(xp, x):
    """log(1 - exp(x)) for x < 0, where nothing is lost near 0."""
    near = x > -0.7
    close, far = xp.where(near, x, -1.0), xp.where(near, -1.0, x)
    return xp.where(near, xp.log(-xp.expm1(close)), xp.log1p(-xp.exp(far)))''',
    "bernoulli": '''def bernoulli(xp, x):
    """x / (exp(x) - 1), 1 at 0, where only exponentials of at most 1 are formed."""
    near = xp.abs(x) < 0.5
    close, t = xp.where(near, x, 0.0), xp.where(near, 1.0, xp.where(x > 800, 800.0, x))
    t = xp.where(x > 0, -t, t)
    away = xp.where(x > 0, xp.exp(t), 1.0) * t / xp.expm1(t)
    return xp.where(near, 1 - close * bernoulli_gap(xp, close), away)''',
    "log_bernoulli": '''def log_bernoulli(xp, x):
    """log(x / (exp(x) - 1)), 0 at 0, where nothing is lost near 0."""
    near = xp.abs(x) < 0.5
    close, far = xp.where(near, x, 0.0), xp.where(near, 1.0, xp.abs(x))
    above = xp.where(x > 0, far, 0.0)
    away = xp.log(xp.where(x > 1e30, 1e30, far)) - above - xp.log1p(-xp.exp(-far))
    return xp.where(near, xp.log1p(-close * bernoulli_gap(xp, close)), away)''',
    "bernoulli_less": '''def bernoulli_less(xp, x):
    """1 - x / (exp(x) - 1), where nothing is lost near 0."""
    near = xp.where(x > 80, 80.0, x)
    return xp.where(x > 80, 1.0, near * bernoulli_gap(xp, near))''',
    "bernoulli_gap": '''def bernoulli_gap(xp, x):
    """1 / x - 1 / (exp(x) - 1), 1/2 at 0, by its series where the two are nearly equal."""
    near = xp.abs(x) < 0.5
    close, far = xp.where(near, x, 0.0), xp.where(near, 1.0, x)
    above, s = x > 80, 0 * close
    for c in (74724249600, 1307674368000 / 691, 47900160, 1209600, 30240, 720, 12):
        s = 1 / c - close * close * s
    return xp.where(near, 0.5 - close * s, 1 / far - 1 / xp.expm1(xp.where(above, xp.inf, far)))''',
    "bernoulli_odd": '''def bernoulli_odd(xp, x):
    """1 / 2 - 1 / x + 1 / (exp(x) - 1), x / 12 near 0, by the fraction of coth there."""
    near = xp.abs(x) < 2
    close, far = xp.where(near, x, 0.0), xp.where(near, 2.0, x)
    above, s, y = x > 80, 0 * close, close * close / 4
    for c in (21, 19, 17, 15, 13, 11, 9, 7, 5):
        s = y / (c + s)
    away = 0.5 - 1 / far + 1 / xp.expm1(xp.where(above, xp.inf, far))
    return xp.where(near, close / (12 + 4 * s), away)''',
    "bernoulli_bend": '''def bernoulli_bend(xp, x):
    """1 / x**2 - exp(x) / (exp(x) - 1)**2, 1/12 at 0, by the series of sinh near 0."""
    near = xp.abs(x) < 2
    close, far = xp.where(near, x, 0.0), xp.where(near, 2.0, xp.abs(x))
    s = 0 * close
    for c in (342, 272, 210, 156, 110, 72, 42, 20, 24):
        s = (1 + close * close / 4 * s) / c
    q = 1 + close * close * s  # 2 * sinh(x / 2) / x
    r = xp.exp(-far / 2) / xp.expm1(-far)
    return xp.where(near, s * (q + 1) / (q * q), (1 / far - r) * (1 / far + r))''',
    "pick": '''def pick(xp, a, at):
    """a[..., at] with one class number, counted from 0, for each place; nan at any other."""
    _, at = xp.broadcast_arrays(a[..., 0], at)
    a = xp.broadcast_to(a, (*at.shape, a.shape[-1]))
    return along(xp, a[..., None], at[..., None])[..., 0, 0]''',
    "rows": '''def rows(xp, a, at, own, rest):
    """a[at] for each place of the last own axes of at; a has rest axes behind the one taken from, the others lead."""
    last, each = a.shape[a.ndim - rest :], at.shape[at.ndim - own :]
    a = xp.reshape(a, (*a.shape[: a.ndim - rest], math.prod(last)))
    at = xp.reshape(at, (*at.shape[: at.ndim - own], math.prod(each)))
    _, at = xp.broadcast_arrays(a[..., 0, :1], at)
    a = xp.broadcast_to(a, (*at.shape[:-1], *a.shape[-2:]))
    return xp.reshape(along(xp, a, at), (*at.shape[:-1], *each, *last))''',
    "times_log": '''def times_log(xp, weight, log_value):
    """weight * log_value, where 0 times an infinite logarithm counts 0."""
    return weight * xp.where((weight == 0) & xp.isinf(log_value), 0.0, log_value)''',
    "log_rest": '''def log_rest(xp, share, log_value):
    """log(1 - share): log_value, another form of it, where the share is at least 1/2."""
    return xp.where(share < 0.5, xp.log1p(-xp.where(share < 0.5, share, 0.0)), log_value)''',
    "is_top": '''def is_top(xp, x, axis):
    """Whether an entry is the greatest along an axis, the first of them where several are."""
    places = xp.arange(x.shape[axis], device=getattr(x, "device", None))
    return xp.reshape(places, (-1, *[1] * (-axis - 1))) == xp.argmax(x, axis=axis, keepdims=True)''',
    "max_others": '''def max_others(xp, x, axis):
    """For each entry the greatest of the others along an axis, -inf where there is none."""
    top = is_top(xp, x, axis)
    second = xp.max(xp.where(top, -xp.inf, x), axis=axis, keepdims=True)
    return xp.where(top, second, xp.max(x, axis=axis, keepdims=True))''',
    "sum_others": '''def sum_others(xp, x, weight, axis):
    """For each entry the sum of weight * exp(x - m) over the others along an axis, with m the greatest x of those.

    The greatest entry has a sum of its own; the others are taken off that of all, which holds a 1.
    """
    top = is_top(xp, x, axis)
    rest = xp.where(top, -xp.inf, x)
    second = xp.max(rest, axis=axis, keepdims=True)
    apart = xp.where(top, 0.0, weight * xp.exp(rest - xp.where(second > -xp.inf, second, 0.0)))
    e = weight * xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    whole, rest = xp.sum(e, axis=axis, keepdims=True), xp.sum(apart, axis=axis, keepdims=True)
    return xp.where(top, rest, whole - e)''',
    "along": '''def along(xp, a, at):
    """The rows of a, along its last axis but one, at class numbers; nan for any other number."""
    inside = (at >= 0) & (at < a.shape[-2])
    rows = taken(xp, a, xp.where(inside, at, 0)[..., None])
    return xp.where(inside[..., None], rows, xp.nan)''',
    "taken": '''def taken(xp, a, at):
    """The rows of a at positions, by a mask in libraries that cannot take entries along an axis."""
    if hasattr(xp, "take_along_axis"):
        return xp.take_along_axis(a, at, axis=-2)
    mask = xp.arange(a.shape[-2])[:, None] == at[..., None]
    return xp.sum(xp.where(mask, a[..., None, :, :], 0.0), axis=-2)''',
    "matvec": '''def matvec(xp, matrix, vector):
    """matrix @ vector for each item; one product of matrices where all items share the matrix."""
    if matrix.ndim == 2:
        return vector @ matrix.T
    return (matrix @ vector[..., None])[..., 0]''',
    "add_at": '''def add_at(xp, a, at, values):
    """a with values added at one class number, counted from 0, for each place; nan at any other."""
    inside = (at >= 0) & (at < a.shape[-1])
    mask = xp.arange(a.shape[-1], device=getattr(a, "device", None)) == at[..., None]
    added = a + xp.where(mask, values[..., None], 0.0)
    return xp.where(inside[..., None], added, xp.nan)''',
    "class_sums": f"""{_ITEMS}
    mask = xp.arange(size, device=getattr(at, "device", None))[:, None] == at[..., None, :]
    # one matrix product; infinite values and nan go in columns of their own, or they would enter every class
    columns = [xp.where(xp.isfinite(values), values, 0.0), ~(values < xp.inf), ~(values > -xp.inf)]
    columns = xp.concat([xp.astype(c, values.dtype) for c in columns], axis=-1)
    sums = xp.matmul(xp.astype(mask, values.dtype), columns)
    sums, up, down = (sums[..., n * width : (n + 1) * width] for n in range(3))
    sums = sums + xp.where(up > 0, xp.inf, up) + xp.where(down > 0, -xp.inf, down)
    inside = xp.all((at >= 0) & (at < size), axis=-1)
    return xp.reshape(xp.where(inside[..., None, None], sums, xp.nan), (*batch, size, *last))""",
    "namespace": '''NAMESPACES = {}


def namespace(array):
    """The functions of an array's library: its own namespace, or the one that array-api-compat has for it."""
    kind = type(array)
    if kind not in NAMESPACES:
        if hasattr(array, "__array_namespace__"):
            NAMESPACES[kind] = array.__array_namespace__()
        else:
            from array_api_compat import array_namespace

            NAMESPACES[kind] = array_namespace(array)
    return NAMESPACES[kind]''',
}
# what a dialect has its own text for
OWN = {
    "torch": {
        "taken": '''def taken(a, at):
    """The rows of a at positions."""
    return torch.take_along_dim(a, at.long(), dim=-2)''',
        "add_at": PURE["add_at"].replace('getattr(a, "device", None)', "a.device"),
        "is_top": PURE["is_top"].replace('getattr(x, "device", None)', "x.device"),
        "class_sums": f"""{_ITEMS}
    inside = (at >= 0) & (at < size)
    sums = torch.zeros((*batch, size, width), dtype=values.dtype, device=values.device)
    index = torch.where(inside, at, 0).long()[..., None].expand(values.shape)
    sums = torch.where(torch.all(inside, dim=-1)[..., None, None], sums.scatter_add(-2, index, values), torch.nan)
    return torch.reshape(sums, (*batch, size, *last))""",
    },
    "jax": {
        "taken": '''def taken(a, at):
    """The rows of a at positions."""
    return jnp.take_along_axis(a, at, axis=-2)''',
        "add_at": PURE["add_at"].replace(', device=getattr(a, "device", None)', ""),
        "is_top": PURE["is_top"].replace(', device=getattr(x, "device", None)', ""),
        "class_sums": f"""{_ITEMS}
    inside = (at >= 0) & (at < size)
    rows, values = jnp.arange(math.prod(batch)), jnp.reshape(values, (-1, items, width))
    at = jnp.reshape(jnp.where(inside, at, 0), (-1, items))
    flat = jnp.zeros((math.prod(batch), size, width), values.dtype).at[rows[:, None], at].add(values)
    sums = jnp.where(jnp.all(inside, axis=-1)[..., None, None], jnp.reshape(flat, (*batch, size, width)), jnp.nan)
    return jnp.reshape(sums, (*batch, size, *last))""",
    },
}
# calls whose names differ
RENAMED = {"torch": {"broadcast_arrays": "broadcast_tensors", "xp.max(": "torch.amax("}}
