"""From the records of a derivation to the plain data of its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symderiv.binders import free_names
from symderiv.facts import bounds_size, is_given
from symderiv.printing.latex import aligned, latex, lines, relation
from symderiv.printing.notation import DEFAULT, Notation, settle
from symderiv.report.claims import ClaimTeller
from symderiv.report.example import axes, worked
from symderiv.report.judged import Judgement
from symderiv.report.levels import BRIEF, FULL, Stage, checked_detail, stages
from symderiv.report.markup import Code, Formula
from symderiv.report.records import Assumption, Chain, Evidence, Line, Need, Page, Remark, Row
from symderiv.report.subject import Subject
from symderiv.report.whole import whole_array
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import D, Delta, Entry, Stop, Symbol, Term, subterms
from symderiv.trace import Case, Condition, Trace, lettered

WIDTH = 130
NOTHING_CLAIMED = Judgement()
VALUE_NAMES = ("L", "F", "G", "loss", "value")


def page(
    subject: Subject,
    examples: Iterable[tuple[str, Mapping[str, Any]]],
    evidence: Evidence,
    notation: Notation = DEFAULT,
    detail: str = FULL,
    judgement: Judgement = NOTHING_CLAIMED,
) -> Page:
    """The notes of a derivation as data; ``examples`` pairs a sentence with the numbers it stands for."""
    statement, trace = subject.statement, subject.trace
    name = value_name(statement)
    to = settled(subject, notation, judgement)
    teller = ClaimTeller(statement, name, to)
    headline = name
    for v in statement.variables:
        headline = D(headline, v)
    return Page(
        title=subject.title,
        spelling=dict(to.names),
        log=Formula(to.log),
        higher=len(statement.variables) > 1,
        lettered=name is not statement.value,
        value=_value(name, statement, to),
        headline=_equation(headline, trace.result, to),
        whole=_whole(subject, name, to),
        conditions=tuple(dict.fromkeys(_as_given(r, statement, to) for r in subject.assumed)),
        presumed=tuple(Formula(relation(r, to)) for r in subject.assumed if not is_given(r, statement)),
        remarks=tuple(Remark(Formula(relation(fact, to)), _formula(t, to)) for fact, t in subject.remarks),
        assumptions=tuple(_assumptions(subject, headline, to)),
        names=(*_names(statement, to), *_signs(trace, judgement, to)),
        definitions=tuple(_equation(d.head, d.body, to) for d in statement.definitions),
        chain=_Teller(statement, to, checked_detail(detail), evidence.statuses).chain(trace, ""),
        examples=tuple(worked(statement, name, trace.result, text, given, to) for text, given in examples),
        code=Code(evidence.code.rstrip()),
        usage=Code(evidence.usage.rstrip()),
        equals=tuple(Code(f"{library}: {call}") for library, call in subject.equals),
        checks=evidence.checks,
        verified=evidence.verified,
        verification=evidence.verification,
        left_out=evidence.left_out,
        untried=evidence.untried,
        claims=teller.claims(judgement.claims),
        mistakes=teller.mistakes(judgement.claims),
        passages=tuple(map(teller.printed, judgement.passages)),
    )


def _value(name: Term, statement: Statement, to: Notation) -> Formula:
    """What the value's name stands for; a value that is but a name is shown by its definition, if it has one."""
    meaning = statement.value
    if name is meaning:
        meaning = statement.unfold(name, letters=frozenset(statement.scope.indices)) or name
    return _formula(name, to) if meaning is name else _equation(name, meaning, to)


def _whole(subject: Subject, name: Term, to: Notation) -> Formula | None:
    """The result as one array, for a gradient of a scalar that needs no indices."""
    if len(subject.statement.variables) != 1 or not isinstance(name, Symbol):
        return None
    (variable,) = subject.statement.variables
    result = whole_array(subject.trace.result, variable)
    if result is None or not isinstance(variable, Entry):
        return None
    return Formula(f"\\nabla_{{{to.names[variable.array]}}} {latex(name, to)} = {latex(result, to)}")


def value_name(statement: Statement) -> Term:
    """What the notes call the value: its own name if it has one, else a letter that is free."""
    if isinstance(statement.value, Symbol | Entry):
        return statement.value
    taken = {d.name for d in statement.definitions} | set(statement.scope.shapes) | set(statement.scope.indices)
    taken |= {s.name for s in statement.scope.sizes} | {v.name for v in statement.variables if isinstance(v, Symbol)}
    letter = next(s for s in (*VALUE_NAMES, "the_value") if s not in taken)
    own = axes(statement, statement.value)
    return Entry(letter, own) if own else Symbol(letter)


def settled(subject: Subject, notation: Notation = DEFAULT, judgement: Judgement = NOTHING_CLAIMED) -> Notation:
    """The notation with one spelling for every name that the notes of a derivation print."""
    return settle(notation, [value_name(subject.statement), *_terms(subject), *judgement.terms()])


def _terms(subject: Subject) -> Iterator[Term]:
    """Everything the notes print, so that each name gets one spelling throughout."""
    statement, trace = subject.statement, subject.trace
    yield from (statement.value, *statement.variables)
    for d in statement.definitions:
        yield from (d.head, d.body)
    for f in statement.facts:
        yield from (f.relation.left, f.relation.right)
    for array, shape in statement.scope.shapes.items():
        yield Entry(array, shape)
    for letter, size in statement.scope.indices.items():
        yield from (Symbol(letter), size)
    yield trace.start
    yield from (t for t in subject.without if t is not None)
    for fact, t in subject.remarks:
        yield from (fact.left, fact.right, t)
    for _, step in trace.walk():
        yield from (step.before, step.after)


def _formula(t: Term, to: Notation) -> Formula:
    return Formula(latex(t, to))


