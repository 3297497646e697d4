"""A process of its own: what it makes comes over, and what goes wrong; it ends where it would not."""

from __future__ import annotations

import operator
import os
import time
from itertools import repeat

import pytest

from symderiv.errors import ToolMissing
from symderiv.report import apart as limits
from symderiv.report.apart import apart
from symderiv.report.needs import Need, demand

posix = pytest.mark.skipif(os.name == "nt", reason="no limits of computing time and memory on Windows")


def test_the_text_comes_over() -> None:
    assert apart(str.format, "{} \u4e2d\ud7ff\n", "x") == "x \u4e2d\ud7ff\n"


def test_what_goes_wrong_comes_over() -> None:
    with pytest.raises(ToolMissing, match="no-such-tool"):
        apart(demand, Need("pdf", tools=("no-such-tool",)))
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):  # a defect, with where it happened
        apart(operator.truediv, 1, 0)


@posix
def test_it_ends_where_it_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0)
    with pytest.raises(TimeoutError):
        apart(all, repeat(1))


def test_one_that_waits_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 0.3)
    with pytest.raises(TimeoutError):
        apart(time.sleep, 600)


@posix
def test_it_has_so_much_memory_and_no_more() -> None:
    with pytest.raises(MemoryError):
        apart(operator.mul, "x", 2 * limits.MEMORY)
