"""The five sources' chains through check: every printed mistake at its line, every correct line proved, repairs."""

from __future__ import annotations

import pytest
from proof.corpus.chains import Derivation
from proof.corpus.record import parts_of
from proof.corpus.sources import SOURCES

import symderiv as sd
from symderiv.proof.prove import decide

EVERY = [pytest.param(d, id=d.id) for d in SOURCES]


@pytest.mark.parametrize("derivation", EVERY)
def test_every_line(derivation: Derivation) -> None:
    chain = sd.check(list(derivation.lines), where=derivation.where, given=derivation.given)
    broken = dict(derivation.broken)
    expected = ["refuted" if n in broken else "proved" for n in range(1, len(derivation.lines))]
    assert [link.status for link in chain.links] == expected, str(chain)
    assert chain.broken == (min(broken) - 1 if broken else None)
    for place in broken:
        assert chain.links[place - 1].counterexample.check()


@pytest.mark.parametrize("derivation", [p for p in EVERY if p.values[0].broken])
def test_repairs(derivation: Derivation) -> None:
    for place, broken in derivation.broken:
        for link in derivation.mended(place):
            assert decide(parts_of(link).claim()).status == "proved", link
        # the chain from the line before on, so that this link is its first broken one
        chain = sd.check(list(derivation.lines[place - 1 :]), where=derivation.where, given=derivation.given)
        assert chain.repair is not None
        assert chain.repair.skip == broken.skip
        assert chain.repair.corrected is not None
        if any("[" in fact for fact in broken.given):  # a relation between indices is no fact that can be given
            assert chain.repair.holds_when, str(chain)
