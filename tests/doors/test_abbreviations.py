"""Abbreviations and one-hot facts: what they expand to, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, Function, IndexedBase, KroneckerDelta, Sum, exp, log, symbols

import symderiv as sd
from symderiv.errors import InputError, SymderivError

K, C, N, D, T, x = symbols("K C N D T x")
i, j, k, n, d, c = symbols("i j k n d c")
z, y, t, W, v = map(IndexedBase, ("z", "y", "t", "W", "v"))
rows = IndexedBase("z", shape=(N, C))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: sd.softmax(z, k), exp(z[k]) / Sum(exp(z[j]), (j, 1, K))),
        (lambda: sd.softmax(z, j), exp(z[j]) / Sum(exp(z[k]), (k, 1, K))),
        (lambda: sd.softmax(z, 2, size=C), exp(z[2]) / Sum(exp(z[j]), (j, 1, C))),
        (lambda: sd.softmax(z, t[n]), exp(z[t[n]]) / Sum(exp(z[j]), (j, 1, K))),
        (lambda: sd.softmax(rows[n, k], k), exp(z[n, k]) / Sum(exp(z[n, j]), (j, 1, C))),
        (lambda: sd.softmax(z[k] / T, k), exp(z[k] / T) / Sum(exp(z[j] / T), (j, 1, K))),
        (lambda: sd.softmax(IndexedBase("z", shape=(3,)), k), exp(z[k]) / Sum(exp(z[j]), (j, 1, 3))),
        (lambda: sd.logsumexp(z, k), log(Sum(exp(z[j]), (j, 1, K)))),
        (lambda: sd.logsumexp(-rows[n, k], k), log(Sum(exp(-z[n, j]), (j, 1, C)))),
        (lambda: sd.sigmoid(z[k]), 1 / (1 + exp(-z[k]))),
        (lambda: sd.sigmoid(0), 1 / (1 + exp(x * 0))),
        (lambda: sd.one_hot(y, c), Eq(y[k], KroneckerDelta(k, c))),
        (lambda: sd.one_hot(y, k), Eq(y[j], KroneckerDelta(j, k))),
        (lambda: sd.one_hot(y, 3), Eq(y[k], KroneckerDelta(k, 3))),
        (lambda: sd.one_hot(y[n, k], t[n]), Eq(y[n, k], KroneckerDelta(k, t[n]))),
        (lambda: sd.one_hot(y[k, n], t[n]), Eq(y[k, n], KroneckerDelta(k, t[n]))),
        (lambda: sd.one_hot(y[n, k], c), Eq(y[n, k], KroneckerDelta(k, c))),
    ],
)
def test_they_expand_to_plain_sympy(found: Any, expected: Any) -> None:
    assert str(found()) == str(expected)


def test_the_size_is_read_off_a_sum_over_the_same_axis() -> None:
    centred = z[k] - Sum(z[i], (i, 1, C)) / C
    (total,) = sd.softmax(centred, k).atoms(Sum) - {Sum(z[i], (i, 1, C))}
    assert total.limits[0][1:] == (1, C)


def test_the_bound_letter_is_apart_from_every_letter_of_the_expression() -> None:
    logits = Sum(W[k, j] * v[j], (j, 1, D)) + v[i] * z[k]
    found = sd.logsumexp(logits, k)
    (outer,) = (s for s in found.atoms(Sum) if s.has(exp))
    assert outer.variables[0] not in (i, j, k)
    assert found.free_symbols & {i, k, j} == {i}


def test_a_letter_bound_inside_is_not_the_letter_of_the_class() -> None:
    shifted = z[k] + Sum(v[k], (k, 1, D))
    value = sd.instantiate(sd.softmax(shifted, k, size=C), {C: 2, D: 2, k: 1})
    both = sd.instantiate(
        exp(z[k] + Sum(v[j], (j, 1, D))) / Sum(exp(z[i] + Sum(v[j], (j, 1, D))), (i, 1, C)), {C: 2, D: 2, k: 1}
    )
    assert value == both


def test_the_callers_own_symbols_come_back_whatever_is_assumed_of_them() -> None:
    kk, ii, size = symbols("k i K", integer=True, positive=True)
    derivation = sd.derive(-Sum(y[kk] * log(sd.softmax(z, kk)), (kk, 1, size)), z[ii])
    assert derivation.result.free_symbols >= {ii}
    assert size in derivation.result.atoms(type(size))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sd.softmax(rows, k), "has 2 axes"),
        (lambda: sd.softmax(z[n, k], j), "the expression mentions it"),
        (lambda: sd.softmax(z[n, k], 1), "the expression mentions it"),
        (lambda: sd.softmax(z, 0), "indices start at 1"),
        (lambda: sd.softmax("z", k), "cannot read"),
        (lambda: sd.softmax(z, "k"), "an index is a symbol"),
        (lambda: sd.softmax(z[k] * K, k), "pass size"),
        (lambda: sd.softmax(rows[n, k], k, size=N), "C"),
        (lambda: sd.softmax(z, k, size=0), "a size is a symbol"),
        (lambda: sd.softmax(k * z[k], k), "used as a number"),
        (lambda: sd.sigmoid(z), "an array alone has no value"),
        (lambda: sd.sigmoid("x"), "cannot read"),
        (lambda: sd.sigmoid(True), "truth value"),
        (lambda: sd.one_hot(rows, c), "has 2 axes"),
        (lambda: sd.one_hot(x, c), "an array y, or an entry"),
        (lambda: sd.one_hot(y[n], t[n]), "an index of its own"),
        (lambda: sd.one_hot(y[2], c), "an index of its own"),
        (lambda: sd.one_hot(y, 0), "indices start at 1"),
        (lambda: sd.one_hot(y, t), "entry that holds a class number"),
        (lambda: sd.one_hot(y, c + 1), "shifted and computed"),
        (lambda: sd.one_hot(y, Function("f")(c)), "an index is a symbol"),
    ],
)
def test_what_they_refuse(call: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_a_default_size_that_contradicts_the_problem_is_refused_there() -> None:
    with pytest.raises(SymderivError, match="size"):
        sd.derive(-Sum(y[k] * log(sd.softmax(z, k)), (k, 1, C)), z[i])
