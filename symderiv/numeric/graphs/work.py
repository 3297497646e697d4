"""How much an array graph computes, to compare two for one result without running them."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.numeric.graphs.graph import Node, Value
from symderiv.numeric.texts.schedule import TRIVIAL, is_scalar

ADDING = frozenset(("reduce", "class_sums"))  # the places of their operands are axes that they add up as well


def computed(values: Iterable[Value]) -> tuple[Node, ...]:
    """The array computations behind some values, each once."""
    found: dict[Node, None] = {}
    todo = [v.node for v in values]
    while todo:
        node = todo.pop()
        if node not in found:
            found[node] = None
            todo += node.children
    return tuple(n for n in found if n.op not in TRIVIAL and not is_scalar(n))


def axes(node: Node) -> int:
    """How many axes a computation runs over, those that it adds up included."""
    if node.op == "matmul":
        return node.rank + 1
    operands = {a for place in node.places for a in place} if node.op in ADDING else ()
    return max(node.rank, len(operands))


def work(values: Iterable[Value]) -> list[int]:
    """The axes of every computation, most first: of two results the lesser is cheaper for large arrays.

    One computation over two axes outweighs any number over one.

    >>> work([]) < [1, 1, 1] < [2] < [2, 1]
    True
    """
    return sorted(map(axes, computed(values)), reverse=True)


def saves_axes(one: Value, other: Value) -> bool:
    """Whether the greatest array that only ``one`` makes has fewer axes than the greatest that only ``other`` makes."""
    here, there = computed([one]), computed([other])
    return _greatest(set(here) - set(there)) < _greatest(set(there) - set(here))


def _greatest(nodes: Iterable[Node]) -> int:
    return max((node.rank for node in nodes), default=0)
