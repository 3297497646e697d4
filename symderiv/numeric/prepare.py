"""From a statement's terms to what is lowered: definitions unfolded, and which arguments that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.errors import Refused
from symderiv.numeric.marks import NUMPY_FUNCTIONS, hold, is_constant
from symderiv.statement import Statement
from symderiv.terms import Big, D, Entry, Exp, Function, Stop, Symbol, Term, parts, rebuild, subterms


def independent(statement: Statement) -> tuple[str, ...]:
    """The names differentiated by: arguments of the function even where they are defined."""
    names = (v.array if isinstance(v, Entry) else v.name for v in statement.variables if isinstance(v, Entry | Symbol))
    return tuple(dict.fromkeys(names))


def unfold(t: Term, statement: Statement) -> Term:
    """t with every definition written out and kept as one bracket; `Stop` has the value of its body.

    Raises `Refused` for a derivative still to be taken and for a function NumPy has no name for.
    """
    kept = frozenset(independent(statement))
    match t:
        case Entry(name, _) | Symbol(name):
            found = None if name in kept else statement.unfold(t)
            return t if found is None else hold(unfold(found, statement))
        case D():
            raise Refused("a derivative still to be taken has no NumPy code: derive first, then lower the result")
        case Stop(body):
            return hold(unfold(body, statement))
        case Function(name, _) if name not in NUMPY_FUNCTIONS and not is_constant(t):
            known = ", ".join(sorted(NUMPY_FUNCTIONS))
            raise Refused(f"the function {name} has no NumPy code; besides exp, log and powers there are: {known}")
    return rebuild(t, tuple(unfold(u, statement) for u in parts(t)))


def size_names(statement: Statement, terms: Iterable[Term]) -> tuple[str, ...]:
    """The names that stand for sizes: those of the scope and those the terms sum over."""
    found = [s.name for s in statement.scope.sizes]
    found += [u.size.name for t in terms for u in subterms(t) if isinstance(u, Big) and isinstance(u.size, Symbol)]
    return tuple(dict.fromkeys(found))


def _leaves(t: Term) -> Iterator[Term]:
    if isinstance(t, Entry | Symbol):
        yield t
    for u in parts(t):
        yield from _leaves(u)


def default_arguments(statement: Statement, terms: Iterable[Term]) -> tuple[str, ...]:
    """Names of a function's arguments: arrays differentiated by, other arrays, then scalars.

    Each group is in order of first appearance with definitions unfolded. Sizes are not among them:
    they are read off shapes, or become keyword arguments.
    """
    terms = tuple(terms)
    unfolded = [unfold(t, statement) for t in terms]
    sizes = frozenset(size_names(statement, unfolded))
    leaves = [u for t in unfolded for u in _leaves(t)]
    arrays = [u.array for u in leaves if isinstance(u, Entry)]
    scalars = [u.name for u in leaves if isinstance(u, Symbol) and u.name not in sizes]
    first = independent(statement)
    ours = [n for n in first if n in arrays or n in statement.scope.shapes]
    return tuple(dict.fromkeys([*ours, *arrays, *(n for n in first if n in scalars), *scalars]))


def under_exp(terms: Iterable[Term]) -> frozenset[str]:
    """Names of the arrays that stand in an exponent; ``terms`` are unfolded."""
    exponents = (u.body for t in terms for u in subterms(t) if isinstance(u, Exp))
    return frozenset(v.array for e in exponents for v in subterms(e) if isinstance(v, Entry))
