"""Weighted sums of exponentials in which no weight counts: what shifts them, and what is divided by."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symderiv.numeric.graphs.graph import Graph, Value


def nothing_live(graph: Graph, peak: Value) -> Value:
    """A maximum that only shifts; 0, as any number would do, where no exponent counts: the sum is then 0."""
    infinity = graph.elementwise("neg", [Value(graph.leaf("constant", ("np.inf",)), ())])
    return graph.elementwise("others", [peak, graph.elementwise("equal", [peak, infinity])], (Fraction(0),))


def filled(graph: Graph, value: Value, weights: Sequence[Value]) -> Value:
    """The value, but 1 where it and one of the weights are 0."""
    zero = Value(graph.leaf("number", (Fraction(0),)), ())
    masks = []
    for w in weights:
        sizes = [graph.elementwise("call", [v], ("np.abs",)) for v in (value, w)]
        masks.append(graph.elementwise("equal", [graph.elementwise("maximum", sizes), zero]))
    return graph.elementwise("others", [value, *masks], (Fraction(1),))
