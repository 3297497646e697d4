"""What the notes call the value of a problem, and where that name stands for it."""

from __future__ import annotations

from symderiv.binders import key
from symderiv.report.example import axes
from symderiv.statement import Statement
from symderiv.terms import Entry, Symbol, Term, parts, rebuild

VALUE_NAMES = ("L", "F", "G", "loss", "value")


def value_name(statement: Statement) -> Term:
    """What the notes call the value: its own name if it has one, else a letter that is free."""
    if isinstance(statement.value, Symbol | Entry):
        return statement.value
    taken = {d.name for d in statement.definitions} | set(statement.scope.shapes) | set(statement.scope.indices)
    taken |= {s.name for s in statement.scope.sizes} | {v.name for v in statement.variables if isinstance(v, Symbol)}
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
