"""Generated NumPy beside all others: ``python -m benchmarks.numpy_speed`` prints tables, ``--quick`` in fewer rounds.

Every answer is compared with the textbook's in double precision before anything is timed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

import symderiv as sd
from benchmarks import with_numpy
from benchmarks.contest import Way, agree, contest
from benchmarks.lowered import QUESTIONS, flagship, functions, generic, ways
from benchmarks.table import section
from benchmarks.timing import measure

Shape = tuple[int, ...]
Times = Mapping[str, float]  # median seconds of each way
UNIT, SUBTRACT = "np.exp(z, out=g) alone", "np.subtract(z, y, out=g) alone"
TEXTBOOK, BY_HAND, TORCH = "textbook NumPy", "best NumPy by hand", "torch autograd"
OURS, INTO, NATIVE = "symderiv", "symderiv, out=", "symderiv, numba, out="
RIVALS = {"torch": "with_torch", "jax": "with_jax"}
FLAGSHIP, MEAN = "cross-entropy", "mean cross-entropy"
DTYPES = ("float64", "float32")
LARGE: tuple[Shape, ...] = ((256, 1000), (4096, 1000), (32, 50257), (8, 128256))
SHAPES: tuple[Shape, ...] = ((1, 3), (1, 10), (64, 10), (4096, 10), *LARGE)
MEANS: tuple[Shape, ...] = ((64, 10), (4096, 10), (256, 1000), (4096, 1000))
OTHERS: Mapping[str, tuple[Shape, ...]] = {
    "softmax Jacobian": ((1, 1000), (64, 100)),
    "linear layer, dW": ((256, 784, 10), (1024, 512, 1000)),
    "binary cross-entropy": ((64, 10), (1, 1000000)),
    "entropy": ((64, 10), (4096, 1000)),
}
ITEMS, CLASSES, MOST = (1, 64, 4096), (3, 10, 100, 1000, 10000), 5_000_000
LOWER_TARGET = 30  # milliseconds
DISPATCH = 1.05
# what is compared, with what, in which precisions and shapes, at most how many times as long, what would be better
TARGETS: tuple[tuple[str, str, Sequence[str], Sequence[Shape], float, float | None], ...] = (
    (INTO, TORCH, DTYPES, LARGE, 0.8, None),
    (INTO, UNIT, DTYPES, LARGE, 3.0, 2.2),
    (OURS, TORCH, DTYPES, LARGE, 0.8, None),
    (OURS, UNIT, DTYPES, LARGE, 3.0, 2.2),
    (OURS, TEXTBOOK, DTYPES, ((4096, 10),), 0.2, None),
    (OURS, TEXTBOOK, DTYPES, ((1, 3),), 0.5, 0.3),
    (NATIVE, SUBTRACT, DTYPES[:1], ((4096, 1000),), 1.5, None),
)
TEXT = """Value and gradient of what is written by hand in benchmarks/lowered.py, by everyone in turn in one process, in
random order; medians, on the clock of the wall. `out=` writes the gradient into an array of the caller's, as the best
NumPy by hand and the two lines of bare NumPy do; everyone else returns new arrays. torch is the better of one and two
threads; jax takes what threads it likes, and NumPy's products those that OPENBLAS_NUM_THREADS allows: on a busy machine
they wait for one another, so that only a run on an idle one, or with 1 there, tells much. Ratios below 1 are faster
than what they are compared with."""


def _surroundings() -> str:
    """What else the times depend on."""
    found = [f"{name} {version(name)}" for name in ("numpy", "scipy", "numba", *RIVALS) if find_spec(name)]
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "not set")
    return f"{', '.join(found)}; OPENBLAS_NUM_THREADS {threads}; load before the run {os.getloadavg()[0]:.1f}."


def entrants(question: str, shape: Shape, dtype: str, made: Mapping[str, Any]) -> dict[str, Way]:
    """Everyone's way to an answer, each compared with the textbook's."""
    arrays = QUESTIONS[question].arrays(shape, dtype)
    textbook = with_numpy.TEXTBOOK[question]
    found = {TEXTBOOK: Way(partial(textbook, *arrays))}
    if question == FLAGSHIP:
        z, y = arrays
        found[BY_HAND] = Way(partial(with_numpy.by_hand, z, y, np.empty(len(z), dtype), np.empty_like(z)))
        if find_spec("scipy"):
            found["scipy log_softmax"] = Way(partial(with_numpy.with_scipy, z, y))
    for library, module in RIVALS.items():
        if find_spec(library):
            found |= import_module(f"benchmarks.{module}").ways(question, arrays)
    found |= ways(question, made, arrays)
    wanted = textbook(*(a.astype(float) for a in arrays))
    for name, way in found.items():
        agree(f"{name}, {question} {_x(shape)} {dtype}", way.answer(), wanted)
    return found | (_bare(*arrays) if question in (FLAGSHIP, MEAN) else {})


def _bare(z: Any, y: Any) -> dict[str, Way]:
    """What NumPy takes for one pass over the logits, and for one over logits and labels."""
    g = np.empty_like(z)
    return {UNIT: Way(partial(np.exp, z, out=g)), SUBTRACT: Way(partial(np.subtract, z, y, out=g))}


def times(question: str, shape: Shape, dtype: str, made: Mapping[str, Any], seconds: float) -> Times:
    """Everyone's median; of one engine's several ways the best."""
    found = contest(entrants(question, shape, dtype, made), seconds)
    best = min((t for name, t in found.items() if name.startswith(TORCH)), default=None)
    merged = {(TORCH if name.startswith(TORCH) else name): t for name, t in found.items()}
    chosen = merged | ({TORCH: best} if best is not None else {})
    print(question, _x(shape), dtype, _ratio(chosen, OURS, TEXTBOOK), file=sys.stderr, flush=True)
    return chosen


def _x(shape: Shape) -> str:
    return "x".join(map(str, shape))


def _ratio(found: Times, name: str, unit: str) -> str:
    return f"{found[name] / found[unit]:.2f}" if name in found and unit in found else "-"


def _rows(cells: Mapping[Any, Times], unit: str) -> Iterator[tuple[str, ...]]:
    """A row for everyone: the time over that of the unit, shape by shape."""
    for name in dict.fromkeys(name for found in cells.values() for name in found):
        if name != unit:
            yield name, *(_ratio(found, name, unit) for found in cells.values())


def judged(cells: Mapping[tuple[str, Shape], Times]) -> Iterator[tuple[str, ...]]:
    """The targets beside what was measured."""
    for who, whom, dtypes, shapes, most, better in TARGETS:
        wish = f"{who} / {whom}: at most {most}" + (f", better {better}" if better else "")
        for dtype in dtypes:
            found = [(s, cells[dtype, s]) for s in shapes if {who, whom} <= cells.get((dtype, s), {}).keys()]
            ratios = {_x(s): t[who] / t[whom] for s, t in found}
            shown = ", ".join(f"{ratio:.2f} at {s}" for s, ratio in ratios.items())
            yield wish, dtype, shown or "-", _verdict(ratios, most, better)


def _verdict(ratios: Mapping[str, float], most: float, better: float | None) -> str:
    missed = [s for s, ratio in ratios.items() if ratio > most]
    if missed or not ratios:
        return f"missed at {', '.join(missed)}" if missed else "not measured"
    return "better" if better and max(ratios.values()) <= better else "met"


def growth(made: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, ...]]:
    """Our time over that of one pass of exponentials, and over the textbook's, for numbers of items and classes."""
    for n in ITEMS:
        row = []
        for k in CLASSES:
            if n * k > MOST:
                row.append("-")
                continue
            z, y = QUESTIONS[FLAGSHIP].arrays((n, k), "float64")
            some = {TEXTBOOK: Way(partial(with_numpy.cross_entropy, z, y)), **_bare(z, y)}
            found = contest(some | dict(ways(FLAGSHIP, made, (z, y))), seconds)
            who = INTO if INTO in found else OURS
            row.append(f"{_ratio(found, who, UNIT)}, {_ratio(found, who, TEXTBOOK)}")
        yield str(n), *row


