"""The order in which a quick function computes: what takes long first, so that memory is read while it computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symderiv.numeric.graphs.graph import Node, postorder


def arranged(roots: Sequence[Node]) -> list[Node]:
    """Every node below the roots, operands first.

    Sums of arguments alone wait until something that takes long is summed up; of those, sums of many arrays go
    before sums of few, which find theirs in the cache.
    """
    calls = _calls(roots)
    order = postorder(roots, calls.__getitem__)
    sums = [n for n in order if n.op == "reduce" and n.data[0] == "sum"]
    first = next((n for n in sums if calls[n]), None)
    if first is None:
        return order
    waiting = sorted((n for n in sums if not calls[n]), key=_arrays, reverse=True)
    return postorder([first, *waiting, *roots], calls.__getitem__)


def _calls(roots: Sequence[Node]) -> Mapping[Node, int]:
    """How many long operations on arrays are done below a node, one on the result of another."""
    found: dict[Node, int] = {}
    for node in postorder(roots):
        found[node] = _is_long(node) + max((found[c] for c in node.children), default=0)
    return found


def _is_long(node: Node) -> bool:
    """Whether an operation takes long for each entry of an array."""
    return node.rank > 0 and (node.op == "call" or (node.op == "pow" and node.children[1].op != "number"))


def _arrays(node: Node) -> int:
    """How many arguments are read below a node."""
    return sum(n.op == "input" for n in postorder([node]))
