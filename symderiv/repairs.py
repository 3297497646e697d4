"""What would mend a broken link of a chain of claimed equalities; every remedy is proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symderiv.named import named
from symderiv.printing import plain
from symderiv.proof.budget import Budget
from symderiv.proof.claim import within
from symderiv.proof.prove import holds
from symderiv.terms import D, Term, kinds, plus
from symderiv.verdicts import Verdict


@dataclass(frozen=True, eq=False, repr=False)
class Repair:
    """What would mend a chain at a broken link; every remedy is proved.

    ``holds_when`` are facts that make the link true, any one of them; ``skip`` says that the line before the link
    equals the line after the next one, so that leaving out the line between mends the chain; ``corrected`` is
    what the right side should be.
    """

    link: Verdict
    skip: bool
    correction: Term | None

    @property
    def holds_when(self) -> tuple[Any, ...]:
        """Facts, any one of which makes the link true."""
        return self.link.holds_when

    @property
    def residual(self) -> Any:
        """left - right of the broken link: what is missing on the right."""
        return self.link.residual

    @cached_property
    def corrected(self) -> Any:
        """The right side as it should be, as a SymPy expression; None where no form of it was found and proved."""
        return None if self.correction is None else self.link.surface.expression(self.correction)

    def lines(self, after: int) -> Iterator[str]:
        """The remedies as sentences; ``after`` is the number of the line that the link leads to."""
        if self.link.alternatives:
            yield f"line {after} follows when {' or '.join(map(plain.relation, self.link.alternatives))}"
        if self.skip:
            yield f"without line {after} the chain goes on: line {after - 1} = line {after + 1}"
        if self.correction is not None:
            yield f"line {after} should be {plain.plain(self.correction)}"

    def __repr__(self) -> str:
        return f"<Repair {'; '.join(self.lines(1)) or 'none found'}>"


def repaired(link: Verdict, following: Verdict | None, budget: Budget) -> Repair:
    """The remedies for a refuted link, by itself and with the link that follows, if one does."""
    return Repair(link, following is not None and _joins(link, following, budget), _correction(link, budget))


def _joins(link: Verdict, following: Verdict, budget: Budget) -> bool:
    """Whether the line before a link equals the one after the next."""
    before = link.claim
    return holds(within(before.left, following.claim.right, before.statement, before.relations), budget)


def _correction(link: Verdict, budget: Budget) -> Term | None:
    """What the right side of a link should be, without derivatives where it has none; None where nothing is proved."""
    claim = link.claim
    right = plus(claim.right, link.residual_term)
    if D not in kinds(claim.right):
        right = named(right, claim, budget)
    whole = within(claim.left, right, claim.statement, claim.relations)
    return right if holds(whole, budget) else None
