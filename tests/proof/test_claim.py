"""Claims in terms: one scope for both sides, relations between indices, fixed sizes."""

from __future__ import annotations

import pytest

from symderiv.binders import all_names
from symderiv.doors.sympy import Reader
from symderiv.doors.text import Text
from symderiv.errors import InputError
from symderiv.printing.plain import plain, relation
from symderiv.proof.claim import Claim, at_sizes, claim, within, written_out
from symderiv.statement import Relation, state
from symderiv.terms import Big, Entry, Number, Symbol, number, times

i, j, k, K, N = map(Symbol, "ijkKN")


def z(*indices: Symbol | Number) -> Entry:
    return Entry("z", indices)


def y(*indices: Symbol | Number) -> Entry:
    return Entry("y", indices)


def typed(left: str, right: str, *given: str) -> Claim:
    reader = Reader()
    texts = tuple(map(Text, (left, right, *given)))
    reader.announce(texts)
    sides = [reader.term(t) for t in texts[:2]]
    facts = tuple(map(reader.fact, texts[2:]))
    return claim(*sides, (), facts, reader.declared, reader.open_sizes)


def test_one_index_has_one_size_on_both_sides() -> None:
    c = claim(Big(k, N, times(z(k), z(i)), ()), y(i))
    assert c.indices == {"i": N}
    assert c.statement.scope.shapes == {"z": (N,), "y": (N,)}


def test_two_sizes_for_one_index_are_refused() -> None:
    with pytest.raises(InputError, match="stands where the size is"):
        claim(times(Big(k, K, z(k), ()), z(i)), times(Big(k, N, y(k), ()), y(i)))


def test_a_sum_over_a_letter_that_is_free_on_the_other_side_gets_another() -> None:
    c = claim(Big(k, K, z(k), ()), z(k))
    assert isinstance(c.left, Big)
    assert c.left.index is not k
    assert c.right is z(k)
    assert "k" in c.indices


def test_facts_between_indices_are_relations_and_no_facts() -> None:
    c = typed("z[i]*y[j]", "0", "i != j", "z[k] > 0")
    assert c.relations == (Relation("!=", i, j),)
    assert [f.relation.sign for f in c.statement.facts] == [">"]


def test_a_size_that_is_found_replaces_the_open_one() -> None:
    c = typed("sum(k, y[k])", "1")
    assert isinstance(c.left, Big)
    assert c.left.size is K


def test_sizes_are_fixed_everywhere() -> None:
    c = at_sizes(typed("sum(z[k], k=1..K)/K", "z[i]", "sum(y[k], k=1..K) = K", "K >= 2"), {K: 3})
    scope = c.statement.scope
    assert "K" not in all_names(c.left)
    assert scope.shapes == {"z": (number(3),), "y": (number(3),)}
    assert c.indices == {"i": number(3)}
    assert scope.sizes == ()
    assert [f.relation.right for f in c.statement.facts] == [number(3)]


def test_an_inferred_size_can_be_fixed() -> None:
    assert at_sizes(claim(z(i), y(i)), {K: 2}).indices == {"i": number(2)}


@pytest.mark.parametrize(("sizes", "message"), [({N: 2}, "no size of this claim"), ({K: 1}, "too small")])
def test_sizes_that_do_not_fit_are_refused(sizes: dict[Symbol, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        at_sizes(claim(z(number(2)), z(i)), sizes)


def test_within_a_statement_arrays_keep_their_sizes_and_indices_are_new() -> None:
    reader = Reader()
    value = reader.term(Text("sum(y[n, k]*z[n, k], n=1..N, k=1..K)"))
    s = state("", value, (z(i, j),), (), (), {}, ())
    a, b = Symbol("a"), Symbol("b")
    c = within(z(a, b), y(a, b), s, (Relation("!=", b, j),))
    assert c.indices == {"a": N, "b": K, "j": K}
    assert c.relations == (Relation("!=", b, j),)


def test_within_keeps_the_relations_of_the_statement() -> None:
    reader = Reader()
    facts = (reader.fact(Text("i != j")),)
    s = state("", times(z(i), z(j)), (), (), facts, {}, ())
    c = within(z(Symbol("a")), z(Symbol("b")), s)
    assert c.relations == (Relation("!=", i, j),)
    assert set(c.indices) == {"a", "b", "i", "j"}
    assert c.statement.facts == ()


def test_free_indices_over_small_fixed_sizes_are_written_out() -> None:
    c = at_sizes(typed("z[i]*y[j]", "z[j]*y[i]", "i != j"), {K: 2})
    found = written_out(c)
    assert [(plain(one.left), plain(one.right)) for one in found] == [
        ("y[2]*z[1]", "y[1]*z[2]"),
        ("y[1]*z[2]", "y[2]*z[1]"),
    ]
    assert all(one.relations == () and one.indices == {} for one in found)


def test_what_a_fact_is_quantified_over_stays() -> None:
    c = at_sizes(typed("y[i]", "delta(i, c)", "y[i] = delta(i, c)"), {K: 2})
    assert set(c.indices) == {"i", "c"}
    facts = [one.statement.facts[0] for one in written_out(c)]
    assert {relation(f.relation) for f in facts} == {"y[i] = delta(i, 1)", "y[i] = delta(i, 2)"}
    assert all(f.variables == (i,) for f in facts)


@pytest.mark.parametrize("size", [None, 7])
def test_other_indices_stay_letters(size: int | None) -> None:
    c = typed("z[i]", "y[i]") if size is None else at_sizes(typed("z[i]", "y[i]"), {K: size})
    assert written_out(c) == (c,)
