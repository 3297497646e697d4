"""The text of a kernel: loops over rows, within them the nests, in each the entries of its items."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from symderiv.errors import Refused
from symderiv.numeric.graphs.graph import Node
from symderiv.numeric.native.entries import Entries
from symderiv.numeric.native.nests import Index, Nest, Nests, within
from symderiv.numeric.native.partition import Kernel
from symderiv.numeric.texts.names import Names
from symderiv.terms import Term

CHUNKS = 256  # pieces of work for the threads: enough for a large machine, with buffers of its own each
BLOCK = 1024  # summands added up before they join the total: keeps rounding errors of long sums small
INDENT = "    "


@dataclass(frozen=True)
class KernelText:
    """A kernel's text and what to call it with: sizes, numbers made of sizes, arrays."""

    text: str
    sizes: tuple[str, ...]
    scalars: tuple[Node, ...]
    arrays: tuple[str, ...]


def kernel_text(
    name: str,
    kernel: Kernel,
    row: Term | None,
    arrays: Mapping[Node, str],
    inputs: Collection[str],
    wishes: Mapping[Node, str],
    sizes: Mapping[str, str],
    names: Names,
) -> KernelText:
    """``arrays`` names what the kernel may read and what it stores, ``inputs`` those that may lack the batch.

    Raises `Refused` for a node that has no loop.
    """
    writer = _Kernel(kernel, row, arrays, inputs, wishes, sizes, names)
    return writer.finished(name)


