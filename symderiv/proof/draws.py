"""Numbers to try: whole ones in a fixed order first, then random fractions, the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from symderiv.proof import balls
from symderiv.proof.evaluation import Location
from symderiv.proof.places import Places, Sizes

Numbers = Mapping[Location, balls.Number]
SEED = 20240607
SHAPES = 8  # ways to draw, after which they repeat with other random numbers


def drawn(places: Places, sizes: Sizes, attempt: int, logarithmic: frozenset[str]) -> dict[Location, balls.Number]:
    """A number for every entry and scalar; for names in ``logarithmic`` a logarithm of a fraction."""
    rng = Random(f"{SEED} {sorted(sizes.items())} {attempt}")
    ranks = {name: rank for rank, name in enumerate(places.reached)}
    found: dict[Location, balls.Number] = {}
    for order, place in enumerate(places.locations(sizes)):
        value = _number(rng, ranks[place[0]] + sum(n - 1 for n in place[1]), order, attempt)
        if place[0] in logarithmic:
            share = Fraction(rng.randint(1, 9), 10) if attempt % 2 else Fraction(1 + order % 3, 3)
            found[place] = balls.logarithm(balls.rational(share))
        else:
            found[place] = balls.rational(value)
    return found


def drawn_labels(places: Places, sizes: Sizes, attempt: int) -> dict[Location, int]:
    """Class numbers in their range: neighbours differ on every other attempt, and all agree on the rest."""
    rng = Random(f"{SEED} labels {sorted(sizes.items())} {attempt}")
    found = {}
    for place, many in places.label_places(sizes).items():
        start = rng.randrange(many) if attempt else 0
        found[place] = 1 + (start + (sum(place[1]) - len(place[1]) if attempt % 2 == 0 else 0)) % many
    return found


def _number(rng: Random, position: int, order: int, attempt: int) -> Fraction:
    """The number of one attempt; ``position`` counts along the axes, ``order`` over everything."""
    match attempt % SHAPES:
        case 0 if attempt == 0:
            return Fraction(position % 2)
        case 1:
            d = rng.choice((5, 7))  # no whole number, lest an equation hold by accident
            return Fraction((d * rng.randint(0, 1) + rng.randint(1, d - 1)) * (1 if order % 2 else -1), d)
        case 2:
            return Fraction(rng.randint(1, 9), 10)
        case 3:
            return Fraction(1 + (position + attempt // SHAPES) % 3)
        case 4:
            return Fraction(rng.randint(1, 9), 40)
        case 5:
            return Fraction(rng.randint(1, 40), rng.randint(1, 9))
        case 6:
            return Fraction(rng.randint(-3, 3))
        case 7:
            return Fraction(-rng.randint(1, 9), rng.choice((1, 3, 10)))
    return Fraction(rng.randint(-60, 60), rng.choice((1, 7, 11)))
