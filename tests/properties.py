"""What binders promise, as plain checks on given terms: tests search for counterexamples to them, and
the mutation tests ask whether they would notice a defect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluate import Undefined, World, evaluate
from hypothesis import assume

from symderiv import binders
from symderiv.terms import Big, D, Delta, Entry, Symbol, Term, parts


def value(t: Term, world: World) -> Any:
    """The value of t, or `hypothesis` is told to look elsewhere."""
    try:
        return evaluate(t, world)
    except (Undefined, OverflowError):
        assume(False)


def substitution_is_evaluation_elsewhere(t: Term, binding: Mapping[Symbol, Term], world: World) -> None:
    """Substituting, then evaluating, is evaluating where the names have the new values."""
    there = world.changed(**{s.name: value(u, world) for s, u in binding.items()})
    assert value(binders.substitute(t, binding), world) == value(t, there)


def instance_is_a_summand(t: Big, index: Term, world: World) -> None:
    """The instance at an index is the body evaluated with the bound name set to it."""
    there = world.changed(**{t.index.name: value(index, world)})
    assert value(binders.instance(t, index), world) == value(t.body, there)


def separated(t: Term, avoid: frozenset[str], world: World) -> None:
    """`separate` changes bound names only, and leaves no binder that shadows anything."""
    after = binders.separate(t, avoid)
    assert binders.alpha_equal(after, t)
    assert binders.free_names(after) == binders.free_names(t)
    unshadowed(after, avoid)
    assert value(after, world) == value(t, world)


def unshadowed(t: Term, around: frozenset[str]) -> None:
    """No binder in t has a name that is in ``around``, bound around it, or free in an enclosing term."""
    if isinstance(t, Big):
        outside = around | names_in(t.size).union(*map(names_in, t.excluded))
        assert t.index.name not in outside, f"{t.index.name} has two meanings"
        unshadowed(t.body, outside | {t.index.name})
        return
    for u in parts(t):
        unshadowed(u, around | free_by_hand(t))


def names_in(i: Term) -> frozenset[str]:
    if isinstance(i, Entry):
        return frozenset().union(*map(names_in, i.indices))
    return frozenset((i.name,)) if isinstance(i, Symbol) else frozenset()


def free_by_hand(t: Term) -> frozenset[str]:
    """The free names, computed without the library."""
    match t:
        case Symbol(name):
            return frozenset((name,))
        case Entry(_, indices):
            return frozenset().union(*map(names_in, indices))
        case Delta(left, right):
            return names_in(left) | names_in(right)
        case Big(index, size, body, excluded):
            return (free_by_hand(body) - {index.name}).union(names_in(size), *map(names_in, excluded))
        case D(body, variable):
            return free_by_hand(body) | free_by_hand(variable)
    return frozenset().union(*map(free_by_hand, parts(t)))


def equal_keys_mean_equal_values(left: Term, right: Term, *worlds: World) -> None:
    """Soundness of alpha-equality: the most important law of all."""
    if left is not right and binders.alpha_equal(left, right):
        for world in worlds:
            assert value(left, world) == value(right, world)
