"""Sums of products: what does not depend on the index comes out, two groups of factors are a matmul."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.binders import free_names, index_names
from symderiv.numeric.graphs.graph import Graph, Value
from symderiv.terms import Neg, Quotient, Term, Times, neg, quo, times


def loosened(t: Term, name: str) -> Term | None:
    """A product with one of its factors opened that ties ``name`` to further indices and is itself a product, or None.

    Signs and what stands under a fraction bar without ``name`` come to the front: a sum over ``name`` then runs
    over fewer axes.

    >>> from symderiv.terms import Entry, Symbol
    >>> a, b, v = (Entry(n, (Symbol(i),)) for n, i in ("ai", "bj", "vj"))
    >>> loosened(times(quo(times(a, b), Symbol("T")), v), "j") == quo(times(v, a, b), Symbol("T"))
    True
    """
    factors = t.factors if isinstance(t, Times) else ()
    for place, u in enumerate(factors):
        if name in free_names(u) and _widest(u, name) < len(index_names(u)):
            rest = (*factors[:place], *factors[place + 1 :])
            match u:
                case Neg(body):
                    return neg(times(*rest, body))
                case Quotient(top, bottom):
                    return quo(times(*rest, top), bottom)
                case Times(many):
                    return times(*rest, *many)
    return None


def _widest(t: Term, name: str) -> int:
    """How many indices the factor of t has that has ``name`` and most others."""
    match t:
        case Neg(body):
            return _widest(body, name)
        case Times(many):
            return max(_widest(u, name) for u in many)
        case Quotient(top, bottom) if name not in free_names(bottom):
            return _widest(top, name)
    return len(index_names(t)) if name in free_names(t) else 0


def multiply(graph: Graph, values: Sequence[Value]) -> Value:
    """The product entry by entry."""
    return values[0] if len(values) == 1 else graph.elementwise("mul", values)


def contract(graph: Graph, values: Sequence[Value], name: str) -> Value:
    """The sum over ``name`` of a product whose factors all have that axis.

    Factors over the same axes multiply entry by entry. Two groups with different other axes become
    one matrix product; more are first brought together two at a time.
    """
    groups: dict[frozenset[str], list[Value]] = {}
    for v in values:
        groups.setdefault(frozenset(v.axes) - {name}, []).append(v)
    merged = {axes: multiply(graph, vs) for axes, vs in groups.items()}
    while len(merged) > 2:
        _join_two(graph, merged)
    if len(merged) == 1:
        return graph.reduce("sum", next(iter(merged.values())), name)
    left, right = merged.values()
    return _matmul(graph, left, right, name)


def _join_two(graph: Graph, merged: dict[frozenset[str], Value]) -> None:
    """Multiply the two groups whose product has the fewest axes beyond the larger of them."""
    keys = list(merged)
    pairs = [(a, b) for n, a in enumerate(keys) for b in keys[n + 1 :]]
    a, b = min(pairs, key=lambda p: (len(p[0] | p[1]) - max(len(p[0]), len(p[1])), len(p[0] | p[1])))
    joined = multiply(graph, [merged.pop(a), merged.pop(b)])
    both = a | b
    merged[both] = multiply(graph, [merged[both], joined]) if both in merged else joined


def _matmul(graph: Graph, left: Value, right: Value, name: str) -> Value:
    """Batch axes are those of both; the last own axis of each side is its matrix axis."""
    common = [n for n in left.axes if n in right.axes and n != name]
    mine = [n for n in left.axes if n not in common and n != name]
    theirs = [n for n in right.axes if n not in common and n != name]
    _, sizes = graph.axes((left, right))
    if not mine or (theirs and _later(graph, left, right, mine[-1], theirs[-1])):
        left, right, mine, theirs = right, left, theirs, mine
    row, column = mine[-1:], theirs[-1:]
    batch = common + mine[:-1] + theirs[:-1]
    axes = (*batch, *row, *column)
    left_slots = tuple(left.axes.index(n) if n in left.axes else None for n in (*batch, *row, name))
    right_slots = tuple(right.axes.index(n) if n in right.axes else None for n in (*batch, name))
    right_slots += (right.axes.index(column[0]),) if column else (None,)
    node = graph.make(
        "matmul", (left.node, right.node), ((), ()), [sizes[n] for n in axes], (left_slots, right_slots, bool(column))
    )
    return Value(node, axes)


def _later(graph: Graph, left: Value, right: Value, mine: str, theirs: str) -> bool:
    """Whether the left matrix axis comes after the right one in the axis order."""
    size, other = left.node.sizes[left.axes.index(mine)], right.node.sizes[right.axes.index(theirs)]
    return graph.rank_of.get(size, -1) > graph.rank_of.get(other, -1)
