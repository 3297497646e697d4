"""From the records of a derivation to the plain data of its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from symderiv.binders import all_names, free_names
from symderiv.facts import bounds_size, is_given
from symderiv.printing.latex import latex, relation
from symderiv.printing.notation import DEFAULT, Notation, bold, settle
from symderiv.report.beside import beside
from symderiv.report.claims import ClaimTeller
from symderiv.report.contents import Page
from symderiv.report.domain import divisors
from symderiv.report.elements import Elements
from symderiv.report.example import worked
from symderiv.report.judged import Judgement
from symderiv.report.levels import FULL, checked_detail
from symderiv.report.markup import Code, Formula
from symderiv.report.naming import value_name
from symderiv.report.records import Assumption, Evidence, Remark, Row
from symderiv.report.steps import Teller, equation_of, formula_of
from symderiv.report.subject import Subject
from symderiv.report.whole import whole_array
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import D, Delta, Entry, Stop, Symbol, Term, subterms
from symderiv.trace import Trace

NOTHING_CLAIMED = Judgement()
NO_ELEMENTS = Elements()


def page(
    subject: Subject,
    examples: Iterable[tuple[str, Mapping[str, Any]]],
    evidence: Evidence,
    notation: Notation = DEFAULT,
    detail: str = FULL,
    judgement: Judgement = NOTHING_CLAIMED,
    elements: Elements = NO_ELEMENTS,
) -> Page:
    """The notes of a derivation as data; ``examples`` pairs a sentence with the numbers it stands for."""
    statement, trace = subject.statement, subject.trace
    name = value_name(statement)
    to = settled(subject, notation, judgement, elements)
    teller = ClaimTeller(statement, name, to)
    headline = name
    for v in statement.variables:
        headline = D(headline, v)
    return Page(
        title=subject.title,
        about=subject.about,
        spelling=dict(to.names),
        log=Formula(to.log),
        sums=to.sums,
        vectors=to.vectors,
        name=formula_of(name, to),
        variable=Formula(to.names[_head(statement.variables[0])]),
        higher=len(statement.variables) > 1,
        lettered=name is not statement.value,
        value=_value(name, statement, to),
        headline=equation_of(headline, trace.result, to),
        whole=_whole(subject, name, to),
        conditions=tuple(dict.fromkeys(_as_given(r, statement, to) for r in subject.assumed)),
        presumed=tuple(Formula(relation(r, to)) for r in subject.assumed if not is_given(r, statement)),
        divisors=tuple(_fact(f, to) for f in divisors(subject)),
        remarks=tuple(Remark(Formula(relation(fact, to)), formula_of(t, to)) for fact, t in subject.remarks),
        assumptions=tuple(_assumptions(subject, headline, to)),
        names=(*_names(statement, subject.meanings, to), *_signs(trace, judgement, to)),
        definitions=tuple(equation_of(d.head, d.body, to) for d in statement.definitions),
        chain=Teller(statement, to, checked_detail(detail), evidence.statuses).chain(trace, ""),
        examples=tuple(worked(statement, name, trace.result, text, given, to) for text, given in examples),
        code=Code(evidence.code.rstrip()),
        usage=Code(evidence.usage.rstrip()),
        equals=tuple(Code(f"{library}: {call}") for library, call in subject.equals),
        checks=evidence.checks,
        verified=evidence.verified,
        verification=evidence.verification,
        left_out=evidence.left_out,
        untried=evidence.untried,
        uncoded=evidence.uncoded,
        skipped=evidence.skipped,
        claims=teller.claims(judgement.claims),
        mistakes=teller.mistakes(judgement.claims),
        passages=tuple(map(teller.printed, judgement.passages)),
        beside=beside(elements, trace, statement.value, name, to),
    )


def _value(name: Term, statement: Statement, to: Notation) -> Formula:
    """What the value's name stands for; a value that is but a name is shown by its definition, if it has one."""
    meaning = statement.value
    for d in statement.definitions:
        if d.head is meaning:
            return equation_of(d.head, d.body, to)
    if name is meaning:
        meaning = statement.unfold(name, letters=frozenset(statement.scope.indices)) or name
    return formula_of(name, to) if meaning is name else equation_of(name, meaning, to)


