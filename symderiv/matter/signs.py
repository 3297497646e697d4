"""The quadratic form of a symmetric matrix as a sum of squares, and what the signs in it say.

For any symmetric J with row sums r and w = -J off the diagonal,
``sum_ki v_k J_ki v_i = sum_k r_k v_k^2 + 1/2 sum_ki w_ki (v_k - v_i)^2``: the prover decides it for the matrix
in question. The conclusions from its signs are those of Laplacians of weighted graphs (Horn and Johnson, Matrix
Analysis, chapter 6, on diagonal dominance).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from symderiv.binders import separate, union
from symderiv.doors.surface import Surface
from symderiv.engine.printed import cost
from symderiv.facts import is_given, positive
from symderiv.matter.asking import carried_out, shown
from symderiv.matter.names import fresh_array, taken_names
from symderiv.proof.claim import Claim, within
from symderiv.proof.shown import holds_by_sign
from symderiv.report.elements import Definite, Matrix, Property
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import ZERO, Big, Entry, Term, big, minus, neg, number, plus, power, times
from symderiv.trace import Condition, specialise

HALF, TWO = number(Fraction(1, 2)), number(2)
BY_NORMAL_FORM = "the sign of its normal form"


def with_form(m: Matrix, statement: Statement, surface: Surface) -> Matrix:
    """A symmetric matrix with its quadratic form, where that is proved, and what its signs say."""
    weight = neg(specialise(m.entry, Relation("!=", m.row, m.column)))
    row_sum = ZERO if m.property("rows") else _row_sum(m, statement)
    vector = _vector(m, statement)
    found = shown(_form(m, vector), _squares(m, vector, weight, row_sum), statement, surface)
    if found is None:
        return m
    m = replace(m, properties=(*m.properties, Property("form", found)), vector=vector, weight=weight, row_sum=row_sum)
    return replace(m, definite=_definite(m, weight, row_sum, statement))


def _row_sum(m: Matrix, statement: Statement) -> Term:
    """The sum of a row, carried out where that is shorter."""
    whole = Big(m.column, m.sizes[1], m.entry, ())
    return min(whole, carried_out(whole, statement), key=cost)


def _vector(m: Matrix, statement: Statement) -> str:
    """A name for the vector of a quadratic form that nothing else has."""
    return fresh_array(taken_names(statement, m.terms()), "v")


def _form(m: Matrix, vector: str) -> Term:
    row, column = (Entry(vector, (i,)) for i in (m.row, m.column))
    return _over(m, times(row, m.entry, column))


def _squares(m: Matrix, vector: str, weight: Term, row_sum: Term) -> Term:
    """The form with the squares of the entries of the vector and of their differences."""
    row, column = (Entry(vector, (i,)) for i in (m.row, m.column))
    single = big(m.row, m.sizes[0], times(row_sum, power(row, TWO)))
    return plus(single, times(HALF, _over(m, times(weight, power(minus(row, column), TWO)))))


def _over(m: Matrix, body: Term) -> Term:
    """The sum of a term over all rows and columns; its own sums have other letters."""
    body = separate(body, union((m.row, m.column)))
    return big(m.row, m.sizes[0], big(m.column, m.sizes[1], body))


def _definite(m: Matrix, weight: Term, row_sum: Term, statement: Statement) -> Definite | None:
    """What follows from the signs of the weights and of the row sums, where both are known and agree."""
    signs: tuple[Literal[1, -1], ...] = (1, -1)
    apart = within(weight, weight, statement, (Relation("!=", m.row, m.column),))
    for sign in signs:
        w = None if weight is ZERO else _sign(sign, weight, apart)
        r = None if row_sum is ZERO else _sign(sign, row_sum, within(row_sum, row_sum, statement))
        known = (weight is ZERO or w is not None) and (row_sum is ZERO or r is not None)
        if known and (w, r) != (None, None):
            return Definite(sign, r is not None, _first(w), _first(r), _needs(m, w, r, statement))
    return None


Signed = tuple[Condition, ...]


def _sign(sign: int, t: Term, claim: Claim) -> Signed | None:
    """Why t, or -t, is positive, and what that rests on; None where nothing shows it."""
    side = t if sign > 0 else neg(t)
    relation = Relation(">", side, ZERO)
    why = positive(side, claim.statement)
    if why is not None:
        return Condition(relation, why.phrase), *map(Condition, why.given)
    return (Condition(relation, BY_NORMAL_FORM),) if holds_by_sign(Fact(relation), claim) else None


def _first(found: Signed | None) -> Condition | None:
    return found[0] if found else None


def _needs(m: Matrix, w: Signed | None, r: Signed | None, statement: Statement) -> tuple[Condition, ...]:
    """What the signs rest on and no fact gives; that there are two indices at all is no condition on a weight."""
    of_weight = [c for c in (w or ())[1:] if not (c.relation.sign == ">=" and c.relation.left is m.sizes[0])]
    every = dict.fromkeys((*of_weight, *(r or ())[1:]))
    return tuple(c for c in every if not is_given(c.relation, statement))
