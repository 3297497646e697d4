"""An exponential is taken apart where both exponents are at most 0, and nowhere else: mixtures at any logits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import symderiv as sd
from symderiv.numeric.rewrites.apart import comes_apart
from symderiv.numeric.rewrites.marks import MAX, OF, hold, shifted
from symderiv.terms import Big, Entry, Exp, Function, Log, Symbol, Term, minus, number, plus, times

Array = np.ndarray[Any, Any]
i, j, k, m, r, K, M = map(Symbol, "ijkmrKM")


def z(*at: Symbol) -> Term:
    return Entry("z", at)


def greatest(index: Symbol, size: Term, t: Term, *left_out: Term) -> Term:
    return Function(MAX, (Big(index, size, Function(OF, (t,)), left_out),))


def log_share(row: Symbol, at: Symbol, *left_out: Term) -> Term:
    by = greatest(j, K, z(row, j))
    return hold(minus(shifted(z(row, at), by), Log(Big(j, K, Exp(shifted(z(row, j), by)), left_out))))


OWN = shifted(log_share(r, k), greatest(m, M, log_share(m, k)))


@pytest.mark.parametrize("own", [OWN, log_share(r, k), times(number(2), log_share(r, k))])
def test_exponents_at_most_0_come_apart(own: Term) -> None:
    new = comes_apart(times(Entry("y", (k,)), Exp(plus(own, log_share(r, i)))))
    assert new is not None
    assert len(new.factors) == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "other",
    [
        z(r, k),
        minus(log_share(r, i), log_share(r, k)),
        # the greatest is that of others, or may not count this one
        shifted(log_share(r, i), greatest(m, M, log_share(m, k))),
        shifted(z(r, k), greatest(j, K, z(r, j), k)),
        log_share(r, k, k),
        times(number(-1), OWN),
    ],
)
def test_an_exponent_that_may_be_positive_stays(other: Term) -> None:
    assert comes_apart(Exp(plus(log_share(r, i), other))) is None


def mixture(logits: Array, y: Array, weights: Array | None, squares: bool) -> tuple[mpf, Array, mpf]:
    """Value, gradient, and what its greatest entry is the difference of, in many digits; shares times weights."""

    def shares(a: Array) -> Array:
        e = np.vectorize(lambda u: mp.exp(mpf(float(u))), otypes=[object])(a)
        return e / e.sum(axis=-1, keepdims=True)

    p, y = shares(logits), np.array([mpf(float(u)) for u in y])
    c = np.full(len(p), mpf(1)) if weights is None else shares(weights)
    s = c @ p
    logs = np.array([mp.log(u) for u in s])
    value, by = (-(y * logs).sum(), -y / s) if not squares else ((y * logs**2).sum(), 2 * y * logs / s)
    d = c[:, None] * by
    own, all_of_it = p * d, p * (p * d).sum(axis=-1, keepdims=True)
    return value, own - all_of_it, (abs(own) + abs(all_of_it)).max()


SHARES = "p[m,k] = softmax(z[m,k], k=1..K)"
LOSSES: dict[str, tuple[str, str, str | tuple[str, ...]]] = {
    "mixture": ("-sum(y[k]*log(sum(p[m,k], m=1..M)), k=1..K)", "z[r,i]", SHARES),
    "other letters": (
        "-sum(k[y]*log(sum(i[r,y], r=1..L)), y=1..R)",
        "p[m,j]",
        "i[z,y] = softmax(p[z,y], y=1..R)",
    ),
    "weighted by a softmax": (
        "-sum(y[k]*log(sum(g[m]*p[m,k], m=1..M)), k=1..K)",
        "z[r,i]",
        ("g[m] = softmax(a[m], m=1..M)", SHARES),
    ),
    "squares of logarithms": ("sum(y[k]*log(sum(p[m,k], m=1..M))**2, k=1..K)", "z[r,i]", SHARES),
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_mixtures_are_right_at_any_logits(name: str, dtype: type) -> None:
    value, wrt, where = LOSSES[name]
    f = sd.value_and_grad(sd.Problem.from_text(value, wrt=wrt, where=where))
    rng, eps = np.random.default_rng(3), np.finfo(dtype).eps
    with mp.workdps(60):
        for scale in (1, 30, 1000, 10000):
            logits = np.clip(rng.normal(size=(3, 5)) * scale, -1e4, 1e4).astype(dtype)
            y, a = rng.random(5).astype(dtype), rng.normal(size=3).astype(dtype)
            gated = name == "weighted by a softmax"
            found, gradient = f(logits, y, *([a] if gated else []))
            wanted, each, size = mixture(logits, y, a if gated else None, name.startswith("squares"))
            assert abs(mpf(float(found)) - wanted) <= 8 * eps * abs(wanted)
            assert all(abs(mpf(float(u)) - w) <= 16 * eps * size for u, w in zip(gradient.flat, each.flat, strict=True))


def test_a_class_that_no_one_may_take_changes_nothing_else() -> None:
    value, wrt, where = LOSSES["mixture"]
    f = sd.value_and_grad(sd.Problem.from_text(value, wrt=wrt, where=where))
    rng = np.random.default_rng(4)
    logits, y = rng.normal(size=(3, 5)), rng.random(5)
    logits[0, 2] = -np.inf
    found, gradient = f(logits, y)
    assert np.isfinite(found)
    assert np.isfinite(gradient).all()
    assert gradient[0, 2] == 0
    np.testing.assert_allclose(f(np.stack([logits] * 2), y)[1], [gradient] * 2, rtol=1e-14, atol=1e-15)
