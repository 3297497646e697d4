"""Verdicts on claims as plain data of the notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from symderiv.binders import alpha_equal, free_names
from symderiv.claims import Mistake
from symderiv.engine.printed import cost
from symderiv.printing.latex import latex, relation
from symderiv.printing.notation import Notation
from symderiv.proof.claim import Claim as Stated
from symderiv.proof.point import Interval, Logarithm, Values
from symderiv.proof.verdict import Status
from symderiv.proof.witness import Counterexample
from symderiv.repairs import Repair
from symderiv.report.judged import Judged, Read
from symderiv.report.markup import Formula, line_of, tex
from symderiv.report.naming import lettered
from symderiv.report.records import Decided, Failure, Printed, Required
from symderiv.statement import Fact, Relation, Statement, names_used
from symderiv.terms import D, Symbol, Term, kinds, minus, number
from symderiv.verdicts import SAID, Verdict

SHORT = 26  # the printed size up to which left - right tells a reader something
DIGITS = (4, 8, 12)


@dataclass(frozen=True)
class ClaimTeller:
    """Tells verdicts in the letters of a problem's notes; ``name`` is what they call its value."""

    statement: Statement
    name: Term
    to: Notation

    def claims(self, judged: Iterable[Judged]) -> tuple[Decided, ...]:
        """The claims that are meant to hold."""
        return tuple(self.decided(c) for c in judged if not isinstance(c.claim, Mistake))

    def mistakes(self, judged: Iterable[Judged]) -> tuple[Decided, ...]:
        """The mistakes."""
        return tuple(self.decided(c) for c in judged if isinstance(c.claim, Mistake))

    def decided(self, c: Judged) -> Decided:
        """One claim."""
        mistake = c.claim if isinstance(c.claim, Mistake) else None
        return Decided(
            text=line_of(c.claim.text),
            source=line_of(mistake.source) if mistake else "",
            status=c.verdict.status,
            reason=c.verdict.reason,
            formula=self.equation(c.verdict),
            where=self.definitions(c.verdict.claim),
            given=tuple(map(self.relation, self._own(c.verdict.claim))),
            needs=tuple(self._needs(c.verdict, c.without)),
            failure=self.failure(c.verdict, mended=c.instead is not None),
            instead=None if c.instead is None else self.equation(c.instead),
            mended=c.instead is not None and c.instead.status == "proved",
            numbers=c.numbers,
        )

    def printed(self, read: Read) -> Printed:
        """A derivation as somebody wrote it, line by line."""
        claim = read.links[0].claim
        rows = zip(read.links, read.reasons, read.instead, read.repairs, strict=True)
        return Printed(
            title=line_of(read.title),
            where=self.definitions(claim),
            given=tuple(map(self.relation, self._own(claim))),
            start=Formula(latex(claim.left, self.to)),
            links=tuple(self.link(*row) for row in rows),
            skips=tuple(n for n, repair in enumerate(read.repairs, 2) if repair and repair.skip),
            outcome=read.outcome,
            conclusion=read.conclusion,
        )

    def link(self, verdict: Verdict, reason: str, instead: Verdict | None, repair: Repair | None) -> Decided:
        """How a line of a derivation follows from the one before; what should stand there is the author's first."""
        right, correction = verdict.claim.right, repair.correction if repair else None
        if correction is not None and alpha_equal(correction, verdict.claim.left):
            correction = None  # the line before once more: nothing new to a reader
        better = correction if instead is None else instead.claim.right
        return Decided(
            text=line_of(reason),
            source="",
            status=verdict.status,
            reason=verdict.reason,
            formula=Formula(f"{SAID[verdict.status]} {latex(right, self.to)}"),
            where=(),
            given=(),
            needs=tuple(Required(self.relation(r)) for r in verdict.finding.conditions),
            failure=self.failure(verdict, mended=False),
            instead=None if better is None else Formula(f"{SAID[_status(instead)]} {latex(better, self.to)}"),
            mended=better is not None and _status(instead) == "proved",
            numbers=None,
        )

    def equation(self, verdict: Verdict) -> Formula:
        """A claim with the sign that its verdict gives it."""
        left, right = (latex(self._lettered(t), self.to) for t in (verdict.claim.left, verdict.claim.right))
        return Formula(f"{left} {SAID[verdict.status]} {right}")

    def formula(self, t: Term) -> Formula:
        """A term, with the value under its name."""
        return Formula(latex(self._lettered(t), self.to))

    def relation(self, r: Relation) -> Formula:
        """A relation, with the value under its name."""
        return Formula(relation(Relation(r.sign, self._lettered(r.left), self._lettered(r.right)), self.to))

    def definitions(self, claim: Stated) -> tuple[Formula, ...]:
        """The definitions that the problem does not have."""
        own = (d for d in claim.statement.definitions if d.name not in self.statement.by_name)
        return tuple(self.relation(Relation("=", d.head, d.body)) for d in own)

    def failure(self, verdict: Verdict, mended: bool) -> Failure | None:
        """Where a refuted claim fails; what would make it true is left out where it is said what should stand there."""
        found = verdict.finding.counterexample
        if not isinstance(found, Counterexample):
            return None
        left, right = _decimals(found.left, found.right)
        return Failure(
            point=tuple(self._point(found, verdict.claim)),
            left=left,
            right=right,
            residual=self.residual(verdict),
            agrees=tuple(self._sizes(at) for at in self._agreements(verdict)),
            holds_when=() if mended else self._useful(verdict),
        )

    def residual(self, verdict: Verdict) -> Formula | None:
        """left - right, where that says more than the claim does."""
        t, claim = verdict.residual_term, verdict.claim
        sides = minus(claim.left, claim.right)
        told = D not in kinds(t) and cost(t) <= SHORT and (D in kinds(sides) or cost(t) < cost(sides))
        return self.formula(t) if told and verdict.status != "proved" else None

    def _useful(self, verdict: Verdict) -> tuple[Formula, ...]:
        """What would make a claim true without speaking of its indices."""
        claim = verdict.claim
        free = claim.indices.keys()
        found = (r for r in verdict.alternatives if not (free_names(r.left) | free_names(r.right)) & free)
        return tuple(map(self.relation, found))

    def _agreements(self, verdict: Verdict) -> Iterator[dict[str, int]]:
        """Sizes at which a refuted claim holds; of pairs of sizes only those that show a size of its own."""
        yield from (dict(at) for at in verdict.coinciding if len(at) == 1)

    def _sizes(self, at: dict[str, int]) -> Formula:
        return Formula(", ".join(f"{self._spelt(name)} = {n}" for name, n in at.items()))

    def _own(self, claim: Stated) -> Iterator[Relation]:
        """The facts and relations that the problem does not have."""
        known = {f.relation for f in self.statement.facts}
        yield from claim.relations
        yield from (f.relation for f in claim.statement.facts if f.relation not in known)

    def _needs(self, verdict: Verdict, without: Iterable[tuple[Fact, Verdict]] = ()) -> Iterator[Required]:
        """What a claim needs beyond the facts of its own, and what it comes to without.

        A fact that only says where the sides have a value, as q > 0 does of log q, is none: without it the claim
        is proved as well.
        """
        own, found = set(self._own(verdict.claim)), {fact.relation: weaker for fact, weaker in without}
        for r in verdict.finding.conditions:
            if r in found and found[r].status == "proved":
                continue
            if r in found:
                yield Required(self.relation(r), found[r].status, self.residual(found[r]))
            elif r not in own:
                yield Required(self.relation(r))

    def _point(self, found: Counterexample, claim: Stated) -> Iterator[Formula]:
        used, point = _reached(claim), found.point
        for name, n in (*point.sizes.items(), *point.indices.items()):
            yield Formula(f"{self._spelt(name)} = {n}")
        for name, values in point.values.items():
            if name in used:
                yield Formula(f"{self.to.names[name]} = {self._values(values)}")
        yield from (Formula(f"\\text{{{tex(said)}}}") for said in point.functions.values())

    def _spelt(self, name: str) -> str:
        return latex(Symbol(name), self.to)

    def _values(self, values: Values) -> str:
        if not isinstance(values, tuple):
            return f"\\log {_exact(values.argument)}" if isinstance(values, Logarithm) else _exact(Fraction(values))
        if any(isinstance(row, tuple) and not isinstance(row[0], tuple) for row in values):
            rows = (" & ".join(map(self._values, row)) for row in values)
            return "\\begin{bmatrix} " + " \\\\ ".join(rows) + " \\end{bmatrix}"
        return "\\left(" + ",\\ ".join(map(self._values, values)) + "\\right)"

    def _lettered(self, t: Term) -> Term:
        return lettered(t, self.statement.value, self.name)


