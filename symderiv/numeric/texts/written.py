"""What the writer hands over: the text of a function with all that it brings along, and what it takes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symderiv.numeric.arguments import Parameter
from symderiv.numeric.texts.dialects import Dialect
from symderiv.numeric.texts.helpers import helpers_for
from symderiv.terms import Term


@dataclass(frozen=True)
class Written:
    """A function in one dialect: ``source`` is stand-alone text; the rest is as in `NumericFunction`."""

    name: str
    source: str
    args: tuple[str, ...]
    sizes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    shapes: tuple[tuple[Term, ...], ...]
    least: Mapping[str, int]
    analytic: bool
    fresh: tuple[bool, ...]


def whole(
    dialect: Dialect, name: str, inputs: Sequence[str], sizes: Sequence[str], doc: str, body: Sequence[str]
) -> str:
    """The module: imports, helpers, the function with its docstring."""
    text = "\n".join([*dialect.opening("\n".join(body)), *body])
    signature = ", ".join([*inputs, *(["*", *sizes] if sizes else [])])
    end = "\n" if "\n" in doc else ""
    text = f"def {name}({signature}):\n" + textwrap.indent(f'"""{doc}{end}"""\n{text}', "    ")
    helpers = helpers_for(text, dialect)
    every = "\n".join([*helpers, text])
    imports = [*(["import math"] if re.search(r"\bmath\.", every) else []), *dialect.imports]
    source = "\n\n\n".join([*(["\n".join(imports)] if imports else []), *helpers, text])
    return "\n".join(line.rstrip() for line in source.splitlines()) + "\n"
