"""What docs/code.md shows works."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

from tools import ROOT

import symderiv as sd
from symderiv.numeric import costs

PAGE = (ROOT / "docs" / "code.md").read_text(encoding="utf-8")


def test_snippets_print_what_stands_below_them() -> None:
    space: dict[str, Any] = {}
    pairs = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert len(pairs) == 2
    for code, wanted in pairs:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, space)
        assert printed.getvalue() == wanted


def test_numbers_are_those_of_the_code() -> None:
    assert f"blocks of {4 * costs.BLOCK // 2**20} or {8 * costs.BLOCK // 2**20} MB" in PAGE
    schedule = sd.value_and_grad(sd.load("softmax-cross-entropy")).schedule
    assert f"else {2.0**-12}) <=" in schedule
    assert f"{2.0**20} * e.shape[-1]" in schedule
    assert f"else {2.0**-6}) <=" in sd.value_and_grad(sd.load("entropy")).schedule


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([\w./]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists()
