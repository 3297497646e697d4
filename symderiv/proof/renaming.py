"""Other indices in the place of free ones: the one way in which a normal form is instantiated.

Closed sums are opened, renamed and closed again by `Session.total`, so that what two indices that
become equal make of a sum is worked out and never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symderiv.proof.atoms import Atom, Index, Renaming, renamed
from symderiv.proof.fractions import Ratio
from symderiv.proof.polynomials import Exponent
from symderiv.proof.session import Session

Remake = Callable[[Session, Atom, Renaming], Ratio]
REMAKE: dict[str, Remake] = {}  # by kind of atom; filled in by the modules that make those atoms


def rename(s: Session, a: Ratio, by: Renaming) -> Ratio:
    """A fraction with indices replaced; raises `Valueless` where it has none there."""
    names = s.names(a)
    if not any(i in by for i in names) and not (s.equal and any(i in s.equal for i in names)):
        return a
    terms = []
    for mono, c in a.terms.items():
        # what is left out for its indices alone comes first: it asks for nothing else
        atoms = sorted(mono, key=lambda pair: s.atoms[pair[0]].kind not in ("apart", "delta"))
        found = Ratio({(): c})
        for n, e in atoms:
            found = s.times(found, renamed_power(s, s.atoms[n], e, by))
            if not found:
                break
        else:
            terms.append(found)
    if not terms:
        return s.zero
    below = s.one
    for f, e in a.below:
        below = s.times(below, s.power(rename(s, Ratio(s.factors[f].terms), by), e))
    top = s.add(terms)
    return s.over(top, below) if a.below else top


def renamed_power(s: Session, atom: Atom, e: Exponent, by: Renaming) -> Ratio:
    """A power of an atom with indices replaced."""
    if atom.kind in ("root", "absolute"):
        kind, number = atom.content
        inside = s.power_of(s.atoms[number]) if kind == "atom" else Ratio(s.factors[number].terms)
        inside = rename(s, inside, by)
        if atom.kind == "root":
            return s.operations.rational_power(s, inside, e)
        square = s.power(inside, 2)
        return s.operations.rational_power(s, square, Fraction(e) / 2)
    return _power(s, rename_atom(s, atom, by), e)


def rename_atom(s: Session, atom: Atom, by: Renaming) -> Ratio:
    """An atom with indices replaced."""
    own = {i: by[i] for i in atom.names if i in by}
    if not own and not (s.equal and any(i in s.equal for i in atom.names)):
        return s.power_of(atom)
    arriving = {renamed(i, own) for i in atom.names}
    key = ("rename", atom.number, frozenset(own.items()), s.relevant(arriving))
    found = s.memo.get(key)
    if found is None:
        found = s.memo[key] = REMAKE[atom.kind](s, atom, own)
    return found


def _power(s: Session, a: Ratio, e: Exponent) -> Ratio:
    return s.power(a, int(e)) if e.denominator == 1 else s.operations.rational_power(s, a, e)


def _entry(s: Session, atom: Atom, by: Renaming) -> Ratio:
    array, indices = atom.content
    return s.entry(array, tuple(renamed(i, by) for i in indices))


def _compared(s: Session, atom: Atom, by: Renaming) -> Ratio:
    """An indicator of two indices being apart, or of a label being an index."""
    left, right = (s.resolve(renamed(i, by)) for i in atom.content)
    return indicator(s, atom.kind, left, right)


def indicator(s: Session, kind: str, left: Index, right: Index) -> Ratio:
    """1 where two indices are apart (or, for a delta, equal) and 0 elsewhere."""
    sides = (*_inside(left), *_inside(right))
    kept = any(i in s.closing or (isinstance(i, int) and i < 0) for i in sides)
    kept = kept or any(isinstance(i, tuple) and _open(i) for i in (left, right))
    if kept and left != right and frozenset((left, right)) not in s.distinct:
        pair = tuple(sorted((left, right), key=str))
        names = frozenset(n for i in pair for n in (i, *_inside(i)) if isinstance(n, str | tuple) or n < 0)
        return s.power_of(s.atom(kind, pair, names=names, arrays=frozenset(), folding=True))
    return s.one if s.same(left, right) == (kind == "delta") else s.zero


def _inside(i: Index) -> tuple[Index, ...]:
    return (i, *(n for j in i[1] for n in _inside(j))) if isinstance(i, tuple) else (i,)


def _open(i: Index) -> bool:
    return any(isinstance(n, str) and n.startswith("#") for n in _inside(i))


def _sum(s: Session, atom: Atom, by: Renaming) -> Ratio:
    return reopened(s, atom, lambda body: rename(s, body, {}), by)


def reopened(s: Session, atom: Atom, look: Callable[[Ratio], Ratio], by: Renaming) -> Ratio:
    """A closed sum with something done to its body, under other indices."""
    sizes, first = atom.content[0], atom.content[1]
    body = s.bodies[atom.number]

    def inner(place: int, chosen: Renaming) -> Ratio:
        if place == len(sizes):
            return look(rename(s, body, chosen))
        level = -(first + place)
        return s.operations.total(s, sizes[place], (), lambda i: inner(place + 1, {**chosen, level: i}))

    return inner(0, dict(by))


REMAKE |= {"entry": _entry, "apart": _compared, "delta": _compared, "sum": _sum}
