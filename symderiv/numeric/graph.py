"""The array graph between terms and source: nodes with numbered axes, one object per computation.

A node knows the sizes of its axes but not their letters: ``p[k]`` in a loss and ``p[i]`` in its
gradient are one node. A `Value` says which letters stand at its axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from symderiv.terms import Term

Slots = tuple[int | None, ...]


@dataclass(frozen=True, eq=False)
class Node:
    """One array computation.

    ``places[c]`` says for each axis of child c at which axis of the operand space it stands; the
    operand space of an elementwise node is its own axes. ``sizes`` are its axes' sizes.
    """

    op: str
    children: tuple[Node, ...]
    places: tuple[tuple[int, ...], ...]
    data: tuple[Any, ...]
    sizes: tuple[Term, ...]

    @property
    def rank(self) -> int:
        """The number of axes, batch axes not counted."""
        return len(self.sizes)

    @property
    def natural(self) -> Slots:
        """The layout with every axis in its place."""
        return tuple(range(self.rank))


@dataclass(frozen=True)
class Value:
    """A node with an index letter at each axis."""

    node: Node
    axes: tuple[str, ...]


# operations whose result has one entry per entry of the broadcast operands
ELEMENTWISE = frozenset(
    ("add", "mul", "div", "neg", "pow", "call", "equal", "others", "only", "weighted", "maximum", "number", "size")
)
CONSTANT = frozenset(("number", "size"))


@dataclass
class Graph:
    """Builds nodes, each computation once; ``rank_of`` orders axes by their sizes."""

    rank_of: dict[Term, int] = field(default_factory=dict)
    table: dict[tuple[Any, ...], Node] = field(default_factory=dict)
    order: list[Node] = field(default_factory=list)

    def make(
        self,
        op: str,
        children: Sequence[Node],
        places: Sequence[tuple[int, ...]],
        sizes: Iterable[Term],
        data: tuple[Any, ...] = (),
    ) -> Node:
        """The node for a computation; operands of sums and products in any order are the same."""
        uses = [(id(c), p) for c, p in zip(children, places, strict=True)]
        sizes = tuple(sizes)
        key: tuple[Any, ...]
        if op == "add":
            key = (op, tuple(sorted((*u, s) for u, s in zip(uses, data, strict=True))), sizes)
        elif op == "mul":
            key = (op, tuple(sorted(uses)), data, sizes)
        else:
            key = (op, tuple(uses), data, sizes)
        if key not in self.table:
            node = Node(op, tuple(children), tuple(places), data, sizes)
            self.table[key] = node
            self.order.append(node)
        return self.table[key]

    def axes(self, values: Iterable[Value]) -> tuple[tuple[str, ...], dict[str, Term]]:
        """The letters of several operands together, in axis order, and their sizes."""
        sizes: dict[str, Term] = {}
        for v in values:
            for name, size in zip(v.axes, v.node.sizes, strict=True):
                sizes.setdefault(name, size)
        return tuple(sorted(sizes, key=lambda n: self.rank_of.get(sizes[n], -1))), sizes

    def elementwise(self, op: str, values: Sequence[Value], data: tuple[Any, ...] = ()) -> Value:
        """An operation entry by entry, operands broadcast over each other's missing axes."""
        axes, sizes = self.axes(values)
        places = [tuple(axes.index(n) for n in v.axes) for v in values]
        return Value(self.make(op, [v.node for v in values], places, [sizes[n] for n in axes], data), axes)

    def leaf(self, op: str, data: tuple[Any, ...], sizes: Iterable[Term] = ()) -> Node:
        """A node without operands."""
        return self.make(op, (), (), sizes, data)

    def reduce(self, kind: str, value: Value, name: str) -> Value:
        """The sum or maximum over one axis."""
        axis = value.axes.index(name)
        axes = tuple(n for n in value.axes if n != name)
        sizes = [s for n, s in enumerate(value.node.sizes) if n != axis]
        return Value(self.make("reduce", [value.node], [value.node.natural], sizes, (kind, axis)), axes)  # type: ignore[list-item]  # natural has no gaps
