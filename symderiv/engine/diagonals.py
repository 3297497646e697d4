"""Refusing what has no meaning on a diagonal, as the sum over all i and j of 1/(x_i - x_j) at i = j.

Such a sum has no value, and a root such as sqrt((x_i - x_j)^2) no derivative there: a formula for it
would be wrong everywhere, and no condition on the values could mend it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from symderiv.binders import index_names, substitute
from symderiv.engine.polynomial import collect, expand
from symderiv.errors import Refused
from symderiv.letters import ordered_indices, places
from symderiv.printing.plain import plain
from symderiv.statement import Statement
from symderiv.terms import (
    Big,
    Entry,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    parts,
    subterms,
)
from symderiv.trace import Trace

Around = Mapping[Symbol, Big]  # the sums around a place, by their letters


def check_diagonals(trace: Trace, statement: Statement) -> None:
    """Raise `Refused` if a line divides by, or takes the logarithm of, what is 0 for one of its summands."""
    lines = dict.fromkeys((trace.start, *(s.after for _, s in trace.walk())))
    for line in lines:
        for base, one, other in _hits(line, {}, statement):
            what = "value" if line is trace.start else "derivative"
            raise Refused(
                f"the {what} has no meaning: the sum over {plain(one)} includes {plain(one)} = {plain(other)}, where "
                f"{plain(base)} is 0; leave that summand out with the factor 1 - KroneckerDelta({plain(one)}, "
                f"{plain(other)})"
            )


def _hits(t: Term, around: Around, statement: Statement) -> Iterator[tuple[Term, Term, Term]]:
    """The bases that vanish for one summand, with the letter of the sum and the index at which they do."""
    if not _divides(t):
        return
    for base in _bases(t):
        yield from ((base, one, other) for one, other in _pairs(base, around, statement))
    inside = {**around, t.index: t} if isinstance(t, Big) else around
    for u in parts(t):
        yield from _hits(u, inside, statement)


@lru_cache(maxsize=65536)
def _divides(t: Term) -> bool:
    return any(True for _ in _bases(t)) or any(map(_divides, parts(t)))


def _bases(t: Term) -> Iterator[Term]:
    """What must not be 0 for t to have a value, as far as it depends on an index."""
    match t:
        case Quotient(_, u) | Log(u) if index_names(u):
            yield u
        case Power(u, Number(n)) if n < 0 and index_names(u):
            yield u


def _pairs(base: Term, around: Around, statement: Statement) -> Iterator[tuple[Term, Term]]:
    """The summed indices of a base with another index of their range at which the base is 0."""
    letters = ordered_indices(base)
    for total in (around[i] for i in letters if i in around):
        for other in (*letters, *_special(base)):
            met = other is not total.index and _meets(total, other, around, statement)
            if met and _vanishes(substitute(base, {total.index: other}), statement):
                yield total.index, other


def _special(t: Term) -> Iterator[Number | Entry]:
    """The literal indices and the labels in t."""
    for u in subterms(t):
        yield from (i for i in places(u) if isinstance(i, Number | Entry))


def _meets(total: Big, other: Term, around: Around, statement: Statement) -> bool:
    """Whether a sum's index takes the value of another index."""
    if other in total.excluded:
        return False
    if isinstance(other, Number):
        size = total.size
        return other.value <= (size.value if isinstance(size, Number) else statement.scope.least.get(size, 1))
    second = around.get(other) if isinstance(other, Symbol) else None
    if second is not None:
        return second.size is total.size and total.index not in second.excluded
    return statement.scope.size(other) is total.size


def _vanishes(t: Term, statement: Statement) -> bool:
    """Whether t is 0 at sight, definitions looked into."""
    match t:
        case Number(value):
            return value == 0
        case Power(u, Number(n)):
            return n > 0 and _vanishes(u, statement)
        case Times(many):
            return any(_vanishes(u, statement) for u in many)
        case Neg(u) | Quotient(u, _) | Big(_, _, u, ()):
            return _vanishes(u, statement)
        case Plus():
            lines = expand(t)
            return lines is not None and not collect(lines)
        case Entry() | Symbol():
            body = statement.unfold(t)
            return body is not None and _vanishes(body, statement)
    return False
