"""From a statement to the trace of its derivative, and what else a reader should know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce

from symderiv.binders import all_names, array_names, free_names, key, relettered
from symderiv.engine.chain import Lemmas, assumed, differentiate
from symderiv.engine.dependence import depends, live_names
from symderiv.engine.diagonals import check_diagonals
from symderiv.engine.form import tidy_whole
from symderiv.engine.naming import name_fractions, name_shares, unnamed
from symderiv.engine.poles import guard
from symderiv.engine.polynomial import Preferred
from symderiv.engine.printed import cost
from symderiv.engine.rewrite import Context, Record
from symderiv.engine.routes import ROUTES, Route
from symderiv.engine.sentences import SENTENCES
from symderiv.errors import InconsistentTrace, InputError, Refused
from symderiv.facts import given_as
from symderiv.letters import ordered_indices
from symderiv.printing.plain import plain
from symderiv.statement import Relation, Statement
from symderiv.terms import ONE, Big, D, Entry, Number, Symbol, Term, parts, rebuild, subterms
from symderiv.trace import Case, Condition, Step, Trace, specialise


@dataclass(frozen=True)
class Remark:
    """With ``fact`` given as well, the result would be ``result``."""

    fact: Relation
    result: Term


@dataclass(frozen=True)
class Derived:
    """The trace from the problem's own derivative to the result, and remarks on it.

    ``statement`` is the problem's, with the letters that the derivation introduced.
    """

    statement: Statement
    trace: Trace
    remarks: tuple[Remark, ...]


def derive_statement(statement: Statement, route: str = "chain") -> Derived:
    """Differentiate the value by each variable in turn, the first time by the route.

    Raises `InputError` where the value does not depend on the first variable or the route is
    unknown, `Refused` where no rule applies, a summand has no derivative or the route's
    precondition fails.
    """
    if route not in ROUTES:
        raise InputError(f"unknown route {route!r}; the routes are: {', '.join(ROUTES)}")
    check_dependence(statement)
    start = _nested(statement.value, statement.variables)
    _check_order(start, statement)
    first_named = name_fractions(statement)
    record = Record(start)
    record.add("name", SENTENCES["name"], _nested(first_named.value, statement.variables))
    named, derived = _derive(first_named, ROUTES[route], record)
    for letter in reversed(named.definitions[len(statement.definitions) :]):
        result = unnamed(record.line, letter, frozenset(named.scope.indices), all_names(start))
        record.add("unname", SENTENCES["unname"].format(name=letter.name), result)
    finished = record.trace()
    check_diagonals(finished, named)
    check_facts(finished, named)
    remarks = tuple(_remarks(finished.result, named, derived))
    return Derived(large_enough(named, finished), finished, remarks)


def check_dependence(statement: Statement) -> None:
    """Raise `InputError` where the value does not depend on the first variable."""
    first = statement.variables[0]
    if not depends(statement.value, first, statement):
        raise InputError(
            f"the value does not depend on {_name(first)}; check wrt, or whether a definition in where is missing"
        )


def large_enough(statement: Statement, trace: Trace) -> Statement:
    """The statement with sizes that are as large as the derivation assumes them to be."""
    scope = statement.scope
    least = dict(scope.least)
    for relation in (c.relation for c in assumed(trace)):
        if relation.sign == ">=" and relation.left in scope.sizes and isinstance(relation.right, Number):
            least[relation.left] = max(int(relation.right.value), least.get(relation.left, 1))
    return statement if least == scope.least else replace(statement, scope=replace(scope, least=least))


def _check_order(start: Term, statement: Statement) -> None:
    """Raise `Refused` for a derivative by a defined name of one that went through its definition.

    By p, p is independent, and what was differentiated through p holds p and what p is made of alike:
    the answer would depend on how the first derivative happens to be written.
    """
    orders = [u for u in subterms(start) if isinstance(u, D)]
    pairs = ((o.variable, u.variable) for o in orders for u in subterms(o.body) if isinstance(u, D))
    for outer, inner in pairs:
        if live_names(outer) != live_names(inner) and depends(outer, inner, statement):
            raise Refused(
                f"{_name(outer)} is defined through {_name(inner)}: a derivative by the one after one by the other "
                f"depends on how the first is written; differentiate by {_name(outer)} first"
            )


def check_facts(trace: Trace, statement: Statement) -> None:
    """Raise `InconsistentTrace` if a line rests on an equation that nobody gave."""
    for c in assumed(trace):
        if c.relation.sign == "=" and given_as(c.relation, statement) is None:
            raise InconsistentTrace(f"a line rests on {plain(c.relation.left)} = {plain(c.relation.right)}: not given")


def resting_on(trace: Trace, statement: Statement) -> tuple[Condition, ...]:
    """What a result rests on beyond structure, each condition once whatever its letters.

    A given fact stands there as it was given, unless it speaks of every index and is used for one.
    """
    found = {(c.relation.sign, key(c.relation.left), key(c.relation.right)): c for c in assumed(trace)}
    facts = {k: given_as(c.relation, statement) for k, c in found.items()}
    uses = Counter(f for f in facts.values() if f is not None)
    whole = {k: f for k, f in facts.items() if f is not None and (uses[f] > 1 or not f.variables)}
    return tuple(dict.fromkeys(Condition(whole[k].relation) if k in whole else c for k, c in found.items()))


def _derive(statement: Statement, route: Route, record: Record) -> tuple[Statement, Preferred]:
    """Write down the lines of every derivative in turn; returns what decides between equal forms as well."""
    preferred = Preferred(tuple(i.name for i in result_axes(statement)), guard(statement))
    line = statement.value
    for done, variable in enumerate(statement.variables, 1):
        later = tuple(statement.variables[done:])
        if done > 1:
            line, statement = name_shares(line, variable, statement)
            record.add("name", SENTENCES["name"], _nested(line, (variable, *later)))
        context = Context(statement, statement.scope, later, preferred)
        start = D(line, variable)
        trace = _by_route(route, start, context) if done == 1 else differentiate(start, context, Lemmas())
        line = trace.result
        record.steps.extend(_wrapped(s, later) for s in trace.steps)
    return statement, preferred


def _by_route(route: Route, start: D, context: Context) -> Trace:
    record = Record(start)
    if not route.run(record, context, Lemmas()):
        raise Refused(f"the route {route.id} does not lead through {context.statement.name}: it needs {route.needs}")
    if record.steps:
        record.steps[-1] = replace(record.steps[-1], after=_in_letters_of(start, record.line, context))
    return record.trace()


def _in_letters_of(start: D, result: Term, context: Context) -> Term:
    """The result with the problem's own bound letters instead of those that the way needed."""
    letters: dict[str, Term] = {}
    for t in (start, *(d.body for d in context.statement.definitions)):
        for u in subterms(t):
            if isinstance(u, Big):
                letters.setdefault(u.index.name, u.size)
    return relettered(result, letters, frozenset(context.scope.indices))


