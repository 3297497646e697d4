"""Single entries in compiled loops: the text of a node at an index, what is needed twice computed once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from symderiv.errors import Refused
from symderiv.numeric.graphs.graph import Node
from symderiv.numeric.native.nests import Index, operand_indices, within
from symderiv.numeric.native.partition import is_leaf
from symderiv.numeric.rewrites.marks import NUMPY_FUNCTIONS
from symderiv.numeric.texts.dialects import NUMPY
from symderiv.numeric.texts.layout import ATOM, COMPARE, POWER, PRODUCT, SIGN, Text, wrapped
from symderiv.numeric.texts.names import Names
from symderiv.numeric.texts.source import write
from symderiv.terms import Number, Symbol, Term

BERNOULLIS = ("bernoulli", "bernoulli_less", "bernoulli_gap", "bernoulli_odd", "bernoulli_bend", "log_bernoulli")
HELPED = ("sigmoid", "softplus", "log1mexp", "log_inv_cloglog", *BERNOULLIS)
CALLS = {"np.exp": "exp_of", "np.abs": "abs", **{name: f"{name}_of" for name in HELPED}}
# what numba compiles as it stands
KNOWN = frozenset(f"np.{name}" for name in NUMPY_FUNCTIONS.values()) | {"np.log", "np.log1p", "np.expm1", "np.sqrt"}


@dataclass
class Entries:
    """``arrays`` names what a kernel reads and stores; ``inputs`` are those that may lack the batch.

    ``items`` have a place in ``local`` (a variable or a buffer) or in ``arrays``; ``front`` is the index of
    the row: batch, and the row's own letter.
    """

    row: Term | None
    front: Index
    arrays: Mapping[Node, str]
    inputs: Collection[str]
    items: frozenset[Node]
    sizes: Mapping[str, str]
    names: Names
    local: dict[Node, str] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    scalars: dict[Node, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    here: dict[tuple[Node, Index], str] = field(default_factory=dict)
    uses: dict[tuple[Node, Index], int] = field(default_factory=dict)

    def size(self, size: Term) -> str:
        """A size as a literal or a variable, which is then known to be needed."""
        if isinstance(size, Number):
            return str(size.value)
        assert isinstance(size, Symbol)
        self.used[size.name] = None
        return self.sizes[size.name]

    def start(self, roots: Iterator[tuple[Node, Index]]) -> None:
        """Enter the body of a nest that computes the roots: count what they use."""
        self.here, self.uses = {}, {}
        for node, index in roots:
            self._count(node, index, top=True)

    def _count(self, node: Node, index: Index, top: bool = False) -> None:
        key = node, index
        self.uses[key] = self.uses.get(key, 0) + 1
        placed = not top and (node in self.items or node in self.arrays)
        if self.uses[key] > 1 or is_leaf(node) or placed:
            return
        for child, at in zip(node.children, self._indices(node, index), strict=True):
            self._count(child, at)

    def _indices(self, node: Node, index: Index) -> list[Index]:
        if node.op != "pick":
            return operand_indices(node, index)
        label = node.children[1]
        if label.op != "input":
            raise Refused("backend='numba' takes class numbers from an argument only; take backend='numpy'")
        at = tuple(index[a] for a in node.places[1])
        return operand_indices(node, index, self.value(label, at)[0])

    def value(self, node: Node, index: Index) -> Text:
        """The entry at an index: by its place, or written out, with a variable where it is used again."""
        if is_leaf(node):
            return self._leaf(node, index)
        if (node, index) in self.here:
            return self.here[node, index], ATOM
        if node in self.items or node in self.arrays:
            return self.place(node, index), ATOM
        text = self.written(node, index)
        if self.uses.get((node, index), 0) > 1 and node.op != "equal":
            name = self.names.temporary("t")
            self.lines.append(f"{name} = {text[0]}")
            self.here[node, index] = name
            return name, ATOM
        return text

    def place(self, node: Node, index: Index) -> str:
        """Where the entry of an item, or of an array from outside, stands."""
        inside = [index[a] for a in within(node, self.row)]
        if node in self.local:
            return f"{self.local[node]}[{', '.join(inside)}]" if inside else self.local[node]
        return self.entry(self.arrays[node], index)

    def entry(self, array: str, index: Index) -> str:
        """An entry of an array, in this row's item of the batch."""
        self.touched[array] = None
        b = f"{array}_{self.front[0]}" if array in self.inputs else self.front[0]
        return f"{array}[{', '.join((b, *index))}]"

    def _leaf(self, node: Node, index: Index) -> Text:
        match node.op, node.data:
            case "input", _:
                return self.entry(self.arrays[node], index), ATOM
            case "range", _:
                return index[0], ATOM
            case "zeros", _:
                return "real(0)", ATOM
            case "number", (value,):
                text = str(value.numerator) if value.denominator == 1 else f"{value.numerator} / {value.denominator}"
                return f"real({text})", ATOM
            case "size", (name,):
                return f"real({self.size(Symbol(name))})", ATOM
            case "constant", (text,):
                return f"real({text})", ATOM
        if node not in self.scalars:
            self.scalars[node] = self.names.temporary("number")
        return self.scalars[node], ATOM

    def written(self, node: Node, index: Index) -> Text:
        """An operation on the entries of its operands."""
        if node.op == "pow":
            return self._power(node, index)
        below = [self.value(c, at) for c, at in zip(node.children, self._indices(node, index), strict=True)]
        match node.op, node.data:
            case "take" | "diagonal" | "pick", _:
                return below[0]
            case "call", (name,):
                if name not in CALLS and name not in KNOWN:
                    raise Refused(f"backend='numba' has no code for {name.removeprefix('np.')}; take backend='numpy'")
                return f"{CALLS.get(name, name)}({below[0][0]})", ATOM
            case "weighted", _:
                return f"times_log_of({below[0][0]}, {below[1][0]})", ATOM
            case "log_rest", _:
                return f"log_rest_of({below[0][0]}, {below[1][0]})", ATOM
            case "maximum", _:
                return _folded("larger", [t for t, _ in below]), ATOM
            case "others", (fill,):
                masks = " or ".join(wrapped(m, COMPARE) for m in below[1:])
                there = "real(-np.inf)" if fill is None else f"real({fill})"
                return f"{there} if {masks} else {wrapped(below[0], 1)}", 0
            case "only", _:
                masks = " and ".join(wrapped(m, COMPARE) for m in below[1:])
                return f"{wrapped(below[0], 1)} if {masks} else real(0)", 0
            case "scatter", (mode,):
                base, label, value = below
                start = wrapped(base, PRODUCT) + " + " if mode == "add" else ""
                other = "real(0)" if mode == "add" else wrapped(base, 1)
                return f"{start}({wrapped(value, 1)} if {index[-1]} == {label[0]} else {other})", 10 if start else ATOM
            case "add_diagonal", (has_base, patterns):
                return _on_diagonals(below, has_base, patterns, index)
        return write(node, below, NUMPY)

    def _power(self, node: Node, index: Index) -> Text:
        base, exponent = node.children
        at, other = self._indices(node, index)
        below = self.value(base, at)
        if exponent.op == "number":
            (value,) = exponent.data
            if value.denominator == 1:
                return f"{wrapped(below, ATOM)} ** {wrapped((str(value), SIGN if value < 0 else ATOM), SIGN)}", POWER
            if (value.numerator, value.denominator) == (1, 2):
                return f"np.sqrt({below[0]})", ATOM
        return f"{wrapped(below, ATOM)} ** {wrapped(self.value(exponent, other), SIGN)}", POWER


def _folded(function: str, texts: list[str]) -> str:
    text = texts[0]
    for other in texts[1:]:
        text = f"{function}({text}, {other})"
    return text


def _on_diagonals(below: list[Text], has_base: bool, patterns: tuple[tuple[int, ...], ...], index: Index) -> Text:
    """The base, plus each part where the indices that it makes one are equal."""
    parts = [wrapped(below[0], PRODUCT)] if has_base else []
    for part, pattern in zip(below[has_base:], patterns, strict=True):
        same = " and ".join(f"{index[p]} == {index[a]}" for a, p in enumerate(pattern) if p != a)
        parts.append(f"({wrapped(part, 1)} if {same} else real(0))")
    return " + ".join(parts), 10 if len(parts) > 1 else ATOM
