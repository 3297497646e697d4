"""A sum over j != i, which the surface writes with a factor 1 - KroneckerDelta(i, j)."""

from __future__ import annotations

from symderiv.terms import ONE, Delta, Neg, Plus, Quotient, Symbol, Term, Times, neg, quo, times


def factors_of(t: Term) -> tuple[Term, ...]:
    """The factors of a product; any other term is its own only factor."""
    return t.factors if isinstance(t, Times) else (t,)


def exclusions(bound: Symbol, body: Term) -> tuple[Term, list[Term]]:
    """Take factors ``1 - delta(bound, i)`` out of a summand: the sum leaves out i."""
    match body:
        case Neg(inner):
            rest, found = exclusions(bound, inner)
            return neg(rest), found
        case Quotient(top, bottom):
            rest, found = exclusions(bound, top)
            return quo(rest, bottom), found
    kept: list[Term] = []
    left_out: list[Term] = []
    for factor in factors_of(body):
        other = _excluded(bound, factor)
        if other is None:
            kept.append(factor)
        else:
            left_out.append(other)
    return (times(*kept), left_out) if left_out else (body, [])


def _excluded(bound: Symbol, factor: Term) -> Term | None:
    match factor:
        case Plus((a, Neg(Delta(left, right)))) if a is ONE and bound in (left, right):
            return right if left is bound else left
    return None
