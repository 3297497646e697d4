"""What a rewrite may ask about the place it works at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from symderiv.nodes import (
    Big,
    Entry,
    Exp,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
    number,
)

from ..generate import Maker
from ..names import Place
from ..settings import Given, Setting


@dataclass
class Spot:
    """A place in a term, with the setting around it and what has been used of it; ``random`` decides."""

    setting: Setting
    random: Random
    place: Place
    used: set[str] = field(default_factory=set)

    @property
    def letters(self) -> dict[str, str]:
        return dict(self.place.letters)

    @property
    def held(self) -> frozenset[str]:
        """The names that derivatives around this place differentiate by."""
        return frozenset(getattr(v, "array", getattr(v, "name", "")) for v in self.place.variables)

    def size(self, axis: str) -> Term:
        return self.setting.sizes[axis]

    def usable(self, kind: str) -> Given | None:
        """The fact of a kind, where it may be used here."""
        given = self.setting.given(kind)
        if given is None or given.touched & self.held:
            return None
        return given

    def use(self, kind: str) -> None:
        """Note that a fact was used."""
        self.used.add(kind)

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def small(self) -> Term:
        """A small random term with the letters in scope."""
        return Maker(self.random, self.setting).leaf(self.letters)

    def small_positive(self) -> Term:
        """A small random positive term."""
        return Maker(self.random, self.setting).positive(0, self.letters)

    def index(self, axis: str) -> Term:
        """A letter in scope, or 1."""
        names = [a for a, size in self.letters.items() if size == axis]
        return Symbol(self.random.choice(names)) if names and self.chance(0.93) else number(1)

    def positive(self, t: Term) -> bool:
        """Whether a term is positive wherever it has a value, by the facts and its structure."""
        match t:
            case Number(value):
                return value > 0
            case Exp():
                return True
            case Symbol(name):
                return name in self.setting.positive or name in ("K", "N")
            case Entry(name, _):
                return name in self.setting.positive
            case Plus(many):
                squares = [u for u in many if isinstance(u, Power) and u.exponent == number(2)]
                rest = [u for u in many if u not in squares]
                return bool(rest) and all(map(self.positive, rest))
            case Times(many):
                return all(map(self.positive, many))
            case Quotient(u, v):
                return self.positive(u) and self.positive(v)
            case Power(u, _) | Stop(u) | Big(_, _, u, ()):
                return self.positive(u)
        return False

    def nonzero(self, t: Term) -> bool:
        """Whether a term is never 0."""
        return self.positive(t.body if isinstance(t, Neg) else t)


Rewrite = Callable[[Term, Spot], Term | None]
Table = tuple[tuple[Rewrite, int], ...]


def without(many: tuple[Term, ...], *left_out: int) -> tuple[Term, ...]:
    """A tuple without the members at some places."""
    return tuple(u for n, u in enumerate(many) if n not in left_out)


def product(many: tuple[Term, ...]) -> Term:
    """The product of some factors, as a node only where there are two."""
    return many[0] if len(many) == 1 else Times(many) if many else number(1)


def addition(many: tuple[Term, ...]) -> Term:
    """The sum of some summands, as a node only where there are two."""
    return many[0] if len(many) == 1 else Plus(many) if many else number(0)
