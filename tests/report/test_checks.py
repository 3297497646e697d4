"""The rows of the gradient check, on made-up results."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symderiv.errors import InconsistentTrace
from symderiv.numeric.checks.checked import GradCheck, Place, Row, Untried
from symderiv.report.chapters import numbers
from symderiv.report.checks import checks, skipped
from symderiv.report.language import language
from symderiv.report.records import Skipped, Tried
from symderiv.report.voice import Voice


def made(trials: list[dict[str, int]], error: float = 1e-12) -> GradCheck:
    rows = (Row("central", 1e-4, error, error), Row("complex", 1e-30, error, error))
    place = Place((), (), 0.0, 0.0)
    return GradCheck("z", 0, tuple(tuple(t.items()) for t in trials), rows, place, 1e-6, 5e-10)


@pytest.mark.parametrize(
    ("trials", "tried", "said"),
    [
        ([{"K": k} for k in (1, 2, 5)], Tried(("K",), ((1, 2, 5),), True), "C = 1, 2, 5"),
        (
            [{"N": n, "K": k} for k in (1, 2) for n in (1, 3)],
            Tried(("N", "K"), ((1, 3), (1, 2)), True),
            "N = 1, 3 and C = 1, 2, in all combinations",
        ),
        (
            [{"K": k, "D": k} for k in (1, 2)],
            Tried(("K", "D"), ((1, 1), (2, 2)), False),
            "(C, D) = (1, 1) and (2, 2)",
        ),
        ([{}], Tried((), (), True), "numbers"),
    ],
)
def test_sizes(trials: list[dict[str, int]], tried: Tried, said: str) -> None:
    central, complex_step = checks(made(trials))
    assert central.sizes == complex_step.sizes == tried
    assert (central.allowed, complex_step.allowed) == ("10^{-6}", r"5 \cdot 10^{-10}")
    voice = Voice(language("en"), {"K": "C", "N": "N", "D": "D"})
    assert "".join(run.text for run in numbers._tried(tried, voice)) == said


def test_a_failed_check_is_an_error() -> None:
    with pytest.raises(InconsistentTrace, match="gradient check"):
        checks(made([{"K": 1}], error=1.0))


@pytest.mark.parametrize(
    ("left", "sizes"),
    [
        ([(1, 1), (1, 3)], Tried(("K",), ((1,),), True)),
        ([(1, 1)], Tried(("K", "N"), ((1,), (1,)), True)),
        ([(1, 1), (2, 1), (5, 1)], Tried(("N",), ((1,),), True)),
        ([(1, 1), (2, 3)], Tried(("K", "N"), ((1, 1), (2, 3)), False)),
    ],
)
def test_sizes_that_are_left_out_are_told_by_the_names_that_matter(left: list[tuple[int, int]], sizes: Tried) -> None:
    every = [(a, b) for a in (1, 2, 5) for b in (1, 3)]
    tried = [{"K": a, "N": b} for a, b in every if (a, b) not in left]
    untried = tuple(Untried((("K", a), ("N", b)), "value") for a, b in left)
    found = replace(made(tried), untried=untried)
    assert skipped(found) == (Skipped(sizes, "value"),)
    assert skipped(made(tried)) == ()
