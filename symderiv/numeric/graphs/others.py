"""Sums of exponentials and maxima that leave each entry out in turn: one node in place of a table of masks."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.binders import free_names, key
from symderiv.letters import union
from symderiv.numeric.graphs.graph import Graph, Value
from symderiv.numeric.rewrites.marks import MAX, OF, OTHERS, SHIFTED, letters, strip
from symderiv.numeric.rewrites.poles import may_have_pole
from symderiv.numeric.rewrites.scaling import has_exp
from symderiv.terms import ONE, Big, Delta, Exp, Function, Quotient, Symbol, Term, Times, delta, quo, times


def masks_of(t: Big) -> tuple[Term, ...]:
    """The deltas that are 1 at the indices a sum leaves out."""
    return tuple(d for e in t.excluded if isinstance(d := delta(t.index, e), Delta))


def masked(t: Term, masks: tuple[Term, ...]) -> Term:
    """t, but 0 where one of the masks is 1: of a product no factor with further indices, where it has a value there.

    What is left of a sum over n != r of e[n, r] x[n, d] is then a product of matrices.
    """
    top, bottom = (t.top, t.bottom) if isinstance(t, Quotient) else (t, ONE)
    many = top.factors if isinstance(top, Times) else (top,)
    near = letters(bottom).union(*map(free_names, masks))
    free = [u for u in many if not letters(u) <= near and _is_tame(u, masks)]
    inner = quo(times(*(u for u in many if u not in free)), bottom)
    return times(Function(OTHERS, (inner, *masks)), *free)


def _is_tame(t: Term, masks: tuple[Term, ...]) -> bool:
    """Whether t is finite where a mask is 1, if its arguments are."""
    return not has_exp(t) and not may_have_pole(t, tuple(d for d in masks if isinstance(d, Delta)))


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
