"""The steps of a derivation at the surface, in the caller's SymPy objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symderiv.doors.surface import Surface
from symderiv.printing import latex, plain
from symderiv.trace import Step as Line
from symderiv.trace import Trace


def equation(trace: Trace) -> str:
    """What a trace shows: its start = its result, in plain text."""
    return f"{plain.plain(trace.start)} = {plain.plain(trace.result)}"


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """One step of a derivation, in the caller's SymPy objects.

    ``before`` and ``after`` are SymPy values, which SymPy may have evaluated; the exact line is
    ``str(step)`` and ``step.to_latex()``.
    """

    line: Line
    surface: Surface

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.line.rule

    @property
    def reason(self) -> str:
        """Why the line follows, as a sentence."""
        return self.line.reason

    @cached_property
    def before(self) -> Any:
        """The line before, as a SymPy expression."""
        return self.surface.expression(self.line.before)

    @cached_property
    def after(self) -> Any:
        """The line after, as a SymPy expression."""
        return self.surface.expression(self.line.after)

    @cached_property
    def conditions(self) -> tuple[Any, ...]:
        """What the step needs, as SymPy relations; `justifications` says why each holds."""
        return tuple(self.surface.relation(c.relation) for c in self.line.conditions)

    @property
    def justifications(self) -> tuple[str | None, ...]:
        """For each condition the phrase that discharges it, or None where it is given or assumed."""
        return tuple(c.reason for c in self.line.conditions)

    @cached_property
    def cases(self) -> tuple[tuple[Any, tuple[Step, ...]], ...]:
        """The cases of a case split: each condition with its own steps."""
        return tuple((self.surface.relation(c.condition), steps(c.trace, self.surface)) for c in self.line.cases)

    @cached_property
    def lemma(self) -> Part | None:
        """The sub-derivation that the step inserts, or None."""
        return Part(self.line.lemma.trace, self.surface) if self.line.lemma else None

    def to_latex(self) -> str:
        """The exact line: what stands before = what stands after."""
        return latex.equation(self.line.before, self.line.after)

    def _repr_latex_(self) -> str:
        return latex.shown(self.to_latex())

    def __str__(self) -> str:
        return f"{plain.plain(self.line.before)} = {plain.plain(self.line.after)}    [{self.rule}]"

    def __repr__(self) -> str:
        return f"<Step {self}>"


def steps(trace: Trace, surface: Surface) -> tuple[Step, ...]:
    """The steps of a trace at the surface."""
    return tuple(Step(line, surface) for line in trace.steps)


@dataclass(frozen=True, eq=False, repr=False)
class Part:
    """A sub-derivation: what it starts from, its steps and its result."""

    trace: Trace
    surface: Surface

    @property
    def start(self) -> Any:
        """The derivative that the lemma works out."""
        return self.surface.expression(self.trace.start)

    @property
    def result(self) -> Any:
        """What it comes to."""
        return self.surface.expression(self.trace.result)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps in between."""
        return steps(self.trace, self.surface)

    def _repr_latex_(self) -> str:
        return latex.shown(latex.equation(self.trace.start, self.trace.result))

    def __repr__(self) -> str:
        return f"<Part {equation(self.trace)}, {len(self.steps)} steps>"
