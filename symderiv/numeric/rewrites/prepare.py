"""From a statement's terms to what is lowered: definitions unfolded, and which arguments that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.binders import substitute
from symderiv.errors import Refused
from symderiv.letters import places
from symderiv.numeric.rewrites.marks import NUMPY_FUNCTIONS, hold, is_constant
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


def leaves(t: Term) -> Iterator[Entry | Symbol]:
    """The entries and scalars in t, labels after the entries they stand in."""
    if isinstance(t, Entry | Symbol):
        yield t
    for u in (*(i for i in places(t) if isinstance(i, Entry)), *parts(t)):
        yield from leaves(u)


def with_classes(t: Term, names: Iterable[str]) -> Term:
    """t with indices that are class numbers, arguments and no axes, written as entries without an index."""
    return substitute(t, {Symbol(name): Entry(name, ()) for name in names})


def default_arguments(statement: Statement, terms: Iterable[Term]) -> tuple[str, ...]:
    """Names of a function's arguments: arrays differentiated by, other arrays, then scalars.

    Each group is in order of first appearance with definitions unfolded. Sizes are not among them:
    they are read off shapes, or become keyword arguments. The class that a fact fixes is a scalar.
    """
    terms = tuple(terms)
    unfolded = [with_classes(unfold(t, statement), statement.fixed) for t in terms]
    sizes = frozenset(size_names(statement, unfolded))
    met = [u for t in unfolded for u in leaves(t)]
    arrays = [u.array for u in met if isinstance(u, Entry) and u.indices]
    scalars = [u.array for u in met if isinstance(u, Entry) and not u.indices]
    scalars = [u.name for u in met if isinstance(u, Symbol) and u.name not in sizes] + scalars
    first = independent(statement)
    ours = [n for n in first if n in arrays or n in statement.scope.shapes]
    return tuple(dict.fromkeys([*ours, *arrays, *(n for n in first if n in scalars), *scalars]))


def under_exp(terms: Iterable[Term]) -> frozenset[str]:
    """Names of the arrays that stand in an exponent; ``terms`` are unfolded."""
    exponents = (u.body for t in terms for u in subterms(t) if isinstance(u, Exp))
    return frozenset(v.array for e in exponents for v in subterms(e) if isinstance(v, Entry))
