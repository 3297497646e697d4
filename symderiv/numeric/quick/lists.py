"""The same graph for a single short row, in Python's own numbers: for a few entries they are quicker than arrays.

Every array is a list, entry by entry operations are comprehensions over it, and sums are Python's. What Python has
no number for (an exponential out of range, a division by 0) is an error, and the row is left to other forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symderiv.numeric.graphs.graph import CONSTANT, Node, postorder
from symderiv.numeric.quick.operands import write_product
from symderiv.numeric.quick.rows import NotByRows, Rows
from symderiv.numeric.quick.shifts import Shift
from symderiv.numeric.quick.weights import is_live
from symderiv.numeric.texts.dialects import NUMPY
from symderiv.numeric.texts.layout import ATOM, Text
from symderiv.numeric.texts.names import Names
from symderiv.numeric.texts.source import write
from symderiv.terms import Number, Symbol

OPERATIONS = ("add", "mul", "div", "neg", "weighted", "maximum", *CONSTANT)
CALLS = {"np.exp": "math.exp", "np.log": "math.log", "np.sqrt": "math.sqrt", "np.tanh": "math.tanh", "np.abs": "abs"}


@dataclass
class Lists:
    """Writes the function of one row; raises `NotByRows` for a graph that is more than one axis of numbers."""

    rows: Rows
    roots: Sequence[Node]
    inputs: Mapping[str, str]
    sizes: Mapping[str, str]
    names: Names
    shifts: Sequence[Shift]
    named: dict[Node, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    used_sizes: dict[str, None] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Write a line for everything used more than once, and for numbers that lists are made with."""
        order = postorder(self.roots)
        users: dict[Node, list[Node]] = {}
        for node in order:
            for child in node.children:
                users.setdefault(child, []).append(node)
        shifted = {x for s in self.shifts for x in s.shifted}
        for node in order:
            self._check(node)
            many = users.get(node, [])
            if node.op == "input":
                self._read(node)
            elif any(node is s.maximum for s in self.shifts):
                self.named[node] = "0.0"
            elif node.op == "equal":
                continue
            elif node in shifted or is_live(node):
                self._keep(node.children[0])
                self.named[node] = self.named[node.children[0]]
            elif node in self.roots or self._is_kept(node, many):
                self._keep(node)

    def _is_kept(self, node: Node, users: list[Node]) -> bool:
        if any(node in self._told(s) for s in self.shifts):
            return True
        return node.op not in CONSTANT and (len(users) > 1 or (not node.rank and any(u.rank for u in users)))

    def _keep(self, node: Node) -> None:
        if node in self.named:
            return
        text = self._vector(node) if node.rank else self.text(node)[0]
        name = self.named[node] = self.names.temporary("found")
        self.lines.append(f"{name} = {text}")
        for s in self.shifts:
            if node is s.total or node in self._told(s):  # no maximum was taken
                low, high = s.bounds(f"len({self._vector(s.exponentials[0])})")
                whole = name if node is s.total else f"sum({name})"
                self.lines += [f"if not {low} <= {whole} <= {high}:", "    return None"]

    def _told(self, shift: Shift) -> tuple[Node, ...]:
        """The exponentials whose own sum is looked at."""
        return shift.exponentials if shift.weighted else ()

    def _check(self, node: Node) -> None:
        power = node.op == "pow" and node.children[1].op == "number" and node.children[1].data[0].denominator == 1
        call = node.op == "call" and node.data[0] in CALLS
        known = node.op in (*OPERATIONS, "input", "reduce", "equal") or is_live(node)
        if node.rank > 1 or not (known or power or call):
            raise NotByRows(f"{node.op} is not computed in lists")

    def _read(self, node: Node) -> None:
        name = self.inputs[node.data[0]]
        self.lines.append(f"{name} = {name}.ravel().tolist()" if node.rank else f"{name} = {name}.item()")
        self.named[node] = name

    def _vector(self, node: Node) -> str:
        """A list, by going through those it is made of."""
        if node in self.named:
            return self.named[node]
        if node.op == "call" and node.children[0] in self.named:
            return f"list(map({CALLS[node.data[0]]}, {self.named[node.children[0]]}))"
        self.elements = {}
        text = self.text(node)[0]
        many, self.elements = self.elements, {}
        if not many:
            raise NotByRows("a list of one number for all entries")
        if len(many) == 1:
            ((name, element),) = many.items()
            return f"[{text} for {element} in {name}]"
        return f"[{text} for {', '.join(many.values())} in zip({', '.join(many)})]"

    def text(self, node: Node) -> Text:
        """A number, or the entry of a list that is being gone through."""
        if node in self.named:
            name = self.named[node]
            if not node.rank:
                return name, ATOM
            return self.elements.setdefault(name, self._element(name)), ATOM
        match node.op, node.data:
            case "size", (name,):
                self.used_sizes[name] = None
                return self.sizes[name], ATOM
            case "reduce", (kind, _):
                outside = self.elements
                product = node.children[0]
                if kind == "sum" and self._is_pair(product):
                    pair = ", ".join(self.named[c] for c in product.children)
                    return (f"sum_weighted({pair})" if product.op == "weighted" else f"sum(map(mul, {pair}))"), ATOM
                inner = self._vector(node.children[0])
                self.elements = outside
                return f"{kind}({inner})", ATOM
            case "call", (call,):
                return f"{CALLS[call]}({self.text(node.children[0])[0]})", ATOM
            case "maximum", _:
                return f"max({', '.join(self.text(c)[0] for c in node.children)})", ATOM
            case "weighted", _:
                return write_product(node, list(map(self.text, node.children)))
        return write(node, list(map(self.text, node.children)), NUMPY)

    def _is_pair(self, node: Node) -> bool:
        """Whether a node is the product of two lists that there are."""
        if node.op not in ("mul", "weighted") or len(node.children) != 2:
            return False
        return all(c.rank and c in self.named for c in node.children)

    def _element(self, name: str) -> str:
        return f"{name}_"


