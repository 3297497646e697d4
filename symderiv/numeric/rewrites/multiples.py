"""Whole multiples of an exponent as powers: exp(2 a) beside exp(a) has twice its shift."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import gcd

from symderiv.binders import match
from symderiv.letters import ordered_indices
from symderiv.numeric.rewrites.marks import strip
from symderiv.numeric.rewrites.scaling import has_exp
from symderiv.terms import (
    Big,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Term,
    Times,
    kinds,
    neg,
    number,
    parts,
    plus,
    quo,
    rebuild,
    times,
)


def multiples(t: Term) -> Term | None:
    """u/v with exp(n a) in it, n = 2, 3, ..., and an exp(a) as well, at whatever index: exp(a)^n instead.

    None where a sum of v has such a multiple beside another power, exp(2 a) + exp(a), or where u is of higher degree
    than v: the shift of exp(a) is then no shift for all of it. Exponents with a logarithm are left alone: powers of
    shares are brought into them (`underflow`).
    """
    if not isinstance(t, Quotient) or not has_exp(t.bottom):
        return None
    every = tuple(dict.fromkeys(a for u in (t.top, t.bottom) for a in _exponents(u)))
    roots = {a: (root, n) for a in every for n, root in _roots(a) if any(_is_at(b, root) for b in every)}
    if not roots:
        return None
    above, below = (_degrees(u, roots) for u in (t.top, t.bottom))
    if len(below) > 1 or max(above) > max(below):
        return None

    def powers(u: Term) -> Term:
        if not has_exp(u):
            return u
        if isinstance(u, Exp):
            root, n = roots.get(u.body, (u.body, 1))
            return u if n == 1 else Power(Exp(root), number(n))
        if isinstance(u, Quotient):
            return Quotient(powers(u.top), u.bottom)
        return rebuild(u, tuple(map(powers, parts(u))))

    return Quotient(powers(t.top), powers(t.bottom))


def _degrees(t: Term, roots: dict[Term, tuple[Term, int]]) -> set[int]:
    """How many exponentials the summands of t are products of, a multiple of a root counted as often; not numbers."""
    if not has_exp(t):  # a fraction of exponentials too: it has its own shift
        return {0}
    match strip(t):
        case Exp(a):
            return {roots[a][1] if a in roots else 1}
        case Plus(many):
            return {n for u in many if has_exp(u) for n in _degrees(u, roots)} or {0}
        case Times(many):
            return {sum(ns) for ns in product(*(_degrees(u, roots) for u in many))}
        case Power(u, Number(n)):
            return {sum(ns) for ns in product(_degrees(u, roots), repeat=int(n))}
        case Neg(u) | Big(_, _, u, _) | Quotient(u, _):
            return _degrees(u, roots)
        case Function(_, many):
            return {n for u in many if has_exp(u) for n in _degrees(u, roots)}
    return {0}


def _exponents(t: Term) -> Iterator[Term]:
    """The exponents, without logarithms, of the exponentials that t is built from."""
    if isinstance(t, Exp) and has_exp(t):
        yield from () if Log in kinds(t) else (t.body,)
    elif has_exp(t):
        for u in parts(t)[:1] if isinstance(t, Quotient) else parts(t):
            yield from _exponents(u)


def _is_at(a: Term, b: Term) -> bool:
    """Whether an exponent is another one at whatever indices."""
    return match(_divided(a, 1), b, ordered_indices(a)) is not None


def _roots(a: Term) -> Iterator[tuple[int, Term]]:
    """(n, a/n) for the whole numbers n from 2 on that all summands of an exponent are multiples of."""
    whole = gcd(*(_multiple(u) for u in _summands(a)))
    for n in range(2, whole + 1):
        if whole % n == 0:
            yield n, _divided(a, n)


def _summands(a: Term) -> tuple[Term, ...]:
    u = strip(a)
    return u.summands if isinstance(u, Plus) else (u,)


def _multiple(t: Term) -> int:
    """The whole number in front of a summand."""
    match strip(t):
        case Neg(u) | Quotient(u, _):
            return _multiple(u)
        case Times((Number(value), *_)) | Number(value) if value.denominator == 1:
            return abs(int(value))
    return 1


def _divided(t: Term, n: int) -> Term:
    """An exponent divided by a whole number that is in front of each of its summands."""
    match strip(t):
        case Plus(many):
            return plus(*(_divided(u, n) for u in many))
        case Neg(u):
            return neg(_divided(u, n))
        case Quotient(u, v):
            return quo(_divided(u, n), v)
        case Times((Number(value), *rest)):
            return times(number(value / n), *rest)
        case Number(value):
            return number(value / n)
    return t
