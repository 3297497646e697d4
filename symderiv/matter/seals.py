"""The stamp of a set of notes: what was decided in it, and a digest to know the derivation by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from symderiv.claims import Mistake
from symderiv.derivation import Derivation
from symderiv.release import VERSION
from symderiv.report.elements import Count, Stamp
from symderiv.report.judged import Judgement
from symderiv.verdicts import Verdict
from symderiv.zoo import names

NOTES_FORMAT = 1
ONE_LINE = "python -m json.tool --sort-keys --compact --no-ensure-ascii"
RECOMPUTED = f"symderiv derive {{name}} --json |\n  {ONE_LINE} |\n  sha256sum | cut -c1-16"


def stamp(derivation: Derivation, judgement: Judgement) -> Stamp:
    """The stamp of the notes of a derivation: its verdicts and those on what the problem claims, counted.

    Steps are counted with those of lemmas and cases. Kinds of which there are none are left out.

    >>> from symderiv.derivation import derive
    >>> from symderiv.zoo import load
    >>> stamp(derive(load("logsumexp")), Judgement()).counts[0].undecided
    0
    """
    claims = [(isinstance(c.claim, Mistake), c.verdict) for c in judgement.claims]
    counts = (
        _count("steps", derivation.verify()),
        _count("claims", (v for mistake, v in claims if not mistake)),
        _count("mistakes", (v for mistake, v in claims if mistake)),
        _count("lines", (v for passage in judgement.passages for v in passage.links)),
    )
    name = derivation.problem.name
    command = RECOMPUTED.format(name=name) if name in names() else ""
    return Stamp(VERSION, NOTES_FORMAT, tuple(c for c in counts if c.total), derivation.digest, command)


def _count(kind: Literal["steps", "claims", "mistakes", "lines"], verdicts: Iterable[Verdict]) -> Count:
    found = Counter(v.status for v in verdicts)
    return Count(kind, found["proved"], found["refuted"], found["undecided"])
