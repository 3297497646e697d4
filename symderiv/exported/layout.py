"""Text of exported modules: docstrings that nothing breaks out of, numbers as formatters lay them out."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from symderiv.numeric.document import WIDTH, safe

FITS = 80  # columns within which every formatter leaves a line alone


def paragraph(text: str) -> str:
    """Words of anybody's as lines of a docstring.

    >>> print(paragraph('Ends \"\"\" here; import os'))
    Ends ''' here; import os
    """
    words = " ".join(text.replace('"', "'").split())
    return "\n".join(map(safe, textwrap.wrap(words, WIDTH, break_on_hyphens=False)))


def docstring(paragraphs: Iterable[str], margin: str = "") -> str:
    """A docstring of paragraphs that are safe already."""
    text = "\n\n".join(p for p in paragraphs if p)
    inner = "\n".join(margin + line if line else "" for line in text.splitlines())
    return f'{margin}"""{inner[len(margin) :]}\n{margin}"""'


def module(heading: str, imports: Iterable[str], blocks: Iterable[str]) -> str:
    """The text of a module: its docstring, its imports, and definitions two lines apart, each once.

    >>> print(module('\"\"\"Text.\"\"\"', ["import numpy as np", "import math"], []), end="")
    \"\"\"Text.\"\"\"
    <BLANKLINE>
    from __future__ import annotations
    <BLANKLINE>
    import math
    <BLANKLINE>
    import numpy as np
    """
    every = sorted(set(imports))
    kinds = [[i for i in every if (i.split()[1] in sys.stdlib_module_names) is own] for own in (True, False)]
    head = [heading, "from __future__ import annotations", *("\n".join(kind) for kind in kinds if kind)]
    return "\n\n\n".join(["\n\n".join(head), *dict.fromkeys(blocks)]) + "\n"


def definitions(source: str) -> list[str]:
    """The texts of the functions of a source text, in order; what is returned has no name just for that.

    >>> definitions("import numpy as np\\n\\n\\ndef f(x):\\n    y = 2 * x\\n    return y\\n")
    ['def f(x):\\n    return 2 * x']
    """
    lines = source.splitlines()
    return ["\n".join(_returned(node, lines)) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def _returned(node: ast.FunctionDef, lines: list[str]) -> list[str]:
    """The lines of a function."""
    own = lines[node.lineno - 1 : node.end_lineno]
    match node.body[-2:]:
        case [ast.Assign(targets=[ast.Name(id=name)], lineno=at), ast.Return(value=ast.Name(id=same))] if name == same:
            at -= node.lineno
            return [*own[:at], own[at].replace(f"{name} =", "return", 1), *own[at + 1 : -1]]
    return own


def names_in(source: str) -> list[str]:
    """The names that the top of a source text binds by functions, in order."""
    return [n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]


def imports_of(source: str) -> list[str]:
    """The lines by which a source text imports."""
    return [ast.unparse(n) for n in ast.parse(source).body if isinstance(n, ast.Import)]


def rows(points: Iterable[Mapping[str, Any]], margin: str) -> str:
    """Points as lines of a list: one name to a line, long arrays one entry to a line."""
    lines = []
    for point in points:
        lines.append(f"{margin}{{")
        lines += [_entry(f'{margin}    "{name}": ', _plain(x), f"{margin}    ") for name, x in point.items()]
        lines.append(f"{margin}}},")
    return "\n".join(lines)


def _plain(x: Any) -> Any:
    return np.asarray(x).tolist()


def _entry(head: str, x: Any, margin: str) -> str:
    line = f"{head}{x!r},"
    if len(line) <= FITS or not isinstance(x, list):
        return line
    inner = [_entry(margin + "    ", e, margin + "    ") for e in x]
    return "\n".join([f"{head}[", *inner, f"{margin}],"])
