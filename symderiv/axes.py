"""Axes, indices and sizes in one book: which of them run together, and over which size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from symderiv.errors import InputError
from symderiv.terms import Number, Symbol, Term

SIZE_LETTERS = ("K", "N", "M", "D", "C", "J", "I", "P", "Q", "R")
Place = tuple[str, ...]


class Book:
    """Union-find over places (axes and index names), each class with at most one size."""

    def __init__(self, open_sizes: frozenset[Symbol] = frozenset()) -> None:
        self.open = open_sizes
        self.parent: dict[Place, Place] = {}
        self.size_of: dict[Place, tuple[Term, str]] = {}
        self.literals: dict[Place, int] = {}
        self.ranks: dict[str, tuple[int, str]] = {}
        self.numbers: dict[Place, tuple[str, str]] = {}
        self.used: set[Place] = set()
        self.labels: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self._count = 0

    def count(self) -> int:
        """A number that no place has had yet."""
        self._count += 1
        return self._count

    def root(self, place: Place) -> Place:
        """What stands for the class of a place."""
        self.parent.setdefault(place, place)
        while (up := self.parent[place]) != place:
            place = up
        return place

    def label(self, array: str, where: str) -> None:
        """Note that an array holds class numbers."""
        self.labels.setdefault(array, where)

    def rank(self, array: str, axes: int, where: str) -> None:
        """Note how many axes an array has; `InputError` where it had another number of them."""
        known, first = self.ranks.setdefault(array, (axes, where))
        if known != axes:
            raise InputError(
                f"{array} has {known} axes in {first} but {axes} in {where}: write every entry of {array} "
                "with the same number of indices"
            )

    def set_size(self, place: Place, size: Term, where: str) -> None:
        """Note the size of a place; `InputError` for what is no size, or another one than its class has."""
        if not isinstance(size, Symbol) and not (isinstance(size, Number) and _counts(size)):
            raise InputError(f"{where} has the size {_show(size)}: sizes are symbols or whole numbers from 1 on")
        place = self.root(place)
        known, first = self.size_of.setdefault(place, (size, where))
        if known is not size:
            raise InputError(
                f"two sizes for one axis: {_show(known)} from {first}, {_show(size)} from {where}; "
                "an axis and the indices that run over it share one size"
            )

    def join(self, left: Place, right: Place, where: str) -> None:
        """Note that two places run together; `InputError` where they have two sizes."""
        a, b = self.root(left), self.root(right)
        if a == b:
            return
        if b in self.size_of:
            size, first = self.size_of[b]
            if a in self.size_of and self.size_of[a][0] is not size:
                raise InputError(
                    f"{where}: an index of size {_show(size)} (from {first}) stands where the size is "
                    f"{_show(self.size_of[a][0])} (from {self.size_of[a][1]})"
                )
            self.size_of[a] = self.size_of[b]
        self.parent[b] = a

    def literal(self, place: Place, value: Number, where: str) -> None:
        """Note that a number stands at a place, whose size is then at least that."""
        if not _counts(value):
            raise InputError(f"indices are whole numbers from 1 on; {where} has the index {value.value}")
        self.literals[place] = max(self.literals.get(place, 1), int(value.value))

    def sized(self, place: Place, letters: Iterator[Term]) -> Term:
        """The size of a place, the next letter where none is known."""
        root = self.root(place)
        if root not in self.size_of:
            self.size_of[root] = (next(letters), "its use")
        return self.size_of[root][0]

    def letters(self, names: frozenset[str]) -> Iterator[Term]:
        """Size letters for axes that nothing sums over; never a name the problem uses."""
        taken = names | {s.name for s, _ in self.size_of.values() if isinstance(s, Symbol)}
        yield from (Symbol(s) for s in SIZE_LETTERS if s not in taken)
        yield from (Symbol(s) for s in map("K_{}".format, count(1)) if s not in taken)


def _counts(value: Number) -> bool:
    return value.value.denominator == 1 and value.value >= 1


def _show(size: Term) -> str:
    match size:
        case Symbol(name):
            return name
        case Number(value):
            return str(value)
    return "a compound size"
