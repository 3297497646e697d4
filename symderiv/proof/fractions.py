"""Fractions of polynomials in atoms, and the irreducible polynomials they are over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symderiv.proof.atoms import Index
from symderiv.proof.polynomials import Mono, Poly, Rational

Below = tuple[tuple[int, int], ...]
Factored = tuple[Rational, Mono, Below]


FINEST = 12  # roots up to this one are taken into account when factoring


class Finer(Exception):  # a request, not an error
    """A root of an exponential turned up after polynomials in it were factored."""

    def __init__(self, root: int) -> None:
        super().__init__(root)
        self.root = root


@dataclass(frozen=True, eq=False)
class Ratio:
    """A polynomial over a product of factors (by number, with exponents)."""

    terms: Poly
    below: Below = ()

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal fractions."""
        return frozenset(self.terms.items()), self.below

    def __bool__(self) -> bool:
        return bool(self.terms)


@dataclass(frozen=True, eq=False, slots=True)
class Factor:
    """An irreducible polynomial of two terms or more, without monomial content."""

    number: int
    terms: Poly
    names: frozenset[Index]
    arrays: frozenset[str]
    level: int
    atoms: frozenset[int]
