"""A derivation as plain text for terminals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.facts import is_given
from symderiv.printing.plain import plain, relation
from symderiv.report.subject import Subject
from symderiv.statement import Statement
from symderiv.terms import Term
from symderiv.trace import Condition, Step, Trace


def text(subject: Subject) -> str:
    """The statement, every numbered step with its rule and reason, and the result."""
    statement, trace = subject.statement, subject.trace
    head = [subject.title, "", f"value   {plain(statement.value)}"]
    head += [f"where   {plain(d.head)} = {plain(d.body)}" for d in statement.definitions]
    head += [f"given   {relation(f.relation)}" for f in statement.facts]
    body = ["", f"        {plain(trace.start)}", *_chain(trace, statement, "", "")]
    tail = ["", f"result  {plain(trace.result)}"]
    tail += [f"if      {', '.join(map(relation, subject.assumed))}"] if subject.assumed else []
    tail += [f"note    with {relation(fact)} this is {plain(result)}" for fact, result in subject.remarks]
    return "\n".join([*head, *body, *tail]) + "\n"


def _chain(trace: Trace, statement: Statement, prefix: str, margin: str) -> Iterator[str]:
    for number, step in enumerate(trace.steps, 1):
        label = f"{prefix}{number}"
        yield f"{margin}{label:5} = {plain(step.after)}"
        yield f"{margin}        [{step.rule}] {step.reason}"
        yield from (f"{margin}        {line}" for line in _needs(step.conditions, statement))
        yield from _below(step, statement, label, margin + "    ")


def _below(step: Step, statement: Statement, label: str, margin: str) -> Iterator[str]:
    if step.lemma is not None:
        yield f"{margin}lemma {_equation(step.lemma.trace.start, step.lemma.trace.result)}"
        yield from _chain(step.lemma.trace, statement, f"{label}.", margin)
    for letter, case in zip("abcdefgh", step.cases, strict=False):
        yield f"{margin}case {relation(case.condition)}: {_equation(case.trace.start, case.trace.result)}"
        yield from _chain(case.trace, statement, f"{label}{letter}.", margin)


def _equation(left: Term, right: Term) -> str:
    return f"{plain(left)} = {plain(right)}"


def _needs(conditions: Iterable[Condition], statement: Statement) -> Iterator[str]:
    for condition in conditions:
        why = "given" if is_given(condition.relation, statement) else "assumed"
        yield f"needs {relation(condition.relation)}: {condition.reason or why}"
