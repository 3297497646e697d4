"""Which index runs over which size: shapes of arrays and ranges of free indices, inferred.

All ranges are ``1..size``. An axis and the indices that stand in it share one size; two sizes for
one axis are an error that names both places. An entry that stands as an index is a label: its array
holds class numbers, which run over the axis they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from symderiv.binders import all_names, array_names
from symderiv.errors import InputError
from symderiv.terms import Big, D, Delta, Entry, Number, Symbol, Term, parts

SIZE_LETTERS = ("K", "N", "M", "D", "C", "J", "I", "P", "Q", "R")
Place = tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """Shapes of the arrays, sizes of the free indices, and the least value each size may take.

    ``labels`` names the arrays of class numbers, with the size that those run over.
    """

    shapes: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)
    indices: Mapping[str, Term] = field(default_factory=dict)
    least: Mapping[Term, int] = field(default_factory=dict)
    labels: Mapping[str, Term] = field(default_factory=dict)

    def size(self, index: Term) -> Term | None:
        """The size an index or a label runs over, or None for a literal or an unknown name."""
        match index:
            case Symbol(name):
                return self.indices.get(name)
            case Entry(array, _):
                return self.labels.get(array)
        return None

    def within(self, index: Symbol, size: Term) -> Scope:
        """The scope inside a sum over the index."""
        return replace(self, indices={**self.indices, index.name: size})

    @property
    def sizes(self) -> tuple[Symbol, ...]:
        """The symbolic sizes, in order of first appearance."""
        every = [s for shape in self.shapes.values() for s in shape]
        every += [*self.indices.values(), *self.least, *self.labels.values()]
        return tuple(dict.fromkeys(s for s in every if isinstance(s, Symbol)))


@dataclass(frozen=True)
class Clause:
    """A term together with the index names that are quantified over it (a definition, a fact)."""

    term: Term
    local: tuple[Symbol, ...] = ()
    where: str = "the expression"


def infer(
    clauses: Iterable[Clause],
    declared: Mapping[str, tuple[Term | None, ...]],
    labels: Mapping[str, Term] | None = None,
) -> Scope:
    """The scope of some clauses.

    ``declared`` holds shapes given by the user (None for an axis left open), ``labels`` arrays known
    to hold class numbers.
    Raises `InputError` where two sizes, two ranks or an index or label
    used as a number contradict each other.
    """
    clauses = tuple(clauses)
    return _book(clauses, declared).scope(_names(clauses))


def settle(
    clauses: Iterable[Clause], declared: Mapping[str, tuple[Term | None, ...]], sizes: Iterable[Symbol]
) -> dict[Term, Term]:
    """What each of some sizes is that were left open in sums: the size of the arrays there, or a new letter.

    Raises `InputError` as `infer` does.
    """
    clauses, sizes = tuple(clauses), tuple(sizes)
    book = _book(clauses, declared, frozenset(sizes))
    letters = book.letters(_names(clauses))
    return {size: book.sized(("size", size.name), letters) for size in sizes}


def _book(
    clauses: Iterable[Clause],
    declared: Mapping[str, tuple[Term | None, ...]],
    open_sizes: frozenset[Term] = frozenset(),
) -> _Book:
    book = _Book(open_sizes)
    for name, shape in declared.items():
        book.rank(name, len(shape), "its shape")
        for axis, size in enumerate(shape):
            if size is not None:
                book.set_size(("axis", name, str(axis)), size, f"the shape of {name}")
    for name, size in (labels or {}).items():
        book.label(name, "the problem")
        book.set_size(("labels", name), size, f"the labels {name}")
    for number, clause in enumerate(clauses):
        names = {s.name: ("local", str(number), s.name) for s in clause.local}
        _visit(clause.term, names, book, clause.where)
    return book


def _names(clauses: Iterable[Clause]) -> frozenset[str]:
    return frozenset().union(*(all_names(c.term) | array_names(c.term) for c in clauses))


def _visit(t: Term, names: Mapping[str, Place], book: _Book, where: str) -> None:
    match t:
        case Symbol(name):
            place = names.get(name, ("index", name))
            book.numbers.setdefault(place, (name, where))
        case Entry():
            book.values.setdefault(t.array, where)
            _visit_entry(t, names, book, where)
        case Delta(left, right):
            first, second = (_stands(i, names, book, f"a delta in {where}") for i in (left, right))
            _together(first, second, book, f"delta in {where}", where)
        case Big(index, size, body, excluded):
            if isinstance(size, Symbol) and size.name in names:
                raise InputError(
                    f"the sum over {index.name} in {where} ends at the index {size.name}: sums end at a size; "
                    "for part of a range leave indices out with 1 - KroneckerDelta"
                )
            place = ("bound", index.name, str(book.count()))
            if size in book.open:
                book.join(place, ("size", size.name), f"the sum over {index.name} in {where}")
            else:
                book.set_size(place, size, f"the sum over {index.name} in {where}")
            for e in excluded:
                other = _stands(e, names, book, f"a sum in {where}")
                _together(place, other, book, f"the index left out of a sum in {where}", where)
            inner = {**names, index.name: place}
            book.used.add(place)
            _visit(body, inner, book, where)
        case D(body, variable):
            _visit(body, names, book, where)
            _visit(variable, names, book, where)
        case _:
            for u in parts(t):
                _visit(u, names, book, where)


def _visit_entry(t: Entry, names: Mapping[str, Place], book: _Book, where: str) -> None:
    book.rank(t.array, len(t.indices), where)
    for axis, i in enumerate(t.indices):
        stands = _stands(i, names, book, f"{t.array} in {where}")
        _together(("axis", t.array, str(axis)), stands, book, f"{t.array} in {where}", where)


def _stands(i: Term, names: Mapping[str, Place], book: _Book, where: str) -> Place | Number:
    """The place of an index, of the class numbers of a label; a literal is its own."""
    match i:
        case Symbol():
            return _place(i, names, book)
        case Number():
            return i
        case Entry(array, _):
            book.label(array, where)
            _visit_entry(i, names, book, where)
            return "labels", array
    raise InputError(
        f"{where} has a {type(i).__name__.lower()} for an index: indices are symbols, entries that hold class "
        "numbers, or whole numbers from 1 on, without arithmetic"
    )


def _together(left: Place | Number, right: Place | Number, book: _Book, what: str, where: str) -> None:
    """Two indices that are compared, or an index and its axis, run over one size."""
    if isinstance(left, Number):
        left, right = right, left
    if isinstance(right, Number):
        if not isinstance(left, Number):
            book.literal(left, right, where)
    elif not isinstance(left, Number):
        book.join(left, right, what)


def _place(i: Symbol, names: Mapping[str, Place], book: _Book) -> Place:
    place = names.get(i.name, ("index", i.name))
    book.used.add(place)
    return place


class _Book:
    """Union-find over places (axes and index names), each class with at most one size."""

    def __init__(self, open_sizes: frozenset[Term] = frozenset()) -> None:
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
        self._count += 1
        return self._count

    def root(self, place: Place) -> Place:
        self.parent.setdefault(place, place)
        while (up := self.parent[place]) != place:
            place = up
        return place

    def label(self, array: str, where: str) -> None:
        """Note that an array holds class numbers."""
        self.labels.setdefault(array, where)

    def rank(self, array: str, axes: int, where: str) -> None:
        known, first = self.ranks.setdefault(array, (axes, where))
        if known != axes:
            raise InputError(
                f"{array} has {known} axes in {first} but {axes} in {where}: write every entry of {array} "
                "with the same number of indices"
            )

    def set_size(self, place: Place, size: Term, where: str) -> None:
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
        if not _counts(value):
            raise InputError(f"indices are whole numbers from 1 on; {where} has the index {value.value}")
        self.literals[place] = max(self.literals.get(place, 1), int(value.value))

    def scope(self, names: frozenset[str]) -> Scope:
        for place, (name, where) in self.numbers.items():
            if place in self.used:
                raise InputError(
                    f"the index {name} is used as a number in {where}; an index only says which entry is "
                    f"meant: for a vector of positions introduce an array, say x[{name}]"
                )
        for name in sorted(self.labels.keys() & self.values.keys()):
            raise InputError(
                f"{name} holds class numbers, for an entry of it stands as an index in {self.labels[name]}, and is "
                f"used as a number in {self.values[name]}: class numbers are given, and have no arithmetic, definition "
                "or derivative; for numbers use another array, for the indicator of a class one_hot"
            )
        sizes = {s.name for s, _ in self.size_of.values() if isinstance(s, Symbol)}
        for place in sorted(self.used):
            if place[0] == "index" and place[1] in sizes:
                raise InputError(
                    f"{place[1]} is a size and stands as an index as well: rename the index, or write a number for it"
                )
        letters = self.letters(names)
        for array, (rank, _) in self.ranks.items():
            for axis in range(rank):
                self.sized(("axis", array, str(axis)), letters)
        free = {place[1]: self.sized(place, letters) for place in sorted(self.used) if place[0] == "index"}
        shapes = {
            array: tuple(self.sized(("axis", array, str(axis)), letters) for axis in range(rank))
            for array, (rank, _) in self.ranks.items()
        }
        labels = {name: self._sized(("labels", name), letters) for name in self.labels}
        least: dict[Term, int] = {size: 1 for size, _ in self.size_of.values() if isinstance(size, Symbol)}
        for place, value in self.literals.items():
            size = self.sized(place, letters)
            if isinstance(size, Number) and size.value < value:
                raise InputError(f"the index {value} lies outside 1..{size.value}")
            least[size] = max(least.get(size, 1), value)
        return Scope(shapes, free, least, labels)

    def sized(self, place: Place, letters: Iterator[Term]) -> Term:
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
