"""Derivations back from plain data, checked as far as data can be: nothing in it is taken on trust.

The terms are read by `symderiv.codec`, the problem is stated anew with all the checks that any problem
passes, the trace is made anew with those of a trace, a reason that discharges a condition must be one,
no step may fail at the points that are tried, and in the end the derivation must read as the data says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from symderiv.binders import array_names, free_names, index_names
from symderiv.codec import TermReader, kind_of, shown
from symderiv.doors.objects import REMEDY, restore
from symderiv.engine.derive import Derived, Remark, check_facts, large_enough
from symderiv.engine.diagonals import check_diagonals
from symderiv.errors import InconsistentTrace, InputError
from symderiv.exchange import FORMAT, written
from symderiv.facts import nonzero, positive
from symderiv.problem import Problem
from symderiv.proof.steps import doubt_trace
from symderiv.scope import Clause, infer
from symderiv.statement import Definition, Fact, Relation, Statement, state
from symderiv.terms import ZERO, D, Symbol, Term, subterms
from symderiv.trace import Case, Condition, Lemma, Step, Trace

SIGNS = ("=", "!=", ">", ">=")
DEEPEST = 30  # lemmas and cases within one another


def restored(data: Any) -> tuple[Problem, Derived]:
    """The problem and its derivation; raises `InputError` or `InconsistentTrace` for data that is not right."""
    try:
        problem, derived = _restored(data)
        _compare(written(problem, derived), data, "the derivation")
        return problem, derived
    except RecursionError:
        raise InputError(f"the data is nested too deeply; {REMEDY}") from None


def _restored(data: Any) -> tuple[Problem, Derived]:
    version = _get(data, "format", int)
    if version != FORMAT:
        raise InputError(f"the data is of format {shown(version)}; this version of symderiv reads format {FORMAT}")
    exact = _get(data, "exact", dict)
    read = _Reader(TermReader(_get(exact, "terms", list)))
    name, title = _get(data, "problem", str), _get(data, "title", str | None)
    own = read.statement(name, _get(exact, "statement", dict))
    surface = restore(_get(exact, "objects", dict))
    told = (_get(data, "about", str), _get(data, "meanings", dict), _get(data, "notation", str))
    problem = Problem.of(own, surface, title, *told)
    other = _get(exact, "with_letters", dict | None)
    statement = own if other is None else _with_letters(read.statement(name, other), own)
    trace = read.trace(read.term(_get(exact, "start", int)), _get(data, "steps", list), statement, DEEPEST)
    if trace.start is not reduce(D, own.variables, own.value):
        raise InconsistentTrace("the derivation does not start from the derivative of the problem's value")
    check_diagonals(trace, statement)
    check_facts(trace, statement)
    statement = large_enough(statement, trace)
    remarks = tuple(read.remark(row, statement) for row in _get(exact, "remarks", list))
    _try_out(trace, statement, "the derivation")
    for remark in remarks:
        _try_remark(remark, trace, statement)
    return problem, Derived(statement, trace, remarks)


@dataclass(frozen=True)
class _Reader:
    terms: TermReader

    def term(self, place: Any) -> Term:
        return self.terms.term(place)

    def symbols(self, places: Any) -> tuple[Symbol, ...]:
        found = tuple(map(self.term, _list(places)))
        if not all(isinstance(t, Symbol) for t in found):
            raise InputError(f"an index that is no symbol; {REMEDY}")
        return tuple(t for t in found if isinstance(t, Symbol))

    def relation(self, row: Any) -> Relation:
        sign, left, right = _list(row, 3)
        if sign not in SIGNS:
            raise InputError(f"the sign of a relation is one of {' '.join(SIGNS)}, not {shown(sign)}; {REMEDY}")
        return Relation(sign, self.term(left), self.term(right))

    def statement(self, name: str, data: Any) -> Statement:
        """A statement, with its scope inferred once more; only the order of the scope's names is the data's."""
        shapes = {_name(a): tuple(map(self.term, _list(s))) for a, s in self._pairs(data, "shapes")}
        indices = {_name(i): self.term(size) for i, size in self._pairs(data, "indices")}
        found = state(
            name,
            self.term(_get(data, "value", int)),
            tuple(map(self.term, _get(data, "variables", list))),
            tuple(self._definition(row) for row in _get(data, "definitions", list)),
            tuple(self._fact(row) for row in _get(data, "facts", list)),
            shapes,
        )
        if found.scope.shapes != shapes or found.scope.indices != indices or not found.variables:
            raise InputError(f"the shapes and ranges are not those of the problem; {REMEDY}")
        return replace(found, scope=replace(found.scope, shapes=shapes, indices=indices))

    def _pairs(self, data: Any, field: str) -> list[list[Any]]:
        return [_list(row, 2) for row in _get(data, field, list)]

    def _definition(self, row: Any) -> Definition:
        name, parameters, body = _list(row, 3)
        return Definition(_name(name), self.symbols(parameters), self.term(body))

    def _fact(self, row: Any) -> Fact:
        *relation, variables = _list(row, 4)
        return Fact(self.relation(relation), self.symbols(variables))

    def remark(self, row: Any, statement: Statement) -> Remark:
        *relation, result = _list(row, 4)
        found = Remark(self.relation(relation), self.term(result))
        _check_names((found.fact.left, found.fact.right, found.result), statement)
        return found

    def trace(self, start: Term, rows: Any, statement: Statement, deeper: int) -> Trace:
        if not deeper:
            raise InputError(f"lemmas and cases are nested more than {DEEPEST} deep; {REMEDY}")
        _check_names((start,), statement)
        return Trace(start, tuple(self._step(row, statement, deeper - 1) for row in _list(rows)))

    def _step(self, row: Any, statement: Statement, deeper: int) -> Step:
        before, after = map(self.term, _list(_get(row, "exact", list), 2))
        _check_names((before, after), statement)
        conditions = tuple(self._condition(c, statement) for c in _get(row, "conditions", list))
        _check_reasons(conditions, statement)
        cases = () if "cases" not in row else _list(row["cases"])
        return Step(
            _line(_get(row, "rule", str)),
            _line(_get(row, "reason", str)),
            before,
            after,
            conditions,
            self._lemma(row["lemma"], statement, deeper) if "lemma" in row else None,
            tuple(Case(self.relation(_get(c, "of", list)), self._part(c, statement, deeper)) for c in cases),
        )

    def _part(self, data: Any, statement: Statement, deeper: int) -> Trace:
        return self.trace(self.term(_get(data, "exact", int)), _get(data, "steps", list), statement, deeper)

    def _lemma(self, data: Any, statement: Statement, deeper: int) -> Lemma:
        pairs = [_list(pair, 2) for pair in _get(data, "instances", list)]
        instances = tuple((self.term(left), self.term(right)) for left, right in pairs)
        for pair in instances:
            _check_names(pair, statement)
        return Lemma(self._part(data, statement, deeper), instances)

    def _condition(self, data: Any, statement: Statement) -> Condition:
        relation = self.relation(_get(data, "exact", list))
        _check_names((relation.left, relation.right), statement)
        reason = _get(data, "reason", str | None)
        return Condition(relation, None if reason is None else _line(reason))


def _check_names(terms: Iterable[Term], statement: Statement) -> None:
    """A line is about the arrays and scalars of the problem, in their shapes; its indices may be its own."""
    scope = statement.scope
    every = (statement.value, *statement.variables, *(d.body for d in statement.definitions))
    every += tuple(side for f in statement.facts for side in (f.relation.left, f.relation.right))
    scalars = frozenset().union(*map(free_names, every)) | {s.name for s in scope.sizes} | statement.by_name.keys()
    for t in terms:
        unknown = (array_names(t) - scope.shapes.keys()) | (free_names(t) - index_names(t) - scalars)
        if unknown:
            raise InputError(f"a line mentions {shown(min(unknown))}, which the problem does not; {REMEDY}")
        if any(isinstance(u, D) and u.variable in scope.sizes for u in subterms(t)):
            raise InputError(f"a line differentiates by a size; {REMEDY}")
        infer((Clause(t, (), "a line"),), scope.shapes)


def _check_reasons(conditions: tuple[Condition, ...], statement: Statement) -> None:
    """What discharges a condition is found again, and what that rests on is recorded beside it."""
    kept = {c.relation for c in conditions}
    for c in conditions:
        if c.reason is None:
            continue
        ask = {"!=": nonzero, ">": positive}.get(c.relation.sign)
        why = ask(c.relation.left, statement) if ask and c.relation.right is ZERO else None
        if why is None or why.phrase != c.reason or not kept.issuperset(why.given):
            raise InconsistentTrace(
                f"by {shown(c.reason)} a condition is said to hold, but the problem does not show it"
            )


def _with_letters(found: Statement, own: Statement) -> Statement:
    """The statement with letters of the derivation's own; its value is the problem's, written with them."""
    kept = replace(found, value=own.value, definitions=own.definitions, scope=own.scope)
    same = [d for d in found.definitions if d.name in own.by_name] == list(own.definitions)
    if kept != own or not same:
        raise InconsistentTrace("the letters of the derivation change the problem")
    named = Step("name", "Give parts of the value letters.", own.value, found.value)
    _try_out(Trace(own.value, (named,)), found, "the value with letters of the derivation's own")
    return found


def _try_out(trace: Trace, statement: Statement, what: str) -> None:
    """Refuse what a few points refute; what is left is for `verify` to say."""
    for (number, step), (_, verdict) in zip(trace.walk(), doubt_trace(trace, statement), strict=True):
        if verdict.status == "refuted":
            raise InconsistentTrace(f"{what} is false at step {number} ({step.rule}): {verdict.reason}")


def _try_remark(remark: Remark, trace: Trace, statement: Statement) -> None:
    step = Step("remark", "Use what would be given.", trace.result, remark.result, (Condition(remark.fact),))
    given = replace(statement, facts=(*statement.facts, Fact(remark.fact)))
    _try_out(Trace(trace.result, (step,)), given, "a remark")


def _get(data: Any, field: str, kind: Any) -> Any:
    """A field of an object, of the kind it has to be."""
    if not isinstance(data, dict):
        raise InputError(f"an object with the field {field!r} belongs where {kind_of(data)} stands; {REMEDY}")
    if field not in data:
        raise InputError(f"the field {field!r} is missing; {REMEDY}")
    value = data[field]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InputError(f"the field {field!r} is {kind_of(value)}; {REMEDY}")
    return value


def _list(data: Any, length: int | None = None) -> list[Any]:
    if not isinstance(data, list) or (length is not None and len(data) != length):
        raise InputError(f"{shown(data)} stands where a list of {length or 'some'} items belongs; {REMEDY}")
    return data


def _name(data: Any) -> str:
    if not isinstance(data, str) or not data:
        raise InputError(f"{shown(data)} stands where a name belongs; {REMEDY}")
    return data


def _line(text: str) -> str:
    if not text or not text.isprintable():
        raise InputError(f"{shown(text)} stands where a line of text belongs; {REMEDY}")
    return text


def _compare(wanted: Any, found: Any, where: str) -> None:
    """Refuse data that says anything else, or anything more, than the derivation it stands for."""
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted.keys() == found.keys():
        for field, value in wanted.items():
            _compare(value, found[field], field)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for one, other in zip(wanted, found, strict=True):
            _compare(one, other, where)
    elif isinstance(wanted, list | dict) and isinstance(found, type(wanted)):
        raise InputError(f"{where} has other fields or another number of items than the terms have; {REMEDY}")
    elif type(wanted) is not type(found) or wanted != found:
        raise InputError(f"{where} says {shown(found)}, but the terms read {shown(wanted)}; {REMEDY}")
