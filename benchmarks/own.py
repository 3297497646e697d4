"""Our own times: the questions with their targets, the zoo, growth with K and with order, the shell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import symderiv as sd
from benchmarks.losses import QUESTIONS, Stated, cross_entropy
from benchmarks.timing import Timing, measure, together

TARGETS = {"gradient": 10, "batch gradient": 15, "Hessian": 20, "third derivative": 60}
ZOO_TARGET, LOWER_TARGET, HELP_TARGET = 100, 30, 40
SIZES = (3, 10, 20, 50, 1000)
ORDERS = "irmn"


def questions() -> Iterator[tuple[str, ...]]:
    """Derivations of problems that are read already: met before, and with new names."""
    again, new = _again_and_new(list(QUESTIONS.values()))
    for question, one, other in zip(QUESTIONS, again, new, strict=True):
        yield question, *_against(one, TARGETS[question]), str(other)


def around() -> Iterator[tuple[str, ...]]:
    """What comes before and after a derivation."""
    problem = sd.Problem(**cross_entropy())
    yield "read the problem, new names", str(measure(lambda stated: sd.Problem(**stated), cross_entropy)), ""
    lowered = measure(lambda d: d.lambdify(), lambda _: sd.derive(problem))
    yield "lower the gradient to NumPy", *_against(lowered, LOWER_TARGET)
    yield "derive, and lower value and gradient", str(measure(lambda _: sd.value_and_grad(problem))), ""
    bare = measure(partial(_process, "-c", "pass"))
    asked, derived = (measure(partial(_process, "-m", "symderiv", *a)) for a in (["--help"], ["derive", _FIRST]))
    yield "symderiv --help, over bare Python", *_against(_over(asked, bare), HELP_TARGET)
    yield f"symderiv derive {_FIRST}, over bare Python", str(_over(derived, bare)), ""


_FIRST = "softmax-cross-entropy"


def zoo() -> Iterator[tuple[str, ...]]:
    """Every problem of the zoo by the default route."""
    for name in sd.names():
        problem = sd.load(name)
        timing = measure(lambda _, problem=problem: sd.derive(problem))
        yield name, *_against(timing, ZOO_TARGET), str(len(sd.derive(problem).numbered))


def sizes() -> Iterator[tuple[str, ...]]:
    """The gradient for a symbolic and for fixed numbers of classes."""
    sizes = (None, *SIZES)
    timings = together(sd.derive, [_stated(partial(cross_entropy, size=size)) for size in sizes])
    for size, timing in zip(sizes, timings, strict=True):
        yield str(size or "symbolic"), str(timing), f"{timing.milliseconds / timings[0].milliseconds:.1f}x"


def orders() -> Iterator[tuple[str, ...]]:
    """Derivatives of increasing order."""
    makes = [partial(cross_entropy, variables=ORDERS[: n + 1]) for n in range(len(ORDERS))]
    for order, (make, *timings) in enumerate(zip(makes, *_again_and_new(makes), strict=True), 1):
        yield str(order), *map(str, timings), str(len(sd.derive(sd.Problem(**make())).numbered))


def _again_and_new(makes: Sequence[Callable[[str], Stated]]) -> tuple[list[Timing], list[Timing]]:
    """Derivations of problems met before, and of the same with new names."""
    known = [sd.Problem(**make("")) for make in makes]
    setups = [*(lambda _, problem=problem: problem for problem in known), *map(_stated, makes)]
    timings = together(sd.derive, setups)
    return timings[: len(makes)], timings[len(makes) :]


def _stated(make: Callable[[str], Stated]) -> Callable[[str], sd.Problem]:
    return lambda tag: sd.Problem(**make(tag))


def _against(timing: Timing, target: float) -> tuple[str, str]:
    return str(timing), f"{target} ms, {'met' if timing.milliseconds <= target else 'missed'}"


def _over(timing: Timing, base: Timing) -> Timing:
    return Timing(timing.milliseconds - base.milliseconds, timing.runs)


def _process(*arguments: Any) -> None:
    """Run Python to its end; the last argument is the number of the run."""
    subprocess.run([sys.executable, *arguments[:-1]], check=True, capture_output=True)
