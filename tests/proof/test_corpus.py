"""The corpus through the prover: no verdict wrong, none undecided."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from proof.corpus import CLAIMS, VACUOUS
from proof.corpus.known import KNOWN
from proof.corpus.record import Record, alternative, difference, parts_of
from proof.corpus.sums import SUMS
from proof.corpus.twins import twin

import symderiv as sd
from symderiv.proof.prove import decide
from symderiv.proof.verdict import Verdict

EVERY = [pytest.param(r, id=r.id) for r in CLAIMS]


@lru_cache(maxsize=1024)
def verdict(place: int) -> Verdict:
    return decide(parts_of(CLAIMS[place]).claim())


@pytest.mark.parametrize("place", [pytest.param(n, id=r.id) for n, r in enumerate(CLAIMS)])
def test_claims(place: int) -> None:
    found = verdict(place)
    assert found.status == CLAIMS[place].expected, found
    assert (found.counterexample is not None) == (found.status == "refuted")
    assert found.counterexample is None or found.counterexample.check()


@pytest.mark.parametrize("record", EVERY)
def test_twins(record: Record) -> None:
    found = decide(twin(parts_of(record)).claim())
    assert found.status == record.expected, found


@pytest.mark.parametrize("record", [p for p in EVERY if p.values[0].residual is not None])
def test_residuals(record: Record) -> None:
    assert decide(parts_of(difference(record)).claim()).status == "proved"


@pytest.mark.parametrize("record", [p for p in EVERY if p.values[0].holds_when])
def test_alternatives(record: Record) -> None:
    for facts in record.holds_when:
        assert decide(parts_of(alternative(record, facts)).claim()).status == "proved", facts


@pytest.mark.parametrize("record", [pytest.param(r, id=r.id) for r in VACUOUS])
def test_nothing_to_say(record: Record) -> None:
    found = decide(parts_of(record).claim())
    assert found.status == "undecided", found
    assert found.reason


def proved_or_not(record: Record) -> Any:
    return sd.prove(record.left, record.right, where=record.where, given=record.given)


FALSE = [p for p in EVERY[: len(KNOWN)] if p.values[0].expected == "refuted"]


@pytest.mark.parametrize("record", FALSE)
def test_what_a_refutation_says(record: Record) -> None:
    """Residual, alternatives and coincidences of the false claims in the table of known answers."""
    found = proved_or_not(record)
    if record.residual is not None:
        assert sd.prove(found.residual, record.residual, where=record.where, given=record.given)
    if record.coincidences is not None:
        at = [{str(size): n for size, n in sizes.items()} for sizes in found.coincidences]
        assert at == list(record.coincidences)
    if all(" = " in fact for facts in record.holds_when for fact in facts) and record.holds_when:
        assert len(found.holds_when) == len(record.holds_when)
    if record.witness:
        counterexample = found.counterexample
        assert {str(s): n for s, n in counterexample.sizes.items()} == record.witness["sizes"]
        assert {str(a): v for a, v in counterexample.values.items()} == record.witness["values"]


@pytest.mark.parametrize("record", [pytest.param(r, id=r.id) for r in SUMS if r.coincidences is not None])
def test_coincidences(record: Record) -> None:
    at = [{str(size): n for size, n in sizes.items()} for sizes in proved_or_not(record).coincidences]
    assert at == list(record.coincidences or ())


def test_none_wrong_none_undecided() -> None:
    found = [(r.id, r.expected, verdict(n).status) for n, r in enumerate(CLAIMS)]
    wrong = [row for row in found if row[1] != row[2]]
    assert not wrong
