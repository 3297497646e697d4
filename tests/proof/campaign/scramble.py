"""Scrambled truths: a term and the same term after random truth-preserving rewrites."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from symderiv.nodes import Term

from .names import Place, places, replaced, weight
from .rewrites import algebra, calculus, known, sums, transcendental
from .rewrites.spot import Rewrite, Spot
from .settings import Setting

TABLE = (*algebra.TABLE, *transcendental.TABLE, *sums.TABLE, *calculus.TABLE, *known.TABLE)
RULES, CHANCES = zip(*TABLE, strict=True)
HEAVIEST = 90  # nodes


def scrambled(t: Term, setting: Setting, random: Random, steps: int) -> tuple[Term, tuple[str, ...], frozenset[str]]:
    """The term rewritten, the names of the rewrites in order, and the kinds of facts they used."""
    names: list[str] = []
    used: set[str] = set()
    for _ in range(25 * steps):
        if len(names) == steps:
            break
        rule = random.choices(RULES, CHANCES)[0]
        found = next(applied(t, rule, setting, random, used), None)
        if found is not None:
            t = found
            names.append(rule.__name__)
    return t, tuple(names), frozenset(used)


def applied(t: Term, rule: Rewrite, setting: Setting, random: Random, used: set[str]) -> Iterator[Term]:
    """The term with a rewrite applied somewhere, at random places in turn."""
    start = Place(letters=tuple(setting.letters.items()))
    spots = list(places(t, start))
    for u, place in random.sample(spots, len(spots)):
        at = Spot(setting, random, place)
        new = rule(u, at)
        if new is None or new is u:
            continue
        whole = replaced(t, place.path, new)
        if weight(whole) <= HEAVIEST:
            used |= at.used
            yield whole
