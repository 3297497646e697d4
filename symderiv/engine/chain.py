"""The default route: from the outside in, one lemma per defined name.

Three phases that never hand back: differentiate; carry out sums; choose the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from symderiv.binders import alpha_equal, free_names, fresh, separate, substitute
from symderiv.engine.changes import change, leaves
from symderiv.engine.dependence import live_names
from symderiv.engine.fold import Fold, fold, folds, written_out
from symderiv.engine.form import form, tidy_whole
from symderiv.engine.polynomial import same
from symderiv.engine.printed import cost
from symderiv.engine.rewrite import Context, Record, exhaust
from symderiv.engine.rules.algebra import ALGEBRA, lost
from symderiv.engine.rules.calculus import CALCULUS
from symderiv.engine.rules.explog import EXPLOG
from symderiv.engine.rules.factors import view
from symderiv.engine.rules.onehot import NAME_LABEL, ONE_HOT
from symderiv.engine.rules.sums import SUMS
from symderiv.engine.sentences import SENTENCES
from symderiv.engine.shares import Share, fold_shares, share
from symderiv.errors import Refused
from symderiv.scope import Scope
from symderiv.statement import Definition, Relation, outside
from symderiv.terms import D, Delta, Entry, Stop, Symbol, Term, kinds, parts, rebuild, subterms
from symderiv.trace import Case, Condition, Lemma, Trace, specialise
from symderiv.trace import replace as replace_terms

DIFFERENTIATE = EXPLOG + CALCULUS
CARRY_OUT = ALGEBRA + SUMS + ONE_HOT
KNOWN_SUMS = tuple(rule for rule in SUMS if rule.id in ("normalised", "given"))


@dataclass
class Lemmas:
    """The lemmas derived so far in one derivation, by statement and the variables still to come."""

    found: dict[tuple[Term, tuple[Term, ...]], Trace] = field(default_factory=dict)


def differentiate(start: D, context: Context, lemmas: Lemmas) -> Trace:
    """The derivation of one derivative of an expression without derivatives."""
    record = Record(start)
    chain(record, context, lemmas)
    return record.trace()


def chain(record: Record, context: Context, lemmas: Lemmas) -> None:
    """The default route, all phases of it."""
    define(record, context)
    work_out(record, context, lemmas)


def work_out(record: Record, context: Context, lemmas: Lemmas) -> None:
    """The three phases, from a line with derivatives to the result."""
    take_derivatives(record, context, lemmas)
    exhaust(CARRY_OUT, record, context)
    finish(record, context)


def define(record: Record, context: Context) -> None:
    """A defined name that is differentiated is what it stands for, unless it is itself the variable."""
    match record.line:
        case D(body, variable) if live_names(body) != live_names(variable):
            definition = context.statement.definition(body)
            if definition is not None:
                reason = SENTENCES["definition"].format(name=definition.name)
                record.add("definition", reason, D(_unfolded(body, context), variable))


def take_derivatives(record: Record, context: Context, lemmas: Lemmas) -> None:
    """Carry out every derivative in the line; that of a defined name is a lemma."""
    exhaust(DIFFERENTIATE, record, context)
    while (inner := _first_derivative(record.line)) is not None:
        _insert_lemma(inner, record, context, lemmas)
        exhaust(DIFFERENTIATE, record, context)


def _unfolded(t: Term, context: Context) -> Term:
    found = context.statement.unfold(t, frozenset(context.scope.indices), context.names)
    assert found is not None
    return found


def _first_derivative(t: Term) -> D | None:
    """The first derivative in t that holds no further one."""
    return next((u for u in subterms(t) if isinstance(u, D) and D not in kinds(u.body)), None)


def _insert_lemma(inner: D, record: Record, context: Context, lemmas: Lemmas) -> None:
    """Derive d u / d x once, with letters of its own where the line's indices are special, and insert it."""
    definition = context.statement.definition(inner.body)
    if definition is None:
        raise Refused(f"no rule applies to the derivative of {type(inner.body).__name__.lower()}")
    statement, scope = _general(inner, definition, context)
    # a derivative around this one is still to come: no fact about its variable before it is taken
    pending = tuple(dict.fromkeys((*_around(record.line), *context.pending)))
    if (statement, pending) not in lemmas.found:
        preferred = replace(context.preferred, letters=_letters(statement))
        below = replace(context, scope=scope, pending=pending, preferred=preferred)
        lemmas.found[statement, pending] = differentiate(statement, below, lemmas)
    trace = lemmas.found[statement, pending]
    instances: dict[Term, Term] = {}
    conditions: list[Condition] = []
    for u in dict.fromkeys(u for u in subterms(record.line) if isinstance(u, D)):
        binding = _instance(statement, u)
        if binding is not None:
            instances[u] = separate(substitute(trace.result, binding), frozenset(), context.names)
            conditions += (_at(c, binding) for c in assumed(trace))
    after = replace_terms(record.line, instances)
    reason = SENTENCES["lemma"].format(name=definition.name)
    record.add("lemma", reason, after, conditions, Lemma(trace, tuple(instances.items())))


