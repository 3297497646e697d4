"""What is computed, written by hand in letters that no other part of the house uses, and our ways to compute it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Eq, IndexedBase, Sum, exp, log, symbols

import symderiv as sd
from benchmarks.contest import Way

Array = NDArray[Any]
Draw = Callable[[np.random.Generator, tuple[int, ...]], tuple[Array, ...]]


@dataclass(frozen=True)
class Question:
    """A problem, the names of the arguments as the rivals take them, and random ones of some shape."""

    state: Callable[[str], Mapping[str, Any]]
    names: tuple[str, ...]
    draw: Draw
    jacobian: bool = False

    def arrays(self, shape: tuple[int, ...], dtype: str) -> tuple[Array, ...]:
        """Arguments in a precision; those of the variable first."""
        return tuple(a.astype(dtype) for a in self.draw(np.random.default_rng(0), shape))

    def function(self, **backend: str) -> Any:
        """The function that symderiv generates."""
        problem = sd.Problem(**self.state(""))
        return sd.derive(problem).lambdify(**backend) if self.jacobian else sd.value_and_grad(problem, **backend)


def _letters(tag: str, names: str) -> Any:
    return symbols([name + tag for name in names.split()])


def _arrays(tag: str, names: str) -> Any:
    return [IndexedBase(name + tag) for name in names.split()]


def _cross_entropy(tag: str = "", size: int | None = None) -> dict[str, Any]:
    u, t, s = _arrays(tag, "u t s")
    a, b, c, M = _letters(tag, "a b c M")
    M = size or M
    return {
        "name": "cross_entropy",
        "where": {s[a]: exp(u[a]) / Sum(exp(u[b]), (b, 1, M))},
        "value": -Sum(t[a] * log(s[a]), (a, 1, M)),
        "wrt": u[c],
        "given": [Eq(Sum(t[a], (a, 1, M)), 1, evaluate=False)],
    }


def _mean(tag: str = "") -> dict[str, Any]:
    u, t, s = _arrays(tag, "u t s")
    a, b, c, r, q, M, R = _letters(tag, "a b c r q M R")
    return {
        "name": "mean_cross_entropy",
        "where": {s[r, a]: exp(u[r, a]) / Sum(exp(u[r, b]), (b, 1, M))},
        "value": -Sum(Sum(t[r, a] * log(s[r, a]), (a, 1, M)), (r, 1, R)) / R,
        "wrt": u[q, c],
        "given": [Eq(Sum(t[r, a], (a, 1, M)), 1)],
    }


def _jacobian(tag: str = "") -> dict[str, Any]:
    (u,) = _arrays(tag, "u")
    a, b, c, M = _letters(tag, "a b c M")
    return {"name": "jacobian", "value": exp(u[a]) / Sum(exp(u[b]), (b, 1, M)), "wrt": u[c]}


def _linear(tag: str = "") -> dict[str, Any]:
    v, f, h, t, u, s = _arrays(tag, "v f h t u s")
    a, b, c, e, d, r, M, R, D = _letters(tag, "a b c e d r M R D")
    return {
        "name": "linear",
        "where": {
            u[r, a]: Sum(f[r, d] * v[d, a], (d, 1, D)) + h[a],
            s[r, a]: exp(u[r, a]) / Sum(exp(u[r, b]), (b, 1, M)),
        },
        "value": -Sum(Sum(t[r, a] * log(s[r, a]), (a, 1, M)), (r, 1, R)) / R,
        "wrt": v[e, c],
        "given": [Eq(Sum(t[r, a], (a, 1, M)), 1)],
    }


def _binary(tag: str = "") -> dict[str, Any]:
    u, t, s = _arrays(tag, "u t s")
    a, c, M = _letters(tag, "a c M")
    return {
        "name": "binary",
        "where": {s[a]: 1 / (1 + exp(-u[a]))},
        "value": -Sum(t[a] * log(s[a]) + (1 - t[a]) * log(1 - s[a]), (a, 1, M)),
        "wrt": u[c],
    }


def _entropy(tag: str = "") -> dict[str, Any]:
    u, s = _arrays(tag, "u s")
    a, b, c, M = _letters(tag, "a b c M")
    where = {s[a]: exp(u[a]) / Sum(exp(u[b]), (b, 1, M))}
    return {"name": "entropy", "where": where, "value": -Sum(s[a] * log(s[a]), (a, 1, M)), "wrt": u[c]}


def _logits(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return 3 * rng.standard_normal(shape)


def _labels(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    found = rng.random(shape)
    return found / found.sum(-1, keepdims=True)


def _both(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Array, ...]:
    return _logits(rng, shape), _labels(rng, shape)


def _layer(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Array, ...]:
    items, inputs, classes = shape
    weights, bias = rng.standard_normal((inputs, classes)) / inputs**0.5, rng.standard_normal(classes)
    return weights, rng.standard_normal((items, inputs)), bias, _labels(rng, (items, classes))


QUESTIONS: Mapping[str, Question] = {
    "cross-entropy": Question(_cross_entropy, ("u", "t"), _both),
    "mean cross-entropy": Question(_mean, ("u", "t"), _both),
    "softmax Jacobian": Question(_jacobian, ("u",), lambda rng, shape: (_logits(rng, shape),), True),
    "linear layer, dW": Question(_linear, ("v", "f", "h", "t"), _layer),
    "binary cross-entropy": Question(_binary, ("u", "t"), lambda rng, s: (_logits(rng, s), rng.random(s))),
    "entropy": Question(_entropy, ("u",), lambda rng, shape: (_logits(rng, shape),)),
}
BACKENDS: Mapping[str, Mapping[str, str]] = {"symderiv": {}, "symderiv, numba": {"backend": "numba"}}


def flagship(tag: str = "", size: int | None = None) -> sd.Problem:
    """Cross-entropy with a tag at the end of every name, for any number of classes or for one that is given."""
    return sd.Problem(**_cross_entropy(tag, size))


def functions(question: str) -> dict[str, Any]:
    """Ours by their names: those that this version has and what is installed allows."""
    found = {}
    for name, backend in BACKENDS.items():
        try:
            found[name] = QUESTIONS[question].function(**backend)
        except (TypeError, sd.SymderivError, ImportError):
            if not backend:
                raise
    return found


def generic() -> tuple[Any, Any] | None:
    """The flagship for arrays of any library, and its body for NumPy alone; None where there is no such backend."""
    try:
        f = QUESTIONS["cross-entropy"].function(backend="array-api")
    except (TypeError, sd.SymderivError):
        return None
    space: dict[str, Any] = {"np": np}
    exec(re.sub(r"xp = namespace\(\w+\)", "xp = np", f.source), space)
    return f, space[f.name]


def ways(question: str, made: Mapping[str, Any], arrays: tuple[Array, ...]) -> Iterator[tuple[str, Way]]:
    """Our ways to an answer: with new arrays for the results, and with arrays to write them into."""
    for name, f in made.items():
        given = dict(zip(QUESTIONS[question].names, arrays, strict=True))
        ordered = [given[n] for n in f.args]
        yield name, Way(partial(f, *ordered))
        found = f(*ordered)
        g = np.empty_like(found if QUESTIONS[question].jacobian else found[1])
        try:
            f(*ordered, out=g)
        except (TypeError, sd.SymderivError):
            continue
        yield f"{name}, out=", Way(partial(f, *ordered, out=g))
