"""Which nodes run in compiled loops, which by NumPy, and in which order.

A kernel works row by row: over the batch, or over the batch and one leading axis (``row``) that all its
nodes have. Matrix products and sums by class number are left to NumPy, and so is what lies outside a row:
an array that leaves a kernel, enters it, or waits for another row is stored whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symderiv.errors import Refused
from symderiv.numeric.graphs.graph import Node, postorder
from symderiv.numeric.texts.schedule import TRIVIAL, is_scalar
from symderiv.terms import Term

LOWERED = frozenset(
    "add mul div neg pow call equal others only weighted log_rest maximum reduce pick take diagonal add_diagonal "
    "scatter".split()
)
OUTSIDE = frozenset(("matmul", "class_sums", "over_others"))  # what NumPy computes


@dataclass(frozen=True)
class Kernel:
    """Nodes computed in one pass over the rows; those in ``stores`` are kept as arrays."""

    nodes: tuple[Node, ...]
    stores: tuple[Node, ...]


@dataclass(frozen=True)
class Partition:
    """``steps`` in order: a kernel, or a node that NumPy computes."""

    row: Term | None
    steps: tuple[Kernel | Node, ...]


def is_leaf(node: Node) -> bool:
    """Whether a node is there without being computed: an argument, a position, a number."""
    return node.op in TRIVIAL or is_scalar(node)


def partition(outputs: Iterable[Node]) -> Partition:
    """The steps that compute the outputs.

    Raises `Refused` for a node that has no loop.
    """
    wanted = tuple(dict.fromkeys(outputs))
    nodes = [n for n in postorder(wanted) if not is_leaf(n)]
    for n in nodes:
        if n.op not in LOWERED | OUTSIDE:
            raise Refused(f"backend='numba' has no loop for the operation {n.op}; take backend='numpy'")
    row = _row(nodes)
    stage = _stages(nodes, row)
    stores = _stores(nodes, wanted, stage, row)
    steps: list[Kernel | Node] = []
    for s in sorted(set(stage.values())):
        steps += [n for n in nodes if stage[n] == s and not in_kernel(n, row) and _needed(n, nodes, wanted, row)]
        inside = tuple(n for n in nodes if stage[n] == s and in_kernel(n, row))
        if inside:
            steps.append(Kernel(inside, tuple(n for n in inside if n in stores)))
    return Partition(row, tuple(steps))


def in_kernel(node: Node, row: Term | None) -> bool:
    """Whether a computed node runs in loops."""
    return not is_leaf(node) and node.op not in OUTSIDE and (row is None or row in node.sizes)


def _stages(nodes: list[Node], row: Term | None) -> dict[Node, int]:
    """How many times the work so far has passed from loops to NumPy before a node can be computed."""
    stage: dict[Node, int] = {}
    for n in nodes:
        outside = not in_kernel(n, row)
        stage[n] = max((stage[c] + (outside and in_kernel(c, row)) for c in n.children if c in stage), default=0)
    return stage


def _stores(nodes: list[Node], wanted: tuple[Node, ...], stage: dict[Node, int], row: Term | None) -> frozenset[Node]:
    read_later = {c for n in nodes for c in n.children if c in stage and stage[c] < stage[n]}
    return frozenset(n for n in (*wanted, *read_later) if in_kernel(n, row))


def _needed(node: Node, nodes: list[Node], wanted: tuple[Node, ...], row: Term | None) -> bool:
    """Whether an array of NumPy gets a name: a result, a product, or what a kernel reads."""
    read = any(in_kernel(n, row) and node in n.children for n in nodes)
    return node in wanted or node.op in OUTSIDE or read


def _row(nodes: list[Node]) -> Term | None:
    """The leading axis that most nodes share and whose entries nothing brings together before the end."""
    own = [n for n in nodes if n.op not in OUTSIDE]
    leading = dict.fromkeys(n.sizes[0] for n in own if n.rank > 1)
    fit = [size for size in leading if _by_rows(size, nodes)]
    return max(fit, key=lambda size: sum(size in n.sizes for n in own), default=None)


def _by_rows(row: Term, nodes: list[Node]) -> bool:
    stage = _stages(nodes, row)
    for n in nodes:
        if n.sizes.count(row) > 1 or (n.op in ("add_diagonal", "scatter") and row not in n.sizes):
            return False
        mixed = any(row in c.sizes for c in n.children) and row not in n.sizes
        if mixed and not (n.op in OUTSIDE or (n.op == "reduce" and n.data[0] == "sum")):
            return False
    entering = [c for n in nodes if in_kernel(n, row) for c in n.children if c in stage and not in_kernel(c, row)]
    below = postorder(entering)
    return not any(n.op == "reduce" and row in n.children[0].sizes for n in below)
