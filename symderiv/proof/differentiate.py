"""Derivatives of fractions by the chain rule over atoms: the prover's own, apart from the engine's rules."""

from __future__ import annotations

from symderiv.proof.atoms import Atom
from symderiv.proof.budget import OutsideFragment
from symderiv.proof.fractions import Ratio
from symderiv.proof.functions import base
from symderiv.proof.polynomials import Poly, merged, rational
from symderiv.proof.renaming import reopened
from symderiv.proof.session import Session, Variable


def derivative(s: Session, a: Ratio, by: Variable) -> Ratio:
    """The derivative of a fraction by an entry or a scalar; raises `Split` where two indices must be compared."""
    if by[0] not in s.arrays(a):
        return s.zero
    found = Ratio(s.one.terms, a.below)
    found = s.times(found, _of_poly(s, a.terms, by))
    for f, e in a.below:
        inner = _of_poly(s, s.factors[f].terms, by)
        if inner:
            quotient = s.times(a, s.factor_power(f, -1))
            found = s.plus(found, s.scaled(s.times(quotient, inner), -e))
    return found


def _of_poly(s: Session, terms: Poly, by: Variable) -> Ratio:
    """The sum over the atoms of the partial derivative times that of the atom."""
    partial: dict[int, Poly] = {}
    for mono, c in terms.items():
        for n, e in mono:
            if by[0] in s.atoms[n].arrays:
                rest = merged(mono, ((n, -1),))
                part = partial.setdefault(n, {})
                part[rest] = part.get(rest, 0) + c * rational(e)
    found = s.zero
    for n, part in partial.items():
        inner = of_atom(s, s.atoms[n], by)
        if inner:
            found = s.plus(found, s.times(s.settled(Ratio(part)), inner))
    return found


def of_atom(s: Session, atom: Atom, by: Variable) -> Ratio:
    """The derivative of an atom, which depends on the variable's array."""
    key = ("derivative", atom.number, by, s.relevant((*atom.names, *by[1])))
    found = s.memo.get(key)
    if found is None:
        found = s.memo[key] = _of_atom(s, atom, by)
    return found


def _of_atom(s: Session, atom: Atom, by: Variable) -> Ratio:
    match atom.kind:
        case "entry":
            pairs = zip(atom.content[1], by[1], strict=True)
            return s.one if all(s.same(i, v) for i, v in pairs) else s.zero
        case "exp":
            return s.times(s.power_of(atom), derivative(s, s.bodies[atom.number], by))
        case "log":
            g = base(s, *s.bodies[atom.number])
            return s.over(derivative(s, g, by), g)
        case "root" | "absolute":
            g = base(s, *atom.content)
            return s.times(s.power_of(atom), s.over(derivative(s, g, by), g))
        case "sum":
            return reopened(s, atom, lambda body: derivative(s, body, by), {})
        case "power":
            base_, exponent_ = s.bodies[atom.number]
            if derivative(s, exponent_, by):
                raise OutsideFragment(
                    "the derivative of a symbolic exponent over a base that is not known to be positive"
                )
            return s.product((exponent_, s.power_of(atom), s.over(derivative(s, base_, by), base_)))
        case "function":
            name, orders, arguments = s.bodies[atom.number]
            parts = []
            for place, argument in enumerate(arguments):
                inner = derivative(s, argument, by)
                if inner:
                    raised = tuple(o + (n == place) for n, o in enumerate(orders))
                    parts.append(s.times(function(s, name, raised, arguments), inner))
            return s.add(parts)
    raise AssertionError(f"an atom of kind {atom.kind} depends on nothing")


def function(s: Session, name: str, orders: tuple[int, ...], arguments: tuple[Ratio, ...]) -> Ratio:
    """A function nothing is known about, or a partial derivative of it, at some arguments."""
    content = (name, orders, tuple(a.key for a in arguments))
    return s.power_of(s.held("function", content, (name, orders, arguments), arguments))
