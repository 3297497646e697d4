"""The laws behind the stable forms, and values and gradients where textbook code overflows."""

from __future__ import annotations

import itertools
import warnings

import mpmath
import numpy as np
import pytest
from numeric.brute import evaluate
from numeric.problems import (
    BATCH_CE,
    BCE,
    ENTROPY,
    JACOBIAN,
    P_BATCH,
    SIGMOID,
    K,
    N,
    P,
    T,
    compiled,
    cross_entropy,
    flagship,
    i,
    j,
    k,
    m,
    made,
    p,
    s,
    u,
    y,
    z,
)

from symderiv.binders import free_names
from symderiv.numeric.rewrites.passes import PASSES
from symderiv.numeric.rewrites.stable import REWRITES, Rewrite
from symderiv.terms import ONE, Term, big, exp, log, minus, neg, number, plus, power, quo, times

EXTREME = [1e4, -1e4, 0.0, 9999.0, 88.0, -745.0, 710.0]


@pytest.mark.parametrize("rewrite", [*REWRITES, *PASSES], ids=lambda r: r.name)
def test_laws_hold(rewrite: Rewrite) -> None:
    rng = np.random.default_rng(0)
    alone = rewrite.name in (
        "own summand",
        "left out",
        "log of the rest",
    )  # with one class nothing is left: neither side has a value
    for size in (2, 3) if alone else (1, 2, 3):
        values = {"a": 0.3, "b": 0.7, "c": -1.2, "K": size, "x": rng.normal(size=size), "w": rng.normal(size=size)}
        left, right = (evaluate(side, None, values, {"k": 1}) for side in rewrite.law)
        assert left == pytest.approx(right, rel=1e-12)
        new = rewrite.match(rewrite.law[0])
        assert new is not None
        assert new is not rewrite.law[0]
        assert evaluate(new, None, values, {"k": 1}) == pytest.approx(right, rel=1e-12)


def test_no_law_is_trivial() -> None:
    assert all(left is not right for left, right in (r.law for r in (*REWRITES, *PASSES)))


def test_a_weight_of_zero_silences_an_infinite_logarithm() -> None:
    weighted = big(k, K, times(y(k), log(z(k))))
    assert compiled(made(weighted), (weighted, ()))(np.array([0.0, 2.0]), np.array([0.0, 1.0])) == 0.0


def exact_softmax(row: np.ndarray) -> list[mpmath.mpf]:
    with mpmath.workdps(50):
        e = [mpmath.exp(mpmath.mpf(float(v))) for v in row]
        return [v / mpmath.fsum(e) for v in e]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_flagship_at_extreme_logits(dtype: type) -> None:
    f = flagship()
    eps = float(np.finfo(dtype).eps)
    for row in itertools.permutations(EXTREME, 3):
        logits = np.array(row, dtype)
        for label in range(3):
            labels = np.eye(3, dtype=dtype)[label]
            loss, gradient = f(logits, labels)
            exact = exact_softmax(logits)
            assert loss.dtype == gradient.dtype == dtype
            assert loss == pytest.approx(float(-mpmath.log(exact[label])), rel=4 * eps, abs=2 * eps)
            wanted = [float(exact[n] - mpmath.mpf(float(labels[n]))) for n in range(3)]
            assert np.max(np.abs(gradient - wanted)) <= 1.5 * eps


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_at_extreme_logits(dtype: type) -> None:
    f = compiled(made(BCE, (z(k),), (SIGMOID,)), (BCE, (k,)), (minus(s(k), y(k)), (k,)))
    logits = np.array(EXTREME, dtype)
    for label in (0.0, 1.0):
        loss, gradient = f(logits, np.full_like(logits, label))
        wide = logits.astype(np.longdouble)
        wanted = np.maximum(wide, 0) - wide * label + np.log1p(np.exp(-np.abs(wide)))
        np.testing.assert_allclose(loss, wanted.astype(float), rtol=1e-6 if dtype is np.float32 else 1e-14, atol=1e-300)
        assert np.all(np.isfinite(gradient))
        assert np.all(np.abs(gradient) <= 1)


SPELLINGS = {
    "one over one plus exp(-x)": quo(ONE, plus(ONE, exp(neg(z(k))))),
    "exp over one plus exp": quo(exp(z(k)), plus(ONE, exp(z(k)))),
    "exp over exp plus one": quo(exp(z(k)), plus(exp(z(k)), ONE)),
    "power": power(plus(ONE, exp(neg(z(k)))), number(-1)),
}


