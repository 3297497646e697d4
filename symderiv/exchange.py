"""Derivations as plain data: what people read, and beside it the exact terms."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from symderiv.codec import TermWriter
from symderiv.doors.objects import describe
from symderiv.engine.derive import Derived, resting_on
from symderiv.printing import latex, plain
from symderiv.problem import Problem
from symderiv.statement import Relation, Statement
from symderiv.terms import Term
from symderiv.trace import Step, Trace

FORMAT = 2
DIGITS = 16


def digest(data: dict[str, Any]) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of what `written` made, as JSON on one line with sorted keys.

    In a shell, ``json.tool --sort-keys --compact --no-ensure-ascii`` writes that line.
    """
    line = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{line}\n".encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def written(problem: Problem, derived: Derived) -> dict[str, Any]:
    """A derivation as strings, numbers, lists and objects, ready for JSON."""
    to = _Writer()
    trace, own, later = derived.trace, problem.statement, derived.statement
    return {
        "format": FORMAT,
        "problem": problem.name,
        "title": problem.title,
        "about": problem.about,
        "meanings": dict(problem.meanings),
        "notation": problem.notation,
        "value": plain.plain(own.value),
        "wrt": [plain.plain(v) for v in own.variables],
        "where": [f"{plain.plain(d.head)} = {plain.plain(d.body)}" for d in own.definitions],
        "given": [plain.relation(f.relation) for f in own.facts],
        "start": plain.plain(trace.start),
        "result": plain.plain(trace.result),
        "result_latex": latex.latex(trace.result),
        "conditions": [plain.relation(c.relation) for c in resting_on(trace, derived.statement)],
        "remarks": [{"given": plain.relation(r.fact), "result": plain.plain(r.result)} for r in derived.remarks],
        "steps": to.steps(trace),
        "exact": {
            "start": to.term(trace.start),
            "statement": to.statement(own),
            "with_letters": None if later.definitions == own.definitions else to.statement(later),
            "remarks": [[*to.relation(r.fact), to.term(r.result)] for r in derived.remarks],
            "objects": describe(problem.surface),
            "terms": to.terms.rows,
        },
    }


@dataclass
class _Writer:
    terms: TermWriter = field(default_factory=TermWriter)

    def term(self, t: Term) -> int:
        return self.terms.place(t)

    def listed(self, many: Iterable[Term]) -> list[int]:
        return [self.term(t) for t in many]

    def relation(self, r: Relation) -> list[Any]:
        return [r.sign, self.term(r.left), self.term(r.right)]

    def statement(self, s: Statement) -> dict[str, Any]:
        return {
            "value": self.term(s.value),
            "variables": self.listed(s.variables),
            "definitions": [[d.name, self.listed(d.parameters), self.term(d.body)] for d in s.definitions],
            "facts": [[*self.relation(f.relation), self.listed(f.variables)] for f in s.facts],
            "shapes": [[name, self.listed(shape)] for name, shape in s.scope.shapes.items()],
            "indices": [[name, self.term(size)] for name, size in s.scope.indices.items()],
        }

    def steps(self, trace: Trace) -> list[dict[str, Any]]:
        return [self.step(s) for s in trace.steps]

    def step(self, s: Step) -> dict[str, Any]:
        found: dict[str, Any] = {
            "rule": s.rule,
            "reason": s.reason,
            "before": plain.plain(s.before),
            "after": plain.plain(s.after),
            "conditions": [
                {"relation": plain.relation(c.relation), "reason": c.reason, "exact": self.relation(c.relation)}
                for c in s.conditions
            ],
            "exact": [self.term(s.before), self.term(s.after)],
        }
        if s.lemma:
            pairs = [[self.term(left), self.term(right)] for left, right in s.lemma.instances]
            found["lemma"] = {**self.part(s.lemma.trace), "instances": pairs}
        if s.cases:
            found["cases"] = [
                {
                    "condition": plain.relation(c.condition),
                    "of": self.relation(c.condition),
                    **self.part(c.trace),
                }
                for c in s.cases
            ]
        return found

    def part(self, trace: Trace) -> dict[str, Any]:
        return {
            "start": plain.plain(trace.start),
            "result": plain.plain(trace.result),
            "steps": self.steps(trace),
            "exact": self.term(trace.start),
        }
