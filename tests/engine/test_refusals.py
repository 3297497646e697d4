"""What derive cannot answer it refuses: by name, with the remedy, and never with something else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sympy import Derivative, Eq, Function, Gt, IndexedBase, KroneckerDelta, Sum, exp, log, sin, sqrt, symbols

import symderiv as sd
from symderiv.errors import DidNotTerminate, InputError, Refused
from symderiv.trace import Step

K, N, T, L = symbols("K N T L")
i, j, k, m = symbols("i j k m")
z, y, p, x = map(IndexedBase, ("z", "y", "p", "x"))

SOFTMAX = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
CROSS_ENTROPY = -Sum(y[k] * log(p[k]), (k, 1, K))


def test_a_value_that_does_not_depend_on_the_variable() -> None:
    with pytest.raises(InputError, match=r"does not depend on z\[i\]"):
        sd.derive(CROSS_ENTROPY, z[i])  # p has no definition here
    with pytest.raises(InputError, match="does not depend on T"):
        sd.derive(CROSS_ENTROPY, T, where=SOFTMAX)
    with pytest.raises(InputError, match="does not depend"):
        sd.derive(sd.stop_gradient(z[i]) * y[i], z[j])


def test_a_higher_derivative_may_vanish() -> None:
    assert sd.derive(Sum(z[k] * y[k], (k, 1, K)), [z[i], z[j]]).result == 0
    assert sd.derive(z[k] ** 2, [z[i], z[i], z[i]]).result == 0


def test_an_unknown_route() -> None:
    with pytest.raises(InputError, match=r"unknown route 'scenic'.*chain"):
        sd.derive(CROSS_ENTROPY, z[i], where=SOFTMAX, route="scenic")


def test_a_function_without_a_rule_is_named() -> None:
    with pytest.raises(Refused, match="derivative of sin"):
        sd.derive(sin(z[i]), z[j])
    with pytest.raises(Refused, match="derivative of sin"):
        sd.derive(Sum(p[k] ** 2, (k, 1, K)), z[i], where={p[k]: sin(z[k])})
    with pytest.raises(Refused, match="derivative of f"):
        sd.derive(Function("f")(T), T)


def test_a_function_of_constants_is_a_constant() -> None:
    assert sd.derive(sin(y[i]) * z[i], z[i]).result == sin(y[i])


def test_a_power_without_a_sign() -> None:
    with pytest.raises(Refused, match=r"positive base.*Gt\(base, 0\)"):
        sd.derive(x[i] ** x[i], x[j])
    with pytest.raises(Refused, match="positive base"):
        sd.derive(Sum(x[k] ** T, (k, 1, K)), T)
    assert sd.derive(x[i] ** x[i], x[i], given=[Gt(x[k], 0)]).result is not None


def test_two_meanings_of_one_name() -> None:
    with pytest.raises(InputError, match="z"):
        sd.derive(IndexedBase("z", shape=(K,))[i] + Sum(IndexedBase("z", shape=(N,))[j], (j, 1, N)), z[k])
    with pytest.raises(InputError, match="z"):
        sd.derive(z[i] + z[i, j], z[k])


@pytest.mark.parametrize("wrt", [K, k, exp(z[i]), z[i] + 1, 3, z[0]])
def test_what_is_no_variable(wrt: object) -> None:
    with pytest.raises(InputError):
        sd.derive(CROSS_ENTROPY, wrt, where=SOFTMAX)


def test_an_index_or_size_is_no_variable() -> None:
    with pytest.raises(InputError, match="K"):
        sd.derive(Sum(z[k], (k, 1, K)), K)
    with pytest.raises(InputError, match="i"):
        sd.derive(z[i], i)


OFF = 1 - KroneckerDelta(i, j)
GAP = sqrt((z[i] - z[j]) ** 2)
DIAGONALS = {
    "no derivative": (Sum(GAP, (i, 1, K), (j, 1, K)), "derivative has no meaning: the sum over i includes i = j"),
    "no value": (Sum(1 / (z[i] - z[j]), (i, 1, K), (j, 1, K)), "value has no meaning"),
    "a free index": (Sum(1 / (z[i] - z[j]), (j, 1, K)), r"the sum over j includes j = i.*KroneckerDelta\(j, i\)"),
    "a literal": (Sum(log((z[j] - z[2]) ** 2), (j, 1, K)), "the sum over j includes j = 2"),
    "behind a name": (Sum(1 / x[i, j], (i, 1, K), (j, 1, K)), r"where x\[i, j\] is 0"),
}


@pytest.mark.parametrize("name", DIAGONALS)
def test_what_has_no_meaning_for_one_summand(name: str) -> None:
    value, message = DIAGONALS[name]
    with pytest.raises(Refused, match=message):
        sd.derive(value, z[k], where={x[i, j]: GAP} if name == "behind a name" else None)


def test_the_same_without_that_summand() -> None:
    for value, where in (
        (Sum(Sum(OFF * GAP, (i, 1, K)), (j, 1, K)), None),
        (Sum(OFF / (z[i] - z[j]), (j, 1, K)), None),
        (Sum(Sum(OFF / x[i, j], (i, 1, K)), (j, 1, K)), {x[i, j]: GAP}),
        (GAP, None),
        (Sum(sqrt((z[i] - z[j]) ** 2 + T), (i, 1, K), (j, 1, K)), None),
        (Sum(1 / (z[i] - x[1, j]), (i, 1, K), (j, 1, K)), None),
    ):
        assert sd.derive(value, z[k], where=where).result != 0


def test_facts_that_chase_each_other_end_with_the_work_so_far() -> None:
    with pytest.raises(DidNotTerminate, match="given") as stopped:
        sd.derive(Sum(y[k] * z[k], (k, 1, K)), z[i], given=[Eq(y[k], x[k]), Eq(x[k], y[k])])
    work = stopped.value.work
    assert len(work) > 10
    assert all(isinstance(s, Step) for s in work)
    assert all(a.after is b.before for a, b in pairwise(work))  # type: ignore[attr-defined]


def test_cyclic_definitions() -> None:
    with pytest.raises(InputError, match="cyclic"):
        sd.derive(L, z[i], where={L: p[1] * z[1], p[k]: L * z[k]})


def test_every_refusal_is_one_family() -> None:
    for kind in (InputError, Refused, DidNotTerminate):
        assert issubclass(kind, sd.SymderivError)


def test_a_problem_carries_its_own_where_and_given() -> None:
    problem = sd.Problem("loss", CROSS_ENTROPY, z[i], SOFTMAX)
    with pytest.raises(InputError, match="carries its own"):
        sd.derive(problem, where=SOFTMAX)
    with pytest.raises(InputError, match="wrt"):
        sd.derive(CROSS_ENTROPY)
    with pytest.raises(InputError, match=r"derive\(load"):
        sd.derive("softmax-cross-entropy")


def test_an_unevaluated_relation_is_no_value() -> None:
    with pytest.raises(InputError):
        sd.derive(Eq(z[i], 1), z[i])


def test_a_derivative_by_a_name_that_stands_in_the_value() -> None:
    """The derivative by p treats p as independent: its own definition is not looked into."""
    assert str(sd.derive(Derivative(CROSS_ENTROPY, p[j]), y[i], where=SOFTMAX)).endswith("-delta(i, j)/p[j]")


def test_messages_name_no_internals() -> None:
    for bad in (lambda: sd.derive(sin(z[i]), z[j]), lambda: sd.derive(CROSS_ENTROPY, z[i])):
        with pytest.raises(sd.SymderivError) as caught:
            bad()
        assert "Entry(" not in str(caught.value)
        assert "Symbol(" not in str(caught.value)
