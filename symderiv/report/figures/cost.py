"""What a gradient costs: its own formula against a product with the Jacobian, as a size grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symderiv.report.figures.style import BLUE, FORMATS, ORANGE, drawn, math


@dataclass(frozen=True)
class Cost:
    """Operations for each size, and where they were measured the times in microseconds; ``size`` is its letter.

    The gradient's own formula is ``direct``, the product with the Jacobian is ``product``.
    """

    sizes: tuple[int, ...]
    direct: tuple[int, ...]
    product: tuple[int, ...]
    timed: tuple[int, ...]
    direct_times: tuple[float, ...]
    product_times: tuple[float, ...]
    size: str
    labels: tuple[str, str]


def cost(data: Cost, formats: Sequence[str] = FORMATS) -> Mapping[str, bytes]:
    """One or two plots on logarithmic axes: operations, and times where there are any."""
    return drawn(lambda figure: _paint(figure, data), formats, 2.9 if data.timed else 2.7, 4.9 if data.timed else 3.6)


def _paint(figure: Any, data: Cost) -> None:
    plots = figure.subplots(1, 2 if data.timed else 1, squeeze=False)[0]
    first = (data.sizes, data.direct, data.product, "+\\;\\;\\times\\;\\;e^x")
    second = (data.timed, data.direct_times, data.product_times, "\\mu\\mathrm{s}")
    for axes, (sizes, direct, product, unit) in zip(plots, (first, second), strict=False):
        axes.plot(sizes, product, color=ORANGE, marker="s", label=math(data.labels[1]))
        axes.plot(sizes, direct, color=BLUE, marker="o", label=math(data.labels[0]))
        axes.set(xscale="log", yscale="log", xlabel=math(data.size))
        axes.set_title(f"${unit}$", fontsize=12)
        axes.tick_params(which="minor", length=0)
        axes.grid(True)
    figure.legend(*plots[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=13)
