"""The orders in which the binders of a sum may be numbered: finite sums change places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import permutations
from typing import NamedTuple

from symderiv.proof.atoms import Index
from symderiv.proof.fractions import Ratio
from symderiv.proof.polynomials import RATIONAL_ONE, Mono, Rational
from symderiv.proof.renaming import rename
from symderiv.proof.session import Session
from symderiv.terms import Term

Binder = tuple[Index, Term]


class Image(NamedTuple):
    """A body under numbered binders: the order of these tuples chooses one of all permutations."""

    sizes: tuple[str, ...]
    mono: Mono
    below: tuple[tuple[int, int], ...]
    kinds: tuple[Term, ...]
    first: int


def numberings(s: Session, binders: Sequence[Binder], body: Ratio) -> list[tuple[Image, Rational]]:
    """The body under every numbering of its binders that puts the sizes in order, each with its sign."""
    first = s.level(body) + 1
    found = []
    for order in permutations(sorted(binders, key=lambda b: str(b[1]))):
        sizes = tuple(str(size) for _, size in order)
        if list(sizes) == sorted(sizes):
            by: dict[Index, Index] = {o: -(first + place) for place, (o, _) in enumerate(order)}
            image = rename(s, body, by)
            ((mono, c),) = image.terms.items()
            found.append((Image(sizes, mono, image.below, tuple(size for _, size in order), first), c))
    return found


def averaged(s: Session, binders: Sequence[Binder], body: Ratio) -> Ratio | None:
    """The average of a body over permutations of binders of one size, where that has fewer factors below."""
    found = list(_permuted(s, binders, body))
    mean = s.scaled(s.add(found), RATIONAL_ONE / len(found))
    simpler = sum(e for _, e in mean.below) < sum(e for _, e in body.below)
    return mean if simpler else None


def _permuted(s: Session, binders: Sequence[Binder], body: Ratio) -> Iterator[Ratio]:
    with ExitStack() as stack:
        fresh = [stack.enter_context(s.opened()) for _ in binders]
        stack.enter_context(s.closing_over(fresh))
        for order in permutations(range(len(binders))):
            if all(binders[n][1] is binders[m][1] for n, m in enumerate(order)):
                away = rename(s, body, {o: f for (o, _), f in zip(binders, fresh, strict=True)})
                yield rename(s, away, {fresh[m]: binders[n][0] for n, m in enumerate(order)})
