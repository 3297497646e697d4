"""The route through the Jacobian: the row of derivatives by a defined array, times the array's Jacobian matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.binders import all_names, array_names, fresh, separate
from symderiv.engine.chain import Lemmas, assumed, define, differentiate, work_out
from symderiv.engine.dependence import depends, live_names
from symderiv.engine.rewrite import Context, Record
from symderiv.engine.routes.route import Route, behind
from symderiv.engine.sentences import SENTENCES
from symderiv.statement import Definition, Statement
from symderiv.terms import D, Entry, Symbol, Term, big, times
from symderiv.trace import Lemma
from symderiv.trace import replace as replace_terms


def run(record: Record, context: Context, lemmas: Lemmas) -> bool:
    """The chain rule through one defined name, then both of its derivatives as lemmas."""
    define(record, context)
    line = record.line
    assert isinstance(line, D)
    through = _through(line, context.statement)
    if through is None:
        return False
    indices = _letters(through, line, context)
    head = Entry(through.name, indices) if indices else Symbol(through.name)
    row = D(line.body, head)
    _sum_over(indices, times(row, D(head, line.variable)), through, record, context)
    _insert_row(row, indices, through, record, context)
    work_out(record, context, lemmas)
    return True


def _through(line: D, statement: Statement) -> Definition | None:
    """The innermost defined name through which alone the variable is reached."""
    found = [d for d in _candidates(line, statement) if _alone(line, d, statement)]
    inner = [d for d in found if not any(e is not d and e.name in behind(d.name, statement) for e in found)]
    return inner[0] if inner else None


def _candidates(line: D, statement: Statement) -> Iterator[Definition]:
    shown = live_names(line.body)
    used = {name for d in statement.definitions if d.name in shown for name in behind(d.name, statement)}
    own = live_names(line.variable)
    return (d for d in statement.definitions if d.name in used and d.name not in own)


def _alone(line: D, d: Definition, statement: Statement) -> bool:
    reached = depends(d.head, line.variable, statement)
    return reached and not depends(line.body, line.variable, statement, frozenset((d.name,)))


def _letters(d: Definition, line: D, context: Context) -> tuple[Symbol, ...]:
    """Indices for the definition that the line does not use yet, its own letters where possible."""
    taken = all_names(line) | array_names(line) | set(context.scope.indices)
    found: list[Symbol] = []
    for parameter in d.parameters:
        letter = parameter if parameter.name not in taken else fresh(taken | context.names, parameter.name)
        taken |= {letter.name}
        found.append(letter)
    return tuple(found)


def _sum_over(indices: tuple[Symbol, ...], t: Term, d: Definition, record: Record, context: Context) -> None:
    sizes = context.scope.shapes[d.name] if indices else ()
    for index, size in zip(reversed(indices), reversed(sizes), strict=True):
        t = big(index, size, t)
    record.add("chain-rule", SENTENCES["chain-rule"].format(name=d.name), t)


def _insert_row(row: D, indices: tuple[Symbol, ...], d: Definition, record: Record, context: Context) -> None:
    """Derive the derivative by the defined name, with it as the independent variable, and insert it."""
    scope = context.scope
    for index, size in zip(indices, scope.shapes[d.name] if indices else (), strict=True):
        scope = scope.within(index, size)
    preferred = replace(context.preferred, letters=tuple(i.name for i in indices))
    trace = differentiate(row, replace(context, scope=scope, preferred=preferred), Lemmas())
    result = separate(trace.result, frozenset(), context.names)
    after = replace_terms(record.line, {row: result})
    record.add("lemma", SENTENCES["row"].format(name=d.name), after, assumed(trace), Lemma(trace, ((row, result),)))


ROUTE = Route(
    "jacobian",
    "The row of derivatives by a defined array, times its Jacobian matrix.",
    "a name defined in where through which alone the value depends on the variable",
    run,
)
