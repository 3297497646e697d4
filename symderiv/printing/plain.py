"""Terms as one line of plain text in a Python-like spelling, for terminals and messages."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symderiv.binders import all_names, array_names
from symderiv.doors.words import RESERVED
from symderiv.statement import Relation
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


def plain(term: Term) -> str:
    """A term in one line.

    >>> from symderiv.terms import *
    >>> k, K = Symbol("k"), Symbol("K")
    >>> y, p = Entry("y", (k,)), Entry("p", (k,))
    >>> plain(neg(big(k, K, times(y, log(p)))))
    '-sum(y[k]*log(p[k]), k=1..K)'
    """
    match term:
        case Plus(many):
            return _summand(many[0]) + "".join(_further(u) for u in many[1:])
        case Neg(body):
            return f"-{_product(body)}"
        case Number(value) if value < 0:
            return f"-{_number(-value)}"
    return _product(term)


def relation(r: Relation) -> str:
    """A relation between two terms in one line: ``sum(y[k], k=1..K) = 1``."""
    return f"{plain(r.left)} {r.sign} {plain(r.right)}"


def _summand(t: Term) -> str:
    return f"({plain(t)})" if isinstance(t, Plus) else plain(t)


def _further(t: Term) -> str:
    match t:
        case Neg(body):
            return f" - {_product(body)}"
        case Number(value) if value < 0:
            return f" - {_number(-value)}"
    return f" + {_summand(t)}"


def _product(t: Term) -> str:
    """A product or quotient, or anything that binds more tightly."""
    match t:
        case Times(many):
            first = many[0]
            return "*".join((_product(first) if _fraction(first) else _atom(first), *map(_atom, many[1:])))
        case Quotient(top, bottom):
            return f"{_product(top) if isinstance(top, Times) else _atom(top)}/{_atom(bottom)}"
        case Number(value) if value >= 0:
            return _number(value)
        case D():
            return _derivative(t)
    return _atom(t)


def _fraction(t: Term) -> bool:
    return isinstance(t, Quotient) or (isinstance(t, Number) and t.value >= 0)


def _atom(t: Term) -> str:
    match t:
        case Number(value) if value >= 0 and value.denominator == 1:
            return _number(value)
        case Symbol(name):
            return _name(name)
        case Entry(array, indices):
            return f"{_name(array)}[{_list(indices)}]"
        case Delta(left, right):
            return f"delta({_list((left, right))})"
        case Exp(body):
            return f"exp({plain(body)})"
        case Log(body):
            return f"log({plain(body)})"
        case Stop(body):
            return f"stop_gradient({plain(body)})"
        case Function(name, ()) if name in NUMBER_SYMBOLS:
            return name
        case Function(name, arguments):
            return f"{_name(name)}{'_' * (name in RESERVED)}({_list(arguments)})"
        case Power(base, exponent):
            # a power of a power, or of anything that is not one piece, keeps its brackets
            text = f"({plain(base)})" if isinstance(base, Power) else _atom(base)
            return f"{text}**{f'({plain(exponent)})' if isinstance(exponent, Power) else _atom(exponent)}"
        case Big(index, size, body, excluded):
            out = "".join(f", {_name(index.name)}!={plain(e)}" for e in excluded)
            return f"sum({plain(body)}, {_name(index.name)}=1..{plain(size)}{out})"
    return f"({plain(t)})"


def _derivative(t: D) -> str:
    variable = plain(t.variable)
    clash = any(name.startswith("d") and len(name) > 1 for name in all_names(t) | array_names(t))
    if isinstance(t.body, Symbol | Entry) and not clash:
        return f"d{plain(t.body)}/d{variable}"
    return f"d/d{variable} ({plain(t.body)})"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _name(name: str) -> str:
    return name if name.isidentifier() else "{" + name + "}"


def _list(terms: Iterable[Term]) -> str:
    return ", ".join(map(plain, terms))