def written(lists: Lists, title: str, doubtful: Sequence[Node]) -> str:
    """The text of the function; its arguments are arrays of one item, in a batch of some ``rank``."""
    lists.run()
    looks = []
    for r in lists.roots:  # a number that is none, or none of the array's precision, is left to other forms
        name = lists.named[r]
        test = f"not abs(sum({name})) < 3e38" if r.rank else f"not abs({name}) < 3e38"
        looks += [f"if {'narrow and ' * (r.rank > 0 and r not in doubtful)}{test}:", "    return None"]
    ends = [_array(lists.named[r], r.rank > 0) for r in lists.roots]
    reads = [f'{lists.sizes[n]} = sizes["{lists.sizes[n]}"]' for n in lists.used_sizes]
    doc = '"""One short row, in lists; None where another form has to do it."""'
    body = [doc, *reads, *lists.lines, *looks, f"return {', '.join(ends)}{',' if len(ends) == 1 else ''}"]
    sized = ", **sizes" if lists.used_sizes else ""
    head = f"def {title}_list({', '.join(lists.inputs.values())}, dtype, rank, narrow{sized}):"
    return head + "".join(f"\n    {line}" for line in body)


def _array(name: str, several: bool) -> str:
    """A list or number as an array with the axes of the batch, a number without them as NumPy's own."""
    if several:
        return f"array({name}, dtype, ndmin=rank + 1)"
    return f"array({name}, dtype, ndmin=rank) if rank else dtype.type({name})"


def length(order: Sequence[Node]) -> Symbol | Number:
    """The one size of all lists."""
    sizes = {s for n in order for s in n.sizes}
    if len(sizes) != 1:
        raise NotByRows("lists of several lengths")
    size = next(iter(sizes))
    if not isinstance(size, Symbol | Number):
        raise NotByRows("lists of no known length")
    return size
