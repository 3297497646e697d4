"""Nodes are interned and do not think; builders do trivial arithmetic and keep the value."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from fractions import Fraction
from threading import Barrier
from typing import Any

import pytest
from evaluate import World
from hypothesis import assume, given
from hypothesis import strategies as st
from properties import value
from strategies import built, indices, names, rationals, sizes, terms, worlds

from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    D,
    Delta,
    Entry,
    Exp,
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
    big,
    delta,
    exp,
    log,
    minus,
    minus_split,
    neg,
    number,
    parts,
    plus,
    power,
    quo,
    rebuild,
    signed,
    subterms,
    summands,
    times,
)

i, j, k, K = map(Symbol, "ijkK")
z, y = Entry("z", (i,)), Entry("y", (i,))

several = st.lists(st.one_of(terms, terms.map(Neg), rationals), min_size=1, max_size=4)


# --- builders keep the value ------------------------------------------------------------------


@given(several, worlds())
def test_plus_and_times(many: list[Term], world: World) -> None:
    values = [value(t, world) for t in many]
    product = Fraction(1)
    for v in values:
        product *= v
    assert value(plus(*many), world) == sum(values)
    assert value(times(*many), world) == product


@given(terms, terms, worlds())
def test_minus_neg_and_quo(t: Term, u: Term, world: World) -> None:
    top, bottom = value(t, world), value(u, world)
    assert value(minus(t, u), world) == top - bottom
    assert value(neg(t), world) == -top
    sign, rest = minus_split(t)
    assert sign * value(rest, world) == top
    assert value(signed(-1, t), world) == -top
    assert sum(value(s, world) for s in summands(t)) == top
    assume(bottom)
    assert value(quo(t, u), world) == top / bottom


@given(st.one_of(terms, rationals), st.one_of(rationals, st.integers(-3, 4).map(number)), worlds())
def test_power(base: Term, exponent: Term, world: World) -> None:
    raw = value(Power(base, exponent), world)
    assert value(power(base, exponent), world) == raw


@given(names, sizes, terms, st.lists(indices, max_size=2).map(tuple), worlds())
def test_big(index: Symbol, size: Term, body: Term, excluded: tuple[Term, ...], world: World) -> None:
    for inner in (body, Neg(body), ZERO):
        raw = value(Big(index, size, inner, excluded), world)
        assert value(big(index, size, inner, excluded), world) == raw


@given(indices, indices, worlds())
def test_delta(left: Term, right: Term, world: World) -> None:
    assert value(delta(left, right), world) == value(Delta(left, right), world)


@given(terms, worlds())
def test_building_from_the_leaves_up(t: Term, world: World) -> None:
    assert value(built(t), world) == value(t, world)


@given(terms, worlds())
def test_rebuild(t: Term, world: World) -> None:
    assert rebuild(t, parts(t)) is t
    if parts(t):
        changed = rebuild(t, tuple(Neg(Neg(u)) for u in parts(t)))
        assert value(changed, world) == value(t, world)


# --- and do the arithmetic they promise, nothing else -----------------------------------------


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (plus(), ZERO),
        (plus(z, ZERO), z),
        (plus(number(1), z, number(2)), Plus((number(3), z))),
        (plus(z, number(1), y, number(-1)), Plus((z, y))),
        (plus(plus(z, y), z), Plus((z, y, z))),
        (plus(z, neg(z)), Plus((z, Neg(z)))),
        (minus(z, plus(y, neg(z))), Plus((z, Neg(y), z))),
        (times(), ONE),
        (times(z, ONE), z),
        (times(z, ZERO), ZERO),
        (times(neg(z), y), Neg(Times((z, y)))),
        (times(neg(z), neg(y)), Times((z, y))),
        (times(z, number(2), y, number(-3)), Neg(Times((number(6), z, y)))),
        (times(z, quo(ONE, z)), Times((z, Quotient(ONE, z)))),
        (neg(number(2)), number(-2)),
        (neg(neg(z)), z),
        (quo(z, ONE), z),
        (quo(ZERO, z), ZERO),
        (quo(neg(z), neg(y)), Quotient(z, y)),
        (quo(z, number(-1)), Neg(z)),
        (quo(neg(ONE), z), Neg(Quotient(ONE, z))),
        (quo(z, z), Quotient(z, z)),
        (quo(number(2), number(-4)), number(Fraction(-1, 2))),
        (quo(ONE, ZERO), Quotient(ONE, ZERO)),
        (quo(ZERO, ZERO), Quotient(ZERO, ZERO)),
        (power(z, ONE), z),
        (power(z, ZERO), ONE),
        (power(ZERO, ZERO), Power(ZERO, ZERO)),
        (power(ZERO, number(-1)), Power(ZERO, number(-1))),
        (power(number(2), number(-2)), number(Fraction(1, 4))),
        (power(number(2), number(Fraction(1, 2))), Power(number(2), number(Fraction(1, 2)))),
        (power(number(2), number(1000)), Power(number(2), number(1000))),
        (exp(ZERO), ONE),
        (exp(log(z)), Exp(Log(z))),
        (log(ONE), ZERO),
        (log(exp(z)), Log(Exp(z))),
        (delta(i, i), ONE),
        (delta(number(1), number(2)), ZERO),
        (delta(i, j), Delta(i, j)),
        (big(k, K, ZERO), ZERO),
        (big(k, K, neg(z)), Neg(Big(k, K, z, ()))),
        (big(k, K, ONE), Big(k, K, ONE, ())),
    ],
)
def test_what_builders_do(made: Term, expected: Term) -> None:
    assert made is expected


def test_constructors_do_not_think() -> None:
    assert Plus((z, Neg(z))).summands == (z, Neg(z))
    assert Times((ONE, ZERO)).factors == (ONE, ZERO)
    assert isinstance(Neg(Neg(z)), Neg)
    assert isinstance(Delta(i, i), Delta)


@given(terms)
def test_subterms_are_the_parts_of_parts(t: Term) -> None:
    found = list(subterms(t))
    assert found[0] is t
    assert len(found) == 1 + sum(len(list(subterms(u))) for u in parts(t))
    leaf = Symbol("never drawn")
    assert leaf not in found


# --- interning --------------------------------------------------------------------------------


@given(terms)
def test_equal_terms_are_one_object(t: Term) -> None:
    fields = [getattr(t, name) for name in t.__match_args__]  # type: ignore[attr-defined]  # every node is a dataclass
    again = type(t)(*fields)
    assert again is t
    assert again == t
    assert hash(again) == hash(t)
    assert copy.copy(t) is t
    assert copy.deepcopy(t) is t
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(t, protocol)) is t


@given(terms, terms)
def test_equality_is_structure(t: Term, u: Term) -> None:
    assert (t == u) == (repr(t) == repr(u))
    assert len({t, u}) == 2 - (repr(t) == repr(u))


def test_numbers_are_exact_and_one_per_value() -> None:
    assert number(1) is ONE is Number(Fraction(2, 2))
    assert number(Fraction(1, 2)).value == Fraction(1, 2)
    whole: Any = 3
    assert Number(whole) is number(3)
    assert isinstance(Number(whole).value, Fraction)


def test_nodes_of_one_shape_and_different_kind_differ() -> None:
    kinds: list[Callable[[Term], Term]] = [Neg, Exp, Log, Stop]
    assert len({kind(z) for kind in kinds}) == 4
    assert Quotient(z, y) is not Power(z, y)  # type: ignore[comparison-overlap]  # that is the point
    assert D(z, y) is not Delta(z, y)  # type: ignore[comparison-overlap]  # that is the point


def test_nodes_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        z.array = "y"  # type: ignore[misc]  # that is the point
    with pytest.raises((AttributeError, TypeError)):
        z.colour = "red"  # type: ignore[attr-defined]  # that is the point


def test_unused_nodes_are_forgotten() -> None:
    from symderiv.nodes import _table

    gc.collect()
    before = len(_table)
    kept = [Entry("forgotten", (Symbol(f"s{n}"),)) for n in range(1000)]
    assert len(_table) >= before + 2000
    del kept
    gc.collect()
    assert len(_table) <= before + 10


def test_threads_get_the_same_objects() -> None:
    workers, rounds = 8, 300
    start = Barrier(workers)

    def build(_: int) -> list[Term]:
        start.wait()
        return [Big(k, K, Times((Symbol(f"t{n}"), Entry("z", (Symbol(f"u{n}"),)))), ()) for n in range(rounds)]

    with ThreadPoolExecutor(workers) as pool:
        made = list(pool.map(build, range(workers)))
    for same in zip(*made, strict=True):
        assert len(set(map(id, same))) == 1


def test_two_threads_that_miss_at_once_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look the node up, find nothing, and only then make it."""
    from symderiv import nodes as module

    both_missed = Barrier(2)
    table = module._table

    class Slow:
        def get(self, key: Any) -> Any:
            found = table.get(key)
            both_missed.wait(5)
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(table, name)

    monkeypatch.setattr(module, "_table", Slow())
    with ThreadPoolExecutor(2) as pool:
        left, right = pool.map(Symbol, ["made by two threads"] * 2)
    assert left is right
