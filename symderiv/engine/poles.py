"""Where a term may lose its meaning when two of its indices agree, as 1/(x_i - x_j) does at i = j.

Such a term must not be moved to an index at which it was not asked for: 0 times it is not 0 there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from symderiv.binders import index_names
from symderiv.facts import class_index, positive
from symderiv.letters import labels, places
from symderiv.statement import Statement
from symderiv.terms import Big, Delta, Entry, Exp, Log, Number, Plus, Power, Quotient, Term, Times, parts, subterms


@dataclass(frozen=True)
class Guard:
    """Names that hide such places: definitions that may be 0, those with a pole of their own, one-hot labels."""

    vanishing: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    one_hot: frozenset[str] = frozenset()


NO_GUARD = Guard()


def guard(statement: Statement) -> Guard:
    """What the definitions of a problem hide; a definition is looked into after those it uses."""
    marks = (f.relation.left for f in statement.facts if class_index(f) is not None)
    one_hot = frozenset(y.array for y in marks if isinstance(y, Entry))
    found = Guard(one_hot=one_hot)
    for _ in statement.definitions:
        pairs = [d for d in statement.definitions if len(d.parameters) > 1]
        vanishing = frozenset(d.name for d in pairs if positive(d.head, statement) is None)
        partial = frozenset(d.name for d in pairs if any(has_pole(d.body, s.name, found) for s in d.parameters))
        found = Guard(vanishing, partial, one_hot)
    return found


@lru_cache(maxsize=65536)
def has_pole(t: Term, name: str, known: Guard = NO_GUARD) -> bool:
    """Whether t divides by, or takes the logarithm of, a difference that ``name`` shares with another index.

    An entry of a one-hot label is such a difference by itself: it compares its index with the class.
    """
    return any(name in index_names(u) and (_compares(u) or _marks(u, known)) for u in _critical(t, known))


def _marks(t: Term, known: Guard) -> bool:
    return isinstance(t, Entry) and t.array in known.one_hot


def _compares(t: Term) -> bool:
    """Whether t holds two indices that can agree; a label and a literal are others than the letters beside them."""
    literals = {i for u in subterms(t) for i in places(u) if isinstance(i, Number)}
    return len(index_names(t)) + len(labels(t)) + len(literals) > 1


def _critical(t: Term, known: Guard) -> Iterator[Term]:
    """The bases whose value 0 has no meaning below a fraction line or a logarithm, unless they are clearly positive."""
    match t:
        case Quotient(_, u) | Log(u):
            yield from _brackets(u, known)
        case Power(u, Number(n)) if n > 0 and n.denominator == 1:
            pass
        case Power(u, _):
            yield from _brackets(u, known)
        case Entry(name, _) if name in known.partial:
            yield t
    for v in parts(t):
        yield from _critical(v, known)


def _brackets(t: Term, known: Guard) -> Iterator[Term]:
    match t:
        case Plus() | Big():
            if not _clearly_positive(t):
                yield t
        case Entry(name, _) if name in known.vanishing | known.one_hot:
            yield t
        case Delta():
            yield t
        case Times() | Quotient() | Power():
            for u in parts(t):
                yield from _brackets(u, known)


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