def result_axes(statement: Statement, variables: tuple[Term, ...] | None = None) -> tuple[Symbol, ...]:
    """The free indices of the result: the value's first, in order of appearance, then the variables'.

    ``variables`` are the statement's own unless given; ``()`` leaves the value's axes. A class that a
    fact fixes is no axis.
    """
    known = statement.scope.indices.keys() - statement.classes.keys()
    found = [i for i in ordered_indices(statement.value) if i.name in known]
    for v in statement.variables if variables is None else variables:
        found += [i for i in v.indices if isinstance(i, Symbol)] if isinstance(v, Entry) else []
    return tuple(dict.fromkeys(found))


def _name(t: Term) -> str:
    match t:
        case Entry(array, indices):
            return f"{array}[{', '.join(map(_name, indices))}]"
        case Symbol(name):
            return name
    return str(getattr(t, "value", t))


def _nested(t: Term, variables: tuple[Term, ...]) -> Term:
    return reduce(D, variables, t)


def _wrapped(step: Step, variables: tuple[Term, ...]) -> Step:
    """The step inside the derivatives that are still to be taken."""
    if not variables:
        return step
    cases = tuple(
        Case(c.condition, _wrapped_trace(c.trace, tuple(specialise(v, c.condition) for v in variables)))
        for c in step.cases
    )
    before, after = _nested(step.before, variables), _nested(step.after, variables)
    return Step(step.rule, step.reason, before, after, step.conditions, step.lemma, cases)


def _wrapped_trace(trace: Trace, variables: tuple[Term, ...]) -> Trace:
    return Trace(_nested(trace.start, variables), tuple(_wrapped(s, variables) for s in trace.steps))


def _remarks(result: Term, statement: Statement, preferred: Preferred) -> list[Remark]:
    """What the result would be if a total in it were known to be 1; not of what the facts speak of already."""
    found = []
    spoken = frozenset().union(*(array_names(f.relation.left) for f in statement.facts if f.relation.sign == "="))
    for total in dict.fromkeys(u for u in subterms(result) if _is_total(u, statement, spoken)):
        bound = {u.index.name for u in subterms(result) if isinstance(u, Big) and u is not total}
        if free_names(total) & bound or any(depends(total, v, statement) for v in statement.variables):
            continue
        simpler = tidy_whole(_without(result, total), preferred)
        if cost(simpler) < cost(result):
            found.append(Remark(Relation("=", total, ONE), simpler))
    return found


def _is_total(t: Term, statement: Statement, spoken: frozenset[str]) -> bool:
    match t:
        case Big(k, _, Entry(name, indices), ()):
            return k in indices and name not in statement.by_name and name not in spoken
    return False


def _without(t: Term, total: Term) -> Term:
    if key(t) is key(total):
        return ONE
    return rebuild(t, tuple(_without(u, total) for u in parts(t)))
