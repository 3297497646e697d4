"""Terms as fractions over atoms: definitions unfolded, derivatives taken, deltas decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symderiv.binders import free_names
from symderiv.proof.atoms import Atom, Index, Renaming, index_of
from symderiv.proof.differentiate import derivative, function
from symderiv.proof.fractions import Ratio
from symderiv.proof.functions import absolute, exp, log, power
from symderiv.proof.renaming import REMAKE, rename
from symderiv.proof.session import Session, Variable
from symderiv.proof.written import written
from symderiv.statement import Fact
from symderiv.terms import (
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

Env = Mapping[str, Index]


@dataclass(frozen=True)
class LeafRule:
    """A given equation that says what an entry or a scalar is: by a term, or by a fraction.

    For every index one of ``letters`` (it may be any) and ``places`` (it must be that one) is None.
    """

    fact: Fact
    letters: tuple[str | None, ...]
    places: tuple[Index | None, ...]
    body: Term | None
    value: Ratio | None


def read(s: Session, t: Term, env: Env) -> Ratio:
    """The fraction a term is, its free indices those of ``env``; raises `Split` where indices must be compared."""
    names = free_names(t)
    own = tuple((n, i) for n, i in env.items() if n in names)
    around = s.relevant((*names, *(i for _, i in own), *s.brought))
    key = ("read", t, own, s.opaque, s.derivatives > 0, around)
    found = s.memo.get(key)
    if found is None:
        found = s.memo[key] = _read(s, t, env)
    return found


def _read(s: Session, t: Term, env: Env) -> Ratio:
    match t:
        case Number(value):
            return s.rational(value)
        case Symbol(name):
            return _leaf(s, name, ())
        case Entry(array, indices):
            return _leaf(s, array, tuple(s.resolve(index_of(i, env)) for i in indices))
        case Delta(left, right):
            return s.one if s.same(index_of(left, env), index_of(right, env)) else s.zero
        case Plus(many):
            return s.add(read(s, u, env) for u in many)
        case Neg(u):
            return s.scaled(read(s, u, env), -1)
        case Times() | Quotient() if left_out(s, t, env):
            return s.zero
        case Times(many):
            return s.product(read(s, u, env) for u in many)
        case Quotient(u, v):
            return s.over(read(s, u, env), read(s, v, env))
        case Power(Power(u, Number(n)), Number(e)) if n % 2 == 0 and e.denominator > 1:
            return absolute(s, read(s, u, env), n * e)
        case Power(u, v):
            return power(s, read(s, u, env), read(s, v, env))
        case Exp(u):
            return exp(s, read(s, u, env))
        case Log(u):
            return log(s, read(s, u, env))
        case Big(index, size, body, excluded):
            outside = tuple(s.resolve(index_of(e, env)) for e in excluded)
            return s.operations.total(s, size, outside, lambda i: read(s, body, {**env, index.name: i}))
        case D(body, variable):
            return _differentiated(s, body, variable, env)
        case Stop(u):
            held = read(s, u, env)
            return stopped(s, held) if s.derivatives else held
        case Function(name, many):
            return function(s, name, (0,) * len(many), tuple(read(s, u, env) for u in many))
    raise AssertionError(f"no meaning for the node {type(t).__name__}")


def _leaf(s: Session, name: str, indices: tuple[Index, ...]) -> Ratio:
    """An entry or a scalar: what a given equation says it is, its definition, or itself."""
    definition = s.statement.by_name.get(name)
    if definition is not None and name not in s.opaque:
        return read(s, definition.body, dict(zip((p.name for p in definition.parameters), indices, strict=True)))
    for rule in s.leaf_rules.get(name, ()):
        env = {p: i for p, i in zip(rule.letters, indices, strict=True) if p is not None}
        if all(s.same(place, i) for place, i in zip(rule.places, indices, strict=True) if place is not None):
            s.used[rule.fact] = None
            return read(s, rule.body, env) if rule.body is not None else rename(s, rule.value, env)
    return s.entry(name, indices)


def left_out(s: Session, t: Term, env: Env) -> bool:
    """Whether a Kronecker delta leaves a term out: a factor that is 0 for its indices alone."""
    match t:
        case Delta(left, right):
            return not s.same(index_of(left, env), index_of(right, env))
        case Plus((Number(value), Neg(Delta(left, right))) | (Neg(Delta(left, right)), Number(value))) if value == 1:
            return s.same(index_of(left, env), index_of(right, env))
        case Times(many):
            return any(left_out(s, u, env) for u in many)
        case Quotient(u, _) | Neg(u):
            return left_out(s, u, env)
    return False


def _differentiated(s: Session, body: Term, variable: Term, env: Env) -> Ratio:
    """The total derivative; by a defined name that name stands for itself, and is unfolded afterwards."""
    by: Variable
    match variable:
        case Entry(array, indices):
            by = array, tuple(s.resolve(index_of(i, env)) for i in indices)
        case Symbol(name):
            by = name, ()
        case _:
            raise AssertionError(f"no variable: {variable}")
    own = frozenset((by[0],)) & s.statement.by_name.keys() - s.opaque
    with s.differentiating(own):
        value = derivative(s, read(s, body, env), by)
    return read(s, written(s, value), {}) if own & s.arrays(value) else value


def unfolded(s: Session, a: Ratio) -> Ratio:
    """A fraction with every defined name that stands for itself in the place of what it is defined as."""
    with s.transparent():
        return read(s, written(s, a), {})


def stopped(s: Session, value: Ratio) -> Ratio:
    """A value that no derivative sees."""
    if not s.arrays(value):
        return value
    return s.power_of(s.held("stop", (value.key,), value, (value,), arrays=frozenset()))


def _stop_again(s: Session, atom: Atom, by: Renaming) -> Ratio:
    return stopped(s, rename(s, s.bodies[atom.number], by))


def _function_again(s: Session, atom: Atom, by: Renaming) -> Ratio:
    name, orders, arguments = s.bodies[atom.number]
    return function(s, name, orders, tuple(rename(s, a, by) for a in arguments))


REMAKE |= {"stop": _stop_again, "function": _function_again}
