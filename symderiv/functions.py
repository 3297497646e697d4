"""NumPy functions from problems and expressions: lambdify, value_and_grad."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symderiv.derivation import Derivation, derive
from symderiv.doors.sympy import Reader
from symderiv.engine.derive import result_axes
from symderiv.errors import InputError
from symderiv.numeric.backends import compiler
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.problem import Problem
from symderiv.statement import Statement, state
from symderiv.terms import Entry, Symbol, Term


def value_and_grad(problem: Problem | Derivation, wrt: Any = None, *, backend: str = "numpy") -> NumericFunction:
    """The value and its gradient as one NumPy function, the work they share done once.

    ``f(z, y)`` returns ``(value, gradient)``; the arguments are the array differentiated by first,
    then the other arrays, then scalars (``f.args``; ``f.source`` is the Python text). The
    gradient's axes are the value's free indices, then those of the variable. With ``wrt`` a tuple
    of variables the second item is the tuple of their gradients. A label that is given to be one-hot is passed as
    class numbers, whole numbers from 0 on, which is what the code computes with, or as the one-hot array, in floats.
    With ``backend="array-api"`` the arrays may be those of any library that has the Array API (NumPy, torch, jax,
    dask), under its transformations too; with ``backend="numba"`` the work is done in loops that numba compiles at the
    first call (`NativeFunction`).

    >>> import numpy as np
    >>> from symderiv import load
    >>> f = value_and_grad(load("softmax-cross-entropy"))
    >>> loss, gradient = f(np.array([1e4, 0.0]), np.array([0.0, 1.0]))
    >>> float(loss), gradient.tolist()
    (10000.0, [1.0, -1.0])
    """
    several = isinstance(wrt, tuple | list)
    parts = _derivations(problem, wrt)
    statement = together([p.statement for p in parts])
    outputs = [Output("value", statement.value, result_axes(statement, ())), *(_gradient(p, several) for p in parts)]
    variables = [v for p in parts for v in p.statement.variables]
    arguments = default_arguments(statement, (*variables, *(o.term for o in outputs)))
    conditions = tuple(dict.fromkeys(c for p in parts for c in p.stated_conditions))
    name = parts[0].problem.name
    function = compiler(backend)(name, statement, tuple(outputs), arguments, conditions, True)
    return function.grouped() if several else function


def _derivations(problem: Problem | Derivation, wrt: Any) -> list[Derivation]:
    if isinstance(problem, Derivation) and wrt is None and len(problem.statement.variables) == 1:
        return [problem]
    return [derive(p) for p in first_order(problem, wrt, "value_and_grad")]


def first_order(problem: Problem | Derivation, wrt: Any, what: str) -> list[Problem]:
    """The problem once for each variable that ``what`` differentiates by, each of first order.

    Raises `InputError` for what is neither a `Problem` nor a `Derivation`, for a derivation together with
    variables of its own, and for successive derivatives.
    """
    if isinstance(problem, Derivation):
        if wrt is not None:
            raise InputError(f"{what} of a derivation has its variable already; pass the problem instead")
        problem = problem.problem
    if not isinstance(problem, Problem):
        raise InputError(
            f"{what} takes a Problem or a Derivation; for the zoo write load(name), for an expression make a "
            "Problem first"
        )
    found = [problem]
    if wrt is not None:
        found = [problem.with_variables(v) for v in (wrt if isinstance(wrt, tuple | list) else (wrt,))]
    if not found:
        raise InputError("wrt is empty: name what to differentiate by")
    if any(len(p.statement.variables) > 1 for p in found):
        raise InputError(f"{what} takes first derivatives; for several variables at once write wrt=(W[a, b], c[b])")
    return found


def together(parts: Sequence[Statement]) -> Statement:
    """The first statement, with what literal indices of the others say about the sizes.

    Raises `InputError` where the statements disagree about a shape.
    """
    first = parts[0]
    least: dict[Term, int] = {}
    for scope in (p.scope for p in parts):
        different = [a for a, shape in scope.shapes.items() if first.scope.shapes.get(a, shape) != shape]
        if different or scope.shapes.keys() != first.scope.shapes.keys():
            named = ", ".join(sorted(different) or sorted(scope.shapes.keys() ^ first.scope.shapes.keys()))
            raise InputError(
                f"the variables in wrt lead to different shapes of {named}: give the shapes, such as "
                "IndexedBase(name, shape=(K,)), or take the gradients one at a time"
            )
        least |= {size: max(n, least.get(size, 1)) for size, n in scope.least.items()}
    return replace(first, scope=replace(first.scope, least=least))


def _gradient(d: Derivation, several: bool) -> Output:
    """A derivation's result; a letter in it has the range it has there, whatever it means in the others."""
    statement = d.statement
    axes = result_axes(statement)
    return Output(_gradient_name(d, several), d.formula, axes, statement.scope.indices)


