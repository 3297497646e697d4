"""The batch form of a problem about one sample, and the gradient of its mean."""

from __future__ import annotations

from symderiv.derivation import Derivation
from symderiv.engine.derive import derive_statement, result_axes
from symderiv.matter.asking import asked_of
from symderiv.matter.curvature import NO_NUMBER, NO_WAY
from symderiv.matter.jacobian import BETWEEN, NO_VECTOR, letter_of
from symderiv.matter.lifting import lift_of, lifted
from symderiv.proof.claim import within
from symderiv.report.elements import Absent, Batch
from symderiv.report.whole import whole_array
from symderiv.statement import Statement
from symderiv.terms import D, Entry, kinds, quo

HIGHER = "More than one derivative is taken."
ALREADY = "Some array has more than one index: it is a batch already, or more than one sample shares it."
NOT_DERIVED = "No rule leads to the gradient of the batch."
NOT_PROVED = "The gradient of the batch is derived and not proved."


def batch(derivation: Derivation) -> Batch | Absent:
    """The mean of a problem's value over a batch of samples, differentiated by the variable of one sample.

    Every array gets the index of the sample in front, and so do defined numbers made of arrays and the class that a
    fact fixes; other numbers are shared. The gradient is derived anew and proved to be that of one sample over the
    number of samples. It needs a value that is one number, a variable with one index, and arrays that have no
    further one.

    >>> from symderiv.derivation import derive
    >>> from symderiv.printing.plain import plain
    >>> from symderiv.zoo import load
    >>> found = batch(derive(load("softmax-cross-entropy")))
    >>> plain(found.trace.result), plain(found.whole)
    ('(p[m, i] - y[m, i])/N', '(p - y)/N')
    """
    own = derivation.problem.statement
    variable = own.variables[0]
    why = _not_for_one_sample(own)
    if why or not isinstance(variable, Entry):
        return Absent(why or NO_VECTOR)
    lift = lift_of(own)
    try:
        derived = derive_statement(lifted(own, lift, variable))
    except NO_WAY:
        return Absent(NOT_DERIVED)
    statement, trace, surface = derived.statement, derived.trace, derivation.problem.surface
    one = lift.term(derivation.trace.result, lift.row)
    shown = asked_of(trace.start, trace.result, statement, surface)
    agreement = asked_of(trace.result, quo(one, lift.size), statement, surface)
    if not (shown and agreement):
        return Absent(NOT_PROVED)
    names = (lift.index, lift.row, lift.size, _in_order(own, lift.arrays), _in_order(own, lift.scalars))
    whole = whole_array(trace.result, statement.variables[0])
    return Batch(*names, statement, trace, one, shown, agreement, whole)


def _in_order(s: Statement, names: frozenset[str]) -> tuple[str, ...]:
    """Names in the order in which the problem lists them."""
    every = (*s.scope.shapes, *s.by_name, *s.scope.indices)
    return tuple(dict.fromkeys(n for n in every if n in names))


def _not_for_one_sample(s: Statement) -> str:
    """Why a problem is none about one sample, or nothing."""
    if len(s.variables) > 1:
        return HIGHER
    if letter_of(s.variables[0]) is None:
        return NO_VECTOR
    if result_axes(s, ()):
        return NO_NUMBER
    every = (s.value, *(d.body for d in s.definitions))
    if s.scope.labels or any(len(shape) > 1 for shape in s.scope.shapes.values()) or any(D in kinds(t) for t in every):
        return ALREADY
    return BETWEEN if within(s.value, s.value, s).relations else ""
