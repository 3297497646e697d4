"""The array graph between terms and source: nodes with numbered axes, one object per computation.

A node knows the sizes of its axes but not their letters: ``p[k]`` in a loss and ``p[i]`` in its
gradient are one node. A `Value` says which letters stand at its axes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symderiv.terms import Entry, Number, Symbol, Term

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


CONSTANT = frozenset(("number", "size", "constant"))
# operations whose result has one entry per entry of the broadcast operands
ELEMENTWISE = CONSTANT | {
    "add",
    "mul",
    "div",
    "neg",
    "pow",
    "call",
    "equal",
    "others",
    "only",
    "weighted",
    "log_rest",
    "maximum",
}


# operations whose result may share memory with an argument
VIEWS = frozenset(("input", "take", "diagonal"))


@dataclass
class Graph:
    """Builds nodes, each computation once; ``rank_of`` orders axes by their sizes.

    A ``pure`` graph writes into no array and takes no view along a diagonal: masks and picks do instead.
    """

    rank_of: dict[Term, int] = field(default_factory=dict)
    table: dict[tuple[Any, ...], Node] = field(default_factory=dict)
    order: list[Node] = field(default_factory=list)
    pure: bool = False

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

    def pick(self, value: Value, name: str, at: Value) -> Value:
        """The entries of an axis that an array of positions picks, for each place of the other axes of both."""
        axes, sizes = self.axes((value, at))
        axes = tuple(n for n in axes if n != name)
        places = [tuple(len(axes) if n == name else axes.index(n) for n in v.axes) for v in (value, at)]
        return Value(self.make("pick", [value.node, at.node], places, [sizes[n] for n in axes]), axes)

    def reduce(self, kind: str, value: Value, name: str) -> Value:
        """The sum or maximum over one axis."""
        axis = value.axes.index(name)
        axes = tuple(n for n in value.axes if n != name)
        sizes = [s for n, s in enumerate(value.node.sizes) if n != axis]
        return Value(self.make("reduce", [value.node], [tuple(range(value.node.rank))], sizes, (kind, axis)), axes)

    def never_empty(self) -> frozenset[Term]:
        """Sizes that must be at least 1: those a maximum runs over, and those a literal index stands in."""
        found: set[Term] = set()
        for n in self.order:
            if n.op == "reduce" and n.data[0] == "max":
                found.add(n.children[0].sizes[n.data[1]])
            elif n.op == "over_others":
                found.add(n.sizes[n.data[1]])
            elif n.op == "pick":
                found.add(n.children[0].sizes[n.places[0].index(n.rank)])
            elif n.op == "take":
                found |= {s for s, at in zip(n.children[0].sizes, n.data, strict=True) if at is not None}
        return frozenset(found)


def entry(graph: Graph, t: Entry, shape: tuple[Term, ...], labels: Mapping[Term, Value]) -> Value:
    """An entry of an argument: literal indices and ``labels`` pick, a letter that occurs twice takes a diagonal."""
    node = graph.leaf("input", (t.array,), shape)
    at = tuple(int(i.value) - 1 if isinstance(i, Number) else None for i in t.indices)
    kept = [n for n, place in enumerate(at) if place is None]
    if len(kept) < len(at):
        node = graph.make("take", [node], [tuple(range(node.rank))], [shape[n] for n in kept], at)
    # the axis of a label has no letter of its own
    places = {f"\0{n}": i for n, i in enumerate(t.indices) if i in labels}
    named = [i.name if isinstance(i, Symbol) else f"\0{n}" for n, i in enumerate(t.indices)]
    letters = tuple(named[n] for n in kept)
    unique = tuple(dict.fromkeys(letters))
    if graph.pure:
        value = _along_diagonals(graph, node, letters)
    elif len(unique) < len(letters):
        pattern = tuple(unique.index(name) for name in letters)
        sizes = [node.sizes[letters.index(name)] for name in unique]
        value = Value(graph.make("diagonal", [node], [tuple(range(node.rank))], sizes, pattern), unique)
    else:
        value = Value(node, unique)
    for name, label in places.items():
        value = graph.pick(value, name, labels[label])
    return value


def _along_diagonals(graph: Graph, node: Node, letters: tuple[str, ...]) -> Value:
    """An array whose axes have letters, one of which may occur twice: there, positions pick."""
    once = tuple(name if name not in letters[:n] else f"\0again{n}" for n, name in enumerate(letters))
    value = Value(node, once)
    for name, letter, size in zip(once, letters, node.sizes, strict=True):
        if name != letter:
            value = graph.pick(value, name, Value(graph.leaf("range", (size,), (size,)), (letter,)))
    return value


def axis_order(shapes: Iterable[tuple[Term, ...]]) -> dict[Term, int]:
    """Places for the sizes such that arrays keep their axes in order, as far as they agree.

    >>> N, D, K = map(Symbol, "NDK")
    >>> list(axis_order([(N, K), (N, D), (D, K)])) == [N, D, K]
    True
    """
    shapes = [s for s in shapes if s]
    left = list(dict.fromkeys(size for shape in shapes for size in shape))
    order: dict[Term, int] = {}
    while left:
        later = {b for s in shapes for n, b in enumerate(s) for a in s[:n] if a in left and a is not b}
        size = next((x for x in left if x not in later), left[0])
        order[size] = len(order)
        left.remove(size)
    return order


def postorder(roots: Iterable[Node], early: Callable[[Node], int] = lambda _: 0) -> list[Node]:
    """Every node below the roots, operands first; of a node's operands those of the greatest ``early`` first."""
    found: dict[Node, None] = {}

    def visit(node: Node) -> None:
        if node not in found:
            for child in sorted(node.children, key=early, reverse=True):
                visit(child)
            found[node] = None

    for root in roots:
        visit(root)
    return list(found)


def rewritten(graph: Graph, roots: Iterable[Node], step: Callable[[Graph, Node], Node]) -> list[Node]:
    """The roots with a step taken at every node below them, operands first."""
    new: dict[Node, Node] = {}
    roots = list(roots)
    for node in postorder(roots):
        below = tuple(new[c] for c in node.children)
        same = all(a is b for a, b in zip(below, node.children, strict=True))
        new[node] = step(graph, node if same else graph.make(node.op, below, node.places, node.sizes, node.data))
    return [new[root] for root in roots]
