"""One exponential as a product of several, for a sum that needs only some of their indices.

In `Sum_k exp(a[r, k] + b[r, i]) v[k]` the exponentials are an array over three axes, in `exp(b[r, i]) Sum_k exp(a[r,
k]) v[k]` over two. A sum is left in one exponent, however, where a part of it may be positive: that part overflows by
itself where the whole does not. Where every part is at most 0, by its form alone, nothing is lost: where a factor
underflows, the product does too.
"""

from __future__ import annotations

from symderiv.binders import match
from symderiv.numeric.rewrites.marks import MAX, OF, SHIFTED, SOFTPLUS, hold, letters, strip
from symderiv.numeric.rewrites.scaling import positive
from symderiv.terms import (
    ONE,
    Big,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    parts,
    plus,
    rebuild,
    times,
)


def comes_apart(t: Term) -> Term | None:
    """A product or fraction with its exponentials taken apart, or None.

    >>> from symderiv.terms import Entry
    >>> x, y = (Function(SOFTPLUS, (Entry(*n),)) for n in (("x", (Symbol("i"),)), ("y", (Symbol("k"),))))
    >>> comes_apart(Exp(plus(Neg(x), Neg(y)))) == times(Exp(Neg(x)), Exp(Neg(y)))
    True
    >>> comes_apart(Exp(plus(Neg(x), y)))
    """
    top, bottom = (t.top, t.bottom) if isinstance(t, Quotient) else (t, ONE)
    many = top.factors if isinstance(top, Times) else (top,)
    new = [_by_indices(u) or u for u in many]
    if all(u is v for u, v in zip(many, new, strict=True)):
        return None
    return times(*new) if bottom is ONE else Quotient(times(*new), bottom)


def _by_indices(t: Term) -> Term | None:
    """exp(a + b) = exp(a) exp(b), a factor for each set of indices, where a and b are at most 0."""
    if not isinstance(t, Exp):
        return None
    groups: dict[frozenset[str], list[Term]] = {}
    for u in (every := _summands(t.body)):
        groups.setdefault(letters(u), []).append(u)
    if len(groups) == 1 or not all(map(_at_most_0, every)):
        return None
    return times(*(_share(many[0]) or Exp(many[0]) if len(many) == 1 else Exp(plus(*many)) for many in groups.values()))


def _summands(t: Term) -> list[Term]:
    """What an exponent adds up; the logarithm of a share stays one."""
    match strip(t):
        case Plus(many) if _share(t) is None:
            return [v for u in many for v in _summands(u)]
        case Function(name, (u, by, beside)) if name == SHIFTED:
            return [Function(SHIFTED, (u, by)), *_summands(beside)]
    return [t]


def _at_most_0(t: Term) -> bool:
    """Whether t is at most 0 for every value of its arguments, by its form alone."""
    match strip(t):
        case Function(name, (u, Function(top, many))) if name == SHIFTED and top == MAX:
            return any(_is_among(v, strip(u)) for v in many)
        case Neg(Function(name, _)) if name == SOFTPLUS:
            return True
        case Times((Number(value), u)) if value > 0:
            return _at_most_0(u)
    return _share(t) is not None


def _share(t: Term) -> Term | None:
    """The share that t is the logarithm of: a - log s, where s adds up positive numbers and exp(a)."""
    match strip(t):
        case Plus((a, Neg(v))) if isinstance(total := strip(v), Log):
            one = Exp(strip(a))
            return hold(Quotient(one, total.body)) if positive(total.body) and _is_among(total.body, one) else None
    return None


def _is_among(t: Term, one: Term, indices: tuple[Symbol, ...] = ()) -> bool:
    """Whether a sum or a greatest runs over ``one``, at whatever index; no entry is left out."""
    match strip(t):
        case Plus(many) if not isinstance(one, Plus):
            return any(_is_among(u, one, indices) for u in many)
        case Big(index, _, body, ()):
            return _is_among(body, one, (*indices, index))
        case Function(name, (u,)) if name == OF:
            return match(_plain(u), _plain(one), indices) is not None
    return match(_plain(t), _plain(one), indices) is not None


def _plain(t: Term) -> Term:
    """t without a bracket around it, or two around what is in it."""

    def once(u: Term) -> Term:
        return hold(once(strip(u))) if strip(u) is not u else rebuild(u, tuple(map(once, parts(u))))

    return strip(once(t))
