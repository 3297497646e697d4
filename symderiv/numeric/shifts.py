"""Maxima that are taken only to keep exponentials in range: with any other number the results are the same.

That is the law behind every shift (log-sum-exp, common shift: true for all c). Here we find the maxima for which
a look at one number for each row tells whether 0 does as well: the sum of the exponentials over the same axis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symderiv.numeric.graph import Node
from symderiv.numeric.rows import Rows, Stage


@dataclass(frozen=True)
class Shift:
    """A maximum of an array, the array less the maximum, and the sum of the exponentials of that."""

    maximum: Node
    shifted: tuple[Node, ...]
    total: Node


def shifts(order: Iterable[Node], rows: Rows) -> list[Shift]:
    """The maxima that may be left out, in the order of the nodes."""
    nodes = list(order)
    users: dict[Node, list[Node]] = {}
    for node in nodes:
        for child in node.children:
            users.setdefault(child, []).append(node)
    found = (_shift(node, users, rows) for node in nodes if node.op == "reduce" and node.data[0] == "max")
    return [s for s in found if s is not None]


def _shift(maximum: Node, users: dict[Node, list[Node]], rows: Rows) -> Shift | None:
    array, axis = maximum.children[0], maximum.data[1]
    if rows.stages[maximum] is not Stage.ROW or axis == rows.axis(array) or len(rows.own(array)) != 1:
        return None
    shifted = [n for n in users.get(maximum, []) if rows.own(n) and _is_shifted(n, maximum)]
    others = [n for n in users.get(maximum, []) if n not in shifted]
    if any(rows.own(n) for n in others):
        return None
    sums = (s for x in shifted if x.children[0] is array for s in _sums(x, axis, users))
    total = next(sums, None)
    return None if total is None else Shift(maximum, tuple(shifted), total)


def _is_shifted(node: Node, maximum: Node) -> bool:
    """Whether a node is some array less the maximum, over the axes of that array."""
    if node.op != "add" or node.data != (1, -1) or node.children[1] is not maximum:
        return False
    return node.places[0] == tuple(range(node.rank))


def _sums(shifted: Node, axis: int, users: dict[Node, list[Node]]) -> Iterable[Node]:
    exponentials = (e for e in users.get(shifted, []) if e.data == ("np.exp",))
    return (s for e in exponentials for s in users.get(e, []) if s.op == "reduce" and s.data == ("sum", axis))
