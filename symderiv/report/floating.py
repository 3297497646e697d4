"""Both sides of a claim in floating point: a second opinion that knows nothing of proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from symderiv.engine.derive import derive_statement, result_axes
from symderiv.errors import InputError
from symderiv.numeric.checks.checked import TOLERANCE
from symderiv.numeric.checks.draw import draw
from symderiv.numeric.checks.gradcheck import gradcheck
from symderiv.numeric.checks.held import held
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import Output
from symderiv.numeric.rewrites.prepare import default_arguments, size_names
from symderiv.proof.claim import Claim
from symderiv.report.example import LARGEST_TABLE, digits, evaluate
from symderiv.report.markup import Formula
from symderiv.report.records import Numbers
from symderiv.statement import Statement
from symderiv.terms import D, Symbol, Term, kinds, plus

SIZES = (2, 5, 50)
CLOSE = 1e-12  # of the larger side, or of 1
HOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": np.isclose,
    "!=": np.not_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def compared(claim: Claim, example: Mapping[str, Any] | None = None) -> Numbers:
    """How far the sides of a claim are apart at random inputs that satisfy its facts.

    A derivative that is the left side is taken numerically. Raises `InputError` for one anywhere else. With an
    ``example`` that the claim speaks of and that satisfies its facts, both sides are worked out there too.
    """
    left, right = claim.left, claim.right
    if isinstance(left, D) and D not in kinds(left.body):
        found = _derivative(claim.statement, left, right)
    elif D in kinds(left) | kinds(right):
        raise InputError("in numbers, a claim has no derivative, or one that is its whole left side")
    else:
        found = _values(claim)
    return found if example is None else replace(found, at=_at(claim, example))


def _at(claim: Claim, given: Mapping[str, Any]) -> tuple[Formula, ...]:
    """Both sides with the numbers of an example, as arrays over the free indices; nothing where those do not fit.

    Derivatives are those that the engine derives.
    """
    statement = claim.statement
    sides = tuple(_derived(replace(statement, value=t), t) for t in (claim.left, claim.right))
    if claim.relations or not all(_speaks(statement, t, given) for t in sides) or not _satisfied(statement, given):
        return ()
    axes = tuple(Symbol(name) for name in claim.indices)
    found = tuple(evaluate(statement, t, axes, given) for t in sides)
    fits = all(np.all(np.isfinite(side)) and side.size <= LARGEST_TABLE for side in found)
    return tuple(Formula(digits(side)) for side in found) if fits else ()


def _speaks(statement: Statement, t: Term, given: Mapping[str, Any]) -> bool:
    """Whether numbers are given for all that a term needs."""
    return D not in kinds(t) and set(default_arguments(replace(statement, value=t), (t,))) <= given.keys()


def _satisfied(statement: Statement, given: Mapping[str, Any]) -> bool:
    """Whether numbers are known to satisfy the facts."""
    for fact in statement.facts:
        r = fact.relation
        if not all(_speaks(statement, t, given) for t in (r.left, r.right)):
            return False
        left, right = (evaluate(statement, t, fact.variables, given) for t in (r.left, r.right))
        if not np.all(HOLDS[r.sign](left, right)):
            return False
    return True


def _derivative(statement: Statement, left: D, right: Term) -> Numbers:
    """Central differences and the complex step of what stands under the derivative, against the right side."""
    own = replace(statement, value=left.body, variables=(left.variable,))
    gradient = _derived(statement, right)
    arguments = default_arguments(own, (left.variable, left.body, gradient))
    split, copies = held(own)
    axes = result_axes(own, ())
    taken = (*arguments, *(copy for copy, _ in copies))
    value = compile_function("value", split, (Output("value", split.value, axes),), taken)
    claimed = compile_function("claimed", own, (Output("claimed", gradient, result_axes(own)),), arguments)
    stopped = tuple(name for _, name in copies)
    found = gradcheck(value, claimed, own, left.variable, axes, arguments, held=stopped)
    sizes = dict.fromkeys(n for trial in found.trials for _, n in trial)
    letters = dict.fromkeys(name for trial in found.trials for name, _ in trial)
    apart = TOLERANCE["central"] if found.passed else found.max_abs_error
    return _numbers(tuple(letters), tuple(sizes), found.passed, apart)


def _derived(statement: Statement, t: Term) -> Term:
    """A derivative worked out; anything else as it is."""
    if D not in kinds(t):
        return t
    if not isinstance(t, D) or D in kinds(t.body):
        raise InputError("in numbers, the right side of a claim is one first derivative or has none")
    return derive_statement(replace(statement, value=t.body, variables=(t.variable,))).trace.result


def _values(claim: Claim) -> Numbers:
    sides = (claim.left, claim.right)
    statement = replace(claim.statement, value=plus(*sides))
    axes = tuple(Symbol(name) for name in claim.indices)
    names, letters = default_arguments(statement, sides), size_names(statement, sides)
    outputs = (Output("left", claim.left, axes), Output("right", claim.right, axes))
    function = compile_function("sides", statement, outputs, names)
    gap, level = 0.0, 1.0
    for seed, size in enumerate(SIZES):
        sizes = dict.fromkeys(letters, size)
        given = draw(statement, names, sizes, np.random.default_rng(seed))
        left, right = function(*(given[n] for n in names), **{n: sizes[n] for n in function.sizes})
        gap = max(gap, _largest(left - right))
        level = max(level, _largest(left), _largest(right))
    agree = gap <= CLOSE * level
    return _numbers(letters, SIZES, agree, CLOSE if agree else gap)


def _largest(a: Any) -> float:
    return float(np.max(np.abs(a), initial=0.0))


def _numbers(names: tuple[str, ...], sizes: tuple[int, ...], agree: bool, apart: float) -> Numbers:
    shown = Formula(f"10^{{{round(np.log10(apart))}}}" if agree else f"{apart:.2g}")
    return Numbers(Formula(f"{' = '.join(names)} = {', '.join(map(str, sizes))}"), agree, shown)
