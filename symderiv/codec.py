"""Terms as plain data and back: a table of rows, each built from rows above it.

What two terms share is written once. Nothing read is trusted: a row that no node could have, a
reference forward, or terms too deep or too large to work with are refused before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symderiv.errors import InputError
from symderiv.terms import (
    NUMBER_SYMBOLS,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
    Log,
    Neg,
    Number,
    Plus,
    Power,
    Quotient,
    Stop,
    Symbol,
    Term,
    Times,
)

MOST_ROWS = 100_000
DEEPEST, LARGEST, MOST_READ = 250, 50_000, 2_000_000
_NUMBER = re.compile(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?", re.ASCII)

Row = list[Any]
Accepts = tuple[type[Term], ...]
INDEX: Accepts = (Symbol, Number, Entry)
ANY: Accepts = (Term,)


@dataclass(frozen=True)
class Shape:
    """A node type with its fields: a name, one term or several of some types, at least so many."""

    node: type[Term]
    fields: tuple[str | Accepts | tuple[Accepts, int], ...]


SHAPES: Mapping[str, Shape] = {
    "symbol": Shape(Symbol, ("name",)),
    "entry": Shape(Entry, ("name", (INDEX, 1))),
    "delta": Shape(Delta, (INDEX, INDEX)),
    "plus": Shape(Plus, ((ANY, 2),)),
    "times": Shape(Times, ((ANY, 2),)),
    "neg": Shape(Neg, (ANY,)),
    "quotient": Shape(Quotient, (ANY, ANY)),
    "power": Shape(Power, (ANY, ANY)),
    "exp": Shape(Exp, (ANY,)),
    "log": Shape(Log, (ANY,)),
    "sum": Shape(Big, ((Symbol,), (Symbol, Number), ANY, (INDEX, 0))),
    "derivative": Shape(D, (ANY, (Symbol, Entry))),
    "stop": Shape(Stop, (ANY,)),
    "function": Shape(Function, ("name", (ANY, 0))),
}
KINDS = {shape.node: kind for kind, shape in SHAPES.items()}


@dataclass
class TermWriter:
    """Gives every term a place in a table; ``rows`` is the table, ready for JSON."""

    rows: list[Row] = field(default_factory=list)
    _places: dict[Term, int] = field(default_factory=dict)

    def place(self, t: Term) -> int:
        """The number of the row that holds the term, which is written where it is new.

        >>> from symderiv.terms import exp
        >>> writer = TermWriter()
        >>> writer.place(exp(Symbol("x"))), writer.rows
        (1, [['symbol', 'x'], ['exp', 0]])
        """
        if t not in self._places:
            row = self._row(t)
            self._places[t] = len(self.rows)
            self.rows.append(row)
        return self._places[t]

    def _row(self, t: Term) -> Row:
        if isinstance(t, Number):
            return ["number", str(t.value)]
        kind = KINDS.get(type(t))
        if kind is None:
            raise InputError(f"the node {type(t).__name__} has no written form")
        fields = [getattr(t, name) for name in t.__match_args__]  # type: ignore[attr-defined]  # dataclasses add it
        return [kind, *map(self._field, fields)]

    def _field(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return [self.place(u) for u in value]
        return self.place(value) if isinstance(value, Term) else value


class TermReader:
    """The terms of a table by their number; raises `InputError` for a table that no writer made."""

    def __init__(self, rows: object) -> None:
        if not isinstance(rows, list):
            raise InputError(f"terms is a list of rows, not {kind_of(rows)}")
        if len(rows) > MOST_ROWS:
            raise InputError(f"terms has {len(rows)} rows; more than {MOST_ROWS} are not read")
        self._terms: list[Term] = []
        self._depths: list[int] = []
        self._sizes: list[int] = []
        self._read = 0
        for row in rows:
            self._add(row)

    def term(self, place: object) -> Term:
        """The term in a row."""
        at = self._at(place, "a term")
        # a row may stand for a term far larger than itself, and may be asked for again and again
        self._read += self._sizes[at]
        if self._read > MOST_READ:
            raise InputError("the terms written out would be too large to work with")
        return self._terms[at]

    def _at(self, place: object, where: str) -> int:
        if type(place) is not int or not 0 <= place < len(self._terms):
            raise InputError(f"{where} refers to {shown(place)}; a reference is the number of an earlier row")
        return place

    def _add(self, row: object) -> None:
        where = f"row {len(self._terms)}"
        if not isinstance(row, list) or not row or not isinstance(row[0], str):
            raise InputError(f"{where} of terms is {shown(row)}; a row is a list that starts with a kind of node")
        below: list[int] = []
        made = _number(row, where) if row[0] == "number" else self._node(row, where, below)
        depth = 1 + max((self._depths[at] for at in below), default=0)
        size = 1 + sum(self._sizes[at] for at in below)
        if depth > DEEPEST or size > LARGEST:
            raise InputError(f"{where} of terms is nested {depth} deep with {size} nodes: too large to work with")
        self._terms.append(made)
        self._depths.append(depth)
        self._sizes.append(size)

    def _node(self, row: Row, where: str, below: list[int]) -> Term:
        shape = SHAPES.get(row[0])
        if shape is None:
            raise InputError(f"{where} of terms has the unknown kind {shown(row[0])}; it may be of a later version")
        if len(row) != len(shape.fields) + 1:
            raise InputError(f"{where} of terms: a {row[0]} has {len(shape.fields)} fields, not {len(row) - 1}")
        place = f"{where} of terms, a {row[0]},"
        values = [self._value(f, value, place, below) for f, value in zip(shape.fields, row[1:], strict=True)]
        made = shape.node(*values)
        if isinstance(made, Function) and not made.arguments and made.name not in NUMBER_SYMBOLS:
            raise InputError(f"{place} has no argument, and {shown(made.name)} is no number with a name")
        return made

    def _value(self, wanted: Any, value: object, where: str, below: list[int]) -> Any:
        if wanted == "name":
            if not isinstance(value, str) or not value:
                raise InputError(f"{where} has the name {shown(value)}; a name is text")
            return value
        accepts, least = wanted if isinstance(wanted[0], tuple) else (wanted, None)
        if least is None:
            return self._below(accepts, value, where, below)
        if not isinstance(value, list) or len(value) < least:
            raise InputError(f"{where} has {shown(value)} where a list of at least {least} references belongs")
        return tuple(self._below(accepts, v, where, below) for v in value)

    def _below(self, accepts: Accepts, value: object, where: str, below: list[int]) -> Term:
        at = self._at(value, where)
        below.append(at)
        if not isinstance(self._terms[at], accepts):
            raise InputError(f"{where} cannot have a {type(self._terms[at]).__name__.lower()} there")
        return self._terms[at]


def _number(row: Sequence[Any], where: str) -> Number:
    text = row[1] if len(row) == 2 else None
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise InputError(f"{where} of terms is {shown(row)}; a number is written as text, such as 3 or -1/2")
    try:
        return Number(Fraction(text))
    except ZeroDivisionError:
        raise InputError(f"{where} of terms divides by 0: {shown(text)}") from None


def kind_of(value: object) -> str:
    """What a value of JSON is, in a few words."""
    return "text" if isinstance(value, str) else "nothing" if value is None else _flat(value)


def shown(value: object) -> str:
    """A value of unknown size in a few characters."""
    return f"[{', '.join(map(_flat, value))}]" if isinstance(value, list) and len(value) <= 8 else _flat(value)


def _flat(value: object) -> str:
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "...")
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**20):
        return repr(value)
    if isinstance(value, int):
        return "a number that is too large"
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"
