"""What a term needs to have a value: the indices free in it, and every name it reaches through definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from symderiv.proof.special import is_free
from symderiv.statement import Definition, Statement
from symderiv.terms import Big, D, Delta, Entry, Exp, Function, Symbol, Term, parts, subterms

Indices = tuple[str, ...]


@dataclass
class Names:
    """The names of one claim; ``ranks`` numbers the functions that may be any."""

    definitions: Mapping[str, Definition]
    ranks: Mapping[str, tuple[int, int]]
    _known: dict[Term, tuple[Indices, frozenset[str]]] = field(default_factory=dict)
    _bases: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, t: Term) -> tuple[Indices, frozenset[str]]:
        """The indices free in a term, and the arrays and scalars it reaches, defined ones included."""
        found = self._known.get(t)
        if found is None:
            free, used = self._own(t)
            found = self._known[t] = (tuple(sorted(free)), used.union(*map(self.basis, used)))
        return found

    def _own(self, t: Term) -> tuple[set[str], frozenset[str]]:
        free: set[str] = set()
        reached: set[str] = set()
        below: tuple[Term, ...] = parts(t)
        match t:
            case Symbol(name):
                reached.add(name)
            case Entry(array, indices):
                reached.add(array)
                free.update(*map(_letters, indices))
            case Delta(left, right):
                free |= _letters(left) | _letters(right)
            case D(_, variable):
                below = (*below, variable)
        for u in below:
            inner, names = self.of(u)
            free |= {*inner}
            reached |= names
        if isinstance(t, Big):
            free.discard(t.index.name)
            free.update(*map(_letters, t.excluded))
        return free, frozenset(reached)

    def basis(self, name: str) -> frozenset[str]:
        """Every name that a definition is built on, directly or through others."""
        found = self._bases.get(name)
        if found is None:
            definition = self.definitions.get(name)
            found = self._bases[name] = self.of(definition.body)[1] if definition else frozenset()
        return found

    def exponents(self, terms: Iterable[Term]) -> frozenset[str]:
        """The names under an exponential in some terms, or in a definition they reach."""
        several = list(terms)
        reached = frozenset().union(*(self.of(t)[1] for t in several))
        several += [d.body for name, d in self.definitions.items() if name in reached]
        powers = (u.body for t in several for u in subterms(t) if isinstance(u, Exp))
        return frozenset().union(*(self.of(u)[1] for u in powers))

    def rank(self, function: str) -> int:
        """The number of a function that may be any."""
        return self.ranks.get(function, (0, 0))[0]


def names_of(statement: Statement, terms: Iterable[Term]) -> Names:
    """The names for evaluating some terms under the definitions of a statement."""
    several = (*terms, *(d.body for d in statement.definitions))
    free = {u.name: len(u.arguments) for t in several for u in subterms(t) if isinstance(u, Function)}
    ordered = sorted(name for name, many in free.items() if is_free(name, many))
    return Names(statement.by_name, {name: (rank, free[name]) for rank, name in enumerate(ordered)})


def literals(t: Term) -> Iterator[int]:
    """The whole numbers that stand as an index in a term."""
    for u in subterms(t):
        places: tuple[Term, ...] = ()
        for v in (u, *((u.variable,) if isinstance(u, D) else ())):
            match v:
                case Entry(_, indices):
                    places += indices
                case Delta(left, right):
                    places += (left, right)
                case Big(_, _, _, excluded):
                    places += excluded
        yield from (int(value) for i in places if (value := getattr(i, "value", None)) is not None)


def _letters(i: Term) -> set[str]:
    """The letters in an index: itself, or those of a label."""
    match i:
        case Symbol(name):
            return {name}
        case Entry(_, indices):
            return set().union(*map(_letters, indices))
    return set()
