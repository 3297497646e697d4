"""Problems are checked when they are stated, and definitions unfold without capture."""

from __future__ import annotations

from fractions import Fraction

import pytest
from evaluate import World, table
from hypothesis import given
from hypothesis import strategies as st
from properties import unshadowed, value
from strategies import indices, names, plain_terms, worlds

from symderiv.binders import free_names, substitute
from symderiv.errors import InputError
from symderiv.statement import Definition, Fact, Relation, Statement, names_used, state
from symderiv.terms import (
    ONE,
    Big,
    D,
    Delta,
    Entry,
    Exp,
    Log,
    Neg,
    Plus,
    Quotient,
    Symbol,
    Term,
    Times,
    number,
    subterms,
)

i, j, k, m, n, x, T, L = map(Symbol, "ijkmnxTL")
K, N = Symbol("K"), Symbol("N")


def entry(array: str, *at: Term) -> Entry:
    return Entry(array, at)


def total(index: Symbol, body: Term, size: Term = K) -> Big:
    return Big(index, size, body, ())


SOFTMAX = Definition("p", (k,), Quotient(Exp(entry("z", k)), total(j, Exp(entry("z", j)))))
VALUE = Neg(total(k, Times((entry("y", k), Log(entry("p", k))))))


def stated(
    term: Term = VALUE,
    wrt: tuple[Term, ...] = (Entry("z", (i,)),),
    where: tuple[Definition, ...] = (SOFTMAX,),
    given: tuple[Fact, ...] = (),
) -> Statement:
    return state("a problem", term, wrt, where, given, {})


def test_a_good_problem() -> None:
    s = stated(given=(Fact(Relation("=", total(k, entry("y", k)), ONE)),))
    assert s.scope.shapes == {"y": (K,), "z": (K,), "p": (K,)}
    assert s.scope.indices == {"i": K}
    assert s.by_name == {"p": SOFTMAX}
    assert s.definition(entry("p", i)) == SOFTMAX
    assert s.definition(entry("z", i)) is None
    assert s.unfold(entry("z", i)) is None
    assert s.unfold(ONE) is None
    assert SOFTMAX.head is entry("p", k)
    assert Definition("L", (), VALUE).head is L


# --- definitions ------------------------------------------------------------------------------


def test_cycles_are_named() -> None:
    a, b = Definition("a", (k,), Exp(entry("b", k))), Definition("b", (k,), Exp(entry("a", k)))
    with pytest.raises(InputError, match="cyclic definition: a -> b -> a"):
        stated(total(k, entry("a", k)), (entry("a", i),), (a, b))
    with pytest.raises(InputError, match="cyclic definition: c -> c"):
        stated(where=(SOFTMAX, Definition("c", (), Plus((Symbol("c"), ONE)))))
    through_wrt = Definition("g", (k,), D(x, entry("g", k)))
    with pytest.raises(InputError, match="cyclic definition: g -> g"):
        stated(where=(SOFTMAX, through_wrt))


def test_a_diamond_is_no_cycle() -> None:
    top = Definition("t", (), Times((Symbol("a"), Symbol("b"))))
    a, b = Definition("a", (), Exp(Symbol("c"))), Definition("b", (), Log(Symbol("c")))
    c = Definition("c", (), total(k, entry("z", k)))
    assert stated(Symbol("t"), where=(top, a, b, c)).by_name.keys() == {"t", "a", "b", "c"}


def test_one_definition_per_name() -> None:
    with pytest.raises(InputError, match="p is defined twice"):
        stated(where=(SOFTMAX, SOFTMAX))
    with pytest.raises(InputError, match="repeats an index"):
        stated(where=(Definition("w", (k, k), entry("z", k)), SOFTMAX))


def test_a_definition_names_its_indices() -> None:
    with pytest.raises(InputError, match=r"define q\[k, i\]"):
        stated(where=(SOFTMAX, Definition("q", (k,), Times((entry("z", k), entry("z", i))))))


def test_sizes_of_head_and_body_agree() -> None:
    with pytest.raises(InputError, match="size"):
        stated(Plus((VALUE, total(n, entry("p", n), N))))


def test_a_scalar_defined_is_no_index() -> None:
    with pytest.raises(InputError, match="used as a number"):
        stated(where=(SOFTMAX, Definition("i", (), total(k, entry("z", k)))))


