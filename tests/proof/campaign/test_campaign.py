"""A slice of the campaign: no verdict is wrong, and few true claims stay undecided.

The long run is ``python -m tests.proof.campaign --claims 100000 --jobs 2``.
"""

from __future__ import annotations

from symderiv.proof.prove import decide

from .judge import judged
from .tally import Tally

SEEDS = range(600)
UNDECIDED = 0.002  # of the scrambled truths that have a value: what it is now, and it may only fall


def test_no_verdict_of_a_slice_is_wrong() -> None:
    tally = Tally()
    for seed in SEEDS:
        found = judged(seed, decide)
        tally.add(found)
        assert not found.failure, found
    print(tally)
    assert tally.share() <= UNDECIDED, tally
