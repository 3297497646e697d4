"""How exact a gradient is: its error, in units of eps, against its formula worked out in many digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from symderiv.errors import Refused
from symderiv.numeric.checks.checked import Accuracy
from symderiv.numeric.checks.draw import confirm, draw
from symderiv.numeric.checks.naive import Arithmetic, Env, Formulas, Plainly
from symderiv.numeric.rewrites.prepare import independent
from symderiv.terms import Big, Entry, Neg, Plus, Quotient, Symbol, Term, Times

EPS = float(np.finfo(np.float64).eps)
SMALLEST = float(np.finfo(np.float64).tiny) / EPS  # below it a double has fewer digits
SPREADS = (1.0, 100.0, 10000.0)
SAMPLES = 2  # points of each kind for each of them
FINER = 4  # times as many digits judge whether there were enough
Many = Callable[[int], Arithmetic]  # an arithmetic of so many digits


def accuracy(
    gradient: Callable[..., Any], formula: Plainly, sizes: Mapping[str, int], many: Many, digits: int, seed: int
) -> tuple[Accuracy, ...]:
    """The error at random points that satisfy the facts, with the variable's entries as drawn and far larger.

    Spreads at which the facts do not hold, or the formula is no real number, are left out.
    """
    rng = np.random.default_rng(seed)
    names = independent(formula.statement)
    found = []
    for spread in SPREADS:
        errors = [
            _error(gradient, formula, given, sizes, many, digits) for given in _points(formula, sizes, spread, rng)
        ]
        known = [e for e in errors if e is not None]
        if known:
            found.append(Accuracy(", ".join(names), spread, digits, max(known)))
    return tuple(found)


def _points(
    formula: Plainly, sizes: Mapping[str, int], spread: float, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """Arguments of either sign and positive ones in turn, the variable's multiplied."""
    statement = formula.statement
    for positive in (False, True) * SAMPLES:
        given = draw(statement, formula.arguments, sizes, rng, positive)
        given |= {n: given[n] * spread for n in independent(statement)}
        try:
            confirm(statement, given, sizes)
        except Refused:
            continue
        yield given


def _error(
    gradient: Callable[..., Any],
    formula: Plainly,
    given: Mapping[str, Any],
    sizes: Mapping[str, int],
    many: Many,
    digits: int,
) -> float | None:
    """The largest error in units of eps times the largest sum of terms, or None where the formula has no value.

    What far more digits contradict, as 1/(1 - p) with p close to 1, counts as no value.
    """
    arrays, enough = [given[n] for n in formula.arguments], many(digits)
    try:
        wanted, scale = _exactly(formula, arrays, sizes, enough)
        finer, _ = _exactly(formula, arrays, sizes, many(FINER * digits))
        exact = wanted.astype(float)
    except (ZeroDivisionError, ValueError, TypeError):  # a pole, or a complex number
        return None
    gaps = [abs(w - v) for w, v in zip(wanted.ravel(), finer.ravel(), strict=True)]
    if not np.all(np.isfinite(exact)) or max(gaps, default=0) > scale * EPS**2:
        return None  # more than a double holds, or lost in so few digits
    with np.errstate(all="ignore"):
        claimed = np.asarray(gradient(*(np.copy(a)[()] for a in arrays), **_keywords(gradient, sizes)))
    if not np.all(np.isfinite(claimed)):
        return float("inf")
    gap = max((abs(w - enough.number(c)) for w, c in zip(wanted.ravel(), claimed.ravel(), strict=True)), default=0)
    return float(gap / scale / EPS)


def _exactly(formula: Plainly, arrays: list[Any], sizes: Mapping[str, int], kind: Arithmetic) -> tuple[Any, Any]:
    """The values of the formula, and the largest sum of terms in one of them."""
    formulas, lengths = formula.formulas(arrays, sizes, kind)
    terms = formulas.map(lambda at: _terms(formula.term, formulas, at), formula.axes, lengths)
    return formulas.over(formula.term, formula.axes, lengths), max([SMALLEST, *terms.ravel()])


def _keywords(gradient: Callable[..., Any], sizes: Mapping[str, int]) -> dict[str, int]:
    return {n: sizes[n] for n in getattr(gradient, "sizes", ())}


def _terms(t: Term, f: Formulas, at: Env) -> Any:
    """What is added up in a term, signs aside: the size that rounding errors of the sum are relative to."""
    match t:
        case Plus(many):
            return sum(_terms(u, f, at) for u in many)
        case Times(many):
            product = f.numbers.number(1)
            for u in many:
                product *= _terms(u, f, at)
            return product
        case Neg(u):
            return _terms(u, f, at)
        case Quotient(u, v):
            return _terms(u, f, at) / abs(f.value(v, at))
        case Big(_, _, body, _):
            return sum((_terms(body, f, inner) for inner in f.inside(t, at)), f.numbers.number(0))
        case Symbol() | Entry() if (found := f.definition(t, at)) is not None:
            return _terms(found[0], f, found[1])
    return abs(f.value(t, at))
