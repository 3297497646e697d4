"""The Jacobian of a defined array as a map, where an example has 2 to 8 classes."""

from __future__ import annotations

from symderiv.errors import Refused
from symderiv.printing.plain import plain
from symderiv.report.figures.drawn import Drawn, Saying
from symderiv.report.figures.heat import Heat, heat
from symderiv.report.figures.setting import Given, Setting, sizes_of, values
from symderiv.terms import D, Entry, Number, Symbol, Term
from symderiv.trace import Trace

LEAST, MOST = 2, 8


def jacobian_of(setting: Setting) -> Drawn | None:
    """The first Jacobian dp[k]/dz[i] that the derivation derives, at the first example that it fits.

    Its precondition: p is a defined array with one axis, z has one axis, and both are 2 to 8 long there.
    """
    for trace in setting.jacobians:
        for given in setting.examples:
            drawn = _drawn(setting, trace, given)
            if drawn is not None:
                return drawn
    return None


def _drawn(setting: Setting, trace: Trace, given: Given) -> Drawn | None:
    assert isinstance(trace.start, D)
    k, i = _index(trace.start.body), _index(trace.start.variable)
    sizes = tuple(_length(setting, t, given) for t in (trace.start.body, trace.start.variable))
    if not all(LEAST <= n <= MOST for n in sizes):
        return None
    at = values(setting.statement, given)
    places = [[{k.name: row + 1, i.name: column + 1} for column in range(sizes[1])] for row in range(sizes[0])]
    try:
        rows = tuple(tuple(float(at.at(trace.result, env).real) for env in row) for row in places)
    except Refused:
        return None  # the numbers of the example do not reach it
    entry = setting.formula(trace.start)
    caption = "The Jacobian {entry} with the numbers of the first example that fits: row {row}, column {column}."
    return Drawn(
        "jacobian",
        heat(Heat(rows, setting.formula(k), setting.formula(i), entry), setting.formats),
        Saying("A square map with the numbers of {entry} in its cells.", {"entry": plain(trace.start)}),
        (
            Saying(caption, {"entry": entry, "row": setting.formula(k), "column": setting.formula(i)}),
            Saying("Orange is positive, blue negative; the deeper the colour, the larger the number."),
        ),
    )


def _index(t: Term) -> Symbol:
    assert isinstance(t, Entry)
    (index,) = t.indices
    assert isinstance(index, Symbol)
    return index


def _length(setting: Setting, t: Term, given: Given) -> int:
    assert isinstance(t, Entry)
    (size,) = setting.statement.scope.shapes[t.array]
    if isinstance(size, Number):
        return int(size.value)
    return sizes_of(setting.statement, given).get(getattr(size, "name", ""), 0)
