"""Sums over a size, split at the indices that the summand singles out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from symderiv.proof.atoms import Index
from symderiv.proof.budget import Valueless
from symderiv.proof.closing import closed
from symderiv.proof.fractions import Ratio
from symderiv.proof.renaming import indicator, rename
from symderiv.proof.session import Session, Split
from symderiv.terms import Number, Term

WRITTEN_OUT = 12  # a sum over a literal size up to this one is written out
Summand = Callable[[Index], Ratio]


def total(s: Session, size: Term, excluded: Iterable[Index], summand: Summand) -> Ratio:
    """The sum of ``summand`` over a size, without some indices."""
    s.meter.check()
    if isinstance(size, Number) and size.value <= WRITTEN_OUT:
        outside = tuple(excluded)
        values = range(1, int(size.value) + 1)
        return s.add(summand(v) for v in values if not any(s.same(v, x) for x in outside))
    with s.opened() as o:
        outside = _different(s, excluded)
        try:
            generic, points = _generic(s, o, outside, summand)
        except Valueless as problem:
            # at a size with the singled out indices only there is no such summand
            raise Valueless(str(problem), everywhere=False) from problem
        return s.plus(_without(s, o, size, generic, (*outside, *points)), s.add(map(summand, points)))


def _different(s: Session, many: Iterable[Index]) -> tuple[Index, ...]:
    found: list[Index] = []
    for x in many:
        if not any(s.same(x, y) for y in found):
            found.append(s.resolve(x))
    return tuple(found)


def _generic(s: Session, o: Index, outside: Sequence[Index], summand: Summand) -> tuple[Ratio, list[Index]]:
    """The summand at an index apart from all that it is compared with, and the indices it is compared with."""
    points: list[Index] = []
    while True:
        try:
            with s.apart(o, (*outside, *points)):
                return _by_labels(s, o, summand), points
        except Split as split:
            if o not in split.pair:
                raise
            x = split.pair[1 if split.pair[0] == o else 0]
            for known in (*outside, *points):
                s.same(x, known)  # a question that decides the value further out
            points.append(x)


def _by_labels(s: Session, o: Index, summand: Summand) -> Ratio:
    """The summand; where the label of this index is compared, both cases with an indicator."""
    try:
        return summand(o)
    except Split as split:
        label = next((i for i in split.pair if isinstance(i, tuple) and o in i[1]), None)
        if label is None or o in split.pair:
            raise
        other = split.pair[1 if split.pair[0] == label else 0]
    with s.equated(label, other):
        equal = _by_labels(s, o, summand)
    with s.apart(label, (other,)):
        distinct = _by_labels(s, o, summand)
    if s.minus(equal, distinct):
        mark = indicator(s, "delta", label, other)
        return s.plus(distinct, s.times(mark, s.minus(equal, distinct)))
    return equal


def _without(s: Session, o: Index, size: Term, generic: Ratio, points: Sequence[Index]) -> Ratio:
    """The sum of a fraction over all indices but some: the whole sum less its summands there, if they have values."""
    less, poles = [], []
    for x in points:
        try:
            less.append(rename(s, generic, {o: x}))
        except Valueless:
            poles.append(x)
    for x in poles:
        with s.closing_over((o,)):
            generic = s.times(generic, indicator(s, "apart", o, x))
    return s.minus(closed(s, ((o, size),), generic), s.add(less))
