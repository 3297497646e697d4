"""Signs of atoms and polynomials: 2 positive, 1 not negative, -2 and -1 the opposites, None not known."""

from __future__ import annotations

from itertools import product

from symderiv.proof.algebra import Ratio
from symderiv.proof.atoms import Atom, Index, renamed
from symderiv.proof.polynomials import Mono, Poly, added
from symderiv.proof.renaming import rename
from symderiv.proof.session import Session
from symderiv.terms import NUMBER_SYMBOLS, Symbol

Sign = int | None


def sign_of_atom(s: Session, atom: Atom) -> Sign:
    """The sign of an atom, from its structure or from what is given."""
    key = ("atom sign", atom.number, s.relevant(atom.names))
    if key not in s.memo:
        s.memo[key] = _sign_of_atom(s, atom)  # type: ignore[assignment]  # one memo for all
    return s.memo[key]  # type: ignore[return-value]


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
            found = _sign(s, body)
            return found if found is None or not _punctured(s, body) else (1 if found > 0 else -1)
        case "stop":
            return _sign(s, s.bodies[atom.number])
    return _known(s, Ratio({((atom.number, 1),): s.one.terms[()]}))


def sign_of_poly(s: Session, terms: Poly) -> Sign:
    """The sign of a polynomial whose terms have one sign, or that is known to have one."""
    if not terms:
        return 1
    key = ("sign", frozenset(terms.items()), s.relevant(s.names(Ratio(terms))))
    if key not in s.memo:
        s.memo[key] = _sign_of_poly(s, terms)  # type: ignore[assignment]  # one memo for all
    return s.memo[key]  # type: ignore[return-value]


def _sign_of_poly(s: Session, terms: Poly) -> Sign:
    found = _common(s, terms)
    if found is None:
        found = _known(s, Ratio(terms))
    if found is None:
        parted = _with_own_summands(s, terms)
        found = None if parted is None else _common(s, parted)
    return found


def _sign(s: Session, a: Ratio) -> Sign:
    found = sign_of_poly(s, a.terms)
    for f, e in a.below:
        below = sign_of_poly(s, s.factors[f].terms)
        if found is None or (below is None and e % 2):
            return None
        found = -found if e % 2 and below is not None and below < 0 else found
    return found


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
    found = 2
    for n, e in mono:
        one = sign_of_atom(s, s.atoms[n])
        if e == int(e) and int(e) % 2 == 0:
            one = 2 if one in (2, -2) or e < 0 else 1
        elif one is None:
            return None
        elif e < 0:
            one = 2 if one > 0 else -2  # its inverse has a value, so it is not 0
        found = (1 if found * one > 0 else -1) * min(abs(found), abs(one))
    return found


def _known(s: Session, a: Ratio) -> Sign:
    """The sign that a fact gives, for some indices in the place of those it holds for."""
    names = s.names(a)
    for wild, known, found, fact in s.known_signs:
        for places in product(sorted(names, key=str), repeat=len(wild)):
            by: dict[Index, Index] = dict(zip(sorted(wild, key=str), places, strict=True))
            if {renamed(n, by) for n in s.names(known)} != names:
                continue
            same = rename(s, known, by)
            for factor in (1, -1):
                if s.scaled(same, factor).key == a.key:
                    if fact is not None:
                        s.used[fact] = None
                    return factor * found
    return None


def _with_own_summands(s: Session, terms: Poly) -> Poly | None:
    """Sums of positive terms with their own summands at the free indices taken out of them."""
    for n in sorted({n for m in terms for n, _ in m if s.atoms[n].kind == "sum"}):
        atom, body = s.atoms[n], s.bodies[n]
        sizes, first = atom.content[0], atom.content[1]
        rows = [(mono, c) for mono, c in terms.items() if dict(mono).get(n)]
        if len(sizes) > 1 or _punctured(s, body) or _sign(s, body) not in (1, 2):
            continue
        if any(dict(mono)[n] != 1 for mono, _ in rows):
            continue
        places = sorted((i for i in s.names(Ratio(terms)) if isinstance(i, str)), key=str)
        rest = added({m: c for m, c in terms.items() if not dict(m).get(n)}, dict(rows))
        for place in places:
            own = rename(s, body, {-first: place})
            if own.below:
                continue
            for mono, c in rows:
                cofactor = tuple((m, e) for m, e in mono if m != n)
                rest = added(rest, s.times(own, Ratio({cofactor: c})).terms)
        return rest
    return None
