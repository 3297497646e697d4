"""What the numeric wing and the checks bring to the notes: numbers, code and a gradient check, or why there is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from symderiv.checking import gradcheck
from symderiv.derivation import Derivation
from symderiv.engine.derive import result_axes
from symderiv.errors import InconsistentTrace, InputError, Refused
from symderiv.functions import value_and_grad
from symderiv.numeric.checks.gradcheck import NOWHERE
from symderiv.numeric.function import NumericFunction
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.report.checks import checks, skipped
from symderiv.report.example import as_argument
from symderiv.report.inputs import is_finite, largest_size, satisfies, simple_input
from symderiv.report.markup import line_of
from symderiv.report.records import Check, Evidence, Skipped
from symderiv.statement import Statement
from symderiv.terms import D, Entry, Number, Term, kinds

ROW, TABLE = 8, 64  # the longest axis that fits across a page, the largest array that fits on one
LARGEST_TRIAL = 5
EFFORT = 10**7  # entries of the gradient times entries of the largest array, for a check within seconds
CODE_WIDTH = 80
LEFT_OUT = "Numbers are left out here: arrays are shown up to 8 numbers in a row and 64 in all."
NO_SIMPLE = (
    "Numbers are left out here: no simple ones are known that tell every size, satisfy the assumptions and give finite "
    "results."
)
NO_NUMBERS = "Numbers are left out here: without NumPy code there is nothing to work them out with."
INNER = "Left out: the value holds a derivative, for which there is no NumPy code."
NO_CODE = "Left out: NumPy has no name for a function in the value or in its derivative."
UNTRIED = "Left out: at the sizes that the problem itself fixes, it would take too long."
UNCODED = "Left out: without NumPy code there is nothing to check."
NO_POINTS = "Left out: no random inputs that satisfy the assumptions are known."
NOT_FINITE = "Left out: at none of the sizes tried are value and derivative finite numbers."
NO_LINE = "Left out: in no line of the derivation all derivatives but the last one are taken."
SIMPLE = "Simple numbers that satisfy the assumptions."

Given = Mapping[str, Any]


def numbers_of(derivation: Derivation) -> tuple[list[tuple[str, Given]], str]:
    """The numbers that notes work through, each with a sentence on them, and why some or all are left out, or "".

    They are the problem's own examples, else one simple input. Raises `InputError` for an example that breaks a
    given fact, or at which value or derivative is not finite.
    """
    problem = derivation.problem
    if isinstance(_function(derivation), str):
        return [], NO_NUMBERS
    large = largest_size(problem.statement) > ROW
    if not problem.examples:
        simple = None if large else simple_input(problem.statement, (derivation.trace.result,))
        return ([], LEFT_OUT if large else NO_SIMPLE) if simple is None else ([(SIMPLE, simple)], "")
    for e in problem.examples:
        if not satisfies(problem.statement, e.values):
            raise InputError(f"the example {e.text!r} of {problem.name} breaks a given fact; change its numbers")
        if not is_finite(problem.statement, (problem.statement.value, derivation.trace.result), e.values):
            raise InputError(
                f"at the example {e.text!r} of {problem.name} the value or its derivative is not finite; change its "
                "numbers"
            )
    shown = [(line_of(e.text), e.values) for e in problem.examples if _fits(e.values)]
    return shown, LEFT_OUT if large or len(shown) < len(problem.examples) else ""


def _fits(given: Given) -> bool:
    """Whether numbers fit on a page."""
    return all(np.size(x) <= TABLE and max(np.shape(x), default=1) <= ROW for x in given.values())


def evidence_of(derivation: Derivation, inputs: Sequence[tuple[str, Given]]) -> Evidence:
    """The code, how to call it with the first of some inputs, the gradient check, and what was verified.

    Raises `InconsistentTrace` for a step that is refuted and for a gradient check that fails.
    """
    function = _function(derivation)
    coded = not isinstance(function, str)
    tried, left, untried = _checked(derivation) if coded else ((), (), UNCODED)
    return Evidence(
        code="" if isinstance(function, str) else function.source,
        usage="" if isinstance(function, str) or not inputs else _usage(function, _arguments(derivation, inputs[0][1])),
        checks=tried,
        verified=derivation.verified,
        verification=_verification(derivation),
        statuses=_statuses(derivation),
        untried=untried,
        uncoded=function if isinstance(function, str) else "",
        skipped=left,
    )


def _function(derivation: Derivation) -> NumericFunction | str:
    """Value and gradient as one function, a derivative of higher order alone; or why there is no code."""
    try:
        return value_and_grad(derivation) if len(derivation.statement.variables) == 1 else derivation.lambdify()
    except Refused:
        own = derivation.statement
        return INNER if any(D in kinds(t) for t in (own.value, *(d.body for d in own.definitions))) else NO_CODE


def _checked(derivation: Derivation) -> tuple[tuple[Check, ...], tuple[Skipped, ...], str]:
    """The rows of the gradient check and the sizes it leaves out, or why there is none."""
    why = _untried(derivation)
    if why:
        return (), (), why
    try:
        found = gradcheck(derivation)
    except Refused as error:
        return (), (), NOT_FINITE if str(error) == NOWHERE else NO_POINTS
    return checks(found), skipped(found), ""


def _untried(derivation: Derivation) -> str:
    """Why there is no gradient check, or nothing."""
    if not _has_line(derivation):
        return NO_LINE
    statement = derivation.statement
    largest = max((_entries(shape, statement) for shape in statement.scope.shapes.values()), default=1)
    *earlier, variable = statement.variables
    shape = statement.scope.shapes.get(variable.array, ()) if isinstance(variable, Entry) else ()
    own = (statement.scope.indices[i.name] for i in result_axes(statement, tuple(earlier)))
    return UNTRIED if _entries((*own, *shape), statement) * largest > EFFORT else ""


def _has_line(derivation: Derivation) -> bool:
    """Whether the derivation tells what its last derivative is taken of."""
    try:
        return bool(derivation.last_differentiated)
    except InputError:
        return False


def _entries(shape: tuple[Term, ...], statement: Statement) -> int:
    """How many entries an array has in the largest trial of a gradient check, or a little more."""
    least = statement.scope.least
    return prod(int(s.value) if isinstance(s, Number) else max(LARGEST_TRIAL, least.get(s, 1)) for s in shape)


def _arguments(derivation: Derivation, given: Given) -> list[Any]:
    """The numbers of an example in the order of the code's arguments."""
    statement = derivation.statement
    names = default_arguments(statement, (*statement.variables, statement.value, derivation.trace.result))
    return [as_argument(statement, name, given[name]) for name in names]


