"""The test that an exported module brings along: examples against differences, and large entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from string import Template

from symderiv.exported.layout import rows
from symderiv.exported.points import Points
from symderiv.exported.recipe import Recipe
from symderiv.numeric.compile import write_source
from symderiv.numeric.texts.dialects import NUMPY, Dialect
from symderiv.numeric.texts.names import Names

DIFFERENCES = Template('''def $differences(f, given: dict, name: str, step: float = 1e-5) -> np.ndarray:
    """The derivatives of f by every entry of one argument, by central differences."""
    x = np.asarray(given[name], float)
    found = np.empty((*np.shape(f(**given)), *x.shape))
    for at in np.ndindex(x.shape):
        move = np.zeros(x.shape)
        move[at] = step
        above, below = (f(**{**given, name: x + way * move}) for way in (1, -1))
        found[(..., *at)] = (above - below) / (2 * step)
    return found''')

SELF_TEST = Template('''def $self_test(function) -> int:
    """Compare gradients with differences, try large entries, say what came out; 0 if well."""
    examples = $examples
    large = $large
    wrong, most = [], 0.0

    def value(**given):
        return $value

    for number, example in enumerate(examples, 1):
        given = {name: np.array(x) for name, x in example.items()}
        results = function(**given)
$checks
    for example in large:
        with np.errstate(all="ignore"):
            results = function(**{name: np.array(x) for name, x in example.items()})
        if not all(np.all(np.isfinite(x)) for x in results):
            wrong.append("large entries do not give finite numbers")
    good = f"$found"
    said = "; ".join(["WRONG", *wrong]) if wrong else good
    print("$name:", said)
    return 1 if wrong else 0''')

CHECK = Template("""        measured = $measured
        error = np.max(np.abs(results[$place] - measured)) / (1 + np.max(np.abs(measured)))
        most = max(most, error)
        if not error <= 1e-6:
            wrong.append(f"gradient by $variable off by {error:.0e} at example {number}")""")

MAIN = Template("""if __name__ == "__main__":$first
    raise SystemExit($self_test($function))""")


@dataclass(frozen=True)
class Trial:
    """What is tried: ``value`` is code for the value at ``given``, ``measured`` for what each gradient should be.

    In ``measured`` the word DIFFERENCES stands for the function; ``variables`` are the arguments differentiated by.
    ``first`` is what the script does before.
    """

    name: str
    function: str
    value: str
    variables: Sequence[str]
    measured: Sequence[str]
    first: str = ""


@dataclass(frozen=True)
class Apart:
    """The value with what is held an argument of its own: its text, a call of it, and what it is called with."""

    source: str = ""
    call: str = ""
    given: str = "given"


def apart(recipe: Recipe, names: Names, call: str = "{f}({x})", library: Dialect = NUMPY) -> Apart:
    """How to move the variable while what `stop_gradient` encloses stays; nothing where nothing is held.

    ``call`` is how the library calls a function of NumPy arrays.
    """
    still, copies = recipe.still()
    if not copies:
        return Apart()
    output = replace(recipe.outputs[0], term=still.value)
    arguments = (*recipe.arguments, *(copy for copy, _ in copies))
    found = write_source(names.new("value_held"), still, (output,), arguments, (), True, library)
    many = len(recipe.arguments)
    ours = dict(zip(recipe.arguments, recipe.idents, strict=True))
    of = [*recipe.idents, *found.args[many:]]
    x = ", ".join([*(f'given["{n}"]' for n in of), *(f'{n}=given["{n}"]' for n in found.sizes)])
    copied = zip(found.args[many:], (ours[name] for _, name in copies), strict=True)
    given = ", ".join(["**given", *(f'"{copy}": given["{name}"]' for copy, name in copied)])
    return Apart(found.source, call.format(f=found.name, x=x), f"{{{given}}}")


def self_test(trial: Trial, points: Points, names: Names) -> list[str]:
    """The functions of the test, and the lines that run it as a script."""
    differences, own = names.new("differences"), names.new("self_test")
    checks = (
        CHECK.substitute(measured=m.replace("DIFFERENCES", differences), place=place, variable=v)
        for place, (v, m) in enumerate(zip(trial.variables, trial.measured, strict=True), 1)
    )
    test = SELF_TEST.substitute(
        self_test=own,
        name=trial.name,
        value=trial.value,
        checks="\n".join(checks),
        examples=_listed(points.examples),
        large=_listed(points.large),
        found=_found(points),
    )
    return [
        DIFFERENCES.substitute(differences=differences),
        test,
        MAIN.substitute(self_test=own, function=trial.function, first=trial.first),
    ]


def _listed(points: Sequence[Mapping[str, object]]) -> str:
    return f"[\n{rows(points, ' ' * 8)}\n    ]" if points else "[]"


def _found(points: Points) -> str:
    """What is said where nothing is wrong."""
    many = f"{len(points.examples)} example{'s' if len(points.examples) > 1 else ''}"
    far = ", gradient not finite at 1e4" if points.lost else ", finite at 1e4" if points.large else ""
    return f"ok, within {{most:.0e}} of differences at {many}{far}"
