"""One-hot labels as what they say: the array y with y[n, k] = delta(k, c) is stored as its class numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symderiv.facts import class_index
from symderiv.numeric.rewrites.prepare import independent
from symderiv.statement import Statement
from symderiv.terms import Entry, Number, Term, delta, parts, rebuild


@dataclass(frozen=True)
class OneHot:
    """A one-hot array: its shape, and at which axis the class stands."""

    shape: tuple[Term, ...]
    axis: int

    @property
    def rows(self) -> tuple[Term, ...]:
        """The shape of its class numbers."""
        return (*self.shape[: self.axis], *self.shape[self.axis + 1 :])

    @property
    def classes(self) -> Term:
        """The size that they run over."""
        return self.shape[self.axis]


def one_hots(statement: Statement, arguments: tuple[str, ...]) -> dict[str, OneHot]:
    """The arguments that facts say to be one-hot in all their entries, where another one tells how many classes.

    None of them is differentiated by.

    >>> from symderiv.scope import Scope
    >>> from symderiv.statement import Fact, Relation
    >>> from symderiv.terms import Delta, Symbol
    >>> n, k, c, N, K = map(Symbol, ("n", "k", "c", "N", "K"))
    >>> fact = Fact(Relation("=", Entry("y", (n, k)), Delta(k, c)), (n, k))
    >>> one_hots(Statement("", c, (), (), (fact,), Scope({"y": (N, K), "z": (K,)})), ("z", "y"))["y"].rows == (N,)
    True
    """
    found: dict[str, OneHot] = {}
    for f in statement.facts:
        k, y = class_index(f), f.relation.left
        if k is None or not isinstance(y, Entry):
            continue
        every = len(set(y.indices)) == len(y.indices) and all(i in f.variables for i in y.indices)
        if every and y.array in arguments and y.array not in independent(statement):
            found.setdefault(y.array, OneHot(statement.scope.shapes[y.array], y.indices.index(k)))
    others = [s for a in arguments if a not in found for s in statement.scope.shapes.get(a, ())]
    return {a: y for a, y in found.items() if isinstance(y.classes, Number) or y.classes in others}


def by_class(t: Term, arrays: Mapping[str, OneHot]) -> Term:
    """t with every entry of these arrays written as the delta that it is: y[n, k] as delta(k, y[n])."""
    if isinstance(t, Entry) and t.array in arrays:
        at = arrays[t.array].axis
        return delta(t.indices[at], Entry(t.array, (*t.indices[:at], *t.indices[at + 1 :])))
    return rebuild(t, tuple(by_class(u, arrays) for u in parts(t)))
