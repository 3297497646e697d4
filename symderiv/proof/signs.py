"""Signs of atoms and polynomials: 2 positive, 1 not negative, -2 and -1 the opposites, None not known."""

from __future__ import annotations

from itertools import product

from symderiv.proof.atoms import Atom, Index, renamed
from symderiv.proof.fractions import Ratio
from symderiv.proof.polynomials import Exponent, Mono, Poly, added, merged
from symderiv.proof.renaming import rename
from symderiv.proof.session import Session
from symderiv.terms import NUMBER_SYMBOLS, Symbol

Sign = int | None


def sign_of_atom(s: Session, atom: Atom) -> Sign:
    """The sign of an atom, from its structure or from what is given."""
    key = ("atom sign", atom.number, s.opaque, s.relevant(atom.names))
    if key not in s.signs:
        s.signs[key] = None  # while it is being found out: what leads back here tells nothing
        s.signs[key] = _sign_of_atom(s, atom)
    return s.signs[key]


def _sign_of_atom(s: Session, atom: Atom) -> Sign:
    match atom.kind:
        case "exp" | "prime":
            return 2
        case "root" | "absolute" | "apart" | "delta":
            return 1
        case "entry" if not atom.content[1] and Symbol(atom.content[0]) in s.statement.scope.sizes:
            return 2
        case "function" if atom.content[0] in NUMBER_SYMBOLS:
            return 2
        case "sum":
            body = s.bodies[atom.number]
            found = sign(s, body)
            return found if found is None or not _punctured(s, body) else (1 if found > 0 else -1)
        case "stop":
            return sign(s, s.bodies[atom.number])
    single = s.power_of(atom)
    if s.opaque & atom.arrays:
        whole = s.operations.unfolded(s, single)
        with s.transparent():
            return sign(s, whole)
    return _known(s, single)


def sign_of_poly(s: Session, terms: Poly) -> Sign:
    """The sign of a polynomial whose terms have one sign, or that is known to have one."""
    if not terms:
        return 1
    key = ("sign", frozenset(terms.items()), s.opaque, s.relevant(s.names(Ratio(terms))))
    if key not in s.signs:
        s.signs[key] = None  # while it is being found out: what leads back here tells nothing
        s.signs[key] = _sign_of_poly(s, terms)
    return s.signs[key]


def _sign_of_poly(s: Session, terms: Poly) -> Sign:
    found = _common(s, terms)
    if found is None:
        found = _known(s, Ratio(terms))
    if found is None:
        found = _over_own_summands(s, terms)
    if found is None and s.opaque & s.arrays(Ratio(terms)):
        whole = s.operations.unfolded(s, Ratio(terms))
        with s.transparent():
            found = sign(s, whole)
    return found


def sign(s: Session, a: Ratio) -> Sign:
    """The sign of a fraction from that of its factors."""
    found = _common(s, a.terms) if a.terms else 1
    if found is None:
        content, mono, factors = s.factored(a.terms)
        found = _times(2 if content > 0 else -2, _sign_of_mono(s, mono))
        for f, e in factors:
            found = _times(found, _raised(sign_of_poly(s, s.factors[f].terms), e))
    for f, e in a.below:
        found = _times(found, _raised(sign_of_poly(s, s.factors[f].terms), -e))
    return found


def _times(a: Sign, b: Sign) -> Sign:
    if a is None or b is None:
        return None
    return (1 if a * b > 0 else -1) * min(abs(a), abs(b))


def _raised(one: Sign, e: Exponent) -> Sign:
    """The sign of a power; the inverse of what is not negative has a value, so it is positive."""
    if e.denominator == 1 and int(e) % 2 == 0:
        return 2 if one in (2, -2) or e < 0 else 1
    if one is None or e > 0:
        return one
    return 2 if one > 0 else -2


