"""Fractions over atoms as terms again: what is shown, and what a second reading starts from."""

from __future__ import annotations

from fractions import Fraction

from symderiv.proof.atoms import Atom, Index
from symderiv.proof.fractions import Ratio
from symderiv.proof.polynomials import Exponent, Poly, Rational, exponent, rational
from symderiv.proof.session import Session
from symderiv.terms import (
    Entry,
    Function,
    Log,
    Power,
    Symbol,
    Term,
    big,
    delta,
    exp,
    minus,
    number,
    plus,
    power,
    quo,
    times,
)


def written(s: Session, a: Ratio) -> Term:
    """The term of a fraction; frozen values are thawed, bound letters are ``~1``, ``~2`` by level."""
    top = plus(*(_mono(s, mono, c) for mono, c in sorted(a.terms.items())))
    below = times(*(power(polynomial(s, s.factors[f].terms), number(e)) for f, e in a.below))
    return quo(top, below)


def polynomial(s: Session, terms: Poly) -> Term:
    """The term of a polynomial."""
    return plus(*(_mono(s, mono, c) for mono, c in sorted(terms.items())))


def _mono(s: Session, mono: tuple[tuple[int, Exponent], ...], c: Rational) -> Term:
    top = [_power(s, s.atoms[n], e) for n, e in mono if e > 0]
    below = [_power(s, s.atoms[n], -e) for n, e in mono if e < 0]
    return quo(times(number(exponent(c)), *top), times(*below))


def _power(s: Session, atom: Atom, e: Exponent) -> Term:
    if atom.kind == "exp":
        return exp(written(s, s.scaled(s.bodies[atom.number], rational(e))))
    return power(_atom(s, atom), number(e))


def _atom(s: Session, atom: Atom) -> Term:
    match atom.kind:
        case "entry":
            array, indices = atom.content
            return Entry(array, tuple(map(place, indices))) if indices else Symbol(array)
        case "log":
            return Log(_base(s, *s.bodies[atom.number]))
        case "root":
            return _base(s, *atom.content)
        case "absolute":
            return Power(Power(_base(s, *atom.content), number(2)), number(Fraction(1, 2)))
        case "delta" | "apart":
            equal = delta(*map(place, atom.content))
            return equal if atom.kind == "delta" else minus(number(1), equal)
        case "stop":
            return written(s, s.bodies[atom.number])
        case "power":
            return Power(*(written(s, a) for a in s.bodies[atom.number]))
        case "function":
            name, orders, arguments = s.bodies[atom.number]
            marked = f"{name}^{orders}" if any(orders) else name
            return Function(marked, tuple(written(s, a) for a in arguments))
        case "sum":
            sizes, first = atom.content[0], atom.content[1]
            t = written(s, s.bodies[atom.number])
            for n, size in enumerate(sizes):
                t = big(Symbol(f"~{first + n}"), size, t)
            return t
    raise AssertionError(f"no term for an atom of kind {atom.kind}")


def _base(s: Session, kind: str, number_: int) -> Term:
    if kind == "prime":
        return number(number_)
    return _power(s, s.atoms[number_], 1) if kind == "atom" else polynomial(s, s.factors[number_].terms)


def place(i: Index) -> Term:
    """An index as a term."""
    if isinstance(i, tuple):
        return Entry(i[0], tuple(map(place, i[1])))
    if isinstance(i, str):
        return Symbol(i)
    return number(i) if i > 0 else Symbol(f"~{-i}")
