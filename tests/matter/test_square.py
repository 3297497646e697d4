"""Matrices of derivatives: entries at numbers, deltas carried out, and only what is proved."""

from __future__ import annotations

import numpy as np
import pytest
from matter.losses import K, N, brier, i, j, k, log_likelihood, p, ridge, springs, twin, x, y, z
from sympy import Eq, IndexedBase, Sum, exp, log

import symderiv as sd
from symderiv.matter.curvature import hessian
from symderiv.matter.jacobian import NO_ARRAY, NO_VECTOR, jacobians
from symderiv.printing.plain import plain
from symderiv.report.elements import Absent, Matrix
from symderiv.terms import ZERO


def jacobian_of(problem: sd.Problem) -> Matrix:
    found = jacobians(sd.derive(problem))
    assert not isinstance(found, Absent)
    (m,) = found
    return m


def kinds(m: Matrix) -> list[str]:
    return [q.kind for q in m.properties]


@pytest.mark.parametrize("name", ["softmax", "softmax-cross-entropy", "entropy", "softmax-cross-entropy-one-hot"])
def test_softmax_in_the_zoo(name: str) -> None:
    m = jacobian_of(sd.load(name))
    assert kinds(m) == ["entry", "symmetric", "rows", "columns", "trace", "form"]
    assert all(q.verdict.status == "proved" for q in m.properties)
    assert [[plain(t) for t in line] for line in m.entries] == [
        ["p[1]*(1 - p[1])", "-p[1]*p[2]", "-p[1]*p[K]"],
        ["-p[2]*p[1]", "p[2]*(1 - p[2])", "-p[2]*p[K]"],
        ["-p[K]*p[1]", "-p[K]*p[2]", "p[K]*(1 - p[K])"],
    ]
    assert m.dots == (True, True)
    trace = m.property("trace")
    assert trace is not None
    assert plain(trace.right).startswith("1 - sum(p[")
    assert m.definite is not None
    assert (m.definite.sign, m.definite.strict, m.definite.needs) == (1, False, ())
    assert m.row_sum is ZERO


def test_a_twin_whose_letters_clash() -> None:
    m = jacobian_of(twin())
    assert [plain(t) for t in m.entries[1]] == ["-v[2]*v[1]", "v[2]*(1 - v[2])", "-v[2]*v[N]"]
    assert m.vector not in ("v", "", "y", "c", "N", "n", "m", "k")
    assert m.definite is not None


def test_numbers_bear_the_matrix_out() -> None:
    """The matrix at a point: symmetric, flat along equal shifts, of rank K - 1, for K = 1 too."""
    f = sd.derive(sd.load("softmax")).lambdify()
    for size in (1, 2, 5):
        matrix = f(np.linspace(-1, 1.5, size))
        assert np.linalg.matrix_rank(matrix, tol=1e-9) == size - 1
        assert np.all(np.linalg.eigvalsh(matrix) > -1e-12)


def test_a_diagonal_matrix_has_the_signs_of_its_diagonal() -> None:
    m = jacobian_of(sd.load("sigmoid-binary-cross-entropy"))
    assert kinds(m) == ["entry", "symmetric", "form"]
    assert m.weight is ZERO
    assert m.row_sum is not None
    assert plain(m.row_sum) == "sigma[k]*(1 - sigma[k])"
    assert m.entries[0][1] is ZERO
    assert m.definite is not None
    assert (m.definite.sign, m.definite.strict) == (1, True)


def test_what_is_false_is_not_told() -> None:
    """The rows of the log-softmax Jacobian add up to 0, its columns do not, and it is not symmetric."""
    found = jacobians(sd.derive(sd.load("log-softmax")))
    assert not isinstance(found, Absent)
    own = found[-1]
    assert kinds(own) == ["entry", "rows", "trace"]
    assert own.definite is None
    assert own.weight is None


def test_a_size_that_is_a_number() -> None:
    three = sd.Problem(
        "three",
        -Sum(y[k] * log(p[k]), (k, 1, 3)),
        z[i],
        {p[k]: exp(z[k]) / Sum(exp(z[j]), (j, 1, 3))},
        [Eq(Sum(y[k], (k, 1, 3)), 1)],
    )
    m = jacobian_of(three)
    assert m.dots == (False, False)
    assert [plain(t) for t in m.rows] == ["1", "2", "3"]


def test_two_sizes_have_no_square_properties() -> None:
    a, h = IndexedBase("a"), IndexedBase("h")
    layer = sd.Problem("layer", Sum(h[k] ** 2, (k, 1, K)), x[j], {h[k]: exp(Sum(a[k, i] * x[i], (i, 1, N)))})
    m = jacobian_of(layer)
    assert kinds(m) == ["entry"]
    assert m.sizes[0] is not m.sizes[1]
    assert [len(m.rows), len(m.columns)] == [3, 3]


def test_an_index_written_as_a_number_leaves_the_last_row_open() -> None:
    found = hessian(sd.derive(sd.Problem("corner", x[1] ** 2 + x[1] * x[2], x[i])))
    assert not isinstance(found, Absent)
    assert found.matrix.entries == ()
    assert found.matrix.definite is None
    assert found.curvature == ""


def test_where_there_is_none() -> None:
    assert jacobians(sd.derive(sd.load("softmax-cross-entropy-batch"))) == Absent(NO_VECTOR)
    assert jacobians(sd.derive(springs())) == Absent(NO_ARRAY)
    assert jacobians(sd.derive(ridge())) == Absent(NO_ARRAY)


def test_every_printed_term_is_listed() -> None:
    m = jacobian_of(log_likelihood())
    listed = set(m.terms())
    assert {t for line in m.entries for t in line} <= listed
    assert m.derivative in listed
    assert jacobian_of(brier()).derivative in set(jacobian_of(brier()).terms())


def test_a_matrix_is_told_once_whatever_its_letters() -> None:
    """The second derivative differentiates p once more, by another letter."""
    problem = sd.load("softmax-cross-entropy")
    found = jacobians(sd.derive(problem, [z[i], z[j]]))
    assert not isinstance(found, Absent)
    assert [plain(m.derivative) for m in found] == ["dp[k]/dz[i]"]
