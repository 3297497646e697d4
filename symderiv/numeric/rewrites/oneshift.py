"""One shift for rows that share their logits, so that sums over them are products with a matrix of weights.

In `Sum_m R[n, m] exp(h[m])` every row n has the greatest exponent of its own weights as its shift, and so an array of
exponentials of its own. The law of a shift holds for any number: with the greatest exponent of all, the exponentials
are one vector. They must not be too small then, in a row whose own logits are far below the greatest of all: whoever
takes this form looks at them.
"""

from __future__ import annotations

from symderiv.binders import match
from symderiv.numeric.rewrites.marks import LIVE, MAX, OF, OTHERS, SHIFTED, hold, letters, strip
from symderiv.terms import ONE, Big, Exp, Function, Quotient, Symbol, Term, Times, parts, quo, rebuild, subterms, times


def shares_logits(t: Term) -> bool:
    """Whether exponents stand under weights that have more indices than they."""
    return any(isinstance(u, Function) and u.name == LIVE and letters(u.arguments[0]) < letters(u) for u in subterms(t))


def by_one_shift(t: Term) -> Term:
    """t, in stable form, with one shift for all rows that share their logits; what is divided by stands by itself."""
    match t:
        case Function(name, (a, *_)) if name == LIVE and letters(a) < letters(t):
            return by_one_shift(a)
        case Function("@hold", (u,)):
            inner = by_one_shift(u)
            return inner if isinstance(inner, Times) else hold(inner)  # a sum of products has no brackets in it
        case Quotient(u, v):
            top, below = by_one_shift(u), by_one_shift(v)
            many = top.factors if isinstance(top, Times) else (top,)
            apart = [w for w in many if not letters(w) <= letters(below)] if letters(below) else []
            rest = [w for w in many if w not in apart]
            return times(*apart, quo(times(*rest) if rest else ONE, below))
    return rebuild(t, tuple(map(by_one_shift, parts(t))))


def looked_at(t: Term) -> list[tuple[Exp, Symbol, Term]] | None:
    """The exponentials in t, with one shift, each with its index and size; None where they do not tell all."""
    found: dict[Term, tuple[Exp, Symbol, Term]] = {}
    for u in subterms(t):
        match u:
            case Function(name, (a, Function(_, (Big(index, size, Function(of, (own,)), ()),)) as by)) if (
                name == SHIFTED and of == OF and match(strip(own), strip(a), (index,)) is not None
            ):
                found[by] = Exp(Function(SHIFTED, (hold(strip(own)), by))), index, size
            case Function(name, many) if name in (SHIFTED, OTHERS, LIVE) or (name == MAX and len(many) > 1):
                return None  # what is shifted by the greatest of several, or of others, is not told of
    return list(found.values())
