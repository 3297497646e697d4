"""What numbers say of a claim: equal everywhere, or where its sides differ."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from proof.corpus.points import drawn, holds, indices_of, instances, sizes_of
from proof.corpus.reckon import NoValue, Point
from proof.corpus.record import Read

from symderiv.terms import Term

POINTS, ATTEMPTS = 2, 12
EQUAL, APART = 1e-9, 1e-7


@dataclass(frozen=True)
class Survey:
    """Sizes at which the sides agree at every point tried, and those at which they differ at some."""

    agree: tuple[dict[str, int], ...]
    differ: tuple[dict[str, int], ...]

    @property
    def verdict(self) -> str:
        """What the points allow: "equal" needs points, of a size of 2 or more where there is one."""
        if self.differ:
            return "different"
        large = [s for s in self.agree if not s or max(s.values()) > 1]
        return "equal" if large else "no points"


class Unclear(AssertionError):
    """Two values neither equal to rounding nor clearly apart."""


def survey(read: Read, seed: int = 1, left: Term | None = None, right: Term | None = None) -> Survey:
    """The two sides of a claim (or two others in its place) compared at small sizes and random points."""
    left, right = left or read.left, right or read.right
    agree, differ = [], []
    for sizes in sizes_of(read.statement.scope):
        rng = Random(f"{seed} {sorted(sizes.items())}")
        found = [_compared(read, left, right, sizes, env, rng) for env in indices_of(read.statement, sizes, rng)]
        if False in found:
            differ.append(sizes)
        elif True in found:
            agree.append(sizes)
    return Survey(tuple(agree), tuple(differ))


def _compared(read: Read, left: Term, right: Term, sizes: Any, env: Any, rng: Random) -> bool | None:
    """Whether the sides agree; None where no point was found at which the facts hold and both have a value."""
    good = 0
    for attempt in range(ATTEMPTS):
        point = drawn(read, sizes, env, rng, attempt)
        try:
            values = None if point is None else (point.value(left, env), point.value(right, env))
        except NoValue:
            continue
        if values is None:
            continue
        if not equal(*values):
            return False
        good += 1
        if good == POINTS:
            break
    return True if good else None


def equal(one: float, other: float) -> bool:
    """Whether two values are the same but for rounding; raises `Unclear` in between."""
    gap = abs(one - other) / (1 + abs(one) + abs(other))
    if EQUAL < gap < APART:
        raise Unclear(f"{one} and {other}")
    return gap <= EQUAL


def at_witness(read: Read, witness: Any) -> tuple[float, float]:
    """Both sides at a point that is written down; asserts that the facts hold there."""
    values = {(name, at): float(v) for name, array in witness["values"].items() for at, v in _entries(array, ())}
    env = witness.get("indices", {})
    point = Point(read.statement, witness.get("sizes", {}), values)
    for fact in read.statement.facts:
        assert all(holds(point, fact, e) for e in instances(fact, read, point.sizes, env)), fact
    return point.value(read.left, env), point.value(read.right, env)


def _entries(array: Any, at: tuple[int, ...]) -> list[tuple[tuple[int, ...], Any]]:
    if not isinstance(array, tuple):
        return [(at, array)]
    return [pair for n, part in enumerate(array, 1) for pair in _entries(part, (*at, n))]
