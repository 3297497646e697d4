"""The rows of the gradient check, on made-up results."""

from __future__ import annotations

import pytest

from symderiv.errors import InconsistentTrace
from symderiv.numeric.gradcheck import GradCheck, Place, Row
from symderiv.report.checks import checks


def made(trials: list[dict[str, int]], error: float = 1e-12) -> GradCheck:
    rows = (Row("central", 1e-4, error, error), Row("complex", 1e-30, error, error))
    place = Place((), (), 0.0, 0.0)
    return GradCheck("z", 0, tuple(tuple(t.items()) for t in trials), rows, place, 1e-6, 5e-10)


@pytest.mark.parametrize(
    ("trials", "said"),
    [
        ([{"K": k} for k in (1, 2, 5)], "K = 1, 2, 5"),
        ([{"N": n, "K": k} for k in (1, 2) for n in (1, 3)], "N = 1, 3 and K = 1, 2, in all combinations"),
        ([{"K": k, "D": k} for k in (1, 2)], "K = 1, D = 1; K = 2, D = 2"),
        ([{}], "numbers"),
    ],
)
def test_sizes_in_a_few_words(trials: list[dict[str, int]], said: str) -> None:
    central, complex_step = checks(made(trials))
    assert central.sizes == complex_step.sizes == said
    assert (central.allowed, complex_step.allowed) == ("10^{-6}", r"5 \cdot 10^{-10}")


def test_a_failed_check_is_an_error() -> None:
    with pytest.raises(InconsistentTrace, match="gradient check"):
        checks(made([{"K": 1}], error=1.0))
