"""From a problem to a module of its own, in NumPy, PyTorch or JAX, that no longer needs symderiv."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from symderiv.derivation import Derivation
from symderiv.errors import InputError, OutputError
from symderiv.exported.frame import framed
from symderiv.exported.points import Points, points
from symderiv.exported.recipe import Recipe, recipe
from symderiv.exported.with_jax import JAX_FRAME
from symderiv.exported.with_numpy import numpy_module
from symderiv.exported.with_torch import TORCH_FRAME
from symderiv.numeric.texts.names import identifier
from symderiv.problem import Problem
from symderiv.report.files import write
from symderiv.zoo import load

TEXT = "-"
OURS = re.compile(r"^Derivation [0-9a-f]{16}, symderiv ", re.MULTILINE)
DOUBTS = re.compile(r"^NOT PROVED: .*", re.MULTILINE)
TAKEN = frozenset((*sys.stdlib_module_names, "numpy", "torch", "jax", "jaxlib"))


class Target(NamedTuple):
    """What writes the modules for a library, and how their files end."""

    text: Callable[[Recipe, Points], str]
    suffix: str = ""
    every_entry: bool = False


TARGETS: Mapping[str, Target] = {
    "python": Target(numpy_module),
    "torch": Target(partial(framed, TORCH_FRAME), "_torch", every_entry=True),
    "jax": Target(partial(framed, JAX_FRAME), "_jax", every_entry=True),
}


@dataclass(frozen=True)
class Module:
    """The text of a stand-alone module and the name of its file; ``doubts`` say what is not proved."""

    file: str
    text: str

    @property
    def doubts(self) -> tuple[str, ...]:
        """The loud lines of its stamp."""
        return tuple(DOUBTS.findall(self.text))


def export(
    problem: Problem | Derivation | str, to: str = "python", out: str | Path = ".", wrt: Any = None
) -> Path | str:
    """Write value and gradient as a module of its own; returns its path.

    ``to`` is ``"python"`` for NumPy: a function that returns value and gradients; ``"torch"`` for a
    `torch.autograd.Function`, ``"jax"`` for a `jax.custom_vjp`: a function that returns the value, with the derived
    gradients, weighted by an upstream one, on the way back. The module imports nothing of symderiv. Its docstring has
    the stamp of the proof: how many steps are proved, loudly those that are not, and the digest of the derivation; the
    function's own has formulas, shapes and conditions. Run as a script it compares its gradient with differences at
    the problem's examples (else at simple or random numbers), tries large entries, prints one line, and ends with
    status 0 or 1. The same problem gives the same bytes.

    ``problem`` is a `Problem`, a `Derivation`, or the name of one in the zoo; ``wrt`` is that of `value_and_grad`: with
    a tuple of variables there is a gradient for each. ``out`` is a folder, a file that ends in ``.py``, or ``"-"``:
    then the text is returned and nothing is written.

    Raises `InputError` for what cannot be read as meant, `Refused` where there is no code or no number to test it
    with, `InconsistentTrace` for a step that is refuted, `OutputError` where the file cannot be written or is not ours.

    >>> from symderiv.zoo import load
    >>> text = export(load("softmax-cross-entropy"), out="-")
    >>> "def softmax_cross_entropy(z, y):" in text, "Proved for all K:" in text
    (True, True)
    """
    made = stand_alone(problem, to, wrt)
    return made.text if str(out) == TEXT else save(made, out)


def stand_alone(problem: Problem | Derivation | str, to: str = "python", wrt: Any = None) -> Module:
    """The module that `export` writes; errors are the same."""
    target = TARGETS.get(to) if isinstance(to, str) else None
    if target is None:
        raise InputError(f"to says for which library: {', '.join(TARGETS)}, not {to!r}")
    asked = recipe(load(problem) if isinstance(problem, str) else problem, wrt, target.every_entry)
    name = identifier(asked.problem.name)
    stem = f"{name}{target.suffix or ('_numpy' if name in TAKEN else '')}"
    return Module(f"{stem}.py", target.text(asked, points(asked)))


def save(made: Module, out: str | Path) -> Path:
    """Write a module into a folder, or as the file of a name that ends in ``.py``."""
    if not isinstance(out, str | Path) or "\0" in str(out):
        raise InputError(f"out is a folder, or a file that ends in .py, not {out!r}")
    path = Path(out) if Path(out).suffix == ".py" else Path(out) / made.file
    if path.stem in TAKEN:
        raise InputError(
            f"a module called {path.name} would hide one that Python or it itself imports; name it otherwise"
        )
    if path.is_file() and not OURS.search(_beginning(path)):
        raise OutputError(f"{path} is there and was not written by symderiv; move it away, or say another place")
    return write({path: made.text})[0]


def _beginning(path: Path) -> str:
    """What a file begins with, as far as it can be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(20000)
    except OSError:
        return ""
