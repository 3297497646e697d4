"""Which index runs over which size: shapes of arrays and ranges of free indices, inferred.

All ranges are ``1..size``. An axis and the indices that stand in it share one size; two sizes for
one axis are an error that names both places. An entry that stands as an index is a label: its array
holds class numbers, which run over the axis they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from symderiv.axes import SIZE_LETTERS, Book, Place
from symderiv.binders import all_names, array_names
from symderiv.errors import InputError
from symderiv.terms import Big, D, Delta, Entry, Number, Symbol, Term, parts, subterms


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
    Raises `InputError` where two sizes or two ranks contradict each other, or an index or label is used as
    a number.
    """
    clauses = tuple(clauses)
    return _scope(_book(clauses, declared, labels), _names(clauses))


def settle(
    clauses: Iterable[Clause], declared: Mapping[str, tuple[Term | None, ...]], sizes: Iterable[Symbol]
) -> dict[Term, Term]:
    """What each of some sizes is that were left open in sums: the size of the arrays there, or a new letter.

    Raises `InputError` as `infer` does, and where a letter would be new while the problem has one that may be
    meant: in ``sum(x[n] over n)/N`` nothing says that N is the size.
    """
    clauses, sizes = tuple(clauses), tuple(sizes)
    book = _book(clauses, declared, open_sizes=frozenset(sizes))
    numbers = {name for place, (name, _) in book.numbers.items() if place not in book.used}
    sized = {s.name for s, _ in book.size_of.values() if isinstance(s, Symbol)}
    meant = sorted((numbers - sized) & {*SIZE_LETTERS, "n", "m"})
    for size in sizes:
        if meant and book.root(("size", size.name)) not in book.size_of:
            sums = (u for c in clauses for u in subterms(c.term) if isinstance(u, Big) and u.size is size)
            k = next(sums).index.name
            raise InputError(
                f"nothing tells where the sum over {k} ends, and whether {meant[0]} is meant: write its range, as in "
                f"sum(x[{k}], {k}=1..{meant[0]})"
            )
    letters = book.letters(_names(clauses))
    return {size: book.sized(("size", size.name), letters) for size in sizes}


def _book(
    clauses: Iterable[Clause],
    declared: Mapping[str, tuple[Term | None, ...]],
    labels: Mapping[str, Term] | None = None,
    open_sizes: frozenset[Symbol] = frozenset(),
) -> Book:
    book = Book(open_sizes)
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


def _visit(t: Term, names: Mapping[str, Place], book: Book, where: str) -> None:
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
            if isinstance(size, Symbol) and size in book.open:
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


def _visit_entry(t: Entry, names: Mapping[str, Place], book: Book, where: str) -> None:
    book.rank(t.array, len(t.indices), where)
    for axis, i in enumerate(t.indices):
        stands = _stands(i, names, book, f"{t.array} in {where}")
        _together(("axis", t.array, str(axis)), stands, book, f"{t.array} in {where}", where)


def _stands(i: Term, names: Mapping[str, Place], book: Book, where: str) -> Place | Number:
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


def _together(left: Place | Number, right: Place | Number, book: Book, what: str, where: str) -> None:
    """Two indices that are compared, or an index and its axis, run over one size."""
    if isinstance(left, Number):
        left, right = right, left
    if isinstance(right, Number):
        if not isinstance(left, Number):
            book.literal(left, right, where)
    elif not isinstance(left, Number):
        book.join(left, right, what)


def _place(i: Symbol, names: Mapping[str, Place], book: Book) -> Place:
    place = names.get(i.name, ("index", i.name))
    book.used.add(place)
    return place


def _check_uses(book: Book) -> None:
    """Refuse an index or a label that is used as a number, and a size that stands as an index."""
    for place, (name, where) in book.numbers.items():
        if place in book.used:
            raise InputError(
                f"the index {name} is used as a number in {where}; an index only says which entry is "
                f"meant: for a vector of positions introduce an array, say x[{name}]"
            )
    for name in sorted(book.labels.keys() & book.values.keys()):
        raise InputError(
            f"{name} holds class numbers, for an entry of it stands as an index in {book.labels[name]}, and is "
            f"used as a number in {book.values[name]}: class numbers are given, and have no arithmetic, definition "
            "or derivative; for numbers use another array, for the indicator of a class one_hot"
        )
    sizes = {s.name for s, _ in book.size_of.values() if isinstance(s, Symbol)}
    for place in sorted(book.used):
        if place[0] == "index" and place[1] in sizes:
            raise InputError(
                f"{place[1]} is a size and stands as an index as well: rename the index, or write a number for it"
            )


def _scope(book: Book, names: frozenset[str]) -> Scope:
    _check_uses(book)
    letters = book.letters(names)
    for array, (rank, _) in book.ranks.items():
        for axis in range(rank):
            book.sized(("axis", array, str(axis)), letters)
    free = {place[1]: book.sized(place, letters) for place in sorted(book.used) if place[0] == "index"}
    shapes = {
        array: tuple(book.sized(("axis", array, str(axis)), letters) for axis in range(rank))
        for array, (rank, _) in book.ranks.items()
    }
    labels = {name: book.sized(("labels", name), letters) for name in book.labels}
    least: dict[Term, int] = {size: 1 for size, _ in book.size_of.values() if isinstance(size, Symbol)}
    for place, value in book.literals.items():
        size = book.sized(place, letters)
        if isinstance(size, Number) and size.value < value:
            raise InputError(f"the index {value} lies outside 1..{size.value}")
        least[size] = max(least.get(size, 1), value)
    return Scope(shapes, free, least, labels)
