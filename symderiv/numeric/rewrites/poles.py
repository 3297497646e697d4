"""Entries that are left out: 1 - delta in front of a fraction is no number to multiply by.

Where z_i = z_k the term (1 - delta_ik)/(z_i - z_k) is 0 for i = k, by what it means to leave an entry
out; multiplied in floating point it would be 0 times infinity.
"""

from __future__ import annotations

from symderiv.letters import union
from symderiv.numeric.rewrites.marks import HOLD, OTHERS, hold, letters
from symderiv.numeric.rewrites.scaling import positive
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Delta,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Term,
    Times,
    parts,
    quo,
    subterms,
    times,
)

# functions without a pole or an end of their domain
ENTIRE = frozenset(("sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh", "abs", "Abs", "sign", HOLD))


def unless(t: Term, left_out: tuple[Delta, ...]) -> Term:
    """t, but 0 where one of the deltas is 1."""
    return Function(OTHERS, (t, *left_out)) if left_out and t is not ZERO else t


def left_outs(t: Term) -> tuple[tuple[Delta, ...], Term]:
    """The deltas d of the factors 1 - d of a product or of a numerator, and t without those factors.

    >>> from symderiv.terms import Symbol
    >>> i, k = Symbol("i"), Symbol("k")
    >>> found, rest = left_outs(Quotient(Plus((ONE, Neg(Delta(i, k)))), Symbol("z")))
    >>> found == (Delta(i, k),), rest == Quotient(ONE, Symbol("z"))
    (True, True)
    """
    match t:
        case Function(name, (u,)) if name == HOLD:
            found, rest = left_outs(u)
            return found, hold(rest) if found else t
        case Plus((one, Neg(Delta() as d))) if one is ONE:
            return (d,), ONE
        case Quotient(top, bottom):
            found, rest = left_outs(top)
            return found, quo(rest, bottom) if found else t
        case Times(many):
            every = [left_outs(u) for u in many]
            found = tuple(dict.fromkeys(d for ds, _ in every for d in ds))
            return found, times(*(u for _, u in every)) if found else t
    return (), t


def may_have_pole(t: Term, at: tuple[Delta, ...]) -> bool:
    """Whether some part of t may be infinite or undefined at the entries where one of the deltas is 1."""
    return any(_has_pole(t, union((d,))) for d in at)


def _has_pole(t: Term, compared: frozenset[str]) -> bool:
    """As `may_have_pole`, by the letters that a delta compares; one between a literal and a class has none."""
    match t:
        case Quotient(_, u) | Log(u):
            delicate = not positive(u) or _leaves_out(u)
        case Power(u, Number(n)):
            delicate = (n < 0 or n.denominator > 1) and not positive(u)
        case Power(u, _):
            delicate = not positive(u)
        case Function(name, _):
            delicate = name not in ENTIRE
        case _:
            delicate = False
    return (delicate and (not compared or bool(letters(t) & compared))) or any(_has_pole(u, compared) for u in parts(t))


def _leaves_out(t: Term) -> bool:
    """Whether a sum in t leaves an index out: what is left may be nothing, or nothing beside what was left out."""
    return any(isinstance(u, Big) and u.excluded for u in subterms(t))
