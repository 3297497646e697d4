"""How figures become bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from tools import ROOT

from symderiv.report.figures.cost import Cost, cost
from symderiv.report.figures.heat import Heat, heat
from symderiv.report.figures.overflow import Overflow, overflow
from symderiv.report.figures.simplex import Landscape, flat, simplex
from symderiv.report.figures.steps import FLOOR, Errors, errors
from symderiv.report.figures.style import FORMATS, math

HALF = (1 / 3, 1 / 3, 1 / 3)
EVERY = {
    "heat": lambda: heat(Heat(((0.25, -0.25), (-0.25, 0.25)), "k", "i", "\\frac{\\partial p_k}{\\partial z_i}")),
    "errors": lambda: errors(Errors((0.5, 0.25), {"forward": (0.1, 0.0), "central": (0.1, 0.01)}, (1, 1), "-x", "x")),
    "right": lambda: errors(Errors((0.5, 0.25), {"forward": (0.1, 0.0)}, (), "", "x")),
    "simplex": lambda: simplex(
        Landscape(
            ((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8), HALF),
            ((0, 1, 3), (1, 2, 3), (2, 0, 3)),
            (0.1, 0.5, 0.3, 0.2),
            ((HALF, (0.1, -0.1, 0.0)), (HALF, (0.0, 0.0, 0.0))),
            HALF,
            ("p_1", "p_2", "p_3"),
            "L",
        )
    ),
    "overflow": lambda: overflow(Overflow((700.0, 705.0, 710.0), (1.0, 2.0, 3.0), (1.0, 2.0, None), 709.8, "z", "L")),
    "below": lambda: overflow(Overflow((-700.0, -710.0), (0.0, 0.0), (0.0, None), -709.8, "z", "L")),
    "counted": lambda: cost(Cost((1, 10), (1, 10), (1, 100), (), (), (), "K", ("a", "b"))),
    "timed": lambda: cost(Cost((1, 10), (1, 10), (1, 100), (1, 10), (0.1, 0.2), (1.0, 4.0), "K", ("a", "b"))),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_figure_is_a_file_of_its_format(name: str) -> None:
    files = EVERY[name]()
    assert tuple(files) == FORMATS
    assert ET.fromstring(files["svg"]).tag.endswith("svg")
    assert files["pdf"].startswith(b"%PDF")
    assert files["png"].startswith(b"\x89PNG")
    assert all(
        word not in data for data in files.values() for word in (b"<dc:date>", b"CreationDate", b"matplotlib.org")
    )


def test_only_what_is_asked_for_is_drawn() -> None:
    assert tuple(heat(Heat(((1.0,),), "k", "i", "J"), ("png",))) == ("png",)


PROGRAM = """
import hashlib, sys
from report.figures.test_style import EVERY
for name, draw in EVERY.items():
    for suffix, data in draw().items():
        print(name, suffix, hashlib.sha256(data).hexdigest())
"""


def test_the_bytes_depend_on_neither_hash_seed_nor_clock_nor_settings() -> None:
    """Two fresh processes, with different seeds, time zones, locales and a user's own settings of Matplotlib."""
    found = []
    for seed, zone, epoch in (("1", "UTC", ""), ("2", "Asia/Shanghai", "1700000000")):
        own = {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        dated = {"SOURCE_DATE_EPOCH": epoch} if epoch else {}
        program = PROGRAM if seed == "1" else f"import matplotlib\nmatplotlib.rcParams['font.size'] = 31\n{PROGRAM}"
        kept = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**kept, **own, **dated}, capture_output=True, text=True, check=True, timeout=200, cwd=ROOT,
        )  # fmt: skip
        assert done.stderr == ""
        found.append(done.stdout)
    assert found[0] == found[1]
    assert len(found[0].splitlines()) == len(EVERY) * len(FORMATS)


def test_drawing_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in (None, "12"):
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        if before:
            monkeypatch.setenv("SOURCE_DATE_EPOCH", before)
        heat(Heat(((1.0,),), "k", "i", "J"), ("svg",))
        assert os.environ.get("SOURCE_DATE_EPOCH") == before


def test_no_word_stands_in_a_figure() -> None:
    """Text is drawn as outlines; what it says is kept in comments, which hold formulas and numbers alone."""
    for draw in EVERY.values():
        texts = [line for line in draw()["svg"].decode().splitlines() if line.strip().startswith("<!--")]
        assert texts
        assert not [t for t in texts if any(w.isalpha() and len(w) > 2 for w in t.replace("$", " ").split()[1:-1])]


def test_labels_are_formulas_or_their_letters() -> None:
    assert math("\\frac{\\partial L}{\\partial z_i}").startswith("$")
    assert math("\\sum_{k=1}^{K} \\hat{y}_k \\log p_k").startswith("$")
    assert math("\\operatorname{f}\\begin{x}") == "operatorname f begin x"


def test_a_point_of_the_simplex_lies_in_the_triangle() -> None:
    assert flat((1, 0, 0)) == (0, 0)
    assert flat(HALF) == pytest.approx((0.5, 3**0.5 / 6))
    assert FLOOR == 2**-53
