"""The error of a difference quotient against its step: truncation to the right, rounding to the left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

from symderiv.report.figures.style import BLUE, FORMATS, GREEN, ORANGE, PURPLE, SOFT, drawn, math

FLOOR = 2.0**-53  # half a unit in the last place: a smaller error is none
WAYS: Mapping[str, tuple[str, str, str]] = {  # by the quotient: colour, marker, formula
    "forward": (BLUE, "o", "\\frac{f(x+h)-f(x)}{h}"),
    "central": (GREEN, "s", "\\frac{f(x+h)-f(x-h)}{2h}"),
    "complex": (PURPLE, "^", "\\frac{\\mathrm{Im}\\,f(x+ih)}{h}"),
}


@dataclass(frozen=True)
class Errors:
    """Relative errors for each step: of the derivative against quotients by their names, and of a wrong claim.

    ``wrong`` is empty where there is none; ``mistake`` is its formula, ``slope`` that of the derivative.
    """

    steps: tuple[float, ...]
    ways: Mapping[str, tuple[float, ...]]
    wrong: tuple[float, ...]
    mistake: str
    slope: str


def errors(data: Errors, formats: Sequence[str] = FORMATS) -> Mapping[str, bytes]:
    """The curves in some formats, on logarithmic axes; the wrong claim is a broken line."""
    return drawn(lambda figure: _paint(figure, data), formats, 3.8)


def _paint(figure: Any, data: Errors) -> None:
    axes = figure.subplots()
    for name, found in data.ways.items():
        colour, marker, formula = WAYS[name]
        above = [max(e, FLOOR) for e in found]
        axes.plot(data.steps, above, color=colour, marker=marker, markevery=2, label=f"${formula}$", clip_on=False)
    if data.wrong:
        axes.plot(data.steps, data.wrong, color=ORANGE, linestyle=(0, (5, 2)), linewidth=2.2, label=math(data.mistake))
    axes.axhline(FLOOR, color=SOFT, linewidth=0.8, linestyle=":")
    axes.annotate("$2^{-53}$", (max(data.steps), FLOOR), (2, 3), textcoords="offset points", color=SOFT, fontsize=10)
    axes.set(xscale="log", yscale="log", xlabel="$h$", xlim=(min(data.steps), max(data.steps)))
    axes.set_ylabel(math(f"|\\Delta|\\;/\\;|{data.slope}|"))
    axes.set_xticks([10.0**n for n in range(-15, 0, 3)])
    axes.set_yticks([10.0**n for n in range(-16, _top(data) + 1, 4)])
    axes.minorticks_off()
    axes.grid(True)
    columns = 2 if data.wrong else 3
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=columns, fontsize=12)


def _top(data: Errors) -> int:
    """The power of ten above everything drawn."""
    return ceil(log10(max(e for many in (*data.ways.values(), data.wrong, (1.0,)) for e in many)))
