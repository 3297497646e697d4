"""The rules that a derivation uses: all of them named, each law one that holds."""

from __future__ import annotations

import pytest
from engine.test_laws import RULES
from matter.losses import barrier, brier, ridge, springs, twin

import symderiv as sd
from symderiv.binders import substitute
from symderiv.engine.rewrite import Context
from symderiv.engine.rules.calculus import CALCULUS
from symderiv.engine.sentences import SENTENCES
from symderiv.matter.tools import ENTRY, WAYS, toolkit
from symderiv.printing.latex import latex
from symderiv.printing.notation import DEFAULT, settle
from symderiv.printing.plain import plain
from symderiv.proof.claim import claim
from symderiv.proof.prove import decide
from symderiv.statement import state
from symderiv.terms import D, Symbol

OWN = (twin, ridge, brier, springs, barrier)
PROBLEMS = [*(pytest.param(sd.load(n), id=n) for n in sd.names()), *(pytest.param(f(), id=f.__name__) for f in OWN)]
PLAIN_ALGEBRA = SENTENCES.keys() - WAYS.keys()


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_rule_of_a_derivation_is_named(problem: sd.Problem) -> None:
    for route in ("chain", "cases"):
        trace = sd.derive(problem, route=route).trace
        used = {step.rule for _, step in trace.walk()}
        tools = toolkit(trace)
        assert {t.rule for t in tools} == used - PLAIN_ALGEBRA
        assert len({t.rule for t in tools}) == len(tools)
        assert all(t.sentence.endswith(".") and "{" not in t.sentence for t in tools)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_law_is_one_that_is_tried_with_the_rules(problem: sd.Problem) -> None:
    """tests/engine/test_laws.py holds that the law of each of its rules is true."""
    laws = {rule.law for rule in RULES if rule.law is not None} | {ENTRY}
    assert {t.law for t in toolkit(sd.derive(problem).trace) if t.law is not None} <= laws


def test_the_law_of_an_entry_is_proved_and_is_what_its_rule_does() -> None:
    assert decide(claim(ENTRY.left, ENTRY.right)).status == "proved"
    rule = next(r for r in CALCULUS if r.id == "entry")
    at = {Symbol("k"): Symbol("n")}
    left = substitute(ENTRY.left, at)
    assert isinstance(left, D)
    given = state("law", left.body, (left.variable,), (), (), {})
    found = rule.match(left, Context(given, given.scope))
    assert found is not None
    assert found.after is substitute(ENTRY.right, at)


def test_derivatives_come_first_each_group_by_first_use() -> None:
    tools = toolkit(sd.derive(sd.load("softmax-cross-entropy")).trace)
    assert [t.rule for t in tools] == [
        "linearity",
        "constant-factor",
        "log",
        "quotient",
        "exp",
        "entry",
        "sift",
        "distribute",
        "split-sum",
        "pull-out",
        "given",
        "cancel",
        "lemma",
        "definition",
        "cases",
        "fold",
    ]


def test_laws_print_well() -> None:
    tools = toolkit(sd.derive(sd.load("softmax-cross-entropy")).trace)
    shown = {}
    for t in tools:
        if t.law is not None:
            to = settle(DEFAULT, t.terms())
            shown[t.name] = f"{latex(t.law.left, to)} = {latex(t.law.right, to)}"
    assert shown["log"] == "\\frac{\\partial}{\\partial x} \\log u = \\frac{1}{u} \\frac{\\partial u}{\\partial x}"
    assert plain(ENTRY.right) == "delta(i, k)"
