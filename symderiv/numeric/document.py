"""The documentation of a generated function: formulas, shapes, batch rule."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from symderiv.numeric.arguments import show
from symderiv.numeric.function import Output
from symderiv.numeric.prepare import independent
from symderiv.printing.plain import plain
from symderiv.statement import Statement, names_used
from symderiv.terms import Term

WIDTH = 96


def definitions_used(statement: Statement, outputs: Iterable[Output]) -> frozenset[str]:
    """Names of the definitions the outputs need, those of other definitions included."""
    found: set[str] = set()
    todo = [n for o in outputs for n in names_used(o.term)]
    while todo:
        name = todo.pop()
        if name in statement.by_name and name not in found:
            found.add(name)
            todo += names_used(statement.by_name[name].body)
    return frozenset(found)


def document(
    statement: Statement,
    outputs: Sequence[Output],
    shapes: Sequence[tuple[Term, ...]],
    arguments: Sequence[tuple[str, tuple[Term, ...] | None]],
    conditions: Sequence[str] = (),
) -> str:
    """Text for a docstring. ``shapes`` are the outputs'; an argument with None is a size."""
    lines = []
    for o in outputs:
        axes = f"[{', '.join(map(plain, o.axes))}]" if o.axes else ""
        lines += _wrapped(f"{o.name}{axes} = {plain(o.term)}")
    used = definitions_used(statement, outputs) - set(independent(statement))
    for d in statement.definitions:
        if d.name in used:
            lines += _wrapped(f"where {plain(d.head)} = {plain(d.body)}")
    lines += [line for c in conditions for line in _wrapped(f"if {c}")]
    takes = ", ".join(_described(n, s) for n, s in arguments)
    lines += ["", *_wrapped(f"Takes {takes or 'nothing'}.")]
    lines += _wrapped(f"Gives {', '.join(_described(o.name, s) for o, s in zip(outputs, shapes, strict=True))}.")
    lines += ["Further leading axes are a batch: one result per item.", "Indices count from 1 here, from 0 in NumPy."]
    return "\n".join(map(_safe, lines))


def _described(name: str, shape: tuple[Term, ...] | None) -> str:
    if not shape:
        return f"{name} a {'number' if shape is not None else 'whole number'}"
    return f"{name} ({', '.join(map(show, shape))}{',' if len(shape) == 1 else ''})"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def _safe(line: str) -> str:
    """A line that cannot end the docstring it stands in, whatever the names of the problem are."""
    return "".join(c if c.isprintable() and c not in '\\"' else "_" for c in line)
