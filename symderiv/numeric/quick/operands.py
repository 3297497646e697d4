"""What stands for the nodes of a graph in lines that go through it by rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symderiv.numeric.graphs.graph import Node
from symderiv.numeric.quick.buffers import Buffers
from symderiv.numeric.quick.rows import NotByRows, Rows
from symderiv.numeric.texts.dialects import NUMPY
from symderiv.numeric.texts.layout import ATOM, PRODUCT, Text, wrapped
from symderiv.numeric.texts.source import write
from symderiv.terms import Number, Symbol, Term

IN_MATH = ("np.exp", "np.log", "np.sqrt")


@dataclass
class Operands:
    """Texts of nodes: the names of those that have one, expressions of the others.

    ``alone`` is for a single row, whose numbers are then Python's. A product in ``fused`` has no line: its sum has one,
    with an array for a short product.
    """

    rows: Rows
    inputs: Mapping[str, str]
    sizes: Mapping[str, str]
    alone: bool
    named: dict[Node, str] = field(default_factory=dict, init=False)
    fused: frozenset[Node] = field(default=frozenset(), init=False)
    used_sizes: dict[str, None] = field(default_factory=dict, init=False)
    buffers: Buffers = field(init=False)

    def expression(self, node: Node) -> Text:
        """What stands for a node in a line: its name, or its own text."""
        if node in self.named:
            return self.named[node], ATOM
        return self.text(node)

    def text(self, node: Node) -> Text:
        """A node's own text."""
        match node.op, node.data:
            case "input", (name,):
                return self.inputs[name], ATOM
            case "size", (name,):
                return self._size(Symbol(name)), ATOM
            case "reduce", (kind, axis):
                return self._reduction(node, kind, axis), PRODUCT
            case "matmul", _:
                a, b = self.factors(node).split(", ")
                return f"{a} @ {b}", PRODUCT
            case "pick", _:
                array, label = (self.whole(c) for c in node.children)
                by_row = self.rows.runs(node.children[0]) and not self.alone
                return (f"row_pick({array}, {label})" if by_row else f"{array}[{label}]"), ATOM
            case "call", (call,) if self.alone and call in IN_MATH:
                return f"math.{call[3:]}({self.expression(node.children[0])[0]})", ATOM
            case "pow", _ if self.alone and self.rows.runs(node):
                base, exponent = (self.expression(c) for c in node.children)
                if exponent[0] == "1 / 2":  # Python's power of -inf is inf
                    return f"math.sqrt({base[0]})", ATOM
                return f"{wrapped(base, ATOM)} ** {wrapped(exponent, ATOM)}", PRODUCT
            case "weighted", _:
                return write_product(node, [self._indexed(node, n) for n in range(len(node.children))])
        return write(node, [self._indexed(node, n) for n in range(len(node.children))], NUMPY)

    def _reduction(self, node: Node, kind: str, axis: int) -> str:
        child = node.children[0]
        if child in self.fused:
            a, b = (self.operand(child, n) for n in (0, 1))
            room = None if self.alone else self.buffers.put(child)
            if child.op != "weighted":
                return f"row_dot({a}, {b}, {room})"
            return f"row_weighted({a}, {b}, {None if self.alone else f'None if steady else {room}'})"
        inner, place = self.whole(child), self.place(child, axis)
        if kind == "max":
            return f"np.max({inner}, axis={place})" if self.rows.own(node) or self.alone else f"row_max({inner})"
        if place == -1 and len(self.rows.own(child)) == 1 and axis != self.rows.axis(child):
            return f"row_sum({inner})"
        return f"np.add.reduce({inner}, axis={place})"  # what np.sum calls, in half the time for few numbers

    def place(self, child: Node, axis: int) -> int:
        """Where an axis of a node is in its array: the rows first, then the others in their order."""
        order = self._physical(child)
        return order.index(axis) - len(order)

    def _physical(self, node: Node) -> list[int | None]:
        """The axes of a node in the order of its array; None stands for the rows of a batch."""
        if not self.rows.runs(node) or self.alone:
            return list(self.rows.own(node))
        return [self.rows.axis(node), *self.rows.own(node)]

    def whole(self, node: Node) -> str:
        """A node by something that binds as strongly as a name."""
        return wrapped(self.expression(node), ATOM)

    def factors(self, node: Node) -> str:
        """The two factors of a matrix product, turned so that the result's axes come in the order of its array."""
        left, right = node.children
        a, b, column = node.data
        if len(a) != 2 or None in a or len(b) != 2 or (column and None in b):
            raise NotByRows("a product of more than two axes on a side")
        first, second = self._turned(left, (a[0], a[1])), self._turned(right, (b[0], b[1]) if column else (b[0],))
        if column and self._physical(node) == [1, 0]:
            return f"{self._turned(right, (b[1], b[0]))}, {self._turned(left, (a[1], a[0]))}"
        return f"{first}, {second}"

    def _turned(self, node: Node, wanted: tuple[int | None, ...]) -> str:
        text = self.whole(node)
        return text if tuple(self._physical(node)) == wanted else f"{text}.T"

    def operand(self, node: Node, n: int) -> str:
        """An operand of a node, as it stands in a line for it."""
        return self._indexed(node, n)[0]

    def _indexed(self, node: Node, n: int) -> Text:
        """An operand, with axes of length 1 where the node has axes that it lacks."""
        child, places = node.children[n], node.places[n]
        have = [None if a is None else places[a] for a in self._physical(child)]
        want = self._physical(node)
        if [a for a in want if a in have] != have:
            raise NotByRows("an operand with its axes in another order")
        index = ["None" if a not in have else ":" for a in want]
        while index and index[0] == "None":
            index.pop(0)
        if "None" not in index or not have:
            return self.expression(child)
        return f"{self.whole(child)}[{', '.join(index)}]", ATOM

    def _size(self, size: Term) -> str:
        if isinstance(size, Number):
            return str(size.value)
        assert isinstance(size, Symbol)
        self.used_sizes[size.name] = None
        return self.sizes[size.name]


def write_product(node: Node, below: list[Text]) -> Text:
    """A product in which 0 times infinity is not 0: the result is then looked at."""
    return " * ".join(wrapped(t, PRODUCT + (n > 0)) for n, t in enumerate(below)), PRODUCT
