"""The Hessian matrix of a number, and what it says of its curvature."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from symderiv.binders import fresh
from symderiv.derivation import Derivation
from symderiv.engine.dependence import depends
from symderiv.engine.derive import derive_statement, result_axes
from symderiv.errors import DidNotTerminate, InputError, Refused
from symderiv.facts import nonzero, positive
from symderiv.matter.jacobian import BETWEEN, NO_VECTOR
from symderiv.matter.names import taken_names
from symderiv.matter.square import square
from symderiv.proof.claim import within
from symderiv.proof.conditions import unfolded
from symderiv.report.elements import Absent, Hessian, Matrix
from symderiv.statement import Fact, Statement, state
from symderiv.terms import ZERO, D, Entry, Log, Number, Power, Quotient, Stop, Symbol, Term, subterms

NO_NUMBER = "The value is no single number."
NOT_DERIVED = "No rule leads to its second derivatives."
FLAT = "The value is linear in the variable: its second derivatives are 0."
HELD = "Its second derivatives, taken with what is stopped held, are 0."
NOT_PROVED = "Its second derivatives are derived and not proved."
NO_WAY = (Refused, InputError, DidNotTerminate)
Curvature = Literal["", "convex", "strictly convex", "concave", "strictly concave"]


def hessian(derivation: Derivation) -> Hessian | Absent:
    """The second derivatives of a problem's value, a number, by its variable, a vector with one index.

    They are derived, as by `derive` with two variables, and proved; so is every property that is told. Convexity is
    concluded from the sign of the quadratic form, where the value has one wherever it is asked for.

    >>> from symderiv.derivation import derive
    >>> from symderiv.zoo import load
    >>> hessian(derive(load("softmax-cross-entropy"))).curvature
    'convex'
    """
    own = derivation.problem.statement
    variable = own.variables[0]
    match variable:
        case Entry(array, (Symbol() as row,)):
            pass
        case _:
            return Absent(NO_VECTOR)
    if result_axes(own, ()):
        return Absent(NO_NUMBER)
    if within(own.value, own.value, own).relations:
        return Absent(BETWEEN)
    column = fresh(taken_names(own), "j")
    twice = replace(own, variables=(variable, Entry(array, (column,))))
    try:
        derived = derive_statement(_stated(twice))
    except NO_WAY:
        return Absent(NOT_DERIVED)
    assert isinstance(derived.trace.start, D)
    # letters that only the derivation needs are no names for the notes
    statement = replace(derived.statement, definitions=own.definitions)
    found = square(derived.trace.start, derived.trace.result, (row, column), statement, derivation.problem.surface)
    if found is None:
        return Absent(NOT_PROVED)
    if found.entry is ZERO:
        return Absent(HELD if _holds(own) else FLAT)
    domain = _domain(own, variable)
    told = "" if domain is None else _curvature(found)
    return Hessian(derived.statement, derived.trace, found, told, domain or ())


def _holds(s: Statement) -> bool:
    """Whether anything in a problem is held while derivatives are taken."""
    return any(isinstance(u, Stop) for t in (s.value, *(d.body for d in s.definitions)) for u in subterms(t))


def _stated(s: Statement) -> Statement:
    """The statement with the letters of its variables in its scope."""
    return state(s.name, s.value, s.variables, s.definitions, s.facts, s.scope.shapes)


def _domain(statement: Statement, variable: Entry) -> tuple[Term, ...] | None:
    """The entries of the variable that are given to be positive, where the value is defined for all such values.

    None where that is not clear: then the points in question may be no convex set. A stopped gradient has no
    second derivative of its own, and a defined name takes no values of its own.
    """
    every = tuple(unfolded(within(statement.value, statement.value, statement)))
    if variable.array in statement.by_name or any(isinstance(u, Stop) for t in every for u in subterms(t)):
        return None
    about = [f for f in statement.facts if _touches(f, variable, statement)]
    bounds = [f.relation.left for f in about if _is_positive(f, variable)]
    if len(bounds) < len(about) or not all(_defined(t, statement) for t in every):
        return None
    return tuple(bounds)


def _touches(fact: Fact, variable: Entry, statement: Statement) -> bool:
    return any(depends(side, variable, statement) for side in (fact.relation.left, fact.relation.right))


def _is_positive(fact: Fact, variable: Entry) -> bool:
    """Whether a fact says that every entry of the variable is positive."""
    r = fact.relation
    match r.left:
        case Entry(array, (Symbol() as i,)):
            return (r.sign, r.right, array) == (">", ZERO, variable.array) and i in fact.variables
    return False


def _defined(t: Term, statement: Statement) -> bool:
    """Whether nothing in a term divides by 0 or takes a logarithm or a root of what may not be positive."""
    for u in subterms(t):
        match u:
            case Quotient(_, bottom):
                known = nonzero(bottom, statement) is not None
            case Log(body):
                known = positive(body, statement) is not None
            case Power(base, Number(n)) if n.denominator == 1:
                known = n >= 0 or nonzero(base, statement) is not None
            case Power(base, _):
                known = positive(base, statement) is not None
            case _:
                continue
        if not known:
            return False
    return True


def _curvature(m: Matrix) -> Curvature:
    if m.definite is None or m.definite.needs:
        return ""
    if m.definite.sign > 0:
        return "strictly convex" if m.definite.strict else "convex"
    return "strictly concave" if m.definite.strict else "concave"
