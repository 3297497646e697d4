"""Maxima that are taken only to keep exponentials in range: with any other number the results are the same.

That is the law behind every shift (log-sum-exp, common shift: true for all c). Here we find the maxima for which
a look at one number for each row tells whether 0 does as well: the sum of the exponentials over the same axis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symderiv.numeric.graphs.graph import Node
from symderiv.numeric.quick.rows import Rows, Stage
from symderiv.numeric.quick.weights import is_live, weighted_sum


@dataclass(frozen=True)
class Shift:
    """A maximum of an array, the array less the maximum, and the sum of the exponentials of that.

    ``narrow`` says that the logarithm of the sum is part of arrays, not of numbers for each row alone. Where the sum
    is ``weighted``, that of the ``exponentials`` as they stand has to be looked at as well.
    """

    maximum: Node
    shifted: tuple[Node, ...]
    total: Node
    exponentials: tuple[Node, ...]
    narrow: bool
    weighted: bool

    def bounds(self, length: str) -> tuple[str, str]:
        """How small the sum may be without its shift, and how great for so many summands.

        Within them a number for each row carries roundings of a logarithm of at most 14 + log K, entries of an array
        those of one of at most 8 + log K, and the square or cube of a sum stays in a float32.
        """
        least, most = (2.0**-6, 2.0**12) if self.narrow else (2.0**-12, 2.0**20)
        return str(least), f"{most} * {length}"

    @property
    def steady(self) -> float:
        """How small the sum may be with its shift: with weights, so that its square is in the range of a float32."""
        return 2.0**-60 if self.weighted else 0.5


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
    masked = is_live(array) and array.children[0].rank == array.rank
    if any(n.children[0] not in ((array, array.children[0]) if masked else (array,)) for n in shifted):
        return None  # the sum tells nothing of how great another exponent is
    exponentials = [e for x in shifted for e in users.get(x, []) if e.data == ("np.exp",)]
    if masked:
        sums = [weighted_sum(array, e, axis, users) for e in exponentials if e.children[0].children[0] is array]
    else:
        sums = [_sum(e, axis, users) for e in exponentials]
    total = next((s for s in sums if s is not None), None)
    others = [n for n in users.get(maximum, []) if n not in shifted]
    if total is None or any(rows.own(n) or not _meets_log(n, maximum, total, users) for n in others):
        return None
    logarithms = [n for n in users.get(total, []) if n.data == ("np.log",)]
    uses = [n for log in logarithms for n in users.get(log, [])]
    narrow = any(rows.own(n) for n in uses)
    return Shift(maximum, tuple(shifted), total, tuple(exponentials), narrow, masked)


def _meets_log(node: Node, maximum: Node, total: Node, users: dict[Node, list[Node]]) -> bool:
    """Whether a node brings the maximum back to the logarithm of the sum, or is a number less it that does."""
    if _is_sum_with_log(node, total):
        return True
    is_less = node.op == "add" and node.data == (1, -1) and node.children[1] is maximum
    return is_less and node in users and all(_is_sum_with_log(n, total) for n in users[node])


def _is_sum_with_log(node: Node, total: Node) -> bool:
    return node.op == "add" and any(c.data == ("np.log",) and c.children[0] is total for c in node.children)


def _is_shifted(node: Node, maximum: Node) -> bool:
    """Whether a node is some array less the maximum, over the axes of that array."""
    if node.op != "add" or node.data != (1, -1) or node.children[1] is not maximum:
        return False
    return node.places[0] == tuple(range(node.rank))


def _sum(e: Node, axis: int, users: dict[Node, list[Node]]) -> Node | None:
    return next((s for s in users.get(e, []) if s.op == "reduce" and s.data == ("sum", axis)), None)
