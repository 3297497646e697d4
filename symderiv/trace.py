"""What a derivation records: steps, conditions, cases and lemmas, checked when they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symderiv.binders import alpha_equal, substitute
from symderiv.errors import InconsistentTrace
from symderiv.statement import Relation
from symderiv.terms import ZERO, Delta, Term, Symbol, parts, rebuild


@dataclass(frozen=True)
class Condition:
    """What a step needs: ``reason`` says why it holds, None that it is given or assumed."""

    relation: Relation
    reason: str | None = None


@dataclass(frozen=True)
class Case:
    """One case of a case split: its condition and its own derivation."""

    condition: Relation
    trace: Trace


@dataclass(frozen=True)
class Lemma:
    """A sub-derivation, and the instances of its statement that a step inserts."""

    trace: Trace
    instances: tuple[tuple[Term, Term], ...]

    def check(self, before: Term, after: Term, where: str) -> None:
        """Every instance is the lemma's statement with its free indices renamed, and is what was inserted."""
        if not alpha_equal(replace(before, dict(self.instances)), after):
            raise InconsistentTrace(f"{where}: the line after it is not the line before it with the lemma inserted")


@dataclass(frozen=True)
class Step:
    """One line: what stood before, what stands after, by which rule and why."""

    rule: str
    reason: str
    before: Term
    after: Term
    conditions: tuple[Condition, ...] = ()
    lemma: Lemma | None = None
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Trace:
    """A chain of steps from ``start`` to ``result``; raises `InconsistentTrace` unless it hangs together."""

    start: Term
    steps: tuple[Step, ...]

    @property
    def result(self) -> Term:
        """The last line."""
        return self.steps[-1].after if self.steps else self.start

    def __post_init__(self) -> None:
        line = self.start
        for number, step in enumerate(self.steps, 1):
            where = f"step {number} ({step.rule})"
            if not alpha_equal(step.before, line):
                raise InconsistentTrace(f"{where} does not start where the previous line ended")
            if step.lemma is not None:
                step.lemma.check(step.before, step.after, where)
            for case in step.cases:
                if not alpha_equal(case.trace.start, specialise(step.before, case.condition)):
                    raise InconsistentTrace(f"{where}: a case does not start from the specialised line")
                if not alpha_equal(case.trace.result, specialise(step.after, case.condition)):
                    raise InconsistentTrace(f"{where}: a case does not end at the merged line")
            line = step.after

    def walk(self) -> Iterator[tuple[str, Step]]:
        """Every step with its number, those of lemmas (``4.2``) and cases (``4.7a.1``) included."""
        for number, step in enumerate(self.steps, 1):
            yield str(number), step
            inner = [(f"{number}.", step.lemma.trace)] if step.lemma else []
            inner += [(f"{number}{'abcdefgh'[n]}.", case.trace) for n, case in enumerate(step.cases)]
            for prefix, trace in inner:
                for below, lower in trace.walk():
                    yield prefix + below, lower


def replace(t: Term, table: Mapping[Term, Term]) -> Term:
    """t with whole subterms replaced, outermost first; for terms that mention no bound name of t's."""
    if t in table:
        return table[t]
    return rebuild(t, tuple(replace(u, table) for u in parts(t)))


def specialise(t: Term, condition: Relation) -> Term:
    """t under ``i = k`` (k replaced by i) or ``i != k`` (their delta replaced by 0)."""
    left, right = condition.left, condition.right
    if condition.sign == "=":
        return substitute(t, {right: left} if isinstance(right, Symbol) else {left: right})
    return _without_delta(t, frozenset((left, right)))


def _without_delta(t: Term, pair: frozenset[Term]) -> Term:
    if isinstance(t, Delta) and {t.left, t.right} == pair:
        return ZERO
    return rebuild(t, tuple(_without_delta(u, pair) for u in parts(t)))