class _Kernel:
    def __init__(
        self,
        kernel: Kernel,
        row: Term | None,
        arrays: Mapping[Node, str],
        inputs: Collection[str],
        wishes: Mapping[Node, str],
        sizes: Mapping[str, str],
        names: Names,
    ) -> None:
        self.kernel, self.row, self.arrays, self.wishes, self.names = kernel, row, arrays, wishes, names
        self.batch, self.b = names.new("batch"), names.new("b")
        self.n = names.new("n") if row is not None else self.b
        nests = Nests(kernel, row)
        front: Index = (self.b,)
        self.entries = Entries(row, front, arrays, inputs, nests.items, sizes, names)
        self.buffers: list[str] = []
        self.body: list[str] = []
        for item in kernel.nodes:
            if item in nests.items:
                self._place(item)
        for nest in nests.nests():
            self._nest(nest)

    def _place(self, item: Node) -> None:
        """A variable for what has no axes within the row, a buffer for what has and is not stored."""
        inside = within(item, self.row)
        if item in self.arrays and inside:
            return
        name = self.entries.local[item] = self.names.temporary(self._wish(item))
        if inside:
            shape = ", ".join(self.entries.size(item.sizes[a]) for a in inside)
            self.buffers.append(f"{name} = np.empty({shape if len(inside) == 1 else f'({shape})'}, real)")

    def _wish(self, item: Node) -> str:
        wish = "result" if item in self.arrays else self.wishes.get(item)
        if wish:
            return wish
        match item.op, item.data:
            case "reduce", (kind, _):
                return "peak" if kind == "max" else "s"
            case "call", ("np.exp",):
                return "e"
            case "call", ("np.log",):
                return "log_t"
        return "t"

    def _full(self, node: Node, letters: Index) -> Index:
        """The index over all axes from that within the row."""
        own = iter(letters)
        return tuple(self.n if s is self.row else next(own) for s in node.sizes)

    def _letters(self, count: int) -> Index:
        if count > 4:
            raise Refused("backend='numba' runs over at most four axes within a row; take backend='numpy'")
        return tuple(self.names.new(letter) for letter in "hijk"[4 - count :])

    def _nest(self, nest: Nest) -> None:
        letters = self._letters(len(nest.space))
        self.entries.start(self._roots(nest, letters))
        if not letters:
            for item in nest.items:
                self._assign(item, (), 0)
        else:
            outer = [i for i in nest.items if i.op == "reduce" and not self._closes(i)]
            for item in outer:
                self._fill(item)
            for depth, (letter, size) in enumerate(zip(letters[:-1], nest.space[:-1], strict=True)):
                self._line(depth, f"for {letter} in range({self.entries.size(size)}):")
            self._innermost(nest, letters)
        self.names.taken -= set(letters)

    def _roots(self, nest: Nest, letters: Index) -> Iterator[tuple[Node, Index]]:
        for item in nest.items:
            if item.op != "reduce":
                yield item, self._full(item, letters)
            elif item.children[0] not in self.entries.items:
                yield item.children[0], self._full(item.children[0], letters)

    def _closes(self, item: Node) -> bool:
        """Whether a reduction runs over the innermost axis."""
        return bool(item.data[1] == within(item.children[0], self.row)[-1])

    def _innermost(self, nest: Nest, letters: Index) -> None:
        at, last, size = len(letters) - 1, letters[-1], self.entries.size(nest.space[-1])
        closing = [i for i in nest.items if i.op == "reduce" and self._closes(i)]
        totals = {i: self.names.temporary("total") if within(i, self.row) else self.entries.local[i] for i in closing}
        running = {i: self.names.temporary("part" if i.data[0] == "sum" else "top") for i in closing}
        sums = [i for i in closing if i.data[0] == "sum"]
        for i in closing:
            self._line(at, f"{totals[i]} = real(0)" if i in sums else f"{running[i]} = ordered(real(-np.inf))")
        inner = at + bool(sums)
        bounds = size
        if sums:
            first = self.names.temporary("first")
            self._line(at, f"for {first} in range(0, {size}, {BLOCK}):")
            for i in sums:
                self._line(inner, f"{running[i]} = real(0)")
            # unsigned, so that no index counts from the end: a test for that keeps loops from vector code
            bounds = f"unsigned({first}), unsigned(min({first} + {BLOCK}, {size}))"
        self._line(inner, f"for {last} in range({bounds}):")
        for item in nest.items:
            if item.op != "reduce":
                self._assign(item, letters, inner + 1)
            else:
                self._add(item, letters, inner + 1, running.get(item))
        for i in closing:
            self._line(inner, f"{totals[i]} += {running[i]}") if i in sums else None
        for i in closing:
            self._line(at, f"{totals[i]} = unordered({running[i]})") if i not in sums else None
            self._stored(i, letters[:-1], at, totals[i])

    def _assign(self, item: Node, letters: Index, depth: int) -> None:
        """One entry of an item that is no reduction."""
        index = self._full(item, letters)
        text = self.entries.written(item, index)[0]
        self._flush(depth)
        place = self.entries.place(item, index)
        self._line(depth, f"{place} = {text}")
        if not within(item, self.row):
            self._stored(item, (), depth, place)

    def _stored(self, item: Node, letters: Index, depth: int, value: str) -> None:
        """Store a variable where it belongs, if it is not its own place."""
        index = self._full(item, letters)
        if item in self.arrays:
            self._line(depth, f"{self.entries.entry(self.arrays[item], index)} = {value}")
        elif letters:
            self._line(depth, f"{self.entries.place(item, index)} = {value}")

    def _add(self, item: Node, letters: Index, depth: int, running: str | None) -> None:
        """One more entry for a reduction."""
        over = item.children[0]
        text = self.entries.value(over, self._full(over, letters))[0]
        self._flush(depth)
        total = item.data[0] == "sum"
        if running and not total:
            self._line(depth, f"{running} = max({running}, ordered({text}))")
            return
        kept = tuple(x for a, x in zip(within(over, self.row), letters, strict=True) if a != item.data[1])
        target = running or self.entries.place(item, self._full(item, kept))
        self._line(depth, f"{target} = {'tally' if total else 'larger'}({target}, {text})")

    def _fill(self, item: Node) -> None:
        """Start the running totals of a reduction over an outer axis."""
        inside = within(item, self.row)
        letters = self._letters(len(inside))
        for depth, (letter, a) in enumerate(zip(letters, inside, strict=True)):
            self._line(depth, f"for {letter} in range({self.entries.size(item.sizes[a])}):")
        place = self.entries.place(item, self._full(item, letters))
        self._line(len(inside), f"{place} = real({'0' if item.data[0] == 'sum' else '-np.inf'})")
        self.names.taken -= set(letters)

    def _flush(self, depth: int) -> None:
        """The lines that an entry's text needs before it."""
        for line in self.entries.lines:
            self._line(depth, line)
        self.entries.lines.clear()

    def _line(self, depth: int, text: str) -> None:
        self.body.append(INDENT * depth + text)

    def finished(self, name: str) -> KernelText:
        """The whole function: pieces of work in parallel, in each the rows one after the other."""
        e, new = self.entries, self.names.new
        chunks, c = new("chunks"), new("c")
        count = self.batch if self.row is None else e.size(self.row)
        rows = f"for {self.n} in range({c} * {count} // {chunks}, ({c} + 1) * {count} // {chunks}):"
        head = [f"{chunks} = min({count}, {CHUNKS})"]
        if self.row is None:
            inside = [f"for {c} in prange({chunks}):"]
        else:
            piece = new("piece")
            inside = [f"for {piece} in prange({self.batch} * {chunks}):"]
            inside += [f"{INDENT}{self.b}, {c} = {piece} // {chunks}, {piece} % {chunks}"]
        inside += [INDENT + line for line in (*self.buffers, rows)]
        fronts = [f"{a}_{self.b} = {self.b} % len({a})" for a in e.touched if a in e.inputs]
        inside += [INDENT * 2 + line for line in (*fronts, *self.body)]
        stores = [self.arrays[s] for s in self.kernel.stores]
        arrays = tuple(dict.fromkeys([*(a for a in e.touched if a not in stores), *stores]))
        signature = ", ".join([self.batch, *(e.sizes[n] for n in e.used), *e.scalars.values(), *arrays])
        text = f"def {name}({signature}):\n" + textwrap.indent("\n".join([*head, *inside]), INDENT)
        return KernelText(text, tuple(e.sizes[n] for n in e.used), tuple(e.scalars), arrays)