def _gradient_name(d: Derivation, several: bool) -> str:
    variable = d.statement.variables[0]
    name = variable.array if isinstance(variable, Entry) else variable.name if isinstance(variable, Symbol) else ""
    return f"gradient_{name}" if several else "gradient"


def lambdify(
    args: Any,
    expr: Any,
    *,
    where: Mapping[Any, Any] | None = None,
    given: Iterable[Any] = (),
    axes: Sequence[Any] | None = None,
    backend: str = "numpy",
) -> NumericFunction:
    """A NumPy function of the arrays and scalars in ``args`` for a SymPy expression.

    ``axes`` orders the axes of the result by its free indices; it may be left out when there is at
    most one. An index among ``args`` is no axis but a class number, as are the entries of an array that
    stand as an index: whole numbers, in NumPy counted from 0. Exponentials, logarithms and sums of
    them are computed in stable form. ``backend`` as in `value_and_grad`.

    >>> import numpy as np
    >>> from sympy import IndexedBase, Sum, exp, log, symbols
    >>> z, (j, K) = IndexedBase("z"), symbols("j K")
    >>> f = lambdify([z], log(Sum(exp(z[j]), (j, 1, K))))
    >>> bool(f(np.array([1e4, 1e4])) == 1e4 + np.log(2))
    True
    """
    _check_options(where, given, axes)
    reader = Reader()
    term = reader.term(expr)
    definitions = tuple(reader.definition(key, body) for key, body in (where or {}).items())
    facts = tuple(map(reader.fact, given))
    statement = state("function", term, (), definitions, facts + reader.facts_from_assumptions(), reader.declared)
    names = tuple(_argument(a) for a in (args if isinstance(args, list | tuple) else [args]))
    found = tuple(i for i in result_axes(statement) if i.name not in names)  # an argument is a class number
    order = tuple(reader.term(i) for i in axes) if axes is not None else found
    free = set(found)
    if axes is None and len(order) > 1:
        listed = ", ".join(i.name for i in order if isinstance(i, Symbol))
        raise InputError(f"the expression has the free indices {listed}: say their order, such as axes=({listed})")
    if set(order) != free:
        raise InputError("axes must name each free index of the expression once, and nothing else")
    symbols = tuple(i for i in order if isinstance(i, Symbol))
    if twice := [n for at, n in enumerate(names) if n in names[:at]]:
        raise InputError(f"{twice[0]} stands twice among the arguments: name each array and scalar once")
    return compiler(backend)("function", statement, (Output("value", term, symbols),), names, (), True)


def _check_options(where: Any, given: Any, axes: Any) -> None:
    if not isinstance(where, Mapping | None):
        raise InputError("where is a mapping from names to definitions: where={p[k]: exp(z[k]) / ...}")
    if not isinstance(given, Iterable):
        raise InputError("given is a sequence of facts: given=[Eq(Sum(y[k], (k, 1, K)), 1)]")
    if not isinstance(axes, list | tuple | None):
        raise InputError(f"axes is a sequence of the free indices, such as axes=({axes},)")


def _argument(a: Any) -> str:
    name = getattr(a, "name", None) or str(getattr(a, "label", a))
    return str(name)
