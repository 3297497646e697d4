"""Products with derivatives: jvp, vjp and hvp as NumPy functions; no matrix is formed.

Each product is a derivative itself, which the engine derives like any other: along a line x + t v for a
tangent v, of the value weighted by an upstream gradient u. The derivative contracted with the vector is the
other way. Of the two the one with the smaller array graph is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from symderiv.binders import union
from symderiv.derivation import Derivation
from symderiv.engine.dependence import depends, live_names
from symderiv.engine.derive import check_dependence, result_axes
from symderiv.engine.directions import Direction, Formula, along, by_columns, by_rows, known_names, ranges_of, weighted
from symderiv.errors import DidNotTerminate, InputError, Refused, SymderivError
from symderiv.functions import first_order, together
from symderiv.letters import numbered
from symderiv.numeric.backends import Compile, compiler
from symderiv.numeric.compile import lowered
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.graphs.work import work
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.printing import plain
from symderiv.problem import Problem
from symderiv.proof.vouched import vouched
from symderiv.statement import Statement
from symderiv.terms import Entry, Number, Symbol, Term


def jvp(problem: Problem | Derivation, wrt: Any = None, *, backend: str = "numpy") -> NumericFunction:
    """The derivative of the value in a direction, as a NumPy function of the arguments and the tangent.

    ``f(z, y, v)`` is the sum over all entries of z of d value / d z[i] times v[i]: the arguments of
    `value_and_grad`, then the tangent, of the variable's shape (its name is the last of ``f.args``). The axes of
    the result are the value's free indices. With ``wrt`` a tuple there is a tangent for each variable, and the
    products are added. The product alone is returned, without the value. ``backend`` as in `value_and_grad`.

    Letters of ``wrt`` that the value uses as well mean every entry of the array here. Raises `InputError` for
    what `value_and_grad` refuses, and for a fact about one pair of indices, such as ``Ne(i, j)``.

    Forward accumulation: A. Griewank, A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM 2008, section 3.1.

    >>> import numpy as np
    >>> from symderiv import load
    >>> f = jvp(load("softmax"))
    >>> f.args
    ('z', 'v')
    >>> f(np.zeros(2), np.array([1.0, 3.0])).tolist()
    [-0.5, 0.5]
    """
    asked = _asked(problem, wrt, "jvp", _tangents, backend)
    still = replace(asked.ground, variables=())
    found = _cheapest(asked, "jvp", still, result_axes(still), (along, by_columns), asked.directions)
    return _compiled(asked, [found])


def vjp(problem: Problem | Derivation, wrt: Any = None, *, backend: str = "numpy") -> NumericFunction:
    """The derivatives weighted by an upstream gradient, as a NumPy function of the arguments and that gradient.

    ``f(z, u)`` is the sum over the value's free indices of u[j] times d value[j] / d z[i]: what a layer hands
    back. The arguments are those of `value_and_grad`, then the upstream gradient, of the value's shape (its name
    is the last of ``f.args``). The result has the shape of the variable; with ``wrt`` a tuple it is the tuple of
    such results. The value is not returned. Errors, and ``backend``, are those of `jvp`.

    Reverse accumulation: A. Griewank, A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM 2008, section 3.2.

    >>> import numpy as np
    >>> from symderiv import load
    >>> f = vjp(load("softmax"))
    >>> f.args
    ('z', 'u')
    >>> f(np.zeros(2), np.array([1.0, 3.0])).tolist()
    [-0.5, 0.5]
    """
    asked = _asked(problem, wrt, "vjp", _upstream, backend)
    (upstream,) = asked.vectors
    found = [
        _cheapest(
            asked, name, part, tuple(map(Symbol, ranges_of(part.variables[0], part))), (weighted, by_rows), upstream
        )
        for name, part in asked.rows("vjp")
    ]
    function = _compiled(asked, found)
    return function.listed() if asked.several else function


def hvp(problem: Problem | Derivation, wrt: Any = None, *, backend: str = "numpy") -> NumericFunction:
    """The Hessian times a vector, as a NumPy function of the arguments and the vector.

    ``f(z, y, v)`` is the sum over all entries of z of d2 value / (d z[i] d z[j]) times v[j]: the arguments of
    `value_and_grad`, then the vector, of the variable's shape (its name is the last of ``f.args``). The axes are
    those of the gradient: the value's free indices, then the variable's. With ``wrt`` a tuple there is a vector
    for each variable, and the result is the tuple of the rows of the whole Hessian times all of them. Errors, and
    ``backend``, are those of `jvp`.

    B. A. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994) 147-160.

    >>> import numpy as np
    >>> from symderiv import load
    >>> f = hvp(load("softmax-cross-entropy"))
    >>> f.args
    ('z', 'y', 'v')
    >>> f(np.zeros(2), np.array([0.0, 1.0]), np.array([1.0, 3.0])).tolist()
    [-0.5, 0.5]
    """
    asked = _asked(problem, wrt, "hvp", _tangents, backend)
    found = [
        _cheapest(asked, name, part, result_axes(part), (along, by_columns), asked.directions)
        for name, part in asked.rows("hvp")
    ]
    function = _compiled(asked, found)
    return function.listed() if asked.several else function


@dataclass(frozen=True)
class _Asked:
    """A problem stated once for each variable, ``parts``, and for all of them, ``ground``, with the vectors.

    ``several`` says that the variables were a tuple, ``compiled`` makes functions for the backend asked for.
    """

    name: str
    parts: tuple[Statement, ...]
    ground: Statement
    vectors: tuple[Term, ...]
    several: bool
    compiled: Compile

    @property
    def directions(self) -> tuple[Direction, ...]:
        """Every variable with its tangent."""
        return tuple(map(Direction, self.ground.variables, self.vectors))

    def rows(self, what: str) -> Iterator[tuple[str, Statement]]:
        """The problem for one variable at a time, with a name for the result."""
        for part in self.parts:
            yield f"{what}_{_name(part.variables[0])}" if self.several else what, part

    def arguments(self, terms: Iterable[Term]) -> tuple[str, ...]:
        """Names of arguments: what the problem has, then the vectors."""
        vectors = tuple(map(_name, self.vectors))
        every = default_arguments(self.ground, (*self.ground.variables, self.ground.value, *terms))
        return (*(n for n in every if n not in vectors), *vectors)


def _asked(problem: Problem | Derivation, wrt: Any, what: str, vectors: Vectors, backend: str) -> _Asked:
    compiled = compiler(backend)
    problems = first_order(problem, wrt, what)
    parts = [p.statement for p in problems]
    ground = replace(together(parts), variables=tuple(v for p in parts for v in p.variables))
    for part in parts:
        check_dependence(part)
        _check_facts(part, what)
    _check_variables(ground, what)
    several = isinstance(wrt, tuple | list)
    chosen = vectors(parts, several)
    shapes = {v.array: tuple(sizes) for v, sizes in chosen if isinstance(v, Entry)}
    parts, ground = [_with_shapes(p, shapes) for p in parts], _with_shapes(ground, shapes)
    return _Asked(problems[0].name, tuple(parts), ground, tuple(v for v, _ in chosen), several, compiled)


Vectors = Callable[[Sequence[Statement], bool], list[tuple[Term, list[Term]]]]


def _tangents(parts: Sequence[Statement], several: bool) -> list[tuple[Term, list[Term]]]:
    """A tangent for each variable, over its letters: ``v``, or ``v_z`` where there are several or v is taken."""
    taken = frozenset().union(*map(known_names, parts))
    found: list[tuple[Term, list[Term]]] = []
    for part in parts:
        (variable,) = part.variables
        name = f"v_{_name(variable)}" if several or "v" in taken else "v"
        ranges = ranges_of(variable, part)
        vector = numbered(name, taken)
        taken |= {vector}
        found.append((_vector(vector, ranges), list(ranges.values())))
    return found


def _upstream(parts: Sequence[Statement], several: bool) -> list[tuple[Term, list[Term]]]:
    """The upstream gradient, over the value's free indices: ``u``, or ``u_1`` where u is taken."""
    part = parts[0]
    taken = frozenset().union(*map(known_names, parts))
    ranges = {i.name: part.scope.indices[i.name] for i in result_axes(part, ())}
    return [(_vector(numbered("u", taken), ranges), list(ranges.values()))]


