"""From a planned graph to lines of NumPy. Every line is made from nodes; no user text enters it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from symderiv.numeric.graphs.graph import ELEMENTWISE, Node, Slots
from symderiv.numeric.texts.dialects import NUMPY, Dialect
from symderiv.numeric.texts.layout import ATOM, COMPARE, POWER, PRODUCT, SIGN, SUM, Text, reindexed, wrapped
from symderiv.numeric.texts.names import Names
from symderiv.numeric.texts.schedule import Plan, is_matvec, is_scalar, native, operands
from symderiv.terms import Number, Symbol, Term


@dataclass
class Writer:
    """Writes expressions; ``inputs`` and ``sizes`` map names to identifiers, ``wishes`` nodes to names."""

    plan: Plan
    inputs: Mapping[str, str]
    sizes: Mapping[str, str]
    wishes: Mapping[Node, str]
    names: Names
    dialect: Dialect = NUMPY
    variables: dict[Node, str] = field(default_factory=dict)
    lines: list[tuple[str, Node]] = field(default_factory=list)
    used_sizes: dict[str, None] = field(default_factory=dict)

    def run(self) -> None:
        """Write one assignment per named node."""
        for node in self.plan.order:
            if node.op == "add_diagonal":
                self._diagonal(node)
            else:
                text = self.expression(node, self.plan.stored[node])[0]
                self.assign(node, text)

    def assign(self, node: Node, text: str) -> str:
        """Give the node its variable."""
        # a wish is for the array itself, not for a version with an axis kept
        wish = self.wishes.get(node) if self.plan.stored[node] == node.natural else None
        name = self.variables[node] = self.names.new(wish) if wish else self.names.temporary(self._wish(node))
        self.lines.append((f"{name} = {text}", node))
        return name

    def _wish(self, node: Node) -> str:
        below = [self.variables.get(c) or self.inputs.get(str(c.data[0] if c.data else ""), "") for c in node.children]
        match node.op, node.data:
            case "reduce", ("max", _):
                return f"{below[0]}_max" if below[0] else "peak"
            case "reduce", _:
                return "s"
            case "call", ("np.exp",):
                return "e"
            case "call", ("np.log",):
                return f"log_{below[0]}" if below[0] else "log_t"
            case "add", (1, -1) if below[1].endswith("_max") or below[1].startswith("peak"):
                return "shifted"
            case "matmul", _:
                return "product"
        return "t"

    def text(self, node: Node, slots: Slots) -> Text:
        """A node in a layout, by name where it has one."""
        if node in self.variables:
            stored = self.plan.stored[node]
            return reindexed(self.dialect, self.variables[node], stored, slots, node.op not in ELEMENTWISE)
        if is_scalar(node):
            return self.expression(node, ())
        own = native(node, slots)
        text, strength = self.expression(node, own)
        if own == slots:
            return text, strength
        return reindexed(self.dialect, text, own, slots, node.op != "input", strength)

    def expression(self, node: Node, slots: Slots) -> Text:
        """The node's own expression in a native layout."""
        below = [] if node.op == "add_diagonal" else [self.text(c, s) for c, s in operands(node, slots)]
        match node.op, node.data:
            case "input", (name,):
                return self.inputs[name], ATOM
            case "size", (name,):
                return self.size(Symbol(name)), ATOM
            case "range", (size,):
                return self.dialect.say("positions", n=self.size(size)), ATOM
            case "zeros", (size,):
                return self.dialect.say("zeros", n=self.size(size)), ATOM
            case "scatter", (mode,):
                return self._scattered(node, slots, mode, below), ATOM
            case "class_sums", (size, _, inside, rest):
                values = self._array(node.children[0], below[0][0])
                x = f"{values}, {below[1][0]}, {self.size(size)}, {inside}, {rest}"
                return self.dialect.say("helper", name="class_sums", x=x), ATOM
            case "reduce", (kind, axis):
                inner = node.children[0]
                if (
                    (inner.op, inner.data[:1]) == ("reduce", (kind,))
                    and inner not in self.variables
                    and None not in slots
                ):
                    both = sorted((inner.data[1], axis + (axis >= inner.data[1])))
                    text = self.text(inner.children[0], inner.children[0].natural)[0]
                    return self.dialect.say(kind, x=text, axis=tuple(a - node.rank - 2 for a in both)), ATOM
                kept = " kept" if None in slots else ""
                return self.dialect.say(kind + kept, x=below[0][0], axis=axis - node.rank - 1), ATOM
            case "matmul", _ if is_matvec(node):
                return self.dialect.say("helper", name="matvec", x=f"{below[0][0]}, {below[1][0]}"), ATOM
            case "matmul", (*_, column):
                text = f"{wrapped(below[0], PRODUCT)} @ {wrapped(below[1], PRODUCT + 1)}"
                return (text, PRODUCT) if column else (f"({text})[..., 0]", ATOM)
            case "pick", _ if _apart(node):
                return self._rows(node, slots)
            case "pick", _:
                return self.dialect.say("helper", name="pick", x=f"{below[0][0]}, {below[1][0]}"), ATOM
            case "over_others", (kind, axis):
                x = ", ".join([*(self._array(c, t) for c, (t, _) in zip(node.children, below, strict=True))])
                return self.dialect.say("helper", name=f"{kind}_others", x=f"{x}, {axis - node.rank}"), ATOM
            case "take", at:
                inside = ", ".join(":" if a is None else str(a) for a in at)
                return f"{wrapped(below[0], ATOM)}[..., {inside}]", ATOM
            case "diagonal", pattern:
                return f'np.einsum("{_subscripts(pattern)}", {below[0][0]})', ATOM
        return write(node, below, self.dialect)

    def size(self, size: Term) -> str:
        """A size as a literal or a variable, which is then known to be needed."""
        if isinstance(size, Number):
            return str(size.value)
        assert isinstance(size, Symbol)
        self.used_sizes[size.name] = None
        return self.sizes[size.name]

    def _diagonal(self, node: Node) -> None:
        has_base, patterns = node.data
        below = [self.text(c, s)[0] for c, s in operands(node, node.natural)]
        base = below[0] if has_base else ""
        start = self._start(node, base)
        name = self.assign(node, start)
        if base and start != base:
            negative = node.children[0].op == "neg" and node.children[0] not in self.variables
            sign = "-" if negative else "+"
            self.lines.append((f"{name} {sign}= {base[negative:]}", node))
        for part, pattern in zip(below[has_base:], patterns, strict=True):
            self.lines.append((f'np.einsum("{_subscripts(pattern)}", {name})[...] += {part}', node))

    def _rows(self, node: Node, slots: Slots) -> Text:
        """A pick whose label shares no axis with the array: whole rows are taken."""
        (array, at), (places, own) = node.children, node.places
        rest = tuple(p for p in places if p != node.rank)
        first = tuple(places.index(p) for p in (node.rank, *rest))
        x = f"{self.text(array, first)[0]}, {self.text(at, at.natural)[0]}, {at.rank}, {len(rest)}"
        text = self.dialect.say("helper", name="rows", x=x)
        return reindexed(self.dialect, text, (*own, *rest), slots, True)

    def _scattered(self, node: Node, slots: Slots, mode: str, below: list[Text]) -> str:
        base = below[0][0] if self.dialect.pure else self._own(node, slots, below[0][0])
        values = self._array(node.children[2], below[2][0])
        return self.dialect.say("helper", name=f"{mode}_at", x=f"{base}, {below[1][0]}, {values}")

    def _array(self, node: Node, text: str) -> str:
        """The text as an array where a library does not take Python numbers in its place."""
        return self.dialect.say("scalar", x=text) if is_scalar(node) else text

    def _own(self, node: Node, slots: Slots, base: str) -> str:
        """The array to be written into: the base where it is new and nothing else uses it, else a copy."""
        child = node.children[0]
        made = child.op in ELEMENTWISE or child.op in ("scatter", "class_sums", "matmul")
        last = child not in self.variables or self.plan.uses.get(child) == 1
        return base if made and last else f"{base}.copy()"

    def _is_new(self, node: Node) -> bool:
        """Whether the node's text makes an array of its own, which may be written into."""
        return node.op in ELEMENTWISE and node not in self.variables

    def _start(self, node: Node, base: str) -> str:
        """The base where it is a new array of the full shape, else zeros with the batch axes of all parts."""
        has_base, _ = node.data
        if has_base and len(node.places[0]) == len(node.sizes) and self._is_new(node.children[0]):
            needed = frozenset().union(*(input_names(c) for c in node.children[1:]))
            if needed <= input_names(node.children[0]):
                return base
        full = ", ".join(map(self.size, node.sizes))
        parts = {self.text(c, c.natural)[0].removeprefix("-"): c.rank for c in node.children if not is_scalar(c)}
        if not parts:
            return f"np.zeros(({full},))" if len(node.sizes) == 1 else f"np.zeros(({full}))"
        fronts = [f"np.shape({p})" + (f"[:-{rank}]" if rank else "") for p, rank in parts.items()]
        front = fronts[0] if len(fronts) == 1 else f"np.broadcast_shapes({', '.join(fronts)})"
        return f"np.zeros((*{front}, {full}), np.result_type({', '.join(parts)}))"


