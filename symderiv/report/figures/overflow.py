"""A value as it is defined and as the generated code has it, where exponentials leave the range of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symderiv.report.figures.style import BLUE, FORMATS, ORANGE, SOFT, drawn, math


@dataclass(frozen=True)
class Overflow:
    """Values for each ``at`` of one input: the code's, and those of the definition, None where they are no number."""

    at: tuple[float, ...]
    code: tuple[float, ...]
    defined: tuple[float | None, ...]
    edge: float
    input: str
    value: str


def overflow(data: Overflow, formats: Sequence[str] = FORMATS) -> Mapping[str, bytes]:
    """Both in some formats: the code as a line, the definition as rings, crosses where it has no number."""
    return drawn(lambda figure: _paint(figure, data), formats, 3.0)


def _paint(figure: Any, data: Overflow) -> None:
    axes = figure.subplots()
    good = [(x, y) for x, y in zip(data.at, data.defined, strict=True) if y is not None]
    lost = [x for x, y in zip(data.at, data.defined, strict=True) if y is None]
    lowest, highest = min(data.code), max(data.code)
    room = highest - lowest if highest - lowest > 1e-3 else 1.0
    axes.set_ylim(lowest - 0.32 * room, highest + 0.12 * room)
    side = max(data.at) if max(lost, key=abs) == max(data.at) else min(data.at)
    axes.axvspan(data.edge, side, color=ORANGE, alpha=0.10, linewidth=0)
    axes.axvline(data.edge, color=ORANGE, linewidth=1, linestyle=(0, (4, 2)))
    axes.plot(data.at, data.code, color=BLUE, zorder=3)
    if good:
        style = {"markerfacecolor": "none", "markersize": 7, "markeredgewidth": 1.5}
        axes.plot(*zip(*good, strict=True), "o", color=ORANGE, zorder=4, **style)
    axes.plot(lost, [lowest - 0.2 * room] * len(lost), "x", color=ORANGE, markersize=7, markeredgewidth=1.7)
    axes.annotate(
        f"${data.edge:.1f}$",
        (data.edge, 1),
        (0, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        color=SOFT,
    )
    axes.set_xticks([x for x in data.at if x % 5 == 0])
    axes.set(xlabel=math(data.input), xlim=(min(data.at), max(data.at)))
    axes.set_ylabel(math(data.value), rotation=0, labelpad=12, va="center")
    axes.grid(True)
