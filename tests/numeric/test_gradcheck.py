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
from symderiv.numeric.gradcheck import gradcheck
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


def test_facts_no_draw_satisfies_are_refused() -> None:
    odd = Fact(Relation("=", times(big(k, K, z(k)), big(k, K, y(k))), number(7)))
    statement = made(CE, (z(i),), (P,), (odd,))
    with pytest.raises(Refused, match="no random arguments"):
        gradcheck(VALUE, right, statement)
