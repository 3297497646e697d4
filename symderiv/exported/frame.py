"""What modules for PyTorch and JAX share: a value with gradients of our own, in the library's dialect."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import Template

from symderiv.errors import Refused
from symderiv.exported.layout import definitions, docstring, imports_of, module
from symderiv.exported.points import Points
from symderiv.exported.recipe import Recipe
from symderiv.exported.stamp import heading
from symderiv.exported.testing import Trial, apart, self_test
from symderiv.numeric.compile import write_source
from symderiv.numeric.texts.dialects import Dialect
from symderiv.numeric.texts.names import Names
from symderiv.numeric.texts.written import Written

WEIGHTS = Template('''def $weights(value) -> np.ndarray:
    """Some upstream gradient for a value."""
    return np.cos(1 + np.arange(np.size(value))).reshape(np.shape(value))''')
WEIGHTED = Template('''def $weighted(value, derivatives: np.ndarray) -> np.ndarray:
    """Derivatives added up over the axes of the value, by those weights."""
    return np.tensordot($weights(value), derivatives, np.ndim(value))''')
NO_SIZE = (
    "no shape tells {size}, and a function for {library} takes arrays alone: export {name} to python, or write the "
    "problem with an array of that size"
)


@dataclass(frozen=True)
class Frame:
    """How a library has gradients of one's own: templates for the functions, each under the wish for its name.

    ``call`` calls a function ``{f}`` of the library with NumPy arrays ``{x}``, ``first`` is what a test does before.
    ``again`` are words of the templates where gradients may be differentiated again, ``once`` those where that is to
    be refused, with the templates ``refusal``.
    """

    library: Dialect
    imports: tuple[str, ...]
    blocks: Mapping[str, Template]
    call: str
    again: Mapping[str, str]
    once: Mapping[str, str]
    refusal: Mapping[str, Template] = field(default_factory=dict)
    first: str = ""


def framed(frame: Frame, recipe: Recipe, points: Points) -> str:
    """The text of a module for a library.

    Raises `Refused` for a size that no shape tells.
    """
    library, name = frame.library.title, recipe.problem.name
    if recipe.function.sizes:
        raise Refused(NO_SIZE.format(size=recipe.function.sizes[0], library=library, name=name))
    names = Names()
    names.taken |= {"np", *recipe.idents}
    wishes = {"name": name, "value": "value_of", "pulled": "pulled", "weights": "weights", "weighted": "weighted"}
    own = {
        word: names.new(wish) for word, wish in {**wishes, **{b: b for b in (*frame.refusal, *frame.blocks)}}.items()
    }
    value, pulled = _written(recipe, frame.library, own)
    held = apart(recipe, names, Template(frame.call).substitute(own), frame.library)
    said = {
        word: Template(text).substitute(own) for word, text in (frame.again if recipe.twice else frame.once).items()
    }
    words = {**own, **said, **_words(recipe, value)}
    blocks = {**({} if recipe.twice else frame.refusal), **frame.blocks}
    measured = [f'{own["weighted"]}(results[0], DIFFERENCES(value, {held.given}, "{by}"))' for by in recipe.by]
    call = held.call or "function(**given)[0]"
    trial = Trial(own["name"], own["tried"], call, recipe.by, measured, frame.first)
    sources = [value.source, pulled.source, held.source]
    return module(
        heading(recipe, f"a function of {library} with its gradient"),
        [*frame.imports, "import numpy as np", *(line for s in sources for line in imports_of(s))],
        [
            *(block for s in sources for block in definitions(s)),
            *(t.substitute(words) for t in (*blocks.values(), WEIGHTS, WEIGHTED)),
            *self_test(trial, points, names),
        ],
    )


def _written(recipe: Recipe, library: Dialect, names: Mapping[str, str]) -> tuple[Written, Written]:
    """The value, and the gradients weighted by an upstream one, in the dialect of a library."""
    s, of = recipe, recipe.pulled()
    return (
        write_source(names["value"], s.statement, s.outputs[:1], s.arguments, (), True, library),
        write_source(names["pulled"], of.statement, of.outputs, of.arguments, s.conditions, True, library),
    )


def _words(recipe: Recipe, value: Written) -> dict[str, str]:
    """What the templates say of the problem: its arguments, its gradients, what is no variable."""
    args, parameters = recipe.idents, recipe.function.parameters
    gradients = ", ".join(f"gradient_{n}" for n in recipe.by)
    return {
        "args": ", ".join(args),
        "inputs": _listed(args),
        "doc": docstring(_documented(recipe, value), "    "),
        "gradients": gradients if len(recipe.by) > 1 else f"({gradients},)",
        "places": repr(tuple(map(args.index, recipe.by))),
        "returned": _listed(f"gradient_{n}" if n in recipe.by else "None" for n in args),
        "others": _listed("None" if p.name in recipe.by or p.classes else f'"{p.name}"' for p in parameters),
        "moved": _listed(f'"{n}"' for n in recipe.by),
    }


def _listed(texts: Iterable[str]) -> str:
    """A tuple as formatters write it."""
    many = list(texts)
    return f"({many[0]},)" if len(many) == 1 else f"({', '.join(many)})"


def _documented(recipe: Recipe, value: Written) -> Iterator[str]:
    """The docstring of the public function: formulas and conditions, then what it takes and gives."""
    formulas, _, _ = (recipe.function.__doc__ or "").partition("\n\n")
    own = next(n for n in ast.parse(value.source).body if isinstance(n, ast.FunctionDef) and n.name == value.name)
    yield formulas
    yield (ast.get_docstring(own) or "").partition("\n\n")[2]