def lowering() -> Iterator[tuple[str, ...]]:
    """The time from the derivation to the function, and the length of its source."""
    new = measure(sd.value_and_grad, lambda tag: sd.derive(flagship(tag)))
    verdict = "met" if new.milliseconds <= LOWER_TARGET else "missed"
    yield "lower value and gradient, new names", str(new), f"{LOWER_TARGET} ms, {verdict}"
    lengths = [len(sd.value_and_grad(flagship(size=size)).source.splitlines()) for size in (None, 3, 1000)]
    same = "met" if len(set(lengths)) == 1 else "missed"
    yield "lines of source: any number of classes, 3, 1000", ", ".join(map(str, lengths)), f"all alike, {same}"


def dispatch(seconds: float) -> Iterator[tuple[str, ...]]:
    """What it costs at 1x3 to find the library that the arrays are from, and to check the arguments."""
    found = generic()
    if found is None:
        return
    f, alone = found
    arrays = QUESTIONS[FLAGSHIP].arrays((1, 3), "float64")
    some = {"body, for NumPy alone": alone, "body, library found": f.body, "with its arguments checked": f}
    for name, function in some.items():
        agree(name, function(*arrays), with_numpy.cross_entropy(*arrays))
    measured = contest({name: Way(partial(function, *arrays)) for name, function in some.items()}, seconds)
    base, *others = measured
    for name in others:
        ratio = measured[name] / measured[base]
        target = f"{DISPATCH}, {'met' if ratio <= DISPATCH else 'missed'}" if name.startswith("body") else ""
        yield f"{name} / {base}", f"{ratio:.2f}", target


