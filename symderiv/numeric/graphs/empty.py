"""Weighted sums of exponentials in which no weight counts: what shifts them, and what is divided by."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symderiv.numeric.graphs.graph import Graph, Value
from symderiv.numeric.rewrites.marks import LIVE, has_live
from symderiv.terms import Function, Term, parts, rebuild


def sizes_of_weights(exponents: tuple[Term, ...]) -> tuple[Term, ...]:
    """What a maximum runs over with the size of a weight for each exponent, -inf where another weight is 0.

    Nothing where one of the exponents counts whatever the weights are.
    """
    return tuple(map(_sizes, exponents)) if all(map(has_live, exponents)) else ()


def _sizes(t: Term) -> Term:
    match t:
        case Function(name, (_, w, *others)) if name == LIVE:
            size = Function("abs", (w,))
            return Function(LIVE, (size, *others)) if others else size
    return rebuild(t, tuple(map(_sizes, parts(t))))


def nothing_live(graph: Graph, peak: Value, most: Value) -> Value:
    """A maximum that only shifts; 0, as any number would do, where no exponent counts: the sum is then 0.

    There ``most``, the greatest size of a weight, is not positive; that of the logits may be -inf as well.
    """
    zero = _zero(graph)
    mask = graph.elementwise("equal", [graph.elementwise("maximum", [most, zero]), zero])
    return graph.elementwise("others", [peak, mask], (Fraction(0),))


def _zero(graph: Graph) -> Value:
    return Value(graph.leaf("number", (Fraction(0),)), ())


def filled(graph: Graph, value: Value, weights: Sequence[Value]) -> Value:
    """The value, but 1 where it and one of the weights are 0."""
    masks = []
    for w in weights:
        sizes = [graph.elementwise("call", [v], ("np.abs",)) for v in (value, w)]
        masks.append(graph.elementwise("equal", [graph.elementwise("maximum", sizes), _zero(graph)]))
    return graph.elementwise("others", [value, *masks], (Fraction(1),))
