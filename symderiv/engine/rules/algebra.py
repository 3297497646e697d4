"""Rules of algebra on products and fractions, and the conditions they leave on a step."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.binders import key
from symderiv.engine.rewrite import Context, Law, Rewritten, Rule
from symderiv.engine.rules.factors import Factor, Product, product, view
from symderiv.facts import nonzero
from symderiv.statement import Relation, Statement
from symderiv.terms import (
    ZERO,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    parts,
    plus,
    summands,
    times,
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


def multiply_in(t: Term, context: Context) -> Rewritten | None:
    """Factors in front of a bracket go into it where they cancel with a fraction there."""
    if not isinstance(t, Times | Quotient):
        return None
    p = view(t)
    for f in p.factors:
        moving = _cancelling(f, p)
        if moving:
            inside = Product(Fraction(1), moving)
            lines = (product(view(times(product(inside), u))) for u in summands(f.base))
            rest = (Factor(plus(*lines), 1) if g is f else g for g in p.factors if g not in moving)
            after = product(Product(p.coefficient, tuple(rest)))
            return Rewritten(after, lost(t, after, context.statement))
    return None


def _cancelling(f: Factor, p: Product) -> tuple[Factor, ...]:
    """The other factors of a product that some summand of a bracket divides by."""
    if not isinstance(f.base, Plus) or f.exponent != 1:
        return ()
    below = {k for u in f.base.summands for k, exponent in view(u).powers().items() if exponent < 0}
    return tuple(g for g in p.factors if g is not f and g.exponent > 0 and key(g.base) in below)


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
MULTIPLY_IN = Law(Times((_u, Plus((Quotient(_v, _u), Neg(_w))))), Plus((_v, Neg(Times((_u, _w))))))

ALGEBRA: tuple[Rule, ...] = (
    Rule(
        "cancel", "A factor that stands above and below the fraction line cancels.", cancel, CANCEL, (Times, Quotient)
    ),
    Rule(
        "multiply-in",
        "A factor goes into the bracket, where it cancels.",
        multiply_in,
        MULTIPLY_IN,
        (Times, Quotient),
    ),
)
