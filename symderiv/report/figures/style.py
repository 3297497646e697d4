"""How figures look, and how they become bytes: one palette, one set of fonts, three formats.

Every figure stands on an opaque white ground. Its colours and labels are then read with the same contrast on a light
page, on a dark one (where it is a light card) and in print; drawn in the page's own colour, the labels would be lost
wherever a PNG or a linked SVG does not know the page. The line colours are those of Okabe and Ito, which the
colour-blind can tell apart, and every line has a stroke or a marker of its own besides. Nothing in a figure is a
word: labels are formulas, so that one figure serves every language.

The bytes depend on the numbers drawn and on the version of Matplotlib, and on nothing else: no dates, no random
names of parts, one resolution, and the fonts that Matplotlib brings along.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from logging import ERROR, getLogger
from typing import Any

LEFT_OUT = "They were left out: matplotlib is not installed; pip install 'symderiv[plots]'."
INK, SOFT, GRID, GROUND = "#222222", "#6b6b6b", "#e3e3e3", "#ffffff"
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#aa4f8c"
DIVERGING = ("#0072b2", "#8cc0de", "#ffffff", "#f2b48a", "#d55e00")
RISING = ("#f7fbff", "#d9e8f5", "#b3d3ea", "#84b8da", "#559bc8", "#2f7bb5")
WIDE = 4.6  # inches: fits a page 160 mm wide, and on a phone its letters shrink by less than a quarter
DPI = 200
METADATA: Mapping[str, Mapping[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
FORMATS = tuple(METADATA)
SETTINGS: Mapping[str, Any] = {
    "font.family": "DejaVu Sans",
    "mathtext.fontset": "cm",
    "font.size": 10,
    "axes.labelsize": 12,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.formatter.use_mathtext": True,
    "axes.unicode_minus": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "lines.linewidth": 1.8,
    "lines.markersize": 4,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "figure.facecolor": GROUND,
    "savefig.facecolor": GROUND,
    "savefig.dpi": DPI,
    "svg.hashsalt": "symderiv",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "text.usetex": False,
}

Painter = Callable[[Any], None]


def drawable() -> bool:
    """Whether figures can be drawn here: Matplotlib is installed."""
    return find_spec("matplotlib") is not None


def drawn(paint: Painter, formats: Sequence[str], height: float, width: float = WIDE) -> Mapping[str, bytes]:
    """A figure in some formats, by the suffix of its file; ``paint`` draws on an empty Matplotlib figure.

    Sizes are in inches. No state of Matplotlib outside is used or changed.
    """
    from matplotlib import rc_context, rcParamsDefault
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    own: dict[str, Any] = {name: x for name, x in rcParamsDefault.items() if not name.startswith("backend")}
    settings: Any = {**own, **SETTINGS}
    with rc_context(settings), _no_clock():
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        paint(figure)
        figure.draw_without_rendering()  # once: where things stand is the same in every format
        figure.set_layout_engine("none")
        return {suffix: _saved(figure, suffix) for suffix in formats}


def _saved(figure: Any, suffix: str) -> bytes:
    written = BytesIO()
    figure.savefig(written, format=suffix, metadata=METADATA[suffix])
    return written.getvalue()


@contextmanager
def _no_clock() -> Iterator[None]:
    """Whatever writes a date reads it from here; the fonts' own dates, which are old, are nothing to warn of."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    log = getLogger("fontTools")
    level = log.level
    log.setLevel(ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def math(formula: str) -> str:
    """A formula as a label; where Matplotlib cannot set it, its letters and digits as they are.

    >>> math("p_i"), math("\\\\begin{cases} 1 \\\\end{cases}")
    ('$p_i$', 'begin cases 1 end cases')
    """
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(f"${formula}$")
    except ValueError:
        return " ".join("".join(c if c.isalnum() else " " for c in formula).split())
    return f"${formula}$"
