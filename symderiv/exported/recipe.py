"""What a module computes: value and gradients as one statement, and the value with its held parts apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from symderiv.derivation import Derivation
from symderiv.engine.derive import result_axes
from symderiv.errors import InputError
from symderiv.functions import _derivations, _gradient, together
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.held import held
from symderiv.numeric.prepare import default_arguments
from symderiv.printing.plain import plain
from symderiv.problem import Problem
from symderiv.statement import Statement
from symderiv.terms import Entry, Symbol, Term


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

    def function(self) -> NumericFunction:
        """Value and gradients in NumPy."""
        conditions = tuple(dict.fromkeys(c for p in self.parts for c in p.stated_conditions))
        return compile_function(self.problem.name, self.statement, self.outputs, self.arguments, conditions)

    def by(self, function: NumericFunction) -> tuple[str, ...]:
        """The identifiers of the arguments that are differentiated by."""
        own = dict(zip(self.arguments, function.args, strict=True))
        return tuple(own[name_of(v)] for v in self.variables)

    def still(self) -> tuple[Statement, tuple[tuple[str, str], ...]]:
        """The statement with what is held a second argument, and those copies; see `held`."""
        return held(replace(self.statement, variables=self.variables))


def recipe(problem: Problem | Derivation, wrt: Any = None) -> Recipe:
    """What to export of a problem: its gradient, with ``wrt`` a tuple the gradients by several variables.

    Raises `InputError` for what `value_and_grad` refuses, and for a variable that is one entry, as ``z[1]``.
    """
    several = isinstance(wrt, tuple | list)
    parts = tuple(_derivations(problem, wrt))
    for d in parts:
        _check_whole(d.statement.variables[0])
    statement = together([p.statement for p in parts])
    value = Output("value", statement.value, result_axes(statement, ()))
    outputs = (value, *(_gradient(p, several) for p in parts))
    variables = [v for p in parts for v in p.statement.variables]
    twice = [n for at, n in enumerate(map(name_of, variables)) if n in map(name_of, variables[:at])]
    if twice:
        raise InputError(f"wrt names {twice[0]} twice: an exported function has one gradient for each array")
    return Recipe(parts, statement, outputs, default_arguments(statement, (*variables, *(o.term for o in outputs))))


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
