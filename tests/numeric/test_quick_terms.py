"""Random terms: in place and in blocks of rows as by the plain form, in the first call and in the next.

A failure prints the seed and the terms; the seed alone rebuilds both.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric.test_random_terms import SHAPES, Maker

from symderiv.binders import free_names
from symderiv.errors import InputError
from symderiv.numeric.compile import compile_function
from symderiv.numeric.function import NumericFunction, Output
from symderiv.printing.plain import plain
from symderiv.statement import state
from symderiv.terms import Entry, Symbol, Term, subterms

T = Symbol("T")


def made(random: Random) -> tuple[list[Term], NumericFunction]:
    """One or two random terms with at most one free index, and their function."""
    free: dict[str, str] = random.choice(({}, {}, {"i": "K"}, {"n": "N"}))
    terms = [Maker(random).term(random.choice((2, 3)), dict(free)) for _ in range(random.choice((1, 2)))]
    declared = {name: tuple(map(Symbol, shape)) for name, shape in SHAPES.items()}
    leaves = [u for t in terms for u in subterms(t)]
    names = sorted({u.array for u in leaves if isinstance(u, Entry)} | ({"T"} if T in leaves else set()))
    outputs = tuple(
        Output(f"o{n}", t, tuple(Symbol(i) for i in free if i in free_names(t))) for n, t in enumerate(terms)
    )
    return terms, compile_function("random", state("random", terms[0], (), (), (), declared), outputs, tuple(names))


def arguments(names: tuple[str, ...], rng: np.random.Generator) -> tuple[list[Any], dict[str, int]]:
    """Arrays of random sizes, most of them with a batch of a random shape."""
    sizes = {"K": int(rng.choice((1, 2, 5, 20))), "N": int(rng.choice((1, 3)))}
    batch = ((), (1,), (4,), (2, 3))[rng.integers(4)]
    dtype, scale = (np.float64, np.float32)[rng.integers(2)], rng.choice((0.3, 1.0, 5.0))
    shapes = [tuple(sizes[s] for s in SHAPES.get(name, ())) for name in names]
    fronts = [batch if rng.random() < 0.8 else () for _ in names]
    pairs = zip(fronts, shapes, strict=True)
    return [(rng.normal(size=(*front, *shape)) * scale).astype(dtype) for front, shape in pairs], sizes


def check(seed: int) -> bool:
    """Whether the seed's terms have a quick form; asserts that it gives what the plain one gives."""
    terms, f = made(Random(seed))
    other, rng = replace(f, quick=(), kinds={}), np.random.default_rng(seed)
    what = f"seed {seed}: {', '.join(map(plain, terms))}"
    for _ in range(4 if f.quick else 0):
        args, sizes = arguments(f.args, rng)
        named = {name: sizes[name] for name in f.sizes}
        try:
            wanted = other(*args, **named)
        except InputError:  # a part made of sizes alone has no value
            continue
        for _ in range(2):
            found = f(*args, **named)
            for x, want in zip(found, wanted, strict=True) if len(terms) > 1 else [(found, wanted)]:
                assert (np.shape(x), x.dtype) == (np.shape(want), want.dtype), what
                size = float(np.max(np.abs(want), where=np.isfinite(want), initial=1.0))
                atol = 1000 * float(np.finfo(want.dtype).eps) * size
                np.testing.assert_allclose(x, want, rtol=0, atol=atol, err_msg=what)
    return bool(f.quick)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_random_terms(seed: int) -> None:
    check(seed)


@pytest.mark.parametrize(
    "seed",
    [
        432,
        1774,
        4456,
        4510,
        4588,
        4616,
        4738,
        4776,
        4816,
        4819,
        4879,
        5064,
        6229,
        6849,
        9363,
        9647,
        10445,
        15024,
        15685,
    ],
)
@pytest.mark.filterwarnings("error")
def test_terms_that_went_wrong_once(seed: int) -> None:
    check(seed)


def test_some_random_terms_have_a_quick_form() -> None:
    """The property above is about something."""
    assert sum(map(check, range(300))) > 20
