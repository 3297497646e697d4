"""Every law of the table of rewrites goes through the prover; `test_stability` tests that the matchers follow them."""

from __future__ import annotations

import pytest

from symderiv.numeric.rewrites.marks import FILLED, HOLD, LIVE, LOG_REST, SHIFTED, WEIGHTED, has_live
from symderiv.numeric.rewrites.passes import PASSES
from symderiv.numeric.rewrites.stable import REWRITES, Rewrite
from symderiv.proof.claim import claim
from symderiv.proof.prove import decide
from symderiv.statement import Fact, Relation
from symderiv.terms import (
    ONE,
    ZERO,
    Entry,
    Exp,
    Function,
    Log,
    Symbol,
    Term,
    delta,
    minus,
    parts,
    plus,
    quo,
    rebuild,
    subterms,
    times,
)

A, B = Symbol("a"), Symbol("b")
AT = Symbol("i")
W, X = (Entry(n, (Symbol("k"),)) for n in "wx")
LAWS = (*REWRITES, *PASSES)
# what a law asks of its letters beside that both sides have a value
WHERE = {name: (Fact(Relation(">", A, ZERO)),) for name in ("complement", "log of shares", "log near 0")}
WHERE["complement"] += (Fact(Relation(">", B, ZERO)),)


def is_marked(t: Term) -> bool:
    """Whether something in t counts only where a weight is not 0."""
    return any(isinstance(u, Function) and u.name in (LIVE, FILLED, WEIGHTED) for u in subterms(t))


def plain(t: Term, at: Symbol | None = None) -> Term:
    """t in the working language: brackets gone, a maximum that only shifts any number, marks as they are defined.

    Every weight is not 0, or that of the index ``at`` is, whatever the others are.
    """

    def inner(u: Term) -> Term:
        return plain(u, at)

    def peak(by: Term) -> Term:
        return Symbol("peak of those that count" if has_live(by) else "peak")

    def some(*weights: Term) -> Term:
        """1, but 0 where one of the weights is 0."""
        entries = [w for w in weights if isinstance(w, Entry)]
        return ONE if at is None else times(*(minus(ONE, delta(at, w.indices[0])) for w in entries if w.array == "w"))

    match t:
        case Entry("w", _):
            return times(some(t), t)
        case Function(name, (u,)) if name == HOLD:
            return inner(u)
        case Exp(Function(name, (u, *weights))) if name == LIVE:
            return times(some(*weights), Exp(inner(u)))
        case Exp(Function(name, (Function(live, (u, *weights)), by))) if (name, live) == (SHIFTED, LIVE):
            return times(some(*weights), Exp(minus(inner(u), peak(by))))
        case Function(name, (u, by)) if name == SHIFTED:
            return minus(inner(u), peak(by))
        case Function(name, (u, w)) if name == FILLED:
            return plus(times(some(w), inner(u)), minus(ONE, some(w)))
        case Function(name, (_, v)) if name == LOG_REST:
            return inner(v)
        case Function(name, (w, v)) if name == WEIGHTED:
            return times(some(w), inner(w), inner(v))
    return rebuild(t, tuple(map(inner, parts(t))))


@pytest.mark.parametrize("rewrite", LAWS, ids=lambda r: r.name)
def test_the_law_is_proved(rewrite: Rewrite) -> None:
    left, right = map(plain, rewrite.law)
    verdict = decide(claim(left, right, (), WHERE.get(rewrite.name, ())))
    assert verdict.status == "proved", verdict.reason


@pytest.mark.parametrize("rewrite", [r for r in LAWS if any(map(is_marked, r.law))], ids=lambda r: r.name)
def test_the_law_is_proved_where_a_weight_is_0(rewrite: Rewrite) -> None:
    left, right = (plain(t, AT) for t in rewrite.law)
    verdict = decide(claim(left, right, (), ()))
    assert verdict.status == "proved", verdict.reason


@pytest.mark.parametrize("mark", [r.law[1] for r in LAWS if getattr(r.law[1], "name", "") == LOG_REST])
def test_both_forms_of_a_logarithm_are_proved_equal(mark: Function) -> None:
    share, log_value = map(plain, mark.arguments)
    assert decide(claim(Log(minus(ONE, share)), log_value, (), ())).status == "proved"


def test_a_mark_beside_another_weight_is_refuted() -> None:
    """The proof above is about something."""
    other = Entry("w", (Symbol("l"),))
    left, right = (plain(t, AT) for t in (times(W, X), Function(WEIGHTED, (other, quo(times(W, X), other)))))
    assert decide(claim(left, right, (), ())).status == "refuted"