def _equation(left: Term, right: Term, to: Notation) -> Formula:
    return Formula(aligned(latex(left, to), lines(right, to, WIDTH)))


@dataclass(frozen=True)
class _Teller:
    """Tells a derivation at a level of detail; ``statuses`` are verdicts, ``seen`` holds where a lemma was derived."""

    statement: Statement
    to: Notation
    detail: str
    statuses: Mapping[str, str]
    seen: dict[Trace, str] = field(default_factory=dict)

    def chain(self, trace: Trace, prefix: str, case: Case | None = None) -> Chain:
        rows = tuple(self.line(prefix, stage) for stage in stages(trace, self.detail))
        condition = Formula(relation(case.condition, self.to)) if case else None
        return Chain(_formula(trace.start, self.to), _equation(trace.start, trace.result, self.to), rows, condition)

    def line(self, prefix: str, stage: Stage) -> Line:
        number = f"{prefix}{stage.first}"
        brief = self.detail == BRIEF
        lemma, seen_at = (None, "") if brief or not stage.lemmas else self.lemma(stage.lemmas[0], number)
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
            known=tuple(Formula(f"{latex(t.start, self.to)} = {latex(t.result, self.to)}") for t in known),
        )

    def status(self, prefix: str, stage: Stage) -> str:
        """The verdict on all steps of a line: proved where each one is."""
        found = {self.statuses.get(f"{prefix}{n}", "") for n in range(stage.first, stage.last + 1)}
        return next((s for s in ("refuted", "undecided", "") if s in found), "proved")

    def lemma(self, trace: Trace, number: str) -> tuple[Chain | None, str]:
        """The derivation of a lemma, or the step at which it was shown before."""
        if trace in self.seen:
            return None, self.seen[trace]
        self.seen[trace] = number
        return self.chain(trace, f"{number}."), ""


def _need(condition: Condition, statement: Statement, to: Notation) -> Need:
    why = "given" if is_given(condition.relation, statement) else "assumed"
    return Need(Formula(relation(condition.relation, to)), condition.reason or why)


def _as_given(needed: Relation, statement: Statement, to: Notation) -> Formula:
    """A condition in the words of the fact it is an instance of, if it is one."""
    facts = (f for f in statement.facts if is_given(needed, replace(statement, facts=(f,))))
    found = next(facts, None)
    return Formula(relation(needed, to)) if found is None else _fact(found, to)


def _fact(fact: Fact, to: Notation) -> Formula:
    over = ", ".join(latex(v, to) for v in fact.variables)
    return Formula(relation(fact.relation, to) + (f" \\quad\\text{{for every }} {over}" if over else ""))


def _assumptions(subject: Subject, headline: Term, to: Notation) -> Iterator[Assumption]:
    facts = subject.statement.facts
    for fact, other in zip(facts, subject.without or (None,) * len(facts), strict=True):
        without = Formula(f"{latex(headline, to)} = {latex(other, to)}") if other is not None else None
        used = any(is_given(r, replace(subject.statement, facts=(fact,))) for r in subject.assumed)
        yield Assumption(_fact(fact, to), without, used, bounds_size(fact, subject.statement))


def _names(statement: Statement, to: Notation) -> Iterator[Row]:
    scope = statement.scope
    varied = {v.array if isinstance(v, Entry) else v.name for v in statement.variables if isinstance(v, Entry | Symbol)}
    for array, shape in scope.shapes.items():
        meaning = "defined below" if array in statement.by_name else "given"
        meaning = "differentiated with respect to" if array in varied else meaning
        text = " \\times ".join(latex(s, to) for s in shape)
        if array in scope.labels:
            meaning, text = "class numbers", f"{text},\\ \\text{{from }} 1, \\dots, {latex(scope.labels[array], to)}"
        yield Row(Formula(to.names[array]), meaning, Formula(text))
    for scalar in _scalars(statement):
        meaning = "differentiated with respect to" if scalar in varied else "given"
        yield Row(Formula(to.names[scalar]), meaning, Formula("\\text{a number}"))
    for size in scope.sizes:
        yield Row(_formula(size, to), "size, any whole number", Formula(f"\\geq {scope.least.get(size, 1)}"))
    for letter, last in scope.indices.items():
        meaning = "class number" if letter in statement.classes else "free index"
        yield Row(Formula(to.names[letter]), meaning, Formula(f"1, \\dots, {latex(last, to)}"))


def _signs(trace: Trace, judgement: Judgement, to: Notation) -> Iterator[Row]:
    """Signs the notes use that a reader may not have met: Kronecker's delta, a stopped gradient."""
    every = (*(t for _, step in trace.walk() for t in (step.before, step.after)), *judgement.terms())
    used = dict.fromkeys(u for t in every for u in subterms(t) if isinstance(u, Delta | Stop))
    delta = next((u for u in used if isinstance(u, Delta)), None)
    stopped = next((u for u in used if isinstance(u, Stop)), None)
    if delta is not None:
        yield Row(_formula(delta, to), "Kronecker's delta: 1 where its indices agree, 0 elsewhere", Formula("0, 1"))
    if stopped is not None:
        meaning = "stopped gradient: the value of what it holds, with derivative 0"
        yield Row(_formula(stopped, to), meaning, Formula("\\text{a number}"))


def _scalars(statement: Statement) -> list[str]:
    """The plain symbols that stand for numbers, not for sizes or indices."""
    every = [statement.value, *statement.variables]
    found = dict.fromkeys(name for t in every for name in sorted(free_names(t)))
    for d in statement.definitions:
        found |= dict.fromkeys(sorted(free_names(d.body) - {p.name for p in d.parameters}))
    other = {s.name for s in statement.scope.sizes} | set(statement.scope.indices) | set(statement.by_name)
    return [name for name in found if name not in other]
