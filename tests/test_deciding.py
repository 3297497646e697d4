"""Claims of a problem decided, on losses that the zoo does not have and on renamed twins."""

from __future__ import annotations

import pytest
from sympy import Eq, Gt, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from symderiv.deciding import judged, judgement
from symderiv.errors import InputError
from symderiv.printing.plain import plain, relation

i, j, k, m, n, K, N, c = symbols("i j k m n K N c")
u, w, x, y = map(IndexedBase, "uwxy")


def variance(*claims: sd.Claim | sd.Passage) -> sd.Problem:
    """A weighted variance: the weights add up to 1."""
    mean = symbols("mu")
    return sd.Problem(
        name="variance",
        where={mean: Sum(w[k] * x[k], (k, 1, K))},
        value=Sum(w[k] * (x[k] - mean) ** 2, (k, 1, K)),
        wrt=x[i],
        given=[Eq(Sum(w[k], (k, 1, K)), 1)],
        claims=claims,
    )


def test_a_claim_is_tried_without_each_fact_it_needs() -> None:
    claim = sd.Claim("gradient", "dL/dx[i] = 2*w[i]*(x[i] - mu)")
    found = judged(variance(), claim)
    assert found.verdict.status == "proved"
    ((fact, weaker),) = found.without
    assert relation(fact.relation) == "sum(w[k], k=1..K) = 1"
    assert weaker.status == "refuted"
    assert [relation(r) for r in weaker.alternatives] != []


def test_facts_of_the_claim_alone_are_not_withdrawn() -> None:
    claim = sd.Claim("flat", "dL/dx[i] = 0", given="x[k] = c")
    found = judged(variance(), claim)
    assert found.verdict.status == "proved"
    assert all("x[" not in relation(fact.relation) for fact, _ in found.without)


def test_a_mistake_comes_with_what_should_stand_there() -> None:
    claim = sd.Mistake("no 2", "dL/dx[i] = w[i]*(x[i] - mu)", instead="dL/dx[i] = 2*w[i]*(x[i] - mu)")
    found = judged(variance(), claim)
    assert found.verdict.status == "refuted"
    assert found.instead is not None
    assert found.instead.status == "proved"
    assert found.without == ()


def test_a_passage_is_checked_line_by_line() -> None:
    lines = ["dL/dx[i]", "2*w[i]*(x[i] - mu)*(1 - w[i])", "2*w[i]*(x[i] - mu)"]
    (read,) = judgement(variance(sd.Passage("in print", lines))).passages
    assert [v.status for v in read.links] == ["refuted", "refuted"]
    assert read.repairs[0] is not None
    assert read.repairs[0].skip
    assert read.outcome == "wrong at lines 2 and 3"


def test_claims_in_sympy_and_in_text_and_a_clashing_twin() -> None:
    """The same loss with the letters of the claim's sums and indices in other places."""
    s, K_ = IndexedBase("i_"), symbols("j")
    twin = sd.Problem(
        name="twin",
        where={s[n]: exp(y[n]) / Sum(exp(y[k]), (k, 1, K_))},
        value=-Sum(u[n] * log(s[n]), (n, 1, K_)),
        wrt=y[m],
        given=[Eq(Sum(u[n], (n, 1, K_)), 1), Gt(u[n], 0)],
    )
    for equation in ("dL/dy[m] = i_[m] - u[m]", (sd.derive(twin).result, s[m] - u[m])):
        assert judged(twin, sd.Claim("gradient", equation)).verdict.status == "proved"
    wrong = judged(twin, sd.Mistake("chain", "dL/dy[m] = dL/di_[n]*di_[n]/dy[m]"))
    assert wrong.verdict.status == "refuted"
    assert [dict(at) for at in wrong.verdict.coinciding] == [{"j": 1}]


def test_an_error_names_the_claim() -> None:
    with pytest.raises(InputError, match=r"the claim 'an inequality' of variance: .*no equation"):
        judgement(variance(sd.Claim("an inequality", "L > 0")))
    with pytest.raises(InputError, match="the claim 'unread' of variance: "):
        judgement(variance(sd.Passage("unread", ["L", "L +"])))


def test_every_term_of_the_verdicts_is_told() -> None:
    found = judgement(variance(sd.Claim("gradient", "dL/dx[i] = 2*w[i]*(x[i] - q)", where="q = mu")))
    assert {"q", "mu"} <= {plain(t) for t in found.terms()}
