"""What one attempt at a normal form knows and has made: atoms, index relations, memos.

Whether two indices are equal is asked by `Session.same`. Where that is not known it raises `Split`:
the sum that binds one of them, or the decision at the top, then looks at both cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from symderiv.binders import free_names
from symderiv.proof.algebra import Algebra
from symderiv.proof.atoms import Atom, Index, mentioned, renamed
from symderiv.proof.budget import Budget
from symderiv.proof.fractions import Ratio
from symderiv.proof.polynomials import Exponent
from symderiv.statement import Fact, Statement, outside
from symderiv.terms import Term

Pair = frozenset[Index]
NOTHING: frozenset[Any] = frozenset()
Variable = tuple[str, tuple[Index, ...]]  # what a derivative is taken by: a scalar has no indices


@dataclass(frozen=True)
class Operations:
    """Operations that what lies below them needs as well: a closed sum is renamed by opening and closing it."""

    total: Callable[[Session, Term, Iterable[Index], Callable[[Index], Ratio]], Ratio]
    rational_power: Callable[[Session, Ratio, Exponent], Ratio]
    fold: Callable[[Session, Atom, Exponent], tuple[Exponent, Ratio] | None]
    unfolded: Callable[[Session, Ratio], Ratio]


class Split(Exception):  # a question, not an error
    """Whether two indices are equal decides a value, and nothing tells."""

    def __init__(self, left: Index, right: Index) -> None:
        super().__init__(left, right)
        self.pair = left, right


class Session(Algebra):
    """One attempt at a normal form: what is known about indices and signs, and all that was made."""

    def __init__(self, statement: Statement, budget: Budget, operations: Operations, root: int = 1) -> None:
        super().__init__(budget)
        self.statement = statement
        self.operations = operations
        self.root = root  # which root of exponentials polynomials are factored over
        self.fold = lambda atom, e: operations.fold(self, atom, e)
        self.distinct: frozenset[Pair] = frozenset()
        self.equal: Mapping[Index, Index] = {}
        self.depth = 0
        # indices that definitions and facts bring along, whatever they are used in
        self.brought = outside(statement.facts).union(*(free_names(d.body) for d in statement.definitions))
        self.closing: frozenset[Index] = frozenset()
        self.opaque: frozenset[str] = frozenset()  # defined arrays that stand for themselves inside a derivative
        self.derivatives = 0  # how many derivatives are being taken around what is read
        self.memo: dict[tuple[Any, ...], Ratio] = {}
        self.made: dict[tuple[Any, ...], Ratio] = {}  # what exponents and bodies of sums became, whatever is known
        self.signs: dict[tuple[Any, ...], int | None] = {}
        self.bodies: dict[int, Any] = {}  # what closed sums, frozen values and functions hold, by atom number
        self.known_signs: list[tuple[frozenset[Index], Ratio, int, Fact | None]] = []
        self.leaf_rules: dict[str, list[Any]] = {}
        self.sum_rules: list[Any] = []
        self.power_rules: dict[str, Any] = {}  # by name: what a power of an entry is, such as x[k]^2 = 1
        self.symmetries: dict[str, list[tuple[Fact, tuple[int, ...]]]] = {}  # places that may be exchanged
        self.used: dict[Fact, None] = {}
        self.basis: dict[tuple[Any, ...], list[Any]] = {}

    def resolve(self, i: Index) -> Index:
        """An index with known equalities carried out."""
        return renamed(i, self.equal) if self.equal else i

    def same(self, left: Index, right: Index) -> bool:
        """Whether two indices are equal; raises `Split` where that is not known."""
        left, right = self.resolve(left), self.resolve(right)
        if left == right:
            return True
        if (isinstance(left, int) and isinstance(right, int)) or frozenset((left, right)) in self.distinct:
            return False
        raise Split(left, right)

    @contextmanager
    def apart(self, left: Index, others: Iterable[Index]) -> Iterator[None]:
        """Within, an index differs from others."""
        before = self.distinct
        self.distinct = before | {frozenset((left, x)) for x in others}
        try:
            yield
        finally:
            self.distinct = before

    @contextmanager
    def equated(self, left: Index, right: Index) -> Iterator[None]:
        """Within, an index is another one."""
        before = self.equal, self.distinct
        self.equate(left, right)
        try:
            yield
        finally:
            self.equal, self.distinct = before

    def equate(self, left: Index, right: Index) -> None:
        """From now on an index is another one."""
        by = {left: right}
        self.equal = {**{a: renamed(b, by) for a, b in self.equal.items()}, left: right}
        self.distinct = frozenset(frozenset(renamed(i, by) for i in pair) for pair in self.distinct)

    @contextmanager
    def opened(self) -> Iterator[Index]:
        """A name for the binder of a sum that is being worked on; it is reused once that is done."""
        self.depth += 1
        try:
            yield f"#{self.depth}"
        finally:
            self.depth -= 1

    @contextmanager
    def closing_over(self, names: Iterable[Index]) -> Iterator[None]:
        """Within, sums over some names are being closed: what is left out of them is marked and not asked."""
        before = self.closing
        self.closing = before | frozenset(names)
        try:
            yield
        finally:
            self.closing = before

    @contextmanager
    def transparent(self) -> Iterator[None]:
        """Within, every defined name means what it is defined as."""
        before = self.opaque
        self.opaque = frozenset()
        try:
            yield
        finally:
            self.opaque = before

    @contextmanager
    def differentiating(self, opaque: frozenset[str]) -> Iterator[None]:
        """Within, a value is read to be differentiated, and some defined arrays stand for themselves."""
        before = self.opaque
        self.opaque, self.derivatives = before | opaque, self.derivatives + 1
        try:
            yield
        finally:
            self.opaque, self.derivatives = before, self.derivatives - 1

    def relevant(self, names: Iterable[Index]) -> frozenset[Any]:
        """What is known about some indices, as part of the key of a memo."""
        if not (self.distinct or self.equal or self.closing):
            return NOTHING
        known = {n for i in names for n in (i, self.resolve(i))}
        # a pair counts when either index is among them: the other may come in by a definition or a fact
        pairs = {p for p in self.distinct if any(i in known or isinstance(i, tuple) for i in p)}
        return frozenset((*pairs, *self.equal.items(), *(self.closing & known)))

    def places(self, a: Ratio) -> frozenset[Index]:
        """Everything that stands as an index in a fraction: free names, labels and literals."""
        found: set[Index] = set(self.names(a))
        todo = [a]
        seen: set[int] = set()
        while todo:
            one = todo.pop()
            atoms = {n for m in one.terms for n, _ in m} | {n for f, _ in one.below for n in self.factors[f].atoms}
            for atom in (self.atoms[n] for n in atoms - seen):
                seen.add(atom.number)
                if atom.kind == "entry":
                    found |= {i for i in atom.content[1] if not isinstance(i, int) or i > 0}
                inner = self.bodies.get(atom.number)
                todo += [inner] if isinstance(inner, Ratio) else []
        return frozenset(found)

    def entry(self, array: str, indices: tuple[Index, ...]) -> Ratio:
        """An entry of an array, or a scalar."""
        indices = tuple(map(self.resolve, indices)) if self.equal else indices
        indices = self._first_of_equals(array, indices) if array in self.symmetries else indices
        names = frozenset(mentioned(indices))
        folding = array in self.power_rules
        atom = self.atom("entry", (array, indices), names=names, arrays=frozenset((array,)), folding=folding)
        return self.power_of(atom)

    def _first_of_equals(self, array: str, indices: tuple[Index, ...]) -> tuple[Index, ...]:
        """The first of the places of an entry that facts say are equal."""
        found, new = {indices: ()}, [indices]
        for one in new:
            for _, order in self.symmetries[array]:
                other = tuple(one[n] for n in order)
                if other not in found:
                    found[other] = ()
                    new.append(other)
        first = min(found, key=lambda many: tuple(map(str, many)))
        if first != indices:
            self.used |= {fact: None for fact, _ in self.symmetries[array]}
        return first

    def held(self, kind: str, content: tuple[Any, ...], holds: Any, inside: Iterable[Ratio], **details: Any) -> Atom:
        """An atom that holds something made of fractions: its names, arrays and level are theirs."""
        inside = tuple(inside)
        details = {
            "names": frozenset().union(*map(self.names, inside)),
            "arrays": frozenset().union(*map(self.arrays, inside)),
            "level": max(map(self.level, inside), default=0),
            **details,
        }
        atom = self.atom(kind, content, **details)
        self.bodies.setdefault(atom.number, holds)
        return atom
