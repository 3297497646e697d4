"""Linear dependence of fractions over those that are free of some atoms.

A dependence is guessed at random points modulo a prime and then verified as an identity of fractions,
so a wrong guess costs time and never soundness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import lcm
from random import Random
from typing import Any

import flint

from symderiv.proof.algebra import Algebra
from symderiv.proof.fractions import Ratio
from symderiv.proof.polynomials import Poly, added, merged, raised

PRIME = 2305843009213693951  # 2^61 - 1
Element = Sequence[Ratio]  # the summands of one element: the images of a body under permutations of its binders
Inner = Callable[[int], bool]


def dependence(s: Algebra, new: Element, candidates: Sequence[Element], inner: Inner) -> dict[int, Ratio] | None:
    """Coefficients free of inner atoms with which candidates, by place, add up to the new element, or None."""
    places = _related(s, new, candidates, inner)
    if not places:
        return None
    support = _guess(s, new, [candidates[n] for n in places], inner)
    if not support:
        return None
    chosen = [places[n] for n in support]
    whole, parts = s.add(new), [s.add(candidates[n]) for n in chosen]
    solution = _solved(s, whole, parts, inner)
    if solution is None:
        return None
    if any(_may_divide_nothing(s, c) for c in solution):
        return None
    sum_ = s.add(s.times(x, part) for x, part in zip(solution, parts, strict=True))
    if s.minus(sum_, whole):
        return None
    return dict(zip(chosen, solution, strict=True))


def _may_divide_nothing(s: Algebra, a: Ratio) -> bool:
    """Whether a fraction is over an atom with a relation: where x^2 = 1, x - 1 divides 0."""
    below = {n for f, _ in a.below for n in s.factors[f].atoms} | {n for m in a.terms for n, e in m if e < 0}
    return not below.isdisjoint(s.folding)


def _poles(s: Algebra, element: Element, inner: Inner) -> frozenset[int]:
    below = {f for r in element for f, _ in r.below}
    return frozenset(f for f in below if any(map(inner, s.factors[f].atoms)))


def _inner_atoms(s: Algebra, element: Element, inner: Inner) -> frozenset[int]:
    atoms = {n for r in element for m in r.terms for n, _ in m}
    atoms |= {n for r in element for f, _ in r.below for n in s.factors[f].atoms}
    return frozenset(filter(inner, atoms))


def _related(s: Algebra, new: Element, candidates: Sequence[Element], inner: Inner) -> list[int]:
    """The candidates that could have a part: a pole that only one element has can cancel against nothing."""
    poles = _poles(s, new, inner)
    fractions = {n: p for n, c in enumerate(candidates) if (p := _poles(s, c, inner))}
    if not poles <= frozenset().union(*fractions.values()) or not fractions:
        return []
    reach, kept = poles, set() if poles else set(fractions)
    while more := {n for n, p in fractions.items() if n not in kept and p & reach}:
        kept |= more
        reach = reach.union(*(fractions[n] for n in more))
    atoms = _inner_atoms(s, new, inner).union(*(_inner_atoms(s, candidates[n], inner) for n in kept))
    whole = {n for n, c in enumerate(candidates) if n not in fractions and _inner_atoms(s, c, inner) <= atoms}
    return sorted(kept | whole)


def _guess(s: Algebra, new: Element, candidates: Sequence[Element], inner: Inner) -> list[int]:
    """The candidates with a part in the new element, by values at random points; none if it is independent."""
    elements = [*candidates, new]
    scales = _scales(s, elements)
    rng = Random(len(candidates))
    outer = {n: rng.randrange(1, PRIME) for n in scales if not inner(n)}
    rows: list[int] = []
    for _ in range(len(elements) + 2):
        values = outer | {n: rng.randrange(1, PRIME) for n in scales if inner(n)}
        rows += _row(s, elements, values, scales)
    matrix, rank = flint.nmod_mat(len(elements) + 2, len(elements), rows, PRIME).rref()
    pivots = [next(n for n in count() if int(matrix[r, n])) for r in range(rank)]
    if pivots and pivots[-1] == len(candidates):
        return []
    return [n for r, n in enumerate(pivots) if int(matrix[r, len(candidates)])]


def _row(s: Algebra, elements: Sequence[Element], values: Mapping[int, int], scales: Mapping[int, int]) -> list[int]:
    known: dict[int, int] = {}

    def value(terms: Poly) -> int:
        total = 0
        for mono, c in terms.items():
            part = int(c.p) * pow(int(c.q), -1, PRIME)
            for n, e in mono:
                part = part * pow(values[n], int(e * scales[n]), PRIME) % PRIME
            total += part
        return total % PRIME

    def ratio(r: Ratio) -> int:
        found = value(r.terms)
        for f, e in r.below:
            if f not in known:
                known[f] = value(s.factors[f].terms) or 1
            found = found * pow(known[f], -e, PRIME) % PRIME
        return found

    return [sum(map(ratio, element)) % PRIME for element in elements]


def _scales(s: Algebra, elements: Sequence[Element]) -> dict[int, int]:
    found: dict[int, int] = {}
    polys = [r.terms for element in elements for r in element]
    polys += [s.factors[f].terms for element in elements for r in element for f, _ in r.below]
    for terms in polys:
        for mono in terms:
            for n, e in mono:
                found[n] = lcm(found.get(n, 1), e.denominator)
    return found


def _solved(s: Algebra, whole: Ratio, parts: Sequence[Ratio], inner: Inner) -> list[Ratio] | None:
    """The coefficients, from comparing the polynomials in the inner atoms over a common denominator."""
    below: dict[int, int] = {}
    for r in (whole, *parts):
        for f, e in r.below:
            below[f] = max(e, below.get(f, 0))
    columns = [_by_inner(s.over_common(r, below), inner) for r in (*parts, whole)]
    monos = dict.fromkeys(m for column in columns for m in column)
    rows = [[Ratio(column.get(m, {})) for column in columns] for m in monos]
    return _eliminated(s, rows, len(parts))


def _by_inner(terms: Poly, inner: Inner) -> dict[Any, Poly]:
    found: dict[Any, Poly] = {}
    for mono, c in terms.items():
        own = tuple((n, e) for n, e in mono if inner(n))
        rest = merged(mono, raised(own, -1))
        found[own] = added(found.get(own, {}), {rest: c})
    return found


def _eliminated(s: Algebra, rows: list[list[Ratio]], unknowns: int) -> list[Ratio] | None:
    """The one solution of linear equations, the right side last in each row; None where there is not one."""
    done: list[list[Ratio]] = []
    for column in range(unknowns):
        pivot = next((r for r in rows if r[column]), None)
        if pivot is None:
            return None
        rows.remove(pivot)
        scale = s.inverse(pivot[column])
        pivot = [s.times(scale, x) for x in pivot]
        done = [_cleared(s, r, pivot, column) for r in done]
        rows = [_cleared(s, r, pivot, column) for r in rows]
        done.append(pivot)
    return None if any(r[-1] for r in rows) else [r[-1] for r in done]


def _cleared(s: Algebra, row: list[Ratio], pivot: list[Ratio], column: int) -> list[Ratio]:
    by = row[column]
    return [s.minus(x, s.times(by, y)) for x, y in zip(row, pivot, strict=True)] if by else row
