"""What depends on what, through definitions; a stopped gradient depends on nothing."""

from __future__ import annotations

from functools import lru_cache

from symderiv.statement import Statement
from symderiv.terms import D, Entry, Stop, Symbol, Term, parts


@lru_cache(maxsize=65536)
def live_names(t: Term) -> frozenset[str]:
    """Names of arrays and scalars in t, those under a stopped gradient left out."""
    match t:
        case Entry(name, _) | Symbol(name):
            return frozenset((name,))
        case Stop():
            return frozenset()
        case D(body, variable):
            return live_names(body) | live_names(variable)
    return frozenset().union(*map(live_names, parts(t)))


def depends(t: Term, variable: Term, statement: Statement, held: frozenset[str] = frozenset()) -> bool:
    """Whether t depends on the variable, directly or through definitions other than those of ``held``.

    A variable that is itself a defined name is treated as independent: its own definition is not
    looked into.
    """
    (target,) = live_names(variable)
    seen = set(held)
    todo = list(live_names(t))
    while todo:
        name = todo.pop()
        if name == target:
            return True
        if name not in seen:
            seen.add(name)
            found = statement.by_name.get(name)
            if found is not None:
                todo.extend(live_names(found.body))
    return False
