"""Recorded derivations hang together, or are refused when they are made."""

from __future__ import annotations

import pytest
from evaluate import World
from hypothesis import assume, given
from properties import value
from strategies import names, plain_terms, worlds

from symderiv.errors import InconsistentTrace
from symderiv.statement import Relation
from symderiv.terms import ONE, ZERO, Big, D, Delta, Entry, Neg, Plus, Symbol, Term, Times, minus, times
from symderiv.trace import Case, Lemma, Step, Trace, replace, specialise

i, j, k, m, K, T = map(Symbol, "ijkmKT")


def z(*at: Term) -> Entry:
    return Entry("z", at)


def p(at: Term) -> Entry:
    return Entry("p", (at,))


def y(at: Term) -> Entry:
    return Entry("y", (at,))


def total(index: Symbol, body: Term) -> Big:
    return Big(index, K, body, ())


def step(before: Term, after: Term, rule: str = "a rule", **more: object) -> Step:
    return Step(rule, "a reason", before, after, **more)  # type: ignore[arg-type]  # the keyword tells the type


# --- continuity -------------------------------------------------------------------------------


def test_a_trace_of_no_steps_results_in_its_start() -> None:
    assert Trace(y(i), ()).result is y(i)


def test_lines_follow_one_another_up_to_bound_names_and_order() -> None:
    one, same = total(k, Times((y(k), p(i)))), total(j, Times((p(i), y(j))))
    trace = Trace(y(i), (step(y(i), one), step(same, p(i))))
    assert trace.result is p(i)
    assert [number for number, _ in trace.walk()] == ["1", "2"]


def test_a_gap_is_refused() -> None:
    with pytest.raises(InconsistentTrace, match=r"step 2 \(jump\) does not start"):
        Trace(y(i), (step(y(i), p(i)), step(p(j), ONE, "jump")))
    with pytest.raises(InconsistentTrace, match="step 1"):
        Trace(y(i), (step(y(j), p(i)),))


# --- lemmas -----------------------------------------------------------------------------------

STATEMENT = D(p(k), z(i))
JACOBIAN = Times((p(k), minus(Delta(i, k), p(i))))
PROOF = Trace(STATEMENT, (step(STATEMENT, JACOBIAN, "derived"),))


def jacobian(c: Term, v: Term) -> Term:
    return times(p(c), minus(Delta(c, v), p(v)))


def inserted(line: Term, after: Term, *instances: tuple[Term, Term]) -> Trace:
    return Trace(line, (step(line, after, "lemma", lemma=Lemma(PROOF, instances)),))


def test_a_lemma_is_inserted_under_a_sum_and_for_several_indices() -> None:
    line = Plus((total(j, Times((y(j), D(p(j), z(i))))), D(p(m), z(i))))
    after = Plus((total(j, times(y(j), jacobian(j, i))), jacobian(m, i)))
    trace = inserted(line, after, (D(p(j), z(i)), jacobian(j, i)), (D(p(m), z(i)), jacobian(m, i)))
    assert [number for number, _ in trace.walk()] == ["1", "1.1"]


def test_a_lemma_for_another_index_is_no_instance() -> None:
    line = total(j, Times((y(j), D(p(j), z(i)))))
    wrong = jacobian(k, i)
    with pytest.raises(InconsistentTrace, match="no instance of the lemma"):
        inserted(line, total(j, times(y(j), wrong)), (D(p(j), z(i)), wrong))


def test_a_lemma_with_its_indices_exchanged_is_no_instance() -> None:
    wrong = jacobian(i, j)  # the statement has p_j in front
    with pytest.raises(InconsistentTrace, match="no instance of the lemma"):
        inserted(D(p(j), z(i)), wrong, (D(p(j), z(i)), wrong))


def test_another_statement_is_no_instance() -> None:
    with pytest.raises(InconsistentTrace, match="no instance of the lemma"):
        inserted(D(y(j), z(i)), jacobian(j, i), (D(y(j), z(i)), jacobian(j, i)))


def test_what_stands_after_is_what_was_inserted() -> None:
    with pytest.raises(InconsistentTrace, match="not the line before it with the lemma inserted"):
        inserted(D(p(j), z(i)), jacobian(m, i), (D(p(j), z(i)), jacobian(j, i)))
    with pytest.raises(InconsistentTrace, match="with the lemma inserted"):
        inserted(D(p(j), z(i)), jacobian(j, i))


