"""A derivation as plain text for terminals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.facts import is_given
from symderiv.printing.plain import plain, relation
from symderiv.report.domain import divisors
from symderiv.report.levels import BRIEF, FULL, Stage, checked_detail, stages
from symderiv.report.subject import Subject
from symderiv.statement import Statement
from symderiv.terms import Term
from symderiv.trace import Condition, Trace, lettered


def text(subject: Subject, detail: str = FULL) -> str:
    """The statement, the numbered steps with rule and reason as far as ``detail`` shows them, and the result.

    Raises `InputError` for an unknown level of detail.
    """
    checked_detail(detail)
    statement, trace = subject.statement, subject.trace
    head = [subject.title, "", f"value   {plain(statement.value)}"]
    head += [f"where   {plain(d.head)} = {plain(d.body)}" for d in statement.definitions]
    head += [f"given   {relation(f.relation)}" for f in statement.facts]
    body = ["", f"        {plain(trace.start)}", *_chain(trace, statement, "", "", detail)]
    tail = ["", f"result  {plain(trace.result)}"]
    rests_on = (*subject.assumed, *(f.relation for f in divisors(subject)))
    tail += [f"if      {', '.join(map(relation, rests_on))}"] if rests_on else []
    tail += [f"note    with {relation(fact)} this is {plain(result)}" for fact, result in subject.remarks]
    return "\n".join([*head, *body, *tail]) + "\n"


def _chain(trace: Trace, statement: Statement, prefix: str, margin: str, detail: str) -> Iterator[str]:
    for stage in stages(trace, detail):
        label = f"{prefix}{stage.first}" + (f"-{stage.last}" if len(stage.steps) > 1 else "")
        yield f"{margin}{label:5} = {plain(stage.after)}"
        yield f"{margin}        [{', '.join(stage.rules)}] {stage.reason}"
        if detail != BRIEF:
            yield from (f"{margin}        {line}" for line in _needs(stage.conditions, statement))
        yield from _below(stage, statement, label, margin + "    ", detail)


def _below(stage: Stage, statement: Statement, label: str, margin: str, detail: str) -> Iterator[str]:
    for trace in stage.lemmas:
        yield f"{margin}lemma {_equation(trace.start, trace.result)}"
        if detail != BRIEF:
            yield from _chain(trace, statement, f"{label}.", margin, detail)
    if detail == BRIEF:
        return
    for letter, case in lettered(stage.cases):
        yield f"{margin}case {relation(case.condition)}: {_equation(case.trace.start, case.trace.result)}"
        yield from _chain(case.trace, statement, f"{label}{letter}.", margin, detail)


def _equation(left: Term, right: Term) -> str:
    return f"{plain(left)} = {plain(right)}"


def _needs(conditions: Iterable[Condition], statement: Statement) -> Iterator[str]:
    for condition in conditions:
        why = "given" if is_given(condition.relation, statement) else "assumed"
        yield f"needs {relation(condition.relation)}: {condition.reason or why}"
