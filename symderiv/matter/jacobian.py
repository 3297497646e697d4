"""The Jacobian matrices that a derivation goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.derivation import Derivation
from symderiv.engine.derive import result_axes
from symderiv.matter.square import square
from symderiv.proof.claim import within
from symderiv.report.elements import Absent, Matrix
from symderiv.terms import D, Entry, Symbol, Term

NO_VECTOR = "The variable is no vector with one index."
NO_ARRAY = "No vector is differentiated by another."
BETWEEN = "A fact compares single indices: the formulas are not for every entry."


def jacobians(derivation: Derivation) -> tuple[Matrix, ...] | Absent:
    """The Jacobian matrix of each vector that the derivation differentiates by its variable, a vector too.

    These are the defined arrays with one index whose derivative is a lemma, and the value itself where it has one
    index. Each entry, and each property that is told, is proved.

    >>> from symderiv.derivation import derive
    >>> from symderiv.zoo import load
    >>> (m,) = jacobians(derive(load("softmax")))
    >>> [p.kind for p in m.properties], m.definite.sign, m.definite.strict
    (['entry', 'symmetric', 'rows', 'columns', 'trace', 'form'], 1, False)
    """
    variable = derivation.statement.variables[0]
    if letter_of(variable) is None:
        return Absent(NO_VECTOR)
    own = derivation.statement
    if within(own.value, own.value, own).relations:
        return Absent(BETWEEN)
    surface = derivation.problem.surface
    found = _once((*_lemmas(derivation), *_own(derivation)))
    made = [square(start, result, letters, own, surface) for start, result, letters in found]
    proved = tuple(m for m in made if m is not None)
    return proved or Absent(NO_ARRAY)


Found = tuple[D, Term, tuple[Symbol, Symbol]]


def _once(many: Iterable[Found]) -> Iterator[Found]:
    """One of several derivatives of the same array, whatever the letters of its entries."""
    seen: set[tuple[object, ...]] = set()
    for found in many:
        body, variable = found[0].body, found[0].variable
        which = tuple(t.array if isinstance(t, Entry) else t for t in (body, variable))
        if which not in seen:
            yield found
        seen.add(which)


def letter_of(t: Term) -> Symbol | None:
    """The index of an entry that has one, a letter."""
    match t:
        case Entry(_, (Symbol() as i,)):
            return i
    return None


def _lemmas(derivation: Derivation) -> Iterator[Found]:
    """The lemmas that differentiate a defined array with one index by the variable."""
    own = derivation.statement
    for _, step in derivation.trace.walk():
        if step.lemma is None or not isinstance(step.lemma.trace.start, D):
            continue
        start = step.lemma.trace.start
        row, column = letter_of(start.body), letter_of(start.variable)
        known = own.definition(start.body) is not None and start.variable in own.variables
        if known and row is not None and column is not None and row is not column:
            yield start, step.lemma.trace.result, (row, column)


def _own(derivation: Derivation) -> Iterator[Found]:
    """The result itself, for a first derivative of a value with one index."""
    own, start = derivation.statement, derivation.trace.start
    axes, column = result_axes(own, ()), letter_of(own.variables[0])
    if isinstance(start, D) and len(own.variables) == 1 and len(axes) == 1 and column not in (None, axes[0]):
        assert column is not None
        yield start, derivation.trace.result, (axes[0], column)
