"""Values put at class numbers, and added up by class number, without a mask over all classes."""

from __future__ import annotations

from symderiv.numeric.graphs.graph import Graph, Value
from symderiv.terms import Term


def scatter(graph: Graph, mode: str, base: Value | None, letter: str, size: Term, label: Value, value: Value) -> Value:
    """base (zeros where there is none) with ``value`` added ("add") or stored ("set") where ``letter`` is the label.

    The class axis comes last; a pure graph compares positions with a literal class instead.
    """
    if graph.pure and label.node.op == "number":
        mask = graph.elementwise("equal", [Value(graph.leaf("range", (size,), (size,)), (letter,)), label])
        placed = graph.elementwise("only", [value, mask])
        return placed if base is None else graph.elementwise("add", [base, placed], (1, 1))
    if base is None or letter not in base.axes:
        zeros = Value(graph.leaf("zeros", (size,), (size,)), (letter,))
        base = zeros if base is None else graph.elementwise("add", [base, zeros], (1, 1))
    operands = (base, label, value)
    axes, sizes = graph.axes(operands)
    axes = (*(n for n in axes if n != letter), letter)
    places = [tuple(axes.index(n) for n in v.axes) for v in operands]
    return Value(graph.make("scatter", [v.node for v in operands], places, [sizes[n] for n in axes], (mode,)), axes)


def class_sums(graph: Graph, letter: str, size: Term, label: Value, value: Value, summed: frozenset[str]) -> Value:
    """The sums of ``value`` over ``summed``, all axes of the label, for each class that the label names.

    Axes: those of the label that stay, the class, those of the value that stay. In the operands the axes summed
    over stand where the class does in the result.
    """
    _, sizes = graph.axes((label, value))
    rows = tuple(n for n in label.axes if n not in summed)
    inside = tuple(n for n in label.axes if n in summed)
    rest = tuple(n for n in value.axes if n not in label.axes)
    space = (*rows, *inside, *rest)
    places = [tuple(space.index(n) for n in v.axes) for v in (value, label)]
    axes = (*rows, letter, *rest)
    shape = [size if n == letter else sizes[n] for n in axes]
    data = (size, len(rows), len(inside), len(rest))
    return Value(graph.make("class_sums", [value.node, label.node], places, shape, data), axes)
