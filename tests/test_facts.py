"""What is known at a point, and why."""

from __future__ import annotations

from fractions import Fraction

import pytest
from evaluate import Real, Undefined, World, evaluate
from hypothesis import given
from hypothesis import strategies as st

from symderiv.engine.fold import unfold_everywhere
from symderiv.facts import Why, class_index, equation, nonzero, one_hot_label, positive
from symderiv.keys import without_opposites
from symderiv.printing.plain import plain, relation
from symderiv.statement import Definition, Fact, Relation, Statement, state
from symderiv.terms import (
    ONE,
    ZERO,
    Big,
    Delta,
    Entry,
    Function,
    Neg,
    Plus,
    Stop,
    Symbol,
    Term,
    big,
    exp,
    log,
    minus,
    neg,
    number,
    plus,
    power,
    quo,
    times,
)

i, j, k, n, K, T, A = map(Symbol, ("i", "j", "k", "n", "K", "T", "A"))


def z(*at: Term) -> Term:
    return Entry("z", at)


def y(*at: Term) -> Term:
    return Entry("y", at)


SOFTMAX = Definition("p", (k,), quo(exp(z(k)), big(j, K, exp(z(j)))))
SIGMOID = Definition("s", (k,), quo(ONE, plus(ONE, exp(neg(z(k))))))
FACTS = (
    Fact(Relation(">", y(k), ZERO), (k,)),
    Fact(Relation(">", T, ZERO)),
    Fact(Relation("!=", A, ZERO)),
    Fact(Relation(">=", Entry("h", (k,)), ZERO), (k,)),
)
KNOWN: Statement = state("known", big(k, K, times(y(k), z(k), T, A)), (z(i),), (SOFTMAX, SIGMOID), FACTS, {})


def p(at: Term) -> Term:
    return Entry("p", (at,))


def s(at: Term) -> Term:
    return Entry("s", (at,))


@pytest.mark.parametrize(
    ("term", "phrase"),
    [
        (number(3), "a positive number"),
        (exp(neg(z(k))), "an exponential"),
        (big(k, K, exp(z(k))), "a sum of positive terms"),
        (plus(ONE, exp(z(k))), "a sum of positive terms"),
        (times(exp(z(k)), y(i)), "a product of positive factors"),
        (quo(y(i), T), "a quotient of positive terms"),
        (power(exp(z(k)), A), "a power of a positive base"),
        (K, "K is a size"),
        (y(number(2)), "given"),
        (p(i), "p is a quotient of positive terms"),
        (Stop(p(i)), "p is a quotient of positive terms"),
        (minus(ONE, s(i)), "1 minus a fraction of positive terms that is below 1"),
        (minus(ONE, p(i)), "1 minus one of several positive shares of a total"),
        (plus(power(z(k), number(2)), T), "a positive term and squares"),
        (
            plus(big(k, K, quo(power(minus(z(k), A), number(2)), K)), ONE, Entry("h", (i,))),
            "a positive term and squares",
        ),
    ],
)
def test_what_is_positive_and_why(term: Term, phrase: str) -> None:
    found = positive(term, KNOWN)
    assert found is not None
    assert found.phrase == phrase


@pytest.mark.parametrize(
    "term",
    [
        ZERO,
        number(-1),
        z(k),
        A,
        neg(exp(z(k))),
        minus(exp(z(k)), ONE),
        power(z(k), number(2)),
        log(y(k)),
        Entry("h", (i,)),
        minus(ONE, quo(y(i), T)),
        minus(s(i), ONE),
        plus(power(z(k), number(3)), T),
        plus(power(z(k), number(2)), Entry("h", (i,))),
        minus(ONE, quo(exp(z(k)), big(j, number(1), exp(z(j))))),  # 0, whatever z
        minus(ONE, quo(exp(z(k)), Big(j, K, exp(z(j)), (i,)))),
        minus(ONE, quo(A, big(j, K, A))),
    ],
)
def test_what_is_not_known_to_be_positive(term: Term) -> None:
    assert positive(term, KNOWN) is None


def test_a_sum_that_leaves_one_out_is_positive_from_two_summands_on() -> None:
    found = positive(Big(k, K, exp(z(k)), (i,)), KNOWN)
    assert found is not None
    assert found.given == (Relation(">=", K, number(2)),)


@pytest.mark.parametrize("term", [number(-1), neg(exp(z(k))), A, times(A, T), power(A, number(2)), minus(ONE, s(i))])
def test_what_is_not_zero(term: Term) -> None:
    assert nonzero(term, KNOWN) is not None


@pytest.mark.parametrize("term", [ZERO, z(k), times(A, z(k)), minus(T, A), Entry("h", (i,))])
def test_what_may_be_zero(term: Term) -> None:
    assert nonzero(term, KNOWN) is None


