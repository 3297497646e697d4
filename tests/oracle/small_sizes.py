"""The first check: every recorded step, compared exactly at small sizes.

Both sides of a step are written out for K = 1..4, N = 1..3 and every pattern of equal and distinct
free indices, derivatives are taken by SymPy, and the values at random rational points compared
without rounding. A difference refutes the step; agreement at these sizes proves nothing for others,
so the verdict then is "undecided" and says what was compared. A line without a value where the one
before it has one refutes the step too, unless a recorded condition leaves the point out, and so does
a condition that never holds. The other way round, after cancelling, the sides are equal wherever
both are defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from oracle.claims import Claim, Sizes, assignments, both, claim_of, grid
from oracle.comparison import Difference, difference, everywhere
from oracle.derivatives import written_derivative
from oracle.exact import Finer, NotExact, Undefined
from oracle.points import SEED, Sampler, between_indices, undefined_names
from oracle.valuation import Derive, Env, Labels, NotWritten, Valuation

from symderiv.binders import free_names
from symderiv.errors import InputError, Refused
from symderiv.printing import plain
from symderiv.proof.verdict import Verdict
from symderiv.statement import Fact, Relation, Statement, outside
from symderiv.terms import D, Term
from symderiv.trace import Step, Trace

POINTS, ATTEMPTS, UNITS = 2, 12, 5040
Found = TypeVar("Found")


def check_step(step: Step, statement: Statement, sizes: Sizes | None = None) -> Verdict:
    """Compare one step at small sizes; ``sizes`` gives the largest value of a size, where 4 or 3 is not meant.

    Equations among the facts are imposed only where the step records that it used them. The
    verdict is "refuted" with a witness (or the condition that holds at no point), or "undecided" with
    what was compared.
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
                if isinstance(found, Difference):
                    return Verdict("refuted", found.reason, conditions, found.witness)
                if isinstance(found, Undefined):
                    trouble = found
                else:
                    done.append((sizes, found))
        if not done:
            never = self._never_met(claim)
            if never is not None:
                if claim.left_out != claim.left_out_somewhere:
                    # two sums share a letter, and the condition is of the one that leaves out more
                    return self._compared(claim._replace(left_out=claim.left_out_somewhere), conditions)
                reason = f"the condition {plain.relation(never.relation)} of the step holds at no point tried"
                return Verdict("refuted", reason, conditions)
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

    def _compared_at(self, claim: Claim, sizes: Sizes, env: Env) -> Difference | Undefined | int:
        """The difference found, or at how many points the sides agree, or why no point could be used."""
        good, trouble = 0, Undefined("no point found")
        look = partial(difference, claim=claim, sizes=sizes, env=env)
        for attempt in range(ATTEMPTS):
            try:
                found = self._at_point(claim, sizes, attempt, env, look)
            except Undefined as problem:
                trouble = problem
                continue
            if found is not None:
                return found
            good += 1
            if good == POINTS:
                break
        return good or trouble

    def _never_met(self, claim: Claim) -> Fact | None:
        """A condition ``a != b`` that the step assumes and that is false wherever it can be tried.

        The points are too few to say so of ``a > b``, and a single size says nothing of the others.
        """
        for fact in claim.needs:
            if fact.relation.sign == "!=" and fact not in self.statement.facts:
                truths = list(self._truths(claim, fact))
                large = all(any(sizes[s.name] > 1 for sizes, _ in truths) for s in claim.scope.sizes)
                if truths and large and not any(truth for _, truth in truths):
                    return fact
        return None

    def _truths(self, claim: Claim, fact: Fact) -> Iterator[tuple[Sizes, bool]]:
        """Whether a condition holds at each of the points at which it has a meaning."""
        for sizes in grid(claim, self.statement, self.most):
            for env in assignments(claim, sizes):
                look = partial(everywhere, fact=fact, claim=claim, sizes=sizes, env=env)
                for attempt in range(POINTS):
                    with suppress(Undefined):
                        yield sizes, self._at_point(claim, sizes, attempt, env, look)

    def _at_point(
        self, claim: Claim, sizes: Sizes, attempt: int, env: Env, look: Callable[[Valuation], Found]
    ) -> Found:
        """What a look at one point finds, with as fine a root of e as its exponents need."""
        outer = {name: env[name] for name in outside((*claim.equations, *self.statement.facts)) if name in env}
        key = (tuple(sizes.items()), claim.equations, attempt, tuple(sorted(outer.items())))
        while True:
            try:
                return look(self._point(claim, sizes, attempt, key, outer))
            except Finer as problem:
                self._units[key] = self._units.get(key, 1) * problem.factor
                self._points.pop(key, None)
                if self._units[key] > UNITS:
                    raise NotExact("the exponents have too large denominators") from None

    def _point(self, claim: Claim, sizes: Sizes, attempt: int, key: tuple[object, ...], outer: Env) -> Valuation:
        found = self._points.get(key)
        if found is None or (isinstance(found, Valuation) and not self._covers(found, claim)):
            try:
                found = self._sampler(claim).point(sizes, claim.equations, attempt, self._units.get(key, 1), outer)
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

    def _derive(self, sizes: Sizes, labels: Labels) -> Derive:
        def derive(t: D, env: Env) -> Term:
            names = free_names(t)
            own = tuple(sorted((n, v) for n, v in env.items() if n in names))
            key = t, tuple(sizes.items()), own, tuple(sorted(labels.items()))
            found = self._derivatives.get(key)
            if found is None:
                try:
                    found = written_derivative(t, sizes, env, self.statement, labels)
                except InputError as problem:
                    # SymPy met a 1/0 at this size, as 1 - p is for one class
                    found = NotWritten(str(problem))
                self._derivatives[key] = found
            if isinstance(found, Undefined):
                raise found
            return found

        return derive


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
