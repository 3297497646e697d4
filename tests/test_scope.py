"""Ranges and shapes: what is inferred, and what is refused with a reason."""

from __future__ import annotations

import pytest

from symderiv.binders import index
from symderiv.errors import InputError
from symderiv.scope import Clause, Scope, infer, settle
from symderiv.terms import Big, D, Delta, Entry, Exp, Function, Plus, Quotient, Symbol, Term, Times, number

i, j, k, m, n, x = map(Symbol, "ijkmnx")
K, N, M = map(Symbol, "KNM")


def entry(array: str, *at: Term | int) -> Entry:
    return Entry(array, tuple(number(u) if isinstance(u, int) else u for u in at))


def total(index: Symbol, body: Term, *excluded: Term, size: Term = K) -> Big:
    return Big(index, size, body, excluded)


def scope(*terms: Term, **declared: tuple[Term | None, ...]) -> Scope:
    return infer([Clause(t, (), f"line {number}") for number, t in enumerate(terms, 1)], declared)


# --- inference --------------------------------------------------------------------------------


def test_a_sum_gives_its_size_to_the_axes_and_their_free_indices() -> None:
    found = scope(total(k, Times((entry("y", k), entry("z", k)))), entry("z", i), entry("b", i))
    assert found.shapes == {"y": (K,), "z": (K,), "b": (K,)}
    assert found.indices == {"i": K}
    assert found.sizes == (K,)
    assert (found.size(i), found.size(number(1)), found.size(j)) == (K, None, None)


def test_two_axes_and_two_sizes() -> None:
    found = scope(total(n, total(k, entry("w", n, k)), size=N), entry("w", m, i))
    assert found.shapes == {"w": (N, K)}
    assert found.indices == {"m": N, "i": K}
    assert set(found.sizes) == {N, K}


def test_deltas_and_exclusions_join() -> None:
    found = scope(Times((Delta(i, j), total(k, entry("z", k), m), entry("b", j))), entry("z", i))
    assert found.indices == {"i": K, "j": K, "m": K}
    assert found.shapes["b"] == (K,)


def test_shapes_may_be_declared_in_part() -> None:
    found = scope(Times((entry("w", n, i), entry("v", i))), w=(N, None))
    assert found.shapes == {"w": (N, K), "v": (K,)}


def test_shapes_may_be_numbers() -> None:
    found = scope(entry("z", i), z=(number(3),))
    assert found.indices == {"i": number(3)}
    assert found.sizes == ()


def test_one_letter_free_and_bound_are_two_indices() -> None:
    found = scope(Plus((entry("z", i), total(i, entry("y", i), size=N))), total(k, entry("z", k)))
    assert found.indices == {"i": K}
    assert found.shapes == {"z": (K,), "y": (N,)}


def test_local_indices_of_clauses_are_apart() -> None:
    one = Clause(Function("definition", (entry("p", k), entry("z", k))), (k,), "the definition of p")
    two = Clause(Function("definition", (entry("q", k), entry("b", k))), (k,), "the definition of q")
    found = infer([one, two, Clause(total(j, entry("p", j))), Clause(total(j, entry("q", j), size=N))], {})
    assert found.shapes == {"p": (K,), "z": (K,), "q": (N,), "b": (N,)}
    assert found.indices == {}


def test_the_variable_of_a_derivative_counts() -> None:
    assert scope(D(total(k, entry("z", k)), entry("z", i))).indices == {"i": K}


def test_labels_are_entries() -> None:
    found = scope(total(n, Entry("z", (n, entry("t", n))), size=N))
    assert found.shapes["t"] == (N,)


def test_sizes_of_sums_without_arrays_count() -> None:
    found = scope(total(k, x), entry("z", i), z=(N,))
    assert set(found.sizes) == {N, K}


def test_within() -> None:
    outer = scope(entry("z", i), z=(K,))
    assert outer.within(i, N).size(i) is N
    assert outer.size(i) is K


# --- letters for sizes that nobody named ------------------------------------------------------


def test_open_axes_get_a_letter_each() -> None:
    found = scope(Times((entry("z", i), entry("y", j))))
    assert found.shapes == {"z": (K,), "y": (N,)}


@pytest.mark.parametrize(
    "clash", [K, entry("K", i), total(K, entry("z", K), size=N), total(j, entry("y", j)), Exp(K), D(x, K)]
)
def test_letters_never_clash(clash: Term) -> None:
    found = scope(clash, entry("b", m))
    assert found.shapes["b"] != (K,)


