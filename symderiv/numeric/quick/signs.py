"""Negations carried outwards, where an operation takes them up for nothing: signs are exact."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.numeric.graphs.graph import Graph, Node, rewritten


def outwards(graph: Graph, roots: Sequence[Node]) -> list[Node]:
    """The roots with as few negations as products, quotients and sums allow, everywhere below them."""
    return rewritten(graph, roots, _outwards)


def _outwards(graph: Graph, node: Node) -> Node:
    match node.op:
        case "neg" if (inner := _negated(node.children[0])) is not None:
            return inner
        case "neg" if (turned := _turned(graph, node)) is not None:
            return turned
        case "mul" | "weighted" | "div":
            return _product(graph, node)
        case "add":
            return _sum(graph, node)
        case "reduce" if node.data[0] == "sum" and (inner := _negated(node.children[0])) is not None:
            return _neg(graph, graph.make(node.op, (inner,), node.places, node.sizes, node.data))
    return node


def _product(graph: Graph, node: Node) -> Node:
    signed = [_negated(c) for c in node.children]
    if not any(signed):
        return node
    below = [c if s is None else s for c, s in zip(node.children, signed, strict=True)]
    found = graph.make(node.op, below, node.places, node.sizes, node.data)
    return _neg(graph, found) if sum(s is not None for s in signed) % 2 else found


def _sum(graph: Graph, node: Node) -> Node:
    signed = [_negated(c) for c in node.children]
    below = [c if s is None else s for c, s in zip(node.children, signed, strict=True)]
    signs = tuple(d if s is None else -d for d, s in zip(node.data, signed, strict=True))
    if all(s < 0 for s in signs):
        return _neg(graph, graph.make(node.op, below, node.places, node.sizes, tuple(-s for s in signs)))
    return graph.make(node.op, below, node.places, node.sizes, signs) if any(signed) else node


def _turned(graph: Graph, node: Node) -> Node | None:
    """The difference whose negative a node is, the other way round."""
    less = node.children[0]
    if less.op != "add" or less.data != (1, -1) or node.places[0] != node.natural:
        return None
    return graph.make(less.op, less.children[::-1], less.places[::-1], less.sizes, less.data)


def _negated(node: Node) -> Node | None:
    """What a node is the negative of."""
    return node.children[0] if node.op == "neg" and node.places[0] == node.natural else None


def _neg(graph: Graph, node: Node) -> Node:
    inner = _negated(node)
    return graph.make("neg", (node,), (tuple(range(node.rank)),), node.sizes) if inner is None else inner
