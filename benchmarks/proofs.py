"""The prover's times: claims, side by side with those who can be asked, a derivation's steps, the corpus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import symderiv as sd
from benchmarks.claims import CLAIMS, Asked
from benchmarks.losses import cross_entropy
from benchmarks.timing import Timing, measure
from benchmarks.versus import installed

ROOT = Path(__file__).parents[1]
VERIFY, CORPUS, MEMORY = 100, 10_000, 300  # milliseconds, milliseconds, megabytes
CHECKERS = ("sympy", "tensorgrad")


def claims() -> Iterator[tuple[str, ...]]:
    """A row for every claim and everyone who can be asked it, ours first."""
    others = [import_module(f"benchmarks.with_{name}") for name in CHECKERS if name in installed()]
    for claim in CLAIMS:
        ours = measure(proved, claim.asked, min)
        target = f"{claim.target:g} ms, {_met(ours.milliseconds, claim.target)}"
        said = _said(ours.result) + ("" if ours.result.status == claim.expected else ", WRONG")
        yield claim.name, f"symderiv {sd.__version__}", str(ours), target, "1.0x", said
        for one in (c for module in others for c in module.checkers(claim)):
            timing = measure(one.check, one.state, min)
            ratio = f"{timing.milliseconds / ours.milliseconds:.1f}x" if timing.runs else "-"
            said = f"difference {'0' if timing.result else 'not simplified to 0'}, {one.reach}" if timing.runs else "-"
            yield claim.name, one.who, str(timing), "", ratio, said


def proved(asked: Asked) -> sd.Verdict:
    """A claim decided, the reading of its SymPy expressions included."""
    return sd.prove(asked.left, asked.right, where=asked.where, given=asked.given)


def _said(verdict: sd.Verdict) -> str:
    if verdict.status == "proved":
        return "proved, for all sizes"
    point = verdict.counterexample
    return verdict.status if point is None else f"refuted, with a point of size {max(point.sizes.values())}"


def whole() -> Iterator[tuple[str, ...]]:
    """The flagship derivation verified, and the whole corpus in a process of its own."""
    timing = measure(lambda d: d.verify(), lambda tag: sd.derive(sd.Problem(**cross_entropy(tag))), min)
    found = timing.result
    open_steps = sum(v.status != "proved" for v in found)
    steps = f"{len(found)} steps, " + ("all proved" if not open_steps else f"{open_steps} not proved")
    yield "verify the flagship derivation", str(timing), f"{VERIFY} ms, {_met(timing.milliseconds, VERIFY)}", steps
    corpus = _corpus()
    spent = Timing(corpus["milliseconds"], 1)
    wrong = f"{corpus['wrong']} with another verdict than known"
    counted = f"{corpus['claims']} claims, {wrong}; the slowest {Timing(corpus['slowest'], 1)}, the middle one "
    counted += f"{Timing(corpus['median'], 1)}"
    yield "decide the corpus", str(spent), f"{CORPUS // 1000} s, {_met(spent.milliseconds, CORPUS)}", counted
    used = corpus["megabytes"]
    yield "its memory at most", f"{used:.0f} MB", f"{MEMORY} MB, {_met(used, MEMORY)}", "Python and SymPy included"


def _corpus() -> dict[str, Any]:
    around = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    command = [sys.executable, "-m", "benchmarks.corpus"]
    printed = subprocess.run(command, env=around, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def _met(value: float, target: float) -> str:
    return "met" if value <= target else "missed"
