"""Modules in NumPy: the function as `value_and_grad` has it, and a test of it."""

from __future__ import annotations

from symderiv.exported.layout import definitions, imports_of, module, names_in
from symderiv.exported.points import Points
from symderiv.exported.recipe import Recipe
from symderiv.exported.stamp import heading
from symderiv.exported.testing import Trial, apart, self_test
from symderiv.numeric.texts.names import Names
from symderiv.terms import Entry, Symbol

LETTERS = "ijklmnopqrstuvwxyzabcdefgh"


def numpy_module(recipe: Recipe, points: Points) -> str:
    """The text of a module in NumPy."""
    source = recipe.function.source
    names = Names()
    names.taken |= {"np", *names_in(source)}
    name = names_in(source)[-1]
    held = apart(recipe, names)
    measured = [_measured(recipe, place, held.given) for place in range(len(recipe.variables))]
    trial = Trial(name, name, held.call or "function(**given)[0]", recipe.by, measured)
    return module(
        heading(recipe, "value and gradient in NumPy"),
        imports_of(source),
        [*definitions(source), *definitions(held.source), *self_test(trial, points, names)],
    )


def _measured(recipe: Recipe, place: int, given: str) -> str:
    """Code for what a gradient should be: the derivatives by every entry, those of equal letters picked."""
    variable = recipe.variables[place]
    text = f'DIFFERENCES(value, {given}, "{recipe.by[place]}")'
    indices = variable.indices if isinstance(variable, Entry) else ()
    own = [s.name for s in (*recipe.letters, *indices) if isinstance(s, Symbol)]
    found = [s.name for s in recipe.outputs[place + 1].axes]
    if own == found:
        return text
    letters = dict(zip(dict.fromkeys(own), LETTERS, strict=False))
    pattern = "->".join("".join(letters[n] for n in many) for many in (own, found))
    return f'np.einsum("{pattern}", {text})'