def _apart(node: Node) -> bool:
    """Whether an array and the label that picks from it share no axis."""
    array, own = node.places
    return len(array) > 1 and not set(array) & set(own)


def input_names(node: Node) -> frozenset[str]:
    """The arguments a node depends on."""
    if node.op == "input":
        return frozenset(node.data)
    return frozenset().union(*map(input_names, node.children))


def write(node: Node, below: list[Text], dialect: Dialect) -> Text:
    """An elementwise operation on operands already written."""
    texts = [t for t, _ in below]
    arrays = [dialect.say("scalar", x=t) if is_scalar(c) else t for c, t in zip(node.children, texts, strict=True)]
    match node.op, node.data:
        case "number", (value,):
            if value.denominator > 1:
                return f"{value.numerator} / {value.denominator}", PRODUCT
            return str(value), ATOM if value >= 0 else SIGN
        case "constant", (text,):
            return dialect.constant(text), ATOM
        case "add", signs:
            return _sum(list(zip(below, signs, strict=True))), SUM
        case "mul", _:
            return " * ".join(wrapped(t, PRODUCT + (n > 0)) for n, t in enumerate(below)), PRODUCT
        case "div", _:
            return f"{wrapped(below[0], PRODUCT)} / {wrapped(below[1], PRODUCT + 1)}", PRODUCT
        case "neg", _:
            inner = f"({texts[0]})" if texts[0].startswith("-") else wrapped(below[0], PRODUCT)
            return "-" + inner, min(below[0][1], SIGN) if below[0][1] >= PRODUCT else SIGN
        case "pow", _:
            if texts[1] == "1 / 2":
                return dialect.call("np.sqrt", texts[0], is_scalar(node)), ATOM
            return _power(wrapped(below[0], ATOM), wrapped(below[1], SIGN)), POWER
        case "call", (name,):
            return dialect.call(name, texts[0], is_scalar(node)), ATOM
        case "maximum", _:
            return _greatest(node, texts, dialect), ATOM
        case "equal", _:
            return f"{texts[0]} == {texts[1]}", COMPARE
        case "others", (fill,):
            masks = " | ".join(f"({m})" for m in texts[1:]) if len(texts) > 2 else texts[1]
            x = "-" + dialect.say("infinity") if fill is None else str(float(fill))
            return dialect.say("where", mask=masks, x=x, y=arrays[0]), ATOM
        case "only", _:
            masks = " & ".join(f"({m})" for m in texts[1:]) if len(texts) > 2 else texts[1]
            return dialect.say("where", mask=masks, x=arrays[0], y="0.0"), ATOM
        case "weighted", _:
            return dialect.say("helper", name="times_log", x=f"{texts[0]}, {arrays[1]}"), ATOM
        case "log_rest", _:
            return dialect.say("helper", name="log_rest", x=f"{arrays[0]}, {arrays[1]}"), ATOM
    raise AssertionError(node.op)


