"""Letters for fractions of exponentials that the user did not name.

Such a fraction differentiates into itself (the sigmoid's s(1 - s)), which shows only once it has a
name. A fraction gets one unless it stands alone and directly under a logarithm, which takes it
apart anyway. The letter is written out again at the end.
"""

from __future__ import annotations

from collections import Counter

from symderiv.binders import all_names, array_names, key, match
from symderiv.engine.dependence import depends
from symderiv.letters import ordered_indices
from symderiv.statement import Definition, Statement, state
from symderiv.terms import Entry, Exp, Log, Quotient, Symbol, Term, kinds, parts, rebuild, subterms

LETTERS = ("s", "p", "q", "r", "u", "v", "w", "a", "b")
MOST = 4


def name_fractions(statement: Statement) -> tuple[Statement, tuple[Definition, ...]]:
    """The statement with its unnamed fractions of exponentials named, and the definitions added."""
    added: list[Definition] = []
    while len(added) < MOST and (found := _candidate(statement)) is not None:
        definition = Definition(_letter(statement), ordered_indices(found), found)
        value = _replaced(statement.value, definition)
        definitions = (*statement.definitions, definition)
        statement = state(
            statement.name, value, statement.variables, definitions, statement.facts, statement.scope.shapes
        )
        added.append(definition)
    return statement, tuple(added)


def _candidate(statement: Statement) -> Quotient | None:
    value = statement.value
    found = [u for u in subterms(value) if _is_candidate(u, statement)]
    count = Counter(_shape(u) for u in found)
    under_log = {u.body for u in subterms(value) if isinstance(u, Log)}
    for u in found:
        if isinstance(u, Quotient) and (count[_shape(u)] > 1 or u not in under_log):
            return u
    return None


def _is_candidate(t: Term, statement: Statement) -> bool:
    return (
        isinstance(t, Quotient)
        and Exp in kinds(t.bottom)
        and depends(t, statement.variables[0], statement)
        and not any(match(d.body, t, d.parameters) is not None for d in statement.definitions)
    )


def _shape(t: Term) -> Term:
    """t up to the letters of its indices, near enough to count repetitions."""
    names = {i: Symbol(f"#{n}") for n, i in enumerate(ordered_indices(t))}
    return key(_renamed(t, names))


def _renamed(t: Term, names: dict[Symbol, Symbol]) -> Term:
    if isinstance(t, Entry):
        return Entry(t.array, tuple(names.get(i, i) if isinstance(i, Symbol) else i for i in t.indices))
    return rebuild(t, tuple(_renamed(u, names) for u in parts(t)))


def _letter(statement: Statement) -> str:
    every = [statement.value, *statement.variables]
    every += [t for d in statement.definitions for t in (d.head, d.body)]
    every += [side for f in statement.facts for side in (f.relation.left, f.relation.right)]
    taken = frozenset().union(*(all_names(t) | array_names(t) for t in every))
    numbered = (f"s_{n}" for n in range(1, len(taken) + 2))
    return next(name for name in (*LETTERS, *numbered) if name not in taken)


def _replaced(t: Term, d: Definition) -> Term:
    binding = match(d.body, t, d.parameters)
    if binding is not None:
        return Entry(d.name, tuple(binding.get(i, i) for i in d.parameters)) if d.parameters else Symbol(d.name)
    return rebuild(t, tuple(_replaced(u, d) for u in parts(t)))
