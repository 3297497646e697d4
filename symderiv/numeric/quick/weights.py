"""Weighted sums of exponentials in place: what only matters where a weight is 0 is left to the plain text.

Without a shift an exponent needs no mask: w exp(z) is 0 where w is, however large z is. So a quick function masks
(`np.where`) where it shifts only, looks at the sum of the exponentials as they stand beside that with weights, and
declines rows in which an exponential without weight overflows, or in which no weight counts at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symderiv.numeric.graphs.graph import Graph, Node, rewritten


def counting(graph: Graph, roots: Sequence[Node]) -> tuple[list[Node], frozenset[Node]]:
    """The roots for rows in which some weight counts, and the sums that this is said of."""
    sums: list[Node] = []

    def step(_: Graph, node: Node) -> Node:
        if node.op == "others" and (node.data == (1,) or _is_of_nothing(node)):
            sums.append(node.children[0])
            return node.children[0]
        return node

    return rewritten(graph, roots, step), frozenset(sums)


def _is_of_nothing(node: Node) -> bool:
    """Whether a node is a maximum, but 0 where another maximum is not positive."""
    peak, mask = node.children[:2]
    if node.data != (0,) or not _is_zero(mask) or mask.children[0].op != "maximum":
        return False
    return all(n.op == "reduce" and n.data[0] == "max" for n in (peak, mask.children[0].children[0]))


def is_live(node: Node) -> bool:
    """Whether a node is an array, but minus infinity where one of its weights is 0."""
    return node.op == "others" and node.data == (None,) and all(map(_is_zero, node.children[1:]))


def _is_zero(mask: Node) -> bool:
    return mask.op == "equal" and mask.children[1].op == "number" and mask.children[1].data == (0,)


def weights(node: Node) -> frozenset[tuple[Node, tuple[int, ...]]]:
    """The weights of a masked array, each with the axes it runs along."""
    masks = zip(node.children[1:], node.places[1:], strict=True)
    return frozenset((m.children[0], tuple(p[a] for a in m.places[0])) for m, p in masks)


def weighted_sum(live: Node, e: Node, axis: int, users: dict[Node, list[Node]]) -> Node | None:
    """The sum of the exponentials ``e`` of a masked array over an axis, each times its weights and nothing else."""
    own, products = weights(live), users.get(e, [])
    summed = [s for p in products if p.op == "mul" and _factors(p, e) == own for s in users.get(p, [])]
    found = [s for s in summed if s.op == "reduce" and s.data == ("sum", axis)]
    found += [p for p in products if p.op == "matmul" and _vector(p, e, axis) == own]
    return found[0] if found else None


def _factors(product: Node, e: Node) -> frozenset[tuple[Node, tuple[int, ...]]] | None:
    """What an array is multiplied by, once, entry by entry."""
    pairs = list(zip(product.children, product.places, strict=True))
    own = (e, tuple(range(product.rank)))
    return frozenset(p for p in pairs if p != own) if pairs.count(own) == 1 else None


def _vector(product: Node, e: Node, axis: int) -> frozenset[tuple[Node, tuple[int, ...]]] | None:
    """The vector that the rows of an array are multiplied by."""
    left, right = product.children
    a, _, column = product.data
    if left is not e or column or right.rank != 1 or a[-1] != axis:
        return None
    return frozenset({(right, (axis,))})


def vouched(order: Iterable[Node], sums: Iterable[Node], maxima: Iterable[Node], totals: Iterable[Node]) -> bool:
    """Whether every mask in a graph is of an array that need not be shifted, and every sum is looked at."""
    known = frozenset(m.children[0] for m in maxima)
    masks = {c for n in known if is_live(n) for c in n.children[1:]}
    told = {*maxima, *totals}
    plain = all(n in known if n.op == "others" else n.op != "equal" or n in masks for n in order)
    return plain and all(s in told for s in sums)
