"""Exponentials, logarithms and powers of fractions, and what is known of signs.

The logarithm of g stands for log|g|: where log f has a value f is positive, so log f = log|f| is the
sum of the log|g| over its factors, whatever their signs. Back from log|g| to |g| a sign is needed;
without one |g| is an atom of its own, whose square is g squared.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

import flint

from symderiv.proof.atoms import Atom, Renaming, is_open
from symderiv.proof.budget import OutsideFragment, Valueless
from symderiv.proof.dependence import dependence
from symderiv.proof.fractions import Ratio
from symderiv.proof.polynomials import RATIONAL_ONE, Exponent, exponent, rational, whole
from symderiv.proof.renaming import REMAKE, rename
from symderiv.proof.session import Session
from symderiv.proof.signs import deduced_sign, sign, sign_of_atom


def exp(s: Session, a: Ratio) -> Ratio:
    """e to the a: one atom for each summand of a that is independent of the others, logarithms undone."""
    found = s.one
    for mono, c in a.terms.items():
        power = exponent(c)
        if not a.below and len(mono) == 1 and mono[0][1] == 1 and s.atoms[mono[0][0]].kind == "log":
            _, kind, number = s.atoms[mono[0][0]].content
            found = s.times(found, absolute_power(s, kind, number, power))
        else:
            found = s.times(found, _exp_unit(s, Ratio({mono: RATIONAL_ONE}, a.below), power))
    return found


def _exp_unit(s: Session, unit: Ratio, power: Exponent) -> Ratio:
    """e to a rational multiple of one summand, through those before it where they determine it."""
    units = s.basis.setdefault(("exp",), [])
    key = ("unit", unit.key)
    found = s.made.get(key)
    if found is None:
        open_ = frozenset(filter(is_open, s.names(unit)))
        fit = [n for n, (u, _) in enumerate(units) if frozenset(filter(is_open, s.names(u))) <= open_]
        among = dependence(s, [unit], [[units[n][0]] for n in fit], lambda _: True)
        parts = None if among is None else {fit[n]: c for n, c in among.items()}
        if parts is None:
            atom = s.held("exp", (unit.key,), unit, (unit,))
            s.finest.setdefault(atom.number, s.root)
            units.append((unit, atom))
            parts = {len(units) - 1: s.one}
        powers = sorted((units[n][1].number, exponent(c.terms[()])) for n, c in parts.items())
        found = s.made[key] = Ratio({tuple(powers): RATIONAL_ONE})
    ((mono, _),) = found.terms.items()
    return Ratio({tuple((n, whole(e * power)) for n, e in mono): RATIONAL_ONE})


def log(s: Session, a: Ratio) -> Ratio:
    """The logarithm of |a| as the sum of those of its factors."""
    if not a:
        raise Valueless("the logarithm of an expression that is 0 at every point")
    content, mono, factors = s.factored(a.terms)
    found = [_log_number(s, abs(content))]
    found += [s.scaled(_log_atom(s, s.atoms[n]), rational(e)) for n, e in mono]
    found += [s.scaled(_log(s, "factor", f), e) for f, e in factors]
    found += [s.scaled(_log(s, "factor", f), -e) for f, e in a.below]
    return s.add(found)


def _log_number(s: Session, value: flint.fmpq) -> Ratio:
    parts = [(int(p), int(n)) for p, n in value.p.factor()] + [(int(p), -int(n)) for p, n in value.q.factor()]
    return s.add(s.scaled(_log(s, "prime", p), n) for p, n in parts)


def _log_atom(s: Session, atom: Atom) -> Ratio:
    match atom.kind:
        case "exp":
            unit: Ratio = s.bodies[atom.number]
            return unit
        case "root" | "absolute":
            return _log(s, *atom.content)
    return _log(s, "atom", atom.number)


def _log(s: Session, kind: str, number: int) -> Ratio:
    inside = (base(s, kind, number),)
    return s.power_of(s.held("log", ("log", kind, number), (kind, number), inside))


def base(s: Session, kind: str, number: int) -> Ratio:
    """What an atom about |g| is about: g, an atom, a factor or a prime."""
    if kind == "prime":
        return s.rational(number)
    return s.power_of(s.atoms[number]) if kind == "atom" else Ratio(s.factors[number].terms)


def power(s: Session, a: Ratio, by: Ratio) -> Ratio:
    """a to any power."""
    if set(by.terms) <= {()} and not by.below:
        return rational_power(s, a, exponent(by.terms.get((), flint.fmpq(0))))
    if not a:
        if sign(s, by) != 2:
            raise OutsideFragment("a power of 0 with an exponent that is not known to be positive")
        return s.zero
    if sign(s, a) == 2:
        return exp(s, s.times(by, log(s, a)))
    # x^a has a value for negative x where a is whole: nothing but whole parts of the exponent may be taken apart
    shift = by.terms.get((), flint.fmpq(0)) if not by.below else flint.fmpq(0)
    steps = int(shift.p) // int(shift.q)
    held = (a, s.minus(by, s.rational(steps)))
    atom = s.held("power", tuple(one.key for one in held), held, held)
    return s.times(s.power_of(atom), s.power(a, steps))


def rational_power(s: Session, a: Ratio, by: Exponent) -> Ratio:
    """a to a rational power, factor by factor: where it has a value, a is not negative."""
    if by == int(by):
        return s.power(a, int(by))
    if not a and by < 0:
        raise Valueless("a division by an expression that is 0 at every point")
    if not a:
        return s.zero
    found = deduced_sign(s, a)
    content, mono, factors = s.factored(a.terms)
    value = abs(content)
    parts = [absolute_power(s, "prime", int(p), whole(int(n) * by)) for p, n in value.p.factor()]
    parts += [absolute_power(s, "prime", int(p), whole(-int(n) * by)) for p, n in value.q.factor()]
    parts += [_atom_power(s, s.atoms[n], whole(e * by), found) for n, e in mono]
    parts += [absolute_power(s, "factor", f, whole(e * by), _deduced(s, "factor", f, found)) for f, e in factors]
    parts += [absolute_power(s, "factor", f, whole(-e * by), _deduced(s, "factor", f, found)) for f, e in a.below]
    return s.product(parts)


def _deduced(s: Session, kind: str, number: int, deduced: tuple[Ratio, int] | None) -> int | None:
    """The sign that was deduced, where it is that of this factor."""
    return deduced[1] if deduced is not None and deduced[0].key == base(s, kind, number).key else None


def absolute(s: Session, a: Ratio, by: Exponent) -> Ratio:
    """|a| to a rational power, which is how an even power under a root is read."""
    known = sign(s, a)
    if known is not None:
        return rational_power(s, a if known > 0 else s.scaled(a, -1), whole(by))
    return rational_power(s, s.power(a, 2), whole(Fraction(by) / 2))


def _atom_power(s: Session, atom: Atom, by: Exponent, deduced: tuple[Ratio, int] | None) -> Ratio:
    if atom.kind in ("root", "absolute"):
        kind, number = atom.content
        return absolute_power(s, kind, number, by, 1 if atom.kind == "root" else None)
    return absolute_power(s, "atom", atom.number, by, _deduced(s, "atom", atom.number, deduced))


def absolute_power(s: Session, kind: str, number: int, by: Exponent, deduced: int | None = None) -> Ratio:
    """|g| to a rational power; ``deduced`` is the sign of g where nothing else tells it."""
    g = base(s, kind, number)
    if by == int(by) and int(by) % 2 == 0:
        return s.power(g, int(by))
    known = 2 if kind == "prime" else sign_of_atom(s, s.atoms[number]) if kind == "atom" else sign(s, g)
    known = deduced if known is None else known
    if known is None or (known < 0 and by != int(by)):
        return s.power_of(s.held("absolute", (kind, number), None, (g,), folding=True), by)
    if by == int(by):
        return s.power(s.scaled(g, 1 if known > 0 else -1), int(by))
    if kind == "atom" and sign_of_atom(s, s.atoms[number]) is not None:
        return Ratio({((number, by),): RATIONAL_ONE})
    return s.power_of(s.held("root", (kind, number), None, (g,), folding=True), by)


def folded(s: Session, atom: Atom, e: Exponent) -> tuple[Exponent, Ratio] | None:
    """The part of a power of an atom with a relation that is no monomial, and the exponent that is left."""
    match atom.kind:
        case "root" if whole := floor(e):
            return e - whole, s.power(base(s, *atom.content), whole)
        case "absolute" if pairs := floor(Fraction(e) / 2):
            return e - 2 * pairs, s.power(base(s, *atom.content), 2 * pairs)
        case "entry" if atom.content[0] in s.power_rules:
            found: tuple[Exponent, Ratio] | None = s.power_rules[atom.content[0]](s, atom, e)
            return found
        case "delta" | "apart" if e > 1:
            return 1, s.one
    return None


def _again(s: Session, atom: Atom, by: Renaming) -> Ratio:
    return exp(s, rename(s, s.bodies[atom.number], by))


def _log_again(s: Session, atom: Atom, by: Renaming) -> Ratio:
    return log(s, rename(s, base(s, *s.bodies[atom.number]), by))


def _power_again(s: Session, atom: Atom, by: Renaming) -> Ratio:
    base_, exponent_ = s.bodies[atom.number]
    return power(s, rename(s, base_, by), rename(s, exponent_, by))


REMAKE |= {"exp": _again, "log": _log_again, "power": _power_again}
