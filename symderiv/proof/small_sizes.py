"""The first check: every recorded step, compared exactly at small sizes.

Both sides of a step are written out for K = 1..4, N = 1..3 and every pattern of equal and distinct
free indices, derivatives are taken by SymPy, and the values at random rational points compared
without rounding. A difference refutes the step; agreement at these sizes proves nothing for others,
so the verdict then is "undecided" and says what was compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from symderiv.binders import alpha_equal, free_names, index_names, match
from symderiv.doors.written_out import written_derivative
from symderiv.errors import InputError, Refused
from symderiv.proof.exact import Element, Finer, NotExact, Undefined
from symderiv.proof.points import (
    SEED,
    NotImposed,
    Sampler,
    between_indices,
    holds,
    instances,
    size_value,
    undefined_names,
)
from symderiv.proof.valuation import Derive, Env, Valuation
from symderiv.proof.verdict import Values, Verdict, Witness
from symderiv.scope import Clause, Scope, infer
from symderiv.statement import Fact, Relation, Statement
from symderiv.terms import Big, D, Delta, Function, Number, Symbol, Term, subterms
from symderiv.trace import Step, Trace

POINTS, ATTEMPTS, UNITS = 2, 12, 5040
Sizes = Mapping[str, int]


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


class _Claim(NamedTuple):
    """What is compared at every configuration."""

    before: Term
    after: Term
    scope: Scope
    equations: tuple[Fact, ...]
    needs: tuple[Fact, ...]
    restrictions: tuple[Relation, ...]


@dataclass
class _Checker:
    """Checks the steps of one statement; derivatives and points are shared between them."""

    statement: Statement
    most: dict[str, int]
    _derivatives: dict[tuple[object, ...], Term | Undefined] = field(default_factory=dict)
    _points: dict[tuple[object, ...], Valuation | Undefined] = field(default_factory=dict)
    _units: dict[tuple[object, ...], int] = field(default_factory=dict)

    def verdict(self, step: Step, restrictions: tuple[Relation, ...], start: Term) -> Verdict:
        """The verdict on a step under index relations; ``start`` tells what its indices run over."""
        conditions = tuple(c.relation for c in step.conditions)
        try:
            claim = self._claim(step, restrictions, start)
            verdict = self._compared(claim, conditions)
            if verdict.status == "refuted":
                return self._explained(claim, verdict)
        except (InputError, Refused, NotExact) as problem:
            return Verdict("undecided", f"not checked: {problem}", conditions)
        return verdict

    def _claim(self, step: Step, restrictions: tuple[Relation, ...], start: Term) -> _Claim:
        needed = [c.relation for c in step.conditions]
        letters = _indices_in((start, step.before, step.after)) | self.statement.scope.indices.keys()
        free = free_names(step.before) | free_names(step.after)
        facts = [Fact(r, _bound_letters(r, free)) for r in needed if not _is_between_indices(r, letters)]
        # an index condition on a bound letter says which summands there are; the sum itself does too
        between = tuple(r for r in needed if _is_between_indices(r, letters) and free_names(_both(r)) <= free)
        clauses = [Clause(t, (), "a step") for t in (start, step.before, step.after)]
        clauses += [Clause(Delta(r.left, r.right), (), "a case") for r in (*restrictions, *between)]
        clauses += [Clause(_both(f.relation), f.variables, "a condition") for f in facts]
        scope = infer(clauses, self.statement.scope.shapes)
        scope = Scope({**self.statement.scope.shapes, **scope.shapes}, scope.indices, scope.least)
        used = tuple(dict.fromkeys(_cited(fact, self.statement.facts) for fact in facts))
        equations = tuple(f for f in used if f.relation.sign == "=")
        needs = tuple(f for f in used if f.relation.sign != "=")
        return _Claim(step.before, step.after, scope, equations, needs, (*restrictions, *between))

    def _compared(self, claim: _Claim, conditions: tuple[Relation, ...]) -> Verdict:
        grid = self._grid(claim.scope)
        done: list[Sizes] = []
        trouble: Undefined | None = None
        for sizes in grid:
            for env in _assignments(claim, sizes):
                witness = self._differs(claim, sizes, env)
                if isinstance(witness, Witness):
                    return Verdict("refuted", "the two sides differ", conditions, witness)
                if isinstance(witness, Undefined):
                    trouble = witness
                else:
                    done.append(sizes)
        if not done:
            why = trouble or "no sizes fit the conditions"
            return Verdict("undecided", f"not checked at any of the sizes tried: {why}", conditions)
        return Verdict("undecided", _reason(done, grid, trouble), conditions)

    def _explained(self, claim: _Claim, verdict: Verdict) -> Verdict:
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

    def _grid(self, scope: Scope) -> list[dict[str, int]]:
        """Sizes to try, small ones first: up to 4 for the size most summed over, to 3 for the others."""
        uses: dict[Term, int] = dict.fromkeys(scope.sizes, 0)
        for t in (self.statement.value, *(d.body for d in self.statement.definitions)):
            for u in subterms(t):
                if isinstance(u, Big) and u.size in uses:
                    uses[u.size] += 1
        ranked = sorted(scope.sizes, key=lambda s: -uses[s])
        limits = [4, 3] if len(ranked) < 3 else [3] + [2] * len(ranked)
        ranges = []
        for place, size in enumerate(ranked):
            least = max(scope.least.get(size, 1), self.statement.scope.least.get(size, 1))
            most = self.most.get(size.name, limits[min(place, len(limits) - 1)])
            ranges.append(range(least, max(least, most) + 1))
        names = [s.name for s in ranked]
        return sorted(
            (dict(zip(names, values, strict=True)) for values in product(*ranges)), key=lambda s: sum(s.values())
        )

    def _differs(self, claim: _Claim, sizes: Sizes, env: Env) -> Witness | Undefined | None:
        """A witness that the sides differ, None where they agree, or why no point could be used."""
        good, trouble = 0, Undefined("no point found")
        for attempt in range(ATTEMPTS):
            try:
                found = self._differs_at(claim, sizes, env, attempt)
            except Undefined as problem:
                trouble = problem
                continue
            if found is not None:
                return found
            good += 1
            if good == POINTS:
                return None
        return None if good else trouble

    def _differs_at(self, claim: _Claim, sizes: Sizes, env: Env, attempt: int) -> Witness | None:
        while True:
            key = (tuple(sizes.items()), claim.equations, attempt)
            try:
                point = self._point(claim, sizes, attempt, key)
                for fact in claim.needs:
                    for inner in instances(fact.variables, fact, claim.scope, sizes):
                        if not holds(point, fact, {**env, **inner}):
                            raise NotImposed("a condition of the step does not hold at the points tried")
                left, right = point.at(claim.before, env), point.at(claim.after, env)
                if not point.ring.sign(point.ring.difference(left, right)):
                    return None
                return _witness(point, sizes, env, left, right)
            except Finer as problem:
                self._units[key] = self._units.get(key, 1) * problem.factor
                self._points.pop(key, None)
                if self._units[key] > UNITS:
                    raise NotExact("the exponents have too large denominators") from None

    def _point(self, claim: _Claim, sizes: Sizes, attempt: int, key: tuple[object, ...]) -> Valuation:
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

    def _covers(self, point: Valuation, claim: _Claim) -> bool:
        names, _ = undefined_names(self.statement, (claim.before, claim.after))
        return set(names) - claim.scope.indices.keys() <= {name for name, _ in point.values}

    def _sampler(self, claim: _Claim) -> Sampler:
        facts = [_both(f.relation) for f in (*self.statement.facts, *claim.equations, *claim.needs)]
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


def _both(relation: Relation) -> Term:
    """The two sides in one term."""
    return Function("both sides", (relation.left, relation.right))


def _is_between_indices(relation: Relation, letters: frozenset[str]) -> bool:
    """Whether a condition compares indices (their letters, or one with a literal index)."""
    sides = relation.left, relation.right
    return all(isinstance(s, Symbol | Number) for s in sides) and any(free_names(s) & letters for s in sides)


def _indices_in(many: Iterable[Term]) -> frozenset[str]:
    """The letters that stand as an index anywhere in some terms, bound ones included."""
    below = [u for t in many for u in subterms(t)]
    return frozenset(u.index.name for u in below if isinstance(u, Big)).union(*map(index_names, below))


def _bound_letters(relation: Relation, free: frozenset[str]) -> tuple[Symbol, ...]:
    """The letters of a condition that are bound in the step's lines: it is needed for all their values."""
    return tuple(map(Symbol, sorted(index_names(_both(relation)) - free)))