def _whole(subject: Subject, name: Term, to: Notation) -> Formula | None:
    """The result as one array, for a gradient of a scalar that needs no indices."""
    statement = subject.statement
    if len(statement.variables) != 1 or not isinstance(name, Symbol):
        return None
    (variable,) = statement.variables
    result = whole_array(subject.trace.result, variable)
    if result is None or not isinstance(variable, Entry):
        return None
    to = bold(to, sorted({variable.array, *all_names(result)} & statement.scope.shapes.keys()))
    return Formula(f"\\nabla_{{{to.names[variable.array]}}} {latex(name, to)} = {latex(result, to)}")


def settled(
    subject: Subject,
    notation: Notation = DEFAULT,
    judgement: Judgement = NOTHING_CLAIMED,
    elements: Elements = NO_ELEMENTS,
) -> Notation:
    """The notation with one spelling for every name that the notes of a derivation print."""
    terms = [value_name(subject.statement), *_terms(subject), *judgement.terms(), *elements.terms()]
    return settle(notation, terms)


def _head(t: Term) -> str:
    """The name of an entry's array, or of a symbol."""
    assert isinstance(t, Entry | Symbol)
    return t.array if isinstance(t, Entry) else t.name


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


def _names(statement: Statement, meanings: Mapping[str, str], to: Notation) -> Iterator[Row]:
    scope = statement.scope
    varied = {v.array if isinstance(v, Entry) else v.name for v in statement.variables if isinstance(v, Entry | Symbol)}

    def row(name: str, meaning: str, shape: str) -> Row:
        return Row(Formula(to.names[name]), meanings.get(name, ""), meaning, Formula(shape))

    for array, shape in scope.shapes.items():
        meaning = "defined above" if array in statement.by_name else "given"
        meaning = "differentiated with respect to" if array in varied else meaning
        text = " \\times ".join(latex(s, to) for s in shape)
        if array in scope.labels:
            meaning, text = "class numbers", f"{text},\\ \\text{{from }} 1, \\dots, {latex(scope.labels[array], to)}"
        yield row(array, meaning, text)
    for scalar in _scalars(statement):
        meaning = "differentiated with respect to" if scalar in varied else "given"
        yield row(scalar, meaning, "\\text{a number}")
    for d in statement.definitions:
        if not d.parameters and d.name not in scope.shapes:
            yield row(d.name, "defined above", "\\text{a number}")
    for size in scope.sizes:
        yield row(size.name, "size, any whole number", f"\\geq {scope.least.get(size, 1)}")
    for letter, last in scope.indices.items():
        meaning = "class number" if letter in statement.classes else "free index"
        yield row(letter, meaning, f"1, \\dots, {latex(last, to)}")


def _signs(trace: Trace, judgement: Judgement, to: Notation) -> Iterator[Row]:
    """Signs the notes use that a reader may not have met: Kronecker's delta, a stopped gradient."""
    every = (*(t for _, step in trace.walk() for t in (step.before, step.after)), *judgement.terms())
    used = dict.fromkeys(u for t in every for u in subterms(t) if isinstance(u, Delta | Stop))
    delta = next((u for u in used if isinstance(u, Delta)), None)
    stopped = next((u for u in used if isinstance(u, Stop)), None)
    if delta is not None:
        yield Row(
            formula_of(delta, to), "", "Kronecker's delta: 1 where its indices agree, 0 elsewhere", Formula("0, 1")
        )
    if stopped is not None:
        meaning = "stopped gradient: the value of what it holds, with derivative 0"
        yield Row(formula_of(stopped, to), "", meaning, Formula("\\text{a number}"))


def _scalars(statement: Statement) -> list[str]:
    """The plain symbols that stand for numbers, not for sizes or indices."""
    every = [statement.value, *statement.variables]
    found = dict.fromkeys(name for t in every for name in sorted(free_names(t)))
    for d in statement.definitions:
        found |= dict.fromkeys(sorted(free_names(d.body) - {p.name for p in d.parameters}))
    other = {s.name for s in statement.scope.sizes} | set(statement.scope.indices) | set(statement.by_name)
    return [name for name in found if name not in other]
