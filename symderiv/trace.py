"""What a derivation records: steps, conditions, cases and lemmas, checked when they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from symderiv.binders import alpha_equal, free_names, index_names, match, substitute, union
from symderiv.errors import InconsistentTrace
from symderiv.statement import Relation
from symderiv.terms import ZERO, Big, Delta, Symbol, Term, parts, rebuild


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
        for left, right in self.instances:
            binding = match(self.trace.start, left, map(Symbol, sorted(index_names(self.trace.start))))
            if binding is None or not alpha_equal(substitute(self.trace.result, binding), right):
                raise InconsistentTrace(f"{where}: what is inserted is no instance of the lemma derived for it")
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
            if step.cases and not _complete(step.cases):
                raise InconsistentTrace(f"{where}: the cases are not the two of one condition, equal and unequal")
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
            inner += [(f"{number}{letter}.", case.trace) for letter, case in lettered(step.cases)]
            for prefix, trace in inner:
                for below, lower in trace.walk():
                    yield prefix + below, lower


def lettered(cases: tuple[Case, ...]) -> Iterator[tuple[str, Case]]:
    """Each case with the letter that its steps are numbered by."""
    return zip(ascii_lowercase[: len(cases)], cases, strict=True)


def _complete(cases: tuple[Case, ...]) -> bool:
    pairs = {frozenset((c.condition.left, c.condition.right)) for c in cases}
    return len(pairs) == 1 and sorted(c.condition.sign for c in cases) == ["!=", "="]


def replace(t: Term, table: Mapping[Term, Term], bound: frozenset[str] = frozenset()) -> Term:
    """t with whole subterms replaced, outermost first.

    A replacement may mention the names its original mentions, bound ones included; raises
    `InconsistentTrace` where a sum around (``bound`` holds their names) would capture another.
    """
    if t in table:
        caught = (free_names(table[t]) - free_names(t)) & bound
        if caught:
            raise InconsistentTrace(f"a sum over {min(caught)} captures a name of what is inserted below it")
        return table[t]
    inside = bound | {t.index.name} if isinstance(t, Big) else bound
    return rebuild(t, tuple(replace(u, table, inside) for u in parts(t)))


def specialise(t: Term, condition: Relation) -> Term:
    """t under ``i = k`` (k replaced by i) or ``i != k`` (their delta replaced by 0)."""
    left, right = condition.left, condition.right
    match condition.sign:
        case "=":
            return substitute(t, {right: left} if isinstance(right, Symbol) else {left: right})
        case "!=":
            return _without_delta(t, frozenset((left, right)))
    raise InconsistentTrace(f"a case is given by = or !=, not by {condition.sign}")


def _without_delta(t: Term, pair: frozenset[Term]) -> Term:
    if isinstance(t, Delta) and {t.left, t.right} == pair:
        return ZERO
    if isinstance(t, Big) and t.index.name in union(pair):
        return t  # below, the name means another index
    return rebuild(t, tuple(_without_delta(u, pair) for u in parts(t)))
