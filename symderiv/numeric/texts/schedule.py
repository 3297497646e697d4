"""What gets a name, in which layout it is kept, and in which order it is computed.

A layout lists an array's trailing axes: the node's own axes by number, None for an axis of length
1. A row sum that is only divided by keeps its axis; other arrays get None axes where they are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symderiv.numeric.graphs.graph import CONSTANT, ELEMENTWISE, Node, Slots, postorder

TRIVIAL = CONSTANT | {"input", "range", "zeros"}


@dataclass(frozen=True)
class Plan:
    """Computation order of the named nodes, the layout each is stored in, and how often each node is used."""

    order: tuple[Node, ...]
    stored: Mapping[Node, Slots]
    uses: Mapping[Node, int] = field(default_factory=dict)


def is_scalar(node: Node) -> bool:
    """Whether a node is a Python number: built from numbers and sizes alone."""
    return node.op in CONSTANT or (node.op in ELEMENTWISE and all(map(is_scalar, node.children)))


def kept(node: Node) -> Slots:
    """The layout of a reduction that keeps the reduced axis with length 1."""
    axis = node.data[1]
    return (*range(axis), None, *range(axis, node.rank))


def native(node: Node, slots: Slots) -> Slots:
    """The layout in which a node's own expression comes out when ``slots`` is asked for."""
    if node.op in ELEMENTWISE:
        return slots
    if node.op == "reduce" and slots == kept(node):
        return slots
    return node.natural


def is_matvec(node: Node) -> bool:
    """Whether a product of matrices is one of a matrix and a vector, that nothing but the batch repeats."""
    return node.op == "matmul" and node.rank == 1 and not node.data[2]


def operands(node: Node, slots: Slots) -> list[tuple[Node, Slots]]:
    """The children with the layouts a node's expression in the native layout ``slots`` needs."""
    if node.op == "matmul":
        left, right, _ = node.data
        return list(zip(node.children, (left, right[:-1] if is_matvec(node) else right), strict=True))
    if node.op == "add_diagonal":
        return _diagonal_operands(node)
    if node.op == "pick":  # the array has the axis picked from last
        array, at = node.places
        spaces = (array, (*node.natural, node.rank)), (at, node.natural)
        found = (tuple(p.index(s) if s in p else None for s in space) for p, space in spaces)
        return list(zip(node.children, found, strict=True))
    if node.op in ("scatter", "class_sums"):
        return list(zip(node.children, _class_operands(node), strict=True))
    if node.op not in ELEMENTWISE and node.op != "over_others":
        return [(c, c.natural) for c in node.children]
    pairs = zip(node.children, node.places, strict=True)
    return [(c, tuple(p.index(s) if s is not None and s in p else None for s in slots)) for c, p in pairs]


def _class_operands(node: Node) -> list[Slots]:
    """Layouts: a scattered array has the class axis last, and label and values all axes but that one."""
    spaces: tuple[Slots, ...]
    if node.op == "scatter":
        spaces = (node.natural, node.natural[:-1], node.natural[:-1])
    else:
        _, rows, inside, rest = node.data
        spaces = (tuple(range(rows + inside + rest)), tuple(range(rows + inside)))
    return [tuple(p.index(s) if s in p else None for s in space) for p, space in zip(node.places, spaces, strict=True)]


def _diagonal_operands(node: Node) -> list[tuple[Node, Slots]]:
    """The base in the full layout, then each diagonal over the axes its pattern leaves different."""
    has_base, patterns = node.data
    spaces = [node.natural] * has_base + [tuple(dict.fromkeys(p)) for p in patterns]
    found: list[tuple[Node, Slots]] = []
    for child, places, space in zip(node.children, node.places, spaces, strict=True):
        found.append((child, tuple(places.index(s) if s in places else None for s in space if s is not None)))
    return found


def plan(outputs: Iterable[tuple[Node, Slots]], named: frozenset[Node]) -> Plan:
    """Order and layouts, given the nodes named on purpose (definitions, outputs, long expressions)."""
    outputs = tuple(outputs)
    order = postorder([n for n, _ in outputs])
    uses: dict[Node, int] = {}
    for node in order:
        for child in node.children:
            uses[child] = uses.get(child, 0) + 1
    for node, _ in outputs:
        uses[node] = uses.get(node, 0) + 1
    wanted: dict[Node, list[Slots]] = {}

    def ask(node: Node, slots: Slots) -> None:
        if node in chosen:
            wanted.setdefault(node, []).append(slots)
            return
        for child, below in operands(node, native(node, slots)):
            ask(child, below)

    chosen = {n for n in order if n.op not in TRIVIAL and not is_scalar(n) and (n in named or _deserves(n, uses))}
    for node, slots in outputs:
        ask(node, slots)
    stored: dict[Node, Slots] = {}
    for node in reversed(order):
        if node in chosen:
            stored[node] = _layout(node, wanted.get(node, [node.natural]))
            for child, below in operands(node, stored[node]):
                ask(child, below)
    return Plan(tuple(n for n in order if n in chosen), stored, uses)


def _deserves(node: Node, uses: Mapping[Node, int]) -> bool:
    if node.op in ("add_diagonal", "scatter") or (node.op == "reduce" and node.data[0] == "max"):
        return True
    return uses[node] > 1


def _layout(node: Node, wanted: list[Slots]) -> Slots:
    if node.op == "reduce":
        return kept(node) if kept(node) in wanted else node.natural
    alone = wanted[0] if len(set(wanted)) == 1 else node.natural
    return alone if node.op in ELEMENTWISE and _of_kept(node, alone) else node.natural


def _of_kept(node: Node, slots: Slots) -> bool:
    """Whether a layout with axes of length 1 is the one its reductions come in anyway."""
    if node.op == "reduce":
        return slots == kept(node)
    if node.op not in ELEMENTWISE:
        return False
    below = [(c, s) for c, s in operands(node, slots) if not is_scalar(c) and not (c.op == "input" and not c.rank)]
    return bool(below) and all(_of_kept(c, s) for c, s in below)
