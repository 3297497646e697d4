"""Claims compared at K = 1..5 by the campaign's own evaluation, and counterexamples confirmed by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product
from random import Random
from typing import Any, NamedTuple

import flint
from flint import arb, fmpq

from symderiv.nodes import Number, Symbol, Term
from symderiv.proof.claim import Claim
from symderiv.statement import Fact, Relation

from .cases import Case
from .meaning import Location, Meaning, NoValue, Scalar
from .names import free
from .settings import draw

SIZES = ((2, 2), (3, 1), (1, 1), (4, 3), (5, 2), (2, 1), (3, 2))
PATTERNS = 4
BITS = 128


class Found(NamedTuple):
    """At how many points the sides have a value, and the first at which these differ."""

    points: int
    difference: str


def compared(case: Case) -> Found:
    """Both sides at small sizes, at points at which the facts hold."""
    flint.ctx.prec = BITS
    points = 0
    random = Random(f"evaluation {case.seed}")
    for meaning, env in _points(case, random):
        with suppress(NoValue):
            left, right = meaning.value(case.left, env), meaning.value(case.right, env)
            points += 1
            if differ(left, right):
                return Found(points, f"{_shown(left)} != {_shown(right)} at {_where(case, meaning, env)}")
    return Found(points, "")


def _points(case: Case, random: Random) -> Iterator[tuple[Meaning, dict[str, int]]]:
    letters = case.setting.letters
    every_side = (case.left, case.right, *(s for r in case.claim.relations for s in (r.left, r.right)))
    names = sorted(frozenset().union(*map(free, every_side)) & letters.keys())
    least = case.claim.statement.scope.least
    for k, n in SIZES:
        size = case.setting.sizes["K"]
        sizes = {"K": int(size.value) if isinstance(size, Number) else k, "N": n}
        if any(sizes[a] < least.get(Symbol(a), 1) for a in sizes):
            continue
        meaning, fixed = draw(case.setting, sizes, random)
        every = [dict(zip(names, v, strict=True)) for v in product(*(range(1, sizes[letters[a]] + 1) for a in names))]
        fitting = [e | fixed for e in every if all(_fits(r, e) for r in case.claim.relations)]
        for env in random.sample(fitting, min(PATTERNS, len(fitting))):
            yield meaning, env


def _fits(r: Relation, env: Mapping[str, int]) -> bool:
    left, right = (env.get(getattr(s, "name", "")) for s in (r.left, r.right))
    return left is None or right is None or (left == right) == (r.sign == "=")


def differ(left: Scalar, right: Scalar) -> bool:
    """Whether two values are certainly different."""
    d = left - right
    return d != 0 if isinstance(d, fmpq) else d.is_finite() and not d.contains(0)


def _shown(v: Scalar) -> str:
    return str(v) if isinstance(v, fmpq) else str(v.str(8, radius=False))


def _where(case: Case, meaning: Meaning, env: Mapping[str, int]) -> str:
    names = case.setting.reached(case.left, case.right)
    values = [f"{a}{list(at) or ''}={_shown(v)}" for (a, at), v in meaning.values.items() if a in names]
    return " ".join([f"{a}={v}" for a, v in (*meaning.sizes.items(), *env.items())] + values)


def confirmed(claim: Claim, point: Any) -> str:
    """Why a point is no counterexample to a claim; empty where it is one."""
    flint.ctx.prec = BITS
    scope = claim.statement.scope
    values: dict[Location, Any] = {}
    for name, value in point.values.items():
        values |= {(name, at): v for at, v in _entries(value)}
    for size, least in scope.least.items():
        if isinstance(size, Symbol) and point.sizes.get(size.name, least) < least:
            return f"{size.name} is below {least}"
    meaning = Meaning(claim.statement.by_name, point.sizes, values)
    if not all(_fits(r, point.indices) for r in claim.relations):
        return "the index relations do not hold"
    try:
        for fact in claim.statement.facts:
            for env in _instances(fact, claim, point):
                if not _holds(fact, meaning, env):
                    return f"a fact does not hold: {fact.relation}"
        left, right = (meaning.value(t, point.indices) for t in (claim.left, claim.right))
    except NoValue:
        return "a side or a fact has no value"
    return "" if differ(left, right) else f"both sides are {_shown(left)}"


def _entries(value: Any, at: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    if isinstance(value, tuple | list):
        for n, v in enumerate(value, 1):
            yield from _entries(v, (*at, n))
    else:
        # a value is a fraction, a class number, or the logarithm of a fraction
        argument = getattr(value, "argument", None)
        yield at, value if argument is None else arb(fmpq(argument.numerator, argument.denominator)).log()


def _instances(fact: Fact, claim: Claim, point: Any) -> Iterator[dict[str, int]]:
    """Every value of the indices that a fact is quantified over, by the axes they stand in."""
    ranges = [range(1, _extent(v, fact, claim, point) + 1) for v in fact.variables]
    for values in product(*ranges):
        yield {**point.indices, **dict(zip((v.name for v in fact.variables), values, strict=True))}


def _extent(variable: Symbol, fact: Fact, claim: Claim, point: Any) -> int:
    for side in (fact.relation.left, fact.relation.right):
        array, indices = getattr(side, "array", ""), getattr(side, "indices", ())
        body = getattr(side, "body", None)
        array, indices = getattr(body, "array", array), getattr(body, "indices", indices)
        if variable in indices:
            size: Term = claim.statement.scope.shapes[array][indices.index(variable)]
            return int(size.value) if isinstance(size, Number) else int(point.sizes[getattr(size, "name", "")])
    raise AssertionError(f"the range of {variable.name} is not known")


def _holds(fact: Fact, meaning: Meaning, env: Mapping[str, int]) -> bool:
    r = fact.relation
    d = meaning.value(r.left, env) - meaning.value(r.right, env)
    zero = d == 0 if isinstance(d, fmpq) else bool(arb(d).contains(0))
    return {"=": zero, "!=": not zero, ">": bool(d > 0), ">=": bool(d >= 0)}[r.sign]
