"""Stopped subterms held at the base point: what a difference quotient of the value has to leave alone."""

from __future__ import annotations

from dataclasses import replace

from symderiv.numeric.rewrites.prepare import default_arguments, independent, size_names
from symderiv.statement import Definition, Statement
from symderiv.terms import Entry, Stop, Symbol, Term, parts, rebuild, subterms


def held(statement: Statement) -> tuple[Statement, tuple[tuple[str, str], ...]]:
    """The statement with every argument below a `Stop` replaced by a second copy of it, and those copies.

    The pairs are (name of the copy, name of the argument). With the copies equal to the arguments the
    value is the statement's own; its gradient by the arguments alone is what `Stop` means.

    >>> from symderiv.statement import state
    >>> from symderiv.terms import Times
    >>> x = Symbol("x")
    >>> new, copies = held(state("square", Times((Stop(x), x)), (x,), (), (), {}))
    >>> copies
    (('x held', 'x'),)
    """
    every = (statement.value, *(d.body for d in statement.definitions))
    if not any(isinstance(u, Stop) for t in every for u in subterms(t)):
        return statement, ()
    names = _copies(statement, every)
    value = _outside(statement.value, names)
    defined = [Definition(d.name, d.parameters, _outside(d.body, names)) for d in statement.definitions]
    free = independent(statement)
    defined += [
        Definition(names[d.name], d.parameters, _below(d.body, names))
        for d in statement.definitions
        if d.name not in free
    ]
    scope = statement.scope
    shapes = {**scope.shapes, **{names[n]: shape for n, shape in scope.shapes.items() if n in names}}
    new = replace(statement, value=value, definitions=tuple(defined), scope=replace(scope, shapes=shapes))
    used = default_arguments(new, (value,))
    return new, tuple((copy, name) for name, copy in names.items() if copy in used)


def _copies(statement: Statement, every: tuple[Term, ...]) -> dict[str, str]:
    """A name of its own for the copy of every array and scalar."""
    sizes = size_names(statement, every)
    names = {d.name: "" for d in statement.definitions}
    for u in (u for t in every for u in subterms(t)):
        if isinstance(u, Entry):
            names[u.array] = ""
        elif isinstance(u, Symbol) and u.name not in sizes:
            names[u.name] = ""
    for name in names:
        copy = f"{name} held"
        while copy in names:
            copy += "'"
        names[name] = copy
    return names


def _outside(t: Term, names: dict[str, str]) -> Term:
    """t with what stands below its `Stop`s named anew."""
    if isinstance(t, Stop):
        return _below(t.body, names)
    return rebuild(t, tuple(_outside(u, names) for u in parts(t)))


def _below(t: Term, names: dict[str, str]) -> Term:
    match t:
        case Entry(name, indices):
            return Entry(names[name], indices)
        case Symbol(name):
            return Symbol(names.get(name, name))
        case Stop(body):
            return _below(body, names)
    return rebuild(t, tuple(_below(u, names) for u in parts(t)))
