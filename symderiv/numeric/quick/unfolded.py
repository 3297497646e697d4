"""Sigmoids and softplus as the operations they are made of, so that they share an exponential.

With t = exp(-|x|), at most 1: softplus(x) = max(x, 0) + log(1 + t), and sigmoid(x) = exp(-max(-x, 0))/(1 + t).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symderiv.numeric.graphs.graph import Graph, Node, rewritten


def unfolded(graph: Graph, roots: Sequence[Node]) -> list[Node]:
    """The roots with these calls written out, everywhere below them."""
    return rewritten(graph, roots, _written_out)


def _written_out(graph: Graph, node: Node) -> Node:
    if node.op == "call" and node.data in (("sigmoid",), ("softplus",)):
        return _Around(graph, node.children[0]).call(node.data[0])
    return node


class _Around:
    """Operations entry by entry around one array."""

    def __init__(self, graph: Graph, x: Node) -> None:
        self.graph, self.x = graph, x

    def call(self, name: str) -> Node:
        """The sigmoid or softplus of the array."""
        t = self._call("np.exp", self._neg(self._call("np.abs", _positive(self.x))))
        if name == "softplus":
            return self._make("add", (self._above(self.x), self._call("np.log1p", t)), (1, 1))
        share = self._call("np.exp", self._neg(self._above(self._neg(self.x))))
        return self._make("div", (share, self._make("add", (self._number(1), t), (1, 1))))

    def _above(self, x: Node) -> Node:
        return self._make("maximum", (x, self._number(0)))

    def _neg(self, x: Node) -> Node:
        return x.children[0] if x.op == "neg" else self._make("neg", (x,))

    def _call(self, name: str, x: Node) -> Node:
        return self._make("call", (x,), (name,))

    def _number(self, value: int) -> Node:
        return self.graph.leaf("number", (Fraction(value),))

    def _make(self, op: str, many: tuple[Node, ...], data: tuple[object, ...] = ()) -> Node:
        places = [tuple(range(n.rank)) for n in many]
        return self.graph.make(op, many, places, self.x.sizes, data)


def _positive(x: Node) -> Node:
    """An array of the same absolute values."""
    return x.children[0] if x.op == "neg" else x
