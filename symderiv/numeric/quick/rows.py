"""Which computations of a graph run over the rows of a batch, and whether they can be done row by row.

The rows are the batch axes in front of every array, or one axis of the problem's own: that of a size.
A node of the graph is then one of four kinds: known before any row is looked at, computed for each row,
summed up over the rows, or computed from such sums at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from symderiv.numeric.graphs.graph import CONSTANT, ELEMENTWISE, Node, postorder
from symderiv.terms import Term


class Stage(IntEnum):
    """When a node is computed."""

    BEFORE, ROW, TOTAL, AFTER = range(4)


class NotByRows(Exception):
    """The graph cannot be computed row by row; the text says why."""


# what has no line of its own: a mask is part of the line that reads it
INSIDE = frozenset(("input", "equal", *CONSTANT))
# what the writer of `quick` knows how to compute in place
OPERATIONS = (ELEMENTWISE - {"only"}) | {"input", "reduce", "matmul", "pick", "scatter"}


@dataclass(frozen=True)
class Rows:
    """The graph seen by rows; ``size`` is None where the rows are the batch."""

    size: Term | None
    stages: dict[Node, Stage]

    def axis(self, node: Node) -> int | None:
        """Which axis of a node runs over the rows."""
        return node.sizes.index(self.size) if self.size is not None and self.size in node.sizes else None

    def runs(self, node: Node) -> bool:
        """Whether a node has one value for each row."""
        return self.stages[node] is Stage.ROW

    def own(self, node: Node) -> tuple[int, ...]:
        """The axes of a node that do not run over the rows."""
        return tuple(n for n in range(node.rank) if n != self.axis(node))

    def is_vector(self, node: Node) -> bool:
        """Whether a node fills an array for each row, so that where it is written matters."""
        return self.runs(node) and bool(self.own(node)) and node.op not in INSIDE


def by_rows(roots: Iterable[Node], size: Term | None) -> Rows:
    """The graph below ``roots`` by rows; raises `NotByRows` where it cannot be."""
    stages: dict[Node, Stage] = {}
    rows = Rows(size, stages)
    for node in postorder(roots):
        stages[node] = _stage(node, rows)
    return rows


def _stage(node: Node, rows: Rows) -> Stage:
    if node.op not in OPERATIONS:
        raise NotByRows(f"{node.op} is computed for whole arrays")
    if node.op in ("pick", "scatter") and not _by_class(node, rows):
        raise NotByRows("class numbers beside other axes")
    if rows.size is None:
        if node.op == "matmul":
            raise NotByRows("a product of matrices for each item of a batch")
        if node.op != "input" and all(rows.stages[c] is Stage.BEFORE for c in node.children):
            return _before(node)
        return Stage.ROW
    if node.sizes.count(rows.size) > 1:
        raise NotByRows("two axes of one array run over the rows")
    below = [rows.stages[c] for c in node.children]
    if rows.axis(node) is not None:
        if Stage.TOTAL in below or Stage.AFTER in below:
            raise NotByRows("a row needs a sum over all rows")
        if node.op == "input" and rows.axis(node) != 0:
            raise NotByRows("the rows of an argument are not its first axis")
        return Stage.ROW
    if Stage.TOTAL in below or Stage.AFTER in below:
        return Stage.AFTER
    return _summed(node, rows) if Stage.ROW in below else _before(node)


def _summed(node: Node, rows: Rows) -> Stage:
    """A node whose operands have rows and which has none itself."""
    if node.op == "reduce" and node.data[0] == "sum":
        return Stage.TOTAL
    if node.op == "matmul" and all(rows.axis(c) is not None for c in node.children):
        return Stage.TOTAL
    raise NotByRows(f"{node.op} over the rows is no sum")


def _before(node: Node) -> Stage:
    if node.rank and node.op not in INSIDE:
        raise NotByRows("an array that all rows share is computed first")
    return Stage.BEFORE


def _by_class(node: Node, rows: Rows) -> bool:
    """Whether each row has one class, and the array that it marks one axis of classes."""
    label = node.children[1]
    whole = node if node.op == "scatter" else node.children[0]
    others = node.children[2:]
    if rows.stages[label] is not Stage.ROW or rows.own(label) or len(rows.own(whole)) != 1:
        return False
    if node.op == "scatter" and node.children[0].rank != node.rank:
        return False
    return all(rows.own(c) == () for c in others)
