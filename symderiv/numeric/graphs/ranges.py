"""Which index runs over which size where a term is lowered, and the positions along an axis as values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from symderiv.errors import InputError
from symderiv.letters import places
from symderiv.numeric.graphs.classes import scatter
from symderiv.numeric.graphs.graph import Graph, Value, axis_order
from symderiv.terms import Big, Delta, Entry, Number, Symbol, Term, parts


class Ranges(ABC):
    """The sizes that a lowering knows.

    ``shapes`` are the arrays' shapes, ``sizes`` the names that mean sizes, ``ranges`` the size of
    each free index, ``classes`` the size that class numbers in an array run over. ``preferred`` is the
    axis order of the output being lowered, where it matters; ``pure`` asks for a pure graph.
    """

    def __init__(
        self,
        shapes: Mapping[str, tuple[Term, ...]],
        sizes: frozenset[str],
        ranges: Mapping[str, Term],
        classes: Mapping[str, Term],
        pure: bool = False,
    ):
        self.shapes, self.sizes, self.ranges, self.classes = shapes, sizes, dict(ranges), classes
        self.graph = Graph(pure=pure)
        self.memo: dict[tuple[Term, frozenset[tuple[str, Term]]], Value] = {}
        self.preferred: tuple[str, ...] = ()
        self.graph.rank_of = axis_order(shapes.values())

    @abstractmethod
    def lower(self, t: Term) -> Value:
        """The value of a term; its axes are the term's free indices."""

    def _entries(self, t: Term, bound: frozenset[str] = frozenset()) -> Iterator[tuple[str, Term]]:
        """The free indices that stand in entries of t, with the sizes of their axes."""
        if isinstance(t, Entry):
            for i, size in zip(t.indices, self.shapes[t.array], strict=True):
                if isinstance(i, Symbol) and i.name not in bound:
                    yield i.name, size
        if isinstance(t, Delta) and isinstance(t.left, Symbol) and isinstance(t.right, Entry):
            yield t.left.name, self.classes[t.right.array]
        for i in places(t):
            yield from self._entries(i, bound)
        below = bound | {t.index.name} if isinstance(t, Big) else bound
        for u in parts(t):
            yield from self._entries(u, below)

    @contextmanager
    def _within(self, index: Symbol, size: Term) -> Iterator[None]:
        """Lower the body of a sum: there, its index has this range."""
        outside = self.ranges
        self.ranges = {**outside, index.name: size}
        yield
        self.ranges = outside

    def _put(self, mode: str, base: Value | None, letter: Symbol, label: Term, value: Value) -> Value:
        """A value put into the base where an index is what a label or a literal says."""
        return scatter(self.graph, mode, base, letter.name, self._size(letter), self._position(label), value)

    def _equal(self, d: Delta) -> Value:
        return self.graph.elementwise("equal", [self._position(i) for i in sorted((d.left, d.right), key=_literal)])

    def _position(self, i: Term) -> Value:
        if isinstance(i, Number):
            return Value(self.graph.leaf("number", (i.value - 1,)), ())
        if isinstance(i, Entry):
            return self.lower(i)
        assert isinstance(i, Symbol)
        size = self._size(i)
        return Value(self.graph.leaf("range", (size,), (size,)), (i.name,))

    def _size(self, i: Symbol) -> Term:
        if i.name not in self.ranges:
            raise InputError(f"the index {i.name} has no range: nothing says which axis it runs over")
        return self.ranges[i.name]


def _literal(i: Term) -> bool:
    return isinstance(i, Number)
