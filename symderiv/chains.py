"""A chain of claimed equalities: a verdict per link, the first link that breaks, and what would repair it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symderiv.doors.surface import Surface
from symderiv.named import named
from symderiv.printing import plain
from symderiv.printing.latex import latex
from symderiv.proof.budget import DEFAULT, Budget
from symderiv.proof.claim import within
from symderiv.proof.prove import holds
from symderiv.proof.verdict import Status
from symderiv.terms import D, Term, kinds, plus
from symderiv.verdicts import MATH, SAID, Verdict


@dataclass(frozen=True, eq=False, repr=False)
class Repair:
    """What would mend a chain at its first broken link; every remedy is proved.

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


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """The verdicts on a chain of claimed equalities; made by `check`.

    ``links[n]`` is about lines n and n + 1, counted from 0; a chain is true where all of them are proved.
    """

    links: tuple[Verdict, ...]
    surface: Surface
    budget: Budget = DEFAULT

    @property
    def status(self) -> Status:
        """ "refuted" if a link is, else "undecided" if one is, else "proved"."""
        found = {v.status for v in self.links}
        return "refuted" if "refuted" in found else "undecided" if "undecided" in found else "proved"

    @property
    def broken(self) -> int | None:
        """The place of the first refuted link, counted from 0; None where none is refuted."""
        return next((n for n, v in enumerate(self.links) if v.status == "refuted"), None)

    @property
    def first_broken(self) -> Verdict | None:
        """The first refuted link, or None."""
        return None if self.broken is None else self.links[self.broken]

    @cached_property
    def repair(self) -> Repair | None:
        """What would mend the first broken link; None where no link is refuted."""
        if self.broken is None:
            return None
        link = self.links[self.broken]
        return Repair(link, self._can_skip(self.broken), _correction(link, self.budget))

    def _can_skip(self, broken: int) -> bool:
        """Whether the line before the broken link equals the one after the next."""
        if broken + 1 >= len(self.links):
            return False
        before, after = self.links[broken].claim, self.links[broken + 1].claim
        around = within(before.left, after.right, before.statement, before.relations)
        return holds(around, self.budget)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.links)

    def __len__(self) -> int:
        return len(self.links)

    def __getitem__(self, place: int) -> Verdict:
        return self.links[place]

    def __bool__(self) -> bool:
        return self.status == "proved"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        return f"<Chain {self.status}, {len(self.links)} links>"

    def _lines(self) -> Iterator[str]:
        yield f"1    {plain.plain(self.links[0].claim.left)}"
        for n, link in enumerate(self.links, 2):
            yield f"{n:<3} = {plain.plain(link.claim.right)}"
            yield from (f"        {line}" for line in (link.status, *link.remarks()))
            if link is self.first_broken and self.repair is not None:
                yield from (f"        repair: {line}" for line in self.repair.lines(n))

    def _repr_latex_(self) -> str:
        rows = [f"& {SAID[v.status]} {latex(v.claim.right)}" for v in self.links]
        start = latex(self.links[0].claim.left)
        return "$\\displaystyle \\begin{aligned} " + start + " " + " \\\\ ".join(rows) + " \\end{aligned}$"

    def _repr_markdown_(self) -> str:
        rows = [self._repr_latex_()]
        for n, link in enumerate(self.links, 2):
            rows.append(f"line {n}: " + "; ".join((f"**{link.status}**", *link.remarks(MATH))))
        if self.repair is not None and self.broken is not None:
            rows += [f"repair: {line}" for line in self.repair.lines(self.broken + 2)]
        return "\n\n".join(rows)

    def to_dict(self) -> dict[str, Any]:
        """The chain as plain data, ready for JSON; formulas as text, places counted from 0."""
        repair = self.repair
        return {
            "status": self.status,
            "links": [v.to_dict() for v in self.links],
            "broken": self.broken,
            "repair": None
            if repair is None
            else {
                "holds_when": [plain.relation(r) for r in repair.link.alternatives],
                "skip": repair.skip,
                "corrected": None if repair.correction is None else plain.plain(repair.correction),
            },
        }


def _correction(link: Verdict, budget: Budget) -> Term | None:
    """What the right side of a link should be, without derivatives where it has none; None where nothing is proved."""
    claim = link.claim
    right = plus(claim.right, link.residual_term)
    if D not in kinds(claim.right):
        right = named(right, claim, budget)
    whole = within(claim.left, right, claim.statement, claim.relations)
    return right if holds(whole, budget) else None