def test_the_facts_used_are_named() -> None:
    found = positive(quo(y(i), T), KNOWN)
    assert found is not None
    assert [relation(r) for r in found.given] == ["y[i] > 0", "T > 0"]
    assert positive(exp(y(i)), KNOWN) == Why("an exponential")


def test_a_share_of_a_total_is_below_1_from_two_summands_on() -> None:
    found = positive(minus(ONE, quo(times(y(i), exp(z(i))), big(j, K, times(y(j), exp(z(j)))))), KNOWN)
    assert found is not None
    assert [relation(r) for r in found.given] == ["K >= 2", "y[j] > 0"]
    three = positive(minus(ONE, quo(exp(z(i)), big(j, number(3), exp(z(j))))), KNOWN)
    assert three == Why("1 minus one of several positive shares of a total")


def test_a_fact_is_used_once_in_a_reason() -> None:
    found = positive(times(T, T), KNOWN)
    assert found is not None
    assert len(found.given) == 1


def test_equations_hold_for_every_value_of_their_letters() -> None:
    fact = Fact(Relation("=", big(k, K, Entry("y", (n, k))), ONE), (n,))
    found = equation(fact, big(j, K, Entry("y", (i, j))))
    assert found is not None
    right, used = found
    assert right is ONE
    assert relation(used) == "sum(y[i, j], j=1..K) = 1"
    assert equation(fact, big(j, K, Entry("y", (j, i)))) is None
    assert equation(fact, Big(j, K, Entry("y", (i, j)), (n,))) is None


def test_an_equation_is_used_from_left_to_right_only() -> None:
    fact = Fact(Relation("=", T, times(number(2), A)))
    assert equation(fact, times(number(2), A)) is None
    assert equation(Fact(Relation("=", T, T)), T) is None
    assert equation(Fact(Relation(">", T, ZERO)), T) is None


def test_opposites_leave_a_sum() -> None:
    assert without_opposites(plus(z(i), y(i), Neg(z(i)))) is y(i)
    assert plain(without_opposites(Plus((z(i), z(i), Neg(z(i)))))) == "z[i]"
    assert without_opposites(Plus((z(i), Neg(z(i))))) is ZERO


atoms = st.sampled_from((z(k), z(i), y(k), T, A, ONE, number(-2), number(Fraction(1, 2)), K, s(i)))


def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda many: plus(*many)),
        several.map(lambda many: times(*many)),
        inner.map(neg),
        inner.map(exp),
        st.builds(quo, inner, inner),
        st.builds(minus, st.just(ONE), inner),
        st.builds(power, inner, st.sampled_from((number(-1), number(2)))),
        inner.map(lambda t: big(k, K, t)),
    )


def written_out(t: Term) -> Term:
    """The definition of s in place: the evaluator knows none."""
    return unfold_everywhere(t, SIGMOID, frozenset(), frozenset())


@given(st.recursive(atoms, grow, max_leaves=6), st.integers(0, 200), st.integers(1, 3))
def test_signs_are_right(t: Term, seed: int, size: int) -> None:
    """What is said to be positive, or not 0, is so at a random point where the facts hold."""
    is_positive, is_nonzero = positive(t, KNOWN), nonzero(t, KNOWN)
    if is_positive is None and is_nonzero is None:
        return
    if any(
        r.left is K and r.right is number(2) and size < 2 for why in (is_positive, is_nonzero) if why for r in why.given
    ):
        return

    def entry(array: str, at: tuple[int, ...]) -> Fraction:
        value = Fraction((seed * 31 + sum(at) * 17 + len(array)) % 13 - 6, 4)
        return abs(value) + Fraction(1, 4) if array == "y" else value

    world = World({"i": 1, "k": size, "K": size, "T": Fraction(1 + seed % 5, 2), "A": Fraction(-3, 2)}, entry, Real())
    try:
        value = evaluate(written_out(t), world)
    except (Undefined, OverflowError, ZeroDivisionError):
        return
    assert is_positive is None or value > 0
    assert is_nonzero is None or value != 0


def test_a_number_symbol_is_a_positive_number() -> None:
    pi = Function("pi", ())
    assert plain(pi) == "pi"
    assert positive(pi, state("s", pi, (), (), (), {})) == Why("a positive number")


def test_a_size_less_a_number_is_positive_where_the_size_is_larger() -> None:
    fact = Fact(Relation(">=", K, number(3)))
    given = state("sizes", quo(big(k, K, z(k)), minus(K, ONE)), (z(i),), (), (fact,), {})
    assert positive(minus(K, number(2)), given) == Why("K is at least 3", (fact.relation,), True)
    assert positive(minus(K, number(3)), given) is None
    assert positive(minus(K, ONE), KNOWN) is None
    share = positive(minus(ONE, quo(exp(z(i)), big(j, K, exp(z(j))))), given)
    assert share is not None
    assert share.given == (fact.relation,)


