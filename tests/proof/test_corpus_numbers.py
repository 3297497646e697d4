"""The corpus against numbers, without the prover: every expected verdict holds at small sizes and random points."""

from __future__ import annotations

import pytest
from proof.corpus import CLAIMS, VACUOUS
from proof.corpus.chains import Derivation
from proof.corpus.record import Record, alternative, difference, parts_of
from proof.corpus.sources import SOURCES
from proof.corpus.survey import at_witness, equal, survey
from proof.corpus.twins import named, twin

EVERY = [pytest.param(r, id=r.id) for r in CLAIMS]
SAYS = {"proved": "equal", "refuted": "different"}


@pytest.mark.parametrize("record", EVERY)
def test_verdicts(record: Record) -> None:
    found = survey(parts_of(record).read())
    assert found.verdict == SAYS[record.expected], found
    if record.coincidences is not None:
        assert [*found.agree] == [*record.coincidences]


@pytest.mark.parametrize("record", EVERY)
def test_verdicts_of_twins(record: Record) -> None:
    claim = parts_of(record)
    other = twin(claim)
    assert (claim.left, claim.right) != (other.left, other.right) or not list(named(claim))
    assert survey(other.read(), seed=2).verdict == SAYS[record.expected]


@pytest.mark.parametrize("record", [p for p in EVERY if p.values[0].residual is not None])
def test_residuals(record: Record) -> None:
    assert survey(parts_of(difference(record)).read()).verdict == "equal"


@pytest.mark.parametrize("record", [p for p in EVERY if p.values[0].holds_when])
def test_alternatives(record: Record) -> None:
    for facts in record.holds_when:
        found = survey(parts_of(alternative(record, facts)).read())
        assert found.verdict == "equal", (facts, found)


@pytest.mark.parametrize("record", [p for p in EVERY if p.values[0].witness])
def test_witnesses(record: Record) -> None:
    assert not equal(*at_witness(parts_of(record).read(), record.witness))


@pytest.mark.parametrize("record", [pytest.param(r, id=r.id) for r in VACUOUS])
def test_nothing_to_say(record: Record) -> None:
    assert survey(parts_of(record).read()).verdict == "no points"


LINKS = [pytest.param(d, n, id=f"{d.id}, line {n + 1}") for d in SOURCES for n in range(1, len(d.lines))]


@pytest.mark.parametrize(("derivation", "place"), LINKS)
def test_links_of_the_sources(derivation: Derivation, place: int) -> None:
    link = derivation.link(place)
    assert survey(parts_of(link).read()).verdict == SAYS[link.expected]


@pytest.mark.parametrize(
    ("derivation", "place"), [pytest.param(d, n, id=f"{d.id}, line {n + 1}") for d in SOURCES for n, _ in d.broken]
)
def test_repairs_of_the_sources(derivation: Derivation, place: int) -> None:
    for link in derivation.mended(place):
        assert survey(parts_of(link).read()).verdict == "equal", link


def test_what_the_corpus_holds() -> None:
    ids = [r.id for r in (*CLAIMS, *VACUOUS)]
    assert len(set(ids)) == len(ids)
    assert len(CLAIMS) >= 250
    assert sum(r.expected == "refuted" for r in CLAIMS) >= 90
