"""The text of a compiled function: kernels, and the NumPy code that calls them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symderiv.numeric.graphs.graph import Node, Slots, postorder
from symderiv.numeric.native.kernels import Precision, kernel_helpers
from symderiv.numeric.native.loops import KernelText, kernel_text
from symderiv.numeric.native.partition import Kernel, Partition, partition
from symderiv.numeric.texts.dialects import NUMPY
from symderiv.numeric.texts.helpers import helpers_for
from symderiv.numeric.texts.names import Names
from symderiv.numeric.texts.schedule import Plan
from symderiv.numeric.texts.source import Writer
from symderiv.numeric.texts.text import broken

INDENT = "    "


@dataclass(frozen=True)
class Result:
    """One output: its name, its node, and the layout it is wanted in."""

    name: str
    node: Node
    slots: Slots


@dataclass(frozen=True)
class Frame:
    """What stands around a function's lines: its name, documentation, sizes passed by keyword, and the lines that
    read the other sizes off the arguments.
    """

    name: str
    doc: str
    keywords: tuple[str, ...]
    read: tuple[str, ...]


@dataclass
class Compiled:
    """Kernels and lines for some results; ``inputs`` and ``sizes`` map names to identifiers.

    Raises `Refused` for a node that has no loop.
    """

    results: Sequence[Result]
    inputs: Mapping[str, str]
    sizes: Mapping[str, str]
    wishes: Mapping[Node, str]
    names: Names
    kernels: list[KernelText] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = self.names.copy()
        self.batch, self.parallel = self.names.new("batch"), self.names.new("parallel")
        self.partition: Partition = partition(r.node for r in self.results)
        self.writer = Writer(Plan((), {}), self.inputs, self.sizes, self.wishes, self.names, NUMPY)
        self.stored: dict[Node, Slots] = {}
        self.arrays: dict[Node, str] = {}
        self.outside = set(self.inputs.values())  # arrays that may lack the batch
        for step in self.partition.steps:
            if isinstance(step, Kernel):
                self._kernel(step)
            else:
                self._numpy(step)
        self.returned = [self._returned(r) for r in self.results]

    def _wanted(self, node: Node) -> Result | None:
        """The result whose buffer a node's array is written into."""
        return next((r for r in self.results if r.node is node and r.slots == node.natural), None)

    def _known(self, node: Node, name: str) -> None:
        self.arrays[node] = self.writer.variables[node] = name
        self.stored[node] = node.natural
        self.writer.plan = Plan((), self.stored)

    def _numpy(self, node: Node) -> None:
        text = self.writer.expression(node, node.natural)[0]
        if not any(
            n.op == "input" or n in self.arrays for n in postorder([node])
        ):  # made of positions alone, it has no batch axis
            text = f"np.asarray({text})[None]"
        name = self.names.temporary(self.wishes.get(node, "product" if node.op == "matmul" else "t"))
        self.lines.append(broken(f"{name} = {text}"))
        self._known(node, name)
        self.outside.add(name)

    def _kernel(self, kernel: Kernel) -> None:
        for node in kernel.stores:
            result = self._wanted(node)
            name = result.name if result else self.names.temporary(self.wishes.get(node, "t"))
            shape = ", ".join([self.batch, *map(self.writer.size, node.sizes)]) + ("" if node.sizes else ",")
            made = f"np.empty(({shape}), real)"
            self.lines.append(f"{name} = {made} if {name} is None else {name}" if result else f"{name} = {made}")
            self._known(node, name)
        leaves = {n: self.inputs[n.data[0]] for k in kernel.nodes for n in k.children if n.op == "input"}
        name = self.names.new("loops")
        inside = self.names.copy()
        inside.taken -= {self.batch, self.parallel}
        arrays = {**self.arrays, **leaves}
        found = kernel_text(name, kernel, self.partition.row, arrays, self.outside, self.wishes, self.sizes, inside)
        for size in found.sizes:
            self.writer.used_sizes[next(n for n, ident in self.sizes.items() if ident == size)] = None
        self.kernels.append(found)
        numbers = [f"real({self.writer.text(n, ())[0]})" for n in found.scalars]
        call = ", ".join([self.batch, *found.sizes, *numbers, *found.arrays])
        self.lines.append(f"{name}[{self.parallel}]({call})")

    def _returned(self, result: Result) -> str:
        """The result by name; one in another layout, or that no loop computes, is written out."""
        if self.arrays.get(result.node) == result.name:
            return result.name
        return self.writer.text(result.node, result.slots)[0]

    def source(self, frame: Frame, precision: Precision) -> str:
        """The whole text in one precision."""
        kernels = [f"{k.text}\n\n\n{_variants(k.text)}" for k in self.kernels]
        texts = "\n".join(kernels)
        buffers = [f"{r.name}=None" for r in self.results]
        given = ["*", *frame.keywords] if frame.keywords else []
        signature = ", ".join([self.batch, self.parallel, *self.inputs.values(), *buffers, *given])
        body = "\n".join([f'"""{frame.doc}\n"""', *frame.read, *self.lines, f"return {', '.join(self.returned)}"])
        parts = [
            "import numpy as np\nfrom numba import njit, prange",
            f"real, whole, unsigned = {precision.real}, {precision.whole}, np.uint64",
            *kernel_helpers(texts, precision),
            *kernels,
            *helpers_for(body, NUMPY),
            f"def {frame.name}({signature}):\n{textwrap.indent(body, INDENT)}",
        ]
        return "\n".join(line.rstrip() for line in "\n\n\n".join(parts).splitlines()) + "\n"


def _variants(text: str) -> str:
    name = text.removeprefix("def ").split("(", 1)[0]
    return f'{name} = {{on: njit(parallel=on, error_model="numpy", nogil=True)({name}) for on in (False, True)}}'
