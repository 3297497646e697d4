"""Diagonals: deltas between free indices become in-place additions, never a dense identity matrix."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.binders import order
from symderiv.numeric.graphs.graph import Graph, Value
from symderiv.numeric.rewrites.deltas import Deltas
from symderiv.terms import Symbol, Term


@dataclass(frozen=True)
class Diagonal:
    """A product of deltas times ``value``; ``leader`` says which index stands for each that they identify."""

    leader: dict[Term, Term]
    around: tuple[Value, ...]
    value: Value


def letters_of(deltas: Deltas) -> list[Symbol]:
    """The indices that deltas compare, in a fixed order."""
    ends = (s for d in sorted(deltas, key=order) for s in (d.left, d.right))
    return list(dict.fromkeys(s for s in ends if isinstance(s, Symbol)))


def _masked(graph: Graph, base: Value | None, diagonals: list[Diagonal], sizes: dict[str, Term]) -> Value:
    """base + the diagonals, each masked where the indices that it identifies differ."""
    at = {n: Value(graph.leaf("range", (size,), (size,)), (n,)) for n, size in sizes.items()}
    summands = [base] if base else []
    for d in diagonals:
        pairs = ((n, d.leader.get(Symbol(n), Symbol(n))) for n in sizes)
        alike = [(at[s.name], at[n]) for n, s in pairs if isinstance(s, Symbol) and s.name != n]
        masks = [graph.elementwise("equal", pair) for pair in alike]
        summands.append(graph.elementwise("only", [d.value, *masks]))
    return graph.elementwise("add", summands, (1,) * len(summands)) if len(summands) > 1 else summands[0]


def add_diagonals(graph: Graph, base: Value | None, diagonals: list[Diagonal], preferred: tuple[str, ...]) -> Value:
    """base + the diagonals, over the axes of all together; ``preferred`` orders them where it names all."""
    operands = [*([base] if base else []), *(d.value for d in diagonals)]
    axes, sizes = graph.axes([*operands, *(v for d in diagonals for v in d.around)])
    if set(axes) <= set(preferred):
        axes = tuple(n for n in preferred if n in axes)
    if graph.pure:
        return _masked(graph, base, diagonals, {n: sizes[n] for n in axes})
    patterns = []
    for d in diagonals:
        stands = (d.leader.get(Symbol(n), Symbol(n)) for n in axes)
        patterns.append(tuple(axes.index(s.name) for s in stands if isinstance(s, Symbol)))
    places = [tuple(axes.index(n) for n in v.axes) for v in operands]
    data = (base is not None, tuple(patterns))
    return Value(graph.make("add_diagonal", [v.node for v in operands], places, [sizes[n] for n in axes], data), axes)
