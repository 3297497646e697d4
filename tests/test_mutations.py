"""Would the properties notice? Each test breaks one line of binders on purpose and asks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from disguise import disguised, near_misses
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from properties import (
    equal_keys_mean_equal_values,
    instance_is_a_summand,
    separated,
    substitution_is_evaluation_elsewhere,
)
from strategies import NAMES, bare_terms, fixed_worlds, index_bindings, indices, sums, terms, worlds

from symderiv import binders, keys
from symderiv.terms import Big, D, Symbol, Term, minus_split, parts, rebuild, signed

Substitute = Callable[[Term, dict[str, Term]], Term]
Mutation = Callable[[Any], Any]

SEARCHES = 8
SEARCH = settings(
    max_examples=2000,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Keys computed by a mutant are worth nothing outside its test."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    for cached in (KEY, NESTING):
        cached.cache_clear()


KEY, NESTING = keys.key, keys.nesting


def noticed(check: Callable[..., None], *strategies: st.SearchStrategy[Any]) -> bool:
    """Whether a short search finds a counterexample to a property."""

    def law(drawn: tuple[Any, ...]) -> None:
        check(*drawn)

    # hypothesis mixes in constants of whatever modules are loaded, so one seed is not the same search everywhere
    for attempt in range(SEARCHES):
        try:
            seed(attempt)(SEARCH(given(st.tuples(*strategies))(law)))()
        except AssertionError:
            return True
    return False


# --- substitution -----------------------------------------------------------------------------


def capturing(original: Substitute) -> Substitute:
    """A sum keeps its letter whatever arrives below it."""

    def mutant(t: Term, live: dict[str, Term]) -> Term:
        if not isinstance(t, Big):
            return original(t, live)
        inner = {name: u for name, u in live.items() if name != t.index.name}
        outer = [mutant(u, live) for u in (t.size, *t.excluded)]
        return Big(t.index, outer[0], mutant(t.body, inner), tuple(outer[1:]))

    return mutant


def skipping_exclusions(original: Substitute) -> Substitute:
    """The indices a sum leaves out stay as they are."""

    def mutant(t: Term, live: dict[str, Term]) -> Term:
        if not isinstance(t, Big):
            return original(t, live)
        sign, made = minus_split(original(Big(t.index, t.size, t.body, ()), live))
        return signed(sign, Big(made.index, made.size, made.body, t.excluded) if isinstance(made, Big) else made)

    return mutant


def skipping_variables(original: Substitute) -> Substitute:
    """The variable of a derivative stays as it is."""

    def mutant(t: Term, live: dict[str, Term]) -> Term:
        return D(mutant(t.body, live), t.variable) if isinstance(t, D) else original(t, live)

    return mutant


def replacing_bound_names(original: Substitute) -> Substitute:
    """A name bound by a sum is replaced as if it were free."""

    def mutant(t: Term, live: dict[str, Term]) -> Term:
        if isinstance(t, Big) and t.index.name in live:
            return Big(t.index, mutant(t.size, live), mutant(t.body, live), tuple(mutant(e, live) for e in t.excluded))
        return original(t, live)

    return mutant


def one_after_another(original: Substitute) -> Substitute:
    """Names are replaced in turn, so that a swap makes both the same."""

    def mutant(t: Term, live: dict[str, Term]) -> Term:
        for name, u in live.items():
            t = original(t, {name: u})
        return t

    return mutant


@pytest.mark.parametrize(
    "mutation", [capturing, skipping_exclusions, skipping_variables, replacing_bound_names, one_after_another]
)
def test_a_broken_substitution_is_noticed(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binders, "_substitute", mutation(binders._substitute))
    assert noticed(substitution_is_evaluation_elsewhere, terms, index_bindings, worlds())


@pytest.mark.parametrize("mutation", [capturing, skipping_exclusions, skipping_variables])
def test_a_broken_substitution_spoils_instances(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binders, "_substitute", mutation(binders._substitute))
    assert noticed(instance_is_a_summand, sums(terms), indices, worlds())


# --- comparison -------------------------------------------------------------------------------


def without(forget: Callable[[Term], Term]) -> Mutation:
    """A key that sees less of a term."""

    def everywhere(t: Term) -> Term:
        return forget(binders.rebuild_raw(t, tuple(map(everywhere, parts(t)))))

    return lambda key: lambda t: key(everywhere(t))


def no_exclusions(t: Term) -> Term:
    return Big(t.index, t.size, t.body, ()) if isinstance(t, Big) else t


def no_sizes(t: Term) -> Term:
    return Big(t.index, Symbol("K"), t.body, t.excluded) if isinstance(t, Big) else t


def no_variables(t: Term) -> Term:
    return D(t.body, Symbol("x")) if isinstance(t, D) else t


def one_level(_: Any) -> Callable[[Term], int]:
    """Indices of nested sums become one."""
    return lambda t: 0


def names_as_levels(bind: Any) -> Callable[[Term, str, Any], Term]:
    """Bound indices are named #0, #1, ... as a problem might name its own."""
    return lambda t, name, bound: binders.substitute(t, {Symbol(name): Symbol(f"#{bound.level}")})


