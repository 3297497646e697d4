"""What gradients cost against products with the Jacobian: ``python -m benchmarks.cost`` writes what figures draw.

Measured times are data: the figure of the notes is drawn from the committed file, so that making it again changes
nothing. What is timed is the generated code without the checks of its arguments.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

import symderiv as sd
from benchmarks.table import table
from benchmarks.timing import measure
from symderiv.numeric.checks.draw import draw
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import NumericFunction, Output
from symderiv.numeric.rewrites.prepare import default_arguments
from symderiv.printing.notation import DEFAULT
from symderiv.report.figures.price import MEASURED, Price, price_of
from symderiv.report.figures.setting import Setting
from symderiv.report.judged import Judgement
from symderiv.terms import Entry, Symbol, Term

SIZES = (10, 30, 100, 300, 1000, 3000)
LEAST = 0.002  # seconds that one timing takes at least: short work is repeated in it
HEAD = ("problem", "size", "gradient", "with the Jacobian", "times as long")


def prices() -> Iterator[tuple[str, Price]]:
    """The problems of the zoo whose gradient can be had both ways."""
    for name in sd.names():
        d = sd.derive(sd.load(name))
        setting = Setting(d.subject, (), Judgement(), d.statement.value, DEFAULT)
        price = price_of(d.statement, d.trace.result, setting.jacobians) if setting.vector else None
        if price is not None:
            yield name, price


def both(price: Price, size: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The two ways as functions of nothing, at random arguments of a size."""
    statement, variable = price.statement, price.start.variable
    names = default_arguments(statement, (variable, price.gradient, price.outer, price.jacobian))
    given = draw(statement, names, {price.size.name: size}, np.random.default_rng(0))
    numbers = [given[name] for name in names]
    index = _index(variable)
    gradient, outer, jacobian = (
        _compiled(price, term, axes, names)
        for term, axes in (
            (price.gradient, (index,)),
            (price.outer, (price.index,)),
            (price.jacobian, (price.index, index)),
        )
    )
    return lambda: gradient(*numbers), lambda: outer(*numbers) @ jacobian(*numbers)


def _compiled(price: Price, term: Term, axes: tuple[Symbol, ...], names: tuple[str, ...]) -> Callable[..., Any]:
    output = Output("value", term, axes, {i.name: price.size for i in axes})
    function: NumericFunction = compile_function("value", price.statement, (output,), names)
    return function.body


def _index(variable: Term) -> Symbol:
    assert isinstance(variable, Entry)
    (index,) = variable.indices
    assert isinstance(index, Symbol)
    return index


def microseconds(action: Callable[[], Any]) -> float:
    """The time of an action in the fastest of some runs, which others on the machine disturb least, to two digits."""
    with np.errstate(all="ignore"):
        once = measure(lambda _: action()).milliseconds
        many = max(1, int(1000 * LEAST / max(once, 1e-4)))
        found = measure(lambda _: [action() for _ in range(many)], choose=min).milliseconds / many
    return float(f"{1000 * found:.2g}")


def measured(name: str, price: Price, sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """One problem's times by both ways, after a look whether they agree."""
    times: list[tuple[float, float]] = []
    for size in sizes:
        ways = both(price, size)
        assert np.allclose(ways[0](), ways[1](), atol=1e-8), f"the two ways to the gradient of {name} differ"
        times.append((microseconds(ways[0]), microseconds(ways[1])))
    direct, product = zip(*times, strict=True)
    return {"name": name, **price.mark, "sizes": list(sizes), "direct": list(direct), "product": list(product)}


def rows(found: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The times of a problem as rows of a table."""
    for size, direct, product in zip(found["sizes"], found["direct"], found["product"], strict=True):
        yield found["name"], str(size), f"{direct:g} µs", f"{product:g} µs", f"{product / direct:.0f}x"


def cost() -> Iterator[tuple[str, ...]]:
    """Every problem's rows."""
    for name, price in prices():
        yield from rows(measured(name, price))


def main() -> None:
    """Measure, print, and write the data of the figures."""
    found = [measured(name, price) for name, price in prices()]
    print(table(HEAD, [row for one in found for row in rows(one)]))
    version = partial(".".join, platform.python_version_tuple()[:2])
    machine = f"one {platform.machine()} processor, Python {version()}, NumPy {np.__version__}"
    data = {"unit": "microseconds", "machine": machine, "measured": found}
    MEASURED.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
