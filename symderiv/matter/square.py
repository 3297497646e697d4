"""Matrices of derivatives: their entries in rows and columns, and what is proved of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.binders import substitute
from symderiv.doors.surface import Surface
from symderiv.engine.printed import cost
from symderiv.matter.asking import carried_out, shown
from symderiv.matter.signs import with_form
from symderiv.proof.claim import within
from symderiv.report.elements import Matrix, Property
from symderiv.statement import Relation, Statement
from symderiv.terms import ZERO, Big, D, Delta, Number, Symbol, Term, big, number, subterms
from symderiv.trace import specialise

SHOWN = 3  # rows and columns of a matrix with dots, and the largest that is shown whole

LONGEST, LONGEST_TRACE = 180, 24  # as printed: of a longer entry nothing more is asked


def square(
    derivative: D, entry: Term, letters: tuple[Symbol, Symbol], statement: Statement, surface: Surface
) -> Matrix | None:
    """The matrix whose entries are a derivative, with what is proved of it; None where the entry itself is not.

    ``letters`` are the indices of row and column in it. What is proved: that it is symmetric, that its rows and
    its columns add up to 0, its quadratic form, a shorter form of its trace.
    """
    sizes = _sizes(derivative, entry, letters, statement)
    known = tuple(_property("entry", derivative, entry, statement, surface))
    if not known:
        return None
    (rows, down), (columns, across) = map(_shown, sizes)
    entries = tuple(tuple(_at(entry, letters, r, c, sizes) for c in columns) for r in rows)
    if any(_unresolved(t, sizes) for line in entries for t in line):
        entries = ()
    found = Matrix(derivative, entry, *letters, sizes, rows, columns, (down, across), entries, known)
    plain = sizes[0] is not sizes[1] or cost(entry) > LONGEST
    return found if plain else _with_properties(found, statement, surface)


def _sizes(derivative: D, entry: Term, letters: tuple[Symbol, Symbol], statement: Statement) -> tuple[Term, Term]:
    """What the two indices run over."""
    ranges = within(derivative, entry, statement).indices
    return ranges[letters[0].name], ranges[letters[1].name]


def _shown(size: Term) -> tuple[tuple[Term, ...], bool]:
    """The indices at which a matrix is shown, and whether dots stand between the last two."""
    if isinstance(size, Number) and size.value <= SHOWN:
        return tuple(map(number, range(1, int(size.value) + 1))), False
    return (*map(number, range(1, SHOWN)), size), True


def _at(entry: Term, letters: tuple[Symbol, Symbol], row: Term, column: Term, sizes: tuple[Term, Term]) -> Term:
    """The entry in a row and a column, its deltas carried out: an index shown as K is another than 1 and 2."""
    if sizes[0] is sizes[1]:
        entry = at_indices(entry, letters, row is column)
    return substitute(entry, {letters[0]: row, letters[1]: column})


def _unresolved(t: Term, sizes: tuple[Term, Term]) -> bool:
    """Whether a delta asks which number the last index is: with an index that the problem writes as a number."""
    return any(isinstance(u, Delta) and (u.left in sizes or u.right in sizes) for u in subterms(t))


def at_indices(entry: Term, letters: tuple[Symbol, Symbol], equal: bool) -> Term:
    """The entry where its two indices agree, in the letter of the row, or where they differ."""
    return specialise(entry, Relation("=" if equal else "!=", *letters))


def _property(kind: str, left: Term, right: Term, statement: Statement, surface: Surface) -> Iterator[Property]:
    """An equation about a matrix, if it is proved."""
    found = shown(left, right, statement, surface)
    if found is not None:
        yield Property(kind, found)  # type: ignore[arg-type]  # the kinds are those that stand below


def _with_properties(m: Matrix, statement: Statement, surface: Surface) -> Matrix:
    """A square matrix with what is proved of it."""
    size = m.sizes[0]
    turned = substitute(m.entry, {m.row: m.column, m.column: m.row})
    asked: tuple[tuple[str, Term, Term], ...] = (
        ("symmetric", m.entry, turned),
        ("rows", Big(m.column, size, m.entry, ()), ZERO),
        ("columns", Big(m.row, size, m.entry, ()), ZERO),
        *_trace(m, statement),
    )
    found = tuple(p for one in asked for p in _property(*one, statement, surface))
    m = replace(m, properties=(*m.properties, *found))
    return m if m.property("symmetric") is None else with_form(m, statement, surface)


def _trace(m: Matrix, statement: Statement) -> Iterator[tuple[str, Term, Term]]:
    """The sum of the diagonal carried out, where that is a shorter line and no long one."""
    whole = big(m.row, m.sizes[0], at_indices(m.entry, (m.row, m.column), True))
    shorter = carried_out(whole, statement)
    if cost(shorter) < cost(whole) and cost(shorter) <= LONGEST_TRACE:
        yield "trace", whole, shorter