def _cited(fact: Fact, given: tuple[Fact, ...]) -> Fact:
    """The given fact of which this is an instance, else the fact itself."""
    for known in given:
        if known.relation.sign == fact.relation.sign:
            same = alpha_equal(_both(known.relation), _both(fact.relation))
            if same or match(_both(known.relation), _both(fact.relation), known.variables) is not None:
                return known
    return fact


def _assignments(claim: _Claim, sizes: Sizes) -> Iterator[dict[str, int]]:
    """Values of the free indices, one per pattern of equal and distinct ones (literal indices are distinct values)."""
    free = free_names(claim.before) | free_names(claim.after)
    named = {s.name for r in claim.restrictions for s in (r.left, r.right) if isinstance(s, Symbol)}
    names = sorted((free | named) & claim.scope.indices.keys())
    ranges = [range(1, size_value(claim.scope.indices[n], sizes) + 1) for n in names]
    literal = max(claim.scope.least.values(), default=0)
    seen = set()
    for values in product(*ranges):
        env = dict(zip(names, values, strict=True))
        pattern = _pattern(env, claim.scope, literal)
        if pattern not in seen and all(_allowed(r, env) for r in claim.restrictions):
            seen.add(pattern)
            yield env


def _pattern(env: Env, scope: Scope, literal: int) -> tuple[int, ...]:
    ranks: dict[tuple[Term, int], int] = {}
    pattern = []
    for name, value in env.items():
        size = scope.indices[name]
        pattern.append(value if value <= literal else ranks.setdefault((size, value), -1 - len(ranks)))
    return tuple(pattern)


