"""Letters for fractions of exponentials that the user did not name.

Such a fraction differentiates into itself (the sigmoid's s(1 - s)), which shows only once it has a
name. A fraction gets one unless it stands alone and directly under a logarithm, which takes it
apart anyway. Factors without an exponential stay outside: z / (1 + exp(-z)) is z s. The letters are
written out again at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from symderiv.binders import all_names, array_names, key, match
from symderiv.engine.dependence import depends
from symderiv.engine.fold import unfold_everywhere
from symderiv.engine.rules.factors import split
from symderiv.letters import ordered_indices
from symderiv.statement import Definition, Statement, state
from symderiv.terms import (
    ONE,
    Big,
    Entry,
    Exp,
    Log,
    Quotient,
    Symbol,
    Term,
    Times,
    kinds,
    parts,
    quo,
    rebuild,
    subterms,
    times,
)

LETTERS = ("s", "p", "q", "r", "u", "v", "w", "a", "b")
MOST = 4


def name_fractions(statement: Statement) -> Statement:
    """The statement with the unnamed fractions of exponentials in its value named, their definitions last."""
    value, statement = _named(statement.value, statement.variables[0], statement, lambda t: True)
    return _stated(value, statement, statement.definitions)


def name_shares(line: Term, variable: Term, statement: Statement) -> tuple[Term, Statement]:
    """A line that is to be differentiated again, with its shares of a total named: a softmax in it, say.

    A fraction of a single exponential is left as it is: that is shorter once differentiated.
    """
    return _named(line, variable, statement, lambda t: isinstance(t.bottom, Big))


def _named(
    line: Term, variable: Term, statement: Statement, wanted: Callable[[Quotient], bool]
) -> tuple[Term, Statement]:
    for _ in range(MOST):
        found = _candidate(line, variable, statement, wanted)
        if found is None:
            break
        definition = Definition(_letter(line, statement), ordered_indices(found), found)
        line = _replaced(line, definition)
        statement = _stated(statement.value, statement, (*statement.definitions, definition))
    return line, statement


def _stated(value: Term, s: Statement, definitions: tuple[Definition, ...]) -> Statement:
    if value is s.value and definitions == s.definitions:
        return s
    return state(s.name, value, s.variables, definitions, s.facts, s.scope.shapes)


def _candidate(line: Term, variable: Term, statement: Statement, wanted: Callable[[Quotient], bool]) -> Quotient | None:
    found = [u for u in subterms(line) if isinstance(u, Quotient) and _is_candidate(u, variable, statement)]
    count = Counter(_shape(_core(u)) for u in found)
    under_log = {u.body for u in subterms(line) if isinstance(u, Log)}
    for u in found:
        core = _core(u)
        if wanted(core) and (count[_shape(core)] > 1 or u not in under_log):
            return core
    return None


def _is_candidate(t: Quotient, variable: Term, statement: Statement) -> bool:
    return (
        Exp in kinds(t.bottom)
        and depends(t.bottom, variable, statement)
        and not any(match(d.body, t, d.parameters) is not None for d in statement.definitions)
    )


def _core(t: Quotient) -> Quotient:
    """The fraction without the factors above the line that are no exponentials, unless it is a share with them."""
    return _parted(t)[1]


def _parted(t: Quotient) -> tuple[Term, Quotient]:
    """What `_core` leaves out, and the fraction that stays."""
    if isinstance(t.bottom, Big) and match(t.bottom.body, t.top, (t.bottom.index,)) is not None:
        return ONE, t
    beside, kept = split(t.top, lambda u: Exp in kinds(u))
    return beside, Quotient(kept, t.bottom)


def _shape(t: Term) -> Term:
    """t up to the letters of its indices, near enough to count repetitions."""
    names = {i: Symbol(f"#{n}") for n, i in enumerate(ordered_indices(t))}
    return key(_renamed(t, names))


def _renamed(t: Term, names: dict[Symbol, Symbol]) -> Term:
    if isinstance(t, Entry):
        return Entry(t.array, tuple(names.get(i, i) if isinstance(i, Symbol) else i for i in t.indices))
    return rebuild(t, tuple(_renamed(u, names) for u in parts(t)))


def _letter(line: Term, statement: Statement) -> str:
    every = [line, statement.value, *statement.variables]
    every += [t for d in statement.definitions for t in (d.head, d.body)]
    every += [side for f in statement.facts for side in (f.relation.left, f.relation.right)]
    taken = frozenset().union(*(all_names(t) | array_names(t) for t in every))
    numbered = (f"s_{n}" for n in range(1, len(taken) + 2))
    return next(name for name in (*LETTERS, *numbered) if name not in taken)


def _replaced(t: Term, d: Definition) -> Term:
    if isinstance(t, Quotient):
        beside, core = _parted(t)
        binding = match(d.body, core, d.parameters)
        if binding is not None:
            head = Entry(d.name, tuple(binding.get(i, i) for i in d.parameters)) if d.parameters else Symbol(d.name)
            return times(beside, head)
    return rebuild(t, tuple(_replaced(u, d) for u in parts(t)))


def unnamed(t: Term, d: Definition, avoid: frozenset[str], letters: frozenset[str]) -> Term:
    """t with a letter written out again, ``a*(1/b)`` as ``a/b``; bound names stay apart from ``avoid``."""
    return _over(unfold_everywhere(t, d, avoid, letters))


def _over(t: Term) -> Term:
    t = rebuild(t, tuple(map(_over, parts(t))))
    if not isinstance(t, Times):
        return t
    found: list[Term] = []
    for u in t.factors:
        if isinstance(u, Quotient) and u.top is ONE and found and not isinstance(found[-1], Quotient):
            found[-1] = quo(found[-1], u.bottom)
        else:
            found.append(u)
    return times(*found)