def test_size_letters_avoid_scalars_defined() -> None:
    s = stated(Exp(entry("b", m)), (entry("b", m),), (Definition("K", (), x),))
    assert s.scope.shapes == {"b": (N,)}


# --- variables --------------------------------------------------------------------------------


def test_variables_are_entries_or_symbols() -> None:
    with pytest.raises(InputError, match="cannot differentiate by exp"):
        stated(wrt=(Exp(x),))
    assert stated(Times((VALUE, T)), wrt=(T,)).variables == (T,)


def test_no_derivative_by_an_index_or_a_size() -> None:
    for wrt, term in ((i, Times((VALUE, entry("z", i)))), (K, VALUE), (x, Times((VALUE, D(entry("y", i), i))))):
        with pytest.raises(InputError):
            stated(term, (wrt,))
    with pytest.raises(InputError):
        stated(total(k, D(entry("p", k), k)))


# --- facts ------------------------------------------------------------------------------------


def test_facts_between_indices_are_no_numbers() -> None:
    s = stated(entry("p", j), given=(Fact(Relation("!=", i, j)),))
    assert s.scope.indices == {"i": K, "j": K}
    with pytest.raises(InputError, match="used as a number"):
        stated(entry("p", j), given=(Fact(Relation(">", i, j)),))


def test_facts_about_scalars() -> None:
    s = stated(Times((VALUE, T)), given=(Fact(Relation(">", T, number(0))), Fact(Relation("!=", T, ONE))))
    assert s.scope.indices == {"i": K}


def test_a_variable_of_a_fact_has_one_size_and_is_no_number() -> None:
    s = stated(given=(Fact(Relation(">", entry("y", m), entry("b", m)), (m,)),))
    assert s.scope.shapes["b"] == (K,)
    with pytest.raises(InputError, match="m is used as a number in a given fact"):
        stated(given=(Fact(Relation("=", entry("y", m), m), (m,)),))


# --- unfolding --------------------------------------------------------------------------------


def test_unfold_never_captures() -> None:
    s = stated()
    unfolded = s.unfold(entry("p", j))
    assert unfolded is not None
    assert free_names(unfolded) == {"j", "K"}
    unshadowed(unfolded, frozenset("j"))
    avoiding = s.unfold(entry("p", i), frozenset("jk"), frozenset("lm"))
    assert avoiding is not None
    assert {u.index.name for u in subterms(avoiding) if isinstance(u, Big)}.isdisjoint("jklm")


@given(plain_terms, names, indices, worlds())
def test_the_body_at_an_index_has_the_value_there(body: Term, parameter: Symbol, at: Term, world: World) -> None:
    unfolded = Definition("u", (parameter,), body).at((at,), frozenset("ik"))
    there = world.changed(**{parameter.name: value(at, world)})
    assert value(unfolded, world) == value(body, there)
    unshadowed(unfolded, frozenset())


@given(st.permutations([i, k]), worlds())
def test_parameters_are_replaced_at_once(at: list[Symbol], world: World) -> None:
    body = Plus((entry("w", i, k), total(k, entry("w", k, i))))
    unfolded = Definition("u", (i, k), body).at(at)
    there = world.changed(i=value(at[0], world), k=value(at[1], world))
    assert value(unfolded, world) == value(body, there)


def test_a_sum_over_a_letter_that_a_definition_brings_along() -> None:
    """p has the scalar T in its body, and the value sums over an index called T as well."""
    p = Definition("p", (k,), Quotient(entry("z", k), T))
    q = Definition("q", (), total(T, entry("z", T)))
    s = stated(Plus((total(T, Times((entry("y", T), entry("p", T)))), Symbol("q"))), where=(p, q))
    assert "T" not in {u.index.name for t in (s.value, s.by_name["q"].body) for u in subterms(t) if isinstance(u, Big)}
    world = World({"K": 3, "T": Fraction(7), "i": 1}, table(1))
    big = next(u for u in subterms(s.value) if isinstance(u, Big))
    inside = s.unfold(entry("p", big.index))
    assert inside is not None
    made = Big(big.index, K, Times((entry("y", big.index), inside)), ())
    expected = sum(table(1)("y", (c,)) * table(1)("z", (c,)) / 7 for c in (1, 2, 3))
    assert value(made, world) == expected


def test_names_used() -> None:
    t = Times((x, entry("z", i), D(entry("p", k), entry("w", i, j)), Delta(i, k)))
    assert names_used(t) == {"x", "z", "p", "w"}
    assert substitute(t, {x: T}) is not t