def test_letters_never_clash_with_a_declared_shape() -> None:
    found = scope(entry("z", i), entry("y", j), z=(K,))
    assert found.shapes["y"] == (N,)


def test_letters_never_run_out_nor_clash_when_numbered() -> None:
    taken = Plus(tuple(map(Symbol, ("K", "N", "M", "D", "C", "J", "I", "P", "Q", "R", "K_1"))))
    assert scope(taken, entry("z", i)).shapes["z"] == (Symbol("K_2"),)


# --- literals ---------------------------------------------------------------------------------


def test_a_literal_bounds_the_size_from_below() -> None:
    found = scope(total(k, entry("z", k)), entry("z", 2), entry("z", 3))
    assert found.least[K] == 3
    assert scope(total(k, entry("z", k))).least.get(K, 1) == 1


def test_literals_in_deltas_and_exclusions_count() -> None:
    assert scope(total(k, Times((Delta(k, number(4)), entry("z", k))))).least[K] == 4
    assert scope(total(k, entry("z", k), number(5))).least[K] == 5
    assert scope(Times((Delta(number(2), i), entry("z", i)))).least[K] == 2


@pytest.mark.parametrize("at", [number(0), number(-1), Quotient(number(1), number(2)), Plus((i, number(1)))])
def test_impossible_indices(at: Term) -> None:
    with pytest.raises(InputError, match="whole numbers from 1 on"):
        scope(Entry("z", (at,)))


def test_zero_is_refused_wherever_an_index_stands() -> None:
    for t in (Delta(i, number(0)), total(k, entry("z", k), number(0)), D(x, entry("z", 0))):
        with pytest.raises(InputError, match="from 1 on"):
            scope(t, entry("z", i))


def test_a_literal_outside_a_numeric_size() -> None:
    with pytest.raises(InputError, match=r"outside 1\.\.3"):
        scope(entry("z", 4), z=(number(3),))
    with pytest.raises(InputError, match=r"outside 1\.\.2"):
        scope(total(k, Times((Delta(k, number(3)), entry("z", k))), size=number(2)))


# --- contradictions ---------------------------------------------------------------------------


def test_two_sizes_for_one_axis() -> None:
    with pytest.raises(InputError, match=r"K.*N|N.*K") as caught:
        scope(total(k, entry("z", k)), total(j, entry("z", j), size=N))
    assert "line 1" in str(caught.value)
    assert "line 2" in str(caught.value)


@pytest.mark.parametrize(
    "terms",
    [
        (Plus((entry("z", i), entry("y", i))), total(k, entry("z", k)), total(k, entry("y", k), size=N)),
        (total(k, entry("z", k)), total(k, entry("y", k), size=N), Times((Delta(i, j), entry("z", i), entry("y", j)))),
        (total(k, Times((entry("z", k), Delta(k, i)))), entry("y", i), total(j, entry("y", j), size=M)),
        (total(k, entry("z", k), j), entry("y", j), total(m, entry("y", m), size=N)),
        (total(k, Entry("w", (k, k))), total(k, entry("w", 1, k), size=N)),
    ],
)
def test_sizes_contradict_each_other_however_joined(terms: tuple[Term, ...]) -> None:
    for order in (terms, tuple(reversed(terms))):
        with pytest.raises(InputError, match="size"):
            scope(*order)


def test_a_declared_shape_binds() -> None:
    with pytest.raises(InputError, match="the shape of z"):
        scope(total(k, entry("z", k)), z=(N,))


def test_ranks() -> None:
    with pytest.raises(InputError, match="z has 1 axes in line 1 but 2 in line 2"):
        scope(entry("z", i), entry("z", i, j))
    with pytest.raises(InputError, match="its shape"):
        scope(entry("z", i), z=(K, N))
    with pytest.raises(InputError, match="z has 2 axes"):
        scope(D(entry("z", i, j), entry("z", i)))


@pytest.mark.parametrize(
    "t",
    [
        Times((i, entry("z", i))),
        Plus((Exp(i), Delta(i, j))),
        total(k, Times((k, entry("z", k)))),
        total(k, k),
        total(k, D(entry("z", k), k)),
        D(entry("z", i), i),
        total(k, entry("z", k), i, size=K) and Times((i, total(k, entry("z", k), i))),
    ],
)
def test_an_index_is_no_number(t: Term) -> None:
    with pytest.raises(InputError, match="used as a number"):
        scope(t)


