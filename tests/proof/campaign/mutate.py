"""One-token mutants: a sign, an index, an exponent, a dropped factor. Most are false; evaluation says which."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from symderiv.nodes import (
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    number,
)

from .names import Place, places, replaced, same_index
from .rewrites.spot import addition, product, without
from .settings import SCALARS, SHAPES, Setting


def mutant(t: Term, setting: Setting, random: Random) -> Term | None:
    """The term with one token changed, or None where nothing could be."""
    spots = list(places(t, Place(letters=tuple(setting.letters.items()))))
    for u, place in random.sample(spots, len(spots)):
        changed = [v for v in changes(u, dict(place.letters), random) if v is not u]
        if changed:
            return replaced(t, place.path, random.choice(changed))
    return None


def changes(t: Term, letters: dict[str, str], random: Random) -> Iterator[Term]:
    """Some terms that differ from this one in a token."""
    match t:
        case Number(value):
            yield from (number(value + 1), number(-value), number(value * 2))
        case Symbol(name) if name in SCALARS:
            yield Symbol(random.choice(SCALARS))
        case Entry(array, indices):
            yield from (Entry(array, many) for many in _indices(indices, letters, random))
            alike = [a for a, shape in SHAPES.items() if shape == SHAPES.get(array) and a != "t"]
            if alike:
                yield Entry(random.choice(alike), indices)
        case Delta(left, right):
            yield from (same_index(*many) for many in _indices((left, right), letters, random))
            yield from (number(1), number(0))
        case Plus(many) | Times(many):
            n = random.randrange(len(many))
            yield (addition if isinstance(t, Plus) else product)(without(many, n))
            yield type(t)((*many[:n], Neg(many[n]), *many[n + 1 :]))
        case Neg(body):
            yield body
        case Quotient(top, bottom):
            yield from (top, Quotient(bottom, top), Times((top, bottom)))
        case Power(base, exponent):
            yield base
            if isinstance(exponent, Number):
                yield from (Power(base, number(exponent.value + 1)), Power(base, number(-exponent.value)))
        case Exp(body):
            yield from (Log(body), body)
        case Log(body):
            yield from (Exp(body), body)
        case Stop(body):
            yield body
        case D():
            yield from _derivatives(t, letters, random)
        case Big():
            yield from _sums(t, letters)
    if random.random() < 0.1:
        yield Neg(t)


def _indices(indices: tuple[Term, ...], letters: dict[str, str], random: Random) -> Iterator[tuple[Term, ...]]:
    """The same indices with one replaced by another of its size, and turned round."""
    n = random.randrange(len(indices))
    i = indices[n]
    axis = letters.get(i.name) if isinstance(i, Symbol) else "K"  # a literal in another axis makes no claim
    for name, size in letters.items():
        if size == axis and Symbol(name) is not i:
            yield (*indices[:n], Symbol(name), *indices[n + 1 :])
    first, last = indices[0], indices[-1]
    if len(indices) == 2 and all(isinstance(i, Symbol) for i in indices):
        sizes = {letters.get(getattr(i, "name", "")) for i in indices}
        if len(sizes) == 1 and first is not last:
            yield (last, first)


def _derivatives(t: D, letters: dict[str, str], random: Random) -> Iterator[Term]:
    match t.variable:
        case Entry(array, indices):
            yield from (D(t.body, Entry(array, many)) for many in _indices(indices, letters, random))
    yield D(Stop(t.body), t.variable)


def _sums(t: Big, letters: dict[str, str]) -> Iterator[Term]:
    if t.excluded:
        yield Big(t.index, t.size, t.body, t.excluded[1:])
    axis = t.size.name if isinstance(t.size, Symbol) else "K"
    for name, size in letters.items():
        if size == axis and name != t.index.name and Symbol(name) not in t.excluded:
            yield Big(t.index, t.size, t.body, (*t.excluded, Symbol(name)))
            break