def _around(t: Term) -> tuple[Term, ...]:
    """The variables of the derivatives in t that hold another derivative."""
    return tuple(u.variable for u in subterms(t) if isinstance(u, D) and D in kinds(u.body))


def assumed(trace: Trace) -> tuple[Condition, ...]:
    """What a trace rests on beyond structure: a line that uses its result rests on it too."""
    return tuple(dict.fromkeys(c for s in trace.steps for c in s.conditions if c.reason is None))


def _at(c: Condition, binding: Mapping[Term, Term]) -> Condition:
    r = c.relation
    return Condition(Relation(r.sign, substitute(r.left, binding), substitute(r.right, binding)), c.reason)


def _general(inner: D, definition: Definition, context: Context) -> tuple[D, Scope]:
    """The statement to derive: the line's own letters where they are distinct symbols, else new ones."""
    scope = context.scope
    taken = set(context.names)
    # what a fact says of one class holds of that class alone
    used: set[Term] = {Symbol(name) for name in outside(context.statement.facts)}
    if isinstance(inner.variable, Entry):
        used |= {Symbol(name) for name in free_names(inner.variable)}
        for i, size in zip(inner.variable.indices, scope.shapes[inner.variable.array], strict=True):
            scope = scope.within(i, size) if isinstance(i, Symbol) else scope
    if not isinstance(inner.body, Entry):
        return inner, scope
    indices: list[Term] = []
    for axis, (i, parameter) in enumerate(zip(inner.body.indices, definition.parameters, strict=True)):
        size = scope.shapes[definition.name][axis]
        if isinstance(i, Symbol) and i not in used:
            letter = i
        else:
            letter = fresh(taken | {s.name for s in used if isinstance(s, Symbol)}, parameter.name)
        used.add(letter)
        indices.append(letter)
        scope = scope.within(letter, size)
    return D(Entry(definition.name, tuple(indices)), inner.variable), scope


def _instance(statement: D, t: D) -> dict[Term, Term] | None:
    """The renaming of the lemma's free indices that makes it the derivative in the line."""
    if t.variable is not statement.variable:
        return None
    match statement.body, t.body:
        case Entry(a, some), Entry(b, others) if a == b:
            return {i: j for i, j in zip(some, others, strict=True) if i is not j}
        case Symbol(a), Symbol(b) if a == b:
            return {}
    return None


def _letters(statement: D) -> tuple[str, ...]:
    every = [*(statement.body.indices if isinstance(statement.body, Entry) else ())]
    every += [*(statement.variable.indices if isinstance(statement.variable, Entry) else ())]
    return tuple(dict.fromkeys(i.name for i in every if isinstance(i, Symbol)))


