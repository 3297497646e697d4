"""value_and_grad, lambdify and gradcheck as a user calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine.losses import CASES, Case
from sympy import (
    Catalan,
    Eq,
    EulerGamma,
    GoldenRatio,
    IndexedBase,
    KroneckerDelta,
    Le,
    Lt,
    Rational,
    Sum,
    TribonacciConstant,
    exp,
    log,
    pi,
    symbols,
)

import symderiv as sd
from symderiv.derivation import Derivation
from symderiv.errors import InputError

K, N, T = symbols("K N T")
i, j, k, n = symbols("i j k n")
a, b, x, w, z = (IndexedBase(name) for name in "abxwz")
ROW = np.array([0.3, 1.0, 2.5])


def two_arrays() -> sd.Problem:
    return sd.Problem(name="two", value=Sum(a[k], (k, 1, K)) + Sum(b[n], (n, 1, N)) + T**2, wrt=a[i])


@pytest.mark.parametrize("wrt", [(a[i], b[i]), (a[i], b[j]), (b[i], a[i]), (T, a[i]), (a[i], b[j], T)])
def test_each_gradient_has_its_own_ranges(wrt: Any) -> None:
    value, gradients = sd.value_and_grad(two_arrays(), wrt=wrt)(a=ROW, b=np.arange(2.0), T=2.0)
    assert value == pytest.approx(8.8)
    wanted = {"a": [1.0, 1.0, 1.0], "b": [1.0, 1.0], "T": 4.0}
    for variable, gradient in zip(wrt, gradients, strict=True):
        assert gradient.tolist() == wanted[str(getattr(variable, "base", variable))]


def test_literal_variables_bound_the_sizes_together() -> None:
    f = sd.value_and_grad(two_arrays(), wrt=(b[j], a[1], a[3]))
    assert f(a=ROW, b=np.arange(2.0), T=0.0)[1][1:] == (1.0, 1.0)
    with pytest.raises(InputError, match="K is at least 3"):
        f(a=ROW[:2], b=np.arange(2.0), T=0.0)


def test_shapes_that_depend_on_the_variable_are_refused() -> None:
    g, h = symbols("g h")
    problem = sd.Problem(name="open", value=g * h, where={g: x[1] ** 2, h: w[1] ** 2}, wrt=x[i])
    with pytest.raises(InputError, match="give the shapes"):
        sd.value_and_grad(problem, wrt=(x[i], w[j]))


def test_entries_left_out_are_not_multiplied_by_infinity() -> None:
    d = KroneckerDelta
    pairs = Sum(Sum((1 - d(i, j)) / (z[i] - z[j]) ** 2, (j, 1, K)), (i, 1, K))
    gradient = sd.derive(pairs, z[k]).lambdify()
    wanted = [sum(-4 / (u - v) ** 3 for v in ROW if v != u) for u in ROW]
    assert gradient(ROW) == pytest.approx(wanted, rel=1e-13)
    assert gradient(np.stack([ROW, ROW])).shape == (2, 3)
    one_over = np.array([[0.0 if u == v else 1 / (u - v) for v in ROW] for u in ROW])
    gaps = 1 / (z[i] - z[k])
    for left_out in (Sum((1 - d(i, j)) * d(j, k) / (z[i] - z[j]), (j, 1, K)), (1 - d(i, k)) * gaps):
        assert sd.lambdify([z], left_out, axes=(i, k))(ROW) == pytest.approx(one_over)
    logs = sd.lambdify([z], (1 - d(2, k)) * log((z[2] - z[k]) ** 2))(ROW)
    assert logs == pytest.approx([2 * np.log(0.7), 0.0, 2 * np.log(1.5)])
    both = sd.lambdify([z], d(i, k) * Sum(d(j, k) * (1 - d(i, j)) / (z[i] - z[j]), (j, 1, K)), axes=(i, k))
    assert not both(ROW).any()


def test_stopped_gradients_are_checked_with_their_content_held_still() -> None:
    stop = sd.stop_gradient
    p, y = IndexedBase("p"), IndexedBase("y")
    softmax = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
    entropy = Sum(stop(p[k]) * log(p[k]), (k, 1, K))
    cases: list[tuple[Any, dict[Any, Any], Any]] = [
        (Sum(stop(z[k]) * z[k], (k, 1, K)), {}, z[i]),
        (Sum(stop(z[k] * stop(z[k])) * z[k] ** 2 * T, (k, 1, K)), {}, z[i]),
        (Sum(stop(z[k]) * z[k], (k, 1, K)) * stop(T) * T, {}, T),
        (entropy, softmax, z[i]),
        (entropy, softmax, p[i]),
        (Sum(y[k] * log(p[k]), (k, 1, K)), {p[k]: stop(z[k] ** 2 + 1) + z[k] ** 2}, z[i]),
    ]
    for value, where, wrt in cases:
        assert sd.gradcheck(sd.Problem("stopped", value=value, where=where, wrt=wrt)).passed
    bare = sd.Problem("stopped", value=cases[0][0], wrt=z[i])
    assert sd.gradcheck(bare, grad=lambda z: 1.0 * z).passed
    assert not sd.gradcheck(bare, grad=lambda z: 2 * z).passed


@pytest.mark.parametrize("scale", [1e-14, 1.0, 1e14])
def test_gradients_of_any_size_are_told_from_wrong_ones(scale: float) -> None:
    square = sd.Problem("square", value=Rational(scale) * Sum(z[k] ** 2, (k, 1, K)), wrt=z[i])
    assert sd.gradcheck(square).passed
    assert sd.gradcheck(square, grad=lambda z: 2 * z * scale).passed
    for factor in (-5.0, 0.0, 2.001):
        assert not sd.gradcheck(square, grad=lambda z, c=factor: c * z * scale).passed


def test_gradients_that_cancel_pass() -> None:
    p = exp(z[k]) / Sum(exp(z[j]), (j, 1, K))
    whole = sd.Problem("whole", value=Sum(p, (k, 1, K)), wrt=z[i])
    assert sd.gradcheck(whole, grad=lambda z: 0 * z).passed
    assert not sd.gradcheck(whole, grad=lambda z: 0 * z + 1e-9).passed
    assert sd.gradcheck(sd.Problem("shifted", value=Sum(z[k] ** 2, (k, 1, K)) + 1000, wrt=z[i])).passed


def test_gradients_that_are_0_at_the_point_pass() -> None:
    total = Sum(z[k], (k, 1, K))
    plane = sd.Problem("plane", value=(total - 1) ** 2, wrt=z[i], given=[Eq(total, 1)])
    p = exp(z[k]) / Sum(exp(z[j]), (j, 1, K))
    held = sd.Problem("held", value=Sum((p - sd.stop_gradient(p)) ** 2, (k, 1, K)), wrt=z[i])
    for problem in (plane, held):
        assert sd.derive(problem).result == 0
        assert sd.gradcheck(problem).passed
        assert not sd.gradcheck(problem, grad=lambda z: 0 * z + 1e-9).passed
    off = sd.Problem("off", value=(total - 1) ** 2 + Rational(1e-12) * total, wrt=z[i], given=[Eq(total, 1)])
    assert sd.gradcheck(off).passed
    assert not sd.gradcheck(off, grad=lambda z: 0 * z).passed


@pytest.mark.parametrize(
    ("value", "mean", "wrt", "fact"),
    [
        ("sum((z[k] - mu)^2, k=1..K)/(K - 1)", "mu = sum(z[k], k=1..K)/K", "z[i]", "K >= 2"),
        ("sum((i[n] - k)^2, n=1..M)/(M - 1)", "k = sum(i[j], j=1..M)/M", "i[j]", "1 < M"),
        ("sum((i[j] - k)^2, j=1..M)/(M - 1)", "k = sum(i[j], j=1..M)/M", "i[j]", "M - 1 > 0"),
    ],
)
def test_a_sample_variance_has_two_numbers_at_least(value: str, mean: str, wrt: str, fact: str, tmp_path: Path) -> None:
    d = sd.derive(sd.Problem.from_text(value, wrt, mean, fact, "sample variance"))
    assert d.verified
    assert d.lambdify()(np.array([1.0, 2.0, 6.0])) == pytest.approx([-2.0, -1.0, 3.0])
    with pytest.raises(InputError, match="at least 2"):
        d.lambdify()(np.array([1.0]))
    found = sd.gradcheck(d)
    assert found.passed
    assert [size for trial in found.trials for _, size in trial] == [2, 5]
    assert Derivation.from_dict(d.to_dict()).statement.scope.least == d.statement.scope.least
    notes = sd.report(d.problem, tmp_path, formats=("tex",))
    assert all(
        "All formulas are for such sizes." in path.read_text(encoding="utf-8")
        for path in notes
        if path.suffix == ".tex"
    )


def test_a_bound_of_a_size_from_above_is_refused() -> None:
    for fact in (Le(K, 5), Lt(K, 3), Eq(K, 3)):
        with pytest.raises(InputError, match="the size K: results are for every size"):
            sd.Problem("few", Sum(z[k] ** 2, (k, 1, K)) / K, z[i], given=[fact])


def test_batch_norm_needs_what_keeps_its_root_from_0() -> None:
    for wanted, letters in (("eps", "z mu v eps k K i"), ("j", "i k n j m N l")):
        a, mean, v, small, k_, size, free = letters.split()
        value = f"sum({k_}, b[{k_}]*({a}[{k_}] - {mean})/sqrt({v} + {small}))"
        where = [
            f"{mean} = sum({a}[{k_}], {k_}=1..{size})/{size}",
            f"{v} = sum(({a}[{k_}] - {mean})^2, {k_}=1..{size})/{size}",
        ]
        d = sd.derive(sd.Problem.from_text(value, f"{a}[{free}]", where, f"{small} > 0", "batch norm"))
        assert [str(c) for c in d.conditions] == [f"{wanted} > 0"]
        assert sd.gradcheck(d).passed
        assert "a step needs it" in d.to_markdown()


def test_a_gradient_that_writes_into_its_arguments_moves_nothing() -> None:
    def writing(z: Any) -> Any:
        z *= 0
        return 2 * z

    assert not sd.gradcheck(sd.Problem("square", value=Sum(z[k] ** 2, (k, 1, K)), wrt=z[i]), grad=writing).passed


def test_numbers_with_a_name_are_computed() -> None:
    normal = Sum(z[k] ** 2 / (2 * T**2) + log(2 * pi * T**2) / 2, (k, 1, K))
    f = sd.value_and_grad(sd.Problem("normal", value=normal, wrt=z[i]))
    value, gradient = f(ROW, 2.0)
    assert value == pytest.approx(np.sum(ROW**2) / 8 + 1.5 * np.log(8 * np.pi))
    assert gradient == pytest.approx(ROW / 4)
    assert sd.gradcheck(sd.Problem("normal", value=normal, wrt=T)).passed
    for constant in (pi, EulerGamma, GoldenRatio, Catalan, TribonacciConstant):
        assert sd.lambdify([z], constant * z[i])(ROW) == pytest.approx(float(constant) * ROW, rel=1e-15)


def test_options_are_checked() -> None:
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        ([z, z], {}, "z stands twice"),
        ([z], {"where": [1]}, "where is a mapping"),
        ([z], {"given": 3}, "given is a sequence"),
        ([z], {"axes": i}, r"axes=\(i,\)"),
    ]
    for args, options, message in wrong:
        with pytest.raises(InputError, match=message):
            sd.lambdify(args, z[i], **options)
    f = sd.lambdify([z], exp(z[i]))
    with pytest.raises(InputError, match=r"write 1.0, 2.0, ... or np.asarray\(z, float\)"):
        f([1, 2, 3])
    with pytest.raises(InputError, match="convert with"):
        f(np.array([1, 2, 3]))


@pytest.mark.parametrize("height", [0.0, 20.0, 40.0, 1e4])
def test_products_over_a_complement_keep_their_digits(height: float) -> None:
    p = IndexedBase("p")
    where = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
    logits = np.array([height, 0.0, 1.0])
    e = np.exp(logits - height)
    first, others = e[0] / e.sum(), np.exp(logits[1:]) / np.exp(logits[1:]).sum()
    loss = sd.value_and_grad(sd.Problem("complement", value=-log(1 - p[1]), where=where, wrt=z[i]))
    for point in (logits, np.stack([logits, logits])):
        gradient = loss(point)[1].reshape(-1, 3)[-1]
        assert gradient == pytest.approx(first * np.array([1.0, *-others]), rel=1e-14)
    jacobian = sd.derive(log(1 - p[k]), z[i], where=where).lambdify()(logits)
    assert jacobian[0] == pytest.approx(-gradient, rel=1e-14)
    if height < 100:
        odds = sd.value_and_grad(sd.Problem("odds", value=p[1] / (1 - p[1]), where=where, wrt=z[i]))
        wanted = np.exp(height) / (1 + np.e)
        assert odds(logits)[0] == pytest.approx(wanted, rel=1e-14)
        assert odds(logits)[1] == pytest.approx(wanted * np.array([1.0, *-others]), rel=1e-14)


def test_complements_inside_a_sum_stay_literal_where_that_is_exact() -> None:
    p, y = IndexedBase("p"), IndexedBase("y")
    where = {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, K))}
    loss = sd.Problem("sum", value=-Sum(y[k] * log(1 - p[k]), (k, 1, K)), where=where, wrt=z[i])
    gradient = sd.value_and_grad(loss)(np.array([20.0, 0.0]), np.array([1.0, 0.0]))[1]
    assert gradient[0] == pytest.approx(1 / (1 + np.exp(-20.0)), rel=1e-6)


def test_factors_beside_a_fraction_of_exponentials_do_not_overflow() -> None:
    T = symbols("T")
    z, mu, s = map(IndexedBase, ("z", "mu", "s"))
    (i, k), K = symbols("i k"), symbols("K")
    logits = np.array([1e3, 0.0, -1e3])
    for value, point in ((log(Sum(exp(z[k] * T), (k, 1, K))), 1.0), (log(Sum(exp(z[k] * exp(T)), (k, 1, K))), 0.0)):
        f = sd.value_and_grad(sd.Problem("scale", value, T))
        assert f(T=point, z=logits) == (1000.0, 1000.0)
    mixture = -log(Sum(exp(-((T - mu[k]) ** 2) * exp(-2 * s[k]) / 2 - s[k]), (k, 1, K)))
    _, gradient = sd.value_and_grad(sd.Problem("mixture", mixture, mu[i]))(
        mu=np.array([0.0, 1.0]), s=np.zeros(2), T=60.0
    )
    np.testing.assert_allclose(gradient, [-60 * np.exp(-59.5), -59.0], rtol=1e-12)


HIGHER = [pytest.param(c, id=c.name) for c in CASES if len(c.make().wrt) > 1]


@pytest.mark.parametrize("case", HIGHER)
def test_a_higher_derivative_is_checked_against_the_one_below_it(case: Case) -> None:
    d = sd.derive(case.make())
    assert sd.gradcheck(d).passed
    right = d.lambdify()
    assert sd.gradcheck(d, grad=lambda *given, **sizes: right(*given, **sizes)).passed
    assert not sd.gradcheck(d, grad=lambda *given, **sizes: right(*given, **sizes) * 1.001 + 1e-4).passed


def test_a_diagonal_of_a_hessian_and_literal_entries_are_checked() -> None:
    total = log(Sum(exp(z[k]), (k, 1, K)))
    for wrt in ([z[i], z[i]], [z[1], z[2], z[i]], [z[1], z[1]]):
        assert sd.gradcheck(sd.Problem("log-sum-exp", value=total, wrt=wrt)).passed


def test_a_hessian_with_its_axes_exchanged_is_found() -> None:
    x, m = IndexedBase("x"), symbols("m")
    value = Sum(exp(z[k] * x[m]), (k, 1, K), (m, 1, K))
    d = sd.derive(sd.Problem("mixed", value=value, wrt=[z[i], x[j]]))
    right = d.lambdify()
    assert sd.gradcheck(d, grad=right).passed
    assert not sd.gradcheck(d, grad=lambda *given: np.swapaxes(right(*given), -1, -2)).passed
