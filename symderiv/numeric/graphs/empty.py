"""Weighted sums of exponentials in which no weight counts: what shifts them, and what is divided by."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symderiv.numeric.graphs.graph import Graph, Value
from symderiv.numeric.rewrites.marks import LIVE, has_live
from symderiv.terms import ZERO, Function, Term, parts, rebuild


def weighed(exponents: tuple[Term, ...]) -> tuple[Term, ...]:
    """What a maximum runs over with 0 for every exponent; nothing where one of them counts whatever the weights are."""
    return tuple(map(_zeros, exponents)) if all(map(has_live, exponents)) else ()


def _zeros(t: Term) -> Term:
    match t:
        case Function(name, (_, *weights)) if name == LIVE:
            return Function(LIVE, (ZERO, *weights))
    return rebuild(t, tuple(map(_zeros, parts(t))))


def nothing_live(graph: Graph, peak: Value, weighed: Value) -> Value:
    """A maximum that only shifts; 0, as any number would do, where no exponent counts: the sum is then 0.

    There the maximum ``weighed`` of zeros under the same weights is minus infinity; that of logits may be so as well.
    """
    infinity = graph.elementwise("neg", [Value(graph.leaf("constant", ("np.inf",)), ())])
    return graph.elementwise("others", [peak, graph.elementwise("equal", [weighed, infinity])], (Fraction(0),))


def filled(graph: Graph, value: Value, weights: Sequence[Value]) -> Value:
    """The value, but 1 where it and one of the weights are 0."""
    zero = Value(graph.leaf("number", (Fraction(0),)), ())
    masks = []
    for w in weights:
        sizes = [graph.elementwise("call", [v], ("np.abs",)) for v in (value, w)]
        masks.append(graph.elementwise("equal", [graph.elementwise("maximum", sizes), zero]))
    return graph.elementwise("others", [value, *masks], (Fraction(1),))
