"""The working language: a dozen frozen node types whose constructors do not think.

SymPy is the language at the surface; between its doors every expression is a term. A node is
exactly what was written: ``Plus((x, Neg(x)))`` stays a sum of two summands until a rule cancels
it and says so. Nodes are interned, so equal terms are one object and ``==`` is ``is``.

The lower-case builders (`plus`, `times`, ...) are what rules build with. They flatten, drop 0 and
1, float signs outward and do rational arithmetic; nothing else.

Indices and sizes are terms as well: a `Symbol`, or a `Number` holding a positive integer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from symderiv.nodes import (
    ONE,
    ZERO,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
    Interned,
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
    node,
    number,
)

__all__ = [
    "ONE",
    "ZERO",
    "Big",
    "D",
    "Delta",
    "Entry",
    "Exp",
    "Function",
    "Interned",
    "Log",
    "Neg",
    "Number",
    "Plus",
    "Power",
    "Quotient",
    "Stop",
    "Symbol",
    "Term",
    "Times",
    "big",
    "delta",
    "exp",
    "kinds",
    "log",
    "minus",
    "minus_split",
    "neg",
    "node",
    "number",
    "parts",
    "plus",
    "power",
    "quo",
    "rebuild",
    "signed",
    "subterms",
    "summands",
    "times",
]

# functions of nothing that stand for a positive number
NUMBER_SYMBOLS = frozenset(("pi", "EulerGamma", "GoldenRatio", "Catalan", "TribonacciConstant"))


def neg(t: Term) -> Term:
    """Minus t; a double sign and the sign of a number are carried out."""
    match t:
        case Neg(body):
            return body
        case Number(value):
            return number(-value)
    return Neg(t)


def minus_split(t: Term) -> tuple[int, Term]:
    """The sign in front of t and what stands behind it."""
    match t:
        case Neg(body):
            return -1, body
        case Number(value) if value < 0:
            return -1, number(-value)
    return 1, t


def signed(sign: int, t: Term) -> Term:
    """t, or minus t where sign is -1."""
    return t if sign > 0 else neg(t)


def plus(*summands: Term) -> Term:
    """The sum: flattened, numbers added at the place of the first, zeros dropped."""
    parts: list[Term] = []
    total: int | Fraction = 0  # most sums hold no number: whole ones are cheaper to begin with
    place = -1
    for t in _flat(summands, Plus):
        if isinstance(t, Number):
            total += t.value
            if place < 0:
                place = len(parts)
        else:
            parts.append(t)
    if total:
        parts.insert(place, number(total))
    if len(parts) < 2:
        return parts[0] if parts else ZERO
    return Plus(tuple(parts))


def minus(left: Term, right: Term) -> Term:
    """left - right; the sign goes to each summand of right."""
    return plus(left, *(neg(t) for t in summands(right)))


def times(*factors: Term) -> Term:
    """The product: flattened, numbers multiplied in front, ones dropped, the sign outside."""
    parts: list[Term] = []
    number_part: int | Fraction = 1
    for t in _flat(factors, Times):
        if isinstance(t, Neg):
            number_part = -number_part
            inner = list(_flat((t.body,), Times))
        else:
            inner = [t]
        for u in inner:
            if isinstance(u, Number):
                number_part *= u.value
            else:
                parts.append(u)
    if not number_part:
        return ZERO
    sign = -1 if number_part < 0 else 1
    size = sign * number_part
    if size != 1:
        parts.insert(0, number(size))
    if not parts:
        return number(number_part)
    return signed(sign, parts[0] if len(parts) == 1 else Times(tuple(parts)))


def quo(top: Term, bottom: Term) -> Term:
    """The fraction: 0 and numbers carried out, a denominator 1 dropped, the sign outside."""
    if bottom is ZERO:
        return Quotient(top, bottom)
    (s, top), (r, bottom) = minus_split(top), minus_split(bottom)
    if top is ZERO:
        return ZERO
    if bottom is ONE:
        return signed(s * r, top)
    if isinstance(top, Number) and isinstance(bottom, Number):
        return number(s * r * top.value / bottom.value)
    return signed(s * r, Quotient(top, bottom))


def power(base: Term, exponent: Term) -> Term:
    """The power: exponents 0 and 1 and integer powers of numbers carried out."""
    if exponent is ONE:
        return base
    if exponent is ZERO and base is not ZERO:
        return ONE
    if base is ONE:
        return ONE
    if isinstance(base, Number) and isinstance(exponent, Number):
        e = exponent.value
        if e.denominator == 1 and (base.value or e > 0) and abs(e) <= 64:
            return number(base.value ** int(e))
    return Power(base, exponent)


def exp(t: Term) -> Term:
    """e to the t; exp(0) = 1."""
    return ONE if t is ZERO else Exp(t)


def log(t: Term) -> Term:
    """The natural logarithm; log(1) = 0."""
    return ZERO if t is ONE else Log(t)


def delta(left: Term, right: Term) -> Term:
    """Kronecker's delta; 1 for one index twice, 0 for two different literals, a label behind a letter."""
    if left is right:
        return ONE
    if isinstance(left, Entry) and isinstance(right, Symbol):
        left, right = right, left
    if isinstance(left, Number) and isinstance(right, Number):
        return ZERO
    return Delta(left, right)


