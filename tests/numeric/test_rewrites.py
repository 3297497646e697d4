"""Every law of the table of rewrites goes through the prover; `test_stability` tests that the matchers follow them."""

from __future__ import annotations

import pytest

from symderiv.numeric.rewrites.marks import HOLD, LIVE, WEIGHTED
from symderiv.numeric.rewrites.stable import REWRITES, Rewrite
from symderiv.proof.claim import claim
from symderiv.proof.prove import decide
from symderiv.statement import Fact, Relation
from symderiv.terms import ZERO, Entry, Function, Symbol, Term, parts, rebuild, times

A, B = Symbol("a"), Symbol("b")
W = Entry("w", (Symbol("k"),))
# what a law asks of its letters beside that both sides have a value
WHERE = {name: (Fact(Relation(">", A, ZERO)),) for name in ("complement", "log of shares")}
WHERE["complement"] += (Fact(Relation(">", B, ZERO)),)


def plain(t: Term) -> Term:
    """t in the working language: brackets gone; where a weight is not 0, what stands under it is itself."""
    match t:
        case Function(name, (u,)) if name == HOLD:
            return plain(u)
        case Function(name, (u, *_)) if name == LIVE:
            return plain(u)
        case Function(name, (u, v)) if name == WEIGHTED:
            return times(plain(u), plain(v))
    return rebuild(t, tuple(map(plain, parts(t))))


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda r: r.name)
def test_the_law_is_proved(rewrite: Rewrite) -> None:
    left, right = map(plain, rewrite.law)
    verdict = decide(claim(left, right, (), WHERE.get(rewrite.name, ())))
    assert verdict.status == "proved", verdict.reason