def deduced_sign(s: Session, a: Ratio, strict: bool = False) -> tuple[Ratio, int] | None:
    """Where a fraction is not negative and the sign of just one of its factors is not known: that factor, its sign.

    Where the others may be 0 nothing follows, unless the fraction is positive (``strict``).
    """
    content, mono, factors = s.factored(a.terms)
    unknown: list[Ratio] = []
    found = 1 if content > 0 else -1
    several: list[tuple[Ratio, Exponent]] = [(s.power_of(s.atoms[n]), e) for n, e in mono]
    several += [(Ratio(s.factors[f].terms), e) for f, e in factors]
    several += [(Ratio(s.factors[f].terms), -e) for f, e in a.below]
    for g, e in several:
        one = _raised(sign(s, g), e)
        if one is None:
            unknown.append(g)
        elif abs(one) < 2 and not strict:
            return None
        else:
            found = -found if one < 0 else found
    return (unknown[0], found) if len(unknown) == 1 else None


def _punctured(s: Session, body: Ratio) -> bool:
    return any(s.atoms[n].kind in ("apart", "delta") for m in body.terms for n, _ in m)


def _common(s: Session, terms: Poly) -> Sign:
    signs = []
    for mono, c in terms.items():
        one = _sign_of_mono(s, mono)
        if one is None:
            return None
        signs.append(one if c > 0 else -one)
    if all(x > 0 for x in signs):
        return max(signs)
    return min(signs) if all(x < 0 for x in signs) else None


def _sign_of_mono(s: Session, mono: Mono) -> Sign:
    found: Sign = 2
    for n, e in mono:
        found = _times(found, _raised(sign_of_atom(s, s.atoms[n]), e))
    return found


def _known(s: Session, a: Ratio) -> Sign:
    """The sign that a fact gives, for some indices in the place of those it holds for."""
    names = s.places(a)
    for wild, known, found, fact in s.known_signs:
        for places in product(sorted(names, key=str), repeat=len(wild)):
            by: dict[Index, Index] = dict(zip(sorted(wild, key=str), places, strict=True))
            if {s.resolve(renamed(n, by)) for n in s.places(known)} != names:
                continue
            same = rename(s, known, by)
            for factor in (1, -1):
                if s.scaled(same, factor).key == a.key:
                    if fact is not None:
                        s.used[fact] = None
                    return factor * found
    return None


def _over_own_summands(s: Session, terms: Poly) -> Sign:
    """The sign of a polynomial in sums of positive terms from which summands at single indices are taken off.

    Sum x - x_i is the sum of the others: not negative, and positive where there are others.
    """
    for n in sorted({n for m in terms for n, _ in m if s.atoms[n].kind == "sum"}):
        atom, body = s.atoms[n], s.bodies[n]
        sizes, first = atom.content[0], atom.content[1]
        rows = {mono: c for mono, c in terms.items() if dict(mono).get(n)}
        if len(sizes) > 1 or body.below or _punctured(s, body) or sign(s, body) not in (1, 2):
            continue
        if any(dict(mono)[n] != 1 for mono in rows):
            continue
        rest = {m: c for m, c in terms.items() if m not in rows}
        taken: list[Index] = []
        for place in _places(s, terms):
            own = rename(s, body, {-first: place})
            cofactors = [(merged(mono, ((n, -1),)), c) for mono, c in rows.items()]
            more = [s.times(own, Ratio({cofactor: c})).terms for cofactor, c in cofactors]
            # the monomial stands in the polynomial, so the index runs over the size of the sum
            if own.below or not all(m in rest for part in more for m in part):
                continue
            if all(frozenset((place, other)) in s.distinct for other in taken):
                taken.append(place)
                for part in more:
                    rest = added(rest, part)
        known = s.statement.scope.least.get(sizes[0], 1) if isinstance(sizes[0], Symbol) else int(sizes[0].value)
        found = _common(s, {**rest, **rows})
        if taken and found is not None:
            return found if known > len(taken) else (1 if found > 0 else -1)
    return None


def _places(s: Session, terms: Poly) -> list[Index]:
    """The free indices of a polynomial that are letters or literals."""
    entries = [s.atoms[n] for m in terms for n, _ in m]
    named = {i for i in s.names(Ratio(terms)) if isinstance(i, str)}
    literal = {i for a in entries if a.kind == "entry" for i in a.content[1] if isinstance(i, int) and i > 0}
    return sorted(named | literal, key=str)
