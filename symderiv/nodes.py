"""The node types of the working language; `symderiv.terms` adds what builds and walks them.

Constructors do not think: a node is exactly what was written. Nodes are interned, one object per class
and fields, across threads and through pickling.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from threading import RLock
from typing import Any, TypeVar, dataclass_transform
from weakref import WeakValueDictionary

T = TypeVar("T")
_table: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
_making = RLock()  # two threads that need one new node at once must get the same object


class Interned(type):
    """Metaclass that hands out one object per class and fields."""

    def __call__(cls: type[T], *fields: Any) -> T:
        key = (cls, *fields)
        node: T | None = _table.get(key)
        if node is None:
            made = super().__call__(*fields)  # type: ignore[misc]  # mypy knows no super() of a typed cls
            with _making:
                node = _table.setdefault(key, made)
        return node


class Term(metaclass=Interned):
    """Base class of all nodes. Compare with ``is`` or ``==``, which mean the same."""

    __slots__ = ("__weakref__",)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)  # type: ignore[attr-defined]  # dataclasses add it


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: type[T]) -> type[T]:
    """Make a class a node type: frozen fields, identity for equality."""
    return dataclass(frozen=True, eq=False, slots=True)(cls)


@node
class Number(Term):
    """An exact rational number."""

    value: Fraction

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", Fraction(self.value))


@node
class Symbol(Term):
    """A scalar, a size such as K, or an index such as i: told apart by where they stand."""

    name: str


@node
class Entry(Term):
    """One entry of an array, ``z[n, k]``; indices count from 1."""

    array: str
    indices: tuple[Term, ...]


@node
class Delta(Term):
    """Kronecker's delta of two indices."""

    left: Term
    right: Term


@node
class Plus(Term):
    """A sum of two or more summands."""

    summands: tuple[Term, ...]


@node
class Times(Term):
    """A product of two or more factors."""

    factors: tuple[Term, ...]


@node
class Neg(Term):
    """Minus a term."""

    body: Term


@node
class Quotient(Term):
    """A fraction."""

    top: Term
    bottom: Term


@node
class Power(Term):
    """A base to an exponent."""

    base: Term
    exponent: Term


@node
class Exp(Term):
    """The exponential function."""

    body: Term


@node
class Log(Term):
    """The natural logarithm."""

    body: Term


@node
class Big(Term):
    """The sum of ``body`` for ``index`` from 1 to ``size``, leaving out the ``excluded`` indices."""

    index: Symbol
    size: Term
    body: Term
    excluded: tuple[Term, ...]


@node
class D(Term):
    """The total derivative of ``body`` by ``variable``, an `Entry` or a `Symbol`."""

    body: Term
    variable: Term


@node
class Stop(Term):
    """The value of ``body`` with derivative 0 (detach, stop-gradient)."""

    body: Term


@node
class Function(Term):
    """An opaque function of its arguments."""

    name: str
    arguments: tuple[Term, ...]


ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


def number(value: int | Fraction) -> Number:
    """The rational number as a term."""
    return Number(value if isinstance(value, Fraction) else Fraction(value))
