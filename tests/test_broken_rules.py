"""A broken rule never makes a verified derivation: each rule is broken in several ways while losses are derived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sympy import Eq, Gt, IndexedBase, Sum, exp, log, sqrt, symbols

import symderiv as sd
from symderiv.engine.chain import CARRY_OUT, DIFFERENTIATE
from symderiv.engine.rewrite import Context, Rewritten, Rule
from symderiv.errors import InconsistentTrace, SymderivError
from symderiv.terms import ONE, Entry, Neg, Plus, Term, Times, number, parts, rebuild

K, T = symbols("K T")
i, j, k = symbols("i j k")
z, y, p, x, s = map(IndexedBase, "zypxs")
SOFTMAX = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
LOSSES = (
    (-Sum(y[k] * log(p[k]), (k, 1, K)), z[i], SOFTMAX, [Eq(Sum(y[k], (k, 1, K)), 1)]),
    (-Sum(y[k] * log(p[k]), (k, 1, K)), z[i], SOFTMAX, [sd.one_hot(y[k], symbols("c"))]),
    (Sum(log(1 + exp(x[k] / T)) * (x[k] - T) ** 3, (k, 1, K)), x[i], None, []),
    (sqrt(Sum(x[k] ** 2, (k, 1, K))) + Sum(x[k] ** x[k], (k, 1, K)), x[i], None, [Gt(x[k], 0)]),
    (Sum(log(x[k] * exp(z[k]) / s[k]), (k, 1, K)), z[i], None, [Gt(x[k], 0), Gt(s[k], 0)]),
)
RULES = tuple({r.id: r for r in (*DIFFERENTIATE, *CARRY_OUT)}.values())
Break = Callable[[Term], Term]


def dropped(t: Term) -> Term:
    """Without its first summand or factor."""
    match t:
        case Plus(many) | Times(many):
            return many[1] if len(many) == 2 else type(t)(many[1:])
    inner = tuple(map(dropped, parts(t)))
    return t if inner == parts(t) else rebuild(t, inner)


def renamed(t: Term) -> Term:
    """With another index in its first entry, as if a substitution had been forgotten."""
    if isinstance(t, Entry):
        return Entry(t.array, (*t.indices[:-1], number(1)))
    below = list(parts(t))
    for n, u in enumerate(below):
        if (other := renamed(u)) is not u:
            below[n] = other
            return rebuild(t, tuple(below))
    return t


BREAKS: dict[str, Break] = {
    "wrong sign": Neg,
    "twice": lambda t: Times((number(2), t)),
    "one too many": lambda t: Plus((t, ONE)),
    "dropped": dropped,
    "not substituted": renamed,
}


@contextmanager
def broken(rule: Rule, how: Break) -> Iterator[list[bool]]:
    """Within, the rule is broken wherever it applies; the list tells whether that ever changed a line."""
    changed: list[bool] = []
    original = rule.match

    def mutant(t: Term, context: Context) -> Rewritten | None:
        found = original(t, context)
        if found is None:
            return None
        after = how(found.after)
        changed.extend([True] if after is not found.after else [])
        return Rewritten(after, found.conditions)

    object.__setattr__(rule, "match", mutant)
    try:
        yield changed
    finally:
        object.__setattr__(rule, "match", original)


@cache
def results() -> tuple[Term, ...]:
    """The results of the losses with the rules as they are."""
    return tuple(sd.derive(value, wrt, where=where, given=given).trace.result for value, wrt, where, given in LOSSES)


def test_the_losses_are_verified_as_they_are() -> None:
    for value, wrt, where, given in LOSSES:
        assert sd.derive(value, wrt, where=where, given=given).verified


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_broken_rule_never_makes_a_wrong_derivation_that_is_verified(rule: Rule, how: str) -> None:
    right = results()
    for n, (value, wrt, where, given) in enumerate(LOSSES):
        with broken(rule, BREAKS[how]) as changed:
            try:
                derivation = sd.derive(value, wrt, where=where, given=given)
            except (SymderivError, RecursionError):
                continue  # refused loudly
        if changed and any(s.rule == rule.id for _, s in derivation.trace.walk()):
            wrong = not sd.prove(*map(derivation.problem.surface.expression, (derivation.trace.result, right[n])))
            assert not (wrong and derivation.verified), (rule.id, how, str(derivation))


@pytest.mark.parametrize("name", ["quotient", "log", "sift"])
def test_a_wrong_derivation_gets_no_notes_and_does_not_travel(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only `check` shows a wrong derivation, and says so: what the engine made is refused where it is refuted."""
    value, wrt, where, given = LOSSES[0]
    rule = next(r for r in RULES if r.id == name)
    problem = sd.Problem("broken", value, wrt, where, given)
    with broken(rule, BREAKS["twice"]) as changed:
        derivation = sd.derive(problem)
        with pytest.raises(InconsistentTrace, match="the derived gradient is wrong, at K = 2"):
            sd.report(problem, out=tmp_path)
        monkeypatch.setattr("symderiv.derivation.vouched", lambda trace, _: trace.result)  # what stands behind it
        with pytest.raises(InconsistentTrace, match="the gradient check of the generated code fails"):
            sd.report(problem, out=tmp_path)
        monkeypatch.setattr("symderiv.matter.evidence.EFFORT", 0)  # no gradient check: the steps speak for themselves
        with pytest.raises(InconsistentTrace, match=r"step \S+ of broken is refuted"):
            sd.report(problem, out=tmp_path)
    assert changed
    assert not derivation.verified
    assert "refuted" in [v.status for v in derivation.verify()]
    assert not list(tmp_path.iterdir())
    with pytest.raises(InconsistentTrace, match="the derivation is false at step"):
        sd.Derivation.from_dict(derivation.to_dict())
