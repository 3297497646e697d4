"""Steps at the surface: lemmas within lemmas, cases within lemmas, successive derivatives, batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from engine.losses import CASES, Case
from sympy import Derivative, Eq, IndexedBase, KroneckerDelta, Ne, Sum, exp, log, symbols

import symderiv as sd
from symderiv.derivation import Part, Step

K, N, M = symbols("K N M")
i, j, k, m, n, d = symbols("i j k m n d")
z, y, p, x, W = map(IndexedBase, ("z", "y", "p", "x", "W"))
ROWS = {p[n, k]: exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, K))}
ONE = [Eq(Sum(y[n, k], (k, 1, K)), 1)]
BATCH = -Sum(y[n, k] * log(p[n, k]), (k, 1, K), (n, 1, N)) / N


def parts(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """The steps of a derivation and those of every lemma and case in it."""
    yield steps
    for s in steps:
        if s.lemma:
            yield from parts(s.lemma.steps)
        for _, inner in s.cases:
            yield from parts(inner)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES])
def test_steps_at_the_surface_are_those_recorded(case: Case) -> None:
    derivation = sd.derive(case.make())
    flat = [s for some in parts(derivation.steps) for s in some]
    assert sorted(map(str, flat)) == sorted(str(s) for _, s in derivation.numbered)
    for s in flat:
        assert len(s.conditions) == len(s.justifications) == len(s.line.conditions)
        assert len(s.cases) in (0, 2)
    for some in parts(derivation.steps):
        assert all(a.line.after is b.line.before for a, b in pairwise(some))


def test_a_batch() -> None:
    derivation = sd.derive(BATCH, z[m, i], where=ROWS, given=ONE)
    (lemma,) = (s.lemma for s in derivation.steps if s.lemma)
    assert lemma.start == Derivative(p[n, k], z[m, i], evaluate=False)
    assert lemma.result == p[n, k] * (KroneckerDelta(i, k) - p[n, i]) * KroneckerDelta(m, n)
    ((same, first), (other, second)) = next(s.cases for s in lemma.steps if s.cases)
    assert (same, other) == (Eq(k, i), Ne(k, i))
    assert first[-1].after == p[n, k] * (1 - p[n, k]) * KroneckerDelta(m, n)
    assert second[-1].after == -p[n, k] * p[n, i] * KroneckerDelta(m, n)
    (given,) = (s for s in derivation.steps if s.rule == "given")
    assert given.conditions == (Eq(Sum(y[m, k], (k, 1, K)), 1),)
    assert given.justifications == (None,)


def test_a_lemma_within_a_lemma() -> None:
    where = {**ROWS, z[n, k]: Sum(W[k, d] * x[n, d], (d, 1, M))}
    derivation = sd.derive(BATCH, W[i, j], where=where, given=ONE)
    (outer,) = (s.lemma for s in derivation.steps if s.lemma)
    (inner,) = (s.lemma for s in outer.steps if s.lemma)
    assert isinstance(inner, Part)
    assert inner.result == x[n, j] * KroneckerDelta(i, k)
    assert inner.steps[0].rule == "definition"
    numbers = [number for number, _ in derivation.numbered]
    assert any(number.count(".") == 2 for number in numbers)


def test_the_steps_of_a_hessian_stand_under_the_derivative_still_to_come() -> None:
    value = -Sum(y[k] * log(p[k]), (k, 1, K))
    where = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
    derivation = sd.derive(value, [z[i], z[m]], where=where, given=Eq(Sum(y[k], (k, 1, K)), 1))
    first, *_, last = derivation.steps
    assert first.before == Derivative(value, z[i], z[m], evaluate=False)
    assert last.after == derivation.result == p[i] * (KroneckerDelta(i, m) - p[m])
    lemmas = [s.lemma for s in derivation.steps if s.lemma]
    assert [lemma.start.variables for lemma in lemmas] == [(z[i],), (z[m],)]
