"""Sums of exponentials and maxima that leave each entry out in turn: one node in place of a table of masks."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.binders import key
from symderiv.letters import union
from symderiv.numeric.graphs.graph import Graph, Value
from symderiv.numeric.rewrites.marks import MAX, OF, SHIFTED, strip
from symderiv.terms import Big, Delta, Exp, Function, Symbol, Term, Times, delta, times


def masks_of(t: Big) -> tuple[Term, ...]:
    """The deltas that are 1 at the indices a sum leaves out."""
    return tuple(d for e in t.excluded if isinstance(d := delta(t.index, e), Delta))


def leaves_each_out(t: Big, *of: Term) -> Symbol | None:
    """The index at which a sum or maximum of ``of`` leaves one place out, where nothing else depends on it."""
    one = t.excluded[0] if len(t.excluded) == 1 else None
    return one if isinstance(one, Symbol) and one.name not in union(of) else None


def over_own_peak(t: Big) -> tuple[Term, Term] | None:
    """The b and the weight w of a sum of w exp(b - m) over all places but one, with m the greatest b of those."""
    body = strip(t.body)
    many = body.factors if isinstance(body, Times) else (body,)
    for n, u in enumerate(many):
        match strip(u):
            case Exp(Function(name, (b, Function(greatest, (Big() as over,))))) if (name, greatest) == (SHIFTED, MAX):
                if key(Big(t.index, t.size, strip(b), t.excluded)) is key(_plain(over)):
                    return b, times(*many[:n], *many[n + 1 :])
    return None


def _plain(t: Big) -> Term:
    """A maximum's index and body without brackets."""
    body = strip(t.body)
    body = strip(body.arguments[0]) if isinstance(body, Function) and body.name == OF else body
    return Big(t.index, t.size, body, t.excluded)


def over_others(graph: Graph, kind: str, name: str, one: Symbol, values: Sequence[Value]) -> Value | None:
    """The node over the axis ``name`` of the values, which the result has with the letter of what is left out."""
    if name not in values[0].axes:
        return None
    renamed = [Value(v.node, tuple(one.name if a == name else a for a in v.axes)) for v in values]
    axes, _ = graph.axes(renamed)
    return graph.elementwise("over_others", renamed, (kind, axes.index(one.name)))
