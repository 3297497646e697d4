"""The documentation of a generated function: formulas, shapes, batch rule."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from symderiv.numeric.arguments import Parameter, show
from symderiv.numeric.function import Output
from symderiv.numeric.rewrites.prepare import independent
from symderiv.printing.plain import plain
from symderiv.statement import Statement, names_used
from symderiv.terms import Term

WIDTH = 88  # with indentation and quotes a line of the notes in print


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
    parameters: Sequence[Parameter],
    sizes: Sequence[str],
    conditions: Sequence[str] = (),
    library: str = "NumPy",
) -> str:
    """Text for a docstring. ``shapes`` are the outputs', ``sizes`` the names of keyword arguments.

    ``library`` says what runs the code.
    """
    lines = []
    for o in outputs:
        axes = f"[{', '.join(map(plain, o.axes))}]" if o.axes else ""
        lines += wrapped(f"{o.name}{axes} = {plain(o.term)}")
    used = definitions_used(statement, outputs) - set(independent(statement))
    for d in statement.definitions:
        if d.name in used:
            lines += wrapped(f"where {plain(d.head)} = {plain(d.body)}")
    lines += [line for c in conditions for line in wrapped(f"if {c}")]
    takes = ", ".join((*map(_parameter, parameters), *(f"{size} a whole number" for size in sizes)))
    lines += ["", *wrapped(f"Takes {takes or 'nothing'}.")]
    lines += wrapped(f"Gives {', '.join(_described(o.name, s) for o, s in zip(outputs, shapes, strict=True))}.")
    numbers = "Indices and class numbers" if any(p.classes is not None for p in parameters) else "Indices"
    lines += [
        "Further leading axes are a batch: one result per item.",
        f"{numbers} count from 1 here, from 0 in {library}.",
    ]
    return "\n".join(map(safe, lines))


def _parameter(p: Parameter) -> str:
    if p.classes is None:
        return _described(p.name, p.sizes)
    what = "class numbers" if p.sizes else "class number"
    if p.one_hot is not None:
        what = f"{what} of the one-hot {_described(p.name, p.one_hot.sizes)},"
    return f"{_described(p.name, p.sizes).removesuffix(' a number')}: {what} from 0 to {show(p.classes)} - 1"


def _described(name: str, shape: tuple[Term, ...]) -> str:
    if not shape:
        return f"{name} a number"
    return f"{name} ({', '.join(map(show, shape))}{',' if len(shape) == 1 else ''})"


def wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def safe(line: str) -> str:
    """A line that cannot end the docstring it stands in, whatever the names of the problem are."""
    return "".join(c if c.isprintable() and c not in '\\"' else "_" for c in line)
