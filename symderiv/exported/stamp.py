"""How an exported module begins: what it is, what was decided on its derivation, the digest to know it by."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.derivation import Derivation
from symderiv.errors import InconsistentTrace
from symderiv.exported.layout import docstring, paragraph
from symderiv.exported.recipe import Recipe
from symderiv.printing.plain import plain
from symderiv.release import VERSION
from symderiv.terms import Symbol

TESTS = "Run as a script this module tests itself: gradients against differences, large entries for finite results."


def heading(recipe: Recipe, what: str) -> str:
    """The docstring of a module: title, purpose, stamp."""
    p = recipe.problem
    stamps = ("\n".join(map(paragraph, stamp(d))) for d in recipe.parts)
    return docstring([paragraph(f"{p.title or p.name}: {what}."), paragraph(p.about), *stamps, paragraph(TESTS)])


def stamp(derivation: Derivation) -> Iterator[str]:
    """Sentences that say what is proved of a derivation, and loudly what is not. They hold no date.

    Raises `InconsistentTrace` for a step that is refuted.

    >>> from symderiv.derivation import derive
    >>> from symderiv.zoo import load
    >>> next(stamp(derive(load("softmax"))))[:75]
    'Proved for all K: each of the 11 steps from the derivative of p[j] by z[i] '
    """
    named = list(zip((n for n, _ in derivation.numbered), derivation.verify(), strict=True))
    for number, verdict in named:
        if verdict.status == "refuted":
            raise InconsistentTrace(f"step {number} of {derivation.problem.name} is refuted: {verdict.finding}")
    s = derivation.statement
    steps = f"{len(named)} steps from the derivative of {plain(s.value)} by {plain(s.variables[0])} to its result"
    doubtful = [(number, verdict.reason) for number, verdict in named if verdict.status != "proved"]
    if doubtful:
        yield f"NOT PROVED: {len(doubtful)} of the {steps} could not be decided."
        yield from (f"NOT PROVED: step {number}, because {reason}." for number, reason in doubtful)
    else:
        yield f"Proved{_sizes(derivation)}: each of the {steps}, lemmas and cases included."
    yield f"Derivation {derivation.digest}, symderiv {VERSION}."


def _sizes(derivation: Derivation) -> str:
    scope = derivation.statement.scope
    found = [*(s for shape in scope.shapes.values() for s in shape), *scope.sizes]
    names = list(dict.fromkeys(s.name for s in found if isinstance(s, Symbol)))
    return f" for all {' and '.join(names)}" if names else ""
