"""The result without indices, as one array, where that says the same."""

from __future__ import annotations

from symderiv.terms import Entry, Neg, Number, Plus, Quotient, Symbol, Term, Times, rebuild


def whole_array(result: Term, variable: Term) -> Term | None:
    """``p - y`` for ``p[i] - y[i]`` differentiated by ``z[i]``; None where indices are needed.

    They are not where the result is a sum of entries at the variable's own indices, each times or
    over numbers and scalars: then no product of two arrays could be misread.
    """
    if not isinstance(variable, Entry) or not all(isinstance(i, Symbol) for i in variable.indices):
        return None
    if len(set(variable.indices)) < len(variable.indices) or not _is_linear(result, variable.indices):
        return None
    return _without_indices(result)


def _is_linear(t: Term, indices: tuple[Term, ...]) -> bool:
    match t:
        case Entry(_, own):
            return own == indices
        case Plus(many):
            return all(_is_linear(u, indices) for u in many)
        case Neg(body):
            return _is_linear(body, indices)
        case Quotient(top, bottom):
            return _is_linear(top, indices) and _is_scalar(bottom, indices)
        case Times(many):
            rest = [u for u in many if not _is_scalar(u, indices)]
            return len(rest) == 1 and _is_linear(rest[0], indices)
    return False


def _is_scalar(t: Term, indices: tuple[Term, ...]) -> bool:
    match t:
        case Quotient(top, bottom):
            return _is_scalar(top, indices) and _is_scalar(bottom, indices)
        case Times(many):
            return all(_is_scalar(u, indices) for u in many)
        case Symbol():
            return t not in indices
    return isinstance(t, Number)


def _without_indices(t: Term) -> Term:
    match t:
        case Entry(array, _):
            return Symbol(array)
        case Plus(many) | Times(many):
            return rebuild(t, tuple(map(_without_indices, many)))
        case Neg(body):
            return rebuild(t, (_without_indices(body),))
        case Quotient(top, bottom):
            return rebuild(t, (_without_indices(top), bottom))
    return t
