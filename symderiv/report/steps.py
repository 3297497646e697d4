"""A derivation line by line as plain data, at a level of detail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symderiv.binders import key, substitute
from symderiv.facts import is_given
from symderiv.printing.latex import aligned, latex, lines, relation
from symderiv.printing.notation import Notation
from symderiv.report.levels import BRIEF, Stage, stages
from symderiv.report.markup import Formula
from symderiv.report.records import Chain, Line, Need
from symderiv.statement import Statement
from symderiv.terms import D, Entry, Symbol, Term, subterms
from symderiv.trace import Case, Condition, Trace, lettered

WIDTH = 130


def formula_of(t: Term, to: Notation) -> Formula:
    return Formula(latex(t, to))


def equation_of(left: Term, right: Term, to: Notation) -> Formula:
    return Formula(aligned(latex(left, to), lines(right, to, WIDTH)))


@dataclass(frozen=True)
class Teller:
    """Tells a derivation at a level of detail.

    ``statuses`` are the verdicts on its steps by number; ``seen`` holds where each lemma was derived, and ``above``
    where those of another derivation were, which stands above this one.
    """

    statement: Statement
    to: Notation
    detail: str
    statuses: Mapping[str, str]
    above: Mapping[Term, str] = field(default_factory=dict)
    seen: dict[Term, str] = field(default_factory=dict)

    def chain(self, trace: Trace, prefix: str, case: Case | None = None) -> Chain:
        rows = tuple(self.line(prefix, stage) for stage in stages(trace, self.detail))
        condition = Formula(relation(case.condition, self.to)) if case else None
        return Chain(formula_of(trace.start, self.to), equation_of(trace.start, trace.result, self.to), rows, condition)

    def line(self, prefix: str, stage: Stage) -> Line:
        number = f"{prefix}{stage.first}"
        brief = self.detail == BRIEF
        trace = None if brief or not stage.lemmas else stage.lemmas[0]
        seen_at, seen_above = self.place(trace)
        lemma = None if trace is None or seen_at or seen_above else self.lemma(trace, number)
        cases = () if brief else tuple(lettered(stage.cases))
        needs = () if brief else stage.conditions
        known = stage.lemmas if brief else ()
        return Line(
            number=number,
            last=f"{prefix}{stage.last}" if len(stage.steps) > 1 else "",
            more=len(stage.steps) > 2,
            rules=tuple(rule.replace("-", " ") for rule in stage.rules),
            reasons=stage.reasons,
            status=self.status(prefix, stage),
            formula=Formula(aligned("", lines(stage.after, self.to, WIDTH))),
            needs=tuple(_need(c, self.statement, self.to) for c in needs),
            lemma=lemma,
            cases=tuple(self.chain(case.trace, f"{number}{letter}.", case) for letter, case in cases),
            seen_at=seen_at,
            seen_above=seen_above,
            known=tuple(Formula(f"{latex(t.start, self.to)} = {latex(t.result, self.to)}") for t in known),
        )

    def status(self, prefix: str, stage: Stage) -> str:
        """The verdict on all steps of a line: proved where each one is."""
        found = {self.statuses.get(f"{prefix}{n}", "") for n in range(stage.first, stage.last + 1)}
        return next((s for s in ("refuted", "undecided", "") if s in found), "proved")

    def place(self, trace: Trace | None) -> tuple[str, str]:
        """The step at which a lemma was shown before, in this derivation or in the one above it."""
        if trace is None:
            return "", ""
        return self.seen.get(lemma_key(trace), ""), self.above.get(lemma_key(trace), "")

    def lemma(self, trace: Trace, number: str) -> Chain:
        """The derivation of a lemma."""
        self.seen[lemma_key(trace)] = number
        return self.chain(trace, f"{number}.")


def lemma_key(trace: Trace) -> Term:
    """Which derivative a lemma derives, whatever its indices are called."""
    every = [v for u in subterms(trace.start) for v in ((u, u.variable) if isinstance(u, D) else (u,))]
    entries = (u for u in every if isinstance(u, Entry))
    letters = dict.fromkeys(i for u in entries for i in u.indices if isinstance(i, Symbol))
    renamed: dict[Term, Term] = {letter: Symbol(f"#{n}") for n, letter in enumerate(letters)}
    return key(substitute(trace.start, renamed))


def lemmas_of(trace: Trace) -> dict[Term, str]:
    """The lemmas that a derivation shows, with the numbers of their steps."""
    found: dict[Term, str] = {}
    for number, step in trace.walk():
        if step.lemma:
            found.setdefault(lemma_key(step.lemma.trace), number)
    return found


def _need(condition: Condition, statement: Statement, to: Notation) -> Need:
    why = "given" if is_given(condition.relation, statement) else "assumed"
    return Need(Formula(relation(condition.relation, to)), condition.reason or why)
