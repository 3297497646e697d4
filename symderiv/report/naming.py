"""What the notes call the value of a problem, and where that name stands for it."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.binders import all_names, array_names, key
from symderiv.report.example import axes
from symderiv.statement import Statement
from symderiv.terms import Entry, Symbol, Term, parts, rebuild

VALUE_NAMES = ("L", "F", "G", "loss", "value")


def taken_names(statement: Statement, others: Iterable[Term] = ()) -> frozenset[str]:
    """Every name that stands in a problem, and in some terms beside it."""
    s = statement
    every = [s.value, *s.variables, *others]
    every += [t for d in s.definitions for t in (d.head, d.body)]
    every += [t for f in s.facts for t in (f.relation.left, f.relation.right, *f.variables)]
    used = frozenset().union(*(all_names(t) | array_names(t) for t in every))
    scope = s.scope
    return used | {n.name for n in scope.sizes} | {*scope.shapes, *scope.indices, *scope.labels}


def value_name(statement: Statement) -> Term:
    """What the notes call the value: its own name if it has one, else a letter that is free."""
    if isinstance(statement.value, Symbol | Entry):
        return statement.value
    taken = taken_names(statement)
    letter = next(s for s in (*VALUE_NAMES, "the_value") if s not in taken)
    own = axes(statement, statement.value)
    return Entry(letter, own) if own else Symbol(letter)


def lettered(t: Term, value: Term, name: Term) -> Term:
    """A term with the value of a problem under its name, which has no indices."""
    if not isinstance(name, Symbol) or name is value:
        return t
    if key(t) is key(value):
        return name
    return rebuild(t, tuple(lettered(u, value, name) for u in parts(t))) if parts(t) else t
