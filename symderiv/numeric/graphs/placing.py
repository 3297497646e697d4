"""Where a product of deltas puts its coefficient: on a diagonal, at the class that a label names, or behind a mask."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.binders import mentions, order, substitute
from symderiv.numeric.rewrites.deltas import Deltas, merge_indices
from symderiv.terms import ONE, ZERO, Delta, Entry, Number, Symbol, Term, delta


@dataclass(frozen=True)
class Places:
    """Deltas sorted by what they do.

    ``leader`` says which index stands for each that they identify, ``at`` which label or literal an index is
    compared with; ``masks`` are the deltas left, between labels.
    """

    leader: dict[Term, Term]
    at: dict[Term, Term]
    masks: tuple[Delta, ...]

    @property
    def binding(self) -> dict[Term, Term]:
        """What each index is where no delta is 0."""
        return {**self.leader, **self.at}


def places_of(deltas: Deltas) -> Places | None:
    """The places of a product of deltas, or None where it is 0 everywhere.

    >>> i, j, t = Symbol("i"), Symbol("j"), Entry("t", ())
    >>> found = places_of(frozenset((Delta(i, j), Delta(j, t))))
    >>> found.leader, found.at == {i: t, j: t}, found.masks
    ({}, True, ())
    """
    every = sorted(deltas, key=order)
    leader = merge_indices(d for d in every if _between_indices(d))
    at: dict[Term, Term] = {}
    masks: list[Term] = []
    for d in (d for d in every if not _between_indices(d)):
        s, label = sides(d)
        s, label = leader.get(s, s), substitute(label, {**leader, **at})
        if s in at or not isinstance(s, Symbol) or any(mentions(u, s) for u in (label, *at.values())):
            masks.append(delta(s, label))
        else:
            at[s] = label
    left = [m for m in (substitute(m, {**leader, **at}) for m in masks) if m is not ONE]
    if ZERO in left:
        return None
    at |= {s: at[first] for s, first in leader.items() if first in at}
    leader = {s: first for s, first in leader.items() if s not in at}
    return Places(leader, at, tuple(m for m in left if isinstance(m, Delta)))


def sides(d: Delta) -> tuple[Term, Term]:
    """A delta's index and what it is compared with, where one side is an index."""
    return (d.left, d.right) if isinstance(d.left, Symbol) else (d.right, d.left)


def at_class(d: Delta) -> tuple[Symbol, Term] | None:
    """The index and the label or literal it is compared with, where that does not depend on the index."""
    s, label = sides(d)
    return (
        (s, label) if isinstance(s, Symbol) and isinstance(label, Entry | Number) and not mentions(label, s) else None
    )


def _between_indices(d: Delta) -> bool:
    return isinstance(d.left, Symbol) and isinstance(d.right, Symbol)
