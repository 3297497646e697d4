"""Where a term may lose its meaning when two of its indices agree, as 1/(x_i - x_j) does at i = j.

Such a term must not be moved to an index at which it was not asked for: 0 times it is not 0 there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from symderiv.binders import index_names
from symderiv.terms import Big, Exp, Log, Number, Plus, Power, Quotient, Term, Times, parts


@lru_cache(maxsize=65536)
def has_pole(t: Term, name: str) -> bool:
    """Whether t divides by, or takes the logarithm of, a difference that ``name`` shares with another index."""
    return any(name in index_names(u) and len(index_names(u)) > 1 for u in _critical(t))


def _critical(t: Term) -> Iterator[Term]:
    """The bases whose value 0 has no meaning below a fraction line or a logarithm, unless they are clearly positive."""
    match t:
        case Quotient(_, u) | Log(u):
            yield from _brackets(u)
        case Power(u, Number(n)) if n > 0 and n.denominator == 1:
            pass
        case Power(u, _):
            yield from _brackets(u)
    for v in parts(t):
        yield from _critical(v)


def _brackets(t: Term) -> Iterator[Term]:
    match t:
        case Plus() | Big():
            if not _clearly_positive(t):
                yield t
        case Times() | Quotient() | Power():
            for u in parts(t):
                yield from _brackets(u)


def _clearly_positive(t: Term) -> bool:
    match t:
        case Exp():
            return True
        case Number(value):
            return value > 0
        case Plus() | Times() | Quotient():
            return all(map(_clearly_positive, parts(t)))
        case Power(u, _) | Big(_, _, u, ()):
            return _clearly_positive(u)
    return False
