"""Renaming, substitution and comparison modulo renaming, against brute-force evaluation."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import pytest
from disguise import disguised, near_misses
from evaluate import World
from hypothesis import assume, example, given
from hypothesis import strategies as st
from properties import (
    equal_keys_mean_equal_values,
    free_by_hand,
    instance_is_a_summand,
    separated,
    substitution_is_evaluation_elsewhere,
    value,
)
from strategies import (
    NAMES,
    SCALAR,
    bare_terms,
    built,
    entries,
    fixed_worlds,
    index_bindings,
    indices,
    names,
    plain_terms,
    sums,
    terms,
    worlds,
)

from symderiv import binders
from symderiv.errors import Refused
from symderiv.terms import (
    ONE,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Function,
    Number,
    Plus,
    Power,
    Quotient,
    Symbol,
    Term,
    Times,
    number,
    parts,
    subterms,
)

i, j, k, m, n, a, b = map(Symbol, "ijkmnab")
K, N, hash0 = Symbol("K"), Symbol("N"), Symbol("#0")


def z(*at: Term) -> Entry:
    return Entry("z", at)


def y(*at: Term) -> Entry:
    return Entry("y", at)


def total(index: Symbol, body: Term, *excluded: Term, size: Term = K) -> Big:
    return Big(index, size, body, excluded)


# --- free names -------------------------------------------------------------------------------


@given(terms, worlds())
def test_free_names_are_the_names_evaluation_looks_up(t: Term, world: World) -> None:
    value(t, world)
    assert world.looked_up <= binders.free_names(t)
    if not any(isinstance(u, Big) for u in subterms(t)):  # a sum may be empty and look nothing up
        assert world.looked_up == binders.free_names(t)


@given(terms)
def test_free_names_by_hand(t: Term) -> None:
    assert binders.free_names(t) == free_by_hand(t)
    assert all(binders.mentions(t, Symbol(name)) == (name in free_by_hand(t)) for name in NAMES)
    bound = {u.index.name for u in subterms(t) if isinstance(u, Big)}
    assert binders.all_names(t) == free_by_hand(t) | bound
    assert binders.index_names(t) <= binders.free_names(t)


def test_the_variable_of_a_derivative_is_free() -> None:
    assert binders.free_names(D(ONE, z(i))) == {"i"}
    assert binders.array_names(D(y(k), z(i))) == {"y", "z"}


def test_index_names_are_those_in_index_position() -> None:
    t = Times((a, z(i), Delta(j, number(2)), total(k, Times((y(k), y(m))), n), D(b, z(b))))
    assert binders.index_names(t) == {"i", "j", "m", "n", "b"}


@given(st.frozensets(st.sampled_from([*binders.LETTERS, "x", "k_1", "k_2"])), st.sampled_from(["", "k", "k_1", "x"]))
def test_fresh_avoids(avoid: frozenset[str], like: str) -> None:
    found = binders.fresh(avoid, like)
    assert found.name not in avoid
    if like and like not in avoid:
        assert found.name == like


def test_fresh_letters_are_no_array_of_the_term() -> None:
    # an index and an array of one name would be one SymPy object's name twice
    busy = Times(tuple(Entry(letter, (i,)) for letter in ("j", "k", "l")))
    assert binders.opened(total(i, busy), {"i"}).index.name == "m"
    assert isinstance(t := binders.substitute(total(i, Times((busy, z(a)))), {a: i}), Big)
    assert t.index.name == "m"


# --- substitution -----------------------------------------------------------------------------

values_for_a = st.one_of(plain_terms, entries())


@given(terms, index_bindings, worlds())
@example(total(k, Times((z(k), y(i)))), {i: k}, fixed_worlds()[0])
@example(total(k, y(i), i), {i: k}, fixed_worlds()[0])
@example(total(k, z(k), k), {k: i}, fixed_worlds()[0])
@example(total(k, D(z(i), z(k))), {i: k}, fixed_worlds()[1])
@example(total(i, total(k, Times((Entry("w", (i, k)), y(j))))), {j: i}, fixed_worlds()[2])
@example(total(i, z(i), size=i), {i: K, K: i}, fixed_worlds()[2])
def test_substitute_indices(t: Term, binding: dict[Symbol, Term], world: World) -> None:
    substitution_is_evaluation_elsewhere(t, binding, world)


@given(terms, worlds())
def test_swaps_are_simultaneous(t: Term, world: World) -> None:
    substitution_is_evaluation_elsewhere(t, {i: k, k: i}, world)
    substitution_is_evaluation_elsewhere(t, {i: j, j: k, k: i}, world)


@st.composite
def bodies_with_a_scalar(draw: st.DrawFn) -> Term:
    """A term in which the scalar ``a`` stands beside anything, also under binders that would capture."""
    t: Term = Times((draw(plain_terms), a))
    for _ in range(draw(st.integers(0, 2))):
        t = draw(sums(st.just(t)))
        t = draw(st.sampled_from([t, Plus((t, a)), Exp(t), Quotient(a, t), Function("f", (t, a))]))
    return t


@given(bodies_with_a_scalar(), values_for_a, worlds())
def test_substitute_a_term_for_a_scalar(t: Term, new: Term, world: World) -> None:
    substitution_is_evaluation_elsewhere(t, {a: new}, world)
    substitution_is_evaluation_elsewhere(t, {a: new, k: i}, world)


@given(terms)
def test_nothing_to_replace_is_nothing_done(t: Term) -> None:
    assert binders.substitute(t, {}) is t
    assert binders.substitute(t, {Symbol("absent"): ONE}) is t
    assert binders.substitute(t, {s: s for s in map(Symbol, NAMES)}) is t


@given(terms, index_bindings)
def test_substitution_replaces_the_free_names_and_no_others(t: Term, binding: dict[Symbol, Term]) -> None:
    after = binders.free_names(binders.substitute(t, binding))
    left = {Symbol(name) for name in free_by_hand(t)} - set(binding)
    arriving = [binding.get(Symbol(name), Symbol(name)) for name in free_by_hand(t)]
    assert after <= binders.union(arriving)  # fewer where a delta of one index twice became 1
    assert {s.name for s in left} - after <= binders.index_names(t) | {SCALAR.name, *NAMES}


def test_a_compound_term_is_no_index() -> None:
    for t in (z(i), Delta(i, k), total(k, z(k), i), total(k, z(k), size=i)):
        with pytest.raises(Refused, match="index"):
            binders.substitute(t, {i: Plus((k, ONE))})


def test_an_entry_may_hold_a_label() -> None:
    label = Entry("t", (n,))
    assert binders.substitute(z(n, k), {k: label}) is z(n, label)
    assert binders.free_names(z(label)) == {"n"}


def test_variables_of_derivatives_stay_variables() -> None:
    square = D(Times((a, a, b)), a)
    assert binders.substitute(square, {a: n}) is D(Times((n, n, b)), n)
    assert binders.substitute(square, {a: b, b: a}) is D(Times((b, b, a)), b)
    assert binders.substitute(D(Exp(a), a), {a: z(i)}) is D(Exp(z(i)), z(i))
    refused: list[dict[Symbol, Term]] = [{a: b}, {a: number(2)}, {a: Exp(b)}, {a: n, b: n}, {a: z(i), b: z(j)}]
    for binding in refused:
        with pytest.raises(Refused, match="derivative"):
            binders.substitute(square, binding)


# --- instances, opening, separating -----------------------------------------------------------


@given(sums(terms), indices, worlds())
def test_instance(t: Big, index: Term, world: World) -> None:
    instance_is_a_summand(t, index, world)


@given(sums(terms), st.frozensets(st.sampled_from(NAMES)), worlds())
def test_opened(t: Big, avoid: frozenset[str], world: World) -> None:
    after = binders.opened(t, avoid)
    assert after.index.name not in avoid
    assert (after.size, after.excluded) == (t.size, t.excluded)
    assert binders.alpha_equal(after, t)
    assert value(after, world) == value(t, world)


@given(terms, st.frozensets(st.sampled_from(NAMES)), worlds())
@example(Plus((z(k), total(k, y(k)))), frozenset(), fixed_worlds()[0])
@example(total(k, total(k, y(k), k)), frozenset(), fixed_worlds()[0])
@example(Power(total(K, i), number(0)), frozenset(), fixed_worlds()[0])
@example(total(k, total(j, Plus((total(k, z(k)), z(j))))), frozenset(), fixed_worlds()[0])
@example(total(i, total(K, z(i), size=number(2))), frozenset(), fixed_worlds()[0])
@example(total(i, total(m, z(i), size=N), m), frozenset(), fixed_worlds()[0].changed(m=1, N=2))
def test_separate(t: Term, avoid: frozenset[str], world: World) -> None:
    separated(t, avoid, world)


@given(terms)
def test_separate_is_idempotent(t: Term) -> None:
    once = binders.separate(t, frozenset("ik"))
    assert binders.separate(once, frozenset("ik")) is once


def test_separate_leaves_what_is_apart() -> None:
    t = Plus((total(k, y(k)), Times((z(i), total(k, z(k))))))
    assert binders.separate(t, frozenset("i")) is t


def test_exclude_drops_a_repeated_exclusion() -> None:
    assert binders.exclude(total(k, z(k), i, j, i)) is total(k, z(k), i, j)
    assert binders.substitute(total(k, z(k), i, j), {j: i}) is total(k, z(k), i)
    assert binders.exclude(z(k)) is z(k)


# --- alpha-equality ---------------------------------------------------------------------------


@given(terms, st.randoms(use_true_random=False), worlds())
def test_disguises_keep_key_and_value(t: Term, random: Random, world: World) -> None:
    other = disguised(t, random)
    assert binders.alpha_equal(t, other)
    assert binders.alpha_equal(t, t)
    assert value(t, world) == value(other, world)


@given(terms, terms, worlds())
def test_equal_keys_of_random_pairs_mean_equal_values(left: Term, right: Term, world: World) -> None:
    equal_keys_mean_equal_values(left, right, world)


@given(near_misses(), worlds())
def test_equal_keys_of_near_misses_mean_equal_values(pair: tuple[Term, Term], world: World) -> None:
    equal_keys_mean_equal_values(*pair, world, *fixed_worlds())


def all_small_terms() -> list[Term]:
    """Every sum of a product of two entries, nested twice over, on three clashing names."""
    letters = (i, k, hash0)
    pairs = [Times((z(p), y(q))) for p in letters for q in letters] + [z(p) for p in letters]
    inner: list[Term] = [*pairs, *(total(p, u) for p in letters for u in pairs)]
    inner += [total(p, u, q) for p in letters for q in letters for u in pairs]
    inner += [D(z(p), z(q)) for p in letters for q in letters] + [Delta(p, q) for p in letters for q in letters]
    return inner + [total(p, u) for p in letters for u in inner] + [total(p, u, i) for p in letters for u in inner]


def test_equal_keys_exhaustively_on_small_terms() -> None:
    """Over some thousand small terms, a class of equal keys has one value in every world: and conversely
    terms of this family with equal values everywhere are mostly recognised."""
    classes: dict[Term, list[Term]] = {}
    for t in all_small_terms():
        classes.setdefault(binders.key(t), []).append(t)
    assert len(classes) < len(all_small_terms())
    for many in classes.values():
        for world in fixed_worlds():
            assert len({value(t, world) for t in many}) == 1, many


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (total(i, Times((z(i), z(hash0)))), total(i, Times((z(i), z(i))))),
        (total(i, total(j, Entry("w", (i, j)))), total(i, total(j, Entry("w", (j, i))))),
        (total(i, total(i, z(i))), total(i, total(j, z(i)))),
        (total(i, total(i, z(i), i)), total(i, total(j, z(j)))),
        (total(i, z(i), i), total(k, z(k), k)),
        (total(i, z(i), size=i), total(k, z(k), size=k)),
        (total(i, D(z(i), z(k))), total(k, D(z(k), z(k)))),
        (total(i, Delta(i, k)), total(i, Delta(i, i))),
        (total(i, z(i)), total(i, z(i), size=N)),
        (total(i, z(i)), total(i, z(Symbol("_")))),
        (Quotient(z(i), z(k)), Quotient(z(k), z(i))),
        (Power(z(i), z(k)), Power(z(k), z(i))),
        (Function("f", (z(i), z(k))), Function("f", (z(k), z(i)))),
        (Function("f", (z(i),)), Function("g", (z(i),))),
        (D(z(i), z(k)), D(z(k), z(i))),
        (Times((z(i), z(i))), Times((z(i), z(k)))),
        (Times((z(i), z(k))), Plus((z(i), z(k)))),
    ],
)
def test_different_terms_have_different_keys(left: Term, right: Term) -> None:
    assert not binders.alpha_equal(left, right)


def test_a_key_does_not_think() -> None:
    assert not binders.alpha_equal(total(i, Times((ONE, z(i)))), total(i, z(i)))
    assert not binders.alpha_equal(total(i, Delta(i, i)), total(i, ONE))


@given(terms)
def test_rebuild_raw_changes_the_parts_and_nothing_else(t: Term) -> None:
    assert binders.rebuild_raw(t, parts(t)) is t
    new = tuple(Times((ONE, u)) for u in parts(t))
    after = binders.rebuild_raw(t, new)
    assert type(after) is type(t)
    assert parts(after) == new
    assert binders.rebuild_raw(after, parts(t)) is t


@given(bare_terms, bare_terms, bare_terms)
def test_order_is_total(r: Term, s: Term, t: Term) -> None:
    before = binders.order
    assert (before(s) == before(t)) == (s is t)
    assert (before(s) < before(t)) + (before(t) < before(s)) + (s is t) == 1
    if before(r) <= before(s) <= before(t):
        assert before(r) <= before(t)


@given(terms, terms)
def test_order_compares_all_terms(s: Term, t: Term) -> None:
    assert (binders.order(s) < binders.order(t)) + (binders.order(t) < binders.order(s)) + (s is t) == 1
    one, other = [binders.key(s), binders.key(t)], [binders.key(t), binders.key(s)]
    assert sorted(one, key=binders.order) == sorted(other, key=binders.order)


ORDERED = """
from symderiv.binders import key, order
from symderiv.terms import *
K = Symbol("K")
some = [Entry(a, (Symbol(i),)) for a in "zyxw" for i in "kji"]
apart = Symbol("m"), Symbol("n")
some += [Big(Symbol(i), K, Times((Entry("z", (Symbol(i),)), u)), apart) for i in "ij" for u in some]
print([order(t) for t in sorted({*some, *map(key, some)}, key=order)])
"""


def test_order_does_not_depend_on_the_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", ORDERED],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000


# --- matching ---------------------------------------------------------------------------------


@given(bare_terms, bare_terms, st.lists(names, max_size=3))
def test_match_is_sound(pattern: Term, t: Term, variables: list[Symbol]) -> None:
    found = binders.match(pattern, t, variables)
    if found is not None:
        assert set(found) <= set(variables)
        assert binders.alpha_equal(binders.substitute(pattern, found), t)


renamings = st.permutations(["i", "j", "k", "#0", "q", "r"]).map(
    lambda new: dict(zip((i, j, k, hash0), map(Symbol, new), strict=False))
)


@given(terms, renamings, st.randoms(use_true_random=False))
def test_match_finds_every_renamed_instance(t: Term, binding: dict[Symbol, Term], random: Random) -> None:
    pattern = built(t)
    assume(built(pattern) is pattern)  # else instances, made by the builders, have another shape
    assume(all(len(parts(u)) <= 4 for u in subterms(pattern)))  # longer ones match in their own order only
    instance = disguised(binders.substitute(pattern, binding), random)
    found = binders.match(pattern, instance, tuple(binding))
    assert found is not None
    assert binders.alpha_equal(binders.substitute(pattern, found), instance)


def test_match_binds_indices_to_indices_only() -> None:
    assert binders.match(z(k), z(number(2)), (k,)) == {k: number(2)}
    assert binders.match(a, z(i), (a,)) is None
    assert binders.match(z(k), z(i), ()) is None
    assert binders.match(Times((z(k), y(k))), Times((z(i), y(j))), (k,)) is None
    assert binders.match(Times((z(k), y(j))), Times((y(i), z(m))), (j, k)) == {k: m, j: i}


def test_match_never_binds_to_a_bound_index() -> None:
    assert binders.match(total(i, Times((z(i), y(k)))), total(j, Times((z(j), y(j)))), (k,)) is None
    assert binders.match(total(i, Times((z(i), y(k)))), total(j, Times((z(j), y(i)))), (k,)) == {k: i}
    assert binders.match(total(k, z(k)), total(j, z(j)), (k,)) == {}


def test_match_exclusions_in_any_order() -> None:
    assert binders.match(total(k, z(k), i, j), total(k, z(k), number(1), m), (i,)) is None
    assert binders.match(total(k, z(k), i, j), total(k, z(k), j, m), (i,)) == {i: m}


def test_index_makes_a_literal() -> None:
    assert binders.index(3) is Number(number(3).value)
