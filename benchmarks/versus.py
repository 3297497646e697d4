"""Everyone who is installed, on the same four questions, and SymPy on losses written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec

import symderiv as sd
from benchmarks.entrant import Entrant
from benchmarks.losses import QUESTIONS, Stated
from benchmarks.timing import Timing, measure
from benchmarks.with_sympy import gradient_written_out, operations, simplified, written_out

PEERS = ("sympy", "tensorgrad", "pytensor")
SIZES = (3, 10, 20, 50)


def installed() -> list[str]:
    """The peers that can be asked here."""
    return [name for name in PEERS if find_spec(name)]


def ours() -> Iterator[Entrant]:
    """From SymPy expressions to the answer, the reading included."""
    for question, make in QUESTIONS.items():
        yield Entrant(question, f"symderiv {sd.__version__}", "Problem, derive", make, _derived, partial(_result, make))


def _derived(stated: Stated) -> sd.Derivation:
    return sd.derive(sd.Problem(**stated))


def _result(make: Callable[[str], Stated], _: object) -> str:
    return f"`{_derived(make('')).result}`"


def versus() -> Iterator[tuple[str, ...]]:
    """A row for every answer, by question, ours first."""
    asked = [*ours(), *(e for name in installed() for e in import_module(f"benchmarks.with_{name}").entrants())]
    for question in QUESTIONS:
        base: Timing | None = None
        for e in (e for e in asked if e.question == question):
            timing = measure(e.answer, e.state)
            base = base or timing
            ratio = f"{timing.milliseconds / base.milliseconds:.1f}x" if timing.runs else "-"
            yield question, e.who, e.how, str(timing), ratio, e.form(timing.result) if timing.runs else "-"


def growth_written_out() -> Iterator[tuple[str, ...]]:
    """SymPy on the loss written out: differentiated only, and simplified."""
    for size in SIZES:
        state = partial(written_out, size)
        bare, better = measure(gradient_written_out, state), measure(simplified, state)
        read = [str(operations(t.result)) if t.runs else "-" for t in (bare, better)]
        yield str(size), str(bare), read[0], str(better), read[1]