@pytest.mark.parametrize("term", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_every_spelling_of_the_sigmoid(term: object) -> None:
    logits = np.array([*EXTREME, 0.5, -0.5])
    wanted = [float(1 / (1 + mpmath.exp(-mpmath.mpf(v)))) for v in logits]
    f = compiled(made(term), (term, (k,)), (log(term), (k,)), (log(minus(ONE, term)), (k,)))
    value, logarithm, complement = f(logits)
    np.testing.assert_allclose(value, wanted, rtol=1e-15, atol=1e-300)
    exact = [float(-mpmath.log1p(mpmath.exp(-mpmath.mpf(v)))) for v in logits]
    other = [float(-mpmath.log1p(mpmath.exp(mpmath.mpf(v)))) for v in logits]
    np.testing.assert_allclose(logarithm, exact, rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(complement, other, rtol=1e-14, atol=1e-300)


def test_sigmoid_slope_of_the_quotient_rule() -> None:
    slope = quo(exp(neg(z(k))), power(plus(ONE, exp(neg(z(k)))), number(2)))
    found = compiled(made(slope), (slope, (k,)))(np.array(EXTREME))
    assert np.all(np.isfinite(found))
    assert found[2] == 0.25


def test_tanh_and_softplus() -> None:
    two = number(2)
    tanh = quo(minus(exp(times(two, z(k))), ONE), plus(exp(times(two, z(k))), ONE))
    softplus = log(plus(ONE, exp(z(k))))
    logits = np.array(EXTREME)
    first, second = compiled(made(tanh), (tanh, (k,)), (softplus, (k,)))(logits)
    np.testing.assert_allclose(first, np.tanh(logits))
    np.testing.assert_allclose(second, np.logaddexp(0, logits))


def test_weighted_sums_of_exponentials() -> None:
    mean = quo(big(k, K, times(y(k), exp(z(k)))), big(k, K, exp(z(k))))
    weighted = log(big(k, K, times(y(k), exp(z(k)))))
    first, second = compiled(made(mean), (mean, ()), (weighted, ()))(np.array([0.5, 0.25]), np.array([1e4, 1e4]))
    assert first == pytest.approx(0.375)
    assert second == pytest.approx(1e4 + np.log(0.75))


def test_exponential_of_a_log_softmax() -> None:
    term = exp(minus(z(k), log(big(j, K, exp(z(j))))))
    source = compiled(made(term), (term, (k,))).source
    assert "np.log" not in source
    np.testing.assert_allclose(compiled(made(term), (term, (k,)))(np.array([1e4, 1e4])), [0.5, 0.5])


def test_log_of_the_complement_of_a_softmax() -> None:
    term = log(minus(ONE, p(i)))
    found = compiled(made(term, (), (P,)), (term, (i,)))(np.array([1000.0, 0.0]))
    np.testing.assert_allclose(found, [-1000.0, 0.0])


def test_divergences_at_extreme_logits() -> None:
    forward = big(k, K, times(y(k), log(quo(y(k), p(k)))))
    backward = big(k, K, times(p(k), log(quo(p(k), y(k)))))
    f = compiled(made(forward, (z(i),), (P,)), (forward, ()), (backward, ()))
    logits = np.array([1e4, -1e4, 3.0])
    assert f(logits, np.array([0.0, 1.0, 0.0]))[0] == 20000
    assert f(logits, np.array([0.2, 0.3, 0.5]))[1] == pytest.approx(np.log(5))
    masked = f(np.array([0.0, -np.inf, 0.0]), np.array([0.5, 0.0, 0.5]))
    np.testing.assert_allclose(masked, [0, 0], atol=1e-15)


def test_log_of_an_exponential_over_an_argument() -> None:
    term = log(quo(exp(z(k)), y(k)))
    assert compiled(made(term), (term, (k,)))(np.array([1e4]), np.array([1.0])) == 1e4


def test_two_softmaxes_in_one_fraction() -> None:
    both = times(big(j, K, exp(z(j))), big(j, K, exp(y(j))))
    term = quo(times(exp(z(k)), exp(y(k))), both)
    found = compiled(made(term), (term, (k,)))(np.array([1e4, 1e4]), np.array([-1e4, 0.0]))
    np.testing.assert_allclose(found, [0, 0.5])
    ratio = quo(exp(z(k)), exp(y(k)))
    assert compiled(made(ratio), (ratio, (k,)))(np.array([1e4]), np.array([1e4])) == 1


def test_reference_class_in_the_denominator() -> None:
    term = quo(exp(z(k)), plus(ONE, big(j, K, exp(z(j)))))
    found = compiled(made(term), (term, (k,)))(np.array([1e4, 1e4]))
    np.testing.assert_allclose(found, [0.5, 0.5])
    np.testing.assert_allclose(compiled(made(term), (term, (k,)))(np.array([-1e4, -1e4])), [0, 0])


def test_masked_class() -> None:
    f = flagship()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, gradient = f(np.array([0.0, -np.inf, 0.0]), np.array([1.0, 0.0, 0.0]))
    assert loss == pytest.approx(np.log(2))
    np.testing.assert_allclose(gradient, [-0.5, 0.0, 0.5])


def test_masked_label() -> None:
    loss, gradient = flagship()(np.array([0.0, -np.inf]), np.array([0.0, 1.0]))
    assert loss == np.inf
    np.testing.assert_allclose(gradient, [1.0, -1.0])


def test_entropy_of_a_masked_class() -> None:
    statement = made(ENTROPY.body, (z(i),), (P, ENTROPY))
    gradient = neg(times(p(i), plus(log(p(i)), ENTROPY.head)))
    value, slope = compiled(statement, (ENTROPY.body, ()), (gradient, (i,)))(np.array([0.0, -np.inf, 0.0]))
    assert value == pytest.approx(np.log(2))
    np.testing.assert_allclose(slope, [0, 0, 0], atol=1e-15)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bad_row_stays_alone(bad: float) -> None:
    gradient = quo(minus(p(m, i), y(m, i)), N)
    f = compiled(made(BATCH_CE, (z(m, i),), (P_BATCH,)), (gradient, (m, i)))
    logits = np.zeros((3, 2))
    labels = np.full((3, 2), 0.5)
    logits[1, 0] = bad
    found = f(logits, labels)
    assert np.all(np.isnan(found[1]))
    np.testing.assert_array_equal(found[[0, 2]], 0)
    rows, _ = flagship()(logits, labels)
    np.testing.assert_array_equal(np.isnan(rows), [False, True, False])


def test_a_row_of_minus_infinity() -> None:
    loss, gradient = flagship()(np.array([[-np.inf, -np.inf], [0.0, 0.0]]), np.array([1.0, 0.0]))
    assert np.isnan(loss[0])
    assert np.all(np.isnan(gradient[0]))
    assert loss[1] == pytest.approx(np.log(2))


def test_one_class() -> None:
    loss, gradient = flagship()(np.array([3.7]), np.array([1.0]))
    assert loss == 0
    np.testing.assert_array_equal(gradient, [0.0])


def test_jacobian_at_extreme_logits() -> None:
    found = compiled(made(p(j), (z(i),), (P,)), (JACOBIAN, (j, i)))(np.array([1e4, -1e4, 1e4]))
    np.testing.assert_allclose(found, [[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]])


def test_value_and_gradient_share_their_exponentials() -> None:
    assert flagship().source.count("np.exp(") == 1


def test_complex_step_through_the_shift() -> None:
    f = compiled(made(cross_entropy(), (z(i),), (P,)), (cross_entropy(), ()))
    logits, labels = np.array([2.0, -1.0, 1.5]), np.array([0.2, 0.3, 0.5])
    e = np.exp(logits - 2)
    for place in range(3):
        moved = logits.astype(complex)
        moved[place] += 1e-30j
        slope = f(moved, labels).imag / 1e-30
        assert slope == pytest.approx(e[place] / e.sum() - labels[place], rel=1e-14)


TOTAL = big(j, K, exp(u(j)))
SHARED = {
    "a square of shares": big(k, K, quo(exp(times(number(2), u(k))), power(TOTAL, number(2)))),
    "a sixth power": quo(exp(times(number(6), u(i))), power(TOTAL, number(6))),
    "over a number": quo(exp(quo(times(number(2), u(k)), T)), power(big(j, K, exp(quo(u(j), T))), number(2))),
    "of a difference": quo(
        exp(minus(times(number(2), u(k)), times(number(4), y(k)))),
        power(big(j, K, exp(minus(u(j), times(number(2), y(j))))), number(2)),
    ),
    "a square below": quo(power(TOTAL, number(2)), big(k, K, exp(times(number(2), u(k))))),
    "an exponential beside a sum": times(exp(neg(u(k))), TOTAL),
    "two of them": times(exp(neg(u(k))), exp(neg(u(i))), power(TOTAL, number(2))),
}


@pytest.mark.parametrize("term", SHARED.values(), ids=SHARED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_common_summand_of_exponents_changes_nothing(term: Term, dtype: type) -> None:
    axes = tuple(s for s in (i, k) if s.name in free_names(term))
    f = compiled(made(term, (u(i),)), (term, axes))
    row = np.array([0.5, -1.0, 0.25], dtype)
    given = {"u": row, "y": np.zeros(3, dtype), "T": dtype(1)}
    wanted = f(**{name: given[name] for name in f.args})
    for by in (1e3, -1e3, 8192.0):
        found = f(**{name: given[name] + (by if name == "u" else 0) for name in f.args})
        np.testing.assert_allclose(found, wanted, rtol=1e-4 if dtype is np.float32 else 1e-12)


def test_a_multiple_beside_its_root_below_is_a_sigmoid() -> None:
    double = exp(times(number(2), z(k)))
    f = compiled(made(double, (z(i),)), (quo(double, plus(double, exp(z(k)))), (k,)))
    assert "sigmoid(2 * z - z)" in f.source
