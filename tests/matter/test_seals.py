"""The stamp: verdicts counted, and a digest that anybody can recompute."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256

import pytest
from matter.losses import brier, twin

import symderiv as sd
from symderiv.claims import Mistake
from symderiv.deciding import judgement
from symderiv.matter.seals import stamp
from symderiv.report.elements import Count


def test_what_was_decided_is_counted() -> None:
    problem = sd.load("softmax-cross-entropy")
    d = sd.derive(problem)
    found = stamp(d, judgement(problem))
    mistakes = sum(isinstance(c, Mistake) for c in problem.claims)
    others = len(tuple(problem.claims)) - mistakes
    assert found.counts == (
        Count("steps", len(d.verify()), 0, 0),
        Count("claims", others, 0, 0),
        Count("mistakes", 0, mistakes, 0),
    )
    assert found.version == sd.__version__


def test_lines_in_print_are_counted() -> None:
    problem = sd.load("source-a-l2")
    counts = {c.kind: c for c in stamp(sd.derive(problem), judgement(problem)).counts}
    assert counts["lines"].refuted > 0
    assert counts["lines"].proved > 0
    assert counts["lines"].total == counts["lines"].proved + counts["lines"].refuted


def test_kinds_of_which_there_are_none_are_left_out() -> None:
    found = stamp(sd.derive(twin()), judgement(twin()))
    assert [c.kind for c in found.counts] == ["steps"]
    assert found.command == ""


def test_the_digest_is_of_the_derivation() -> None:
    d = sd.derive(twin())
    assert d.digest == sd.derive(twin()).digest
    assert d.digest == sd.Derivation.from_dict(json.loads(json.dumps(d.to_dict()))).digest
    others = {d.digest, sd.derive(twin(), route="jacobian").digest, sd.derive(brier()).digest}
    assert len(others) == 3


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_command_recomputes_the_digest(seed: str) -> None:
    """The parts of the command of the stamp, one after the other, with any seed for hashes."""
    d = sd.derive(sd.load("entropy"))
    found = stamp(d, judgement(d.problem))
    first, second, *_ = found.command.replace("\n", "").split("|")
    env = {"PYTHONHASHSEED": seed, "PATH": ""}
    words = [sys.executable, "-m", *first.split()]
    data = subprocess.run(words, capture_output=True, check=True, env=env, timeout=60).stdout
    words = [sys.executable, *second.split()[1:]]
    line = subprocess.run(words, input=data, capture_output=True, check=True, timeout=60).stdout
    assert sha256(line).hexdigest()[:16] == found.digest == d.digest
