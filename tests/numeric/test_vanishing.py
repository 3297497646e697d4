"""x beside exp(x) - 1, near 0 and far from it: value and gradient against mpmath, in every backend."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from sympy import Expr, IndexedBase, Sum, diff, exp, lambdify, log, symbols

import symderiv as sd

a, b, K = symbols("a b K")
k, j = symbols("k j")
x = exp(a)
# where x is an exponential, and where it is any number
LOW = (-700.0, -90.0, -38.0, -30.0, -10.0, -1.0, 0.0, 2.0, 4.0)
ANY = (-1e4, -30.0, -3.0, -0.5, -1e-3, -1e-9, 1e-12, 1e-5, 0.1, 1.0, 3.0, 30.0, 1e4)
AT_EXP = [
    x / (exp(x) - 1),
    x / (1 - exp(-x)),
    x * exp(x) / (exp(x) - 1),
    x**2 * exp(x) / (exp(x) - 1) ** 2,
    x**3 * exp(x) / (exp(x) - 1) ** 3,
    log(x / (exp(x) - 1)),
    log(exp(x) - 1) - a,
    exp(x) - 1 - x,
]
AT_ANY = [
    a / (exp(a) - 1),
    a**2 / (exp(a) - 1) ** 2,
    log((exp(a) - 1) / a),
    1 / a - 1 / (exp(a) - 1),
    exp(a) - 1 - a,
    3 * a / (exp(3 * a) - 1),
    (a + 2) / (exp(a + 2) - 1),
]
NEAR = tuple(s * v for v in (1e-300, 1e-20, 1e-8, 1e-5, 1e-2, 1.0, 5.0, 30.0, 300.0) for s in (1, -1))
AT_PRODUCTS = [
    a**2 * exp(a) / (exp(a) - 1) ** 2,
    a**2 / ((exp(a) - 1) * (1 - exp(-a))),
    (a / (exp(a) - 1)) ** 2 * exp(a),
    a**3 * exp(a) / (exp(a) - 1) ** 3,
    a**3 * exp(2 * a) / (exp(a) - 1) ** 3,
    4 * a**4 * exp(2 * a) / (exp(a) - 1) ** 4,
    a * (exp(a) + 1) / (exp(a) - 1),
    a * (1 + exp(-a)) / (1 - exp(-a)),
    a**2 * (exp(a) + 1) ** 2 / (exp(a) - 1) ** 2,
    a**3 * (exp(a) + 2) / (exp(a) - 1) ** 3,
    a**5 / (exp(a) - 1) ** 5,
    9 * a**2 * exp(3 * a) / (exp(3 * a) - 1) ** 2,
]
CASES = [*((t, LOW) for t in AT_EXP), *((t, ANY) for t in AT_ANY), *((t, NEAR) for t in AT_PRODUCTS)]


def exact(t: Expr, points: np.ndarray) -> list[np.ndarray]:
    with mpmath.workdps(1000):
        of = lambdify(a, [t, diff(t, a)], "mpmath")
        return [np.array(v, float) for v in zip(*(of(mpmath.mpf(float(p))) for p in points), strict=True)]


def in_range(wanted: np.ndarray, dtype: type) -> np.ndarray:
    return np.where(np.abs(wanted) > np.finfo(dtype).max, np.inf * np.sign(wanted), wanted)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("t", "at"), CASES, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_digits_are_lost(t: Expr, at: tuple[float, ...], dtype: type) -> None:
    f = sd.value_and_grad(sd.Problem(name="p", value=t, wrt=a))
    points = np.array([p for p in at if dtype(p) or not p], dtype)  # 1e-300 is 0 in single precision
    eps, tiny = float(np.finfo(dtype).eps), float(np.finfo(dtype).tiny)
    for found, wanted in zip(f(points), exact(t, points), strict=True):
        np.testing.assert_allclose(found, in_range(wanted, dtype), rtol=100 * eps, atol=10 * tiny)


@pytest.mark.parametrize("backend", ["numpy", "numba", "array-api"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("letters", [("a", "k"), ("theta", "i")], ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_loss_over_classes_in_every_backend(letters: tuple[str, str], dtype: type, backend: str) -> None:
    if backend != "numpy":
        pytest.importorskip({"numba": "numba", "array-api": "array_api_compat"}[backend])
    name, index = letters
    array, i = IndexedBase(name), symbols(index)
    t = (
        exp(array[i]) / (exp(exp(array[i])) - 1)
        + log(array[i] / (exp(array[i]) - 1))
        + array[i] ** 2 * exp(array[i]) / (exp(array[i]) - 1) ** 2
        + array[i] * (exp(array[i]) + 1) / (exp(array[i]) - 1)
        - 1 / array[i]
        + 1 / (exp(array[i]) - 1)
    )
    f = sd.value_and_grad(sd.Problem(name="p", value=Sum(t, (i, 1, K)), wrt=array[j]), backend=backend)
    points = np.array(LOW[1:-3], dtype)
    value, slope = exact(t.subs(array[i], a), points)
    found, gradient = f(points)
    rounding = 100 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(found, value.sum(), rtol=rounding)
    np.testing.assert_allclose(gradient, slope, rtol=rounding)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_x_itself_overflows() -> None:
    f = sd.value_and_grad(sd.Problem(name="p", value=x / (exp(x) - 1), wrt=a))
    assert f(a=np.float64(1e4)) == (0, 0)
    g = sd.value_and_grad(sd.Problem(name="p", value=log(x / (exp(x) - 1)), wrt=a))
    assert g(a=np.float64(1e4)) == (-np.inf, -np.inf)


def test_other_sums_stay_as_they_are() -> None:
    for t in (exp(a) - 1 - b, a * exp(a) - 1, a + b * exp(a)):
        assert "bernoulli" not in sd.lambdify([a, b], t).source


def test_powers_of_x_above_the_line_of_planck() -> None:
    t = x**3 / (exp(x) - 1)
    f = sd.value_and_grad(sd.Problem(name="p", value=t, wrt=a))
    points = np.array((-90.0, -38.0, -10.0, 0.0, 2.0, 4.0, 6.0))
    for found, wanted in zip(f(points), exact(t, points), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=100 * float(np.finfo(float).eps))


@pytest.mark.parametrize("at", [1e-9, -1e-3, 3.0, 800.0])
def test_differences_below_a_line(at: float) -> None:
    f = sd.lambdify([a], (exp(a) + exp(-a)) / (exp(a) - exp(-a)))
    assert f(np.float64(at)) == pytest.approx(float(mpmath.coth(at)), rel=1e-15)


@pytest.mark.parametrize("at", [-40.0, -1.0, 0.0, 30.0, 40.0, 360.0])
def test_the_complement_of_a_square_has_a_logarithm(at: float) -> None:
    s = 1 / (1 + exp(-a))
    with mpmath.workdps(400):
        of = lambdify(a, [log(1 - s**2), diff(log(1 - s**2), a)], "mpmath")
        value, slope = map(float, of(mpmath.mpf(at)))
    for t in (log(1 - s**2), log(1 - exp(2 * a) / (1 + exp(a)) ** 2)):
        found = sd.value_and_grad(sd.Problem(name="p", value=t, wrt=a))(a=np.float64(at))
        np.testing.assert_allclose(found, (value, slope), rtol=1e-14, atol=1e-15)


def test_other_libraries_differentiate_the_value_near_0() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("array_api_compat")
    f = sd.value_and_grad(sd.Problem(name="p", value=x / (exp(x) - 1), wrt=a), backend="array-api")
    at = torch.linspace(-30.0, 2.0, 50, dtype=torch.float64, requires_grad=True)
    value, slope = f(at)
    (by_torch,) = torch.autograd.grad(value.sum(), at)
    np.testing.assert_allclose(by_torch.detach(), slope.detach(), rtol=1e-13)
