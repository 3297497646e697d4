"""What a module computes: value and gradients as one statement, and the value with its held parts apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from symderiv.binders import all_names, array_names, free_names, fresh, union
from symderiv.derivation import Derivation, derive
from symderiv.engine.derive import result_axes
from symderiv.errors import InputError
from symderiv.functions import _derivations, _gradient, together
from symderiv.numeric.checks.held import held
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.rewrites.prepare import default_arguments, leaves, unfold
from symderiv.printing.plain import plain
from symderiv.problem import Problem
from symderiv.statement import Statement
from symderiv.terms import Entry, Stop, Symbol, Term, big, kinds, times


@dataclass(frozen=True)
class Pulled:
    """What weights gradients by an upstream one, the last of the arguments."""

    statement: Statement
    outputs: tuple[Output, ...]
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """The derivations of the gradients, and for all of them one statement, its outputs and its arguments."""

    parts: tuple[Derivation, ...]
    statement: Statement
    outputs: tuple[Output, ...]
    arguments: tuple[str, ...]

    @property
    def problem(self) -> Problem:
        """The problem, as first differentiated."""
        return self.parts[0].problem

    @property
    def variables(self) -> tuple[Term, ...]:
        """What is differentiated by: one for each output after the value."""
        return tuple(p.statement.variables[0] for p in self.parts)

    @property
    def letters(self) -> tuple[Symbol, ...]:
        """The axes of the value."""
        return self.outputs[0].axes

    @cached_property
    def function(self) -> NumericFunction:
        """Value and gradients in NumPy."""
        return compile_function(
            self.problem.name, self.statement, self.outputs, self.arguments, self.conditions, labels_by_class=True
        )

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the gradients rest on."""
        return tuple(dict.fromkeys(c for p in self.parts for c in p.stated_conditions))

    @property
    def idents(self) -> tuple[str, ...]:
        """The arguments as the code calls them."""
        return self.function.args

    @property
    def by(self) -> tuple[str, ...]:
        """Those of them that are differentiated by."""
        own = dict(zip(self.arguments, self.idents, strict=True))
        return tuple(own[name_of(v)] for v in self.variables)

    @property
    def twice(self) -> bool:
        """Whether the gradients may be differentiated again: nothing is held, no equation about a variable is used.

        A fact holds at the point and not around it.
        """
        s, variables = self.statement, set(map(name_of, self.variables))
        bodies = (s.value, *(d.body for d in s.definitions))
        equations = [c.relation for p in self.parts for c in p.assumed if c.relation.sign == "="]
        sides = (side for r in equations for side in (r.left, r.right))
        named = {name for side in sides for u in leaves(unfold(side, s)) for name in array_names(u) | free_names(u)}
        return not any(Stop in kinds(t) for t in bodies) and not variables & named

    def pulled(self) -> Pulled:
        """The gradients weighted by an upstream one and added up over the axes of the value, one for each variable.

        The sums are of the derived results; nothing else is derived for them.
        """
        scope = self.statement.scope
        letters = self.letters
        sizes = tuple(self.parts[0].statement.scope.indices[i.name] for i in letters)
        used = (all_names(o.term) for o in self.outputs)
        name = fresh(frozenset().union(self.arguments, scope.shapes, scope.indices, *used), "upstream").name
        upstream = Entry(name, letters) if letters else Symbol(name)
        outputs = []
        for own, d in zip(self.outputs[1:], self.parts, strict=True):
            term = times(own.term, upstream)
            for i, size in zip(reversed(letters), reversed(sizes), strict=True):
                term = big(i, size, term)
            axes = tuple(i for i in own.axes if i not in letters)
            outputs.append(Output(own.name, term, axes, d.statement.scope.indices))
        shapes = {**scope.shapes, name: sizes} if letters else scope.shapes
        statement = replace(self.statement, scope=replace(scope, shapes=shapes))
        return Pulled(statement, tuple(outputs), (*self.arguments, name))

    def still(self) -> tuple[Statement, tuple[tuple[str, str], ...]]:
        """The statement with what is held a second argument, and those copies; see `held`."""
        return held(replace(self.statement, variables=self.variables))


def recipe(problem: Problem | Derivation, wrt: Any = None, every_entry: bool = False) -> Recipe:
    """What to export of a problem: its gradient, with ``wrt`` a tuple the gradients by several variables.

    With ``every_entry`` letters of a variable that the value has too, or that it has twice, become others: then there
    is a derivative of every entry by every entry.
    Raises `InputError` for what `value_and_grad` refuses, and for a variable that is one entry, as ``z[1]``.
    """
    several = isinstance(wrt, tuple | list)
    parts = tuple(_derivations(problem, wrt))
    for d in parts:
        _check_whole(d.statement.variables[0])
    if every_entry:
        parts = tuple(map(_by_every_entry, parts))
    statement = together([p.statement for p in parts])
    value = Output("value", statement.value, result_axes(statement, ()))
    outputs = (value, *(_gradient(p, several) for p in parts))
    variables = [v for p in parts for v in p.statement.variables]
    twice = [n for at, n in enumerate(map(name_of, variables)) if n in map(name_of, variables[:at])]
    if twice:
        raise InputError(f"wrt names {twice[0]} twice: an exported function has one gradient for each array")
    return Recipe(parts, statement, outputs, default_arguments(statement, (*variables, *(o.term for o in outputs))))


def _by_every_entry(d: Derivation) -> Derivation:
    (variable,) = d.statement.variables
    letters = list(variable.indices) if isinstance(variable, Entry) else []
    taken = {i.name for i in result_axes(d.statement, ())}
    if not isinstance(variable, Entry) or len({*letters} - set(map(Symbol, taken))) == len(letters):
        return d
    s = d.statement
    avoid = union((s.value, *(t for p in s.definitions for t in (p.head, p.body)))) | s.scope.indices.keys()
    avoid |= s.scope.shapes.keys() | {size.name for size in s.scope.sizes}
    found: list[Term] = []
    for _ in letters:
        found.append(fresh(avoid | {i.name for i in found if isinstance(i, Symbol)}))
    other = d.problem.surface.expression(Entry(variable.array, tuple(found)))
    return derive(d.problem.with_variables(other))


def name_of(variable: Term) -> str:
    """The array or scalar that a variable is, or is an entry of."""
    assert isinstance(variable, Entry | Symbol)
    return variable.array if isinstance(variable, Entry) else variable.name


def _check_whole(variable: Term) -> None:
    if isinstance(variable, Entry) and not all(isinstance(i, Symbol) for i in variable.indices):
        letters = ", ".join("ijklmn"[: len(variable.indices)])
        raise InputError(
            f"{plain(variable)} is one entry, and an exported function has the gradient by a whole array: write "
            f"{variable.array}[{letters}]"
        )