def _greatest(node: Node, texts: list[str], dialect: Dialect) -> str:
    """The greatest of the operands; numbers go last where arrays and numbers are compared otherwise."""
    numbers = [t for c, t in zip(node.children, texts, strict=True) if is_scalar(c)]
    if not dialect.pure or not numbers:
        return reduce(lambda x, y: dialect.say("maximum", x=x, y=y), texts)
    bound = numbers[0] if len(numbers) == 1 else f"max({', '.join(numbers)})"
    arrays = [t for c, t in zip(node.children, texts, strict=True) if not is_scalar(c)]
    if not arrays:
        return bound
    return dialect.say("at least", x=reduce(lambda x, y: dialect.say("maximum", x=x, y=y), arrays), y=bound)


def _power(base: str, exponent: str) -> str:
    """Formatters write a power of names and numbers without spaces."""
    simple = all(t.isidentifier() or t.isdecimal() for t in (base, exponent.removeprefix("-")))
    return f"{base}{'**' if simple else ' ** '}{exponent}"


def _sum(parts: list[tuple[Text, int]]) -> str:
    if parts[0][1] < 0:  # a positive summand leads, where there is one
        lead = next((n for n, (_, s) in enumerate(parts) if s > 0), 0)
        parts = [parts[lead], *parts[:lead], *parts[lead + 1 :]]
    out = ""
    for n, ((text, strength), sign) in enumerate(parts):
        if text.startswith("-") and strength == SIGN and text[1:].isdigit():
            text, sign, strength = text[1:], -sign, ATOM
        inner = wrapped((text, strength), SUM if sign > 0 and not n else SUM + 1)
        if n and inner.startswith("-"):
            inner = f"({inner})"
        out += (" + " if sign > 0 else " - ") + inner if n else ("" if sign > 0 else "-") + inner
    return out


def _subscripts(pattern: tuple[int, ...]) -> str:
    letters = ["ijklmnpqrst"[p] for p in pattern]
    return f"...{''.join(letters)}->...{''.join(dict.fromkeys(letters))}"
