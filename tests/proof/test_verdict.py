"""Verdicts as text and as plain data."""

from __future__ import annotations

import json
from fractions import Fraction

from oracle.witness import Witness

from symderiv.proof.verdict import Verdict


def test_text_and_data() -> None:
    witness = Witness({"K": 2}, {"i": 1}, {"z": (Fraction(1, 2), Fraction(3)), "lam": Fraction(1)}, "1/2", "0.69")
    verdict = Verdict("refuted", "the two sides differ", (), witness)
    assert str(verdict) == (
        "refuted: the two sides differ; at K = 2, i = 1, z = (1/2, 3), lam = 1 "
        "the left side is 1/2, the right side 0.69"
    )
    assert json.loads(json.dumps(verdict.to_dict()))["counterexample"]["values"]["z"] == ["1/2", "3"]
    assert Verdict("proved", "for all K").to_dict()["counterexample"] is None
