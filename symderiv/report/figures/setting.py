"""What the choice of figures looks at: a derivation, its examples, what was refuted; and common questions about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symderiv.printing.latex import latex
from symderiv.printing.notation import Notation
from symderiv.printing.plain import plain
from symderiv.report.example import axes
from symderiv.report.figures.doubles import DOUBLES, Arithmetic, Values
from symderiv.report.figures.style import FORMATS
from symderiv.report.judged import Judgement
from symderiv.report.markup import Formula
from symderiv.report.subject import Subject
from symderiv.statement import Statement, names_used
from symderiv.terms import D, Entry, Symbol, Term
from symderiv.trace import Trace

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Setting:
    """A derivation with numbers; ``name`` is what the notes call the value, ``to`` how names are written.

    ``formats`` are those that figures are wanted in.
    """

    subject: Subject
    examples: tuple[Given, ...]
    judgement: Judgement
    name: Term
    to: Notation
    formats: tuple[str, ...] = FORMATS

    @property
    def statement(self) -> Statement:
        """The problem."""
        return self.subject.statement

    @property
    def spoken(self) -> str:
        """The name of the value as plain text, in the letter of the notation where that is a letter."""
        written = self.to.names.get(self.name.name, "") if isinstance(self.name, Symbol) else ""
        return written if written.isalnum() else plain(self.name)

    @cached_property
    def scalar(self) -> Term | None:
        """The variable, where this is a first derivative of a number; else None."""
        first = len(self.statement.variables) == 1 and not axes(self.statement, self.statement.value)
        return self.statement.variables[0] if first else None

    @cached_property
    def vector(self) -> tuple[Entry, Symbol] | None:
        """The variable and its index, where it is one entry of an array with one axis and the value a number."""
        match self.scalar:
            case Entry(_, (Symbol() as index,)) as variable:
                return variable, index
        return None

    @cached_property
    def jacobians(self) -> tuple[Trace, ...]:
        """The derivation itself and its lemmas, where they are of a defined array with one axis, by another such."""
        every = (self.subject.trace, *(s.lemma.trace for _, s in self.subject.trace.walk() if s.lemma))
        return tuple(dict.fromkeys(t for t in every if self._is_jacobian(t.start)))

    def _is_jacobian(self, t: Term) -> bool:
        match t:
            case D(Entry(array, (Symbol() as k,)), Entry(_, (Symbol() as i,))):
                return array in self.statement.by_name and i is not k
        return False

    def formula(self, t: Term) -> Formula:
        """A term in the notation of the notes."""
        return Formula(latex(t, self.to))


def values(statement: Statement, given: Given, arithmetic: Arithmetic = DOUBLES, still: Values | None = None) -> Values:
    """The values of terms at an example, whose class numbers count from 1."""
    labels = {name: np.asarray(x, int) for name, x in given.items() if name in statement.classes}
    made = np.frompyfunc(arithmetic.made, 1, 1)
    numbers = {name: _array(made(np.asarray(x, float))) for name, x in given.items() if name not in labels}
    return Values(statement, arithmetic, numbers, sizes_of(statement, given), labels, still)


def _array(made: Any) -> Any:
    """An array of objects, also where it is one number."""
    if isinstance(made, np.ndarray):
        return made
    found = np.empty((), dtype=object)
    found[()] = made
    return found


def sizes_of(statement: Statement, given: Given) -> Mapping[str, int]:
    """The sizes that the arrays of an example have."""
    pairs = ((size, n) for name, x in given.items() for size, n in _axes_of(statement, name, x))
    return {size.name: n for size, n in pairs if isinstance(size, Symbol)}


def _axes_of(statement: Statement, name: str, x: Any) -> Iterator[tuple[Term, int]]:
    return zip(statement.scope.shapes.get(name, ()), np.shape(x), strict=False)


def moved(given: Given, name: str, place: tuple[int, ...], to: float) -> Given:
    """The example with one number changed."""
    array = np.array(given[name], float)
    array[place] = to
    return {**given, name: array}


def only_through(statement: Statement, array: str, variable: str) -> bool:
    """Whether the value depends on a variable through one defined array alone."""
    kept = tuple(d for d in statement.definitions if d.name != array)
    others = replace(statement, definitions=kept)
    found, todo = frozenset[str](), names_used(statement.value)
    while todo - found:
        name = min(todo - found)
        found |= {name}
        todo |= names_used(others.by_name[name].body) if name in others.by_name else frozenset()
    return array in found and variable not in found
