"""Rules made from their law: match the left side, build the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symderiv.engine.dependence import depends
from symderiv.engine.rewrite import Context, Law, Rewritten
from symderiv.facts import nonzero, positive
from symderiv.statement import Relation, Statement
from symderiv.terms import ZERO, D, Neg, Number, Plus, Symbol, Term, neg, parts, rebuild
from symderiv.trace import Condition

Match = Callable[[Term, Context], Rewritten | None]
Bound = dict[str, Term]


def d(t: Term, x: Term, context: Context) -> Term:
    """The derivative of t by x as a term: 0 for a constant, the sign outside."""
    if not depends(t, x, context.statement):
        return ZERO
    return neg(D(t.body, x)) if isinstance(t, Neg) else D(t, x)


def by_law(law: Law, when: Callable[[Term], bool] = lambda _: True, base: str | None = None) -> Match:
    """The match function of a law whose symbols stand for any terms.

    It applies where ``when`` holds of the term, the constants do not depend on the variable x, and
    structure or facts discharge every condition. ``base`` names the symbol on which the left side
    rests for a meaning: what that asks of the sizes is recorded.
    """

    def apply(t: Term, context: Context) -> Rewritten | None:
        bound: Bound = {}
        if not _binds(law.left, t, bound) or not when(t):
            return None
        if any(depends(bound[c], bound["x"], context.statement) for c in law.constant):
            return None
        conditions = discharged(tuple(_relation(c, bound, context) for c in law.conditions), context.statement)
        if conditions is None:
            return None
        asked = of_sizes(bound[base], context.statement) if base else ()
        return Rewritten(_built(law.right, bound, context), (*conditions, *asked))

    return apply


def discharged(relations: tuple[Relation, ...], statement: Statement) -> tuple[Condition, ...] | None:
    """Each of some conditions ``t > 0`` or ``t != 0`` with its reason, or None unless all have one."""
    found: list[Condition] = []
    for r in relations:
        why = (positive if r.sign == ">" else nonzero)(r.left, statement)
        if why is None:
            return None
        found += [Condition(r, why.phrase), *(Condition(g) for g in why.given)]
    return tuple(found)


def of_sizes(t: Term, statement: Statement) -> tuple[Condition, ...]:
    """What the sizes must be for t to be other than 0, where structure shows it from some size on."""
    why = nonzero(t, statement) if isinstance(t, Plus) else None
    return tuple(Condition(g) for g in why.given if g.left in statement.scope.sizes) if why else ()


def _binds(pattern: Term, t: Term, bound: Bound) -> bool:
    """Whether t has the shape of the pattern, its symbols bound to what they stand for."""
    if isinstance(pattern, Symbol):
        return bound.setdefault(pattern.name, t) is t
    if type(pattern) is not type(t) or isinstance(pattern, Number):
        return pattern is t
    if isinstance(pattern, D) and isinstance(t, D) and not _binds(pattern.variable, t.variable, bound):
        return False
    some, others = parts(pattern), parts(t)
    return len(some) == len(others) and all(_binds(p, u, bound) for p, u in zip(some, others, strict=True))


def _built(pattern: Term, bound: Mapping[str, Term], context: Context) -> Term:
    match pattern:
        case Symbol(name):
            return bound[name]
        case D(body, variable):
            return d(_built(body, bound, context), _built(variable, bound, context), context)
    new = tuple(_built(u, bound, context) for u in parts(pattern))
    return rebuild(pattern, new)


def _relation(r: Relation, bound: Mapping[str, Term], context: Context) -> Relation:
    return Relation(r.sign, _built(r.left, bound, context), _built(r.right, bound, context))