def _vector(name: str, ranges: Mapping[str, Term]) -> Term:
    return Entry(name, tuple(map(Symbol, ranges))) if ranges else Symbol(name)


def _with_shapes(s: Statement, shapes: Mapping[str, tuple[Term, ...]]) -> Statement:
    return replace(s, scope=replace(s.scope, shapes={**s.scope.shapes, **shapes}))


def _check_facts(s: Statement, what: str) -> None:
    """Refuse a fact about one pair of indices: a product adds up over all of them."""
    for r in (f.relation for f in s.facts):
        sides = (r.left, r.right)
        if all(isinstance(t, Symbol | Number) for t in sides) and union(sides) & s.scope.indices.keys():
            raise InputError(
                f"{what} adds up over every index, and the given fact {plain.relation(r)} is about some of them: "
                "leave it out"
            )


def _check_variables(s: Statement, what: str) -> None:
    """Refuse variables of which one is defined through another: moving both has no one meaning."""
    for one, other in permutations(s.variables, 2):
        if live_names(one) != live_names(other) and depends(one, other, s):
            raise InputError(f"{_name(one)} is defined through {_name(other)}: {what} takes one of them at a time")


def _name(t: Term) -> str:
    (name,) = live_names(t)
    return name


Ways = tuple[Callable[[Statement, Any], Formula], ...]


def _cheapest(
    asked: _Asked, name: str, statement: Statement, axes: tuple[Symbol, ...], ways: Ways, vectors: Any
) -> tuple[Output, Formula]:
    """The product by the way with the least work, the first of several; raises what the first raised if none leads."""
    found: list[tuple[list[int], Output, Formula]] = []
    failures: list[SymderivError] = []
    for way in ways:
        try:
            formula = way(statement, vectors)
            output = Output(name, formula.term, axes, statement.scope.indices)
            values = lowered(asked.ground, (output,), asked.arguments((formula.term,)))
        except (Refused, DidNotTerminate) as failure:
            failures.append(failure)
        else:
            found.append((work(values), output, formula))
    if not found:
        raise failures[0]
    _, output, formula = min(found, key=lambda way: way[0])
    for source in formula.sources:
        vouched(source.trace, source.statement)
    return output, formula


def _compiled(asked: _Asked, products: Sequence[tuple[Output, Formula]]) -> NumericFunction:
    outputs = tuple(output for output, _ in products)
    formulas = [formula for _, formula in products]
    scope = asked.ground.scope
    every = [scope.least, *(f.least for f in formulas)]
    least = {size: max(known.get(size, 1) for known in every) for known in every for size in known}
    statement = replace(asked.ground, scope=replace(scope, least=least))
    conditions = dict.fromkeys(plain.relation(c.relation) for f in formulas for c in f.conditions)
    arguments = asked.arguments(o.term for o in outputs)
    return asked.compiled(asked.name, statement, outputs, arguments, tuple(conditions), True)
