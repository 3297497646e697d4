"""A loss on the triangle of three probabilities, with the way its negative gradient leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Any

from symderiv.report.figures.style import FORMATS, INK, ORANGE, RISING, SOFT, drawn, math

Point = tuple[float, float, float]
CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.5, sqrt(3) / 2))
LEVELS, STEPS = 12, 256
ARROW = 0.055


@dataclass(frozen=True)
class Landscape:
    """Values of a loss at points of the simplex, which ``triangles`` join three by three.

    ``flow`` pairs some points with their velocity under minus the gradient, ``here`` is the example's point.
    ``corners`` are the letters of the probabilities, ``value`` that of the loss.
    """

    points: tuple[Point, ...]
    triangles: tuple[tuple[int, int, int], ...]
    values: tuple[float, ...]
    flow: tuple[tuple[Point, Point], ...]
    here: Point
    corners: tuple[str, str, str]
    value: str


def simplex(data: Landscape, formats: Sequence[str] = FORMATS) -> Mapping[str, bytes]:
    """The triangle in some formats; the colours are a bitmap, all else is lines."""
    return drawn(lambda figure: _paint(figure, data), formats, 3.45)


def flat(p: Point) -> tuple[float, float]:
    """A point of the simplex, or a direction in it, in the plane of the paper.

    >>> flat((0, 1, 0))
    (1.0, 0.0)
    """
    weighted = tuple(zip(p, CORNERS, strict=True))
    return sum(c * x for c, (x, _) in weighted), sum(c * y for c, (_, y) in weighted)


def _paint(figure: Any, data: Landscape) -> None:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.tri import Triangulation

    axes = figure.subplots()
    across, up = zip(*map(flat, data.points), strict=True)
    grid = Triangulation(across, up, data.triangles)
    lowest, highest = _range(data.values)
    colours = LinearSegmentedColormap.from_list("rising", RISING, N=STEPS)
    shown = {"cmap": colours, "vmin": lowest, "vmax": highest}
    mesh = axes.tripcolor(grid, data.values, shading="gouraud", rasterized=True, **shown)
    levels = [lowest + (highest - lowest) * (n + 0.5) / LEVELS for n in range(LEVELS)]
    axes.tricontour(grid, data.values, levels=levels, colors="white", linewidths=0.7, alpha=0.85)
    _arrows(axes, data)
    axes.plot(*zip(*(*CORNERS, CORNERS[0]), strict=True), color=SOFT, linewidth=1, clip_on=False)
    axes.plot(*flat(data.here), "o", color=ORANGE, markeredgecolor="white", markersize=9, markeredgewidth=1.5)
    for corner, name, (right, above) in zip(CORNERS, data.corners, ((-1, -1), (1, -1), (0, 1)), strict=True):
        sides = {-1: "right", 0: "center", 1: "left"}[right], "bottom" if above > 0 else "top"
        at = (4 * right, 5 * above)
        text = math(f"{name} = 1")
        axes.annotate(text, corner, at, textcoords="offset points", ha=sides[0], va=sides[1], fontsize=12)
    axes.set(aspect="equal", xlim=(-0.16, 1.16), ylim=(-0.09, 0.96))
    axes.axis("off")
    bar = figure.colorbar(
        mesh, ax=axes, shrink=0.75, aspect=18, pad=0.02, extend="max" if highest < max(data.values) else "neither"
    )
    bar.outline.set_visible(False)
    bar.solids.set_rasterized(True)
    bar.ax.tick_params(length=0, labelsize=9)
    bar.ax.set_title(math(data.value), fontsize=12, pad=10)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The least and the largest value that colours tell apart: without the highest, where they go up without end."""
    lowest, usual, highest = min(values), sorted(values)[int(0.94 * len(values))], max(values)
    return lowest, highest if highest - lowest < 1.3 * (usual - lowest) else usual


def _arrows(axes: Any, data: Landscape) -> None:
    """Arrows of one length: where the flow leads, not how fast."""
    for point, velocity in data.flow:
        (x, y), (u, v) = flat(point), flat(velocity)
        long = hypot(u, v)
        if long > 1e-6:
            u, v = u / long * ARROW / 2, v / long * ARROW / 2
            style = {"arrowstyle": "-|>,head_width=0.16,head_length=0.3", "color": INK, "linewidth": 0.9}
            axes.annotate("", (x + u, y + v), (x - u, y - v), arrowprops={**style, "shrinkA": 0, "shrinkB": 0})