def finish(record: Record, context: Context) -> None:
    """The last phase: release stopped gradients, fold names, choose the form."""
    if not context.pending and any(isinstance(u, Stop) for u in subterms(record.line)):
        record.add("release", SENTENCES["release"], _released(record.line))
        exhaust(CARRY_OUT, record, context)
    for definition in context.statement.definitions:
        way = ways(definition)
        if way is not None:
            _fold(record, way, context)
        part = shares(definition)
        if part is not None:
            _fold_share(record, part, context)
    _choose_form(record, context)
    # what was cancelled may have left a sum that is known
    exhaust((*KNOWN_SUMS, NAME_LABEL), record, context)
    _choose_form(record, context)


ways = lru_cache(maxsize=1024)(folds)
shares = lru_cache(maxsize=1024)(share)


def _released(t: Term) -> Term:
    return _released(t.body) if isinstance(t, Stop) else rebuild(t, tuple(map(_released, parts(t))))


def _fold(record: Record, way: Fold, context: Context) -> None:
    after = fold(record.line, way, context.preferred)
    if after is None:
        # a fraction may have to be tidied before the name shows
        after = fold(tidy_whole(record.line, context.preferred), way, context.preferred)
        if after is not None:
            _choose_form(record, context)
    line = record.line
    if after is None or cost(tidy_whole(after, context.preferred)) > cost(line):
        return
    reason = SENTENCES["fold"].format(name=way.definition.name)
    cases = both_cases(line, after, context) if way.opaque is not None else ()
    if cases:
        needs = (*lost(line, after, context.statement), *(c for case in cases for c in assumed(case.trace)))
        record.add("cases", SENTENCES["cases"], after, needs, cases=cases)
        return
    unfolded = written_out(line, after, way, context.preferred, frozenset(context.scope.indices), context.names)
    if not alpha_equal(unfolded, line) and way.opaque is not None:
        rule = "rearrange" if leaves(unfolded) == leaves(line) else "fractions"
        record.add(rule, SENTENCES[rule], unfolded, lost(line, unfolded, context.statement))
    record.add("fold", reason, after)


def _fold_share(record: Record, way: Share, context: Context) -> None:
    after = fold_shares(tidy_whole(record.line, context.preferred), way, context.preferred)
    if after is not None:
        _choose_form(record, context)
        record.add("fold", SENTENCES["fold"].format(name=way.definition.name), after)


def both_cases(line: Term, after: Term, context: Context) -> tuple[Case, ...]:
    """Both cases of the one delta that is not a common factor of the result, or none."""
    common = [f.base for f in view(after).factors if isinstance(f.base, Delta)]
    deltas = [u for u in dict.fromkeys(subterms(after)) if isinstance(u, Delta) and u not in common]
    letters = [i for u in deltas for i in (u.left, u.right) if isinstance(i, Symbol)]
    if len(deltas) != 1 or len(letters) != 2:
        return ()
    keep, drop = sorted(letters, key=lambda i: context.preferred.place(i.name))
    found = []
    for sign in ("=", "!="):
        condition = Relation(sign, keep, drop)
        trace = _case(line, after, condition, context)
        if trace is None:
            return ()
        found.append(Case(condition, trace))
    return tuple(found)


def _case(line: Term, after: Term, condition: Relation, context: Context) -> Trace | None:
    record = Record(specialise(line, condition))
    exhaust(CARRY_OUT, record, context)
    finish(record, context)
    goal = specialise(after, condition)
    if not alpha_equal(record.line, goal):
        if not same(record.line, goal, context.preferred):
            return None
        record.add("factor", SENTENCES["factor"], goal)
    return record.trace()


def _choose_form(record: Record, context: Context) -> None:
    start = record.line
    for rule, after in form(start, context.preferred):
        line = record.line
        if alpha_equal(after, line) and cost(after) == cost(line) and rule != "factor":
            continue
        name = change(line, after) if rule == "factor" else rule
        record.add(name, SENTENCES[name], after, lost(line, after, context.statement))