def _usage(function: NumericFunction, inputs: Sequence[Any]) -> str:
    """How to call the code with the numbers of an example, and what that prints."""
    inputs = [x if p.axis is None else p.class_numbers(x) for p, x in zip(function.parameters, inputs, strict=True)]
    results = function(*inputs)
    outputs = ("value", "gradient") if isinstance(results, tuple) else ("gradient",)
    lines = [f"{name} = {_array(x)}" for name, x in zip(function.args, inputs, strict=True)]
    lines.append(f"{', '.join(outputs)} = {_defined(function.source)}({', '.join(function.args)})")
    for name, result in zip(outputs, results if len(outputs) > 1 else (results,), strict=True):
        shown = str(np.round(result, 4)).splitlines()
        lines += [f"print(np.round({name}, 4))", *(f"# {line}" for line in shown)]
    return "\n".join(lines)


def _defined(source: str) -> str:
    """The name of the last function in a source text; what stands before it are its helpers."""
    names: list[str] = re.findall(r"^def (\w+)\(", source, re.MULTILINE)
    return names[-1]


def _array(numbers: Any) -> str:
    values = np.asarray(numbers)
    if values.ndim == 0:
        return repr(values.item())
    text = f"np.array({values.tolist()})"
    return text if len(text) <= CODE_WIDTH else text.replace("], [", "],\n    [")


def _statuses(derivation: Derivation) -> dict[str, str]:
    """The verdict on each step by its number."""
    pairs = zip(derivation.numbered, derivation.verify(), strict=True)
    return {number: verdict.status for (number, _), verdict in pairs}


def _verification(derivation: Derivation) -> tuple[tuple[int, str], ...]:
    """How many steps got which verdict."""
    verdicts = derivation.verify()
    for (number, _), verdict in zip(derivation.numbered, verdicts, strict=True):
        if verdict.status == "refuted":
            raise InconsistentTrace(f"step {number} of {derivation.problem.name} is refuted: {verdict.finding}")
    kinds = Counter("proved for every size" if v else f"{v.status}: {v.reason}" for v in verdicts)
    return tuple((count, kind) for kind, count in kinds.items())
