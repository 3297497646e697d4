"""Rules of algebra on products and fractions, and the conditions they leave on a step."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.binders import key
from symderiv.engine.rewrite import Context, Law, Rewritten, Rule
from symderiv.engine.rules.factors import product, view
from symderiv.facts import nonzero
from symderiv.statement import Relation, Statement
from symderiv.terms import (
    ZERO,
    Number,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    parts,
)
from symderiv.trace import Condition


def denominators(t: Term) -> dict[Term, Term]:
    """Every base that t divides by, by its key."""
    found: dict[Term, Term] = {}
    for u in _divisors(t):
        for factor in view(u).factors:
            found.setdefault(key(factor.base), factor.base)
    return found


def _divisors(t: Term) -> Iterator[Term]:
    match t:
        case Quotient(_, v):
            yield v
        case Power(u, Number(n)) if n < 0:
            yield u
    for u in parts(t):
        yield from _divisors(u)


def nonvanishing(base: Term, statement: Statement) -> tuple[Condition, ...]:
    """The condition base != 0 with the reason that discharges it, if there is one."""
    why = nonzero(base, statement)
    condition = Condition(Relation("!=", base, ZERO), why.phrase if why else None)
    return (condition, *(Condition(g) for g in why.given)) if why else (condition,)


def lost(before: Term, after: Term, statement: Statement) -> tuple[Condition, ...]:
    """What must not vanish for a line that divides by less than the line before it."""
    kept = denominators(after)
    gone = [base for k, base in denominators(before).items() if k not in kept and not isinstance(base, Number)]
    return tuple(c for base in gone for c in nonvanishing(base, statement))


def cancel(t: Term, context: Context) -> Rewritten | None:
    """A base above and below the line leaves both."""
    if not isinstance(t, Times | Quotient) or not _overlap(t):
        return None
    after = product(view(t))
    return Rewritten(after, lost(t, after, context.statement))


def _overlap(t: Term) -> bool:
    above: set[Term] = set()
    below: set[Term] = set()
    for base, exponent in _bases(t, 1):
        (above if exponent > 0 else below).add(key(base))
    return bool(above & below)


def _bases(t: Term, sign: int) -> Iterator[tuple[Term, int]]:
    match t:
        case Times(many):
            for u in many:
                yield from _bases(u, sign)
        case Quotient(u, v):
            yield from _bases(u, sign)
            yield from _bases(v, -sign)
        case Power(u, Number(n)) if n.denominator == 1:
            yield from _bases(u, sign if n > 0 else -sign)
        case Power(u, Number(n)) if not isinstance(u, Number):
            yield u, sign if n > 0 else -sign
        case Number(value) if abs(value) == 1:
            return
        case _:
            yield t, sign


_u, _v, _w = map(Symbol, ("u", "v", "w"))
CANCEL = Law(Quotient(Times((_u, _v)), Times((_u, _w))), Quotient(_v, _w))

ALGEBRA: tuple[Rule, ...] = (
    Rule(
        "cancel", "A factor that stands above and below the fraction line cancels.", cancel, CANCEL, (Times, Quotient)
    ),
)