def shadow_blind(bind: Any) -> Callable[[Term, str, Any], Term]:
    """The index of an inner sum of the same name is taken for the outer one."""

    def mutant(t: Term, name: str, bound: Any) -> Term:
        if isinstance(t, Big) and t.index.name == name:
            t = Big(Symbol("another"), t.size, t.body, t.excluded)
        return bind(t, name, bound)  # type: ignore[no-any-return]  # the original, whatever it is

    return mutant


def keys_tell_terms_apart(pair: tuple[Term, Term]) -> None:
    equal_keys_mean_equal_values(*pair, *fixed_worlds())


def keys_see_through_disguises(t: Term, random: Random) -> None:
    assert binders.alpha_equal(t, disguised(t, random))


@pytest.mark.parametrize(
    ("attribute", "mutation"),
    [
        ("key", without(no_exclusions)),
        ("key", without(no_sizes)),
        ("key", without(no_variables)),
        ("nesting", one_level),
        ("bind", names_as_levels),
    ],
)
def test_a_key_that_sees_too_little_is_noticed(
    attribute: str, mutation: Mutation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, attribute, mutation(getattr(keys, attribute)))
    assert noticed(keys_tell_terms_apart, near_misses())


@pytest.mark.parametrize(("attribute", "mutation"), [("key", lambda key: lambda t: t), ("bind", shadow_blind)])
def test_a_key_that_sees_too_much_is_noticed(
    attribute: str, mutation: Mutation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, attribute, mutation(getattr(keys, attribute)))
    assert noticed(keys_see_through_disguises, bare_terms, st.randoms(use_true_random=False))


# --- separation -------------------------------------------------------------------------------


def beside_is_apart(t: Term, avoid: frozenset[str], letters: frozenset[str] = frozenset()) -> Term:
    """Forgets that a letter may be free beside a sum."""
    if isinstance(t, Big):
        opened = binders.opened(t, avoid | binders.union(t.excluded) | binders.free_names(t.size))
        return Big(
            opened.index, opened.size, beside_is_apart(opened.body, avoid | {opened.index.name}), opened.excluded
        )
    return rebuild(t, tuple(beside_is_apart(u, avoid) for u in parts(t)))


def below_is_apart(t: Term, avoid: frozenset[str], letters: frozenset[str] = frozenset()) -> Term:
    """Looks at the outermost sums only."""
    if isinstance(t, Big):
        return binders.opened(t, avoid | binders.union(t.excluded) | binders.free_names(t.size))
    return rebuild(t, tuple(below_is_apart(u, avoid | binders.free_names(t)) for u in parts(t)))


@pytest.mark.parametrize("mutant", [beside_is_apart, below_is_apart])
def test_a_careless_separation_is_noticed(mutant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binders, "separate", mutant)
    assert noticed(separated, terms, st.frozensets(st.sampled_from(NAMES)), worlds())
