"""Rules and the strategies that apply them, recording every line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from symderiv.binders import free_names, opened
from symderiv.engine.polynomial import NONE, Preferred
from symderiv.errors import DidNotTerminate, InconsistentTrace
from symderiv.scope import Scope
from symderiv.statement import Relation, Statement
from symderiv.terms import Big, D, Stop, Term, kinds, parts, rebuild
from symderiv.trace import Case, Condition, Lemma, Step, Trace

LINES = 400


@dataclass(frozen=True)
class Context:
    """Where a rule looks: the problem, the scope at this place, the variables still to come.

    ``preferred`` says which indices a delta keeps: those of the value, then the variables'.
    """

    statement: Statement
    scope: Scope
    pending: tuple[Term, ...] = ()
    preferred: Preferred = NONE

    def within(self, t: Term) -> Context:
        """The context inside a sum or a derivative, which is still to be taken there; any other node has its own."""
        match t:
            case Big():
                return replace(self, scope=self.scope.within(t.index, t.size))
            case D():
                return replace(self, pending=(t.variable, *self.pending))
        return self

    @cached_property
    def names(self) -> frozenset[str]:
        """Every letter of the problem; new indices avoid them all."""
        return self.statement.names.union(self.scope.indices)


@dataclass(frozen=True)
class Rewritten:
    """What a rule made of a term, and what that needs."""

    after: Term
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Law:
    """left = right, for all terms in place of the symbols, where the conditions hold.

    ``constant`` names the symbols that must not depend on the variable of differentiation.
    """

    left: Term
    right: Term
    conditions: tuple[Relation, ...] = ()
    constant: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A named rewriting: ``match`` returns None where the rule does not apply.

    ``on`` names the node types it can match at, for speed only.
    """

    id: str
    sentence: str
    match: Callable[[Term, Context], Rewritten | None]
    law: Law | None = None
    on: tuple[type[Term], ...] = ()

    def may_match(self, t: Term) -> bool:
        """Whether t holds a node of the types the rule looks at (all, where it names none)."""
        return not self.on or not kinds(t).isdisjoint(self.on)


@dataclass
class Record:
    """The lines written so far, from ``start`` on."""

    start: Term
    steps: list[Step] = field(default_factory=list)

    @property
    def line(self) -> Term:
        """The line the next step starts from."""
        return self.steps[-1].after if self.steps else self.start

    def add(
        self,
        rule: str,
        reason: str,
        after: Term,
        conditions: Iterable[Condition] = (),
        lemma: Lemma | None = None,
        cases: tuple[Case, ...] = (),
    ) -> None:
        """Write one more line; a line that changes nothing is not one."""
        if after is self.line and not cases:
            return
        if len(self.steps) >= LINES:
            raise DidNotTerminate(f"gave up after {LINES} lines; the last rule was {rule}", tuple(self.steps))
        self.steps.append(Step(rule, reason, self.line, after, tuple(dict.fromkeys(conditions)), lemma, cases))

    def trace(self) -> Trace:
        """The finished trace."""
        return Trace(self.start, tuple(self.steps))


def everywhere(rule: Rule, t: Term, context: Context) -> Rewritten | None:
    """Apply a rule at every outermost place where it matches; None if there is no such place."""
    conditions: list[Condition] = []
    after = _everywhere(rule, t, context, conditions, frozenset())
    return None if after is t else Rewritten(after, tuple(conditions))


def _everywhere(rule: Rule, t: Term, context: Context, conditions: list[Condition], bound: frozenset[str]) -> Term:
    if not rule.may_match(t):
        return t
    found = rule.match(t, context) if not rule.on or isinstance(t, rule.on) else None
    if found is not None:
        caught = (free_names(found.after) - free_names(t)) & bound
        if caught:
            raise InconsistentTrace(f"the rule {rule.id} brings a name below a sum over {min(caught)} that captures it")
        conditions.extend(found.conditions)
        return found.after
    below = context.within(t)
    if isinstance(t, Stop) and D not in kinds(t.body):
        return t
    inside = bound | {t.index.name} if isinstance(t, Big) else bound
    return rebuild(t, tuple(_everywhere(rule, u, below, conditions, inside) for u in parts(t)))


def exhaust(rules: tuple[Rule, ...], record: Record, context: Context) -> None:
    """Apply the first rule of the table that applies anywhere, until none does."""
    while True:
        for rule in rules:
            found = everywhere(rule, record.line, context)
            if found is not None:
                record.add(rule.id, rule.sentence, found.after, found.conditions)
                break
        else:
            return


def open_sum(t: Big, context: Context, extra: frozenset[str] = frozenset()) -> Big:
    """The sum with an index apart from every free index around it."""
    return opened(t, extra, context.names)
