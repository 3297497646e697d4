"""The public derivation: a problem, the trace of its derivative, and what can be made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from symderiv.engine.derive import Derived, derive_statement, resting_on, result_axes
from symderiv.errors import InputError
from symderiv.exchange import digest, written
from symderiv.numeric.backends import compiler
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.printing import latex, plain
from symderiv.printing.notation import Notation
from symderiv.problem import Problem
from symderiv.proof.steps import decide_trace
from symderiv.proof.vouched import vouched
from symderiv.report.subject import Subject, subject_of
from symderiv.report.told import told
from symderiv.restored import restored
from symderiv.statement import Statement
from symderiv.steps import Part, Step, equation, steps
from symderiv.terms import D, Term, kinds
from symderiv.trace import Condition, Trace
from symderiv.verdicts import Verdict

__all__ = ["Derivation", "Part", "Step", "derive"]


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
    def formula(self) -> Term:
        """The result as a term, which held at a point; raises `InconsistentTrace` where it does not."""
        return vouched(self.trace, self.statement)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps from the problem's own derivative to the result."""
        return steps(self.trace, self.problem.surface)

    @cached_property
    def last_differentiated(self) -> Statement:
        """The problem whose first derivative the result is: what the last variable's derivative was taken of."""
        *earlier, last = self.statement.variables
        if not earlier:
            return self.statement
        lines = (s.before for s in self.trace.steps if isinstance(s.before, D) and s.before.variable is last)
        line = next((t for t in lines if D not in kinds(t.body)), None)
        if line is None:
            raise InputError("no line of the derivation has all derivatives taken but the last one")
        return replace(self.statement, value=line.body, variables=(last,))

    @cached_property
    def assumed(self) -> tuple[Condition, ...]:
        """The conditions that nothing in the problem's structure discharges, as terms."""
        return resting_on(self.trace, self.statement)

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
        surface = self.problem.surface
        return tuple(Verdict(claim, found, surface) for claim, found in decide_trace(self.trace, self.statement))

    def verify(self) -> tuple[Verdict, ...]:
        """One verdict per step, those of lemmas and cases included, in the order of `numbered`.

        A step is proved for all sizes, refuted with a point at which it fails, or undecided, by code that shares
        nothing with the rules. A given equation counts only where the step records that it used it. A step whose
        right side has no value where its left side has one is refuted, and so is one whose condition fails.
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

    def lambdify(self, *, backend: str = "numpy") -> NumericFunction:
        """The derivative as a function of arrays; axes are the value's free indices, then those of ``wrt``.

        ``backend="array-api"`` takes arrays of any library that has the Array API, ``backend="numba"`` computes in
        compiled loops.
        """
        statement = self.statement
        output = Output("gradient", self.formula, result_axes(statement))
        arguments = default_arguments(statement, (*statement.variables, statement.value, self.formula))
        return compiler(backend)(self.problem.name, statement, (output,), arguments, self.stated_conditions, True)

    @cached_property
    def subject(self) -> Subject:
        """The records that notes and terminal text are made from."""
        p = self.problem
        return subject_of(p.title or p.name, p.statement, self.derived, p.equals, p.about, p.meanings)

    def to_markdown(
        self,
        flavor: str = "portable",
        lang: str = "en",
        detail: str = "normal",
        fragment: bool = False,
        notation: str | Path | Notation | None = None,
    ) -> str:
        """The derivation as Markdown: result, assumptions, definitions and steps.

        ``flavor`` is ``"portable"`` (dollar signs; editors, notebooks, pandoc) or ``"github"``, ``lang`` ``"en"`` or
        ``"zh"``; a title of one's own stays as it is. ``detail`` is
        ``"brief"`` (a slide: result, key lines, lemmas as one line each), ``"normal"`` (a lecture: routine
        steps joined) or ``"full"`` (every step). With ``fragment`` only the formulas are given. ``notation`` is the
        name of one (``"A"``) or the path of a file, else the problem's own. `report` adds worked numbers, code and
        checks. Raises `InputError` for any other choice.
        """
        return told(self.subject, "md", flavor, lang, detail, fragment, self.problem.written_by(notation))

    def to_latex(
        self,
        lang: str = "en",
        detail: str = "normal",
        fragment: bool = False,
        notation: str | Path | Notation | None = None,
    ) -> str:
        """The derivation as a LaTeX document, or with ``fragment`` its formulas for a document of one's own.

        A fragment needs the package amsmath. ``detail`` and ``notation`` are those of `to_markdown`, and so are the
        errors.
        """
        return told(self.subject, "tex", "article", lang, detail, fragment, self.problem.written_by(notation))

    def to_html(
        self,
        lang: str = "en",
        detail: str = "normal",
        fragment: bool = False,
        notation: str | Path | Notation | None = None,
    ) -> str:
        """The derivation as one page of HTML, or with ``fragment`` its formulas as MathML.

        A page needs the extra ``html`` (raises `ToolMissing` without it). ``lang``, ``detail`` and ``notation`` are
        those of `to_markdown`, and so are the errors.
        """
        return told(self.subject, "html", "page", lang, detail, fragment, self.problem.written_by(notation))

    def to_dict(self) -> dict[str, Any]:
        """The derivation as plain data, ready for JSON: what people read, and the exact terms beside it.

        `from_dict` makes the derivation again. Worked examples and the code for other libraries stay with the
        problem and do not travel.
        """
        return written(self.problem, self.derived)

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that stand for the derivation: the same for the same `to_dict`, and for no other.

        ``symderiv derive NAME --json | python -m json.tool --sort-keys --compact --no-ensure-ascii | sha256sum``
        begins with them.

        >>> from sympy.abc import x
        >>> d = derive(x**3, x)
        >>> d.digest == Derivation.from_dict(d.to_dict()).digest != derive(x**3 + 1, x).digest
        True
        """
        return digest(self.to_dict())

    @classmethod
    def from_dict(cls, data: Any) -> Derivation:
        """The derivation that `to_dict` wrote: an equal trace, and symbols of the same names and assumptions.

        Everything in the data is checked again: the problem as any other, lemmas, cases and conditions
        as when they were recorded, the text against the terms, and no step may fail at the points tried.
        Raises `InputError` for data that `to_dict` did not write or of an unknown format,
        `InconsistentTrace` for a derivation that does not hang together. What `verify` says is not
        part of the data; it checks anew.

        >>> import json
        >>> from sympy.abc import x
        >>> d = derive(x**3, x)
        >>> Derivation.from_dict(json.loads(json.dumps(d.to_dict()))).result
        3*x**2
        """
        return cls(*restored(data))

    def __str__(self) -> str:
        return equation(self.trace)

    def __repr__(self) -> str:
        return f"<Derivation {self}, {len(self.steps)} steps>"

    def _repr_markdown_(self) -> str:
        return self.to_markdown(detail="brief")

    def _repr_latex_(self) -> str:
        return latex.shown(latex.equation(self.trace.start, self.trace.result, notation=self.problem.written_by()))


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
        raise InputError(
            f"derive takes a problem or an expression; for the zoo write derive(load({problem!r})), "
            "for typed text derive(Problem.from_text(...))"
        )
    if not isinstance(problem, Problem):
        if wrt is None:
            raise InputError("derive of an expression needs wrt: derive(expr, z[i])")
        problem = Problem(name="expression", value=problem, wrt=wrt, where=where, given=given)
    elif where is not None or given is not None:
        raise InputError("a Problem carries its own where and given; make a new Problem to change them")
    elif wrt is not None:
        problem = problem.with_variables(wrt)
    return Derivation(problem, derive_statement(problem.statement, route))
