"""The first check: every recorded step, compared exactly at small sizes.

Both sides of a step are written out for K = 1..4, N = 1..3 and every pattern of equal and distinct
free indices, derivatives are taken by SymPy, and the values at random rational points compared
without rounding. A difference refutes the step; agreement at these sizes proves nothing for others,
so the verdict then is "undecided" and says what was compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from symderiv.binders import free_names
from symderiv.doors.written_out import written_derivative
from symderiv.errors import InputError, Refused
from symderiv.proof.claims import Claim, Sizes, assignments, both, claim_of, grid
from symderiv.proof.exact import Element, Finer, NotExact, Undefined
from symderiv.proof.points import (
    SEED,
    NotImposed,
    Sampler,
    between_indices,
    holds,
    instances,
    undefined_names,
)
from symderiv.proof.valuation import Derive, Env, Valuation
from symderiv.proof.verdict import Values, Verdict, Witness
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import D, Term
from symderiv.trace import Step, Trace

POINTS, ATTEMPTS, UNITS = 2, 12, 5040


def check_step(step: Step, statement: Statement, sizes: Sizes | None = None) -> Verdict:
    """Compare one step at small sizes; ``sizes`` gives the largest value of a size, where 4 or 3 is not meant.

    Equations among the facts are imposed only where the step records that it used them. The
    verdict is "refuted" with a witness, or "undecided" with what was compared.
    """
    return _Checker(statement, dict(sizes or {})).verdict(step, (), step.before)


def check_trace(trace: Trace, statement: Statement, sizes: Sizes | None = None) -> tuple[Verdict, ...]:
    """One verdict per step of ``trace.walk()``, in its order; a case is checked under its condition only."""
    checker = _Checker(statement, dict(sizes or {}))
    return tuple(checker.verdict(*place) for place in _walk(trace, ()))


def _walk(trace: Trace, conditions: tuple[Relation, ...]) -> Iterator[tuple[Step, tuple[Relation, ...], Term]]:
    """Every step, the conditions of the cases around it, and the line its trace starts from."""
    for step in trace.steps:
        yield step, conditions, trace.start
        if step.lemma:
            # a lemma stands on its own: it is inserted for other indices than those of this case
            yield from _walk(step.lemma.trace, ())
        for case in step.cases:
            yield from _walk(case.trace, (*conditions, case.condition))


class _Difference(NamedTuple):
    """Why a step is refuted, and where."""

    reason: str
    witness: Witness


@dataclass
class _Checker:
    """Checks the steps of one statement; derivatives and points are shared between them."""

    statement: Statement
    most: dict[str, int]
    _derivatives: dict[tuple[object, ...], Term | Undefined] = field(default_factory=dict)
    _points: dict[tuple[object, ...], Valuation | Undefined] = field(default_factory=dict)
    _units: dict[tuple[object, ...], int] = field(default_factory=dict)
    _names: dict[tuple[Term, Term], frozenset[str]] = field(default_factory=dict)

    def verdict(self, step: Step, restrictions: tuple[Relation, ...], start: Term) -> Verdict:
        """The verdict on a step under index relations; ``start`` tells what its indices run over."""
        conditions = tuple(c.relation for c in step.conditions)
        try:
            claim = claim_of(step, restrictions, start, self.statement)
            verdict = self._compared(claim, conditions)
            if verdict.status == "refuted":
                return self._explained(claim, verdict)
        except (InputError, Refused, NotExact) as problem:
            return Verdict("undecided", f"not checked: {problem}", conditions)
        return verdict

    def _compared(self, claim: Claim, conditions: tuple[Relation, ...]) -> Verdict:
        done: list[tuple[Sizes, int]] = []
        trouble: Undefined | None = None
        for sizes in grid(claim, self.statement, self.most):
            for env in assignments(claim, sizes):
                found = self._compared_at(claim, sizes, env)
                if isinstance(found, _Difference):
                    return Verdict("refuted", found.reason, conditions, found.witness)
                if isinstance(found, Undefined):
                    trouble = found
                else:
                    done.append((sizes, found))
        if not done:
            why = trouble or "no sizes fit the conditions"
            return Verdict("undecided", f"not checked at any of the sizes tried: {why}", conditions)
        return Verdict("undecided", _reason(done, trouble), conditions)

    def _explained(self, claim: Claim, verdict: Verdict) -> Verdict:
        """Say so where the given equations that the step does not cite would make it true."""
        facts = (f for f in self.statement.facts if not between_indices(f, claim.scope))
        given = tuple(f for f in facts if f.relation.sign == "=")
        if set(given) <= set(claim.equations):
            return verdict
        try:
            again = self._compared(claim._replace(equations=given), verdict.conditions)
        except (InputError, Refused, NotExact):
            return verdict
        if again.status == "refuted" or not again.reason.startswith("checked"):
            return verdict
        reason = f"{verdict.reason}, unless the given equations hold, which the step does not record as used"
        return Verdict("refuted", reason, verdict.conditions, verdict.counterexample)

    def _compared_at(self, claim: Claim, sizes: Sizes, env: Env) -> _Difference | Undefined | int:
        """The difference found, or at how many points the sides agree, or why no point could be used."""
        good, trouble = 0, Undefined("no point found")
        for attempt in range(ATTEMPTS):
            try:
                found = self._at_point(claim, sizes, env, attempt)
            except Undefined as problem:
                trouble = problem
                continue
            if found is not None:
                return found
            good += 1
            if good == POINTS:
                break
        return good or trouble

    def _at_point(self, claim: Claim, sizes: Sizes, env: Env, attempt: int) -> _Difference | None:
        """Compare at one point, with as fine a root of e as its exponents need."""
        key = (tuple(sizes.items()), claim.equations, attempt)
        while True:
            try:
                return _difference(claim, self._point(claim, sizes, attempt, key), sizes, env)
            except Finer as problem:
                self._units[key] = self._units.get(key, 1) * problem.factor
                self._points.pop(key, None)
                if self._units[key] > UNITS:
                    raise NotExact("the exponents have too large denominators") from None

    def _point(self, claim: Claim, sizes: Sizes, attempt: int, key: tuple[object, ...]) -> Valuation:
        found = self._points.get(key)
        if found is None or (isinstance(found, Valuation) and not self._covers(found, claim)):
            try:
                found = self._sampler(claim).point(sizes, claim.equations, attempt, self._units.get(key, 1))
            except Undefined as problem:
                found = problem
            self._points[key] = found
        if isinstance(found, Undefined):
            raise found
        return found

    def _covers(self, point: Valuation, claim: Claim) -> bool:
        sides = claim.before, claim.after
        if sides not in self._names:
            names, _ = undefined_names(self.statement, sides)
            self._names[sides] = frozenset(names) - claim.scope.indices.keys()
        return self._names[sides] <= point.names

    def _sampler(self, claim: Claim) -> Sampler:
        facts = [both(f.relation) for f in (*self.statement.facts, *claim.equations, *claim.needs)]
        everything = (self.statement.value, *self.statement.variables, claim.before, claim.after, *facts)
        names, whole = undefined_names(self.statement, everything)
        indices = claim.scope.indices.keys() | self.statement.scope.indices.keys()
        return Sampler(self.statement, claim.scope, tuple(n for n in names if n not in indices), whole, self._derive)

    def _derive(self, sizes: Sizes) -> Derive:
        def derive(t: D, env: Env) -> Term:
            names = free_names(t)
            key = t, tuple(sizes.items()), tuple(sorted((n, v) for n, v in env.items() if n in names))
            found = self._derivatives.get(key)
            if found is None:
                try:
                    found = written_derivative(t, sizes, env, self.statement)
                except InputError as problem:
                    # SymPy met a 1/0 at this size, as 1 - p is for one class
                    found = Undefined(str(problem))
                self._derivatives[key] = found
            if isinstance(found, Undefined):
                raise found
            return found

        return derive


def _difference(claim: Claim, point: Valuation, sizes: Sizes, env: Env) -> _Difference | None:
    """What is wrong with a claim at a point, or None; raises `Undefined` where the point is none of its points."""
    if not all(_holds(point, fact, claim, sizes, env) for fact in claim.needs):
        raise NotImposed("a condition of the step does not hold at the points tried")
    left, right = point.at(claim.before, env), point.at(claim.after, env)
    if point.ring.sign(point.ring.difference(left, right)):
        return _Difference("the two sides differ", _witness(claim, point, sizes, env, left, right))
    for fact in claim.discharged:
        if not _holds(point, fact, claim, sizes, env):
            reason = "a condition that the step claims to be fulfilled is not"
            return _Difference(reason, _witness(claim, point, sizes, env, left, right))
    return None


def _holds(point: Valuation, fact: Fact, claim: Claim, sizes: Sizes, env: Env) -> bool:
    return all(holds(point, fact, {**env, **e}) for e in instances(fact.variables, fact, claim.scope, sizes))


def _witness(claim: Claim, point: Valuation, sizes: Sizes, env: Env, left: Element, right: Element) -> Witness:
    names, _ = undefined_names(point.statement, (claim.before, claim.after))
    arrays: dict[str, dict[tuple[int, ...], Fraction]] = {name: {} for name in names}
    for (name, indices), value in point.values.items():
        arrays.setdefault(name, {})[indices] = value
    values = {name: _nested(arrays[name]) for name in names if arrays[name]}
    return Witness(dict(sizes), dict(env), values, _text(point, left), _text(point, right))


def _nested(entries: Mapping[tuple[int, ...], Fraction]) -> Values:
    if () in entries:
        return entries[()]
    firsts = sorted({indices[0] for indices in entries})
    return tuple(_nested({i[1:]: v for i, v in entries.items() if i[0] == first}) for first in firsts)


def _text(point: Valuation, value: Element) -> str:
    exact = point.ring.fraction(value)
    return str(exact) if exact is not None else str(point.ring.enclosure(value).str(12, radius=False))


def _reason(done: list[tuple[Sizes, int]], trouble: Undefined | None) -> str:
    spans = [_span(name, sorted({sizes[name] for sizes, _ in done})) for name in done[0][0]]
    where = ", ".join(spans) or "the sizes given"
    few = min(count for _, count in done)
    points = f"{few} random rational point{'s' if few > 1 else ''} each, seed {SEED}"
    missing = f"; not for every size and index there: {trouble}" if trouble else ""
    return f"checked at {where} (exactly, {points}){missing}"


def _span(name: str, values: list[int]) -> str:
    whole = len(values) > 1 and values == list(range(values[0], values[-1] + 1))
    return f"{name} = {values[0]}..{values[-1]}" if whole else f"{name} = {', '.join(map(str, values))}"
