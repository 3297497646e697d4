"""Linear dependence over what is free of the inner atoms: found where it is there, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symderiv.proof.algebra import Algebra
from symderiv.proof.budget import Budget
from symderiv.proof.dependence import dependence
from symderiv.proof.fractions import Ratio


class Bodies:
    """x and v are inner, w is not."""

    def __init__(self) -> None:
        self.algebra = Algebra(Budget())
        self.x, self.v, self.w = (self.atom(name) for name in "xvw")

    def atom(self, name: str) -> Ratio:
        atom = self.algebra.atom("symbol", (name,), names=frozenset(), arrays=frozenset(name))
        return self.algebra.power_of(atom)

    def inner(self, number: int) -> bool:
        return self.algebra.atoms[number].content[0] != "w"

    def found(self, new: Ratio, candidates: list[Ratio]) -> dict[int, Ratio] | None:
        return dependence(self.algebra, [new], [[c] for c in candidates], self.inner)

    def combined(self, parts: dict[int, Ratio], candidates: list[Ratio]) -> Ratio:
        return self.algebra.add(self.algebra.times(c, candidates[n]) for n, c in parts.items())


def test_a_share_and_its_complement() -> None:
    b = Bodies()
    s = b.algebra
    total = s.plus(b.x, b.w)
    candidates = [s.one, s.over(s.one, total)]
    parts = b.found(s.over(b.x, total), candidates)
    assert parts is not None
    assert b.combined(parts, candidates).key == s.over(b.x, total).key


def test_coefficients_may_hold_outer_atoms_only() -> None:
    b = Bodies()
    s = b.algebra
    total = s.plus(b.x, b.w)
    assert b.found(s.over(b.x, total), [s.over(s.one, total)]) is None
    assert b.found(s.over(b.w, total), [s.over(s.one, total)]) is not None


def test_a_pole_of_its_own_makes_a_body_independent() -> None:
    b = Bodies()
    s = b.algebra
    candidates = [s.one, b.x, s.inverse(s.plus(b.x, b.w))]
    assert b.found(s.inverse(s.plus(b.x, s.scaled(b.w, 2))), candidates) is None


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3), st.integers(0, 2))
def test_combinations_are_found_again(numbers: list[int], power: int) -> None:
    b = Bodies()
    s = b.algebra
    f, g = s.plus(b.x, b.w), s.plus(b.x, b.v)
    candidates = [s.inverse(f), s.over(b.v, s.times(f, g)), s.over(s.power(b.x, power), g)]
    combination = s.add(s.times(s.scaled(b.w, n), c) for n, c in zip(numbers, candidates, strict=True))
    if combination and combination.below:
        parts = b.found(combination, candidates)
        assert parts is not None
        assert b.combined(parts, candidates).key == combination.key


@pytest.mark.parametrize("seed", range(5))
def test_a_lucky_guess_is_verified(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modulo 2 almost everything looks dependent; what comes out is right all the same."""
    from symderiv.proof import dependence as module

    monkeypatch.setattr(module, "PRIME", 2)
    b = Bodies()
    s = b.algebra
    f = s.plus(b.x, b.w)
    candidates = [s.one, s.inverse(f), s.over(b.v, f)]
    new = s.over(s.power(b.v, 2 + seed), f)
    assert b.found(new, candidates) is None