def test_a_defined_mean_of_squares_is_not_negative() -> None:
    mean = Definition("m", (), quo(big(k, K, z(k)), K))
    squares = Definition("v", (), quo(big(k, K, power(minus(z(k), Symbol("m")), number(2))), K))
    cubes = Definition("w", (), big(k, K, power(z(k), number(3))))
    value = times(T, Symbol("v"), Symbol("w"))
    known = state("batch norm", value, (z(i),), (mean, squares, cubes), (Fact(Relation(">", T, ZERO)),), {})
    found = positive(plus(Symbol("v"), T), known)
    assert found == Why("a positive term and squares", (Relation(">", T, ZERO),))
    assert positive(power(plus(T, Symbol("v")), number(Fraction(1, 2))), known) is not None
    for unknown in (Symbol("v"), plus(Symbol("v"), A), plus(Symbol("w"), T), plus(Symbol("m"), T)):
        assert positive(unknown, known) is None


# --- one-hot labels ------------------------------------------------------------------------------

c, N = Symbol("c"), Symbol("N")
BATCH = Fact(Relation("=", y(n, k), Delta(k, Entry("t", (n,)))), (n, k))
SINGLE = Fact(Relation("=", y(k), Delta(c, k)), (k,))


def about(*facts: Fact) -> Statement:
    everything = Function("all", tuple(f.relation.left for f in facts))
    return state("labels", everything, (), (), facts, {})


@pytest.mark.parametrize(
    ("fact", "index"),
    [
        (SINGLE, k),
        (BATCH, k),
        (Fact(Relation("=", y(j, k), Delta(j, k)), (j, k)), k),
        (Fact(Relation("=", y(k), Delta(k, number(2))), (k,)), k),
        (Fact(Relation("=", y(k), Delta(i, c)), (k,)), None),
        (Fact(Relation("=", y(k, k), Delta(k, c)), (k,)), None),
        (Fact(Relation("=", y(k), Delta(k, Entry("t", (k,)))), (k,)), None),
        (Fact(Relation("=", y(k), Delta(k, c))), None),
        (Fact(Relation("!=", y(k), Delta(k, c)), (k,)), None),
        (Fact(Relation("=", y(k), ONE), (k,)), None),
    ],
)
def test_which_facts_are_one_hot_labels(fact: Fact, index: Symbol | None) -> None:
    assert class_index(fact) is index


def test_an_entry_of_a_one_hot_label_marks_a_class() -> None:
    label = Entry("t", (i,))
    assert one_hot_label(y(i, j), about(BATCH)) == (label, Relation("=", y(i, j), Delta(j, label)))
    assert one_hot_label(y(i, label), about(BATCH)) == (label, Relation("=", y(i, label), ONE))
    assert one_hot_label(y(number(2)), about(SINGLE)) == (c, Relation("=", y(number(2)), Delta(c, number(2))))
    assert one_hot_label(z(i, j), about(BATCH)) is None


def test_a_one_hot_label_adds_up_to_1_over_its_class_and_is_not_rewritten() -> None:
    used = Relation("=", y(i, j), Delta(j, Entry("t", (i,))))
    assert equation(BATCH, big(j, K, y(i, j))) == (ONE, used)
    assert equation(BATCH, y(i, j)) is None
    assert equation(BATCH, big(j, K, y(j, i))) is None
    assert equation(BATCH, big(j, K, y(j, j))) is None
    assert equation(BATCH, Big(j, K, y(i, j), (k,))) is None
    assert equation(Fact(Relation("=", y(j, k), Delta(j, k)), (j, k)), big(k, K, y(i, k))) is not None


@pytest.mark.parametrize(
    ("body", "facts", "phrase"),
    [
        (z(k), [(">", z(k))], "p is given to be positive"),
        (z(k), [("!=", z(k))], "p is given to be other than 0"),
        (neg(z(k)), [(">", z(k))], "p is given to be negative"),
        (exp(z(k)), [], "p is an exponential"),
        (neg(exp(z(k))), [], "p is minus an exponential"),
        (Entry("q", (k,)), [], "p is positive; q is an exponential"),
        (neg(Entry("q", (k,))), [], "p is other than 0; q is an exponential"),
        (K, [], "p is positive; K is a size"),
    ],
)
def test_why_a_defined_name_is_not_0(body: Term, facts: list[tuple[str, Term]], phrase: str) -> None:
    """The reason reads as a sentence about the name, and says what is true of it."""
    defined = (Definition("p", (k,), body), Definition("q", (k,), exp(z(k))))
    given = tuple(Fact(Relation(sign, left, ZERO), (k,)) for sign, left in facts)
    known = state("defined", big(k, K, times(Entry("p", (k,)), z(k))), (z(i),), defined, given, {})
    found = nonzero(Entry("p", (i,)), known)
    assert found is not None
    assert found.phrase == phrase
