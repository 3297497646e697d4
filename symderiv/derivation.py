"""The public derivation: a problem, the trace of its derivative, and what can be made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symderiv.binders import key
from symderiv.doors.surface import Surface
from symderiv.engine.chain import assumed
from symderiv.engine.derive import Derived, derive_statement, result_axes
from symderiv.errors import InputError
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.prepare import default_arguments
from symderiv.printing import latex, plain
from symderiv.problem import Problem
from symderiv.proof.small_sizes import check_trace
from symderiv.proof.verdict import Verdict
from symderiv.statement import Statement
from symderiv.trace import Condition, Trace
from symderiv.trace import Step as Line


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
        return f"{latex.latex(self.line.before)} = {latex.latex(self.line.after)}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

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

    def __repr__(self) -> str:
        return f"<Part {_equation(self.trace)}, {len(self.steps)} steps>"


@dataclass(frozen=True, eq=False, repr=False)
class Derivation:
    """The derivative of a problem's value, step by step; made by `derive`."""

    problem: Problem
    derived: Derived

    @property
    def statement(self) -> Statement:
        """The problem in terms, with any letter the derivation introduced."""
        return self.derived.statement

    @property
    def trace(self) -> Trace:
        """The recorded lines, as terms."""
        return self.derived.trace

    @cached_property
    def result(self) -> Any:
        """The derivative: the last recorded line, as a SymPy expression in the caller's objects."""
        return self.problem.surface.expression(self.trace.result)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps from the problem's own derivative to the result."""
        return steps(self.trace, self.problem.surface)

    @cached_property
    def assumed(self) -> tuple[Condition, ...]:
        """The conditions that nothing in the problem's structure discharges, as terms."""
        found = {(c.relation.sign, key(c.relation.left), key(c.relation.right)): c for c in assumed(self.trace)}
        return tuple(found.values())

    @cached_property
    def conditions(self) -> tuple[Any, ...]:
        """What the result rests on beyond structure: facts used and non-vanishing assumed."""
        return tuple(self.problem.surface.relation(c.relation) for c in self.assumed)

    @property
    def stated_conditions(self) -> tuple[str, ...]:
        """The conditions as one line of text each."""
        return tuple(plain.relation(c.relation) for c in self.assumed)

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What further facts would make of the result."""
        return tuple(
            f"With {plain.relation(r.fact)} given, this is {plain.plain(r.result)}." for r in self.derived.remarks
        )

    @cached_property
    def _verdicts(self) -> tuple[Verdict, ...]:
        return check_trace(self.trace, self.statement)

    def verify(self) -> tuple[Verdict, ...]:
        """One verdict per step, those of lemmas and cases included, in the order of `numbered`.

        Until the prover exists no step is "proved": each is compared exactly, written out at small
        sizes, and the verdict says at which.
        """
        return self._verdicts

    @property
    def verified(self) -> bool:
        """Whether every step is proved for all sizes."""
        return all(v.status == "proved" for v in self.verify())

    @property
    def numbered(self) -> tuple[tuple[str, Step], ...]:
        """Every step with its number; lemma steps are ``4.2``, those of cases ``4.7a.1``."""
        return tuple((number, Step(line, self.problem.surface)) for number, line in self.trace.walk())

    def lambdify(self) -> NumericFunction:
        """The derivative as a NumPy function; axes are the value's free indices, then those of ``wrt``."""
        statement = self.statement
        output = Output("gradient", self.trace.result, result_axes(statement))
        arguments = default_arguments(statement, (*statement.variables, statement.value, self.trace.result))
        return compile_function(self.problem.name, statement, (output,), arguments, self.stated_conditions)

    def to_dict(self) -> dict[str, Any]:
        """The derivation as plain data: strings, numbers, lists."""
        return {
            "problem": self.problem.name,
            "start": plain.plain(self.trace.start),
            "result": plain.plain(self.trace.result),
            "result_latex": latex.latex(self.trace.result),
            "conditions": list(self.stated_conditions),
            "remarks": list(self.remarks),
            "steps": [_line_dict(line) for line in self.trace.steps],
        }

    def __str__(self) -> str:
        return _equation(self.trace)

    def __repr__(self) -> str:
        return f"<Derivation {self}, {len(self.steps)} steps>"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {latex.latex(self.trace.start)} = {latex.latex(self.trace.result)}$"


def _equation(trace: Trace) -> str:
    return f"{plain.plain(trace.start)} = {plain.plain(trace.result)}"


def _line_dict(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": line.rule,
        "reason": line.reason,
        "before": plain.plain(line.before),
        "after": plain.plain(line.after),
        "conditions": [{"relation": plain.relation(c.relation), "reason": c.reason} for c in line.conditions],
    }
    if line.lemma:
        found["lemma"] = _trace_dict(line.lemma.trace)
    if line.cases:
        found["cases"] = [{"condition": plain.relation(c.condition), **_trace_dict(c.trace)} for c in line.cases]
    return found


def _trace_dict(trace: Trace) -> dict[str, Any]:
    return {"start": plain.plain(trace.start), "steps": [_line_dict(s) for s in trace.steps]}


def derive(
    problem: Any,
    wrt: Any = None,
    *,
    where: Mapping[Any, Any] | None = None,
    given: Any = None,
    route: str = "chain",
) -> Derivation:
    """Differentiate a problem, or a SymPy expression, in named steps.

    ``wrt`` is one variable or a sequence for successive derivatives; for a `Problem` it replaces
    the problem's own. Raises `InputError` for input that cannot be read as meant, `Refused` where
    no rule applies.

    >>> from sympy import IndexedBase, Sum, symbols
    >>> z, (i, j, K) = IndexedBase("z"), symbols("i j K")
    >>> derive(Sum(z[j] ** 2, (j, 1, K)), z[i]).result
    2*z[i]
    """
    if isinstance(problem, str):
        raise InputError(f"derive takes a problem or an expression; for the zoo write derive(load({problem!r}))")
    if not isinstance(problem, Problem):
        if wrt is None:
            raise InputError("derive of an expression needs wrt: derive(expr, z[i])")
        problem = Problem(name="expression", value=problem, wrt=wrt, where=where, given=given)
    elif where is not None or given is not None:
        raise InputError("a Problem carries its own where and given; make a new Problem to change them")
    elif wrt is not None:
        problem = problem.with_variables(wrt)
    return Derivation(problem, derive_statement(problem.statement, route))
