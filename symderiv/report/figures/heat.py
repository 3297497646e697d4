"""A Jacobian as a map of colours with its numbers in the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symderiv.report.figures.style import DIVERGING, FORMATS, INK, drawn, math

PLACES = 3
CELL, EDGE = 0.62, 0.9  # inches
DARK = 0.72  # of the largest entry: beyond, numbers are set in white


@dataclass(frozen=True)
class Heat:
    """``rows`` of numbers; ``down`` and ``across`` are the letters of the two indices, ``name`` that of an entry."""

    rows: tuple[tuple[float, ...], ...]
    down: str
    across: str
    name: str


def heat(data: Heat, formats: Sequence[str] = FORMATS) -> Mapping[str, bytes]:
    """The map in some formats. Positive numbers are orange, negative ones blue, 0 is white."""
    width = max(2.6, CELL * len(data.rows[0]) + EDGE + 0.7)
    return drawn(lambda figure: _paint(figure, data), formats, CELL * len(data.rows) + EDGE, width)


def _paint(figure: Any, data: Heat) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    axes = figure.subplots()
    most = max(abs(x) for row in data.rows for x in row) or 1.0
    colours = LinearSegmentedColormap.from_list("diverging", DIVERGING)
    edges = [range(len(data.rows[0]) + 1), range(len(data.rows) + 1)]
    mesh = axes.pcolormesh(*edges, data.rows, cmap=colours, vmin=-most, vmax=most, edgecolor="white", linewidth=1.5)
    for n, row in enumerate(data.rows):
        for m, x in enumerate(row):
            colour = "white" if abs(x) > DARK * most else INK
            axes.text(m + 0.5, n + 0.5, written(x), ha="center", va="center", color=colour, fontsize=9.5)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, bottom=False, top=False, labelbottom=False, labeltop=True)
    axes.set_xticks([m + 0.5 for m in range(len(data.rows[0]))], [f"${m + 1}$" for m in range(len(data.rows[0]))])
    axes.set_yticks([n + 0.5 for n in range(len(data.rows))], [f"${n + 1}$" for n in range(len(data.rows))])
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(math(data.across))
    axes.set_ylabel(math(data.down), rotation=0, labelpad=10, va="center")
    bar = figure.colorbar(mesh, ax=axes, shrink=0.9, aspect=16, pad=0.04)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=9)
    bar.ax.set_title(math(data.name), fontsize=12, pad=8)


def written(x: float) -> str:
    """A number in a cell, with a minus sign that is one.

    >>> written(-0.15447), written(-0.0)
    ('$-0.154$', '$0.000$')
    """
    text = f"{x:.{PLACES}f}"
    return f"${text.lstrip('-') if float(text) == 0 else text}$"
