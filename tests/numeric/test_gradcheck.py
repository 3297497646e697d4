"""The gradient check: right gradients pass, wrong ones fail at the right place."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numeric.problems import (
    BATCH_CE,
    BCE,
    JACOBIAN,
    LOGITS,
    ONE_EACH,
    ONE_EACH_ROW,
    P_BATCH,
    P_LINEAR,
    P_TEMPERATURE,
    SIGMOID,
    K,
    N,
    P,
    T,
    W,
    big,
    c,
    compiled,
    cross_entropy,
    d,
    delta,
    i,
    j,
    k,
    log,
    m,
    made,
    minus,
    n,
    number,
    p,
    power,
    q,
    quo,
    s,
    times,
    x,
    y,
    z,
)

from symderiv.errors import InputError, Refused
from symderiv.numeric.checks.draw import draw
from symderiv.numeric.checks.gradcheck import gradcheck
from symderiv.statement import Fact, Relation
from symderiv.terms import ONE, Term, neg

CE = cross_entropy()
FLAGSHIP = made(CE, (z(i),), (P,), (ONE_EACH,))
VALUE = compiled(FLAGSHIP, (CE, ()))


def softmax(row: np.ndarray) -> np.ndarray:
    e = np.exp(row - row.max())
    return e / e.sum()


def right(row: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return softmax(row) - labels


def test_the_right_gradient_passes() -> None:
    found = gradcheck(VALUE, right, FLAGSHIP)
    assert found.passed
    assert found.max_abs_error < 1e-14
    assert {r.method for r in found.rows} == {"central", "complex"}
    assert {dict(t)["K"] for t in found.trials} == {1, 2, 5}
    assert "passed" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["passed"] is True


def test_wrong_gradients_fail_with_their_place() -> None:
    def off_in_one_place(row: np.ndarray, labels: np.ndarray) -> np.ndarray:
        found = right(row, labels)
        found[-1] += 1e-4 * (len(row) == 5)
        return found

    wrong: list[Any] = [lambda a, b: right(a, b) + 0.01, lambda a, b: -right(a, b), lambda a, b: right(a, b) * np.nan]
    for gradient in (*wrong, off_in_one_place):
        found = gradcheck(VALUE, gradient, FLAGSHIP)
        assert not found.passed
        assert "FAILED" in str(found)
    assert found.worst.indices == (5,)
    assert dict(found.worst.sizes) == {"K": 5}
    assert found.worst.claimed - found.worst.measured == pytest.approx(1e-4, rel=1e-6)


def test_the_fact_matters() -> None:
    free = made(CE, (z(i),), (P,))
    assert not gradcheck(compiled(free, (CE, ())), right, free).passed


def test_shape_is_checked() -> None:
    with pytest.raises(InputError, match=r"shape \(\), expected \(1,\)"):
        gradcheck(VALUE, lambda a, b: 0.0, FLAGSHIP)


def test_real_functions_are_checked_without_complex_step() -> None:
    def value(row: np.ndarray, labels: np.ndarray) -> float:
        if np.iscomplexobj(row):
            raise TypeError("real only")
        return float(-np.sum(labels * np.log(softmax(row))))

    found = gradcheck(value, right, FLAGSHIP)
    assert found.passed
    assert {r.method for r in found.rows} == {"central"}


def centred(row: np.ndarray) -> Any:
    with np.errstate(all="ignore"):
        return np.sqrt(np.sum((row - row.mean()) ** 2))


def slope(row: np.ndarray) -> Any:
    with np.errstate(all="ignore"):
        return (row - row.mean()) / centred(row)


DEVIATION = made(big(k, K, z(k)), (z(i),), ())


def test_sizes_without_a_derivative_are_left_out_and_named() -> None:
    found = gradcheck(centred, slope, DEVIATION, analytic=False, domain=slope)
    assert found.passed
    assert [(u.sizes, u.lacks) for u in found.untried] == [((("K", 1),), "derivative")]
    assert {dict(t)["K"] for t in found.trials} == {2, 5}
    assert "not tried with K=1: the derivative is not finite there" in str(found)


def test_a_gradient_that_is_not_finite_where_the_derivative_is_fails() -> None:
    def partly(row: np.ndarray) -> Any:
        return slope(row) * np.where(len(row) == 5, np.nan, 1.0)

    assert not gradcheck(centred, slope, DEVIATION, analytic=False).passed  # nobody says where it has a value
    assert not gradcheck(centred, partly, DEVIATION, analytic=False, domain=slope).passed
    wrong = gradcheck(centred, lambda row: slope(row) + (len(row) == 2), DEVIATION, analytic=False, domain=slope)
    assert not wrong.passed
    assert dict(wrong.worst.sizes) == {"K": 2}


def test_sizes_without_a_value_are_left_out_and_named() -> None:
    found = gradcheck(lambda row: centred(row) if len(row) > 1 else np.nan, slope, DEVIATION, analytic=False)
    assert [(u.sizes, u.lacks) for u in found.untried] == [((("K", 1),), "value")]
    assert found.passed


def test_libraries_that_differentiate_themselves_are_compared_with() -> None:
    """They get the arguments of the value and the place of the variable among them."""

    def jacobian(at: int, *given: np.ndarray) -> np.ndarray:
        assert at == 0
        return right(*given)

    found = gradcheck(VALUE, right, FLAGSHIP, elsewhere={"another": jacobian})
    assert found.passed
    assert [(r.step, r.max_abs_error) for r in found.rows if r.method == "another"] == [(0.0, 0.0)]
    off = gradcheck(VALUE, right, FLAGSHIP, elsewhere={"another": lambda at, *given: right(*given) + 1e-6})
    assert not off.passed
    assert off.worst.claimed - off.worst.measured == pytest.approx(-1e-6, rel=1e-6)


def test_nothing_to_compare_is_no_check() -> None:
    with pytest.raises(Refused, match="at none of the sizes"):
        gradcheck(lambda row: np.nan, slope, DEVIATION, analytic=False)


def both(value: Term, gradient: Term, axes: Any, statement: Any, **options: Any) -> bool:
    names = VALUE.args if options.pop("flag", False) else None
    front = options.get("value_axes", ())
    f = compiled(statement, (value, front), arguments=names)
    g = compiled(statement, (gradient, axes), arguments=tuple(f.args))
    return gradcheck(f, g, statement, **options).passed


def test_batches_jacobians_scalars_and_layers() -> None:
    batch = made(BATCH_CE, (z(m, i),), (P_BATCH,), (ONE_EACH_ROW,))
    assert both(BATCH_CE, quo(minus(p(m, i), y(m, i)), N), (m, i), batch)
    assert both(p(j), JACOBIAN, (j, i), made(p(j), (z(i),), (P,)), value_axes=(j,))
    logs = made(log(p(j)), (z(i),), (P,))
    assert both(log(p(j)), minus(delta(i, j), p(i)), (j, i), logs, value_axes=(j,))
    assert not both(log(p(j)), minus(delta(i, j), p(j)), (j, i), logs, value_axes=(j,))
    elementwise = made(BCE, (z(k),), (SIGMOID,))
    assert both(BCE, minus(s(k), y(k)), (k,), elementwise, value_axes=(k,))
    by_t = times(quo(ONE, power(T, number(2))), big(k, K, times(minus(y(k), p(k)), z(k))))
    assert both(CE, by_t, (), made(CE, (T,), (P_TEMPERATURE,), (ONE_EACH,)))
    layer = made(BATCH_CE, (W(d, k), c(k)), (LOGITS, P_LINEAR), (ONE_EACH_ROW,))
    by_weight = times(quo(ONE, N), big(n, N, times(x(n, d), minus(p(n, k), y(n, k)))))
    assert both(BATCH_CE, by_weight, (d, k), layer)
    assert both(BATCH_CE, quo(big(n, N, minus(p(n, k), y(n, k))), N), (k,), layer, variable=c(k))


def test_positive_arguments_and_literal_variables() -> None:
    positive = Fact(Relation(">", q(k), number(0)), (k,))
    value = neg(big(k, K, times(y(k), log(q(k)))))
    assert both(value, neg(quo(y(i), q(i))), (i,), made(value, (q(i),), (), (positive,)))
    assert both(value, neg(quo(y(i), q(i))), (i,), made(value, (q(i),)))
    square = big(k, K, power(z(k), number(2)))
    assert both(square, times(number(2), z(number(2))), (), made(square, (z(number(2)),)))


ZERO_AT_ONE = power(minus(big(k, K, z(k)), ONE), number(2))
SUMS_TO_ONE = Fact(Relation("=", big(j, K, z(j)), ONE))
ON_THE_PLANE = made(ZERO_AT_ONE, (z(i),), (), (SUMS_TO_ONE,))


def test_rounding_of_terms_that_cancel_is_no_error() -> None:
    f = compiled(ON_THE_PLANE, (ZERO_AT_ONE, ()))
    assert gradcheck(f, lambda row: 0 * row, ON_THE_PLANE).passed

    def real(row: np.ndarray) -> float:
        return float((np.sum(np.asarray(row, float)) - 1) ** 2)

    assert gradcheck(real, lambda row: 0 * row, ON_THE_PLANE, analytic=False).passed


@pytest.mark.parametrize("size", [1e-20, 1e-10, 1.0, 1e10])
def test_rounding_excuses_no_small_but_wrong_gradient(size: float) -> None:
    """What is excused is as small as the terms are."""

    def value(row: np.ndarray) -> float:
        return size * ((np.sum(row) - 1) ** 2 + 1e-9 * np.sum(row**2))

    assert gradcheck(value, lambda row: size * 2e-9 * row, ON_THE_PLANE).passed
    assert not gradcheck(value, lambda row: 0 * row, ON_THE_PLANE).passed
    assert not gradcheck(value, lambda row: size * 2.001e-9 * row, ON_THE_PLANE).passed


def test_a_value_that_changes_by_itself_excuses_nothing() -> None:
    noise = np.random.default_rng(1)

    def value(row: np.ndarray) -> float:
        return float(np.sum(row**2) + noise.standard_normal())

    assert not gradcheck(value, lambda row: 0 * row, ON_THE_PLANE, analytic=False).passed


def test_single_precision_excuses_no_visible_error() -> None:
    def value(row: np.ndarray) -> float:
        return float(np.sum(np.asarray(row, np.float32) ** 2))

    assert not gradcheck(value, lambda row: 2 * row + 1e-3, ON_THE_PLANE, analytic=False).passed


@pytest.mark.parametrize(("sign", "bound", "least"), [(">=", 2, 2), (">", 1, 2), ("!=", 1, 2), (">=", 3, 3)])
def test_sizes_start_where_facts_say(sign: str, bound: int, least: int) -> None:
    fact = Fact(Relation(sign, K, number(bound)))
    variance = quo(big(k, K, power(z(k), number(2))), minus(K, ONE))
    statement = made(variance, (z(i),), (), (fact,))
    gradient = compiled(statement, (quo(times(number(2), z(i)), minus(K, ONE)), (i,)))
    found = gradcheck(compiled(statement, (variance, ())), gradient, statement)
    assert found.passed
    assert [dict(t)["K"] for t in found.trials] == [least, 5]


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ([Fact(Relation(">", number(0), q(k)), (k,))], lambda: log(neg(q(k)))),
        ([Fact(Relation(">", q(k), number(3)), (k,))], lambda: log(minus(q(k), number(3)))),
        (
            [Fact(Relation(">", q(k), number(0)), (k,)), Fact(Relation(">=", number(1), q(k)), (k,))],
            lambda: times(log(q(k)), power(minus(ONE, q(k)), number(-1))),
        ),
        ([Fact(Relation("=", q(j), z(j)), (j,))], lambda: times(q(k), z(k))),
        ([Fact(Relation("=", z(j), times(number(2), q(j))), (j,))], lambda: times(q(k), z(k))),
    ],
)
def test_points_of_bounds_and_of_equal_arrays(facts: list[Fact], value: Any) -> None:
    total = big(k, K, times(value(), z(k)))
    statement = made(total, (z(i),), (), tuple(facts))
    for seed in range(3):
        drawn = draw(statement, ("z", "q"), {"K": 4}, np.random.default_rng(seed))
        assert np.all(np.isfinite(compiled(statement, (total, ()), arguments=("z", "q"))(drawn["z"], drawn["q"])))


def test_facts_no_draw_satisfies_are_refused() -> None:
    odd = Fact(Relation("=", times(big(k, K, z(k)), big(k, K, y(k))), number(7)))
    statement = made(CE, (z(i),), (P,), (odd,))
    with pytest.raises(Refused, match="no random arguments"):
        gradcheck(VALUE, right, statement)