def sections(seconds: float = 2.0) -> Iterator[tuple[str, Sequence[str], list[tuple[str, ...]], str]]:
    """Title, head, rows and text of each table; ``seconds`` is what one contest takes."""
    made = functions(FLAGSHIP)
    cells = {(d, s): times(FLAGSHIP, s, d, made, seconds) for d in DTYPES for s in SHAPES}
    text = f"{TEXT} {_surroundings()}"
    for dtype in DTYPES:
        chosen = {s: cells[dtype, s] for s in SHAPES}
        yield f"Loss and gradient, {dtype}: times {UNIT}", ("who", *map(_x, SHAPES)), list(_rows(chosen, UNIT)), text
        text = ""
    yield "Targets", ("ratio", "precision", "measured", "verdict"), list(judged(cells)), ""
    yield from _of(MEAN, MEANS, DTYPES, seconds, UNIT)
    for question, shapes in OTHERS.items():
        yield from _of(question, shapes, DTYPES, seconds / 2, TEXTBOOK)
    head = ("items", *(f"{k} classes" for k in CLASSES))
    yield "Growth: times np.exp alone, times textbook NumPy", head, list(growth(made, seconds / 8)), ""
    yield "Lowering", ("what", "comes to", "target"), list(lowering()), ""
    yield 'backend="array-api" at 1x3', ("ratio", "measured", "target"), list(dispatch(seconds)), ""


def _of(
    question: str, shapes: Sequence[Shape], dtypes: Sequence[str], seconds: float, unit: str
) -> Iterator[tuple[str, Sequence[str], list[tuple[str, ...]], str]]:
    made = functions(question)
    cells = {(d, s): times(question, s, d, made, seconds) for d in dtypes for s in shapes}
    head = ("who", *(f"{_x(s)} {d}" for d, s in cells))
    yield f"{question[0].upper()}{question[1:]}: times {unit}", head, list(_rows(cells, unit)), ""


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    for title, head, rows, text in sections(0.2 if "--quick" in arguments else 2.0):
        print(section(title, head, rows, text), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