def test_a_lemma_does_not_hide_another_gap() -> None:
    line = Plus((y(i), D(p(j), z(i))))
    with pytest.raises(InconsistentTrace, match="with the lemma inserted"):
        inserted(line, jacobian(j, i), (D(p(j), z(i)), jacobian(j, i)))


def test_an_insertion_is_never_captured() -> None:
    """The lemma brings a scalar T along; the line sums over a T of its own."""
    inner = D(p(i), z(i))
    with pytest.raises(InconsistentTrace, match="a sum over T captures"):
        replace(total(T, Times((y(T), inner))), {inner: Times((T, p(i)))})
    assert replace(total(k, Times((y(k), inner))), {inner: T}) is total(k, Times((y(k), T)))


def test_replace_takes_the_outermost() -> None:
    assert replace(Neg(Neg(y(i))), {Neg(y(i)): p(i), Neg(Neg(y(i))): ONE}) is ONE
    assert replace(y(i), {}) is y(i)


# --- cases ------------------------------------------------------------------------------------

BEFORE = Plus((Times((Delta(i, k), p(i))), Neg(Times((p(i), p(k))))))
EQUAL, APART = Relation("=", i, k), Relation("!=", i, k)


def case(condition: Relation) -> Case:
    start, end = specialise(BEFORE, condition), specialise(JACOBIAN, condition)
    return Case(condition, Trace(start, (step(start, end),)))


def test_two_cases_merge() -> None:
    trace = Trace(BEFORE, (step(BEFORE, JACOBIAN, "cases", cases=(case(EQUAL), case(APART))),))
    assert [number for number, _ in trace.walk()] == ["1", "1a.1", "1b.1"]


def test_a_case_starts_from_the_specialised_line() -> None:
    wrong = Case(EQUAL, Trace(BEFORE, (step(BEFORE, specialise(JACOBIAN, EQUAL)),)))
    with pytest.raises(InconsistentTrace, match="does not start from the specialised line"):
        Trace(BEFORE, (step(BEFORE, JACOBIAN, cases=(wrong, case(APART))),))


def test_a_case_ends_at_the_merged_line() -> None:
    start = specialise(BEFORE, APART)
    wrong = Case(APART, Trace(start, ()))
    after = Times((p(k), minus(Times((Delta(i, k), ONE)), y(i))))
    with pytest.raises(InconsistentTrace, match="does not end at the merged line"):
        Trace(BEFORE, (step(BEFORE, after, cases=(wrong, case(EQUAL))),))


@pytest.mark.parametrize(
    "conditions", [(EQUAL,), (APART,), (EQUAL, EQUAL), (EQUAL, Relation("!=", i, j)), (EQUAL, APART, APART)]
)
def test_cases_cover_everything_once(conditions: tuple[Relation, ...]) -> None:
    with pytest.raises(InconsistentTrace, match="the two of one condition"):
        Trace(BEFORE, (step(BEFORE, JACOBIAN, cases=tuple(map(case, conditions))),))


def test_specialise() -> None:
    assert specialise(Delta(i, k), EQUAL) is ONE
    assert specialise(Delta(k, i), APART) is ZERO
    assert specialise(Delta(i, j), APART) is Delta(i, j)
    assert specialise(p(k), EQUAL) is p(i)
    assert specialise(p(k), Relation("=", k, Entry("t", (m,)))) is p(Entry("t", (m,)))
    with pytest.raises(InconsistentTrace, match="= or !="):
        specialise(BEFORE, Relation(">", i, k))


def test_a_delta_of_a_bound_index_is_another_delta() -> None:
    line = Plus((Delta(i, k), total(k, Times((Delta(i, k), y(k))))))
    assert specialise(line, APART) is total(k, Times((Delta(i, k), y(k))))


def test_a_sum_that_uses_the_letter_of_a_label_again_is_left_alone() -> None:
    unlike = Relation("!=", k, Entry("t", (m,)))
    counted = total(m, Delta(k, Entry("t", (m,))))
    assert specialise(Delta(k, Entry("t", (m,))), unlike) is ZERO
    assert specialise(counted, unlike) is counted


@given(plain_terms, names, names, worlds())
def test_a_specialised_line_has_the_value_of_the_line(t: Term, left: Symbol, right: Symbol, world: World) -> None:
    assume(left is not right)
    here = value(left, world) == value(right, world)
    condition = Relation("=" if here else "!=", left, right)
    assert value(specialise(t, condition), world) == value(t, world)