def _allowed(relation: Relation, env: Env) -> bool:
    values = [
        int(s.value) if isinstance(s, Number) else env.get(getattr(s, "name", ""))
        for s in (relation.left, relation.right)
    ]
    if None in values:
        return True
    return (values[0] == values[1]) == (relation.sign == "=")


def _witness(point: Valuation, sizes: Sizes, env: Env, left: Element, right: Element) -> Witness:
    arrays: dict[str, list[tuple[tuple[int, ...], object]]] = {}
    for (name, indices), value in point.values.items():
        arrays.setdefault(name, []).append((indices, value))
    values: dict[str, Values] = {}
    for name, entries in arrays.items():
        values[name] = _nested(dict(entries))
    return Witness(dict(sizes), dict(env), values, _text(point, left), _text(point, right))


def _nested(entries: Mapping[tuple[int, ...], object]) -> Values:
    if () in entries:
        return entries[()]  # type: ignore[return-value]  # a scalar has the one value
    firsts = sorted({indices[0] for indices in entries})
    return tuple(_nested({i[1:]: v for i, v in entries.items() if i[0] == first}) for first in firsts)


def _text(point: Valuation, value: Element) -> str:
    exact = point.ring.fraction(value)
    return str(exact) if exact is not None else str(point.ring.enclosure(value).str(12, radius=False))


def _reason(done: list[Sizes], grid: list[dict[str, int]], trouble: Undefined | None) -> str:
    names = list(grid[0])
    spans = []
    for name in names:
        values = sorted({sizes[name] for sizes in done})
        spans.append(f"{name} = {values[0]}..{values[-1]}" if len(values) > 1 else f"{name} = {values[0]}")
    where = f" at {', '.join(spans)}" if spans else ""
    missing = f"; not at every size: {trouble}" if trouble else ""
    return f"checked{where} (exactly, {POINTS} random rational points each, seed {SEED}){missing}"
