"""Zeros of a function known by its values: exact ones of affine, fractional linear and quadratic functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isqrt

Function = Callable[[Fraction], Fraction | None]
SAMPLES = tuple(map(Fraction, ("1", "2", "3", "1/2", "-1", "5")))
GUESSES = tuple(map(Fraction, ("0", "1", "2", "-1", "1/2", "3", "4", "1/3")))


def roots(f: Function, turn: int = 0) -> Iterator[Fraction]:
    """Zeros of f, each tried; f is None where it has no rational value. Another ``turn`` is another order.

    >>> list(roots(lambda x: x * x - 4))
    [Fraction(2, 1), Fraction(-2, 1)]
    >>> next(roots(lambda x: x * x - 4, turn=1))
    Fraction(-2, 1)
    """
    seen: list[tuple[Fraction, Fraction]] = []
    found: list[Fraction] = []
    for x in SAMPLES:
        y = f(x)
        if y is not None:
            seen.append((x, y))
        if len(seen) == 3:
            break
    if len(seen) < 3 or seen[0][1] == seen[1][1] == seen[2][1]:
        return
    for x in _turned(tuple(_candidates(seen)), turn):
        if x not in found and f(x) == 0:
            found.append(x)
            yield x


def _turned(candidates: tuple[Fraction, ...], turn: int) -> tuple[Fraction, ...]:
    """Candidates and guesses from another one on; what is affine has one zero, and there is nothing to turn."""
    first = turn % (len(candidates) + len(GUESSES)) if len(candidates) > 1 else 0
    several = (*candidates, *GUESSES)
    return several[first:] + several[:first]


def _candidates(seen: list[tuple[Fraction, Fraction]]) -> Iterator[Fraction]:
    (x0, y0), (x1, y1), (x2, y2) = seen
    slope, other = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    if slope == other:
        yield x0 - y0 / slope
        return
    bend = (other - slope) / (x2 - x0)
    yield from _quadratic(bend, slope - bend * (x0 + x1), y0 - slope * x0 + bend * x0 * x1)
    yield from _fractional(seen)


def _quadratic(a: Fraction, b: Fraction, c: Fraction) -> Iterator[Fraction]:
    root = square_root(b * b - 4 * a * c)
    if root is not None:
        yield from sorted(((-b + root) / (2 * a), (-b - root) / (2 * a)), reverse=True)


def square_root(a: Fraction) -> Fraction | None:
    """The rational square root, or None."""
    if a < 0:
        return None
    top, bottom = isqrt(a.numerator), isqrt(a.denominator)
    return Fraction(top, bottom) if top * top == a.numerator and bottom * bottom == a.denominator else None


def _fractional(seen: list[tuple[Fraction, Fraction]]) -> Iterator[Fraction]:
    """Where (ax + b)/(cx + d) through three points is 0: x = p + qy - rxy, solved for p."""
    (x0, y0), (x1, y1), (x2, y2) = seen
    # subtract the first equation from the others and eliminate q
    a1, b1, c1 = y1 - y0, x1 * y1 - x0 * y0, x1 - x0
    a2, b2, c2 = y2 - y0, x2 * y2 - x0 * y0, x2 - x0
    determinant = a1 * -b2 + a2 * b1
    if determinant:
        q = (c1 * -b2 + c2 * b1) / determinant
        r = (a1 * c2 - a2 * c1) / determinant
        yield x0 - q * y0 + r * x0 * y0
