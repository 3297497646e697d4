"""Bugs put into the engine's rules and into binders on purpose: each makes a derivation with a refuted step.

What judges the steps differentiates by itself, so a wrong rule cannot verify what it made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

from symderiv import binders, keys
from symderiv.derivation import derive
from symderiv.engine import chain
from symderiv.engine.laws import by_law
from symderiv.engine.rewrite import Context, Law, Rewritten
from symderiv.engine.rules.calculus import QUOTIENT
from symderiv.errors import SymderivError
from symderiv.nodes import ONE, Big, D, Delta, Entry, Neg, Plus, Quotient, Term, Times
from symderiv.problem import Problem
from symderiv.terms import big, times

K = symbols("K")
i, j, k = symbols("i j k")
z, y, p, x, w, v = map(IndexedBase, ("z", "y", "p", "x", "w", "v"))
ones = Eq(Sum(y[k], (k, 1, K)), 1)
softmax = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
PROBLEMS = {
    "softmax cross-entropy": Problem("p", -Sum(y[k] * log(p[k]), (k, 1, K)), z[i], softmax, [ones]),
    "softmax": Problem("s", p[k], z[i], softmax),
    "ratio of sums": Problem("r", Sum(w[k] * x[k] ** 2, (k, 1, K)) / Sum(x[k], (k, 1, K)), x[i]),
    # the letters of the sums are those of the entry and of the variable
    "clash": Problem("c", Sum(x[k] * Sum(w[i] * x[i], (i, 1, K)), (k, 1, K)), x[i]),
    # the letter of the sum in the definition is the index it is used at
    "spread": Problem("v", v[j], x[i], {v[k]: Sum((x[j] - x[k]) ** 2 * w[j], (j, 1, K))}),
    "product": Problem("d", Sum(x[k] * exp(x[k]), (k, 1, K)), x[i]),
}
Match = Callable[[Term, Context], Rewritten | None]


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    yield
    for cached in (KEY, NESTING):
        cached.cache_clear()


KEY, NESTING = keys.key, keys.nesting


def with_rule(patch: pytest.MonkeyPatch, name: str, match: Match) -> None:
    """The engine with another match function for a rule."""
    for table in ("DIFFERENTIATE", "CARRY_OUT", "KNOWN_SUMS"):
        rules = getattr(chain, table)
        patch.setattr(chain, table, tuple(replace(r, match=match) if r.id == name else r for r in rules))


def refuted(name: str) -> bool:
    """Whether a step of the derivation is refuted, or the engine notices by itself that something is wrong."""
    try:
        return any(verdict.status == "refuted" for verdict in derive(PROBLEMS[name]).verify())
    except SymderivError:
        return True


def quotient_sign(t: Term, context: Context) -> Rewritten | None:
    return by_law(Law(QUOTIENT.left, _wrong_sign(QUOTIENT.right)), base="v")(t, context)


def _wrong_sign(t: Term) -> Term:
    assert isinstance(t, Quotient)
    assert isinstance(t.top, Plus)
    u, v = t.top.summands
    assert isinstance(v, Neg)
    return Quotient(Plus((u, v.body)), t.bottom)


def dropped_term(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Times((u, *rest)), variable):
            return Rewritten(times(*rest, D(u, variable)))
    return None


def missing_substitution(t: Term, context: Context) -> Rewritten | None:
    """The delta goes and its index stays: another letter than the right one."""
    match t:
        case Big(index, _, Times(many), ()):
            found = [u for u in many if isinstance(u, Delta) and index in (u.left, u.right)]
            if found:
                rest = times(*(u for u in many if u is not found[0]))
                return Rewritten(binders.substitute(rest, {index: ONE}))
    return None


def pulled_out(t: Term, context: Context) -> Rewritten | None:
    match t:
        case Big(index, size, Times((u, *rest)), ()) if binders.mentions(u, index) and not isinstance(u, Delta):
            return Rewritten(times(binders.substitute(u, {index: ONE}), big(index, size, times(*rest))))
    return None


def diagonal_only(t: Term, context: Context) -> Rewritten | None:
    match t:
        case D(Entry(a, _), Entry(b, _)) if a == b:
            return Rewritten(ONE)
    return None


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_sound_engine_is_not_refuted(name: str) -> None:
    assert not refuted(name)


@pytest.mark.parametrize(
    ("rule", "match", "name"),
    [
        ("quotient", quotient_sign, "softmax"),
        ("quotient", quotient_sign, "ratio of sums"),
        ("product", dropped_term, "product"),
        ("sift", missing_substitution, "ratio of sums"),
        ("sift", missing_substitution, "softmax cross-entropy"),
        ("pull-out", pulled_out, "ratio of sums"),
        ("entry", diagonal_only, "softmax"),
        ("entry", diagonal_only, "softmax cross-entropy"),
        ("entry", diagonal_only, "clash"),
    ],
)
def test_a_wrong_rule_is_refuted(rule: str, match: Match, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_rule(monkeypatch, rule, match)
    assert refuted(name)


def capturing(t: Term, live: dict[str, Term]) -> Term:
    """A sum keeps its letter whatever arrives below it."""
    if not isinstance(t, Big):
        return SUBSTITUTE(t, live)
    inner = {name: u for name, u in live.items() if name != t.index.name}
    return big(t.index, SUBSTITUTE(t.size, live), capturing(t.body, inner), t.excluded)


SUBSTITUTE = binders._substitute


def test_a_capture_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binders, "_substitute", capturing)
    assert refuted("spread")
