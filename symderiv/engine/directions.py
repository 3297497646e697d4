"""Derivatives times a vector, as derivations: along a line, of a weighted value, or added up afterwards.

A tangent v makes the variable x a line, x + t v, and the value is differentiated by t at t = 0. An upstream
gradient u weights the value, and the sum is differentiated by the variable. Neither meets the matrix
d value_j / d x_i; `by_columns` and `by_rows` derive that and add it up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symderiv.binders import all_names, array_names, free_names, fresh, separate, substitute, union
from symderiv.engine.derive import Derived, derive_statement, resting_on
from symderiv.errors import Refused
from symderiv.letters import numbered
from symderiv.statement import Definition, Statement
from symderiv.terms import Entry, Symbol, Term, big, delta, plus, times
from symderiv.trace import Condition


@dataclass(frozen=True)
class Direction:
    """A variable and the vector that moves it: an entry over the variable's letters, or a scalar."""

    variable: Term
    vector: Term


@dataclass(frozen=True)
class Formula:
    """What a product is, what that rests on beyond structure, how large it takes the sizes to be, and its sources."""

    term: Term
    conditions: tuple[Condition, ...]
    least: Mapping[Term, int]
    sources: tuple[Derived, ...]


def known_names(statement: Statement) -> frozenset[str]:
    """Every name that a statement uses for anything, its facts included."""
    sides = (s for f in statement.facts for s in (f.relation.left, f.relation.right))
    return statement.names.union(statement.scope.indices, *(all_names(s) | array_names(s) for s in sides))


def along(statement: Statement, directions: Sequence[Direction]) -> Formula:
    """The derivative of the value, or of its derivative by the statement's variables, in all directions together.

    Raises `Refused` where no rule applies, or the line itself shows in the result.
    """
    t, line = _line(statement, directions)
    found = _derived(replace(line, variables=(*statement.variables, t)))
    known = known_names(statement).union(*(_names(d.vector) for d in directions))
    if ((line.names | {t.name}) - known) & (free_names(found.term) | array_names(found.term)):
        raise Refused("the line along which the value is differentiated shows in the result")
    return found


def _names(t: Term) -> frozenset[str]:
    return all_names(t) | array_names(t)


def _line(statement: Statement, directions: Sequence[Direction]) -> tuple[Symbol, Statement]:
    """A number t, and the statement in which every variable moves along its vectors with t."""
    taken = known_names(statement).union(*(_names(d.vector) for d in directions))
    t = fresh(taken, "t")
    taken |= {t.name}
    definitions = {d.name: d for d in statement.definitions}
    shapes = dict(statement.scope.shapes)
    for name in dict.fromkeys(_name(d.variable) for d in directions):
        letters: tuple[Symbol, ...] = ()
        for _ in statement.scope.shapes.get(name, ()):
            letters = (*letters, fresh(taken | union(letters)))
        start = numbered(f"{name}_0", taken | union(letters))
        taken |= {start}
        steps = (_step(d, letters) for d in directions if _name(d.variable) == name)
        body = plus(Entry(start, letters) if letters else Symbol(start), *(times(t, s) for s in steps))
        definitions[name] = Definition(name, letters, body)
        if letters:
            shapes[start] = shapes[name]
    return t, replace(statement, definitions=tuple(definitions.values()), scope=replace(statement.scope, shapes=shapes))


def _step(d: Direction, letters: tuple[Symbol, ...]) -> Term:
    """What the vector adds at the letters: nothing where the variable has other indices."""
    stands: dict[Term, Term] = {}
    here: list[Term] = []
    for i, letter in zip(d.variable.indices if isinstance(d.variable, Entry) else (), letters, strict=True):
        if isinstance(i, Symbol) and i not in stands:
            stands[i] = letter
        else:
            here.append(delta(letter, stands.get(i, i)))
    return times(*here, Entry(d.vector.array, tuple(stands.values())) if isinstance(d.vector, Entry) else d.vector)


def by_columns(statement: Statement, directions: Sequence[Direction]) -> Formula:
    """What `along` finds, from the derivative by every entry."""
    found = []
    for d in directions:
        letters = _new_letters(statement, d.variable, d.vector)
        variable, vector = substitute(d.variable, letters), substitute(d.vector, letters)
        one = _derived(_differentiated_by(statement, (*statement.variables, variable)))
        found.append(replace(one, term=_added(times(one.term, vector), vector, ranges_of(variable, statement))))
    return Formula(
        plus(*(f.term for f in found)),
        tuple(dict.fromkeys(c for f in found for c in f.conditions)),
        {size: max(f.least.get(size, 1) for f in found) for f in found for size in f.least},
        tuple(d for f in found for d in f.sources),
    )


def weighted(statement: Statement, upstream: Term) -> Formula:
    """The derivative of the value weighted by an upstream gradient, an entry over the value's free indices."""
    indices = statement.scope.indices
    value = _added(times(upstream, statement.value), upstream, indices)
    value = separate(value, union((value, *statement.variables)), known_names(statement))
    kept = union(statement.variables) | (indices.keys() - free_names(upstream))
    scope = replace(statement.scope, indices={n: size for n, size in indices.items() if n in kept})
    return _derived(replace(statement, value=value, scope=scope))


def by_rows(statement: Statement, upstream: Term) -> Formula:
    """What `weighted` finds, from the derivative of every entry of the value."""
    (variable,) = statement.variables
    letters = _new_letters(statement, variable, upstream)
    one = _derived(_differentiated_by(statement, (substitute(variable, letters),)))
    total = _added(times(upstream, one.term), upstream, statement.scope.indices)
    return replace(one, term=substitute(total, {new: old for old, new in letters.items()}))


def _new_letters(statement: Statement, variable: Term, vector: Term) -> dict[Term, Term]:
    """Letters that nothing else has, for those of a variable: the value may use the same."""
    taken, found = known_names(statement) | _names(vector), dict[Term, Term]()
    for name in ranges_of(variable, statement):
        found[Symbol(name)] = fresh(taken | union(found.values()), name)
    return found


def _differentiated_by(statement: Statement, variables: tuple[Term, ...]) -> Statement:
    indices = dict(statement.scope.indices)
    for v in variables:
        indices |= ranges_of(v, statement)
    return replace(statement, variables=variables, scope=replace(statement.scope, indices=indices))


def ranges_of(variable: Term, statement: Statement) -> dict[str, Term]:
    """The size that each letter of a variable runs over."""
    if not isinstance(variable, Entry):
        return {}
    pairs = zip(variable.indices, statement.scope.shapes[variable.array], strict=True)
    return {i.name: size for i, size in pairs if isinstance(i, Symbol)}


def _added(t: Term, vector: Term, sizes: Mapping[str, Term]) -> Term:
    """The sum over the letters of a vector."""
    for i in reversed(vector.indices if isinstance(vector, Entry) else ()):
        assert isinstance(i, Symbol)
        t = big(i, sizes[i.name], t)
    return t


def _derived(statement: Statement) -> Formula:
    found = derive_statement(statement)
    rests_on = resting_on(found.trace, found.statement)
    return Formula(found.trace.result, rests_on, found.statement.scope.least, (found,))


def _name(variable: Term) -> str:
    assert isinstance(variable, Entry | Symbol)
    return variable.array if isinstance(variable, Entry) else variable.name
