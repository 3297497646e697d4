"""Signs that a session may count on: given ones, and those without which a side of the claim had no value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.binders import free_names
from symderiv.proof.atoms import index_of
from symderiv.proof.budget import GivesUp
from symderiv.proof.reading import Env, read
from symderiv.proof.session import Session, Split
from symderiv.proof.signs import deduced_sign, sign
from symderiv.statement import Fact
from symderiv.terms import Big, Delta, Entry, Log, Number, Power, Quotient, Symbol, Term, Times, minus, parts

SHIFTS = 16  # K - 1, K - 2, ... whose signs are known: a literal index may be a million


def wild(name: str) -> str:
    """The letter that stands for any index in what a fact says."""
    return f"?{name}"


def learn_signs(s: Session, sides: Iterable[Term]) -> None:
    """Signs from facts, from what sizes are at least, and from logarithms and roots that must have a value."""
    for size, least in s.statement.scope.least.items():
        if isinstance(size, Symbol):
            for m in sorted({*range(1, min(least, SHIFTS) + 1), least}):
                shifted = s.minus(s.entry(size.name, ()), s.rational(m))
                s.known_signs.append((frozenset(), shifted, 2 if m < least else 1, None))
    for fact in s.statement.facts:
        if fact.relation.sign in (">", ">="):
            difference = minus(fact.relation.left, fact.relation.right)
            _learn(s, difference, {v.name: wild(v.name) for v in fact.variables}, fact.relation.sign == ">", fact)
    for t in sides:
        _learn_needed(s, t, {})
    for fact in s.statement.facts:
        for t in (fact.relation.left, fact.relation.right):
            _learn_needed(s, t, {v.name: wild(v.name) for v in fact.variables})


def _learn_needed(s: Session, t: Term, env: Env) -> None:
    for argument, own, strict in _needed(s, t, env, frozenset()):
        _learn(s, argument, {n: i for n, i in own.items() if n in free_names(argument)}, strict, None)


def _learn(s: Session, t: Term, env: Env, strict: bool, fact: Fact | None) -> None:
    try:
        found = read(s, t, env)
    except (Split, GivesUp):
        return  # a sign that is not known only makes less provable
    if not found or sign(s, found) is not None:
        return
    part, known = deduced_sign(s, found, strict) or (found, 1)
    letters = frozenset(i for i in env.values() if isinstance(i, str) and i.startswith("?"))
    s.known_signs.append((letters, part, (2 if strict else 1) * known, fact))
    s.memo.clear()
    s.signs.clear()  # asked before this was known


def _needed(s: Session, t: Term, env: Env, seen: frozenset[str]) -> Iterator[tuple[Term, Env, bool]]:
    """What stands under logarithms and roots that are evaluated whatever the indices are; bound letters are wild."""
    match t:
        case Log(u):
            yield u, env, True
            yield from _needed(s, u, env, seen)
        case Power(u, Number(e)) if e.denominator > 1:
            yield u, env, e < 0
            yield from _needed(s, u, env, seen)
        case Entry(name, indices) if (found := s.statement.by_name.get(name)) and name not in seen:
            places = (index_of(i, env) for i in indices)
            own = dict(zip((p.name for p in found.parameters), places, strict=True))
            yield from _needed(s, found.body, own, seen | {name})
        case Symbol(name) if (found := s.statement.by_name.get(name)) and name not in seen:
            yield from _needed(s, found.body, {}, seen | {name})
        case Big(index, _, body, ()):
            yield from _needed(s, body, {**env, index.name: wild(index.name)}, seen)
        case Big() | Delta():
            return
        case Times() | Quotient() if any(map(_has_delta, parts(t))):
            return
        case _:
            for u in parts(t):
                yield from _needed(s, u, env, seen)


def _has_delta(t: Term) -> bool:
    return isinstance(t, Delta) or any(map(_has_delta, parts(t)))
