"""The normal form of a claim: the difference of its sides for every pattern of equal and distinct indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symderiv.proof.algebra import Ratio
from symderiv.proof.atoms import Index
from symderiv.proof.budget import DEFAULT, Budget
from symderiv.proof.claim import Claim
from symderiv.proof.functions import folded, rational_power
from symderiv.proof.reading import read
from symderiv.proof.session import Operations, Session, Split
from symderiv.proof.sums import total
from symderiv.proof.written import polynomial, written
from symderiv.statement import Fact
from symderiv.terms import ZERO, Number, Symbol, Term

OPERATIONS = Operations(total, rational_power, folded)


@dataclass(frozen=True)
class Pattern:
    """The difference of the sides where some indices are equal and others distinct."""

    residual: Term
    factors: tuple[Term, ...]


@dataclass(frozen=True)
class Normal:
    """What the normal form says of a claim; ``residual`` and ``factors`` are those of the generic pattern."""

    patterns: tuple[Pattern, ...]
    used: tuple[Fact, ...]

    @property
    def zero(self) -> bool:
        """Whether the sides are equal for every pattern."""
        return not any(p.factors for p in self.patterns)


def cases(s: Session, look: Callable[[], Ratio]) -> Iterator[Ratio]:
    """What a look finds, for every pattern of the indices it compares."""
    try:
        found = look()
    except Split as split:
        left, right = split.pair
        with s.apart(left, (right,)):
            if _possible(s):
                yield from cases(s, look)
        # a letter gives way to a literal, a label to a letter
        if isinstance(left, int) or (isinstance(right, tuple) and not isinstance(left, tuple)):
            left, right = right, left
        with s.equated(left, right):
            yield from cases(s, look)
        return
    yield found
