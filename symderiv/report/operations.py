"""How many operations it takes to work out a term for all values of its free indices, as polynomials in the sizes.

Every subterm is worked out once for each value of its free indices, a definition once for each entry of its array,
and what occurs twice is worked out once, whatever the letters of its indices are. A sum of n numbers is n - 1
additions; a subtraction is an addition, a division a multiplication, and a sign costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from symderiv.binders import key, substitute
from symderiv.letters import ordered_indices
from symderiv.statement import Statement
from symderiv.terms import (
    Big,
    Exp,
    Function,
    Log,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    number,
    parts,
    plus,
    times,
)

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Polynomial:
    """A polynomial in the sizes: from each product of names of sizes to how often it occurs."""

    terms: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def __add__(self, other: Polynomial) -> Polynomial:
        both = Counter(self.terms)
        both.update(other.terms)
        return Polynomial({names: n for names, n in both.items() if n})

    def __mul__(self, other: Polynomial) -> Polynomial:
        found: Counter[tuple[str, ...]] = Counter()
        for left, n in self.terms.items():
            for right, m in other.terms.items():
                found[tuple(sorted((*left, *right)))] += n * m
        return Polynomial({names: n for names, n in found.items() if n})

    def at(self, sizes: Sizes) -> int:
        """The number that it is for some sizes."""
        return sum(n * _product(names, sizes) for names, n in self.terms.items())

    def term(self) -> Term:
        """The polynomial as a term, the highest powers first.

        >>> from symderiv.printing.plain import plain
        >>> plain(Polynomial({("K", "K"): 3, (): -1, ("K",): 1}).term())
        '3*K**2 + K - 1'
        """
        order = sorted(self.terms, key=lambda names: (-len(names), names))
        return plus(*(times(number(self.terms[names]), _powers(names)) for names in order))


@dataclass(frozen=True)
class Operations:
    """How many additions, multiplications, and functions (exponentials, logarithms, powers beyond a square)."""

    additions: Polynomial = Polynomial()
    multiplications: Polynomial = Polynomial()
    functions: Polynomial = Polynomial()

    @property
    def total(self) -> Polynomial:
        """All of them together."""
        return self.additions + self.multiplications + self.functions


def operations(t: Term, statement: Statement, indices: Mapping[str, Term] | None = None) -> Operations:
    """The operations that a term takes; ``indices`` gives the sizes of its free indices (default: the statement's).

    >>> from symderiv.statement import state
    >>> from symderiv.terms import Entry
    >>> i, j, K = Symbol("i"), Symbol("j"), Symbol("K")
    >>> share = Quotient(Exp(Entry("z", (i,))), Big(j, K, Exp(Entry("z", (j,))), ()))
    >>> found = operations(share, state("softmax", share, (), (), (), {}))
    >>> [dict(n.terms) for n in (found.additions, found.multiplications, found.functions)]
    [{('K',): 1, (): -1}, {('K',): 1}, {('K',): 1}]
    """
    counting = _Counting(statement)
    counting.visit(t, statement.scope.indices if indices is None else indices)
    return Operations(*(Polynomial(dict(counting.found[kind].terms)) for kind in KINDS))


KINDS = ("additions", "multiplications", "functions")


@dataclass
class _Counting:
    statement: Statement
    found: dict[str, Polynomial] = field(default_factory=lambda: dict.fromkeys(KINDS, Polynomial()))
    done: set[tuple[Term, tuple[Term, ...]]] = field(default_factory=set)

    def visit(self, t: Term, ranges: Mapping[str, Term]) -> None:
        """Count a term, its free indices in ``ranges``, unless it has been counted."""
        indices = [i for i in ordered_indices(t) if i.name in ranges]
        sizes = tuple(ranges[i.name] for i in indices)
        places: dict[Term, Term] = {i: Symbol(f"@{n}") for n, i in enumerate(indices)}
        known = key(substitute(t, places)), sizes
        if known in self.done:
            return
        self.done.add(known)
        kind, each = _own(t)
        self.found[kind] += reduce(lambda a, b: a * b, map(_size, sizes), each)
        self._below(t, ranges)

    def _below(self, t: Term, ranges: Mapping[str, Term]) -> None:
        if (definition := self.statement.definition(t)) is not None:
            shape = self.statement.scope.shapes.get(definition.name, ())
            self.visit(definition.body, dict(zip((p.name for p in definition.parameters), shape, strict=True)))
        inner = {**ranges, t.index.name: t.size} if isinstance(t, Big) else ranges
        for u in parts(t):
            self.visit(u, inner)


def _own(t: Term) -> tuple[str, Polynomial]:
    """What working out a term takes once its parts are known, for one value of its free indices."""
    match t:
        case Plus(many):
            return "additions", _constant(len(many) - 1)
        case Big(_, size, _, excluded):
            return "additions", _size(size) + _constant(-1 - len(excluded))
        case Times(many):
            return "multiplications", _constant(len(many) - 1)
        case Quotient() | Power(_, Number(2)):
            return "multiplications", _constant(1)
        case Power() | Exp() | Log():
            return "functions", _constant(1)
        case Function(_, many):
            return "functions", _constant(1 if many else 0)
    return "additions", _constant(0)


def _constant(n: int) -> Polynomial:
    return Polynomial({(): n} if n else {})


def _size(size: Term) -> Polynomial:
    return Polynomial({(size.name,): 1}) if isinstance(size, Symbol) else _constant(_whole(size))


def _whole(size: Term) -> int:
    assert isinstance(size, Number), "a size is a symbol or a whole number"
    return int(size.value)


def _product(names: tuple[str, ...], sizes: Sizes) -> int:
    return reduce(lambda n, name: n * sizes[name], names, 1)


def _powers(names: tuple[str, ...]) -> Term:
    counted = Counter(names)
    return times(*(Power(Symbol(s), number(n)) if n > 1 else Symbol(s) for s, n in counted.items()))
