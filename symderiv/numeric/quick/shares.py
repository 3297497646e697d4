"""Sums over logarithms of shares, taken apart: sum w (a - log s) = sum w a - log s sum w, for s = sum exp(a).

Then no array of the logarithms is written. Where a has its shift nothing is lost: an a of weight is at most log s, so
the two parts are no larger than the result and the logarithm together. Without it the quick form looks at the
difference (`shifts.Shift.weighed`).
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.numeric.graphs.graph import Graph, Node, rewritten


def apart(graph: Graph, roots: Sequence[Node]) -> list[Node]:
    """The roots with such sums taken apart, everywhere below them."""
    return rewritten(graph, roots, _apart)


def _apart(graph: Graph, node: Node) -> Node:
    if node.op != "reduce" or node.data[0] != "sum":
        return node
    product, axis = node.children[0], node.data[1]
    if product.op not in ("mul", "weighted"):
        return node
    at = next((n for n, c in enumerate(product.children) if _is_log_share(c, axis, product.places[n])), None)
    if at is None or (product.op == "weighted" and at == 0):
        return node  # a weight of 0 is one number, not the two it is the difference of
    share, space = product.children[at], product.places[at]
    others = [(c, p) for n, (c, p) in enumerate(zip(product.children, product.places, strict=True)) if n != at]
    whole = tuple(range(node.rank))
    if not any(axis in p for _, p in others) or (len(others) == 1 and _left(others[0][1], axis) != whole):
        return node
    inner = [*others]
    inner.insert(at, (share.children[0], tuple(space[a] for a in share.places[0])))
    first = _summed(graph, product, inner, axis)
    weight = _summed(graph, product, others, axis) if len(others) > 1 else _sum(graph, *others[0], axis)
    log = (share.children[1], tuple(_without(space[a], axis) for a in share.places[1]))
    second = graph.make("mul", (log[0], weight), (log[1], whole), node.sizes)
    return graph.make("add", (first, second), (whole, whole), node.sizes, (1, -1))


def _is_log_share(t: Node, axis: int, space: tuple[int, ...]) -> bool:
    """Whether t is a - log(sum of exp(a) over the axis)."""
    if t.op != "add" or t.data != (1, -1) or t.children[1].data != ("np.log",):
        return False
    a, log = t.children
    total = log.children[0] if log.children else log
    if total.op != "reduce" or total.data[0] != "sum" or axis in (space[p] for p in t.places[1]):
        return False
    e = total.children[0]
    return e.data == ("np.exp",) and e.children[0] is a and space[t.places[0][total.data[1]]] == axis


def _summed(graph: Graph, product: Node, many: list[tuple[Node, tuple[int, ...]]], axis: int) -> Node:
    """The sum over the axis of a product in the space of ``product``."""
    # a product that counts 0 times infinity as 0 stays one
    whole = graph.make(product.op, [c for c, _ in many], [p for _, p in many], product.sizes)
    sizes = [s for n, s in enumerate(product.sizes) if n != axis]
    return graph.make("reduce", [whole], [tuple(range(whole.rank))], sizes, ("sum", axis))


def _sum(graph: Graph, factor: Node, space: tuple[int, ...], axis: int) -> Node:
    """The sum of one factor over the axis."""
    own = space.index(axis)
    sizes = [s for n, s in enumerate(factor.sizes) if n != own]
    return graph.make("reduce", [factor], [tuple(range(factor.rank))], sizes, ("sum", own))


def _left(space: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """The places of the axes that a sum over one of them leaves."""
    return tuple(_without(a, axis) for a in space if a != axis)


def _without(a: int, axis: int) -> int:
    """The place of an axis once another is gone."""
    return a - (a > axis)
