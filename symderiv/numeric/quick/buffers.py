"""Which array each intermediate result is written into: those of the results first, then as few others as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symderiv.numeric.graphs.graph import Node
from symderiv.numeric.texts.names import Names

Shape = tuple[object, ...]


@dataclass
class Buffers:
    """Names of arrays to write into; ``scratch`` are those beside the results, with their shapes.

    ``times`` tells when each node is computed, ``last`` when it is read for the last time, ``over`` which
    operands its own array may be that of: such as are read entry by entry. A node of ``results`` ends in
    the array of its own name, which is never written again. What is ``rare`` leaves those arrays to others.
    """

    times: Mapping[Node, int]
    last: Mapping[Node, int]
    over: Mapping[Node, tuple[Node, ...]]
    results: Mapping[Node, str]
    shapes: Mapping[Node, Shape]
    names: Names
    rare: frozenset[Node]
    scratch: dict[str, Shape] = field(default_factory=dict)
    held: dict[str, list[Node]] = field(default_factory=dict)

    def put(self, node: Node) -> str:
        """The name of the array for a node; nodes are asked for in the order of their times."""
        name = self.results.get(node) or self._free(node) or self._new(node)
        self.held.setdefault(name, []).append(node)
        return name

    def _free(self, node: Node) -> str | None:
        results = () if node in self.rare else self.results
        own = (n for n in results if self.shapes[n] == self.shapes[node] and self._ends_before(node, n))
        names = [self.results[n] for n in own]
        names += [name for name, shape in self.scratch.items() if shape == self.shapes[node]]
        names.sort(key=lambda name: not self._is_over(name, node))  # what is read last is written over at once
        return next((name for name in names if self._is_free(name, node)), None)

    def _is_over(self, name: str, node: Node) -> bool:
        """Whether an array holds an operand that may be written over."""
        return any(n in self.over.get(node, ()) for n in self.held.get(name, ()))

    def _ends_before(self, node: Node, other: Node) -> bool:
        """Whether a node is done with when another one is written."""
        return self.last[node] < self.times[other] or (
            self.last[node] == self.times[other] and node in self.over.get(other, ())
        )

    def _is_free(self, name: str, node: Node) -> bool:
        return all(n not in self.results and self._ends_before(n, node) for n in self.held.get(name, ()))

    def _new(self, node: Node) -> str:
        name = self.names.temporary("scratch")
        self.scratch[name] = self.shapes[node]
        return name
