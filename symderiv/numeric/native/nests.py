"""What a kernel keeps while it works on a row, and in which loops it is computed.

An *item* is a node that gets a place: a variable where nothing but the row is left of its axes, else a
buffer or an array that is stored. All other nodes are written out where they are used. A reduction
closes its loop: what reads it comes in a later *level*. Items of one level over the same axes share
their loops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symderiv.numeric.graphs.graph import Node
from symderiv.numeric.native.partition import Kernel, is_leaf
from symderiv.terms import Term

Index = tuple[str, ...]
Key = tuple[int, tuple[Term, ...]]
DEAR = frozenset(("call", "div", "pow"))  # worth a buffer where two loops need them


@dataclass(frozen=True)
class Nest:
    """Loops over ``space``, within the row, that compute ``items``."""

    space: tuple[Term, ...]
    items: tuple[Node, ...]


def within(node: Node, row: Term | None) -> tuple[int, ...]:
    """A node's axes but that of the row."""
    return tuple(a for a, s in enumerate(node.sizes) if s is not row)


def looped(node: Node, row: Term | None) -> tuple[Term, ...]:
    """The axes that computing a node runs over, within the row: a reduction's are its operand's."""
    over = node.children[0] if node.op == "reduce" else node
    return tuple(over.sizes[a] for a in within(over, row))


def operand_indices(node: Node, index: Index, picked: str = "") -> list[Index]:
    """The index of each operand where a node's entry at ``index`` is computed.

    For a reduction ``index`` runs over its operand's axes; ``picked`` is the class number of a pick.
    """
    match node.op, node.data:
        case "take", at:
            own = iter(index)
            return [tuple(next(own) if a is None else str(a) for a in at)]
        case "diagonal", pattern:
            return [tuple(index[a] for a in pattern)]
        case "pick", _:
            return [tuple((*index, picked)[a] for a in p) for p in node.places]
    return [tuple(index[a] for a in p) for p in node.places]


class Nests:
    """The items of a kernel and the nests, in order."""

    def __init__(self, kernel: Kernel, row: Term | None) -> None:
        self.kernel, self.row = kernel, row
        self.inside = frozenset(kernel.nodes)
        self.users: dict[Node, list[Node]] = {}
        for n in kernel.nodes:
            for c in n.children:
                self.users.setdefault(c, []).append(n)
        self.items = frozenset(n for n in kernel.nodes if self._kept(n))
        self.level = self._levels()
        dear = self._needed_twice()
        if dear:
            self.items |= dear
            self.level = self._levels()

    def nests(self) -> list[Nest]:
        """In order of level; what has no loop comes first in its level."""
        found: dict[Key, list[Node]] = {}
        for n in self.kernel.nodes:
            if n in self.items:
                found.setdefault(self._key(n), []).append(n)
        order = sorted(found, key=lambda key: (key[0], len(key[1])))
        return [Nest(key[1], tuple(found[key])) for key in order]

    def _key(self, n: Node) -> Key:
        return self.level[n], looped(n, self.row)

    def _kept(self, n: Node) -> bool:
        users = self.users.get(n, [])
        if n in self.kernel.stores or n.op == "reduce":
            return True
        if n.op in ("equal", "neg") and all(map(is_leaf, n.children)):
            return False
        rank = len(within(n, self.row))
        moved = any(u.op in ("take", "diagonal", "pick") for u in users)
        return moved or any(len(looped(u, self.row)) > rank for u in users) or (rank == 0 and len(users) > 1)

    def reads(self, root: Node) -> Iterator[tuple[Node, bool]]:
        """The items and dear nodes that computing an item reaches, and whether at the loops' own index."""
        over = root.children[0] if root.op == "reduce" else root
        start = tuple(map(str, range(over.rank)))
        todo = list(zip(root.children, operand_indices(root, start), strict=True))
        while todo:
            n, index = todo.pop()
            if n not in self.inside:
                continue
            if n in self.items or n.op in DEAR:
                yield n, index == start
            if n not in self.items:
                todo += zip(n.children, operand_indices(n, index), strict=True)

    def _levels(self) -> dict[Node, int]:
        level: dict[Node, int] = {}
        for n in self.kernel.nodes:
            if n in self.items:
                level[n] = max((self._after(d, own, level) for d, own in self.reads(n) if d in self.items), default=0)
        return level

    def _after(self, read: Node, own: bool, level: dict[Node, int]) -> int:
        at_once = read.op != "reduce" and (own or not within(read, self.row))
        return level[read] if at_once else level[read] + 1

    def _needed_twice(self) -> frozenset[Node]:
        """Dear nodes over one axis that several nests would compute."""
        found: dict[Node, set[tuple[Key, bool]]] = {}
        for n in self.kernel.nodes:
            if n in self.items:
                for d, own in self.reads(n):
                    if d not in self.items and len(within(d, self.row)) == 1:
                        found.setdefault(d, set()).add((self._key(n), own))
        twice = {d for d, nests in found.items() if len(nests) > 1}
        # what only a kept node reads is computed with it
        return frozenset(d for d in twice if any(u not in twice for u in self.users.get(d, [])))
