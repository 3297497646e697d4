"""What was decided about a problem and about derivations in print: the records that the notes tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symderiv.claims import Claim
from symderiv.printing.latex import latex
from symderiv.printing.notation import DEFAULT, Notation, settle
from symderiv.repairs import Repair
from symderiv.report.markup import Formula
from symderiv.report.records import Numbers
from symderiv.statement import Fact
from symderiv.terms import Term
from symderiv.verdicts import SAID, Verdict

MARKS = {"refuted": " \\qquad \\text{(refuted)}", "undecided": " \\qquad \\text{(undecided)}"}


@dataclass(frozen=True)
class Judged:
    """A claim with its verdict; ``without`` are verdicts on it with one of the facts it needs withdrawn."""

    claim: Claim
    verdict: Verdict
    without: tuple[tuple[Fact, Verdict], ...] = ()
    instead: Verdict | None = None
    numbers: Numbers | None = None


@dataclass(frozen=True)
class Read:
    """A derivation as somebody wrote it: the verdicts on its links, and for each link what is said of it.

    ``reasons`` and ``instead`` are the author's, ``repairs`` what would mend a refuted link; ``outcome`` and
    ``conclusion`` tell the verdict on the whole.
    """

    title: str
    links: tuple[Verdict, ...]
    reasons: tuple[str, ...]
    instead: tuple[Verdict | None, ...]
    repairs: tuple[Repair | None, ...]
    outcome: str
    conclusion: str

    def formula(self, notation: Notation = DEFAULT) -> Formula:
        """All lines in one formula, those marked that do not follow."""
        to = settle(notation, self.terms())
        rows = (f"&{SAID[v.status]} {latex(v.claim.right, to)}{MARKS.get(v.status, '')}" for v in self.links)
        lines = " \\\\\n".join((f"& {latex(self.links[0].claim.left, to)}", *rows))
        return Formula(f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}")

    def terms(self) -> Iterator[Term]:
        """Everything that is printed of it."""
        for verdict in (*self.links, *(v for v in self.instead if v is not None)):
            yield from _printed(verdict)
        yield from (r.correction for r in self.repairs if r and r.correction)


@dataclass(frozen=True)
class Judgement:
    """All that a problem claims, decided."""

    claims: tuple[Judged, ...] = ()
    passages: tuple[Read, ...] = ()

    def terms(self) -> Iterator[Term]:
        """Everything that the notes print of it, so that each name gets one spelling."""
        for c in self.claims:
            yield from _printed(c.verdict)
            for verdict in (*(v for _, v in c.without), *([] if c.instead is None else [c.instead])):
                yield from _printed(verdict)
        for p in self.passages:
            yield from p.terms()


def _printed(verdict: Verdict) -> Iterator[Term]:
    claim = verdict.claim
    yield from (claim.left, claim.right, verdict.residual_term)
    for d in claim.statement.definitions:
        yield from (d.head, d.body)
    for r in (*(f.relation for f in claim.statement.facts), *claim.relations, *verdict.finding.conditions):
        yield from (r.left, r.right)