def big(index: Symbol, size: Term, body: Term, excluded: tuple[Term, ...] = ()) -> Term:
    """The sum over an index; 0 for a body 0, the sign outside."""
    if body is ZERO:
        return ZERO
    if isinstance(body, Neg):
        return neg(big(index, size, body.body, excluded))
    return Big(index, size, body, excluded)


def _flat(many: Iterable[Term], kind: type[Plus] | type[Times]) -> Iterator[Term]:
    # a bracket after a minus sign among summands, -(a - b), stays a bracket on purpose
    for t in many:
        if isinstance(t, kind):
            yield from _flat(parts(t), kind)
        else:
            yield t


def summands(t: Term) -> tuple[Term, ...]:
    """The summands of a sum; any other term is its own only summand."""
    return t.summands if isinstance(t, Plus) else (t,)


_PARTS: dict[type[Term], Callable[[Any], tuple[Term, ...]]] = {
    Plus: lambda t: t.summands,
    Times: lambda t: t.factors,
    Function: lambda t: t.arguments,
    **{kind: lambda t: (t.body,) for kind in (Neg, Exp, Log, Stop, Big, D)},
    Quotient: lambda t: (t.top, t.bottom),
    Power: lambda t: (t.base, t.exponent),
}


def parts(t: Term) -> tuple[Term, ...]:
    """The direct subterms that carry a value (indices, sizes and variables are not among them)."""
    found = _PARTS.get(type(t))
    return found(t) if found else ()


@lru_cache(maxsize=65536)
def kinds(t: Term) -> frozenset[type[Term]]:
    """The node types that occur in t, so that a search can pass over what it cannot match."""
    return frozenset((type(t),)).union(*map(kinds, parts(t)))


def rebuild(t: Term, new: tuple[Term, ...]) -> Term:
    """t with its `parts` replaced, through the builders; t itself where nothing changed."""
    if new == parts(t):
        return t
    match t:
        case Plus():
            return plus(*new)
        case Times():
            return times(*new)
        case Neg():
            return neg(new[0])
        case Exp():
            return exp(new[0])
        case Log():
            return log(new[0])
        case Stop():
            return Stop(new[0])
        case D(_, variable):
            return D(new[0], variable)
        case Big(index, size, _, excluded):
            return big(index, size, new[0], excluded)
        case Quotient():
            return quo(*new)
        case Power():
            return power(*new)
        case Function(name, _):
            return Function(name, new)
    raise AssertionError(f"{type(t).__name__} has no parts")


def subterms(t: Term) -> Iterator[Term]:
    """t and every value below it, outside in."""
    stack = [t]
    while stack:
        u = stack.pop()
        yield u
        stack.extend(reversed(parts(u)))
