"""Closing sums: fractions in an index, summed over it, as polynomials in atoms without that index.

A closed sum is an atom without a free binder. Its binders are numbered by level from the innermost,
so that no index can be captured and sums that differ in letters are one atom. Its body is one
monomial over factors; bodies over the same sizes are kept independent over what is free of the
binders, so that a combination of closed sums is 0 only where it is formally 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import combinations

from symderiv.proof.atoms import Atom, Index, Renaming, is_open, mentioned
from symderiv.proof.budget import Defect, Valueless
from symderiv.proof.dependence import dependence
from symderiv.proof.fractions import Ratio
from symderiv.proof.orders import Binder, Image, averaged, numberings
from symderiv.proof.polynomials import RATIONAL_ONE, Mono, Poly, Rational, added, merged, raised
from symderiv.proof.renaming import rename
from symderiv.proof.session import Session
from symderiv.terms import Number, Symbol, Term


def closed(s: Session, binders: Sequence[Binder], a: Ratio) -> Ratio:
    """The sum of a fraction over binders, as a polynomial in closed sums."""
    names = [o for o, _ in binders]
    with s.closing_over(names):
        return _closed(s, binders, a, names)


def _closed(s: Session, binders: Sequence[Binder], a: Ratio, names: Sequence[Index]) -> Ratio:
    outer_below = tuple((f, e) for f, e in a.below if s.factors[f].names.isdisjoint(names))
    inner_below = tuple((f, e) for f, e in a.below if not s.factors[f].names.isdisjoint(names))
    parts: dict[Mono, Poly] = {}
    for mono, c in a.terms.items():
        own = tuple((n, e) for n, e in mono if not s.atoms[n].names.isdisjoint(names))
        rest = merged(mono, raised(own, -1))
        parts[own] = added(parts.get(own, {}), {rest: c})
    found = s.zero
    for own, outer in parts.items():
        body = Ratio({own: RATIONAL_ONE}, inner_below)
        found = s.plus(found, s.times(Ratio(outer, outer_below), _flat(s, binders, body)))
    return found


def _flat(s: Session, binders: Sequence[Binder], body: Ratio) -> Ratio:
    """The sum of one monomial over factors; inner sums that stand in its numerator only are flattened."""
    ((mono, _),) = body.terms.items()
    below = {n for f, _ in body.below for n in s.factors[f].atoms}
    inner = [(n, e) for n, e in mono if s.atoms[n].kind == "sum" and e > 0 and e.denominator == 1 and n not in below]
    if not inner:
        return _parted(s, binders, body)
    rest = tuple((n, e) for n, e in mono if (n, e) not in inner)
    with ExitStack() as stack:
        whole = Ratio({rest: RATIONAL_ONE}, body.below)
        every = list(binders)
        for n in (n for n, e in inner for _ in range(int(e))):
            sizes, first = s.atoms[n].content[0], s.atoms[n].content[1]
            names = [stack.enter_context(s.opened()) for _ in sizes]
            every += zip(names, sizes, strict=True)
            s.meter.check(binders=len(every))
            stack.enter_context(s.closing_over(names))
            whole = s.times(whole, rename(s, s.bodies[n], {-(first + p): name for p, name in enumerate(names)}))
        return closed(s, every, whole)


def _parted(s: Session, binders: Sequence[Binder], body: Ratio) -> Ratio:
    """The sum over binders that hang together, times that over the others."""
    ((mono, _),) = body.terms.items()
    groups = _components(s, binders, body)
    if len(groups) == 1:
        return _component(s, binders, body) if mono or body.below else _count(s, binders)
    found = s.one
    for group in groups:
        names = {o for o, _ in group}
        own = tuple((n, e) for n, e in mono if not s.atoms[n].names.isdisjoint(names))
        below = tuple((f, e) for f, e in body.below if not s.factors[f].names.isdisjoint(names))
        part = Ratio({own: RATIONAL_ONE}, below)
        found = s.times(found, _component(s, group, part) if own or below else _count(s, group))
    return found


def _count(s: Session, binders: Sequence[Binder]) -> Ratio:
    return s.product(size_of(s, size) for _, size in binders)


def size_of(s: Session, size: Term) -> Ratio:
    """A size as a number."""
    if isinstance(size, Number):
        return s.rational(size.value)
    assert isinstance(size, Symbol)
    return s.entry(size.name, ())


def _components(s: Session, binders: Sequence[Binder], body: Ratio) -> list[list[Binder]]:
    ((mono, _),) = body.terms.items()
    links = [s.atoms[n].names for n, _ in mono] + [s.factors[f].names for f, _ in body.below]
    groups: list[list[Binder]] = []
    for binder in binders:
        touching = [link for link in links if binder[0] in link]
        joined = [g for g in groups if any(o in link for o, _ in g for link in touching)]
        groups = [g for g in groups if g not in joined] + [[b for g in joined for b in g] + [binder]]
    return groups


def _component(s: Session, binders: Sequence[Binder], body: Ratio) -> Ratio:
    """The sum of one monomial over factors that holds its binders together."""
    for simplified in (_sifted, _filled, _exchanged):
        value = simplified(s, binders, body)
        if value is not None:
            return value
    for rule in s.sum_rules:
        known = rule(s, binders, body)
        if known is not None:
            return closed_if_any(s, *known)
    images = numberings(s, binders, body)
    key, sign = min(images)
    if (key, -sign) in images:
        return s.zero  # a permutation of the binders turns the body into its opposite
    memo = ("closed", key, s.relevant(s.names(body)))
    found = s.memo.get(memo)
    if found is None:
        mean = averaged(s, binders, body) if len(images) > 1 and body.below else None
        if mean is not None:
            found = s.scaled(closed(s, binders, mean), sign)
        else:
            found = _reduced(s, key, [(image, c * sign) for image, c in images])
        _check_closed(s, binders, found)
        s.memo[memo] = found
    return s.scaled(found, sign)


def closed_if_any(s: Session, binders: Sequence[Binder], a: Ratio) -> Ratio:
    """The sum over binders of which there may be none."""
    return closed(s, binders, a) if binders else a


def _check_closed(s: Session, binders: Sequence[Binder], found: Ratio) -> None:
    """A leaked binder would count as a constant further out: nothing is worse."""
    if not s.names(found).isdisjoint({o for o, _ in binders}):
        raise Defect("a sum was closed with its binder free in it: a defect of symderiv, please report the claim")


def _sifted(s: Session, binders: Sequence[Binder], body: Ratio) -> Ratio | None:
    """The sum over an index that one factor says is a label: its summand there."""
    ((mono, _),) = body.terms.items()
    names = [o for o, _ in binders]
    for n, _ in mono:
        if s.atoms[n].kind != "delta":
            continue
        left, right = s.atoms[n].content
        gone, label = (left, right) if left in names else (right, left)
        if gone not in names or gone in mentioned((label,)):
            continue
        rest = Ratio({tuple((m, x) for m, x in mono if m != n): RATIONAL_ONE}, body.below)
        try:
            at = rename(s, rest, {gone: label})
        except Valueless:
            continue
        return closed_if_any(s, [(o, size) for o, size in binders if o != gone], at)
    return None


def _filled(s: Session, binders: Sequence[Binder], body: Ratio) -> Ratio | None:
    """The sum with one puncture filled where the body has a value: the whole less what is left out."""
    ((mono, _),) = body.terms.items()
    names = [o for o, _ in binders]
    for n, _ in mono:
        if s.atoms[n].kind != "apart":
            continue
        left, right = s.atoms[n].content
        gone, stays = (left, right) if left in names else (right, left)
        rest = Ratio({tuple((m, x) for m, x in mono if m != n): RATIONAL_ONE}, body.below)
        try:
            at = rename(s, rest, {gone: stays})
        except Valueless:
            continue
        fewer = [(o, size) for o, size in binders if o != gone]
        return s.minus(closed(s, binders, rest), closed_if_any(s, fewer, at))
    return None


def _exchanged(s: Session, binders: Sequence[Binder], body: Ratio) -> Ratio | None:
    """The sum with some of its binders summed first, where that gives a sum that the body is divided by.

    Finite sums change places, and here the order shows: the sum over n and i of c[n] w[n, i] / S[n] is that of
    the c[n] if S[n] is the sum of the w[n, i].
    """
    ((mono, _),) = body.terms.items()
    below = {n for f, _ in body.below for n in s.factors[f].atoms} | {n for n, e in mono if e < 0}
    sums = sorted(n for n in below if s.atoms[n].kind == "sum")
    for first in dict.fromkeys(g for n in sums for g in _candidates(s.atoms[n], binders)):
        names = {o for o, _ in first}
        own = tuple((n, e) for n, e in mono if not s.atoms[n].names.isdisjoint(names))
        own_below = tuple((f, e) for f, e in body.below if not s.factors[f].names.isdisjoint(names))
        inner = closed(s, first, Ratio({own: RATIONAL_ONE}, own_below))
        if any(n in sums and e > 0 for m in inner.terms for n, e in m):
            rest = merged(mono, raised(own, -1))
            outer = Ratio({rest: RATIONAL_ONE}, tuple(pair for pair in body.below if pair not in own_below))
            return closed(s, [b for b in binders if b not in first], s.times(outer, inner))
    return None


def _candidates(atom: Atom, binders: Sequence[Binder]) -> Iterator[tuple[Binder, ...]]:
    """The groups of binders, not all, that run over the sizes of a closed sum without being free in it."""
    sizes = sorted(map(str, atom.content[0]))
    if len(sizes) < len(binders):
        for group in combinations((b for b in binders if b[0] not in atom.names), len(sizes)):
            if sorted(str(size) for _, size in group) == sizes:
                yield group


def _reduced(s: Session, key: Image, images: Sequence[tuple[Image, Rational]]) -> Ratio:
    """The closed sum of a body through those before it that determine it, else a new atom."""
    body = Ratio({key.mono: RATIONAL_ONE}, key.below)
    place = ("body", *key, s.relevant(s.names(body)))
    known = s.made.get(place)
    if known is not None:
        return known
    basis = s.basis.setdefault(("sum", key.sizes), [])
    first = max([key.first, *(k.first for k, _, _ in basis)])
    levels = frozenset(-(first + place) for place in range(len(key.kinds)))
    # a binder that is open in another sum has no business in this one
    open_ = frozenset(filter(is_open, s.names(body)))
    before = [one for one in basis if frozenset(filter(is_open, s.names(one[2]))) <= open_]
    elements = [_aligned(s, k, many, first) for k, many, _ in before]
    own = [Ratio({image.mono: c}, image.below) for image, c in images]
    new = _aligned(s, key, own, first)
    marks = [_marks(s, mono) for r in new for mono in r.terms]
    products = _products(s, key, first, open_) if body.below and marks[0].key == s.one.key else []
    elements = [marks, *elements, *(element for element, _ in products)]
    parts = dependence(s, new, elements, lambda n: not s.atoms[n].names.isdisjoint(levels))
    if parts is not None:
        values = [_left(s, key.kinds, marks[0], sorted(levels, reverse=True)), *(value for _, _, value in before)]
        values += [value for _, value in products]
        found = s.made[place] = s.add(s.times(c, values[n]) for n, c in parts.items())
        return found
    bound = {-(key.first + place) for place in range(len(key.kinds))}
    details = {"names": s.names(body) - bound, "level": key.first + len(key.kinds) - 1}
    atom = s.held("sum", (key.kinds, key.first, body.key), body, (body,), **details)
    found = s.made[place] = s.power_of(atom)
    basis.append((key, own, found))
    return found


def _aligned(s: Session, key: Image, images: Sequence[Ratio], first: int) -> list[Ratio]:
    """The images of a body with its binders numbered from a common level on."""
    by: dict[Index, Index] = {-(key.first + place): -(first + place) for place in range(len(key.kinds))}
    return [rename(s, image, by) for image in images] if first != key.first else list(images)


def _products(s: Session, key: Image, first: int, open_: frozenset[Index]) -> list[tuple[list[Ratio], Ratio]]:
    """Products of two closed sums over one size, for a body over it twice: both images, and the value."""
    if len(key.kinds) != 2 or key.kinds[0] is not key.kinds[1]:
        return []
    singles = [([s.one, s.one], size_of(s, key.kinds[0]))]
    for own, images, value in s.basis.get(("sum", key.sizes[:1]), []):
        if own.first <= first and frozenset(filter(is_open, s.names(value))) <= open_:
            places: list[Renaming] = [{-own.first: -(first + n)} for n in (0, 1)]
            singles.append(([rename(s, images[0], place) for place in places], value))
    found = []
    for n, (one, value) in enumerate(singles):
        for other, more in singles[max(n, 1) :]:
            images = [s.times(one[0], other[1]), s.times(one[1], other[0])]
            found.append((images, s.times(value, more)))
    return found


def _left(s: Session, kinds: Sequence[Term], marks: Ratio, levels: Sequence[Index]) -> Ratio:
    """How many summands there are under some punctures."""
    with ExitStack() as stack:
        names = [stack.enter_context(s.opened()) for _ in kinds]
        stack.enter_context(s.closing_over(names))
        opened = rename(s, marks, dict(zip(levels, names, strict=True)))
        return closed(s, tuple(zip(names, kinds, strict=True)), opened)


def _marks(s: Session, mono: Mono) -> Ratio:
    """The punctures among the factors of a monomial."""
    return Ratio({tuple((n, e) for n, e in mono if s.atoms[n].kind == "apart"): RATIONAL_ONE})
