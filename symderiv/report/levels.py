"""How much of a derivation is told: consecutive steps as one line, from their kinds alone.

``full`` shows every step, ``normal`` one line for a run of routine steps, ``brief`` one line for each
phase. A line that stands for several steps says what stood before the first and after the last, names
every rule that was applied, and needs all that its steps need; so it claims nothing that they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from symderiv.engine.kinds import PHASES, kind, together
from symderiv.errors import InputError
from symderiv.terms import Term
from symderiv.trace import Case, Condition, Step, Trace

BRIEF, NORMAL, FULL = DETAILS = ("brief", "normal", "full")


@dataclass(frozen=True)
class Stage:
    """The steps that one line stands for: one of them, or a run; ``first`` counts from 1."""

    first: int
    steps: tuple[Step, ...]
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Its sentences as one text."""
        return " ".join(self.reasons)

    @property
    def last(self) -> int:
        """The number of its last step."""
        return self.first + len(self.steps) - 1

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules applied, each once, in the order of their first use."""
        return tuple(dict.fromkeys(s.rule for s in self.steps))

    @property
    def after(self) -> Term:
        """The line that the steps lead to."""
        return self.steps[-1].after

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that the steps need."""
        return tuple(dict.fromkeys(c for s in self.steps for c in s.conditions))

    @property
    def lemmas(self) -> tuple[Trace, ...]:
        """The sub-derivations inserted, each once."""
        return tuple(dict.fromkeys(s.lemma.trace for s in self.steps if s.lemma))

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of a case split."""
        return tuple(case for s in self.steps for case in s.cases)


def stages(trace: Trace, detail: str) -> tuple[Stage, ...]:
    """The lines of a trace at a level of detail, every step in exactly one of them."""
    grouping, sentence = LEVELS[checked_detail(detail)]
    found = []
    for _, run in groupby(enumerate(trace.steps, 1), lambda pair: grouping(*pair)):
        numbers, steps = zip(*run, strict=True)
        reasons = (steps[0].reason,) if len(steps) == 1 else sentence(s.rule for s in steps)
        found.append(Stage(numbers[0], steps, reasons))
    return tuple(found)


def checked_detail(detail: Any) -> str:
    """The level of detail; raises `InputError` where there is none of that name."""
    if not isinstance(detail, str) or detail not in LEVELS:
        raise InputError(f"there is no level of detail {detail!r}; write {', '.join(DETAILS[:-1])} or {DETAILS[-1]}")
    return detail


def _alone(number: int, step: Step) -> tuple[str, int]:
    return step.rule, number


def _routine(number: int, step: Step) -> tuple[str, int]:
    """One key for a run of routine steps of a phase; a step that brings a sub-derivation stands alone."""
    found = kind(step.rule)
    return found.phase, number if not found.together or step.lemma or step.cases else 0


def _phase(number: int, step: Step) -> tuple[str, int]:
    return kind(step.rule).phase, 0


def _of_phase(rules: Iterable[str]) -> tuple[str, ...]:
    return (PHASES[kind(next(iter(rules))).phase],)


LEVELS: dict[str, tuple[Callable[[int, Step], tuple[str, int]], Callable[[Iterable[str]], tuple[str, ...]]]] = {
    BRIEF: (_phase, _of_phase),
    NORMAL: (_routine, together),
    FULL: (_alone, together),
}
