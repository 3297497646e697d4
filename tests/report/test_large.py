"""What a shift and large inputs do, as formulas."""

from __future__ import annotations

import numpy as np
from report.test_beside import told

from symderiv.report.large import _number


def test_softmax_does_not_change() -> None:
    shifts = told("softmax-cross-entropy").shifts
    assert shifts is not None
    assert (shifts.entry, shifts.shifted) == ("z_i", "z_i + c")
    p, value = shifts.parts
    assert (p.subject, p.kept, p.change) == ("p_k", True, None)
    assert [line.rule for line in p.lines] == ["exp sum", "pull out", "cancel", "fold"]
    assert (value.subject, value.kept, value.lines, value.through) == ("L", True, (), ("p",))


def test_log_sum_exp_changes_by_the_constant() -> None:
    shifts = told("logsumexp").shifts
    assert shifts is not None
    assert shifts.parts[-1].change == "c"
    assert not shifts.parts[-1].kept


def test_large_inputs_show_what_fails() -> None:
    found = told("softmax-cross-entropy").extremes
    assert found is not None
    assert [(row.subject, row.fails) for row in found.rows] == [
        ("p_k", True),
        ("L", True),
        (r"\frac{\partial L}{\partial z_i}", True),
    ]
    assert all("nan" not in row.stable for row in found.rows)


def test_numbers_are_written_as_formulas() -> None:
    assert [_number(x) for x in (0.0, 1000.0, -0.5, 7.87421e-218, np.nan, np.inf, -np.inf)] == [
        "0",
        "1000",
        "-0.5",
        r"7.874 \cdot 10^{-218}",
        r"\mathrm{nan}",
        r"\infty",
        r"-\infty",
    ]
