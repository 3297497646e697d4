"""Sums taken apart where that saves axes: the arrays made, and the numbers, of losses without anything in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symderiv as sd
from symderiv.numeric.graphs.contract import loosened
from symderiv.numeric.graphs.sums import multiplied_out
from symderiv.numeric.graphs.work import computed
from symderiv.numeric.lowered import Lowered
from symderiv.terms import Entry, Symbol, Times, minus, quo, times

Array = np.ndarray[Any, Any]
rng = np.random.default_rng(0)


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def earth_movers(z: Array, C: Array, y: Array) -> Array:
    p = softmax(z)
    g = (p - y) @ C.T @ C
    return 2 * p * (g - (p * g).sum(axis=-1, keepdims=True)) / len(z)


def ranking(z: Array, A: Array, S: Array) -> Array:
    p = softmax(z)
    s = S @ p.T
    e = A * np.exp(s - np.diag(s)[:, None])
    g = e.T @ S - e.sum(axis=1)[:, None] * S
    return p * (g - (p * g).sum(axis=-1, keepdims=True))


def attention(Q: Array, V: Array, W: Array, y: Array) -> Array:
    a = softmax(Q @ W.T)
    g = (a @ V - y) @ V.T
    return a * (g - (a * g).sum(axis=-1, keepdims=True)) @ W


def two_layers(W: Array, y: Array, U: Array, x: Array) -> Array:
    h = np.tanh(x @ W.T)
    g = y.sum(axis=-1, keepdims=True) * softmax(h @ U.T) - y
    return (g @ U * (1 - h**2)).T @ x


def kernel(x: Array, P: Array) -> Array:
    t = x[:, None] - x
    q = 1 / (1 + (t**2).sum(axis=-1))
    return -2 * (((P + P.T) * q**2)[..., None] * t).sum(axis=1)


def neighbours(x: Array, P: Array) -> Array:
    s = x @ x.T
    np.fill_diagonal(s, -np.inf)
    p = P.sum(axis=1)[:, None] * softmax(s)
    return (p + p.T) @ x - (P + P.T) @ x


def mixture(z: Array, y: Array, a: Array | None = None) -> Array:
    p, c = softmax(z), np.ones(len(z)) if a is None else softmax(a)
    g = -y / (c @ p) * c[:, None]
    return p * (g - (p * g).sum(axis=-1, keepdims=True))


def topics(v: Array, x: Array, u: Array) -> Array:
    t, b = softmax(u), softmax(v)
    g = -t.T @ (x / (t @ b))
    return b * (g - (b * g).sum(axis=-1, keepdims=True))


LOSSES: dict[str, tuple[str, str, str | tuple[str, ...], Callable[..., Array], tuple[Array, ...], int]] = {
    "earth mover's distance": (
        "sum(sum(sum(C[k,j]*(p[n,j] - y[n,j]), j=1..K)**2, k=1..M), n=1..N)/N",
        "z[m,i]",
        "p[n,k] = softmax(z[n,k], k=1..K)",
        earth_movers,
        (rng.normal(size=(5, 4)), rng.normal(size=(3, 4)), rng.random((5, 4))),
        2,
    ),
    "earth mover's distance, other letters": (
        "sum(sum(sum(n[j,k]*(q[z,k] - i[z,k]), k=1..L)**2, j=1..K), z=1..R)/R",
        "m[l,j]",
        "q[z,k] = softmax(m[z,k], k=1..L)",
        earth_movers,
        (rng.normal(size=(5, 4)), rng.normal(size=(3, 4)), rng.random((5, 4))),
        2,
    ),
    "ranking of pairs": (
        "sum(sum(A[n,m]*exp(sum(S[n,k]*p[m,k], k=1..K) - sum(S[n,k]*p[n,k], k=1..K)), m=1..N), n=1..N)",
        "z[r,i]",
        "p[n,k] = softmax(z[n,k], k=1..K)",
        ranking,
        (rng.normal(size=(5, 4)), rng.random((5, 5)), rng.random((5, 4))),
        2,
    ),
    "attention": (
        "sum(sum((sum(a[n,k]*V[k,d], k=1..M) - y[n,d])**2, d=1..D), n=1..N)/2",
        "Q[m,e]",
        "a[n,k] = softmax(sum(Q[n,e]*W[k,e], e=1..E), k=1..M)",
        attention,
        (rng.normal(size=(5, 3)), rng.normal(size=(4, 2)), rng.normal(size=(4, 3)), rng.normal(size=(5, 2))),
        2,
    ),
    "attention, other letters": (
        "sum(sum((sum(q[d,e]*V[e,k], e=1..M) - y[d,k])**2, k=1..D), d=1..N)/2",
        "a[e,k]",
        "q[n,k] = softmax(sum(a[n,d]*W[k,d], d=1..E), k=1..M)",
        attention,
        (rng.normal(size=(5, 3)), rng.normal(size=(4, 2)), rng.normal(size=(4, 3)), rng.normal(size=(5, 2))),
        2,
    ),
    "two layers": (
        "-sum(sum(y[n,k]*log(p[n,k]), k=1..K), n=1..N)",
        "W[a,b]",
        ("h[n,j] = tanh(sum(W[j,d]*x[n,d], d=1..D))", "p[n,k] = softmax(sum(U[k,j]*h[n,j], j=1..J), k=1..K)"),
        two_layers,
        (rng.normal(size=(3, 2)), rng.random((5, 4)), rng.normal(size=(4, 3)), rng.normal(size=(5, 2))),
        2,
    ),
    "mixture": (
        "-sum(y[k]*log(sum(p[m,k], m=1..M)), k=1..K)",
        "z[r,i]",
        "p[m,k] = softmax(z[m,k], k=1..K)",
        mixture,
        (rng.normal(size=(3, 4)), rng.random(4)),
        2,
    ),
    "mixture, weighted": (
        "-sum(y[k]*log(sum(g[m]*p[m,k], m=1..M)), k=1..K)",
        "z[r,i]",
        ("g[m] = softmax(a[m], m=1..M)", "p[m,k] = softmax(z[m,k], k=1..K)"),
        mixture,
        (rng.normal(size=(3, 4)), rng.random(4), rng.normal(size=3)),
        2,
    ),
    # the logarithms of all topics of a document, for each of its words, are an array over three axes
    "topics": (
        "-sum(sum(x[n,k]*log(sum(t[n,m]*b[m,k], m=1..M)), k=1..K), n=1..N)",
        "v[r,i]",
        ("t[n,m] = softmax(u[n,m], m=1..M)", "b[m,k] = softmax(v[m,k], k=1..K)"),
        topics,
        (rng.normal(size=(3, 4)), rng.random((5, 4)), rng.normal(size=(5, 3))),
        3,
    ),
    # the differences themselves lose no digits: these stay
    "a kernel of distances": (
        "sum(sum(P[m,n]/(1 + sum((x[m,d] - x[n,d])**2, d=1..D)), m=1..N), n=1..N)",
        "x[r,e]",
        "",
        kernel,
        (1000 + rng.normal(size=(5, 2)), rng.random((5, 5))),
        3,
    ),
    "each with all others": (
        "sum(sum(P[n,m]*(log(sum(exp(sum(x[n,d]*x[k,d], d=1..D)), k=1..N, k!=n)) - sum(x[n,d]*x[m,d], d=1..D)), "
        "m=1..N), n=1..N)",
        "x[r,e]",
        "",
        neighbours,
        (rng.normal(size=(5, 2)), rng.random((5, 5))),
        2,
    ),
}


def problem(name: str) -> sd.Problem:
    value, wrt, where, *_ = LOSSES[name]
    return sd.Problem.from_text(value, wrt=wrt, where=where or ())


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_agree_with_those_by_hand(name: str) -> None:
    *_, by_hand, values, _ = LOSSES[name]
    for backend in ("numpy", "array-api"):
        f = sd.value_and_grad(problem(name), backend=backend)
        wanted = by_hand(*values)
        np.testing.assert_allclose(f(*values)[1], wanted, rtol=1e-12, atol=1e-13 * np.abs(wanted).max())
        both = f(np.stack([values[0]] * 2), *values[1:])[1]
        np.testing.assert_allclose(both, [wanted] * 2, rtol=1e-12, atol=1e-13 * np.abs(wanted).max())


@pytest.mark.parametrize("name", LOSSES)
def test_no_array_has_more_axes_than_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ranks: list[int] = []
    seen = Lowered.__init__

    def spy(self: Lowered, *given: Any) -> None:
        seen(self, *given)
        ranks.extend(node.rank for node in computed(self.values))

    monkeypatch.setattr(Lowered, "__init__", spy)
    sd.value_and_grad(problem(name))
    assert max(ranks) == LOSSES[name][-1]


def test_a_difference_of_entries_stays_whole() -> None:
    i, j, k = map(Symbol, "ijk")
    v, a, b = Entry("v", (k,)), Entry("x", (i, k)), Entry("x", (j, k))
    assert [*multiplied_out(times(v, minus(a, b)), "k")] == []
    assert len([*multiplied_out(times(v, minus(times(a, a), b)), "k")]) == 1


def test_one_matrix_for_all_items_is_one_product() -> None:
    f = sd.value_and_grad(
        sd.Problem.from_text("sum(sum(C[k,j]*exp(z[j]), j=1..K)**2, k=1..M)", wrt="z[i]"),
    )
    z, C = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 5, 4))
    assert "matvec(" in f.source
    for matrix in (C[0, 0], C):
        each = np.broadcast_to(matrix, C.shape)
        wanted = [[f(z[n, m], each[n, m])[1] for m in range(3)] for n in range(2)]
        np.testing.assert_allclose(f(z, matrix)[1], wanted, rtol=1e-13)


def test_a_factor_that_stands_twice_counts_twice() -> None:
    i, j = Symbol("i"), Symbol("j")
    pair = quo(times(Entry("a", (i,)), Entry("b", (j,))), Symbol("T"))
    assert loosened(Times((pair, pair)), "j") == quo(times(pair, Entry("a", (i,)), Entry("b", (j,))), Symbol("T"))