def _status(instead: Verdict | None) -> Status:
    """The verdict on what should stand there; a correction is proved where nothing is said."""
    return "proved" if instead is None else instead.status


def _reached(claim: Stated) -> frozenset[str]:
    """The names that the sides of a claim speak of, directly or through definitions."""
    by_name, todo = claim.statement.by_name, [claim.left, claim.right]
    found: set[str] = set()
    while todo:
        new = names_used(todo.pop()) - found
        found |= new
        todo += [by_name[name].body for name in sorted(new & by_name.keys())]
    return frozenset(found)


def _exact(value: Fraction) -> str:
    return latex(number(value))


def _decimals(left: Interval, right: Interval) -> tuple[Formula, Formula]:
    """Both sides, rounded to as many digits as it takes to tell them apart; short fractions as they are."""
    for digits in DIGITS:
        shown = tuple(_rounded(side, digits) for side in (left, right))
        if shown[0] != shown[1]:
            break
    return shown[0], shown[1]


def _rounded(side: Interval, digits: int) -> Formula:
    if side.lower == side.upper and side.lower.denominator < 100:
        return Formula(_exact(side.lower))
    middle = (side.lower + side.upper) / 2
    text = f"{float(middle):.{digits}f}"
    return Formula(text.lstrip("-") if float(text) == 0 else text)