def test_a_local_index_is_no_number_either() -> None:
    clause = Clause(Function("definition", (entry("p", k), Times((k, entry("z", k))))), (k,), "the definition of p")
    with pytest.raises(InputError, match=r"k is used as a number in the definition of p"):
        infer([clause], {})


def test_a_size_is_a_number() -> None:
    found = scope(Quotient(total(n, entry("x", n), size=N), N))
    assert found.shapes == {"x": (N,)}


def test_a_size_is_no_index() -> None:
    with pytest.raises(InputError, match="K is a size and stands as an index"):
        scope(total(k, entry("z", k)), entry("z", K))


def test_a_sum_ends_at_a_size_not_at_an_index() -> None:
    with pytest.raises(InputError, match="ends at the index i"):
        scope(total(i, total(j, entry("z", j), size=i)))
    with pytest.raises(InputError, match="i is a size and stands as an index"):
        scope(Times((entry("y", i), total(j, entry("z", j), size=i))))


@pytest.mark.parametrize("size", [number(0), number(-2), Quotient(K, number(2)), Plus((K, number(-1)))])
def test_impossible_sizes(size: Term) -> None:
    with pytest.raises(InputError, match="sizes are symbols or whole numbers from 1 on"):
        scope(total(k, entry("z", k), size=size))
    with pytest.raises(InputError, match="the shape of z"):
        scope(entry("z", i), z=(size,))


# --- labels ------------------------------------------------------------------------------------


def test_class_numbers_run_over_the_axis_they_stand_in() -> None:
    found = scope(total(n, Exp(entry("z", n, entry("t", n))), size=N), total(k, entry("z", m, k)))
    assert found.shapes == {"z": (N, K), "t": (N,)}
    assert found.labels == {"t": K}
    assert (found.size(entry("t", m)), found.size(entry("z", m, k))) == (K, None)


def test_class_numbers_in_deltas_and_exclusions() -> None:
    found = scope(Times((Delta(i, entry("t", n)), total(k, entry("z", k), entry("s", n)))), entry("z", i))
    assert found.labels == {"t": K, "s": K}
    assert found.shapes["t"] == found.shapes["s"] == (found.indices["n"],)


def test_a_class_number_beside_a_literal_says_how_many_classes_there_are() -> None:
    assert scope(total(k, Delta(k, entry("t", n))), Delta(entry("t", n), number(4))).least[K] == 4


def test_labels_may_be_declared() -> None:
    found = infer([Clause(Delta(i, entry("t", n)))], {"t": (N,)}, {"t": K})
    assert (found.indices, found.labels) == ({"i": K, "n": N}, {"t": K})


@pytest.mark.parametrize(
    "terms",
    [
        (Times((entry("t", n), entry("z", entry("t", n)))),),
        (Exp(entry("t", n)), Delta(i, entry("t", n))),
        (D(entry("z", entry("t", n)), entry("t", m)),),
        (Function("definition", (entry("t", n), number(1))), entry("z", entry("t", n))),
    ],
)
def test_a_class_number_is_no_number(terms: tuple[Term, ...]) -> None:
    with pytest.raises(InputError, match="t holds class numbers"):
        scope(*terms)


def test_class_numbers_have_one_size() -> None:
    with pytest.raises(InputError, match="size"):
        scope(total(k, Delta(k, entry("t", n))), total(m, Delta(m, entry("t", n)), size=M))


def test_a_size_left_open_is_that_of_the_arrays_or_a_new_letter() -> None:
    i, j, K = (Symbol(s) for s in "ijK")
    one, other = Symbol("?1"), Symbol("?2")
    z_i, w_j = Entry("z", (i,)), Entry("w", (j,))
    clauses = [Clause(Times((Big(i, one, z_i, ()), Big(j, other, w_j, ())))), Clause(Big(j, K, Entry("z", (j,)), ()))]
    assert settle(clauses, {}, (one, other)) == {one: K, other: Symbol("N")}
    assert settle(clauses[:1], {"z": (index(3),)}, (one, other)) == {one: index(3), other: K}


def test_a_new_size_never_passes_over_a_number_that_may_be_meant() -> None:
    i, size = Symbol("i"), Symbol("?1")
    mean = Times((Symbol("N"), Big(i, size, Entry("z", (i,)), ())))
    with pytest.raises(InputError, match="whether N is meant"):
        settle([Clause(mean)], {}, (size,))
    assert settle([Clause(mean)], {"z": (Symbol("N"),)}, (size,)) == {size: Symbol("N")}
