"""The same graph in place: a function that computes some rows at a time into arrays it is given.

It is quicker than the plain text of `source` for three reasons. Every array it fills is one of the results
or is used again; row sums are products with a vector of ones; and exponentials are taken without the shift
that keeps them in range. Any shift will do as long as no sum over- or underflows, 0 among them: so the function
looks at the sums, and says no where one is too small or too large. It is then called once more with the greatest
exponent of each row (``steady``), and if it still says no the plain text does those rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symderiv.numeric.graphs.graph import Node
from symderiv.numeric.quick.buffers import Buffers, Shape
from symderiv.numeric.quick.operands import Operands
from symderiv.numeric.quick.order import arranged
from symderiv.numeric.quick.rows import INSIDE, Stage
from symderiv.numeric.quick.shifts import Shift
from symderiv.numeric.quick.weights import is_live
from symderiv.numeric.texts.names import Names

BINARY = {"mul": "multiply", "weighted": "multiply", "div": "divide", "maximum": "maximum", "pow": "power"}


@dataclass
class Quick(Operands):
    """Writes the lines of one function.

    ``results`` names the arrays of row results; ``alone`` is for a single row, whose numbers are then
    Python's; ``shifts`` are the maxima that need not be taken.
    """

    roots: Sequence[Node]
    results: Mapping[Node, str]
    shifts: Sequence[Shift]
    names: Names
    lines: list[str] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    places: dict[Node, str] = field(default_factory=dict)
    good: str = ""

    def __post_init__(self) -> None:
        self.order = arranged(self.roots)
        self.uses: dict[Node, list[Node]] = {}
        for node in self.order:
            for child in node.children:
                self.uses.setdefault(child, []).append(node)
        self.by_maximum = {s.maximum: s for s in self.shifts}
        self.by_shifted = {x: s for s in self.shifts for x in s.shifted}
        self.by_sum = {s.total: s for s in self.shifts}
        self.by_exponential = {e: s for s in self.shifts if s.weighted for e in s.exponentials}
        self.fused = frozenset(n for n in self.order if self._is_fused(n))
        self.buffers = self._planned()

    def run(self) -> None:
        """Write a line for every node that is kept."""
        for node in self.order:
            if self.rows.stages[node] in (Stage.BEFORE, Stage.AFTER) or node in self.fused:
                continue
            if self.rows.is_vector(node):
                self._vector(node)
            elif node.op in ("reduce", "matmul") or (node not in self.by_maximum and self._often(node)):
                self._number(node)

    def keep(self, node: Node) -> None:
        """Give a result a name, so that it is computed once."""
        if node not in self.named and node.children:
            text = self.expression(node)[0]
            name = self.named[node] = self.names.temporary("found")
            self.lines.append(f"{name} = {text}")

    def _often(self, node: Node) -> bool:
        return len(self.uses.get(node, ())) > 1 and node.op not in INSIDE

    # which nodes are kept, and until when

    def _is_fused(self, node: Node) -> bool:
        """Whether a product of two whole arrays is only summed up over its one own axis."""
        if node.op not in ("mul", "weighted") or len(node.children) != 2 or not self.rows.is_vector(node):
            return False
        if node in self.roots:
            return False
        uses = self.uses.get(node, [])
        own = self.rows.own(node)
        summed = len(uses) == 1 and uses[0].op == "reduce" and uses[0].data == ("sum", own[0])
        return summed and len(own) == 1 and all(self._is_whole(c, node) for c in node.children)

    def _is_whole(self, child: Node, node: Node) -> bool:
        return self.rows.own(child) != () and child.rank == node.rank and self.rows.runs(child)

    def _planned(self) -> Buffers:
        kept = [n for n in self.order if self._reads(n)]
        times = {n: at for at, n in enumerate(kept)}
        last: dict[Node, int] = dict(times)
        for node in kept:
            for child in self._read(node):
                last[child] = max(last.get(child, 0), times[node])
        for shifted in reversed(kept):  # what is shifted by 0 is the array itself
            if shifted in self.by_shifted or is_live(shifted):
                last[shifted.children[0]] = max(last.get(shifted.children[0], 0), last[shifted])
        last |= {n: len(kept) for n in self.results}
        over = {n: self._over(n) for n in kept}
        for product in self.fused:  # in an array for as long as it takes to sum it up
            times[product] = last[product] = times[self.uses[product][0]]
            over[product] = product.children
            if product.op == "weighted":  # which may read them once more; what is shifted is elsewhere without a shift
                over[product] = tuple(c for c in product.children if c in self.by_shifted)
        shapes: dict[Node, Shape] = {n: tuple(n.sizes[a] for a in self.rows.own(n)) for n in times}
        results = {n: name for n, name in self.results.items() if self.rows.is_vector(n)}
        return Buffers(times, last, over, results, shapes, self.names, frozenset(self.by_shifted))

    def _reads(self, node: Node) -> bool:
        """Whether a node has a line of its own that reads or writes arrays."""
        if self.rows.stages[node] in (Stage.BEFORE, Stage.AFTER) or node in self.fused:
            return False
        return self.rows.is_vector(node) or node.op in ("reduce", "matmul")

    def _read(self, node: Node) -> list[Node]:
        """The arrays a line reads, those of a fused product and of masks among them."""
        return [u for c in node.children for u in (c.children if c in self.fused or c.op == "equal" else (c,))]

    def _over(self, node: Node) -> tuple[Node, ...]:
        """Operands whose array may be written over: whole ones, among the first two that are read."""
        if node.op in ("matmul", "reduce", "input") or node in self.by_shifted:
            return ()
        order = [node.children[n] for n in self._order(node)]
        first, later = order[:2], order[2:]  # after two operands the array holds something else
        if node.op == "add" and node.data[self._order(node)[0]] < 0:
            first, later = order[:1], order[1:]
        return tuple(c for c in first if c not in later and self._may_go(c, node))

    def _may_go(self, child: Node, node: Node) -> bool:
        """Whether an operand is a whole array of ours."""
        made = self.rows.is_vector(child) and child.rank == node.rank
        return made and child not in self.by_shifted and not is_live(child)

    def _order(self, node: Node) -> list[int]:
        """The order in which operands are taken: whole arrays first, of a sum the positive ones."""
        many = list(range(len(node.children)))
        if node.op == "mul":
            return sorted(many, key=lambda n: not self._is_whole(node.children[n], node))
        if node.op == "add":
            return sorted(many, key=lambda n: (not self._is_whole(node.children[n], node), node.data[n] < 0))
        return many

    # lines

    def _vector(self, node: Node) -> None:
        name = self.named[node] = self._name(node)
        if is_live(node):  # what is not shifted needs no mask either
            self.lines.append(f"{name} = {self.text(node)[0]} if steady else {self.operand(node, 0)}")
            return
        array = self.buffers.put(node)
        into = self._into(array)
        self.places[node] = into.removeprefix(", out=") or name
        if node in self.by_shifted:
            self._shift(node, name, into)
            return  # it may be the array that it shifts: what follows writes elsewhere
        if node.op == "scatter":
            self._scatter(node, name, into)
        elif node.op == "matmul":
            self.lines.append(f"{name} = np.matmul({self.factors(node)}{into})")
        elif node.op == "reduce":
            kind, axis = node.data
            child = node.children[0]
            self.lines.append(f"{name} = np.{kind}({self.whole(child)}, axis={self.place(child, axis)}{into})")
        else:
            self._elementwise(node, name, into)
        if self.alone:
            self.own.setdefault(array, name)
        if node in self.by_exponential:
            total = self.names.temporary("total")
            self.lines.append(f"{total} = row_sum({name})")
            self._within(total, self.by_exponential[node])

    def _within(self, total: str, shift: Shift, steady: float = 0.5) -> None:
        """A sum of exponentials has to be neither too small nor too great."""
        low, high = shift.bounds(f"{self.whole(shift.exponentials[0])}.shape[-1]")
        low = f"({steady} if steady else {low})"
        self.need(f"{low} <= {total} <= {high}" if self.alone else f"({low} <= {total}) & ({total} <= {high})")

    def _into(self, array: str) -> str:
        """The array to write into; a row alone makes its arrays where it first needs them."""
        name = self.own.get(array) if self.alone else array
        return f", out={name}" if name else ""

    def _shift(self, node: Node, name: str, into: str) -> None:
        what, peak = self.operand(node, 0), self._beside(node, 1)
        self.lines.append(f"{name} = np.subtract({what}, {peak}{into}) if steady else {what}")

    def _scatter(self, node: Node, name: str, into: str) -> None:
        """Values added or put in at the class of each row, in the array of the base where that is done with."""
        base, label = (self.whole(c) for c in node.children[:2])
        values = self.expression(node.children[2])[0]
        array = into.removeprefix(", out=")
        if not array:
            self.lines.append(f"{name} = {base}.copy()")
        elif self.places.get(node.children[0]) == array:
            self.lines.append(f"{name} = {base}")
        else:
            self.lines += [f"np.copyto({array}, {base})", f"{name} = {array}"]
        at = label if self.alone else f"np.arange(len({name})), {label}"
        self.lines.append(f"{name}[{at}] {'+=' if node.data == ('add',) else '='} {values}")

    def _elementwise(self, node: Node, name: str, into: str) -> None:
        order = self._order(node)
        texts = [self._beside(node, n) for n in order]
        match node.op, node.data:
            case "call", ("np.exp",) if not self.alone:
                text = f"exp_of({texts[0]}, {into.removeprefix(', out=')})"
            case "call", (call,) if call.startswith("np."):
                text = f"{call}({texts[0]}{into})"
            case ("call", (call,)) | (("log_rest" as call), _):
                text = f"{call}({', '.join(texts)})"
                if into:
                    array = into.removeprefix(", out=")
                    self.lines.append(f"np.copyto({array}, {text})")
                    text = array
            case "neg", _:
                text = f"np.negative({texts[0]}{into})"
            case "pow", _ if texts[1] in ("2", "1 / 2"):
                text = f"np.{'square' if texts[1] == '2' else 'sqrt'}({texts[0]}{into})"
            case _:
                if node.op == "weighted":
                    texts[1] = f"limited({texts[0]}, {texts[1]}) if steady else {texts[1]}"
                self._chain(node, name, texts, into)
                return
        self.lines.append(f"{name} = {text}")

    def _beside(self, node: Node, n: int) -> str:
        """An operand of a line over whole rows; a number for each row is spread over the row."""
        child, own = node.children[n], self.rows.own(node)
        if self.alone or not self.rows.runs(child) or self.rows.own(child) or len(own) != 1:
            return self.operand(node, n)
        return f"spread({self.expression(child)[0]}, {self._size(node.sizes[own[0]])})"

    def _chain(self, node: Node, name: str, texts: list[str], into: str) -> None:
        """Two operands at a time."""
        signs = [node.data[n] for n in self._order(node)] if node.op == "add" else [1] * len(texts)
        left = texts[0]
        own = self.rows.own(node)
        if node.op == "maximum" and (node.children[1].op, node.children[1].data) == ("number", (0,)) and len(own) == 1:
            texts[1] = f"zeros_for({self._size(node.sizes[own[0]])}, {left}.dtype)"
        if signs[0] < 0 < signs[1]:
            self.lines.append(f"{name} = np.subtract({texts[1]}, {left}{into})")
            texts, signs, left, into = texts[1:], signs[1:], name, f", out={name}"
        elif signs[0] < 0:
            self.lines.append(f"{name} = np.negative({left}{into})")
            left, into = name, f", out={name}"
        for text, sign in zip(texts[1:], signs[1:], strict=True):
            operation = BINARY.get(node.op) or ("add" if sign > 0 else "subtract")
            if self.alone and operation == "divide" and node.children[1] in self.by_sum:
                text = f"np.asarray({text})"  # by far quicker than by a number
            self.lines.append(f"{name} = np.{operation}({left}, {text}{into})")
            left, into = name, f", out={name}"

    def _number(self, node: Node) -> None:
        """One number for each row, or a sum over the rows."""
        if node in self.by_maximum:
            self.named[node] = name = self._name(node)
            inner = self.whole(node.children[0])
            others = set(self.uses[node]) - set(self.by_maximum[node].shifted)
            none = "0.0" if self.alone or not others else f"np.zeros({inner}.shape[:1], {inner}.dtype)"
            self.lines.append(f"{name} = {'np.max' if self.alone else 'row_max'}({inner}) if steady else {none}")
            return
        text = self.text(node)[0]
        name = self.named[node] = self._name(node)
        self.lines.append(f"{name} = {text}")
        if node in self.by_sum:
            self._within(name, self.by_sum[node], self.by_sum[node].steady)

    def need(self, test: str) -> None:
        """What has to hold of a row, or else another form does it."""
        if self.alone:
            self.lines += [f"if not ({test}):", "    return None"]
        elif self.good:
            self.lines.append(f"{self.good} &= {test}")
        else:
            self.good = self.names.temporary("good")
            self.lines.append(f"{self.good} = {test}")

    def _name(self, node: Node) -> str:
        match node.op, node.data:
            case "call", ("np.exp",):
                return self.names.temporary("e")
            case "reduce", ("max", _):
                return self.names.temporary("peak")
            case "reduce", _:
                return self.names.temporary("s" if node in self.by_sum else "total")
        return self.names.temporary("shifted" if node in self.by_shifted else "t")
