"""Two sides at one point: whether they agree there, and the witness where they do not.

A point counts only where the left side has a value and the conditions of the step hold. A right
side without a value there refutes the step: it lost meaning, as ``x = x*w/w`` does at w = 0. The
other direction, cancelling, only widens where a line is defined and is skipped. Where the problem's
own value has none its derivative is not in question, as for the standard deviation of one number.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from oracle.claims import Claim, Sizes
from oracle.exact import Element, NotExact, Undefined
from oracle.points import NotImposed, holds, instances, size_value, undefined_names
from oracle.valuation import Env, NotWritten, Valuation
from oracle.witness import Values, Witness

from symderiv.binders import free_names
from symderiv.statement import Fact
from symderiv.terms import Number, Term


class Difference(NamedTuple):
    """Why a step is refuted, and where."""

    reason: str
    witness: Witness


def difference(point: Valuation, claim: Claim, sizes: Sizes, env: Env) -> Difference | None:
    """What is wrong with a claim at a point, or None; raises `Undefined` where the point is none of its points."""
    if not all(everywhere(point, fact, claim, sizes, env) for fact in claim.needs):
        raise NotImposed("a condition of the step does not hold at the points tried")
    left = point.at(claim.before, env)
    try:
        right = point.at(claim.after, env)
    except NotWritten:
        raise
    except Undefined as problem:
        if not _in_question(point, sizes, env):
            raise
        reason = "the right side has no value where the left side has one"
        return Difference(reason, _witness(claim, point, sizes, env, _text(point, left), f"undefined ({problem})"))
    reason = "the two sides differ"
    if not point.ring.sign(point.ring.difference(left, right)):
        if all(everywhere(point, fact, claim, sizes, env) for fact in claim.discharged):
            return None
        reason = "a condition that the step claims to be fulfilled is not"
    return Difference(reason, _witness(claim, point, sizes, env, _text(point, left), _text(point, right)))


def _in_question(point: Valuation, sizes: Sizes, env: Env) -> bool:
    """Whether the problem's value has a value here, for these and some values of its other free indices."""
    statement = point.statement
    others = sorted((free_names(statement.value) & statement.scope.indices.keys()) - env.keys())
    ranges = [range(1, size_value(statement.scope.indices[name], sizes) + 1) for name in others]
    for values in product(*ranges):
        try:
            point.at(statement.value, {**env, **dict(zip(others, values, strict=True))})
        except NotExact:
            return True
        except Undefined:
            continue
        return True
    return False


def everywhere(point: Valuation, fact: Fact, claim: Claim, sizes: Sizes, env: Env) -> bool:
    """Whether a condition holds at a point, for all values of the indices it is quantified over."""
    left_out = () if fact in point.statement.facts else claim.left_out
    every = ({**env, **e} for e in instances(fact.variables, fact, claim.scope, sizes))
    bound = {v.name for v in fact.variables}
    return all(holds(point, fact, e) for e in every if not any(_omits(pair, bound, e) for pair in left_out))


def _omits(pair: tuple[str, Term], bound: set[str], env: Env) -> bool:
    """Whether the sum over a bound letter has no summand at these indices."""
    name, left_out = pair
    value = int(left_out.value) if isinstance(left_out, Number) else env.get(getattr(left_out, "name", ""))
    return name in bound and env.get(name) == value


def _witness(claim: Claim, point: Valuation, sizes: Sizes, env: Env, left: str, right: str) -> Witness:
    names, _ = undefined_names(point.statement, (claim.before, claim.after))
    arrays: dict[str, dict[tuple[int, ...], Fraction]] = {name: {} for name in names}
    for (name, indices), value in point.values.items():
        arrays.setdefault(name, {})[indices] = value
    values = {name: _nested(arrays[name]) for name in names if arrays[name]}
    return Witness(dict(sizes), dict(env), values, left, right)


def _nested(entries: Mapping[tuple[int, ...], Fraction]) -> Values:
    if () in entries:
        return entries[()]
    firsts = sorted({indices[0] for indices in entries})
    return tuple(_nested({i[1:]: v for i, v in entries.items() if i[0] == first}) for first in firsts)


def _text(point: Valuation, value: Element) -> str:
    exact = point.ring.fraction(value)
    return str(exact) if exact is not None else str(point.ring.enclosure(value).str(12, radius=False))
